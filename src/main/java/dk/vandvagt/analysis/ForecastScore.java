package dk.vandvagt.analysis;

import dk.vandvagt.station.ForecastErrors;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Scores one sensor's expectations once the level they were about has come: how often it lay within the band, by lead, and how far
 * from the middle, beside how far from the level that was when the expectation was made (persistence). An expectation is kept as
 * what its extrapolation began with, for as long as the longest lead; all sums are whole numbers, so that nothing drifts. What came
 * late or is corrected afterwards changes no score. Allocates nothing after construction. One thread.
 */
public final class ForecastScore {
    /** Expectations nearer to the one before than this, or than half an interval, say the same and are not scored. */
    public static final long APART_MS = 5 * 60_000L;

    private static final int LONGS_PER_PENDING = 3;
    private static final int LEVEL = 1;
    private static final int RISE = 2;

    private static final int INSIDE = 0;
    private static final int BELOW = 1;
    private static final int ABOVE = 2;
    private static final int UNSEEN = 3;
    private static final int ERROR_UM = 4;
    private static final int PERSISTENCE_UM = 5;
    private static final int SUMS = 6;
    private static final double UM_PER_M = 1e6;
    /** No level is off by more, and the sums hold for a hundred thousand years. */
    private static final double GREATEST_ERROR_M = 1e3;
    /** Fingerprint, last observation and its level, first number and end of what is pending. */
    private static final int SAVED_HEAD = 5;

    private final ForecastErrors.Lead[] leads;
    private final double[] dampedHours;
    private final long nearMs;
    private final long apartMs;
    private final long fingerprint;
    private final Extrapolation extrapolation;
    private final int places;
    /** A ring: number n has its place at n modulo the places. */
    private final long[] pending;
    /** By lead, the number of the expectation that is scored next. */
    private final long[] next;

    private final long[] sums;
    private long end;
    private long lastMs;
    private double lastM;

    /**
     * @param intervalMs of the sensor's reports
     * @param tide as the expectations were made with
     */
    public ForecastScore(ForecastErrors table, long intervalMs, @Nullable Tide tide) {
        leads = table.leads().stream()
                .filter(lead -> lead.leadMs() <= Expectation.FARTHEST_MS)
                .toArray(ForecastErrors.Lead[]::new);
        if (leads.length == 0) {
            throw new IllegalArgumentException("forecast errors have no lead of at most " + Expectation.FARTHEST_MS);
        }
        dampedHours = new double[leads.length];
        for (int i = 0; i < leads.length; i++) {
            dampedHours[i] = Extrapolation.dampedHours(leads[i].leadMs(), table.dampingMs());
        }
        nearMs = 2 * intervalMs;
        apartMs = Math.max(APART_MS, intervalMs / 2);
        fingerprint = 31 * fingerprint(table) + intervalMs;
        extrapolation = new Extrapolation(table.windowMs(), 0, tide);
        places = Math.toIntExact(leads[leads.length - 1].leadMs() / apartMs + 2);
        pending = new long[LONGS_PER_PENDING * places];
        next = new long[leads.length];
        sums = new long[SUMS * leads.length];
    }

    private static long fingerprint(ForecastErrors table) {
        long hash = table.windowMs() * 31 + table.dampingMs();
        hash = hash * 31 + table.direction().ordinal();
        hash = hash * 31 + Double.doubleToLongBits(table.beyondM());
        for (ForecastErrors.Lead lead : table.leads()) {
            hash = hash * 31 + lead.leadMs();
            hash = hash * 31 + Double.doubleToLongBits(lead.q05M());
            hash = hash * 31 + Double.doubleToLongBits(lead.q50M());
            hash = hash * 31 + Double.doubleToLongBits(lead.q95M());
        }
        return hash;
    }

    /** Takes note of an expectation, unless it is refused or too near the one before. */
    public void made(Expectation expectation) {
        if (expectation.refusal() == Expectation.NONE) {
            made(expectation.atMs(), expectation.levelM(), expectation.riseMPerHour());
        }
    }

    private void made(long atMs, double levelM, double riseMPerHour) {
        if (end > 0 && atMs < pending[place(end - 1)] + apartMs) {
            return;
        }
        long oldest = end - places;
        for (int i = 0; i < leads.length; i++) {
            if (next[i] == oldest) {
                next[i]++;
                sums[SUMS * i + UNSEEN]++;
            }
        }
        int place = place(end);
        pending[place] = atMs;
        pending[place + LEVEL] = Double.doubleToRawLongBits(levelM);
        pending[place + RISE] = Double.doubleToRawLongBits(riseMPerHour);
        end++;
    }

    private int place(long number) {
        return LONGS_PER_PENDING * (int) (number % places);
    }

