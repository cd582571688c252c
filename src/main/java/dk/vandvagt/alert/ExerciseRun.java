package dk.vandvagt.alert;

import dk.vandvagt.station.Text;
import java.util.List;

/** Whatever carries a run's id says thereby whether any of it is happening: not in a drill, nor on the readings' clock. */
public final class ExerciseRun {
    /** Of a drill, and of nothing else. */
    public static final String PREFIX = "drill-";

    private static final String DEMO = "demo";
    /** Runs on the readings' clock are called so. */
    private static final List<String> ON_THE_READINGS_CLOCK = List.of(DEMO, "replay", "backtest");

    private ExerciseRun() {}

    public static boolean isDrill(String runId) {
        return runId.startsWith(PREFIX);
    }

    public static boolean isOnTheReadingsClock(String runId) {
        return ON_THE_READINGS_CLOCK.stream().anyMatch(runId::startsWith);
    }

    /** Nothing in it is happening now. */
    public static boolean is(String runId) {
        return isDrill(runId) || isOnTheReadingsClock(runId);
    }

    /** In messages and layers, as CAP calls them. */
    public static String status(String runId) {
        return is(runId) ? "exercise" : "actual";
    }

    /**
     * What people read of it says so first; an empty text stays empty. Not in the demo, which shows what the service looks like and whose
     * broker nobody else listens to.
     */
    public static Text headed(String runId, Text text) {
        return is(runId) && !runId.startsWith(DEMO) && !text.isEmpty()
                ? new Text("ØVELSE: " + text.da(), "EXERCISE: " + text.en())
                : text;
    }
}
