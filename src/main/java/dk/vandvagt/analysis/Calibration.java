package dk.vandvagt.analysis;

import dk.vandvagt.quality.Flag;
import dk.vandvagt.quality.QualityTest;
import dk.vandvagt.quality.Recent;
import dk.vandvagt.station.ForecastErrors;
import dk.vandvagt.station.Threshold;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.math3.distribution.TDistribution;
import org.jspecify.annotations.Nullable;

/**
 * Learns from a gauge's past how far its extrapolated level may be off, and tries what was learned on storms that it was not learned
 * from. A storm lasts while the level is at or above a stated one, with no pause of a day; an expectation is made at each of its
 * readings, as it would be live. The quantiles are those of hierarchical conformal prediction (Lee, Barber and Willett, 2023:
 * Distribution-free inference with hierarchical data): each of n storms weighs 1/(n + 1), shared evenly among its errors, and the
 * rest of the weight lies beyond all of them. Where storms are exchangeable, the error at a moment picked at random from a new storm
 * lies below q95 with a probability of at least 95 %, and likewise above q05, whatever goes on within a storm.
 */
public final class Calibration {
    /** A pause that ends a storm. */
    public static final long STORMS_APART_MS = 24 * 3_600_000L;

    private static final double TAIL = 0.05;
    private static final int FOLDS = 10;
    private static final double MS_PER_HOUR = 3_600_000.0;

    /**
     * How the sensor's expectations are made.
     *
     * @param intervalMs between readings, of the history and of the sensor alike
     * @param resolution of the sensor, metres
     * @param direction of the heights that are to be reached, and of the water for which an expectation is made
     * @param beyondM level at and above which there is a storm; falling, at and below
     */
    public record Terms(
            long intervalMs,
            double resolution,
            long windowMs,
            long dampingMs,
            Threshold.Direction direction,
            double beyondM,
            List<Long> leadsMs,
            @Nullable Tide tide) {
        public Terms {
            leadsMs = List.copyOf(leadsMs);
        }

        /** Of the same, but for the damping: 0 for none of the rise (persistence), very long for all of it. */
        public Terms withDamping(long otherMs) {
            return new Terms(intervalMs, resolution, windowMs, otherMs, direction, beyondM, leadsMs, tide);
        }
    }

    /**
     * How a band did at one lead; storms weigh alike.
     *
     * @param storms that had a reading at that lead
     * @param expectations in them
     * @param coverage share of the levels that lay within the band
     * @param widthM of the band, mean
     * @param errorM of its middle, mean of the absolute values
     */
    public record LeadScore(long leadMs, int storms, int expectations, double coverage, double widthM, double errorM) {}

    /**
     * What became of the times that were given for one height, over all expectations made below it.
     *
     * @param inside the height was reached between earliest and latest, or after earliest where no latest was given
     * @param early it was reached before the earliest time
     * @param late it was reached after the latest time
     * @param untold it was reached, and no time at all had been given
     * @param open of the {@code inside}, those without a latest time: <em>may not be reached</em>
     * @param quiet it was not reached within the horizon, and no time had been given
     * @param rightlyOpen it was not, and <em>may not be reached</em> had been told
     * @param missed it was not, though a latest time had been given
     * @param storms in which it was reached
     * @param spanMs mean of latest less earliest, where both were given
     */
    public record CrossingScore(
            double heightM,
            int inside,
            int early,
            int late,
            int untold,
            int open,
            int quiet,
            int rightlyOpen,
            int missed,
            int storms,
            long spanMs) {
        public int reached() {
            return inside + early + late + untold;
        }

        public int notReached() {
            return quiet + rightlyOpen + missed;
        }
    }

    /** How one way of making expectations did. */
    public record Score(List<LeadScore> leads, List<CrossingScore> crossings) {
        public Score {
            leads = List.copyOf(leads);
            crossings = List.copyOf(crossings);
        }
    }

    private final Terms terms;
    private final long[] timesMs;
    private final double[] levelsM;
    private final int count;
    /** Of each expectation: the reading it was made at, its storm, what it was extrapolated from. */
    private final int[] reading;

    private final int[] storm;
    private final double[] riseMPerHour;
    /** Level that came, by lead and expectation; NaN where nobody measured it. */
    private final double[][] cameM;

    private final int storms;
    private final LeastSquares leastSquares;
    private final boolean rising;

