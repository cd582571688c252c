package dk.vandvagt.alert;

import dk.vandvagt.station.Rule;
import dk.vandvagt.station.Threshold;
import org.jspecify.annotations.Nullable;

/**
 * What judging found that may concern people; the alert book's input. {@code rule} and {@code threshold} are null for what
 * concerns the whole sensor ({@link Kind#STALE}, {@link Kind#BACK}); those of a rule over several sensors have their rule.
 *
 * @param sensorIndex whose reading, or silence, decided
 * @param rung place of the threshold in the rule's ladder, mildest first
 * @param beganAtMs first observation beyond the raising point
 * @param atMs event time of the edge
 * @param observedAtMs of the deciding observation, 0 for none
 * @param value in the rule's unit; NaN for none
 * @param possible not sure to be beyond: rain whose window cuts through an interval, and lies over the limit only if all of that
 *     interval's rain fell inside
 * @param late the deciding observation was older than the sensor's staleness when it came
 */
public record Edge(
        Kind kind,
        int sensorIndex,
        @Nullable Rule rule,
        @Nullable Threshold threshold,
        int rung,
        long beganAtMs,
        long atMs,
        long observedAtMs,
        double value,
        byte flag,
        double peak,
        long peakAtMs,
        byte worstFlag,
        boolean unconfirmed,
        boolean possible,
        boolean late) {

    public enum Kind {
        BEGAN,
        PEAK,
        ENDED,
        WITHDRAWN,
        /** what was possible is now sure */
        CONFIRMED,
        /** its threshold is no longer in the settings: told by the book when it takes up the new revision, logged by this */
        REMOVED,
        STALE,
        BACK
    }

    /** An edge of the whole sensor. */
    public static Edge ofSensor(Kind kind, int sensorIndex, long atMs, long observedAtMs) {
        return new Edge(
                kind,
                sensorIndex,
                null,
                null,
                0,
                0,
                atMs,
                observedAtMs,
                Double.NaN,
                (byte) 0,
                Double.NaN,
                0,
                (byte) 0,
                false,
                false,
                false);
    }
}
