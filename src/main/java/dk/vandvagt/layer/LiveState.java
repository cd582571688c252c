package dk.vandvagt.layer;

import dk.vandvagt.alert.Alert;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Threshold;
import java.util.List;

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
 * @param accumulationMm {@code [window][sensor]} over {@link #ACCUMULATION_WINDOWS_MS}, NaN for other parameters
 * @param severity highest active threshold, 0 for none
 * @param pending whether an on-delay is running
 * @param alerts those that stand, and those that ended lately
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
        byte[] severity,
        boolean[] pending,
        List<Alert> alerts) {
    public static final List<Long> TREND_WINDOWS_MS = List.of(30 * 60_000L, 3 * 3_600_000L);
    public static final List<Long> ACCUMULATION_WINDOWS_MS = Threshold.ACCUMULATION_WINDOWS_MS;
}
