package dk.vandvagt.analysis;

import static dk.vandvagt.analysis.RainGauges.DAY;
import static dk.vandvagt.analysis.RainGauges.HOUR;
import static dk.vandvagt.analysis.RainGauges.T0;
import static dk.vandvagt.analysis.RainGauges.rain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dk.vandvagt.station.RainGauge;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AntecedentTest {
    private static final long[] WINDOWS = {HOUR, DAY, 7 * DAY};

    private static Rain hourly() {
        return rain(RainGauge.USUAL, HOUR, WINDOWS);
    }

    @Test
    void shouldLeaveNineTenthsAfterADay() {
        Rain rain = hourly();
        for (int h = 0; h <= 40 * 24; h++) {
            rain.add(0, T0 + h * HOUR, h == 38 * 24 ? 10 : 0, false);
        }
        assertThat(rain.antecedentMm(0)).isCloseTo(10 * 0.9 * 0.9, within(1e-12));
    }

    @Test
    void shouldSayNothingBeforeThirtyWholeDays() {
        Rain rain = hourly();
        long midnight = T0 / DAY * DAY;
        for (int h = 1; h <= 30 * 24; h++) {
            rain.add(0, midnight + h * HOUR, 1, false);
            assertThat(rain.antecedentMm(0)).isNaN();
        }
        // what is younger than the lateness window is not counted as a day yet
        for (int h = 30 * 24 + 1; h <= 30 * 24 + 5; h++) {
            rain.add(0, midnight + h * HOUR, 1, false);
        }
        assertThat(rain.antecedentMm(0)).isPositive();
    }

    @Test
    void shouldSayNothingWhileMoreThanATenthOfThirtyDaysIsUnknown() {
        for (boolean tooMuch : new boolean[] {false, true}) {
            Rain rain = hourly();
            int silent = tooMuch ? 4 * 24 : 2 * 24;
            for (int h = 0; h <= 45 * 24; h++) {
                if (h < 30 * 24 || h >= 30 * 24 + silent) {
                    rain.add(0, T0 + h * HOUR, 1, false);
                }
            }
            if (tooMuch) {
                assertThat(rain.antecedentMm(0)).isNaN();
            } else {
                assertThat(rain.antecedentMm(0)).isPositive();
            }
            for (int h = 45 * 24 + 1; h <= 66 * 24; h++) {
                rain.add(0, T0 + h * HOUR, 1, false);
            }
            assertThat(rain.antecedentMm(0)).as("the silence is past").isPositive();
        }
    }

    @Test
    void shouldEqualTheSumOverAllThatEverFellAndNotDependOnTheOrder() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("AntecedentTest.shouldEqualTheSum: -Dseed=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            TreeMap<Long, Double> readings = new TreeMap<>();
            List<Long> order = new ArrayList<>();
            for (int h = 0; h < 400 * 24; h++) {
                if (random.nextInt(50) > 0) {
                    long at = T0 + h * HOUR;
                    readings.put(at, random.nextInt(10) == 0 ? random.nextInt(200) / 10.0 : 0.0);
                    // before the one that came last, now and then: nearly all stay within the lateness window
                    order.add(Math.max(0, order.size() - (random.nextInt(3) == 0 ? 1 : 0)), at);
                }
            }
            Rain rain = hourly();
            for (long at : order) {
                if (!rain.add(0, at, readings.getOrDefault(at, 0.0), false)) {
                    // a few are pushed back beyond the lateness window
                    readings.remove(at);
                }
            }
            assertThat(rain.tooLate()).as("seed " + seed).isLessThan(order.size() / 10);
            Rain inOrder = hourly();
            readings.forEach((at, mm) -> inOrder.add(0, at, mm, false));
            assertThat(rain.antecedentMm(0)).as("seed " + seed).isEqualTo(inOrder.antecedentMm(0));
            double all = new RainByBruteForce(RainGauge.USUAL, HOUR, readings).antecedent(0.90);
            assertThat(inOrder.antecedentMm(0)).as("seed " + seed).isCloseTo(all, within(1e-9));
        }
    }
}
