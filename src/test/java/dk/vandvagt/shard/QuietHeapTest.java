package dk.vandvagt.shard;

import static dk.vandvagt.shard.Catalogues.HOUR;
import static dk.vandvagt.shard.Catalogues.MIN;
import static dk.vandvagt.shard.Catalogues.level;
import static dk.vandvagt.shard.Catalogues.levelSensor;
import static dk.vandvagt.shard.Catalogues.rainSensor;
import static dk.vandvagt.shard.Catalogues.threshold;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Threshold;
import dk.vandvagt.wire.CanonicalJson;
import dk.vandvagt.wire.ReadingBuffer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** From the bytes of a message to the threshold's state, a million readings leave nothing on the heap. */
class QuietHeapTest {
    private static final int SENSORS = 100;
    private static final int ROUNDS = 10_000;
    /** Longer than the longest rain window, so that each gauge has got the room it needs when it rains all week. */
    private static final int WARM_UP = 5_000;

    private static final long T0 = 1_700_000_400_000L;

    @Test
    void shouldAllocateNothingOverAMillionReadings() {
        Sensor[] sensors = new Sensor[SENSORS];
        for (int s = 0; s < SENSORS; s++) {
            sensors[s] = s % 10 == 0
                    ? rainSensor(
                            "R" + s,
                            threshold("rain", 1, Threshold.Kind.ACCUMULATION, 900, 800, 0, 0, 30 * MIN, Double.NaN))
                    : levelSensor(
                            "W" + s,
                            level("quay", 1, 1.00, 5 * MIN, 30 * MIN),
                            level("street", 2, 1.50, 0, 30 * MIN),
                            threshold("fast", 2, Threshold.Kind.RISE, 5, 4, 0, 0, 3 * HOUR, Double.NaN));
        }
        Catalogue catalogue = Catalogues.of(sensors);
        Line line = new Line(catalogue);
        line.run(0, WARM_UP);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().threadId();
        threads.getThreadAllocatedBytes(self);
        long before = threads.getThreadAllocatedBytes(self);
        line.run(WARM_UP, WARM_UP + ROUNDS);
        long allocated = threads.getThreadAllocatedBytes(self) - before;
        assertThat(line.state.judged()).isEqualTo((long) SENSORS * (WARM_UP + ROUNDS));
        assertThat(line.output.edges()).isEmpty();
        // the harness itself may cost a few hundred bytes; a byte a reading would be a million
        assertThat(allocated).as("bytes over a million readings").isLessThan(10_000);
    }

    /** Wire to analysis on one thread, with everything made beforehand. */
    private static final class Line {
        private final CanonicalJson json = new CanonicalJson();
        private final Catalogue catalogue;
        private final ReadingBuffer buffer = new ReadingBuffer();
        private final ShardState state;
        private final ShardOutput output = new ShardOutput(SENSORS * 2);
        private final int[] index = new int[SENSORS];
        private final long[] times = new long[SENSORS];
        private final double[] values = new double[SENSORS];
        private final byte[] message = "{\"t\":1700000400000,\"v\":0.000}".getBytes(StandardCharsets.US_ASCII);
        private final Batch[] batch = new Batch[1];

        Line(Catalogue catalogue) {
            this.catalogue = catalogue;
            state = new ShardState(catalogue, 0, 1);
        }

        void run(int from, int to) {
            for (int round = from; round < to; round++) {
                long atMs = T0 + round * 5 * MIN;
                for (int s = 0; s < SENSORS; s++) {
                    writeTime(atMs);
                    writeValue((round * 7 + s) % 90);
                    buffer.clear();
                    if (json.decode(s, catalogue.sensor(s).unit(), message, 0, message.length, buffer) != null) {
                        throw new AssertionError(new String(message, StandardCharsets.US_ASCII));
                    }
                    index[s] = buffer.sensorIndex(0);
                    times[s] = buffer.observedAtMs(0);
                    values[s] = buffer.value(0);
                }
                output.clear();
                // one small record a batch, not a reading: made once here, as in service it is shared by all shards
                if (batch[0] == null) {
                    batch[0] = new Batch(1, Instant.EPOCH.toEpochMilli(), 0, SENSORS, index, times, values, null);
                }
                state.judge(batch[0], output);
            }
        }

        private void writeTime(long ms) {
            long rest = ms;
            for (int i = 17; i >= 5; i--) {
                message[i] = (byte) ('0' + rest % 10);
                rest /= 10;
            }
        }

        private void writeValue(int hundredths) {
            message[25] = (byte) ('0' + hundredths / 10);
            message[26] = (byte) ('0' + hundredths % 10);
        }
    }
}
