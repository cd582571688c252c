package dk.vandvagt.station;

import java.util.List;

/**
 * One rung of a sensor's ladder.
 *
 * @param name unique within the sensor
 * @param severity 1 yellow, 2 orange, 3 red
 * @param raiseAt raising point: level in metres in {@code datum} for {@link Kind#LEVEL} (V of a battery, dBm of a
 *     signal), metres per hour, a fall negative, for {@link Kind#RISE},
 *     millimetres for {@link Kind#ACCUMULATION}, metres above the tide for {@link Kind#RESIDUAL}, level in metres in
 *     {@code datum} for {@link Kind#EXPECTED}
 * @param clearBelow clearing point, same unit; {@code raiseAt} minus it is the deadband
 * @param windowMs trailing window of a rise or an accumulation, how far ahead an expected level is looked for; 0 for a level and
 *     a residual
 * @param onlyAboveM a rise counts only at or above this level; NaN for always
 * @param season outside it, nothing begins; what stands then is judged to its end
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
        YearPart season,
        String source,
        boolean verified,
        Text action,
        String owner,
        String contact) {

    /** A threshold of the whole year. */
    public Threshold(
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
        this(
                name,
                title,
                severity,
                kind,
                direction,
                comparison,
                raiseAt,
                clearBelow,
                datum,
                onDelayMs,
                offDelayMs,
                windowMs,
                onlyAboveM,
                YearPart.ALL,
                source,
                verified,
                action,
                owner,
                contact);
    }

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
        /** the newest reading itself; of a battery or a signal too, which have no datum */
        LEVEL,
        RISE,
        ACCUMULATION,
        /** observed less expected from the tide */
        RESIDUAL,
        /** predicted to be reached within the window */
        EXPECTED;

        /** The unit of its raising and clearing points on a sensor of that parameter. */
        public String unit(Parameter parameter) {
            return this == LEVEL ? parameter.unit() : unit();
        }

        /** As {@link #unit(Parameter)}, for a level sensor or a rain gauge. */
        public String unit() {
            return switch (this) {
                case LEVEL, RESIDUAL, EXPECTED -> "m";
                case RISE -> "m/h";
                case ACCUMULATION -> "mm";
            };
        }

        /** Whether its raising and clearing points are heights in a datum. */
        public boolean hasDatum() {
            return this == LEVEL || this == EXPECTED;
        }
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
