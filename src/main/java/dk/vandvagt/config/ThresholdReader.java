package dk.vandvagt.config;

import com.google.common.collect.ImmutableMap;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.QualityLimits;
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

    private static final Map<String, Kind> KINDS =
            ImmutableMap.of("level", Kind.LEVEL, "rise", Kind.RISE, "accumulation", Kind.ACCUMULATION);
    private static final Map<String, String> KINDS_TO_COME = Map.of(
            "residual", "residual is not judged by this version",
            "expected", "expected is not judged by this version");
    static final Map<String, Integer> SEVERITIES =
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
    private final Map<String, Integer> lineOfName = new HashMap<>();

    /**
     * @param parameter null where it could not be read
     * @param intervalMs 0 where it could not be read
     * @param zeroM newest gauge zero, NaN where none could be read
     */
    ThresholdReader(
            String sensorId,
            @Nullable Parameter parameter,
            long intervalMs,
            VerticalDatum stationDatum,
            double zeroM,
            QualityLimits limits) {
        this.sensorId = sensorId;
        this.parameter = parameter;
        this.intervalMs = intervalMs;
        this.stationDatum = stationDatum;
        this.zeroM = zeroM;
        this.limits = limits;
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
        List<Rung> rungs = sensor.list("thresholds", this::rung);
        Map<String, List<Rung>> ladders = rungs.stream()
                .filter(Rung::placed)
                .collect(Collectors.groupingBy(
                        Rung::ladder, LinkedHashMap::new, Collectors.toCollection(ArrayList::new)));
        ladders.values().forEach(this::checkLadder);
        return rungs.stream().map(Rung::threshold).toList();
    }

    private Rung rung(Section at) {
        Field<String> name = at.id("name");
        String thresholdName = name.required("a name such as water-on-the-quays, unique within the sensor", "");
        refuseSecondName(name);
        Text title = at.textForPeople("title", new Text(thresholdName, thresholdName));
        Field<Integer> severity = at.choice("severity", SEVERITIES);
        int severityCode = severity.required("yellow, orange or red", 1);
        Field<Kind> kindField = at.choice("kind", KINDS, KINDS_TO_COME);
        Kind kind = kindField.required("one of " + String.join(", ", KINDS.keySet()), Kind.LEVEL);
        boolean kindKnown = kindField.isGood() && fits(kindField, kind);
        Field<Direction> directionField = at.choice("direction", DIRECTIONS);
        Direction direction = directionField.or(Direction.RISING);
        if (kindKnown && kind != Kind.LEVEL && direction == Direction.FALLING) {
            directionField.fault("found falling: " + written(kind) + " is judged rising only");
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
            if (kind == Kind.ACCUMULATION) {
                datum.refuseIfWritten("goes with levels only: a sum of rain has no datum");
            } else {
                checkDatum(datum, kind, onlyAbove);
            }
            if (kind != Kind.RISE) {
                onlyAbove.refuseIfWritten("goes with kind: rise only");
            }
            checkReach(kind, direction, raiseAt, clear);
        }
        Field<Long> window = at.duration("window");
        long windowMs = window(window, kind, kindKnown);
        if (kindKnown && kind == Kind.ACCUMULATION) {
            checkAccumulation(raiseAt, windowMs);
        }
        Threshold threshold = new Threshold(
                thresholdName,
                title,
                severityCode,
                kind,
                direction,
                comparison,
                raiseAt.or(Double.NaN),
                clear.or(Double.NaN),
                stationDatum,
                delay(at, "onDelay"),
                delay(at, "offDelay"),
                windowMs,
                onlyAbove.or(Double.NaN),
                at.text("source").or(""),
                at.flag("verified").or(false),
                at.textForPeople("action", Text.NONE),
                at.text("owner").or(""),
                at.text("contact").or(""));
        boolean placed = kindKnown && raiseAt.isGood() && (kind == Kind.LEVEL || window.isGood());
        return new Rung(threshold, severity, raiseAt, clear, placed);
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
            case LEVEL, RISE, RESIDUAL, EXPECTED -> parameter == Parameter.LEVEL;
            case ACCUMULATION -> parameter == Parameter.RAIN;
            case COMPOSITE -> false;
        };
        if (!fits) {
            String right = switch (parameter) {
                case LEVEL -> "level or rise";
                case RAIN -> "accumulation";
                case BATTERY, SIGNAL -> "no threshold: this version judges level and rain only";
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
        String declared = datum.orNull();
        if (kind == Kind.LEVEL || onlyAbove.isWritten()) {
            datum.required("the datum of the level, as the station's: " + stationDatum, "");
        }
        if (declared != null && !stationDatum.isNone() && !declared.equals(stationDatum.name())) {
            datum.fault("found " + declared + ", but the station's levels are in " + stationDatum
                    + ": convert the level and its datum; heights in unlike datums are never combined");
        }
    }

    /** Levels that the sensor's own span keeps from ever raising, or from ever clearing. */
    private void checkReach(Kind kind, Direction direction, Field<Double> raiseAt, Field<Double> clear) {
        if (kind == Kind.RISE) {
            raiseAt.check(rise -> rise > 0, "more than 0 m per hour");
        }
        if (kind != Kind.LEVEL) {
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
        } else if (rising ? raise > limits.userMax() : raise < limits.userMin()) {
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

    private long window(Field<Long> window, Kind kind, boolean kindKnown) {
        if (!kindKnown) {
            return 0;
        }
        switch (kind) {
            case LEVEL, RESIDUAL, EXPECTED, COMPOSITE ->
                window.refuseIfWritten("goes with rise and accumulation only: a level is judged by itself");
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
                window.check(ms -> ms <= 7 * 86_400_000L, "at most 7d");
                window.required("the trailing window, such as 3h", 0L);
            }
        }
        return window.or(0L);
    }

    static long delay(Section at, String key) {
        return at.duration(key).check(ms -> ms <= 7 * 86_400_000L, "at most 7d").or(0L);
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

    private static String unit(Kind kind) {
        return switch (kind) {
            case LEVEL, EXPECTED -> "metres in the station's datum";
            case RESIDUAL -> "metres above the tide";
            case RISE -> "metres per hour";
            case ACCUMULATION -> "millimetres";
            case COMPOSITE -> "members";
        };
    }

    private static String written(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }
}