    /**
     * @param timesMs rising
     * @param levelsM in the station's datum, faults removed
     */
    public Calibration(long[] timesMs, double[] levelsM, Terms terms) {
        this.timesMs = timesMs.clone();
        this.levelsM = levelsM.clone();
        this.terms = terms;
        rising = terms.direction() == Threshold.Direction.RISING;
        int[] madeAt = new int[timesMs.length];
        int[] inStorm = new int[timesMs.length];
        double[] rises = new double[timesMs.length];
        leastSquares = new LeastSquares(timesMs.length);
        Recent recent = new Recent(new int[] {Recent.capacity(terms.windowMs(), terms.intervalMs())});
        Trend trend = new Trend();
        Extrapolation extrapolation = new Extrapolation(terms.windowMs(), terms.resolution(), terms.tide());
        int made = 0;
        int last = -1;
        int stormsSeen = 0;
        boolean stormCounts = false;
        for (int i = 0; i < timesMs.length; i++) {
            if (i > 0 && timesMs[i] <= timesMs[i - 1]) {
                throw new IllegalArgumentException("readings must be in order of time, each instant once");
            }
            recent.insert(0, recent.size(0), timesMs[i], levelsM[i], Flag.PASS, QualityTest.NONE.code());
            if (!isStorm(levelsM[i])) {
                continue;
            }
            if (last < 0 || timesMs[i] - timesMs[last] >= STORMS_APART_MS) {
                stormCounts = false;
            }
            last = i;
            if (!extrapolation.begin(trend, recent, 0, 0) || trend.sign() != (rising ? 1 : -1)) {
                continue;
            }
            if (!stormCounts) {
                stormCounts = true;
                stormsSeen++;
            }
            madeAt[made] = i;
            inStorm[made] = stormsSeen - 1;
            rises[made] = extrapolation.riseMPerHour();
            leastSquares.fit(made, i);
            made++;
        }
        count = made;
        storms = stormsSeen;
        reading = Arrays.copyOf(madeAt, made);
        storm = Arrays.copyOf(inStorm, made);
        riseMPerHour = Arrays.copyOf(rises, made);
        cameM = new double[terms.leadsMs().size()][made];
        for (int lead = 0; lead < cameM.length; lead++) {
            look(terms.leadsMs().get(lead), cameM[lead]);
        }
    }

    /** The level a lead after each expectation: as measured, or on the line between two readings not too far apart. */
    private void look(long leadMs, double[] to) {
        int after = 0;
        for (int k = 0; k < count; k++) {
            long targetMs = timesMs[reading[k]] + leadMs;
            while (after < timesMs.length && timesMs[after] < targetMs) {
                after++;
            }
            if (after == timesMs.length) {
                to[k] = Double.NaN;
            } else if (timesMs[after] == targetMs) {
                to[k] = levelsM[after];
            } else if (isGap(after)) {
                to[k] = Double.NaN;
            } else {
                double share = (targetMs - timesMs[after - 1]) / (double) (timesMs[after] - timesMs[after - 1]);
                to[k] = levelsM[after - 1] + share * (levelsM[after] - levelsM[after - 1]);
            }
        }
    }

    private boolean isStorm(double levelM) {
        return rising ? levelM >= terms.beyondM() : levelM <= terms.beyondM();
    }

    private boolean isBeyond(double levelM, double heightM) {
        return rising ? levelM >= heightM : levelM <= heightM;
    }

    private boolean isGap(int i) {
        return timesMs[i] - timesMs[i - 1] > 2 * terms.intervalMs();
    }

    public int storms() {
        return storms;
    }

    public int expectations() {
        return count;
    }

    /** When the first expectation of a storm was made. */
    public long stormBeganMs(int storm) {
        return timesMs[reading[firstOf(storm)]];
    }

    /** The farthest level from the first expectation to the horizon of the last. */
    public double stormPeakM(int storm) {
        double peak = rising ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        int last = firstOf(storm + 1) - 1;
        long untilMs = timesMs[reading[last]] + Expectation.FARTHEST_MS;
        for (int i = reading[firstOf(storm)]; i < timesMs.length && timesMs[i] <= untilMs; i++) {
            peak = rising ? Math.max(peak, levelsM[i]) : Math.min(peak, levelsM[i]);
        }
        return peak;
    }

    /** The first storm that began at or after an instant; their number where none did. */
    public int firstStormFrom(long atMs) {
        int first = 0;
        while (first < storms && stormBeganMs(first) < atMs) {
            first++;
        }
        return first;
    }

