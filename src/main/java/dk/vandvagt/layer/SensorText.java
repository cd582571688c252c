package dk.vandvagt.layer;

import static dk.vandvagt.layer.Property.Type.INSTANT;
import static dk.vandvagt.layer.Property.Type.NUMBER;
import static dk.vandvagt.layer.Property.Type.TEXT;
import static dk.vandvagt.layer.Property.Type.TRUTH;
import static dk.vandvagt.layer.Property.Type.WHOLE;
import static dk.vandvagt.layer.Property.of;
import static dk.vandvagt.layer.Property.oneOf;

import dk.vandvagt.quality.Flag;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.RainIntensity;
import dk.vandvagt.station.SeaTide;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Station;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The names and derived figures of sensors that more than one layer shows. */
final class SensorText {
    private static final String[] SEVERITY = {"none", "yellow", "orange", "red"};

    private SensorText() {}

    static String severityColor(int severity) {
        return SEVERITY[severity];
    }

    static String parameter(Parameter parameter) {
        return parameter.name().toLowerCase(Locale.ROOT);
    }

    static String flag(int flag) {
        return switch (flag) {
            case Flag.PASS -> "pass";
            case Flag.SUSPECT -> "suspect";
            case Flag.FAIL -> "fail";
            case Flag.MISSING -> "missing";
            default -> "not_evaluated";
        };
    }

    static List<String> severityColors() {
        return List.of(SEVERITY);
    }

    static List<String> parameters() {
        return Arrays.stream(Parameter.values()).map(SensorText::parameter).toList();
    }

    static List<String> flags() {
        return List.of("pass", "not_evaluated", "suspect", "fail", "missing");
    }

    /** What {@link #writeTrends} writes. */
    static List<Property> trendProperties() {
        List<Property> properties = new ArrayList<>();
        for (long windowMs : LiveState.TREND_WINDOWS_MS) {
            String window = window(windowMs);
            properties.add(
                    of("riseMPerHour" + window, NUMBER, "Rise over " + window, "Stigning over " + window, "m/h"));
            properties.add(of("riseStandardError" + window, NUMBER, "Its standard error", "Dens standardfejl", "m/h"));
            properties.add(oneOf(
                    "trend" + window,
                    "Trend over " + window,
                    "Tendens over " + window,
                    List.of("rising", "falling", "steady")));
        }
        return properties;
    }

    /** What {@link #writeLevel} writes. */
    static List<Property> levelProperties(String prefix) {
        List<Property> properties = new ArrayList<>(List.of(
                of("residualM", NUMBER, "Level less the tide", "Vandstand minus tidevand", "m"),
                of("tideM", NUMBER, "Level by the tide alone", "Vandstand af tidevand alene", "m"),
                of("tideNearlyTideless", TRUTH, "The tide is below 0.2 m", "Tidevandet er under 0,2 m"),
                oneOf(
                        "tideYearlyCycle",
                        "Where the yearly cycle is",
                        "Hvor årets gang er",
                        List.of("in_tide", "in_residual")),
                of("tideMeanOf", TEXT, "Period of the mean level", "Middelvandstandens periode"),
                of("tideSource", TEXT, "Source of the tide", "Tidevandets kilde")));
        properties.addAll(Rarity.properties(prefix, false));
        properties.addAll(List.of(
                of("nextLevelM", NUMBER, "Next threshold above", "Næste tærskel over", "m"),
                of("expectedEarliest", INSTANT, "Reached at the earliest", "Nået tidligst"),
                of("expectedCentral", INSTANT, "Reached, the middle of the band", "Nået, båndets midte"),
                of(
                        "expectedLatest",
                        INSTANT,
                        "Reached at the latest (null: may not be reached)",
                        "Nået senest (tom: nås måske ikke)"),
                of("expectedRefusal", TEXT, "Why there is no extrapolation", "Hvorfor der ingen fremskrivning er"),
                of("expectedScored", WHOLE, "Extrapolations scored", "Fremskrivninger efterprøvet"),
                of("expectedHeldShare", NUMBER, "Share of them that held", "Andel af dem der holdt")));
        return properties;
    }

    /** What {@link #writeSums} writes. */
    static List<Property> sumProperties(String sum, String prefix, List<Long> windowsMs) {
        List<Property> properties = new ArrayList<>();
        for (long windowMs : windowsMs) {
            String window = window(windowMs);
            properties.add(of(
                    sum + window, NUMBER, "Rain in " + window + ", at least", "Regn i " + window + ", mindst", "mm"));
            properties.add(of(
                    name(prefix, "atMostMm") + window,
                    NUMBER,
                    "Rain in " + window + ", at most",
                    "Regn i " + window + ", højst",
                    "mm"));
            properties.add(of(
                    name(prefix, "coverage") + window,
                    NUMBER,
                    "Share of " + window + " that is known",
                    "Kendt andel af " + window));
        }
        return properties;
    }

    /** What {@link #writeRain} writes. */
    static List<Property> rainProperties(String prefix) {
        List<Property> properties = new ArrayList<>(List.of(
                of(name(prefix, "intensityMmPerHour"), NUMBER, "Intensity", "Intensitet", "mm/h"),
                oneOf(
                        name(prefix, "intensityClass"),
                        "Class of the intensity",
                        "Intensitetens klasse",
                        Arrays.stream(RainIntensity.values())
                                .map(each -> each.name().toLowerCase(Locale.ROOT))
                                .toList()),
                of(name(prefix, "antecedentMm"), NUMBER, "Antecedent precipitation", "Forudgående nedbør", "mm")));
        properties.addAll(Rarity.properties(prefix, true));
        return properties;
    }

