package dk.vandvagt.alert;

import dk.vandvagt.station.Text;

/** A drill is a run whose id begins so: whatever carries a run's id says thereby whether it is real. */
public final class ExerciseRun {
    public static final String PREFIX = "drill-";

    private ExerciseRun() {}

    public static boolean is(String runId) {
        return runId.startsWith(PREFIX);
    }

    /** In messages and layers, as CAP calls them. */
    public static String status(String runId) {
        return is(runId) ? "exercise" : "actual";
    }

    /** What people read of a drill says so first; an empty text stays empty. */
    public static Text headed(String runId, Text text) {
        return is(runId) && !text.isEmpty() ? new Text("ØVELSE: " + text.da(), "EXERCISE: " + text.en()) : text;
    }
}
