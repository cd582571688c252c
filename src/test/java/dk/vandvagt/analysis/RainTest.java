package dk.vandvagt.analysis;

import static dk.vandvagt.analysis.RainGauges.DAY;
import static dk.vandvagt.analysis.RainGauges.HOUR;
import static dk.vandvagt.analysis.RainGauges.LATENESS;
import static dk.vandvagt.analysis.RainGauges.MIN;
import static dk.vandvagt.analysis.RainGauges.T0;
import static dk.vandvagt.analysis.RainGauges.rain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dk.vandvagt.station.RainGauge;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Threshold;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RainTest {
    private static final long[] WINDOWS = {5 * MIN, 10 * MIN, 30 * MIN, HOUR, LATENESS};
    private static final long[] ALL_WINDOWS = Threshold.ACCUMULATION_WINDOWS_MS.stream()
            .mapToLong(Long::longValue)
            .toArray();
    private static final int HALF_HOUR = 2;
    private static final int THREE_HOURS = 4;

    private static Rain usual() {
        return rain(RainGauge.USUAL, 5 * MIN, WINDOWS);
    }

    private static void feed(Rain rain, long fromMs, long spacingMs, double... values) {
        for (int i = 0; i < values.length; i++) {
            rain.add(0, fromMs + i * spacingMs, values[i], false);
        }
    }

    private static void assertSum(Rain rain, int window, double lowerMm, double upperMm, double coverage) {
        assertThat(rain.lowerMm(0, window)).isEqualTo(lowerMm);
        assertThat(rain.upperMm(0, window)).isEqualTo(upperMm);
        assertThat(rain.coverage(0, window)).isCloseTo(coverage, within(1e-12));
        assertThat(rain.isKnown(0, window)).isEqualTo(coverage == 1);
    }

    @Test
    void shouldSayNothingBeforeTheFirstReading() {
        Rain rain = usual();
        assertThat(rain.lowerMm(0, 0)).isNaN();
        assertThat(rain.coverage(0, 0)).isZero();
        assertThat(rain.isKnown(0, 0)).isFalse();
        assertThat(rain.intensityMmPerHour(0)).isNaN();
        assertThat(rain.antecedentMm(0)).isNaN();
    }

    @Test
    void shouldCountAnIncrementOnlyWhereItsWholeIntervalLies() {
        Rain rain = rain(RainGauge.USUAL, 10 * MIN, WINDOWS);
        feed(rain, T0, 10 * MIN, 1, 2, 4);
        assertSum(rain, HALF_HOUR, 7, 7, 1);
        // the window of five minutes cuts the last increment
        assertSum(rain, 0, 0, 4, 1);
        rain.add(0, T0 + 25 * MIN, 8, false);
        assertSum(rain, HALF_HOUR, 8 + 4 + 2, 8 + 4 + 2 + 1, 1);
    }

    @Test
    void shouldNotTakeAMissedReportForDryWeather() {
        Rain rain = usual();
        feed(rain, T0, 5 * MIN, 1, 1);
        rain.add(0, T0 + 20 * MIN, 1, false);
        assertSum(rain, HALF_HOUR, 3, 3, 15 / 30.0);
        rain.add(0, T0 + 10 * MIN, 0.5, false);
        assertSum(rain, HALF_HOUR, 3.5, 3.5, 20 / 30.0);
        rain.add(0, T0 + 15 * MIN, 0, false);
        assertSum(rain, HALF_HOUR, 3.5, 3.5, 25 / 30.0);
        feed(rain, T0 + 25 * MIN, 5 * MIN, 0);
        assertSum(rain, HALF_HOUR, 3.5, 3.5, 1);
    }

    @Test
    void shouldKnowNothingByAFailedReading() {
        Rain rain = usual();
        feed(rain, T0, 5 * MIN, 1, 1, 1, 1, 1, 1);
        rain.add(0, T0 + 10 * MIN, 1, true);
        assertSum(rain, HALF_HOUR, 5, 5, 25 / 30.0);
        rain.add(0, T0 + 10 * MIN, 1, false);
        assertSum(rain, HALF_HOUR, 6, 6, 1);
        rain.add(0, T0 + 10 * MIN, -1, false);
        assertSum(rain, HALF_HOUR, 5, 5, 25 / 30.0);
        rain.add(0, T0 + 10 * MIN, Double.NaN, false);
        assertSum(rain, HALF_HOUR, 5, 5, 25 / 30.0);
    }

    @Test
    void shouldKeepAGaugeThatFailsForDaysAsOneSpan() {
        Rain rain = rain(RainGauge.USUAL, 5 * MIN, ALL_WINDOWS);
        for (int i = 0; i < 30 * 288; i++) {
            rain.add(0, T0 + i * 5 * MIN, 1, true);
        }
        assertThat(rain.coverage(0, ALL_WINDOWS.length - 1)).isZero();
        assertThat(rain.grown())
                .as("only the room for the readings within the lateness window")
                .isLessThan(3);
        rain.add(0, T0 + 30 * DAY - 3 * HOUR, 1, false);
        assertThat(rain.coverage(0, ALL_WINDOWS.length - 1)).isCloseTo(5.0 * MIN / (7 * DAY), within(1e-12));
    }

    @Test
    void shouldLookAgainAtASpanThatGrowsIntoAWindowByLateNews() {
        Rain rain = rain(RainGauge.USUAL, 5 * MIN, ALL_WINDOWS);
        int threeHours = rain.window(3 * HOUR);
        rain.add(0, T0 - 5 * MIN, 0, false);
        rain.add(0, T0, 0, true);
        feed(rain, T0 + 5 * MIN, 5 * MIN, new double[37]);
        assertSum(rain, threeHours, 0, 0, 1);
        rain.add(0, T0 + 10 * MIN, 0, true);
        assertSum(rain, threeHours, 0, 0, 175 / 180.0);
        // one span now, from before the window into it
        rain.add(0, T0 + 5 * MIN, 0, true);
        assertSum(rain, threeHours, 0, 0, 175 / 180.0);
    }

    @Test
    void shouldPutAStartLabelledIncrementAfterItsTime() {
        Rain rain = rain(RainGauges.labelledByStart(), 10 * MIN, WINDOWS);
        feed(rain, T0, 10 * MIN, 1, 2, 4);
        Rain same = rain(RainGauge.USUAL, 10 * MIN, WINDOWS);
        feed(same, T0 + 10 * MIN, 10 * MIN, 1, 2, 4);
        for (int w = 0; w < WINDOWS.length; w++) {
            assertSum(rain, w, same.lowerMm(0, w), same.upperMm(0, w), same.coverage(0, w));
        }
    }

    @Test
    void shouldSumAnIntensityOverTheTimeItHolds() {
        Rain rain = rain(RainGauges.intensity(), 5 * MIN, WINDOWS);
        feed(rain, T0, 5 * MIN, 12, 12, 12, 12, 12, 12);
        assertSum(rain, HALF_HOUR, 6, 6, 1);
        rain.add(0, T0 + 27 * MIN, 120, false);
        assertSum(rain, HALF_HOUR, 5 * 1.0 + 4, 6 + 4, 1);
        assertThat(rain.intensityMmPerHour(0))
                .as("a window of five minutes that cuts one reading")
                .isEqualTo(48);
    }

    // Gauges that report on a tip.

    @Test
    void shouldTakeSilenceWithinTheHeartbeatForDry() {
        Rain rain = rain(RainGauges.onTip(RainGauge.Input.INCREMENT, 2 * HOUR), MIN, WINDOWS);
        feed(rain, T0, 20 * MIN, 0.2, 0.2, 0.2, 0.2);
        rain.add(0, T0 + 3 * HOUR, 0, false);
        assertSum(rain, THREE_HOURS, 0.6, 0.6, 1);
        assertSum(rain, HALF_HOUR, 0, 0, 1);
    }

    @Test
    void shouldKnowNothingOfASilenceBeyondTheHeartbeat() {
        Rain rain = rain(RainGauges.onTip(RainGauge.Input.INCREMENT, HOUR), MIN, WINDOWS);
        feed(rain, T0, 30 * MIN, 0, 0.2, 0);
        rain.add(0, T0 + 3 * HOUR, 0.2, false);
        // from the report at one hour to the minute before the newest
        assertSum(rain, THREE_HOURS, 0.4, 0.4, 61 / 180.0);
        rain.add(0, T0 + 2 * HOUR, 0, false);
        assertSum(rain, THREE_HOURS, 0.4, 0.4, 1);
    }

    @Test
    void shouldShowADryGaugeDryWhileItsSilenceIsGood() {
        Rain rain = rain(RainGauges.onTip(RainGauge.Input.INCREMENT, 2 * HOUR), MIN, WINDOWS);
        feed(rain, T0, MIN, 1, 1, 1);
        assertThat(rain.shownMm(0, HALF_HOUR, T0 + 20 * MIN)).isEqualTo(3);
        assertThat(rain.shownMm(0, HALF_HOUR, T0 + 90 * MIN)).isZero();
        assertThat(rain.shownMm(0, HALF_HOUR, T0 + 5 * HOUR))
                .as("it may be dead: what it said last")
                .isEqualTo(3);
        Rain periodic = usual();
        feed(periodic, T0, 5 * MIN, 3);
        assertThat(periodic.shownMm(0, HALF_HOUR, T0 + 40 * MIN)).isEqualTo(3);
    }

    // Room.

    @Test
    void shouldSayThatItDoesNotKnowWhatGaveWayForWantOfRoom() {
        Rain rain = rain(RainGauge.USUAL, 10_000, ALL_WINDOWS);
        int n = 7 * 24 * 360;
        for (int i = 1; i <= n; i++) {
            rain.add(0, T0 + i * 10_000L, 0.01, false);
        }
        int week = ALL_WINDOWS.length - 1;
        assertThat(rain.overflowed()).isEqualTo(n - RainSpans.MOST);
        assertThat(rain.lowerMm(0, week)).isEqualTo(RainSpans.MOST / 100.0);
        assertThat(rain.coverage(0, week)).isCloseTo((double) RainSpans.MOST / n, within(1e-12));
        assertSum(rain, rain.window(DAY), 86.4, 86.4, 1);
        assertThat(rain.grown()).isPositive();
    }

    @Test
    void shouldSettleEarlyWhatItHasNoRoomToKeepOpenAndCountIt() {
        Rain rain = rain(RainGauge.USUAL, 1_000, WINDOWS);
        int n = 9_000;
        for (int i = 1; i <= n; i++) {
            rain.add(0, T0 + i * 1_000L, 0.01, false);
        }
        assertThat(rain.overflowed()).isEqualTo(n - RainRecord.MOST_READINGS);
        assertThat(rain.add(0, T0 + 500_000, 5, false))
                .as("settled, though not older than the window")
                .isFalse();
        assertThat(rain.tooLate()).isEqualTo(1);
        assertThat(rain.lowerMm(0, THREE_HOURS)).isEqualTo(90);
    }

    @Test
    void shouldRefuseAReadingOlderThanTheLatenessWindow() {
        Rain rain = usual();
        feed(rain, T0, 5 * MIN, new double[60]);
        long newest = T0 + 59 * 5 * MIN;
        assertThat(rain.add(0, newest - LATENESS - 1, 1, false)).isFalse();
        assertThat(rain.add(0, newest - LATENESS, 1, false)).isTrue();
    }

    // Exactness.

    @Test
    void shouldNotDriftOverYears() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("RainTest.shouldNotDriftOverYears: -Dseed=" + seed);
        Random random = new Random(seed);
        Rain rain = rain(RainGauge.USUAL, 5 * MIN, ALL_WINDOWS);
        int n = 10 * 366 * 288;
        int week = 7 * 288;
        BigDecimal[] last = new BigDecimal[week];
        for (int i = 0; i < n; i++) {
            // no double is a tenth
            BigDecimal mm = BigDecimal.valueOf(random.nextInt(100) < 30 ? 1 + random.nextInt(200) : 0, 1);
            last[i % week] = mm;
            rain.add(0, T0 + i * 5 * MIN, mm.doubleValue(), false);
        }
        for (int w = 0; w < ALL_WINDOWS.length; w++) {
            int steps = Math.toIntExact(ALL_WINDOWS[w] / (5 * MIN));
            BigDecimal sum = BigDecimal.ZERO;
            for (int i = n - steps; i < n; i++) {
                sum = sum.add(last[i % week]);
            }
            assertSum(rain, w, sum.doubleValue(), sum.doubleValue(), 1);
        }
    }

    private record Setup(RainGauge gauge, long intervalMs) {}

    private static final List<Setup> SETUPS = List.of(
            new Setup(RainGauge.USUAL, 5 * MIN),
            new Setup(RainGauges.labelledByStart(), 10 * MIN),
            new Setup(RainGauges.intensity(), 5 * MIN),
            new Setup(RainGauges.onTip(RainGauge.Input.INCREMENT, 40 * MIN), MIN),
            new Setup(RainGauges.counter(Double.NaN), 5 * MIN),
            new Setup(RainGauges.counter(100), 5 * MIN),
            new Setup(RainGauges.onTip(RainGauge.Input.COUNTER, 40 * MIN), MIN));

    /** A reading as it arrives. */
    private record Arrival(long atMs, double value, boolean failed) {}

    /** Irregular, with gaps, ties, corrections and failures, in an order that stays within the lateness window, mostly. */
    private static List<Arrival> arrivals(Random random, Setup setup) {
        boolean counter = setup.gauge.input() == RainGauge.Input.COUNTER;
        List<Arrival> inOrder = new ArrayList<>();
        long at = T0;
        double count = random.nextInt(80);
        int n = 20 + random.nextInt(200);
        // well, ailing or mostly dead
        int failing = List.of(20, 4, 1).get(random.nextInt(3));
        for (int i = 0; i < n; i++) {
            long jitter = random.nextInt(4) == 0 ? random.nextLong(setup.intervalMs) - setup.intervalMs / 2 : 0;
            at += setup.intervalMs + jitter + (random.nextInt(12) == 0 ? random.nextLong(90 * MIN) : 0);
            double fell = random.nextInt(3) == 0 ? random.nextInt(60) / 10.0 : 0;
            count += fell;
            if (random.nextInt(25) == 0) {
                count = random.nextInt(30) / 10.0;
            }
            double shown = random.nextInt(30) == 0 ? random.nextInt(7000) / 10.0 : count % 100;
            inOrder.add(new Arrival(at, counter ? shown : fell, random.nextInt(failing + 1) == 0));
            if (random.nextInt(10) == 0) {
                inOrder.add(inOrder.get(random.nextInt(inOrder.size())));
            }
            if (random.nextInt(10) == 0) {
                Arrival old = inOrder.get(random.nextInt(inOrder.size()));
                inOrder.add(new Arrival(old.atMs, random.nextInt(50) / 10.0, random.nextBoolean()));
            }
        }
        List<Arrival> shuffled = new ArrayList<>(inOrder);
        for (int i = 0; i < shuffled.size(); i++) {
            int with = Math.min(shuffled.size() - 1, i + (random.nextInt(3) == 0 ? random.nextInt(30) : 0));
            Arrival moved = shuffled.remove(with);
            shuffled.add(i, moved);
        }
        return shuffled;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
    void shouldEqualInOrderProcessingAndBruteForceWhateverTheOrderOfArrival(int which) {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("RainTest.shouldEqualInOrderProcessing[" + which + "]: -Dseed=" + seed);
        Setup setup = SETUPS.get(which);
        long labelMs = setup.gauge.label() == RainGauge.Label.START ? setup.intervalMs : 0;
        boolean counter = setup.gauge.input() == RainGauge.Input.COUNTER;
        int compared = 0;
        int refused = 0;
        int cut = 0;
        for (int round = 0; round < 150; round++) {
            Random random = new Random(seed + round);
            // the longest as long as readings can be late, or longer
            long[] windows = random.nextBoolean() ? WINDOWS : ALL_WINDOWS;
            Rain rain = rain(setup.gauge, setup.intervalMs, windows);
            TreeMap<Long, Arrival> taken = new TreeMap<>();
            for (Arrival each : arrivals(random, setup)) {
                boolean inTime = taken.isEmpty() || each.atMs >= taken.lastKey() - LATENESS;
                assertThat(rain.add(0, each.atMs, each.value, each.failed)).isEqualTo(inTime);
                refused += inTime ? 0 : 1;
                if (inTime) {
                    taken.put(each.atMs, each);
                }
                if (random.nextInt(40) == 0) {
                    Rain restored = rain(setup.gauge, setup.intervalMs, windows);
                    restored.restore(0, rain.save(0));
                    rain = restored;
                }
                if (random.nextInt(8) != 0) {
                    continue;
                }
                Rain inOrder = rain(setup.gauge, setup.intervalMs, windows);
                taken.values().forEach(one -> inOrder.add(0, one.atMs, one.value, one.failed));
                TreeMap<Long, Double> readings = new TreeMap<>();
                taken.values().forEach(one -> readings.put(one.atMs + labelMs, one.failed ? Double.NaN : one.value));
                RainByBruteForce bruteForce = new RainByBruteForce(setup.gauge, setup.intervalMs, readings);
                for (int w = 0; w < windows.length; w++) {
                    String as = "seed " + seed + " round " + round + " window " + windows[w] / MIN;
                    assertThat(rain.lowerMm(0, w)).as(as).isEqualTo(inOrder.lowerMm(0, w));
                    assertThat(rain.upperMm(0, w)).as(as).isEqualTo(inOrder.upperMm(0, w));
                    assertThat(rain.coverage(0, w)).as(as).isEqualTo(inOrder.coverage(0, w));
                    assertThat(rain.lowerMm(0, w)).as(as).isLessThanOrEqualTo(rain.upperMm(0, w));
                    cut += rain.lowerMm(0, w) < rain.upperMm(0, w) ? 1 : 0;
                    if (!counter) {
                        assertThat(rain.lowerMm(0, w))
                                .as(as)
                                .isEqualTo(bruteForce.lower(windows[w]).doubleValue());
                        assertThat(rain.upperMm(0, w))
                                .as(as)
                                .isEqualTo(bruteForce.upper(windows[w]).doubleValue());
                        assertThat(rain.coverage(0, w))
                                .as(as)
                                .isCloseTo(bruteForce.coverage(windows[w]), within(1e-12));
                    }
                    compared++;
                }
            }
        }
        assertThat(compared).isGreaterThan(5_000);
        assertThat(refused).isPositive();
        assertThat(cut).as("windows that cut through an increment").isPositive();
    }

    // The heap.

    @Test
    void shouldAllocateNothingPerReadingNotEvenForALateOne() {
        List<Sensor> sensors = new ArrayList<>();
        for (Setup setup : SETUPS) {
            sensors.add(RainGauges.sensor(setup.gauge, 5 * MIN));
        }
        Rain rain = new Rain(sensors, ALL_WINDOWS, LATENESS);
        int warmUp = 12_000;
        int rounds = 12_000;
        feedAll(rain, sensors.size(), 0, warmUp);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().threadId();
        threads.getThreadAllocatedBytes(self);
        long grown = rain.grown();
        long before = threads.getThreadAllocatedBytes(self);
        feedAll(rain, sensors.size(), warmUp, warmUp + rounds);
        long allocated = threads.getThreadAllocatedBytes(self) - before;
        assertThat(rain.grown()).isEqualTo(grown).isPositive();
        assertThat(allocated)
                .as("bytes over " + 2 * rounds * sensors.size() + " readings")
                .isLessThan(10_000);
    }

    private static void feedAll(Rain rain, int sensors, int from, int to) {
        for (int i = from; i < to; i++) {
            for (int s = 0; s < sensors; s++) {
                // the counters begin again now and then
                double value = i % 400 * 0.2;
                rain.add(s, T0 + i * 5 * MIN, value, i % 50 == 0);
                if (i > 20) {
                    rain.add(s, T0 + (i - 20) * 5 * MIN, (i - 20) % 400 * 0.2, i % 3 == 0);
                }
            }
        }
    }
}