    private int firstOf(int wanted) {
        int k = Arrays.binarySearch(storm, wanted);
        if (k < 0) {
            return -k - 1;
        }
        while (k > 0 && storm[k - 1] == wanted) {
            k--;
        }
        return k;
    }

    /** Learned from all storms; null with fewer than {@link Expectation#FEWEST_STORMS} at any lead. */
    public @Nullable ForecastErrors table(String source) {
        return table(0, 0, 0, storms, source);
    }

    /** Learned from the storms before one. */
    public @Nullable ForecastErrors tableBefore(int storm, String source) {
        return table(0, 0, 0, storm, source);
    }

    /** Learned from the storms in {@code [from, to)} without those in {@code [without, withoutTo)}. */
    private @Nullable ForecastErrors table(int without, int withoutTo, int from, int to, String source) {
        List<ForecastErrors.Lead> leads = new ArrayList<>();
        int fewest = Integer.MAX_VALUE;
        Extrapolation extrapolation = new Extrapolation(terms.windowMs(), terms.resolution(), terms.tide());
        for (int lead = 0; lead < cameM.length; lead++) {
            long leadMs = terms.leadsMs().get(lead);
            double hours = Extrapolation.dampedHours(leadMs, terms.dampingMs());
            Errors errors = new Errors(storms);
            for (int k = firstOf(from); k < count && storm[k] < to; k++) {
                if (!Double.isNaN(cameM[lead][k]) && !(storm[k] >= without && storm[k] < withoutTo)) {
                    extrapolation.begin(timesMs[reading[k]], levelsM[reading[k]], riseMPerHour[k]);
                    errors.add(storm[k], cameM[lead][k] - extrapolation.levelM(leadMs, hours));
                }
            }
            fewest = Math.min(fewest, errors.storms());
            if (fewest < Expectation.FEWEST_STORMS) {
                return null;
            }
            leads.add(errors.lead(leadMs));
        }
        return new ForecastErrors(
                terms.windowMs(),
                terms.dampingMs(),
                terms.direction(),
                terms.beyondM(),
                leads,
                fewest,
                timesMs[0],
                timesMs[timesMs.length - 1] + 1,
                source);
    }

    /** Errors at one lead, each with its storm. */
    private static final class Errors {
        private record Error(double errorM, int storm) {}

        private final List<Error> errors = new ArrayList<>();
        private final int[] ofStorm;

        Errors(int storms) {
            ofStorm = new int[storms];
        }

        void add(int storm, double errorM) {
            errors.add(new Error(errorM, storm));
            ofStorm[storm]++;
        }

        int storms() {
            return (int) Arrays.stream(ofStorm).filter(n -> n > 0).count();
        }

        ForecastErrors.Lead lead(long leadMs) {
            errors.sort(Comparator.comparingDouble(Error::errorM));
            double all = storms() + 1;
            double high = quantile(errors, (1 - TAIL) * all);
            double middle = quantile(errors, 0.5 * (all - 1));
            double low = quantile(errors.reversed(), (1 - TAIL) * all);
            return new ForecastErrors.Lead(leadMs, low, middle, high);
        }

        /** The first in this order with which the weight, a storm weighing 1, reaches what is wanted. */
        private double quantile(List<Error> inOrder, double wanted) {
            double weight = 0;
            for (Error error : inOrder) {
                weight += 1.0 / ofStorm[error.storm()];
                // a sum of fractions may end a rounding error short
                if (weight >= wanted - 1e-9) {
                    return error.errorM();
                }
            }
            throw new IllegalStateException("too few storms");
        }
    }

    /**
     * Tries the way expectations are made on every storm, by tables learned from the other storms: ten runs of consecutive storms,
     * or, where that leaves too few, one storm at a time.
     *
     * @param heightsM for which times are tried
     * @return null where there are fewer than 20 storms
     */
    public @Nullable Score tryOut(List<Double> heightsM) {
        int folds = storms - ceilDiv(storms, FOLDS) >= Expectation.FEWEST_STORMS ? FOLDS : storms;
        Tally tally = new Tally(heightsM);
        for (int fold = 0; fold < folds; fold++) {
            int from = (int) ((long) storms * fold / folds);
            int to = (int) ((long) storms * (fold + 1) / folds);
            ForecastErrors table = table(from, to, 0, storms, "");
            if (table == null) {
                return null;
            }
            tally.add(table, from, to);
        }
        return tally.score();
    }

    private static int ceilDiv(int a, int b) {
        return (a + b - 1) / b;
    }

