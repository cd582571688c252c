package dk.vandvagt.alert;

import org.jspecify.annotations.Nullable;

/**
 * A copy of an alert as it stands, for whoever reads; {@code last} is the transition that brought it here.
 *
 * @param state of its rule now
 * @param highestSeverity it ever had
 * @param endedAtMs 0 while it stands
 * @param peak highest (falling: lowest) value so far, in the unit of {@code last}: newer than the one told with it
 * @param shelving of its rule, null for none
 */
public record Alert(
        String id,
        State state,
        Transition last,
        int highestSeverity,
        long raisedAtMs,
        long endedAtMs,
        double peak,
        long peakAtMs,
        boolean silent,
        @Nullable String acknowledgedBy,
        long acknowledgedAtMs,
        @Nullable String note,
        @Nullable Shelving shelving) {

    /** Its highest active rung is not sure to be exceeded. */
    public boolean possible() {
        return last.possible();
    }

    public Alert withPeak(double peak, long peakAtMs) {
        return new Alert(
                id,
                state,
                last,
                highestSeverity,
                raisedAtMs,
                endedAtMs,
                peak,
                peakAtMs,
                silent,
                acknowledgedBy,
                acknowledgedAtMs,
                note,
                shelving);
    }

    public enum State {
        ACTIVE,
        CLEARED,
        WITHDRAWN,
        /** ended unwatched: its sensor is out of service */
        OUT_OF_SERVICE
    }
}
