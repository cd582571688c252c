package dk.vandvagt.shard;

import static dk.vandvagt.shard.Catalogues.HOUR;
import static dk.vandvagt.shard.Catalogues.MIN;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.QualityLimits;
import dk.vandvagt.station.QualityLimits.AttenuatedSignal;
import dk.vandvagt.station.QualityLimits.FlatLine;
import dk.vandvagt.station.QualityLimits.Neighbour;
import dk.vandvagt.station.QualityLimits.SpikeMethod;
import dk.vandvagt.station.QualityLimits.Spread;
import dk.vandvagt.station.Season;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Text;
import dk.vandvagt.station.Unit;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

/** With every quality test on, late and corrected readings among them, judging leaves nothing on the heap either. */
class QuietQualityTest {
    private static final int SENSORS = 20;
    private static final int WARM_UP = 3_000;
    private static final int ROUNDS = 10_000;
    private static final long T0 = 1_700_000_400_000L;

    @Test
    void shouldAllocateNothingWithEveryTestOn() {
        Sensor[] sensors = new Sensor[SENSORS];
        for (int s = 0; s < SENSORS; s++) {
            sensors[s] = sensor("W" + s, "W" + (s + 7) % SENSORS);
        }
        Catalogue catalogue = Catalogues.of(sensors);
        ShardState state = new ShardState(catalogue, 0, 1);
        ShardOutput output = new ShardOutput(40 * SENSORS);
        int[] index = new int[SENSORS];
        long[] times = new long[SENSORS];
        double[] values = new double[SENSORS];
        for (int s = 0; s < SENSORS; s++) {
            index[s] = s;
        }
        Batch batch = new Batch(1, T0, T0, SENSORS, index, times, values, null);
        run(state, output, batch, 0, WARM_UP);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().threadId();
        threads.getThreadAllocatedBytes(self);
        long before = threads.getThreadAllocatedBytes(self);
        run(state, output, batch, WARM_UP, WARM_UP + ROUNDS);
        long allocated = threads.getThreadAllocatedBytes(self) - before;
        assertThat(state.counts().corrected()).isGreaterThan(500);
        assertThat(state.counts().late()).isZero();
        assertThat(allocated).as("bytes over %d readings", ROUNDS * SENSORS).isLessThan(10_000);
    }

    private static Sensor sensor(String id, String neighbour) {
        QualityLimits limits = new QualityLimits(
                -3,
                4,
                -1.6,
                2.6,
                0.2,
                0.4,
                SpikeMethod.DIFFERENTIAL,
                1.5,
                0,
                List.of(new Season(1101, 331, -1.5, 2), new Season(401, 1031, -1, 1.5)),
                new FlatLine(0.02, 2 * HOUR, 8 * HOUR),
                new AttenuatedSignal(6 * HOUR, Spread.STANDARD_DEVIATION, 0.05, 0.02),
                new Neighbour(neighbour, 0.3, 0.8));
        return new Sensor(
                id,
                "ST-" + id,
                Text.NONE,
                Parameter.LEVEL,
                Unit.M,
                10 * MIN,
                40 * MIN,
                0.01,
                limits,
                List.of(Catalogues.level("quay", 1, 3.5, 0, 0)),
                false);
    }

    /** Every seventh reading of a sensor comes 40 min late, every eleventh is corrected one round later. */
    private static void run(ShardState state, ShardOutput output, Batch batch, int from, int to) {
        for (int round = from; round < to; round++) {
            for (int s = 0; s < SENSORS; s++) {
                int n = round + s;
                boolean correction = n % 11 == 0;
                int reading = correction ? round - 1 : n % 7 == 0 ? round - 4 : round;
                batch.observedAtMs()[s] = T0 + reading * 10 * MIN + (correction ? 0 : n % 7 == 0 ? MIN : 0);
                batch.value()[s] = Math.round(50 * Math.sin(reading / 20.0)) / 100.0 + (n % 50 == 0 ? 0.7 : 0);
            }
            output.clear();
            state.judge(batch, output);
        }
    }
}
