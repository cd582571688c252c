package dk.vandvagt.config;

import com.google.common.collect.ImmutableMap;
import dk.vandvagt.station.ForecastErrors;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.QualityLimits;
import dk.vandvagt.station.RainDefinition;
import dk.vandvagt.station.Text;
import dk.vandvagt.station.Threshold;
import dk.vandvagt.station.Threshold.Comparison;
import dk.vandvagt.station.Threshold.Direction;
import dk.vandvagt.station.Threshold.Kind;
import dk.vandvagt.station.VerticalDatum;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The thresholds of one sensor: each by itself, then as ladders. */
final class ThresholdReader {
    static final int RISE_INTERVALS = 5;

    private static final Map<String, Kind> KINDS = ImmutableMap.of(
            "level", Kind.LEVEL,
            "rise", Kind.RISE,
            "accumulation", Kind.ACCUMULATION,
            "residual", Kind.RESIDUAL,
            "expected", Kind.EXPECTED);
    private static final Map<String, ReadyMade> DEFINITIONS = ImmutableMap.of(
            "skybrud", new ReadyMade(RainDefinition.CLOUDBURST, 2, 10, "DMI's definition of skybrud"),
            "dobbelt-skybrud",
                    new ReadyMade(RainDefinition.DOUBLE_CLOUDBURST, 3, 25, "Twice DMI's definition of skybrud"),
            "tredobbelt-skybrud",
                    new ReadyMade(RainDefinition.TRIPLE_CLOUDBURST, 3, 40, "Three times DMI's definition of skybrud"),
            "kraftig-regn", new ReadyMade(RainDefinition.HEAVY_RAIN, 1, 20, "DMI's definition of kraftig regn"));
    private static final long READY_MADE_OFF_DELAY_MS = 30 * 60_000L;
    private static final long LONGEST_WINDOW_MS = 7 * 86_400_000L;
    private static final Map<String, Integer> SEVERITIES =
            ImmutableMap.of("yellow", 1, "orange", 2, "red", 3, "1", 1, "2", 2, "3", 3);
    private static final Map<String, Direction> DIRECTIONS =
            ImmutableMap.of("rising", Direction.RISING, "falling", Direction.FALLING);
    private static final Map<String, Comparison> RISING_COMPARISONS =
            ImmutableMap.of(">=", Comparison.AT_OR_BEYOND, ">", Comparison.BEYOND);
    private static final Map<String, Comparison> FALLING_COMPARISONS =
            ImmutableMap.of("<=", Comparison.AT_OR_BEYOND, "<", Comparison.BEYOND);

    private final String sensorId;
    private final @Nullable Parameter parameter;
    private final long intervalMs;
    private final VerticalDatum stationDatum;
    private final double zeroM;
    private final QualityLimits limits;
    private final @Nullable ForecastErrors forecastErrors;
    private final Map<String, Integer> lineOfName = new HashMap<>();

    /**
     * What stands behind a definition's name. The limit is DMI's; severity and clearing point are this project's.
     */
    private record ReadyMade(RainDefinition rain, int severity, double clearBelowMm, String whose) {
        String source() {
            return String.format(
                    Locale.ROOT,
                    "%s: more than %.0f mm in %s.",
                    whose,
                    rain.aboveMm(),
                    rain.windowMs() == 30 * 60_000L ? "30 minutes" : "6 hours");
        }
    }

    /**
     * @param parameter null where it could not be read
     * @param intervalMs 0 where it could not be read
     * @param zeroM newest gauge zero, NaN where none could be read
     * @param forecastErrors null where there are none, or could not be read
     */
    ThresholdReader(
            String sensorId,
            @Nullable Parameter parameter,
            long intervalMs,
            VerticalDatum stationDatum,
            double zeroM,
            QualityLimits limits,
            @Nullable ForecastErrors forecastErrors) {
        this.sensorId = sensorId;
        this.parameter = parameter;
        this.intervalMs = intervalMs;
        this.stationDatum = stationDatum;
        this.zeroM = zeroM;
        this.limits = limits;
        this.forecastErrors = forecastErrors;
    }

    /** A threshold and the fields of it that a fault in its ladder points to. */
    private record Rung(
            Threshold threshold, Field<Integer> severity, Field<Double> raiseAt, Field<Double> clear, boolean placed) {

        int sign() {
            return threshold.direction() == Direction.FALLING ? -1 : 1;
        }

        String ladder() {
            return threshold.kind() + " " + threshold.direction() + " " + threshold.windowMs();
        }
    }

