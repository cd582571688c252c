package dk.vandvagt.layer;

import dk.vandvagt.alert.Alert;
import dk.vandvagt.alert.OperatorCall;
import dk.vandvagt.alert.OutOfService;
import dk.vandvagt.alert.Shelving;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Threshold;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A copy of the live state, taken between two batches; arrays are by sensor index and belong to whoever asked for the copy.
 * Entries of sensors never heard are 0 / NaN.
 *
 * @param sequence last batch that is in it
 * @param clockMs the service's clock at that batch, 0 before the first
 * @param observedAtMs newest observation, 0 for none
 * @param receivedAtMs when it came, wall clock
 * @param value kept unit, on the sensor's own zero
 * @param flag QARTOD flag of the newest observation; missing where the one that should have followed by now did not come
 * @param test code of the test that decided
 * @param stale whether the sensor is silent
 * @param riseMPerHour rise over each of {@link #TREND_WINDOWS_MS}: {@code [window][sensor]}, NaN where refused
 * @param riseStandardError same shape
 * @param riseSign same shape: 1 rising, -1 falling, 0 steady or unknown
 * @param accumulationMm what fell at least: {@code [window][sensor]} over {@link #ACCUMULATION_WINDOWS_MS}, NaN for other
 *     parameters
 * @param rain what else is known of rain
 * @param residualM level less the tide's, NaN where no tide is in the settings
 * @param crossings when the next level threshold may be reached
 * @param severity highest active threshold, 0 for none
 * @param pending whether an on-delay is running
 * @param alerts those that stand, and those that ended lately
 * @param shelvings in force, by rule
 * @param outOfService sensors that are, by id
 * @param operatorCalls what operators are to look at
 */
public record LiveState(
        Catalogue catalogue,
        String runId,
        long sequence,
        long clockMs,
        long[] observedAtMs,
        long[] receivedAtMs,
        double[] value,
        byte[] flag,
        byte[] test,
        boolean[] stale,
        double[][] riseMPerHour,
        double[][] riseStandardError,
        byte[][] riseSign,
        double[][] accumulationMm,
        Rainfall rain,
        double[] residualM,
        Crossings crossings,
        byte[] severity,
        boolean[] pending,
        List<Alert> alerts,
        List<Shelving> shelvings,
        List<OutOfService> outOfService,
        List<OperatorCall> operatorCalls) {
    public static final List<Long> TREND_WINDOWS_MS = List.of(30 * 60_000L, 3 * 3_600_000L);
    public static final List<Long> ACCUMULATION_WINDOWS_MS = Threshold.ACCUMULATION_WINDOWS_MS;

    /**
     * Beside the accumulations, by sensor; NaN for other parameters.
     *
     * @param atMostMm {@code [window][sensor]}: what fell at most in the known part of the window
     * @param coverage {@code [window][sensor]}: share of the window that is known, 0 to 1
     * @param intensityMmPerHour over the gauge's interval, NaN where unknown
     * @param antecedentMm antecedent precipitation index, NaN until enough is known
     */
    public record Rainfall(
            double[][] atMostMm, double[][] coverage, double[] intensityMmPerHour, double[] antecedentMm) {}

    /**
     * The lowest level threshold above the newest level, and when the extrapolated level may reach it.
     *
     * @param levelM its raising point in the station's datum, NaN for none
     * @param earliestMs first instant at which the upper end of the band reaches it, 0 where it does not within the horizon
     * @param centralMs the middle of the band likewise
     * @param latestMs the lower end of the band likewise: at 0, it may not be reached
     * @param refusal 0 where the band is given; else the code of the reason why not
     * @param scored expectations whose time has come, over all lead times
     * @param held those of them whose level lay within the band: nine in ten, if it keeps what it promises
     */
    public record Crossings(
            double[] levelM,
            long[] earliestMs,
            long[] centralMs,
            long[] latestMs,
            byte[] refusal,
            long[] scored,
            long[] held) {}

    /** As of that batch, to be filled: nothing heard, nothing known. */
    public static LiveState blank(Catalogue catalogue, String runId, long sequence, long clockMs) {
        int n = catalogue.sensorCount();
        int trends = TREND_WINDOWS_MS.size();
        int windows = ACCUMULATION_WINDOWS_MS.size();
        return new LiveState(
                catalogue,
                runId,
                sequence,
                clockMs,
                new long[n],
                new long[n],
                unknown(n),
                new byte[n],
                new byte[n],
                new boolean[n],
                unknown(trends, n),
                unknown(trends, n),
                new byte[trends][n],
                unknown(windows, n),
                new Rainfall(unknown(windows, n), new double[windows][n], unknown(n), unknown(n)),
                unknown(n),
                new Crossings(unknown(n), new long[n], new long[n], new long[n], new byte[n], new long[n], new long[n]),
                new byte[n],
                new boolean[n],
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    private static double[] unknown(int n) {
        double[] values = new double[n];
        Arrays.fill(values, Double.NaN);
        return values;
    }

    private static double[][] unknown(int windows, int n) {
        double[][] values = new double[windows][];
        Arrays.setAll(values, w -> unknown(n));
        return values;
    }

    /** The same arrays with what the alert book holds. */
    public LiveState with(
            List<Alert> theseAlerts,
            List<Shelving> theseShelvings,
            List<OutOfService> theseSensors,
            List<OperatorCall> theseCalls) {
        return new LiveState(
                catalogue,
                runId,
                sequence,
                clockMs,
                observedAtMs,
                receivedAtMs,
                value,
                flag,
                test,
                stale,
                riseMPerHour,
                riseStandardError,
                riseSign,
                accumulationMm,
                rain,
                residualM,
                crossings,
                severity,
                pending,
                theseAlerts,
                theseShelvings,
                theseSensors,
                theseCalls);
    }

    /** Whether it is none of the running service's, but put together out of what is kept of an instant. */
    public boolean isOfThePast() {
        return sequence == 0 && clockMs != 0;
    }

    public boolean isOutOfService(String sensorId) {
        return outOfService(sensorId) != null;
    }

    /** Null while it is in service. */
    public @Nullable OutOfService outOfService(String sensorId) {
        for (OutOfService each : outOfService) {
            if (each.sensorId().equals(sensorId)) {
                return each;
            }
        }
        return null;
    }
}
