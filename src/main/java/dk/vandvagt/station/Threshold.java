package dk.vandvagt.station;

import java.util.List;

/**
 * One rung of a sensor's ladder.
 *
 * @param name unique within the sensor
 * @param severity 1 yellow, 2 orange, 3 red
 * @param raiseAt raising point: level in metres in {@code datum} for {@link Kind#LEVEL}, metres per hour for {@link Kind#RISE},
 *     millimetres for {@link Kind#ACCUMULATION}
 * @param clearBelow clearing point, same unit; {@code raiseAt} minus it is the deadband
 * @param windowMs trailing window of a rise or an accumulation, 0 for a level
 * @param onlyAboveM a rise counts only at or above this level; NaN for always
 * @param verified whether the source publishes this figure, or it is inferred
 */
public record Threshold(
        String name,
        Text title,
        int severity,
        Kind kind,
        Direction direction,
        Comparison comparison,
        double raiseAt,
        double clearBelow,
        VerticalDatum datum,
        long onDelayMs,
        long offDelayMs,
        long windowMs,
        double onlyAboveM,
        String source,
        boolean verified,
        Text action,
        String owner,
        String contact) {

    /** Trailing windows that rain is summed over. */
    public static final List<Long> ACCUMULATION_WINDOWS_MS = List.of(
            5 * 60_000L,
            10 * 60_000L,
            30 * 60_000L,
            3_600_000L,
            3 * 3_600_000L,
            6 * 3_600_000L,
            12 * 3_600_000L,
            24 * 3_600_000L,
            48 * 3_600_000L,
            7 * 24 * 3_600_000L);

    public enum Kind {
        LEVEL,
        RISE,
        ACCUMULATION
    }

    /** A falling threshold raises below {@code raiseAt} and clears above {@code clearBelow} (written {@code clearAbove}). */
    public enum Direction {
        RISING,
        FALLING
    }

    public enum Comparison {
        /** beyond: the raising point itself does not raise */
        BEYOND,
        /** at or beyond */
        AT_OR_BEYOND
    }
}