    List<Threshold> thresholds(Section sensor) {
        boolean hasTide = sensor.has("tide");
        boolean hasErrors = sensor.has("forecastErrors");
        List<Rung> rungs =
                sensor.list("thresholds", at -> at.has("definition") ? readyMade(at) : rung(at, hasTide, hasErrors));
        Map<String, List<Rung>> ladders = rungs.stream()
                .filter(Rung::placed)
                .collect(Collectors.groupingBy(
                        Rung::ladder, LinkedHashMap::new, Collectors.toCollection(ArrayList::new)));
        ladders.values().forEach(this::checkLadder);
        return rungs.stream().map(Rung::threshold).toList();
    }

    private Rung rung(Section at, boolean hasTide, boolean hasErrors) {
        Field<String> name = at.id("name");
        String thresholdName = name.required("a name such as water-on-the-quays, unique within the sensor", "");
        refuseSecondName(name);
        Field<Integer> severity = at.choice("severity", SEVERITIES);
        int severityCode = severity.required("yellow, orange or red", 1);
        Field<Kind> kindField = at.choice("kind", KINDS);
        Kind kind = kindField.required("one of " + String.join(", ", KINDS.keySet()), Kind.LEVEL);
        boolean kindKnown = kindField.isGood() && fits(kindField, kind);
        Field<Direction> directionField = at.choice("direction", DIRECTIONS);
        Direction direction = directionField.or(Direction.RISING);
        if (kindKnown && kind == Kind.ACCUMULATION && direction == Direction.FALLING) {
            directionField.fault("found falling: a sum of rain below a limit is dry weather, and a gap in the readings "
                    + "looks the same: accumulation is judged rising only");
        }
        Comparison comparison = at.choice(
                        "comparison",
                        direction == Direction.FALLING ? FALLING_COMPARISONS : RISING_COMPARISONS,
                        otherWay(direction))
                .or(Comparison.AT_OR_BEYOND);
        Field<Double> raiseAt = at.number("raiseAt");
        raiseAt.required("where it raises, in " + unit(kind), Double.NaN);
        Field<Double> clear = clear(at, direction, kind);
        checkDeadband(raiseAt, clear, direction);
        Field<Double> onlyAbove = at.number("onlyAbove");
        Field<String> datum = at.text("datum");
        if (kindKnown) {
            checkDatum(datum, kind, onlyAbove);
            if (kind != Kind.RISE) {
                onlyAbove.refuseIfWritten("goes with kind: rise only");
            }
            checkReach(kind, direction, raiseAt, clear);
        }
        Field<Long> window = at.duration("window");
        Field<Long> horizon = at.duration("horizon");
        long windowMs = kindKnown ? window(window, horizon, kind) : 0;
        if (kindKnown && kind == Kind.ACCUMULATION) {
            checkAccumulation(raiseAt, windowMs);
        }
        if (kindKnown && kind == Kind.RESIDUAL && !hasTide) {
            kindField.fault("found residual, but sensor " + sensorId
                    + " has no tide: should be another kind, or the sensor have its tide's constituents");
        }
        if (kindKnown && kind == Kind.EXPECTED) {
            checkErrors(kindField, directionField, direction, horizon, hasErrors);
        }
        Threshold threshold = threshold(
                at,
                thresholdName,
                new Text(thresholdName, thresholdName),
                severityCode,
                new Judged(kind, direction, comparison, raiseAt, clear, windowMs, onlyAbove.or(Double.NaN)),
                0,
                "",
                false);
        boolean placed = kindKnown
                && raiseAt.isGood()
                && (!takesTime(kind) || (kind == Kind.EXPECTED ? horizon : window).isGood());
        return new Rung(threshold, severity, raiseAt, clear, placed);
    }

    private static boolean takesTime(Kind kind) {
        return switch (kind) {
            case LEVEL, RESIDUAL -> false;
            case RISE, ACCUMULATION, EXPECTED -> true;
        };
    }

    /** What a threshold is about, as read. */
    private record Judged(
            Kind kind,
            Direction direction,
            Comparison comparison,
            Field<Double> raiseAt,
            Field<Double> clear,
            long windowMs,
            double onlyAboveM) {}

