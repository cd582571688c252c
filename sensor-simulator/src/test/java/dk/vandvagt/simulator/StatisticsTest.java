package dk.vandvagt.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Storms that are made up beside storms that were measured: how fast the water rises and falls, how long it stands, how sharp a cloudburst is. The
 * measured figures are stated here and worked out again from the data: the surge of 20 October 2023 at six gauges of the western Baltic, and 16
 * cloudbursts (more than 15 mm in 30 min) of 1991 to 2020 at Görlitz, 5 min.
 */
class StatisticsTest {
    private static final Duration EVENT = Duration.ofHours(120);
    private static final List<String> LEVELS = List.of("ASS-HAVN-W", "BAAGOE-W", "HELNAES-W");
    private static final List<String> RAIN = List.of("ASS-HAVN-R", "GLAMSBJERG-R", "AARUP-R");
    private static final List<String> GAUGES =
            List.of("Eckernfoerde", "Flensburg", "KielHoltenau", "Luebeck", "Travemuende", "Warnemuende");
    private static final double CLOUDBURST_MM = 15;

    static LongStream seeds() {
        return LongStream.concat(LongStream.of(20231020), LongStream.rangeClosed(1, 20));
    }

    /**
     * A figure of a surge.
     *
     * @param lowest of the six measured ones, and {@code highest}
     * @param from what a made-up one must lie between, and {@code to}
     */
    private record Bound(
            String what, ToDoubleFunction<Surge> figure, double lowest, double highest, double from, double to) {}

    /** The bounds are the measured range, and wider where noise decides a crossing or, as in 6 h, the made-up surge is gentler: by 37 % at most. */
    private static final List<Bound> BOUNDS = List.of(
            new Bound("largest rise in 1 h, m", Surge::largestRise1h, 0.123, 0.203, 0.10, 0.205),
            new Bound("largest rise in 6 h, m", Surge::largestRise6h, 0.537, 0.681, 0.34, 0.70),
            new Bound("largest fall in 1 h, m", Surge::largestFall1h, 0.142, 0.309, 0.14, 0.31),
            new Bound("hours within a tenth of the peak", Surge::hoursNearPeak, 7.17, 10.33, 3.5, 10.5),
            new Bound("hours above half the peak", Surge::hoursAboveHalf, 43.67, 47.33, 37, 54),
            new Bound("hours from half the peak up to it", Surge::hoursUp, 30.5, 34.67, 26, 40),
            new Bound("hours from the peak down to half", Surge::hoursDown, 10.5, 15.33, 7, 17));

