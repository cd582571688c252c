package dk.vandvagt.analysis;

import dk.vandvagt.station.SeaTide;
import dk.vandvagt.station.VerticalDatum;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * The astronomical tide at one gauge, h(t) = Z0 + Σ f·H·cos(V + u − g), and the residual of a level against it. Between the quarter
 * hours a cubic through values and slopes (Hermite) stands in for the sum, so that a reading costs a few multiplications; it
 * depends on the instant only, not on what was asked before. Allocates nothing after construction. One thread.
 */
public final class Tide {
    private static final long NODE_MS = 900_000L;
    private static final double MS_PER_HOUR = 3_600_000.0;
    private static final double NODE_HOURS = NODE_MS / MS_PER_HOUR;
    /** f reaches 1.9 in OO1; products in compounds are rarely more than this. */
    private static final double GREATEST_FACTOR = 2;
    /** For the neglected change of f and u within a quarter of an hour, and for rounding. */
    private static final double ERROR_FLOOR_M = 1e-5;

    /**
     * What the published constants say of one constituent.
     *
     * @param amplitudeM H, in metres
     * @param phaseLagDeg g, Greenwich phase lag in degrees, for UTC
     */
    public record Harmonic(Constituent constituent, double amplitudeM, double phaseLagDeg) {
        public Harmonic {
            if (!(amplitudeM >= 0 && amplitudeM < 100)) {
                throw new IllegalArgumentException(
                        "amplitude " + amplitudeM + " m of " + constituent.name() + ": must lie between 0 and 100 m");
            }
            if (!(phaseLagDeg >= -360 && phaseLagDeg <= 720)) {
                throw new IllegalArgumentException("phase lag " + phaseLagDeg + " of " + constituent.name()
                        + ": must be degrees between -360 and 720");
            }
        }
    }

    /**
     * Z0: the mean level that the tide swings about, and of which years it is the mean.
     *
     * @param datum in which the level, and so every level compared with this tide, is counted
     * @param to exclusive
     */
    public record MeanLevel(double levelM, VerticalDatum datum, LocalDate from, LocalDate to) {
        public MeanLevel {
            if (!Double.isFinite(levelM)) {
                throw new IllegalArgumentException("mean level " + levelM + ": must be metres");
            }
            if (!from.isBefore(to)) {
                throw new IllegalArgumentException(
                        "mean level from " + from + " to " + to + ": must end after it begins");
            }
        }
    }

    /** Whether the mean yearly cycle (Sa, Ssa), most of which is weather, belongs to the tide or to the residual. */
    public enum YearlyCycle {
        IN_TIDE,
        IN_RESIDUAL
    }

    private final MeanLevel mean;
    private final YearlyCycle yearlyCycle;
    private final Constituent[] constituents;
    private final double[] amplitudeM;
    private final double[] phaseLagDeg;
    private final double[] radiansPerHour;
    /** Of each constituent, the first that has the same f and u: these are computed once. */
    private final int[] nodeOf;

    private final double[] nodeFactor;
    private final double[] nodeAngle;
    private final double errorBoundM;
    private final double equivalentRangeM;
    private final TideNodes nodes = new TideNodes();

    private long leftMs = Long.MIN_VALUE;
    private double leftM;
    private double leftSlope;
    private double rightM;
    private double rightSlope;
    private double slopeMPerHour;

    /**
     * From the settings.
     *
     * @throws IllegalArgumentException as the constructor, or where a constituent is not known
     */
    public static Tide of(SeaTide tide) {
        List<Harmonic> harmonics = new ArrayList<>();
        for (SeaTide.Constant constant : tide.constants()) {
            Constituent constituent = Constituent.named(constant.constituent())
                    .orElseThrow(() -> new IllegalArgumentException("no constituent " + constant.constituent()));
            harmonics.add(new Harmonic(constituent, constant.amplitudeM(), constant.phaseLagDeg()));
        }
        return new Tide(
                new MeanLevel(tide.meanLevelM(), tide.datum(), tide.from(), tide.to()),
                tide.yearlyCycleInTide() ? YearlyCycle.IN_TIDE : YearlyCycle.IN_RESIDUAL,
                harmonics);
    }

