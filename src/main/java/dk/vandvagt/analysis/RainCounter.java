package dk.vandvagt.analysis;

/**
 * What a running counter says by two of its readings. Whole millionths of a millimetre, since differences of integers are exact;
 * what cannot be rain is no difference.
 */
final class RainCounter {
    /** The later reading does not continue the earlier one. */
    static final long NOT_A_RISE = -1;

    /**
     * The line through the world's records, 16.6 inches × hours^0.475 (Linsley, Kohler and Paulhus, Hydrology for Engineers), as
     * a square root, and half as much again: the storm of 2007 on La Réunion passed it by a third.
     */
    private static final double MOST_IN_AN_HOUR = 1.5 * 16.6 * 25.4 * RainSteps.UNITS_PER_MM;

    private static final double MS_PER_HOUR = 3_600_000.0;
    /** A counter is taken to have wrapped only when it was this near its end, in shares of the whole. */
    private static final int WRAPS_WITHIN = 4;
    /** Across a wrap or a reset no more than a tenth of that line is believed: more looks like the other, or like a fault. */
    private static final int BELIEVED_SHARE = 10;

    private RainCounter() {}

    /**
     * Rain between two readings, or {@link #NOT_A_RISE}.
     *
     * @param wrap what the counter can show at most, 0 for no end
     * @param noise a fall of no more is no fall: weighing gauges flutter
     */
    static long rise(long before, long after, long elapsedMs, long wrap, long noise) {
        long rise = after - before;
        if (rise >= 0) {
            return rise <= most(elapsedMs) ? rise : NOT_A_RISE;
        }
        if (after > 0 && -rise <= noise) {
            return 0;
        }
        long wrapped = rise + wrap;
        boolean believable = wrapped <= wrap / WRAPS_WITHIN && wrapped <= most(elapsedMs) / BELIEVED_SHARE;
        return wrap > 0 && believable ? wrapped : NOT_A_RISE;
    }

    /** What has surely fallen if the counter began again at 0 between the readings; 0 where it looks like a fault instead. */
    static long sinceReset(long before, long after, long elapsedMs) {
        return after <= before / 2 && after <= most(elapsedMs) / BELIEVED_SHARE ? after : 0;
    }

    private static double most(long elapsedMs) {
        return MOST_IN_AN_HOUR * Math.sqrt(elapsedMs / MS_PER_HOUR);
    }
}
