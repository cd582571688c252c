package dk.vandvagt.layer;

import dk.vandvagt.quality.Flag;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.Station;
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
}
