package dk.vandvagt.analysis;

import static dk.vandvagt.analysis.RainGauges.HOUR;
import static dk.vandvagt.analysis.RainGauges.LATENESS;
import static dk.vandvagt.analysis.RainGauges.MIN;
import static dk.vandvagt.analysis.RainGauges.T0;
import static dk.vandvagt.analysis.RainGauges.counter;
import static dk.vandvagt.analysis.RainGauges.rain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RainCounterTest {
    private static final long[] WINDOWS = {5 * MIN, 10 * MIN, 30 * MIN, HOUR, LATENESS};
    private static final int HALF_HOUR = 2;
    private static final double NO_WRAP = Double.NaN;

    /** Readings every five minutes; NaN is a message that never came. */
    private static Rain counted(double wrapMm, double... counts) {
        Rain rain = rain(counter(wrapMm), 5 * MIN, WINDOWS);
        for (int i = 0; i < counts.length; i++) {
            if (!Double.isNaN(counts[i])) {
                rain.add(0, T0 + i * 5 * MIN, counts[i], false);
            }
        }
        return rain;
    }

    private static void assertSum(Rain rain, int window, double lowerMm, double upperMm, double coverage) {
        assertThat(rain.lowerMm(0, window)).isEqualTo(lowerMm);
        assertThat(rain.upperMm(0, window)).isEqualTo(upperMm);
        assertThat(rain.coverage(0, window)).isCloseTo(coverage, within(1e-12));
    }

    @Test
    void shouldKnowNothingByTheFirstReadingAlone() {
        assertSum(counted(NO_WRAP, 345.6), HALF_HOUR, 0, 0, 0);
    }

    @Test
    void shouldCountWhatTheCounterRises() {
        assertSum(counted(NO_WRAP, 345.6, 345.6, 346.0, 348.2, 348.2, 348.4, 348.4), HALF_HOUR, 2.8, 2.8, 1);
    }

    @Test
    void shouldLoseNothingOfMissedMessagesButWhenItFell() {
        Rain rain = counted(NO_WRAP, 10, 10, 10, 10, 10, Double.NaN, Double.NaN, 16);
        assertSum(rain, HALF_HOUR, 6, 6, 1);
        assertSum(rain, 1, 0, 6, 1);
    }

    @Test
    void shouldPutALateMessageInItsPlace() {
        Rain rain = counted(NO_WRAP, 10, 10, 10, 10, 10, Double.NaN, Double.NaN, 16);
        rain.add(0, T0 + 6 * 5 * MIN, 12, false);
        assertSum(rain, 0, 4, 4, 1);
        assertSum(rain, 1, 4, 6, 1);
    }

    @Test
    void shouldCountOnAcrossTheWrap() {
        assertSum(counted(100, 97, 98, 99.5, 1.5, 1.5, 1.5, 1.5), HALF_HOUR, 4.5, 4.5, 1);
        assertThat(counted(100, 97, 99.5, 1.5).upperMm(0, HALF_HOUR)).isEqualTo(4.5);
    }

    @Test
    void shouldTakeWhatFellSinceAResetAndKnowNoMore() {
        Rain rain = counted(NO_WRAP, 60, 61, 62, 0.4, 1.4, 1.4, 1.4);
        assertSum(rain, HALF_HOUR, 2 + 0.4 + 1, 2 + 0.4 + 1, 25 / 30.0);
    }

    @Test
    void shouldNotTakeAResetFarFromTheEndForAWrap() {
        assertSum(counted(100, 60, 60, 60, 0, 0, 0, 0), HALF_HOUR, 0, 0, 25 / 30.0);
    }

    @Test
    void shouldForgetACountThatWasOutOfLine() {
        assertSum(counted(NO_WRAP, 50, 50, 50.2, 0, 50.4, 50.4, 50.4), HALF_HOUR, 0.4, 0.4, 1);
        assertSum(counted(NO_WRAP, 50, 50, 50.2, 6553.5, 50.4, 50.4, 50.4), HALF_HOUR, 0.4, 0.4, 1);
        assertSum(counted(NO_WRAP, 50, 50, 50.2, 48, 50.4, 50.4, 50.4), HALF_HOUR, 0.4, 0.4, 1);
    }

    @Test
    void shouldGoOnFromANewCountThatStays() {
        Rain rain = counted(NO_WRAP, 50, 50.2, 6553, 6553.4, 6553.4, 6553.4, 6553.4);
        assertSum(rain, HALF_HOUR, 0.6, 0.6, 25 / 30.0);
    }

    @Test
    void shouldNotTakeTheFlutterOfAWeighingGaugeForAReset() {
        assertSum(counted(NO_WRAP, 345.6, 345.5, 345.6, 345.5, 345.6, 345.9, 345.9), HALF_HOUR, 0.3, 0.3, 1);
    }

    @Test
    void shouldPassOverAFailedCount() {
        Rain rain = counted(NO_WRAP, 50, 50, 50.2, Double.NaN, 51, 51, 51);
        rain.add(0, T0 + 3 * 5 * MIN, 50.4, true);
        assertSum(rain, HALF_HOUR, 1, 1, 1);
    }

    @Test
    void shouldCountResetsAndWrapsOnceTheyAreSettled() {
        Rain rain = rain(counter(100), 5 * MIN, WINDOWS);
        double[] counts = {98, 99, 1, 30, 0, 0.2};
        for (int i = 0; i < 60; i++) {
            rain.add(0, T0 + i * 5 * MIN, counts[Math.min(i, counts.length - 1)], false);
            rain.add(0, T0 + i * 5 * MIN, counts[Math.min(i, counts.length - 1)], false);
        }
        assertThat(rain.counterResets()).isEqualTo(1);
        assertThat(rain.counterWraps()).isEqualTo(1);
    }

    /** Tips fall at known instants; the counter's readings come irregularly, some get lost, and now and then it wraps or resets. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldHoldTheTruthBetweenItsBounds(boolean resets) {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("RainCounterTest.shouldHoldTheTruthBetweenItsBounds: -Dseed=" + seed);
        double tipMm = 0.2;
        double wrapMm = 409.6;
        int known = 0;
        for (int round = 0; round < 100; round++) {
            Random random = new Random(seed + round);
            Rain rain = rain(counter(wrapMm), 5 * MIN, WINDOWS);
            List<Long> tips = new ArrayList<>();
            long count = random.nextInt(2048);
            long at = T0;
            for (int i = 0; i < 300; i++) {
                long next = at + 2 * MIN + random.nextLong(6 * MIN);
                int n = random.nextInt(3) == 0 ? random.nextInt(12) : 0;
                random.longs(n, at + 1, next + 1).sorted().forEach(tips::add);
                count = (count + n) % 2048;
                // so near its end that it would look like a wrap, a counter is not reset here
                if (resets && count > 200 && count < 1700 && random.nextInt(60) == 0) {
                    // those of this interval are lost
                    count = 0;
                }
                at = next;
                if (random.nextInt(6) == 0) {
                    continue;
                }
                rain.add(0, at, count * tipMm, false);
                for (int w = 0; w < WINDOWS.length; w++) {
                    long start = at - WINDOWS[w];
                    long now = at;
                    long truth =
                            tips.stream().filter(t -> t > start && t <= now).count();
                    String as = "seed " + seed + " round " + round + " reading " + i + " window " + WINDOWS[w] / MIN;
                    if (rain.coverage(0, w) > 0) {
                        assertThat(Math.round(rain.lowerMm(0, w) / tipMm))
                                .as(as)
                                .isLessThanOrEqualTo(truth);
                    }
                    if (rain.isKnown(0, w)) {
                        known++;
                        assertThat(Math.round(rain.upperMm(0, w) / tipMm))
                                .as(as)
                                .isGreaterThanOrEqualTo(truth);
                    }
                }
            }
        }
        assertThat(known).isGreaterThan(10_000);
    }
}