    /** Tries a table, learned elsewhere, on the storms in {@code [from, to)}. */
    public Score tryOn(ForecastErrors table, int from, int to, List<Double> heightsM) {
        Tally tally = new Tally(heightsM);
        tally.add(table, from, to);
        return tally.score();
    }

    /**
     * Tries the interval that a least-squares line through the window says its next value lies in with 90 % probability, on the
     * storms in {@code [from, to)}.
     */
    public Score tryLeastSquares(int from, int to, List<Double> heightsM) {
        Tally tally = new Tally(heightsM);
        tally.addLeastSquares(from, to);
        return tally.score();
    }

    /** What came of the expectations of some storms. */
    private final class Tally {
        private final int leads = terms.leadsMs().size();
        private final double[][] inside = new double[leads][storms];
        private final double[][] width = new double[leads][storms];
        private final double[][] error = new double[leads][storms];
        private final int[][] seen = new int[leads][storms];
        private final List<Heights> heights = new ArrayList<>();

        Tally(List<Double> heightsM) {
            heightsM.forEach(heightM -> heights.add(new Heights(heightM)));
        }

        void add(ForecastErrors table, int from, int to) {
            Expectation expectation = new Expectation(table, terms.resolution(), terms.tide());
            for (int k = firstOf(from); k < count && storm[k] < to; k++) {
                expectation.make(timesMs[reading[k]], levelsM[reading[k]], riseMPerHour[k]);
                judge(expectation, k);
            }
        }

        void addLeastSquares(int from, int to) {
            // the table says only which leads there are
            List<ForecastErrors.Lead> none = terms.leadsMs().stream()
                    .map(leadMs -> new ForecastErrors.Lead(leadMs, 0, 0, 0))
                    .toList();
            ForecastErrors table = new ForecastErrors(
                    terms.windowMs(),
                    0,
                    terms.direction(),
                    terms.beyondM(),
                    none,
                    storms,
                    timesMs[0],
                    timesMs[0] + 1,
                    "");
            Expectation expectation = new Expectation(table, terms.resolution(), null);
            for (int k = firstOf(from); k < count && storm[k] < to; k++) {
                leastSquares.spread(expectation, k);
                judge(expectation, k);
            }
        }

        private void judge(Expectation expectation, int k) {
            for (int lead = 0; lead < leads; lead++) {
                double came = cameM[lead][k];
                if (!Double.isNaN(came)) {
                    long leadMs = terms.leadsMs().get(lead);
                    double low = expectation.lowM(leadMs);
                    double high = expectation.highM(leadMs);
                    inside[lead][storm[k]] += came >= low && came <= high ? 1 : 0;
                    width[lead][storm[k]] += high - low;
                    error[lead][storm[k]] += Math.abs(came - expectation.centralM(leadMs));
                    seen[lead][storm[k]]++;
                }
            }
            heights.forEach(height -> height.judge(expectation, k));
        }

        Score score() {
            List<LeadScore> scores = new ArrayList<>();
            for (int lead = 0; lead < leads; lead++) {
                int stormsSeen = 0;
                int expectations = 0;
                double coverage = 0;
                double widths = 0;
                double errors = 0;
                for (int s = 0; s < storms; s++) {
                    int n = seen[lead][s];
                    if (n > 0) {
                        stormsSeen++;
                        expectations += n;
                        coverage += inside[lead][s] / n;
                        widths += width[lead][s] / n;
                        errors += error[lead][s] / n;
                    }
                }
                scores.add(new LeadScore(
                        terms.leadsMs().get(lead),
                        stormsSeen,
                        expectations,
                        coverage / stormsSeen,
                        widths / stormsSeen,
                        errors / stormsSeen));
            }
            return new Score(scores, heights.stream().map(Heights::score).toList());
        }
    }

    /** Times given for one height, and what became of them. */
    private final class Heights {
        private final double heightM;
        private int inside;
        private int early;
        private int late;
        private int untold;
        private int open;
        private int quiet;
        private int rightlyOpen;
        private int missed;
        private int stormsReached;
        private int lastReached = -1;
        private long spansMs;
        private int spans;

        Heights(double heightM) {
            this.heightM = heightM;
        }