    /**
     * Scores what was expected for the time since the observation before, between the two on the straight line. Over more than two
     * intervals nothing is known between them, and those expectations are counted as unseen.
     *
     * @param levelM in the station's datum, of an observation that is settled and sound: a spike is known by the reading after it,
     *     so hand in the newest but one. In order of time; what is not newer than the one before is passed over
     */
    public void observed(long observedAtMs, double levelM) {
        if (observedAtMs <= lastMs) {
            return;
        }
        boolean near = lastMs != 0 && observedAtMs - lastMs <= nearMs;
        for (int i = 0; i < leads.length; i++) {
            long leadMs = leads[i].leadMs();
            while (next[i] < end && pending[place(next[i])] + leadMs <= observedAtMs) {
                int place = place(next[i]);
                long targetMs = pending[place] + leadMs;
                if (targetMs == observedAtMs) {
                    score(i, place, levelM);
                } else if (near && targetMs >= lastMs) {
                    double share = (targetMs - lastMs) / (double) (observedAtMs - lastMs);
                    score(i, place, lastM + share * (levelM - lastM));
                } else {
                    sums[SUMS * i + UNSEEN]++;
                }
                next[i]++;
            }
        }
        lastMs = observedAtMs;
        lastM = levelM;
    }

    private void score(int lead, int place, double levelM) {
        double beganM = Double.longBitsToDouble(pending[place + LEVEL]);
        extrapolation.begin(pending[place], beganM, Double.longBitsToDouble(pending[place + RISE]));
        double errorM = levelM - extrapolation.levelM(leads[lead].leadMs(), dampedHours[lead]);
        int outcome = errorM < leads[lead].q05M() ? BELOW : errorM > leads[lead].q95M() ? ABOVE : INSIDE;
        int at = SUMS * lead;
        sums[at + outcome]++;
        sums[at + ERROR_UM] += micrometres(errorM - leads[lead].q50M());
        sums[at + PERSISTENCE_UM] += micrometres(levelM - beganM);
    }

    private static long micrometres(double metres) {
        return Math.round(Math.min(Math.abs(metres), GREATEST_ERROR_M) * UM_PER_M);
    }

    public int leads() {
        return leads.length;
    }

    public long leadMs(int lead) {
        return leads[lead].leadMs();
    }

    /** Of the 90 % band. */
    public double widthM(int lead) {
        return leads[lead].q95M() - leads[lead].q05M();
    }

    /** Levels that lay within the band, its ends included. */
    public long inside(int lead) {
        return sums[SUMS * lead + INSIDE];
    }

    public long below(int lead) {
        return sums[SUMS * lead + BELOW];
    }

    public long above(int lead) {
        return sums[SUMS * lead + ABOVE];
    }

    /** Expectations whose outcome nobody measured. */
    public long unseen(int lead) {
        return sums[SUMS * lead + UNSEEN];
    }

    public long scored(int lead) {
        return inside(lead) + below(lead) + above(lead);
    }

    /** Share of the levels that lay within the band: 0.90 or more if it keeps what it promises; NaN before the first. */
    public double coverage(int lead) {
        return scored(lead) == 0 ? Double.NaN : inside(lead) / (double) scored(lead);
    }

    /** Of the middle of the band, metres; NaN before the first. */
    public double meanAbsoluteErrorM(int lead) {
        return sums[SUMS * lead + ERROR_UM] / UM_PER_M / (scored(lead) == 0 ? Double.NaN : scored(lead));
    }

    /** Of the level that was when the expectation was made, likewise. */
    public double persistenceErrorM(int lead) {
        return sums[SUMS * lead + PERSISTENCE_UM] / UM_PER_M / (scored(lead) == 0 ? Double.NaN : scored(lead));
    }

    /** All of it, to be handed to {@link #restore}. */
    public long[] save() {
        long first = Math.max(0, end - places);
        int kept = (int) (end - first);
        long[] saved = new long[SAVED_HEAD + next.length + sums.length + LONGS_PER_PENDING * kept];
        saved[0] = fingerprint;
        saved[1] = lastMs;
        saved[2] = Double.doubleToRawLongBits(lastM);
        saved[3] = first;
        saved[4] = end;
        System.arraycopy(next, 0, saved, SAVED_HEAD, next.length);
        System.arraycopy(sums, 0, saved, SAVED_HEAD + next.length, sums.length);
        int to = SAVED_HEAD + next.length + sums.length;
        for (long number = first; number < end; number++, to += LONGS_PER_PENDING) {
            System.arraycopy(pending, place(number), saved, to, LONGS_PER_PENDING);
        }
        return saved;
    }

    /**
     * Goes on where another left off.
     *
     * @return false, and begins anew, where that was about another table or interval: its scores are not this one's
     */
    public boolean restore(long[] saved) {
        int head = SAVED_HEAD + next.length + sums.length;
        if (saved.length < head
                || saved[0] != fingerprint
                || saved[4] - saved[3] > places
                || saved.length != head + LONGS_PER_PENDING * (saved[4] - saved[3])) {
            Arrays.fill(next, 0);
            Arrays.fill(sums, 0);
            end = 0;
            lastMs = 0;
            return false;
        }
        lastMs = saved[1];
        lastM = Double.longBitsToDouble(saved[2]);
        end = saved[4];
        System.arraycopy(saved, SAVED_HEAD, next, 0, next.length);
        System.arraycopy(saved, SAVED_HEAD + next.length, sums, 0, sums.length);
        int from = head;
        for (long number = saved[3]; number < end; number++, from += LONGS_PER_PENDING) {
            System.arraycopy(saved, from, pending, place(number), LONGS_PER_PENDING);
        }
        return true;
    }
}
