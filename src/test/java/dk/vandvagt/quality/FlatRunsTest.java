package dk.vandvagt.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlatRunsTest {
    private static final long MIN = 60_000;
    private static final long GAP = 35 * MIN;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldKnowEveryRunAsIfTheWholeSeriesHadBeenKept(long seed) {
        System.out.println("FlatRunsTest seed " + seed);
        Random random = new Random(seed);
        int steps = 1 + random.nextInt(6);
        FlatRuns runs = new FlatRuns(3, steps);
        int n = 3000;
        long[] times = new long[n];
        long[] values = new long[n];
        int longest = 0;
        for (int i = 0; i < n; i++) {
            boolean gap = random.nextInt(200) == 0;
            times[i] = i == 0 ? 0 : times[i - 1] + (gap ? GAP + 1 : 10 * MIN);
            long move = random.nextInt(40) == 0
                    ? random.nextInt(21) - 10
                    : random.nextInt(8) == 0 ? random.nextInt(3) - 1 : 0;
            values[i] = i == 0 ? 0 : values[i - 1] + move;
            runs.add(1, times[i], values[i], GAP);
            for (int within = 0; within <= steps; within++) {
                int since = bruteForce(times, values, i, within);
                longest = Math.max(longest, i - since);
                assertThat(runs.sinceMs(1, within))
                        .as("seed %d reading %d within %d", seed, i, within)
                        .isEqualTo(times[since]);
            }
        }
        assertThat(longest).isGreaterThan(20);
    }

    private static int bruteForce(long[] times, long[] values, int i, int within) {
        long highest = values[i];
        long lowest = values[i];
        int since = i;
        while (since > 0 && times[since] - times[since - 1] <= GAP) {
            highest = Math.max(highest, values[since - 1]);
            lowest = Math.min(lowest, values[since - 1]);
            if (highest - lowest > within) {
                break;
            }
            since--;
        }
        return since;
    }

    @Test
    void shouldNotTakeASteadyFallForAFlatLine() {
        FlatRuns runs = new FlatRuns(1, 1);
        for (int i = 0; i < 100; i++) {
            runs.add(0, i * MIN, -5 * i, GAP);
        }
        assertThat(runs.sinceMs(0, 1)).isEqualTo(99 * MIN);
    }
}