    @Test
    void shouldHaveTheMeasuredFiguresOfTheSurge() throws IOException {
        List<Surge> measured = new ArrayList<>();
        for (String gauge : GAUGES) {
            measured.add(Surge.of(SharedData.levels(gauge)));
        }
        for (Bound bound : BOUNDS) {
            DoubleStream figures = measured.stream().mapToDouble(bound.figure);
            var range = figures.summaryStatistics();
            assertThat(range.getMin()).as(bound.what).isCloseTo(bound.lowest, within(0.006));
            assertThat(range.getMax()).as(bound.what).isCloseTo(bound.highest, within(0.006));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldRiseStandAndFallAsMeasuredSurgesDo(long seed) {
        List<Reading> event = storm(seed);
        for (String sensorId : LEVELS) {
            Surge surge = Surge.of(values(event, sensorId));
            for (Bound bound : BOUNDS) {
                assertThat(bound.figure.applyAsDouble(surge))
                        .as("%s, seed %d, at %s", bound.what, seed, sensorId)
                        .isBetween(bound.from, bound.to);
            }
        }
    }

    /** Of 16 measured cloudbursts; 5 min of 10 at least half, by the two parts' nature. */
    private static final double SHARPEST_10_OF_30 = 0.94;

    private static final double BLUNTEST_10_OF_30 = 0.40;
    private static final double SHARPEST_5_OF_10 = 0.81;
    private static final double BLUNTEST_5_OF_10 = 0.50;
    /** The most that fell in 10 min at Görlitz in 30 years; Odense had 26.7 mm. */
    private static final double MOST_10_MM = 19.72;

    @Test
    void shouldHaveTheMeasuredFiguresOfCloudbursts() throws IOException {
        List<Burst> measured = Burst.of(SharedData.goerlitz());
        assertThat(measured).hasSize(16);
        var tens = measured.stream().mapToDouble(Burst::share10Of30).summaryStatistics();
        var fives = measured.stream().mapToDouble(Burst::share5Of10).summaryStatistics();
        assertThat(tens.getMin()).isCloseTo(BLUNTEST_10_OF_30, within(0.005));
        assertThat(tens.getMax()).isCloseTo(SHARPEST_10_OF_30, within(0.005));
        assertThat(fives.getMin()).isCloseTo(BLUNTEST_5_OF_10, within(0.005));
        assertThat(fives.getMax()).isCloseTo(SHARPEST_5_OF_10, within(0.005));
        assertThat(measured.stream().mapToDouble(Burst::in10Mm).max().orElseThrow())
                .isCloseTo(MOST_10_MM, within(0.01));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldRainAsSharplyAsMeasuredCloudburstsDo(long seed) {
        List<Reading> event = storm(seed);
        for (String sensorId : RAIN) {
            List<Burst> bursts = Burst.of(values(event, sensorId));
            assertThat(bursts).as("seed %d, at %s", seed, sensorId).hasSize(1);
            Burst burst = bursts.getFirst();
            assertThat(burst.share10Of30()).isBetween(BLUNTEST_10_OF_30, SHARPEST_10_OF_30);
            assertThat(burst.share5Of10()).isBetween(BLUNTEST_5_OF_10, SHARPEST_5_OF_10);
            // from the least of a cloudburst to Odense's, a third more than Görlitz' most
            assertThat(burst.in10Mm()).isBetween(6.67, 1.5 * MOST_10_MM);
        }
    }

    /** At its heart: 26.7 mm in 10 min and 34.2 mm in 30 min, to a tip of 0.1 mm at either end. */
    @Test
    void shouldLeaveWhatFellInOdense() throws Exception {
        Scenario odense = Scenario.read("sensor-simulator/scenarios/odense-cloudburst.yml");
        Burst burst = Burst.of(values(new Storm(odense.storm()).event(), "ASS-HAVN-R"))
                .getFirst();
        assertThat(burst.in10Mm()).isCloseTo(26.7, within(0.11));
        assertThat(burst.in30Mm()).isCloseTo(34.2, within(0.11));
    }

    private static List<Reading> storm(long seed) {
        Instant start = Storm.OCTOBER_2023_END.minus(EVENT);
        return new Storm(new Storm.Parameters(seed, start, EVENT, 2.02, LEVELS, RAIN)).event();
    }

    private static TreeMap<Instant, Double> values(List<Reading> readings, String sensorId) {
        TreeMap<Instant, Double> values = new TreeMap<>();
        for (Reading reading : readings) {
            if (reading.sensorId().equals(sensorId)) {
                values.put(Instant.ofEpochMilli(reading.observedAtMs()), Double.valueOf(reading.value()));
            }
        }
        return values;
    }

    private record Surge(
            double largestRise1h,
            double largestRise6h,
            double largestFall1h,
            double hoursNearPeak,
            double hoursAboveHalf,
            double hoursUp,
            double hoursDown) {
        private static final double STEPS_PER_HOUR = 6;

        static Surge of(TreeMap<Instant, Double> levels) {
            double peakM =
                    levels.values().stream().mapToDouble(each -> each).max().orElseThrow();
            Instant peakedAt = levels.entrySet().stream()
                    .filter(entry -> entry.getValue() == peakM)
                    .findFirst()
                    .orElseThrow()
                    .getKey();
            Instant before = levels.headMap(peakedAt).entrySet().stream()
                    .filter(entry -> entry.getValue() < peakM / 2)
                    .reduce((a, b) -> b)
                    .orElseThrow()
                    .getKey();
            Instant after = levels.tailMap(peakedAt).entrySet().stream()
                    .filter(entry -> entry.getValue() < peakM / 2)
                    .findFirst()
                    .orElseThrow()
                    .getKey();
            return new Surge(
                    largest(levels, Duration.ofHours(1), 1),
                    largest(levels, Duration.ofHours(6), 1),
                    largest(levels, Duration.ofHours(1), -1),
                    levels.values().stream()
                                    .filter(level -> level >= 0.9 * peakM)
                                    .count()
                            / STEPS_PER_HOUR,
                    levels.values().stream()
                                    .filter(level -> level >= 0.5 * peakM)
                                    .count()
                            / STEPS_PER_HOUR,
                    Duration.between(before, peakedAt).toMinutes() / 60.0,
                    Duration.between(peakedAt, after).toMinutes() / 60.0);
        }

        private static double largest(TreeMap<Instant, Double> levels, Duration over, int sign) {
            return levels.entrySet().stream()
                    .mapToDouble(entry ->
                            sign * (levels.getOrDefault(entry.getKey().plus(over), Double.NaN) - entry.getValue()))
                    .filter(Double::isFinite)
                    .max()
                    .orElseThrow();
        }
    }

    /** A cloudburst: the most within 5, 10 and 30 min around it. */
    private record Burst(double in5Mm, double in10Mm, double in30Mm) {
        private static final long STEP_S = 300;

        double share10Of30() {
            return in10Mm / in30Mm;
        }

        double share5Of10() {
            return in5Mm / in10Mm;
        }

        /** @param depths by the five minutes' time stamp; those that are missing were dry */
        static List<Burst> of(TreeMap<Instant, Double> depths) {
            List<Burst> bursts = new ArrayList<>();
            Instant from = null;
            Instant to = Instant.MIN;
            for (Instant at : depths.keySet()) {
                if (sum(depths, at, 6) > CLOUDBURST_MM) {
                    if (from != null && Duration.between(to, at).compareTo(Duration.ofHours(12)) > 0) {
                        bursts.add(around(depths, from, to));
                        from = null;
                    }
                    from = from == null ? at : from;
                    to = at;
                }
            }
            if (from != null) {
                bursts.add(around(depths, from, to));
            }
            return bursts;
        }

        private static Burst around(TreeMap<Instant, Double> depths, Instant from, Instant to) {
            var near = depths.subMap(from.minusSeconds(12 * STEP_S), true, to.plusSeconds(12 * STEP_S), true)
                    .keySet();
            return new Burst(most(depths, near, 1), most(depths, near, 2), most(depths, near, 6));
        }

        private static double most(TreeMap<Instant, Double> depths, Iterable<Instant> near, int steps) {
            double most = 0;
            for (Instant at : near) {
                most = Math.max(most, sum(depths, at, steps));
            }
            return most;
        }

        private static double sum(TreeMap<Instant, Double> depths, Instant at, int steps) {
            double sum = 0;
            for (int i = 0; i < steps; i++) {
                sum += depths.getOrDefault(at.minusSeconds(i * STEP_S), 0.0);
            }
            return sum;
        }
    }
}