    /** With what all kinds have in common: season, delays and the texts for people. */
    private Threshold threshold(
            Section at,
            String name,
            Text usualTitle,
            int severity,
            Judged judged,
            long usualOffDelayMs,
            String usualSource,
            boolean usuallyVerified) {
        return new Threshold(
                name,
                at.textForPeople("title", usualTitle),
                severity,
                judged.kind,
                judged.direction,
                judged.comparison,
                judged.raiseAt.or(Double.NaN),
                judged.clear.or(Double.NaN),
                parameter == Parameter.LEVEL ? stationDatum : VerticalDatum.NONE,
                delay(at, "onDelay", 0),
                delay(at, "offDelay", usualOffDelayMs),
                judged.windowMs,
                judged.onlyAboveM,
                at.yearPart("season"),
                at.text("source").or(usualSource),
                at.flag("verified").or(usuallyVerified),
                at.textForPeople("action", Text.NONE),
                at.text("owner").or(""),
                at.text("contact").or(""));
    }

    /** One of DMI's definitions by its name; whatever does not change what it means may be set otherwise. */
    private Rung readyMade(Section at) {
        Field<ReadyMade> definition = at.choice("definition", DEFINITIONS);
        String word = definition.written();
        ReadyMade ready = definition.or(new ReadyMade(RainDefinition.CLOUDBURST, 2, 10, ""));
        for (String key : List.of("kind", "direction", "comparison", "raiseAt", "window")) {
            if (at.has(key)) {
                at.fault(key, "definition: " + word + " says it already: delete it, or the definition");
            }
        }
        boolean fits = definition.isGood() && parameter == Parameter.RAIN;
        if (definition.isGood() && parameter != null && parameter != Parameter.RAIN) {
            definition.fault("found " + word + " for sensor " + sensorId + ", which measures " + written(parameter)
                    + ": definitions go with parameter: rain only");
        }
        Field<String> name = at.id("name");
        refuseSecondName(name.isWritten() ? name : definition.as(ignored -> word));
        Field<Integer> severity = at.choice("severity", SEVERITIES);
        Field<Double> raiseAt = definition.as(made -> made.rain.aboveMm());
        Field<Double> clear = at.number("clearBelow");
        if (fits) {
            clear.check(mm -> mm < ready.rain.aboveMm(), "less than " + ready.rain.aboveMm() + " mm, where it raises");
            definition.check(
                    made -> made.rain.windowMs() >= intervalMs,
                    "one over at least the sensor's interval, " + CheckConfig.duration(intervalMs));
            checkAccumulation(raiseAt, ready.rain.windowMs());
        }
        Field<Double> clearing = clear.isGood() ? clear : definition.as(made -> made.clearBelowMm);
        Threshold threshold = threshold(
                at,
                name.or(word),
                ready.rain.title(),
                severity.or(ready.severity),
                new Judged(
                        Kind.ACCUMULATION,
                        Direction.RISING,
                        Comparison.BEYOND,
                        raiseAt,
                        clearing,
                        ready.rain.windowMs(),
                        Double.NaN),
                READY_MADE_OFF_DELAY_MS,
                ready.source(),
                true);
        return new Rung(
                threshold,
                severity.isWritten() ? severity : definition.as(ReadyMade::severity),
                raiseAt,
                clearing,
                fits && raiseAt.isGood());
    }

    private void refuseSecondName(Field<String> name) {
        String value = name.orNull();
        if (value != null) {
            Integer line = lineOfName.putIfAbsent(value, name.line());
            if (line != null) {
                name.fault(name.named() + " is another threshold of sensor " + sensorId + ", in line " + line
                        + ": names are unique within a sensor");
            }
        }
    }

    private boolean fits(Field<Kind> field, Kind kind) {
        if (parameter == null) {
            return false;
        }
        boolean fits = switch (kind) {
            case LEVEL -> parameter != Parameter.RAIN;
            case RISE, RESIDUAL, EXPECTED -> parameter == Parameter.LEVEL;
            case ACCUMULATION -> parameter == Parameter.RAIN;
        };
        if (!fits) {
            String right = switch (parameter) {
                case LEVEL -> "level, rise, residual or expected";
                case RAIN -> "accumulation";
                case BATTERY, SIGNAL -> "level";
            };
            field.fault("found " + field.written() + " for sensor " + sensorId + ", which measures "
                    + written(parameter) + ": should be " + right);
        }
        return fits;
    }

    private static Map<String, String> otherWay(Direction direction) {
        boolean falling = direction == Direction.FALLING;
        Map<String, String> refused = new HashMap<>();
        for (String sign : (falling ? RISING_COMPARISONS : FALLING_COMPARISONS).keySet()) {
            refused.put(
                    sign,
                    "found \"" + sign + "\" with direction: " + written(direction) + ": should be "
                            + (falling ? "\"<=\" or \"<\"" : "\">=\" or \">\""));
        }
        return refused;
    }

