package dk.vandvagt.analysis;

import dk.vandvagt.quality.Flag;
import dk.vandvagt.quality.Recent;
import dk.vandvagt.station.ForecastErrors;
import dk.vandvagt.station.Threshold;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be expected of one sensor's level over the next hours, and when it may reach a height: the extrapolation, and about it
 * the band that 90 % of its past errors fell in. Between the leads of the table both are straight lines, beginning at the newest
 * level. It is made only of water that moves the way the table was learned from, and is high (or low) enough. Made anew by each
 * call; allocates nothing after construction. One thread.
 */
public final class Expectation {
    /** An expectation is given. */
    public static final byte NONE = 0;

    public static final byte NO_TABLE = 1;
    public static final byte TOO_FEW_STORMS = 2;
    public static final byte STALE = 3;
    public static final byte SUSPECT = 4;
    public static final byte SHORT = 5;
    public static final byte CALM = 6;
    public static final byte NOT_RISING = 7;
    public static final byte NOT_FALLING = 8;

    /**
     * A bound that the error of a new storm keeps with 95 % probability exists from this many storms on: the greatest of n errors is
     * exceeded with probability 1/(n + 1).
     */
    public static final int FEWEST_STORMS = 19;

    /** Beyond it nothing is expected, whatever the table says. */
    public static final long FARTHEST_MS = 6 * 3_600_000L;

    private static final List<String> WORDS = List.of(
            "",
            "no forecast errors in the settings (forecastErrors, made by: vandvagt calibrate)",
            "too few storms have calibrated it",
            "the sensor is silent",
            "the newest reading is suspect or failed",
            "too few readings for a rise over the window",
            "the level is not among those that errors were collected at",
            "the level is not rising",
            "the level is not falling");

    private final Extrapolation extrapolation;
    private final ForecastErrors table;
    private final boolean rising;
    private final boolean enoughStorms;
    private final long[] leadMs;
    private final double[] dampedHours;
    private final double[] q05M;
    private final double[] q50M;
    private final double[] q95M;
    private final double[] lowM;
    private final double[] centralM;
    private final double[] highM;
    private byte refusal = SHORT;
    /** The newest level, where it is fit to be judged by. */
    private double standM = Double.NaN;

    private long earliestMs;
    private long centralMs;
    private long latestMs;

    /**
     * @param tide of the gauge, whose course is known beforehand
     * @throws IllegalArgumentException where the table has no lead within {@link #FARTHEST_MS}, or its leads are not in order
     */
    public Expectation(ForecastErrors table, @Nullable Tide tide) {
        extrapolation = new Extrapolation(table.windowMs(), tide);
        this.table = table;
        rising = table.direction() == Threshold.Direction.RISING;
        enoughStorms = table.storms() >= FEWEST_STORMS;
        int knots = 1;
        while (knots <= table.leads().size() && table.leads().get(knots - 1).leadMs() <= FARTHEST_MS) {
            knots++;
        }
        if (knots == 1) {
            throw new IllegalArgumentException("forecast errors have no lead of at most " + FARTHEST_MS + " ms");
        }
        leadMs = new long[knots];
        dampedHours = new double[knots];
        q05M = new double[knots];
        q50M = new double[knots];
        q95M = new double[knots];
        lowM = new double[knots];
        centralM = new double[knots];
        highM = new double[knots];
        for (int i = 1; i < knots; i++) {
            ForecastErrors.Lead lead = table.leads().get(i - 1);
            if (lead.leadMs() <= leadMs[i - 1]) {
                throw new IllegalArgumentException("lead " + lead.leadMs() + " ms: must be longer than the one before");
            }
            if (!(lead.q05M() <= lead.q50M() && lead.q50M() <= lead.q95M())) {
                throw new IllegalArgumentException("quantiles at lead " + lead.leadMs() + " ms: must not fall");
            }
            leadMs[i] = lead.leadMs();
            dampedHours[i] = Extrapolation.dampedHours(lead.leadMs(), table.dampingMs());
            q05M[i] = lead.q05M();
            q50M[i] = lead.q50M();
            q95M[i] = lead.q95M();
        }
        forget();
    }

    /** In English, for operators; empty for {@link #NONE}. */
    public static String inWords(byte refusal) {
        return WORDS.get(refusal);
    }

    /**
     * Makes it from the newest reading and the rise before it.
     *
     * @param trend is used, what it held is lost
     * @param zeroM of the gauge in its datum
     * @return {@link #NONE}, or why nothing can be expected
     */
    public byte make(Trend trend, Recent recent, int sensor, double zeroM, boolean stale) {
        standM = Double.NaN;
        refusal = refuse(trend, recent, sensor, zeroM, stale);
        if (refusal == NONE) {
            spread();
        } else {
            forget();
        }
        return refusal;
    }

    private byte refuse(Trend trend, Recent recent, int sensor, double zeroM, boolean stale) {
        if (!enoughStorms) {
            return TOO_FEW_STORMS;
        }
        if (stale) {
            return STALE;
        }
        int size = recent.size(sensor);
        if (size == 0) {
            return SHORT;
        }
        byte flag = recent.flag(sensor, size - 1);
        if (flag != Flag.PASS && flag != Flag.NOT_EVALUATED) {
            return SUSPECT;
        }
        standM = recent.value(sensor, size - 1) + zeroM;
        if (!table.covers(standM)) {
            return CALM;
        }
        double rise = extrapolation.begin(trend, recent, sensor, zeroM);
        if (Double.isNaN(rise)) {
            // where it would be expected to go is not known, so a rule about that is neither raised nor cleared
            standM = Double.NaN;
            return SHORT;
        }
        // not whether it surely rises: past errors tell what that is worth
        if (rising ? rise <= 0 : rise >= 0) {
            return rising ? NOT_RISING : NOT_FALLING;
        }
        return NONE;
    }