        void judge(Expectation expectation, int k) {
            if (isBeyond(levelsM[reading[k]], heightM)) {
                return;
            }
            long reachedMs = reachedMs(reading[k], expectation.horizonMs());
            if (reachedMs < 0) {
                return;
            }
            expectation.reach(heightM);
            long earliestMs = expectation.earliestMs();
            long latestMs = expectation.latestMs();
            if (latestMs != 0) {
                spansMs += latestMs - earliestMs;
                spans++;
            }
            if (reachedMs == 0) {
                quiet += earliestMs == 0 ? 1 : 0;
                rightlyOpen += earliestMs != 0 && latestMs == 0 ? 1 : 0;
                missed += latestMs != 0 ? 1 : 0;
                return;
            }
            if (storm[k] != lastReached) {
                lastReached = storm[k];
                stormsReached++;
            }
            if (earliestMs == 0) {
                untold++;
            } else if (reachedMs < earliestMs) {
                early++;
            } else if (latestMs != 0 && reachedMs > latestMs) {
                late++;
            } else {
                inside++;
                open += latestMs == 0 ? 1 : 0;
            }
        }

        /** 0 where it was not reached within the horizon, -1 where nobody knows. */
        private long reachedMs(int from, long horizonMs) {
            long untilMs = timesMs[from] + horizonMs;
            for (int i = from + 1; i < timesMs.length; i++) {
                if (isGap(i)) {
                    return timesMs[i - 1] >= untilMs ? 0 : -1;
                }
                if (isBeyond(levelsM[i], heightM)) {
                    double share = (heightM - levelsM[i - 1]) / (levelsM[i] - levelsM[i - 1]);
                    long atMs = timesMs[i - 1] + Math.round(share * (timesMs[i] - timesMs[i - 1]));
                    return atMs <= untilMs ? atMs : 0;
                }
                if (timesMs[i] >= untilMs) {
                    return 0;
                }
            }
            return -1;
        }

        CrossingScore score() {
            return new CrossingScore(
                    heightM,
                    inside,
                    early,
                    late,
                    untold,
                    open,
                    quiet,
                    rightlyOpen,
                    missed,
                    stormsReached,
                    spans == 0 ? 0 : spansMs / spans);
        }
    }

    /** The textbook's line through the window's readings, with the interval for its next value; kept for comparison. */
    private final class LeastSquares {
        private final double[] quantile = new double[64];
        private final double[] atNowM;
        private final double[] slope;
        private final double[] deviationM;
        private final double[] sumOfSquares;
        private final double[] middleHours;
        private final int[] readings;

        LeastSquares(int most) {
            for (int df = 1; df < quantile.length; df++) {
                quantile[df] = new TDistribution(df).inverseCumulativeProbability(1 - TAIL);
            }
            atNowM = new double[most];
            slope = new double[most];
            deviationM = new double[most];
            sumOfSquares = new double[most];
            middleHours = new double[most];
            readings = new int[most];
        }

        void fit(int k, int newest) {
            int first = newest;
            double sumX = 0;
            double sumY = 0;
            while (first >= 0 && timesMs[newest] - timesMs[first] <= terms.windowMs()) {
                sumX += hours(first, newest);
                sumY += levelsM[first];
                first--;
            }
            int n = newest - first;
            double meanX = sumX / n;
            double meanY = sumY / n;
            double sxx = 0;
            double sxy = 0;
            double syy = 0;
            for (int i = first + 1; i <= newest; i++) {
                double dx = hours(i, newest) - meanX;
                double dy = levelsM[i] - meanY;
                sxx += dx * dx;
                sxy += dx * dy;
                syy += dy * dy;
            }
            slope[k] = sxy / sxx;
            atNowM[k] = meanY - slope[k] * meanX;
            deviationM[k] = Math.sqrt(Math.max(
                    Math.max(syy - slope[k] * sxy, 0) / (n - 2), terms.resolution() * terms.resolution() / 12));
            sumOfSquares[k] = sxx;
            middleHours[k] = meanX;
            readings[k] = n;
        }

        private double hours(int i, int newest) {
            return (timesMs[i] - timesMs[newest]) / MS_PER_HOUR;
        }

        void spread(Expectation expectation, int k) {
            double t = quantile[Math.min(readings[k] - 2, quantile.length - 1)];
            expectation.make(timesMs[reading[k]], levelsM[reading[k]], 0);
            expectation.replaceBand((leadHours, side) -> atNowM[k]
                    + slope[k] * leadHours
                    + side
                            * t
                            * deviationM[k]
                            * Math.sqrt(1
                                    + 1.0 / readings[k]
                                    + (leadHours - middleHours[k]) * (leadHours - middleHours[k]) / sumOfSquares[k]));
        }
    }
}
