package dk.vandvagt.http;

import dk.vandvagt.alert.Alert;
import dk.vandvagt.alert.SettledLetter;
import dk.vandvagt.layer.LiveState;
import dk.vandvagt.shard.Exceedance;
import dk.vandvagt.shard.ExceedanceStatistics;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What was, out of the store. Each call returns at once; its stage fails while the store is away. */
public interface Past {
    /** In order of time, no more than {@code maxRows}. */
    CompletionStage<Series> series(SeriesRequest request);

    /** Newest first. */
    CompletionStage<List<Exceedance>> exceedances(ExceedanceRequest request);

    /** By station, rule and severity; those that last have lasted until {@code nowMs}. */
    CompletionStage<List<ExceedanceStatistics>> exceedanceStatistics(ExceedanceRequest request, long nowMs);

    /** Those that are over, the one that ended last first. */
    CompletionStage<List<Alert>> endedAlerts(EndedAlertsRequest request);

    /** The state of things as it was known at an instant that is past. */
    CompletionStage<LiveState> knownAt(long atMs);

    /** Letters that arrived or were given up, newest first. */
    CompletionStage<Deliveries> deliveries(DeliveriesRequest request);

    /**
     * @param subscriber number; null for all
     * @param alertId of which a step is in it; null for any
     * @param fromMs settled then or later; null for any
     * @param toMs settled before; null for any
     */
    record DeliveriesRequest(
            @Nullable Integer subscriber,
            @Nullable String alertId,
            @Nullable Long fromMs,
            @Nullable Long toMs,
            int maxRows) {}

    /** @param matched as many there are, of which no more than were asked for are here */
    record Deliveries(long matched, List<SettledLetter> letters) {
        public Deliveries {
            letters = List.copyOf(letters);
        }
    }

    /**
     * @param stationIds null for all
     * @param severityFrom of the highest they reached; null for all
     * @param fromMs they lasted until then or longer; null for any
     * @param toMs they were raised before; null for any
     * @param asOfMs what came after it is not known; null for the present
     */
    record EndedAlertsRequest(
            @Nullable List<String> stationIds,
            @Nullable Integer severityFrom,
            @Nullable Long fromMs,
            @Nullable Long toMs,
            @Nullable Long asOfMs,
            int maxRows) {}

    /**
     * @param fromMs inclusive
     * @param toMs exclusive
     * @param stepMs width of the buckets, which begin at multiples of it since the epoch; 0 for every reading
     * @param asOfMs whose knowledge is asked for, of every reading; {@link #PRESENT} for what is known now
     */
    record SeriesRequest(String sensorId, long fromMs, long toMs, long stepMs, int maxRows, long asOfMs) {
        public static final long PRESENT = Long.MAX_VALUE;

        public SeriesRequest(String sensorId, long fromMs, long toMs, long stepMs, int maxRows) {
            this(sensorId, fromMs, toMs, stepMs, maxRows, PRESENT);
        }
    }

    /**
     * Columns of equal length, kept unit, on the sensor's own zero. Every reading: count 1, {@code sum}, {@code min} and
     * {@code max} the reading. Buckets: empty ones are absent, readings that failed are not counted in.
     *
     * @param atMs observed at, or the bucket's beginning
     * @param stepMs width of the buckets, which may be more than was asked for; 0 for every reading
     * @param worstFlag QARTOD
     * @param test code of the {@link dk.vandvagt.quality.QualityTest} that decided each reading's; empty for buckets
     */
    record Series(
            long stepMs,
            long[] atMs,
            int[] count,
            double[] sum,
            double[] min,
            double[] max,
            byte[] worstFlag,
            byte[] test) {
        public Series(
                long stepMs, long[] atMs, int[] count, double[] sum, double[] min, double[] max, byte[] worstFlag) {
            this(stepMs, atMs, count, sum, min, max, worstFlag, new byte[0]);
        }
    }

    /**
     * Those that touch the interval.
     *
     * @param stationId null for all
     * @param severityFrom null for all
     */
    record ExceedanceRequest(
            @Nullable String stationId, @Nullable Integer severityFrom, long fromMs, long toMs, int maxRows) {}
}