    private Field<Double> clear(Section at, Direction direction, Kind kind) {
        Field<Double> below = at.number("clearBelow");
        Field<Double> above = at.number("clearAbove");
        boolean falling = direction == Direction.FALLING;
        (falling ? below : above)
                .refuseIfWritten(
                        "direction: " + written(direction) + " clears by " + (falling ? "clearAbove" : "clearBelow"));
        Field<Double> clear = falling ? above : below;
        if (!(falling ? below : above).isWritten()) {
            clear.required("where it clears, in " + unit(kind), Double.NaN);
        }
        return clear;
    }

    private void checkDeadband(Field<Double> raiseAt, Field<Double> clear, Direction direction) {
        double raise = raiseAt.or(Double.NaN);
        double clearing = clear.or(Double.NaN);
        if (direction == Direction.RISING && raise <= clearing) {
            raiseAt.fault(raiseAt.named() + " <= " + clear.named() + " for sensor " + sensorId
                    + ": raiseAt must lie above clearBelow");
        }
        if (direction == Direction.FALLING && raise >= clearing) {
            raiseAt.fault(raiseAt.named() + " >= " + clear.named() + " for sensor " + sensorId
                    + ": raiseAt must lie below clearAbove");
        }
    }

    private void checkDatum(Field<String> datum, Kind kind, Field<Double> onlyAbove) {
        switch (kind) {
            case ACCUMULATION -> datum.refuseIfWritten("goes with levels only: a sum of rain has no datum");
            case RESIDUAL ->
                datum.refuseIfWritten(
                        "goes with levels only: metres above the tide have no datum, the tide has its own");
            case LEVEL, EXPECTED, RISE -> {
                if (parameter != Parameter.LEVEL) {
                    datum.refuseIfWritten("goes with levels only: there is no datum of " + unit(kind));
                    return;
                }
                if (kind != Kind.RISE || onlyAbove.isWritten()) {
                    datum.required("the datum of the level, as the station's: " + stationDatum, "");
                }
                SensorDatum.checked(datum, stationDatum);
            }
        }
    }

    /** Levels that the sensor's own span keeps from ever raising, or from ever clearing. */
    private void checkReach(Kind kind, Direction direction, Field<Double> raiseAt, Field<Double> clear) {
        if (kind == Kind.RISE && direction == Direction.RISING) {
            raiseAt.check(rise -> rise > 0, "more than 0 m per hour; a fall has direction: falling and clearAbove");
        } else if (kind == Kind.RISE) {
            raiseAt.check(rise -> rise < 0, "less than 0 m per hour: a fall is negative, such as -0.50");
        }
        if (kind != Kind.LEVEL && kind != Kind.EXPECTED) {
            return;
        }
        double raise = raiseAt.or(Double.NaN) - zeroM;
        double clearing = clear.or(Double.NaN) - zeroM;
        boolean rising = direction == Direction.RISING;
        String span = "sensorSpan [" + limits.sensorMin() + ", " + limits.sensorMax() + "] of sensor " + sensorId
                + (zeroM == 0 ? "" : " (on its zero at " + zeroM + " m)");
        if (rising ? raise > limits.sensorMax() : raise < limits.sensorMin()) {
            raiseAt.fault("found " + raiseAt.written() + ", beyond " + span + ": it can never raise");
        } else if (rising ? raise <= limits.sensorMin() : raise >= limits.sensorMax()) {
            raiseAt.fault("found " + raiseAt.written() + ", beyond " + span + ": it is always raised");
        } else if (rising ? clearing <= limits.sensorMin() : clearing >= limits.sensorMax()) {
            clear.fault("found " + clear.written() + ", beyond " + span + ": it can never clear");
        } else if (kind == Kind.LEVEL && (rising ? raise > limits.userMax() : raise < limits.userMin())) {
            raiseAt.warn("found " + raiseAt.written() + ", beyond userSpan [" + limits.userMin() + ", "
                    + limits.userMax() + "]: every reading that raises it will be marked suspect");
        }
    }

    private void checkAccumulation(Field<Double> raiseAt, long windowMs) {
        raiseAt.check(sum -> sum > 0, "more than 0 mm");
        if (windowMs > 0 && intervalMs > 0) {
            double mostMm = limits.sensorMax() * windowMs / intervalMs;
            raiseAt.check(
                    sum -> !(sum > mostMm),
                    "at most " + mostMm + " mm, all that sensorSpan lets sensor " + sensorId
                            + " report in that window");
        }
    }

