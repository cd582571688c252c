package dk.vandvagt.analysis;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dk.vandvagt.analysis.Calibration.CrossingScore;
import dk.vandvagt.analysis.Calibration.Score;
import dk.vandvagt.analysis.Calibration.Terms;
import dk.vandvagt.quality.Flag;
import dk.vandvagt.quality.QualityTest;
import dk.vandvagt.quality.Recent;
import dk.vandvagt.station.ForecastErrors;
import dk.vandvagt.station.Threshold.Direction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CalibrationTest {
    private static final long MIN = 60_000;
    private static final long HOUR = 60 * MIN;
    private static final long DAY = 24 * HOUR;
    private static final long T0 = 1_600_000_200_000L;
    private static final long UNDAMPED = Long.MAX_VALUE;

    /** A history of one reading every ten minutes. */
    private static final class Gauge {
        private final List<Double> levelsM = new ArrayList<>();

        void hold(double levelM, long ms) {
            for (long t = 0; t < ms; t += 10 * MIN) {
                levelsM.add(levelM);
            }
        }

        /** From the level before. */
        void rise(double mPerHour, long ms) {
            double from = levelsM.getLast();
            for (long t = 10 * MIN; t <= ms; t += 10 * MIN) {
                levelsM.add(from + mPerHour * t / HOUR);
            }
        }

        /** Calm, up from 0 to the peak at 20 cm/h, a stand there, and down again. */
        void storm(double peakM) {
            hold(0, 2 * DAY);
            rise(0.2, Math.round(peakM / 0.2 * 6) * 10 * MIN);
            hold(levelsM.getLast(), 5 * HOUR);
            rise(-0.2, Math.round(peakM / 0.2 * 6) * 10 * MIN);
        }

        Calibration calibration(long dampingMs, double aboveM) {
            long[] times = new long[levelsM.size()];
            Arrays.setAll(times, i -> T0 + i * 10 * MIN);
            return new Calibration(
                    times, levelsM.stream().mapToDouble(Double::doubleValue).toArray(), terms(dampingMs, aboveM));
        }
    }

    private static Terms terms(long dampingMs, double aboveM) {
        return new Terms(
                10 * MIN, 0.01, 3 * HOUR, dampingMs, Direction.RISING, aboveM, List.of(HOUR, 2 * HOUR, 4 * HOUR), null);
    }

    private static Gauge storms(int count, Random random) {
        Gauge gauge = new Gauge();
        for (int i = 0; i < count; i++) {
            gauge.storm(0.8 + random.nextInt(12) / 10.0);
        }
        gauge.hold(0, DAY);
        return gauge;
    }

    @Test
    void shouldCountOneStormForHoweverManyReadings() {
        Gauge gauge = new Gauge();
        gauge.storm(1);
        gauge.hold(0.2, 4 * HOUR);
        gauge.rise(0.2, 3 * HOUR);
        gauge.rise(-0.2, 3 * HOUR);
        gauge.storm(1.2);
        Calibration calibration = gauge.calibration(UNDAMPED, 0.5);
        assertThat(calibration.storms())
                .as("the second peak comes within a day")
                .isEqualTo(2);
        assertThat(calibration.stormPeakM(1)).isCloseTo(1.2, within(0.02));
        assertThat(calibration.firstStormFrom(calibration.stormBeganMs(1))).isEqualTo(1);
        assertThat(calibration.firstStormFrom(calibration.stormBeganMs(1) + 1)).isEqualTo(2);
    }

    @Test
    void shouldGiveNoTableFromFewerStormsThanItTakes() {
        Random random = new Random(1);
        assertThat(storms(18, random).calibration(UNDAMPED, 0.5).table("")).isNull();
        Calibration nineteen = storms(19, random).calibration(UNDAMPED, 0.5);
        assertThat(nineteen.table("")).isNotNull();
        assertThat(nineteen.tryOut(List.of())).as("none left to try it on").isNull();
        assertThat(storms(20, random).calibration(UNDAMPED, 0.5).tryOut(List.of()))
                .isNotNull();
    }

    @Test
    void shouldTakeTheGreatestErrorOfNineteenStormsAsTheBound() {
        // alike up to the turn, so that the errors of the storms differ by how far their tops are
        Calibration calibration = storms(19, new Random(2)).calibration(UNDAMPED, 0.5);
        ForecastErrors table = requireNonNull(calibration.table("here"));
        assertThat(table.storms()).isEqualTo(19);
        ForecastErrors.Lead fourHours = table.leads().get(2);
        // just before the top the rise was still whole: four hours of it did not come
        assertThat(fourHours.q05M()).isCloseTo(-0.8, within(0.05));
        assertThat(fourHours.q95M()).isCloseTo(0, within(0.3)).isGreaterThanOrEqualTo(fourHours.q50M());
        Score all = calibration.tryOn(table, 0, 19, List.of());
        all.leads()
                .forEach(lead -> assertThat(lead.coverage())
                        .as("of what it was learned from")
                        .isEqualTo(1));
    }

    /** The promise: over storms that are exchangeable, whatever happens within them. */
    @Test
    void shouldKeepItsPromiseForANewStormOnAverage() {
        long seed = 20_231_020;
        Random random = new Random(seed);
        int trials = 300;
        double above = 0;
        double below = 0;
        double narrowest = 1;
        for (int trial = 0; trial < trials; trial++) {
            Gauge gauge = new Gauge();
            for (int storm = 0; storm < 25; storm++) {
                gauge.hold(0, 2 * DAY);
                // a storm's errors hang together: it has a rise, a length and a mood of its own
                double rise = 0.1 + 0.3 * random.nextDouble();
                double mood = random.nextGaussian() * 0.3;
                for (int hour = 0; hour < 2 + random.nextInt(12); hour++) {
                    gauge.rise(Math.max(0.02, rise * (1 + mood + 0.5 * random.nextGaussian())), HOUR);
                }
                gauge.rise(-0.3, 3 * HOUR);
            }
            gauge.hold(0, DAY);
            Calibration calibration = gauge.calibration(90 * MIN, 0.1);
            int last = calibration.storms() - 1;
            ForecastErrors table = requireNonNull(calibration.tableBefore(last, ""));
            double coverage = calibration
                    .tryOn(table, last, last + 1, List.of())
                    .leads()
                    .get(1)
                    .coverage();
            above += coverage;
            below += coverage < 0.5 ? 1 : 0;
            narrowest = Math.min(narrowest, coverage);
        }
        assertThat(above / trials)
                .as("coverage of the next storm, seed " + seed)
                .isBetween(0.89, 0.97);
        assertThat(narrowest).as("one storm alone may be missed").isLessThan(0.8);
        assertThat(below / trials).isLessThan(0.1);
    }

    @Test
    void shouldTellWhatBecameOfTheTimes() {
        Calibration calibration = storms(40, new Random(3)).calibration(UNDAMPED, 0.5);
        Score score = requireNonNull(calibration.tryOut(List.of(1.0, 9.0)));
        CrossingScore metre = score.crossings().get(0);
        assertThat(metre.reached()).isPositive();
        assertThat(metre.reached() + metre.notReached()).isLessThan(calibration.expectations());
        assertThat(metre.inside()).isGreaterThan(metre.reached() * 8 / 10);
        CrossingScore never = score.crossings().get(1);
        assertThat(never.reached()).isZero();
        assertThat(never.quiet()).isEqualTo(never.notReached()).isPositive();
        assertThat(never.missed()).isZero();
    }

    @Test
    void shouldMakeThePastsExpectationsAsTheLiveOnes() {
        Gauge gauge = storms(25, new Random(4));
        Calibration calibration = gauge.calibration(90 * MIN, 0.5);
        ForecastErrors table = requireNonNull(calibration.table(""));
        Recent recent = new Recent(new int[] {200});
        Expectation live = new Expectation(table, null);
        Trend trend = new Trend();
        int made = 0;
        for (int i = 0; i < gauge.levelsM.size(); i++) {
            recent.insert(
                    0, recent.size(0), T0 + i * 10 * MIN, gauge.levelsM.get(i), Flag.PASS, QualityTest.NONE.code());
            made += live.make(trend, recent, 0, 0, false) == Expectation.NONE ? 1 : 0;
        }
        assertThat(made).isEqualTo(calibration.expectations());
    }

    @Test
    void shouldLearnFallingWaterAsTheMirrorOfRising() {
        Gauge gauge = storms(25, new Random(5));
        Gauge mirror = new Gauge();
        gauge.levelsM.forEach(levelM -> mirror.levelsM.add(-levelM));
        long[] times = new long[gauge.levelsM.size()];
        Arrays.setAll(times, i -> T0 + i * 10 * MIN);
        Terms up = terms(90 * MIN, 0.5);
        Terms down = new Terms(
                up.intervalMs(),
                up.resolution(),
                up.windowMs(),
                up.dampingMs(),
                Direction.FALLING,
                -0.5,
                up.leadsMs(),
                null);
        ForecastErrors rising = requireNonNull(gauge.calibration(90 * MIN, 0.5).table(""));
        Calibration calibration = new Calibration(
                times, mirror.levelsM.stream().mapToDouble(Double::doubleValue).toArray(), down);
        ForecastErrors falling = requireNonNull(calibration.table(""));
        for (int i = 0; i < 3; i++) {
            assertThat(falling.leads().get(i).q95M())
                    .isCloseTo(-rising.leads().get(i).q05M(), within(1e-9));
            assertThat(falling.leads().get(i).q05M())
                    .isCloseTo(-rising.leads().get(i).q95M(), within(1e-9));
        }
    }

    @Test
    void shouldLookAcrossNoGap() {
        Gauge gauge = storms(25, new Random(6));
        long[] times = new long[gauge.levelsM.size()];
        double[] levels = new double[times.length];
        int kept = 0;
        for (int i = 0; i < times.length; i++) {
            // silent for the six hours after the level first exceeded 0.7 m in each storm
            boolean silent = false;
            for (int k = Math.max(1, i - 36); k <= i; k++) {
                silent |= gauge.levelsM.get(k) > 0.7 && gauge.levelsM.get(k - 1) <= 0.7;
            }
            if (!silent) {
                times[kept] = T0 + i * 10 * MIN;
                levels[kept] = gauge.levelsM.get(i);
                kept++;
            }
        }
        Calibration calibration =
                new Calibration(Arrays.copyOf(times, kept), Arrays.copyOf(levels, kept), terms(90 * MIN, 0.5));
        assertThat(calibration.storms()).isGreaterThan(19);
        assertThat(calibration.table(""))
                .as("a rise up to the silence, and nothing known after it: nothing to learn from")
                .isNull();
    }

    @Test
    void shouldRefuseReadingsThatAreNotInOrder() {
        assertThatThrownBy(() -> new Calibration(new long[] {2, 2}, new double[] {0, 0}, terms(0, 0)))
                .hasMessageContaining("in order");
    }
}