    /** {@code 30min}, {@code 3h}, {@code 7d}: whole days are named only from two of them on, as rain is spoken of. */
    static String window(long windowMs) {
        long minutes = TimeUnit.MILLISECONDS.toMinutes(windowMs);
        if (minutes % 60 != 0) {
            return minutes + "min";
        }
        long hours = minutes / 60;
        return hours > 48 && hours % 24 == 0 ? hours / 24 + "d" : hours + "h";
    }

    /** Level in the station's datum, by the gauge zero that held when it was observed; NaN where never heard. */
    static double levelM(LiveState live, Station station, int sensorIndex) {
        long observedAtMs = live.observedAtMs()[sensorIndex];
        return observedAtMs == 0
                ? Double.NaN
                : FlatJson.derived(live.value()[sensorIndex] + station.gaugeZeroM(observedAtMs));
    }

    /** Null where no trend was computed: unknown is not steady. */
    static @Nullable String trend(LiveState live, int window, int sensorIndex) {
        if (Double.isNaN(live.riseMPerHour()[window][sensorIndex])) {
            return null;
        }
        return switch (live.riseSign()[window][sensorIndex]) {
            case 1 -> "rising";
            case -1 -> "falling";
            default -> "steady";
        };
    }

    static void writeTrends(FlatJson json, LiveState live, int sensorIndex) {
        for (int w = 0; w < LiveState.TREND_WINDOWS_MS.size(); w++) {
            String window = window(LiveState.TREND_WINDOWS_MS.get(w));
            json.number("riseMPerHour" + window, FlatJson.derived(live.riseMPerHour()[w][sensorIndex]))
                    .number("riseStandardError" + window, FlatJson.derived(live.riseStandardError()[w][sensorIndex]))
                    .text("trend" + window, trend(live, w, sensorIndex));
        }
    }

    /** {@code rain} and {@code intensityMmPerHour} make {@code rainIntensityMmPerHour}. */
    static String name(String prefix, String name) {
        return prefix.isEmpty() ? name : prefix + Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    /**
     * The level's tide, rarity and next threshold, into an open object.
     *
     * @param prefix of the names of its rarity
     */
    static void writeLevel(FlatJson json, String prefix, LiveState live, Station station, Sensor sensor, int i) {
        writeTide(json, live, station, sensor, i);
        Rarity.write(json, prefix, Rarity.ofLevel(live, station, sensor, i), false);
        LiveState.Crossings crossings = live.crossings();
        json.number("nextLevelM", FlatJson.derived(crossings.levelM()[i]))
                .instant("expectedEarliest", crossings.earliestMs()[i])
                .instant("expectedCentral", crossings.centralMs()[i])
                .instant("expectedLatest", crossings.latestMs()[i])
                .text("expectedRefusal", ForecastRefusal.word(crossings.refusal()[i]));
        long scored = crossings.scored()[i];
        if (sensor.reference().forecastErrors() == null) {
            json.nothing("expectedScored");
        } else {
            json.whole("expectedScored", scored);
        }
        json.number(
                "expectedHeldShare",
                scored == 0 ? Double.NaN : FlatJson.derived(crossings.held()[i] / (double) scored));
    }

    /** What the tide alone would be, and what must be known to read the residual; null where no tide is in the settings. */
    private static void writeTide(FlatJson json, LiveState live, Station station, Sensor sensor, int i) {
        double residualM = live.residualM()[i];
        json.number("residualM", FlatJson.derived(residualM))
                .number("tideM", FlatJson.derived(levelM(live, station, i) - residualM));
        SeaTide tide = sensor.reference().tide();
        if (tide == null) {
            json.nothing("tideNearlyTideless")
                    .nothing("tideYearlyCycle")
                    .nothing("tideMeanOf")
                    .nothing("tideSource");
        } else {
            json.truth("tideNearlyTideless", tide.isNearlyTideless())
                    .text("tideYearlyCycle", tide.yearlyCycleInTide() ? "in_tide" : "in_residual")
                    .text("tideMeanOf", tide.from() + "/" + tide.to())
                    .text("tideSource", tide.source());
        }
    }

    /**
     * Sums of rain with what bounds them, into an open object.
     *
     * @param sum what a sum at least is called, such as {@code accumulationMm}
     * @param prefix of the names of its upper bounds and coverage
     */
    static void writeSums(FlatJson json, String sum, String prefix, LiveState live, List<Long> windowsMs, int i) {
        boolean heard = live.observedAtMs()[i] != 0;
        for (long windowMs : windowsMs) {
            int w = LiveState.ACCUMULATION_WINDOWS_MS.indexOf(windowMs);
            String window = window(windowMs);
            json.number(sum + window, FlatJson.derived(live.accumulationMm()[w][i]))
                    .number(
                            name(prefix, "atMostMm") + window,
                            FlatJson.derived(live.rain().atMostMm()[w][i]))
                    .number(
                            name(prefix, "coverage") + window,
                            heard ? FlatJson.derived(live.rain().coverage()[w][i]) : Double.NaN);
        }
    }

    /** What rain is like now, how wet the ground is, and how rare the rain is, into an open object. */
    static void writeRain(FlatJson json, String prefix, LiveState live, Sensor sensor, int i) {
        double mmPerHour = live.rain().intensityMmPerHour()[i];
        json.number(name(prefix, "intensityMmPerHour"), FlatJson.derived(mmPerHour))
                .text(
                        name(prefix, "intensityClass"),
                        mmPerHour >= 0 ? RainIntensity.of(mmPerHour).name().toLowerCase(Locale.ROOT) : null)
                .number(
                        name(prefix, "antecedentMm"),
                        FlatJson.derived(live.rain().antecedentMm()[i]));
        Rarity.write(json, prefix, Rarity.ofRain(live, sensor, i), true);
    }
}
