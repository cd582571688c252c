package dk.vandvagt.analysis;

/**
 * What a running counter says by two of its readings. Whole millionths of a millimetre, since differences of integers are exact;
 * what cannot be rain is no difference.
 */
final class RainCounter {
    /** The later reading does not continue the earlier one. */
    static final long NOT_A_RISE = -1;

    /**
     * The line through the world's records, 16.6 inches × hours^0.475 (Linsley, Kohler and Paulhus, Hydrology for Engineers), and
     * half as much again: the storm of 2007 on La Réunion passed it by a third.
     */
    private static final double MOST_IN_AN_HOUR = 1.5 * 16.6 * 25.4 * RainSteps.UNITS_PER_MM;

    private static final double EXPONENT = 0.475;
    private static final double MS_PER_HOUR = 3_600_000.0;
    /** On that line after a tenth of a second: below it there is nothing to work out. */
    private static final long ALWAYS_POSSIBLE = 3_000_000;
    /** A counter is taken to have wrapped only when it was this near its end, in shares of the whole. */
    private static final int WRAPS_WITHIN = 4;
    /** After a reset less than a tenth of that line has usually fallen: more looks like a fault. */
    private static final int RESET_SHARE = 10;

    private RainCounter() {}

    /**
     * Rain between two readings, or {@link #NOT_A_RISE}.
     *
     * @param wrap what the counter can show at most, 0 for no end
     * @param noise a fall of no more is no fall: weighing gauges flutter
     */
    static long rise(long before, long after, long elapsedMs, long wrap, long noise) {
        long rise = after - before;
        if (rise < 0 && wrap > 0 && rise + wrap <= wrap / WRAPS_WITHIN) {
            rise += wrap;
        } else if (rise < 0 && after > 0 && -rise <= noise) {
            return 0;
        }
        return rise >= 0 && rise <= most(elapsedMs, rise) ? rise : NOT_A_RISE;
    }

    /** What has surely fallen if the counter began again at 0 between the readings; 0 where it looks like a fault instead. */
    static long sinceReset(long before, long after, long elapsedMs) {
        boolean believable = after <= before / 2 && RESET_SHARE * after <= most(elapsedMs, RESET_SHARE * after);
        return believable ? after : 0;
    }

    private static double most(long elapsedMs, long rise) {
        return rise <= ALWAYS_POSSIBLE
                ? ALWAYS_POSSIBLE
                : MOST_IN_AN_HOUR * StrictMath.pow(elapsedMs / MS_PER_HOUR, EXPONENT);
    }
}
