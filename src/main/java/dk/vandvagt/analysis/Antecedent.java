package dk.vandvagt.analysis;

import java.util.Arrays;

/**
 * Antecedent precipitation of one gauge, A(t) = ΣPᵢ·k^((t−tᵢ)/24 h), an increment counted from its end (Kohler and Linsley, 1951:
 * Predicting the runoff from storm rainfall). It takes what is settled, once and in order, so that the order of arrival leaves
 * no trace; rounding errors decay as the rain does. Only what is known counts.
 */
final class Antecedent implements RainSteps.Sink {
    static final int DAYS = 30;
    static final double COVERAGE = 0.90;

    private static final long DAY_MS = 86_400_000;
    /** Places for the days, by their number since 1970: a power of two above {@link #DAYS}. */
    private static final int PLACES = 32;

    private final double k;
    private final int[] knownMs = new int[PLACES];
    private double mm;
    private long mmAtMs;
    private long beginsMs = RainSteps.NEVER;
    private long newestDay = RainSteps.NEVER;

    Antecedent(double k) {
        this.k = k;
    }

    @Override
    public void begins(long atMs) {
        beginsMs = atMs;
        newestDay = Math.floorDiv(atMs, DAY_MS);
    }

    @Override
    public void takeBackTo(long atMs) {
        // nothing unknown was counted
    }

    @Override
    public void span(long beginMs, long endMs, long units, boolean known) {
        // an end at midnight belongs to the day before
        long day = Math.floorDiv(endMs - 1, DAY_MS);
        if (day - newestDay >= PLACES) {
            Arrays.fill(knownMs, 0);
            newestDay = day;
        }
        while (newestDay < day) {
            newestDay++;
            knownMs[place(newestDay)] = 0;
        }
        if (!known) {
            return;
        }
        if (units > 0) {
            mm = at(endMs) + units / RainSteps.UNITS_PER_MM;
            mmAtMs = endMs;
        }
        long fromMs = Math.max(beginMs, (newestDay - PLACES + 1) * DAY_MS);
        while (fromMs < endMs) {
            long untilMs = Math.min(endMs, (Math.floorDiv(fromMs, DAY_MS) + 1) * DAY_MS);
            knownMs[place(Math.floorDiv(fromMs, DAY_MS))] += (int) (untilMs - fromMs);
            fromMs = untilMs;
        }
    }

    private static int place(long day) {
        return (int) (day & PLACES - 1);
    }

    /** Millimetres at an instant not before the newest wet span, of what it was told. */
    double at(long atMs) {
        return mm == 0 ? 0 : mm * remains(mmAtMs, atMs);
    }

    /** What is left at {@code atMs} of a millimetre that fell at {@code fellAtMs}. */
    double remains(long fellAtMs, long atMs) {
        return Math.pow(k, (double) (atMs - fellAtMs) / DAY_MS);
    }

    /** Whether the gauge has run for thirty whole days (UTC) before the newest, and nine tenths of them are known. */
    boolean isKnown() {
        if (beginsMs == RainSteps.NEVER || beginsMs > (newestDay - DAYS) * DAY_MS) {
            return false;
        }
        long known = 0;
        for (long day = newestDay - DAYS; day < newestDay; day++) {
            known += knownMs[place(day)];
        }
        return known >= COVERAGE * DAYS * DAY_MS;
    }

    static final int SAVED = 4 + PLACES;

    int save(long[] to, int at) {
        to[at] = Double.doubleToRawLongBits(mm);
        to[at + 1] = mmAtMs;
        to[at + 2] = beginsMs;
        to[at + 3] = newestDay;
        for (int i = 0; i < PLACES; i++) {
            to[at + 4 + i] = knownMs[i];
        }
        return at + SAVED;
    }

    int restore(long[] from, int at) {
        mm = Double.longBitsToDouble(from[at]);
        mmAtMs = from[at + 1];
        beginsMs = from[at + 2];
        newestDay = from[at + 3];
        for (int i = 0; i < PLACES; i++) {
            knownMs[i] = (int) from[at + 4 + i];
        }
        return at + SAVED;
    }
}
