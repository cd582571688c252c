package dk.vandvagt.station;

/**
 * A fault of a table of return periods.
 *
 * @param row of the table, from 0: its period or, in a depth–duration table where {@code kind} speaks of durations, its duration
 */
public record ReturnFault(Kind kind, int row, String text) {
    public enum Kind {
        TOO_FEW_PERIODS,
        TOO_FEW_DURATIONS,
        ROW_OF_OTHER_LENGTH,
        NO_NUMBER,
        PERIOD_NOT_POSITIVE,
        PERIOD_NOT_OVER_ONE_YEAR,
        PERIOD_NOT_RISING,
        VALUE_NOT_RISING,
        DURATION_NOT_POSITIVE,
        DURATION_NOT_RISING,
        DEPTH_NOT_POSITIVE,
        DEPTH_FALLS_WITH_DURATION
    }
}