    /** Makes it from what an earlier extrapolation began with. */
    void make(long atMs, double levelM, double riseMPerHour) {
        extrapolation.begin(atMs, levelM, riseMPerHour);
        standM = levelM;
        spread();
        refusal = NONE;
    }

    private void spread() {
        lowM[0] = extrapolation.levelM();
        centralM[0] = extrapolation.levelM();
        highM[0] = extrapolation.levelM();
        for (int i = 1; i < leadMs.length; i++) {
            double extrapolatedM = extrapolation.levelM(leadMs[i], dampedHours[i]);
            lowM[i] = extrapolatedM + q05M[i];
            centralM[i] = extrapolatedM + q50M[i];
            highM[i] = extrapolatedM + q95M[i];
        }
    }

    /** A line at a lead: -1 for the band's lower end, 0 for its middle, 1 for its upper. */
    interface Band {
        double levelM(double leadHours, int side);
    }

    /** Puts another band in the place of the table's, to be compared with it. */
    void replaceBand(Band band) {
        for (int i = 1; i < leadMs.length; i++) {
            double hours = leadMs[i] / 3_600_000.0;
            lowM[i] = band.levelM(hours, -1);
            centralM[i] = band.levelM(hours, 0);
            highM[i] = band.levelM(hours, 1);
        }
    }

    private void forget() {
        Arrays.fill(lowM, Double.NaN);
        Arrays.fill(centralM, Double.NaN);
        Arrays.fill(highM, Double.NaN);
    }

    public byte refusal() {
        return refusal;
    }

    /** The newest reading's instant. */
    public long atMs() {
        return extrapolation.atMs();
    }

    /** The newest level, in the station's datum. */
    public double levelM() {
        return extrapolation.levelM();
    }

    /** Over the table's window, beyond the tide's. */
    public double riseMPerHour() {
        return extrapolation.riseMPerHour();
    }

    /** Whether it is about rising water, and heights reached from below. */
    public boolean isRising() {
        return rising;
    }

    /** Of the rise that is extrapolated. */
    public long windowMs() {
        return table.windowMs();
    }

    /** The longest lead that is expected. */
    public long horizonMs() {
        return leadMs[leadMs.length - 1];
    }

    /** NaN where refused or beyond {@link #horizonMs}. */
    public double centralM(long leadMs) {
        return at(centralM, leadMs);
    }

    /** Lower end of the band, likewise. */
    public double lowM(long leadMs) {
        return at(lowM, leadMs);
    }

    /** Upper end of the band, likewise. */
    public double highM(long leadMs) {
        return at(highM, leadMs);
    }

    private double at(double[] line, long lead) {
        int i = 1;
        while (i < leadMs.length && leadMs[i] < lead) {
            i++;
        }
        if (lead < 0 || i == leadMs.length) {
            return Double.NaN;
        }
        double share = (lead - leadMs[i - 1]) / (double) (leadMs[i] - leadMs[i - 1]);
        return line[i - 1] + share * (line[i] - line[i - 1]);
    }

    /**
     * What a rule about the expected level is judged by: the greatest central level from now to the horizon, or to the longest lead
     * where that is nearer; for falling water the least. Where the water is calm or does not move that way, nothing beyond the newest
     * level is expected, and that is it.
     *
     * @return NaN where nothing can be said
     */
    public double farthestM(long horizonMs) {
        double farthest = standM;
        if (refusal != NONE) {
            return farthest;
        }
        for (int i = 1; i < leadMs.length && leadMs[i - 1] < horizonMs; i++) {
            double level = leadMs[i] <= horizonMs ? centralM[i] : at(centralM, horizonMs);
            farthest = rising ? Math.max(farthest, level) : Math.min(farthest, level);
        }
        return farthest;
    }

    /**
     * When the level may reach a height, going the table's way: read off {@link #earliestMs}, {@link #centralMs} and
     * {@link #latestMs}, in this order where not 0; all 0 where refused.
     */
    public void reach(double heightM) {
        int sign = rising ? 1 : -1;
        earliestMs = first(rising ? highM : lowM, heightM, sign);
        centralMs = first(centralM, heightM, sign);
        latestMs = first(rising ? lowM : highM, heightM, sign);
        // equal lines may be rounded apart
        centralMs = centralMs == 0 ? 0 : Math.max(centralMs, earliestMs);
        latestMs = latestMs == 0 ? 0 : Math.max(latestMs, centralMs);
    }

    /** 0 where the line does not get there. */
    private long first(double[] line, double heightM, int sign) {
        if (sign * (line[0] - heightM) >= 0) {
            return extrapolation.atMs();
        }
        for (int i = 1; i < leadMs.length; i++) {
            if (sign * (line[i] - heightM) >= 0) {
                double share = (heightM - line[i - 1]) / (line[i] - line[i - 1]);
                return extrapolation.atMs() + leadMs[i - 1] + (long) Math.ceil(share * (leadMs[i] - leadMs[i - 1]));
            }
        }
        return 0;
    }

    /** First instant at which the band reaches the height, 0 where it does not within the horizon. */
    public long earliestMs() {
        return earliestMs;
    }

    /** The middle likewise. */
    public long centralMs() {
        return centralMs;
    }

    /** First instant at which the whole band is there; at 0, the height may not be reached. */
    public long latestMs() {
        return latestMs;
    }
}