    private long window(Field<Long> window, Field<Long> horizon, Kind kind) {
        if (kind != Kind.EXPECTED) {
            horizon.refuseIfWritten("goes with kind: expected only: how far ahead it looks");
        }
        switch (kind) {
            case LEVEL, RESIDUAL ->
                window.refuseIfWritten(
                        "goes with rise and accumulation only: a " + written(kind) + " is judged by itself");
            case EXPECTED -> {
                window.refuseIfWritten(
                        "goes with rise and accumulation only: how far ahead is horizon, what it is extrapolated from is "
                                + "forecastErrors.window");
                horizon.check(ms -> ms % 60_000 == 0, "whole minutes");
                horizon.check(ms -> ms > 0 && ms <= ForecastErrorsReader.LONGEST_LEAD_MS, "more than 0, at most 6h");
                horizon.required("how far ahead it looks, such as 3h", 0L);
                return horizon.or(0L);
            }
            case ACCUMULATION -> {
                window.check(
                        Threshold.ACCUMULATION_WINDOWS_MS::contains,
                        "one of 5min, 10min, 30min, 1h, 3h, 6h, 12h, 24h, 48h, 7d");
                window.check(ms -> ms >= intervalMs, "at least the sensor's interval");
                window.required("the trailing window, such as 30min", 0L);
            }
            case RISE -> {
                window.check(ms -> ms % 60_000 == 0, "whole minutes");
                window.check(
                        ms -> ms >= RISE_INTERVALS * intervalMs,
                        "at least " + RISE_INTERVALS + " of the sensor's intervals: "
                                + RISE_INTERVALS * intervalMs / 60_000 + "min");
                window.check(ms -> ms <= LONGEST_WINDOW_MS, "at most 7d");
                window.required("the trailing window, such as 3h", 0L);
            }
        }
        return window.or(0L);
    }

    /** Nothing is expected further ahead than past errors are known. */
    private void checkErrors(
            Field<Kind> kind,
            Field<Direction> directionField,
            Direction direction,
            Field<Long> horizon,
            boolean hasErrors) {
        if (!hasErrors) {
            kind.fault("found expected, but sensor " + sensorId
                    + " has no forecastErrors: an extrapolation without its past errors is refused");
        } else if (forecastErrors != null) {
            long longestMs = forecastErrors.leads().getLast().leadMs();
            horizon.check(
                    ms -> ms <= longestMs,
                    "at most " + CheckConfig.duration(longestMs) + ", the longest lead of the sensor's forecastErrors");
            if (direction != forecastErrors.direction()) {
                directionField.fault("found " + written(direction) + ", but the sensor's forecastErrors are of "
                        + written(forecastErrors.direction()) + " water: they say nothing of the other way");
            }
        }
    }

    private static long delay(Section at, String key, long usualMs) {
        return at.duration(key)
                .check(ms -> ms <= LONGEST_WINDOW_MS, "at most 7d")
                .or(usualMs);
    }

    private void checkLadder(List<Rung> ladder) {
        ladder.sort(Comparator.comparingDouble(rung -> rung.sign() * rung.threshold.raiseAt()));
        for (int i = 1; i < ladder.size(); i++) {
            Rung milder = ladder.get(i - 1);
            Rung graver = ladder.get(i);
            String mild = "threshold " + milder.threshold.name() + " (" + milder.raiseAt.named() + ")";
            if (milder.threshold.raiseAt() == graver.threshold.raiseAt()) {
                graver.raiseAt.fault(graver.raiseAt.named() + " is also where " + mild + " raises, line "
                        + milder.raiseAt.line() + ": delete one or move it");
            } else if (milder.severity.isGood()
                    && graver.severity.isGood()
                    && milder.threshold.severity() > graver.threshold.severity()) {
                graver.severity.fault(
                        "found " + graver.severity.written() + ", milder than " + milder.severity.written() + " of "
                                + mild + " before it: severity must not fall along a ladder");
            } else if (graver.sign() * graver.threshold.clearBelow() < milder.sign() * milder.threshold.clearBelow()) {
                graver.clear.warn(graver.clear.named() + " lies beyond " + milder.clear.named() + " of " + mild
                        + ": the graver level stays raised when the milder one has cleared");
            }
        }
    }

    private String unit(Kind kind) {
        return switch (kind) {
            case LEVEL, EXPECTED ->
                parameter == Parameter.BATTERY || parameter == Parameter.SIGNAL
                        ? parameter.unit()
                        : "metres in the station's datum";
            case RESIDUAL -> "metres above the tide";
            case RISE -> "metres per hour";
            case ACCUMULATION -> "millimetres";
        };
    }

    private static String written(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }
}