    /**
     * @param harmonics each constituent once
     * @throws IllegalArgumentException where a constituent is there twice, none is left, or the yearly cycle is said to be in the
     *     tide and there are no constants for it
     */
    public Tide(MeanLevel mean, YearlyCycle yearlyCycle, List<Harmonic> harmonics) {
        this.mean = mean;
        this.yearlyCycle = yearlyCycle;
        List<Harmonic> used = new ArrayList<>();
        boolean seasonal = false;
        for (Harmonic harmonic : harmonics) {
            for (Harmonic before : used) {
                if (before.constituent().equals(harmonic.constituent())) {
                    throw new IllegalArgumentException(
                            "constituent " + harmonic.constituent().name() + " is given twice");
                }
            }
            seasonal |= harmonic.constituent().isSeasonal();
            if (yearlyCycle == YearlyCycle.IN_TIDE || !harmonic.constituent().isSeasonal()) {
                used.add(harmonic);
            }
        }
        if (yearlyCycle == YearlyCycle.IN_TIDE && !seasonal) {
            throw new IllegalArgumentException(
                    "the yearly cycle is said to be in the tide, but neither SA nor SSA is among the constituents");
        }
        if (used.isEmpty()) {
            throw new IllegalArgumentException("a tide needs at least one constituent");
        }
        int n = used.size();
        constituents = new Constituent[n];
        amplitudeM = new double[n];
        phaseLagDeg = new double[n];
        radiansPerHour = new double[n];
        nodeOf = new int[n];
        nodeFactor = new double[n];
        nodeAngle = new double[n];
        double fourthDerivative = 0;
        double squares = 0;
        for (int i = 0; i < n; i++) {
            Harmonic harmonic = used.get(i);
            constituents[i] = harmonic.constituent();
            amplitudeM[i] = harmonic.amplitudeM();
            phaseLagDeg[i] = harmonic.phaseLagDeg();
            radiansPerHour[i] = Math.toRadians(constituents[i].speedDegPerHour());
            while (!constituents[nodeOf[i]].hasNodeOf(constituents[i])) {
                nodeOf[i]++;
            }
            fourthDerivative += amplitudeM[i] * Math.pow(radiansPerHour[i], 4);
            squares += constituents[i].species() > 0 ? amplitudeM[i] * amplitudeM[i] : 0;
        }
        // The error of a cubic Hermite interpolant is at most max|h⁗|·Δt⁴/384
        errorBoundM = GREATEST_FACTOR * fourthDerivative * Math.pow(NODE_HOURS, 4) / 384 + ERROR_FLOOR_M;
        equivalentRangeM = 2 * Math.sqrt(squares);
    }

    /** The tide about Z0, in metres, within {@link #errorBoundM} of the sum. */
    public double tideM(long atMs) {
        long nodeMs = Math.floorDiv(atMs, NODE_MS) * NODE_MS;
        if (nodeMs != leftMs) {
            moveTo(nodeMs);
        }
        double x = (atMs - nodeMs) / (double) NODE_MS;
        double y = 1 - x;
        return leftM * (1 + 2 * x) * y * y
                + rightM * (1 + 2 * y) * x * x
                + (leftSlope * y - rightSlope * x) * x * y * NODE_HOURS;
    }

    private void moveTo(long nodeMs) {
        if (nodeMs == leftMs + NODE_MS) {
            leftM = rightM;
            leftSlope = rightSlope;
        } else {
            leftM = sumM(nodeMs);
            leftSlope = slopeMPerHour;
        }
        rightM = sumM(nodeMs + NODE_MS);
        rightSlope = slopeMPerHour;
        leftMs = nodeMs;
    }

    /** The tide about Z0 by the sum itself, with f and u of that very instant; leaves its slope behind. */
    double sumM(long atMs) {
        nodes.setTo(atMs);
        double sum = 0;
        double slope = 0;
        for (int i = 0; i < constituents.length; i++) {
            Constituent constituent = constituents[i];
            int node = nodeOf[i];
            if (node == i) {
                nodeFactor[i] = constituent.nodeFactor(nodes);
                nodeAngle[i] = constituent.nodeAngle(nodes);
            }
            double angle = Math.toRadians(AstronomicalArguments.wrapped(
                    constituent.argument(nodes.arguments()) + nodeAngle[node] - phaseLagDeg[i]));
            double amplitude = nodeFactor[node] * amplitudeM[i];
            sum += amplitude * Math.cos(angle);
            slope -= amplitude * radiansPerHour[i] * Math.sin(angle);
        }
        slopeMPerHour = slope;
        return sum;
    }

    /** Z0 and the tide: the level to be expected without weather, in {@link MeanLevel#datum}. */
    public double expectedLevelM(long atMs) {
        return mean.levelM() + tideM(atMs);
    }

    /** Observed less expected. */
    public double residualM(double levelM, long atMs) {
        return levelM - expectedLevelM(atMs);
    }

    public MeanLevel mean() {
        return mean;
    }

    public YearlyCycle yearlyCycle() {
        return yearlyCycle;
    }

    /** How far {@link #tideM} may be from the sum at most. */
    public double errorBoundM() {
        return errorBoundM;
    }

    /** Range of the sine wave that varies as much as the daily and faster constituents together: 2·√ΣH². */
    public double equivalentRangeM() {
        return equivalentRangeM;
    }

    public boolean isNearlyTideless() {
        return equivalentRangeM < SeaTide.NEARLY_TIDELESS_BELOW_M;
    }
}
