package dk.vandvagt.shard;

import static dk.vandvagt.shard.Catalogues.HOUR;
import static dk.vandvagt.shard.Catalogues.MIN;
import static dk.vandvagt.shard.Catalogues.level;
import static dk.vandvagt.shard.Catalogues.threshold;
import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.alert.Edge;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.layer.LiveState;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.QualityLimits;
import dk.vandvagt.station.QualityLimits.Neighbour;
import dk.vandvagt.station.RainGauge;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Text;
import dk.vandvagt.station.Threshold;
import dk.vandvagt.station.Unit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Readings at random spacing, with gaps, late by up to the lateness window, delivered again and corrected. Whatever has come by
 * an instant, trend and accumulation are those of the same readings in the order of observation, and what was told before stands.
 */
class ArrivalOrderPropertyTest {
    private static final long T0 = 1_700_000_400_000L;
    private static final long LATENESS = 3 * HOUR;

    private static final Threshold[] LADDER = {
        level("quay", 1, 0.60, 0, 30 * MIN),
        level("street", 2, 0.80, 20 * MIN, 0),
        threshold("fast", 2, Threshold.Kind.RISE, 0.3, 0.1, 0, 0, 30 * MIN, 0.1),
        threshold("steady", 1, Threshold.Kind.RISE, 0.2, 0.1, 20 * MIN, HOUR, 3 * HOUR, Double.NaN)
    };

    private static final Threshold[] CLOUDBURST = {
        threshold("short", 1, Threshold.Kind.ACCUMULATION, 6, 4, 0, 10 * MIN, 30 * MIN, Double.NaN),
        threshold("long", 2, Threshold.Kind.ACCUMULATION, 20, 15, 0, 0, 6 * HOUR, Double.NaN)
    };

    /** With faults, and tests that find them. */
    private static final Catalogue TESTED = catalogue(true);

    /** Without: each edge comes of a threshold and its readings alone. */
    private static final Catalogue PLAIN = catalogue(false);

    static LongStream seeds() {
        Long again = Long.getLong("vandvagt.seed");
        return again == null ? LongStream.rangeClosed(1, 40) : LongStream.of(again);
    }

    private record Reading(int sensor, long observedAtMs, double value, long arrivesAtMs) {}

    private static Catalogue catalogue(boolean tested) {
        return Catalogues.of(
                water("A", 10 * MIN, tested, "B"),
                water("B", 5 * MIN, tested, ""),
                water("C", 1 * MIN, tested, ""),
                rain("R", RainGauge.USUAL, tested, "S"),
                rain("S", RainGauge.USUAL, tested, ""),
                rain("COUNTER", gauge(RainGauge.Input.COUNTER, RainGauge.Reports.PERIODIC, 0), tested, ""),
                rain("RATE", gauge(RainGauge.Input.INTENSITY, RainGauge.Reports.PERIODIC, 0), tested, ""),
                rain("TIP", gauge(RainGauge.Input.INCREMENT, RainGauge.Reports.ON_TIP, HOUR), tested, ""));
    }

    private static RainGauge gauge(RainGauge.Input input, RainGauge.Reports reports, long heartbeatMs) {
        return new RainGauge(input, Double.NaN, RainGauge.Label.END, reports, heartbeatMs, 0.90);
    }

    private static QualityLimits limits(boolean tested, double min, double max, double spike, String neighbour) {
        if (!tested) {
            return QualityLimits.NONE;
        }
        return new QualityLimits(
                min,
                max,
                min,
                max,
                spike / 2,
                spike,
                QualityLimits.SpikeMethod.DIFFERENTIAL,
                Double.NaN,
                0,
                List.of(),
                QualityLimits.FlatLine.OFF,
                QualityLimits.AttenuatedSignal.OFF,
                neighbour.isEmpty() ? Neighbour.NONE : new Neighbour(neighbour, 5, 10));
    }

    private static Sensor water(String id, long intervalMs, boolean tested, String neighbour) {
        return new Sensor(
                id,
                "ST-" + id,
                Text.NONE,
                Parameter.LEVEL,
                Unit.M,
                intervalMs,
                4 * intervalMs,
                0.01,
                limits(tested, -3, 4, 0.5, neighbour),
                List.of(LADDER),
                false);
    }

    private static Sensor rain(String id, RainGauge gauge, boolean tested, String neighbour) {
        return new Sensor(
                id,
                "ST-" + id,
                Text.NONE,
                Parameter.RAIN,
                gauge.input() == RainGauge.Input.INTENSITY ? Unit.MM_PER_HOUR : Unit.MM,
                5 * MIN,
                20 * MIN,
                0.1,
                limits(tested, 0, 5000, Double.NaN, neighbour),
                List.of(CLOUDBURST),
                gauge,
                false);
    }

    /** In the order of arrival. */
    private static List<Reading> readings(Catalogue catalogue, Random random, boolean faults) {
        List<Reading> readings = new ArrayList<>();
        for (int s = 0; s < catalogue.sensorCount(); s++) {
            Sensor sensor = catalogue.sensor(s);
            int n = 40 + random.nextInt(200);
            long atMs = T0 + random.nextInt(30) * MIN;
            double counter = random.nextInt(1000) / 10.0;
            boolean late = random.nextBoolean();
            for (int i = 0; i < n; i++) {
                double value;
                if (sensor.parameter() == Parameter.LEVEL) {
                    value = Math.round(100 * Math.sin(atMs / (2.0 * HOUR)) + random.nextGaussian()) / 100.0;
                } else {
                    double mm = random.nextInt(3) == 0 ? random.nextInt(40) / 10.0 : 0;
                    boolean empties = random.nextInt(60) == 0;
                    counter = empties ? mm : counter + mm;
                    value = sensor.rain().input() == RainGauge.Input.COUNTER ? Math.round(counter * 10) / 10.0 : mm;
                }
                if (faults && random.nextInt(12) == 0) {
                    value = random.nextBoolean() ? value + 16.71 : -9.99;
                }
                long arrivesAtMs = atMs + delayMs(random, late);
                readings.add(new Reading(s, atMs, value, arrivesAtMs));
                if (random.nextInt(8) == 0) {
                    long againAtMs = Math.min(atMs + LATENESS, arrivesAtMs + delayMs(random, late));
                    boolean corrected = faults && random.nextBoolean();
                    readings.add(new Reading(s, atMs, corrected ? value + 0.1 : value, againAtMs));
                }
                atMs += spacingMs(sensor.intervalMs(), random);
            }
        }
        // stable: what is sent again comes after
        readings.sort(Comparator.comparingLong(Reading::arrivesAtMs));
        return readings;
    }

    private static long spacingMs(long intervalMs, Random random) {
        return switch (random.nextInt(30)) {
            case 0 -> random.nextInt(6) == 0 ? 30 * HOUR : random.nextInt(240) * MIN + intervalMs;
            case 1, 2 -> intervalMs / 2 + random.nextInt((int) intervalMs);
            case 3 -> 2 * intervalMs;
            default -> intervalMs;
        };
    }

    private static long delayMs(Random random, boolean late) {
        return switch (random.nextInt(late ? 4 : 12)) {
            case 0 -> (long) (random.nextDouble() * LATENESS);
            case 1 -> LATENESS - random.nextInt(3) * MIN;
            default -> random.nextInt(3) * MIN;
        };
    }

    /** The rooms that judge, without their threads. */
    private static final class Line {
        private final Catalogue catalogue;
        private final List<ShardState> shards = new ArrayList<>();
        private final List<Edge> edges = new ArrayList<>();
        private long sequence;
        private long clockMs;

        Line(Catalogue catalogue, int shardCount) {
            this.catalogue = catalogue;
            for (int i = 0; i < shardCount; i++) {
                shards.add(new ShardState(catalogue, i, shardCount));
            }
        }

        void read(long nowMs, @Nullable Reading reading) {
            clockMs = Math.max(clockMs, nowMs);
            sequence++;
            judge(
                    reading == null
                            ? Batch.tick(sequence, clockMs, clockMs)
                            : new Batch(
                                    sequence,
                                    clockMs,
                                    clockMs,
                                    1,
                                    new int[] {reading.sensor},
                                    new long[] {reading.observedAtMs},
                                    new double[] {reading.value},
                                    null));
        }

        private void judge(Batch batch) {
            for (ShardState shard : shards) {
                ShardOutput output = new ShardOutput(4);
                shard.judge(batch, output);
                edges.addAll(output.edges());
            }
        }

        long tooLate() {
            return shards.stream().mapToLong(shard -> shard.counts().late()).sum();
        }

        long overflowed() {
            return shards.stream()
                    .mapToLong(shard -> shard.counts().overflowed())
                    .sum();
        }

        /** By sensor, one line each; the last digit counts. */
        List<String> shown() {
            int n = catalogue.sensorCount();
            int trends = LiveState.TREND_WINDOWS_MS.size();
            LiveState live = LiveState.blank(catalogue, "test", sequence, clockMs);
            shards.forEach(shard -> shard.copyInto(live));
            List<String> lines = new ArrayList<>();
            for (int s = 0; s < n; s++) {
                StringBuilder line = new StringBuilder(catalogue.sensor(s).id())
                        .append(" at ")
                        .append((live.observedAtMs()[s] - T0) / MIN)
                        .append(": ")
                        .append(live.value()[s])
                        .append(" flag ")
                        .append(live.flag()[s])
                        .append(live.stale()[s] ? " stale" : "");
                for (int w = 0; w < trends; w++) {
                    line.append(" rise ").append(live.riseMPerHour()[w][s]);
                    line.append(" ± ").append(live.riseStandardError()[w][s]);
                    line.append(" sign ").append(live.riseSign()[w][s]);
                }
                for (double[] window : live.accumulationMm()) {
                    line.append(" mm ").append(window[s]);
                }
                lines.add(line.toString());
            }
            return lines;
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldShowAtEveryInstantWhatTheOrderOfObservationShows(long seed) {
        System.out.println("ArrivalOrderPropertyTest: -Dvandvagt.seed=" + seed);
        Random random = new Random(seed);
        List<Reading> arrivals = readings(TESTED, random, true);
        Line one = new Line(TESTED, 1);
        Line two = new Line(TESTED, 2);
        int known = 0;
        for (int i = 0; i < arrivals.size(); i++) {
            Reading reading = arrivals.get(i);
            one.read(reading.arrivesAtMs, reading);
            two.read(reading.arrivesAtMs, reading);
            if (random.nextInt(arrivals.size() / 6) == 0 || i == arrivals.size() - 1) {
                List<Reading> come = new ArrayList<>(arrivals.subList(0, i + 1));
                come.sort(Comparator.comparingLong(Reading::observedAtMs));
                Line inOrder = new Line(TESTED, 1);
                come.forEach(each -> inOrder.read(each.observedAtMs, each));
                inOrder.read(one.clockMs, null);
                assertThat(one.shown()).as("seed %d, after reading %d", seed, i).isEqualTo(inOrder.shown());
                assertThat(two.shown()).as("seed %d, two shards", seed).isEqualTo(inOrder.shown());
                known += inOrder.shown().stream()
                        .filter(line -> line.contains("sign 1") || line.contains("sign -1"))
                        .count();
            }
        }
        assertThat(known).isPositive();
        assertThat(one.tooLate()).isZero();
        assertThat(one.overflowed()).isZero();
    }

    /** What levels tell comes of the readings that were the newest when they came, as if no other ever had. */
    @ParameterizedTest
    @MethodSource("seeds")
    void shouldTellOfLevelsByTheNewestReadingsOnly(long seed) {
        List<Reading> arrivals = readings(PLAIN, new Random(seed), false);
        Line all = new Line(PLAIN, 2);
        Line newestOnly = new Line(PLAIN, 2);
        Map<Integer, Long> newest = new HashMap<>();
        int late = 0;
        for (Reading reading : arrivals) {
            boolean isNewest = reading.observedAtMs > newest.getOrDefault(reading.sensor, 0L);
            if (isNewest) {
                newest.put(reading.sensor, reading.observedAtMs);
            } else {
                late++;
            }
            all.read(reading.arrivesAtMs, reading);
            newestOnly.read(reading.arrivesAtMs, isNewest ? reading : null);
        }
        assertThat(late).isPositive();
        assertThat(ofLevels(all.edges)).as("seed %d", seed).isEqualTo(ofLevels(newestOnly.edges));
        assertThat(ofLevels(all.edges)).isNotEmpty();
    }

    /** Without what rain and rise told; a sensor that is silent already tells it again for what a late reading raises. */
    private static List<String> ofLevels(List<Edge> edges) {
        Set<Integer> silent = new HashSet<>();
        return edges.stream()
                .filter(each -> each.threshold() == null || each.threshold().kind() == Threshold.Kind.LEVEL)
                .filter(each -> each.kind() != Edge.Kind.BACK || silent.remove(each.sensorIndex()))
                .filter(each -> each.kind() != Edge.Kind.STALE || silent.add(each.sensorIndex()))
                .map(ArrivalOrderPropertyTest::line)
                .toList();
    }

    private static String line(Edge edge) {
        return edge.kind() + " of " + edge.sensorIndex()
                + (edge.threshold() == null ? "" : " " + edge.threshold().name())
                + " at " + (edge.atMs() - T0) + " by " + (edge.observedAtMs() - T0) + " " + edge.value() + " since "
                + (edge.beganAtMs() - T0) + " peak " + edge.peak() + (edge.unconfirmed() ? " unconfirmed" : "")
                + (edge.late() ? " late" : "");
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldNeverTakeBackOrTellTwice(long seed) {
        List<Reading> arrivals = readings(PLAIN, new Random(seed), false);
        Line line = new Line(PLAIN, 2);
        arrivals.forEach(each -> line.read(each.arrivesAtMs, each));
        Map<String, Edge> standing = new HashMap<>();
        for (Edge edge : line.edges) {
            if (edge.threshold() == null) {
                continue;
            }
            String rung = edge.sensorIndex() + " " + edge.threshold().name();
            switch (edge.kind()) {
                case BEGAN ->
                    assertThat(standing.put(rung, edge))
                            .as("seed %d: %s began twice", seed, rung)
                            .isNull();
                case PEAK, CONFIRMED ->
                    assertThat(standing).as("seed %d: peak of %s", seed, rung).containsKey(rung);
                case ENDED -> {
                    Edge began = standing.remove(rung);
                    if (began == null) {
                        throw new AssertionError("seed " + seed + ": end of what had not begun, " + rung);
                    }
                    assertThat(edge.beganAtMs()).isEqualTo(began.beganAtMs());
                    assertThat(edge.atMs()).isGreaterThanOrEqualTo(began.beganAtMs());
                }
                default -> throw new AssertionError("seed " + seed + ": " + edge);
            }
        }
        int edges = line.edges.size();
        List<String> shown = line.shown();
        Map<Integer, Long> newest = new HashMap<>();
        arrivals.forEach(each -> newest.merge(each.sensor, each.observedAtMs, Math::max));
        for (Reading again : arrivals) {
            if (again.observedAtMs >= newest.getOrDefault(again.sensor, 0L) - LATENESS) {
                line.read(line.clockMs, again);
            }
        }
        assertThat(line.edges).as("seed %d: all of it sent again", seed).hasSize(edges);
        assertThat(line.shown()).isEqualTo(shown);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldTellTheSameOverOneShardAndTwo(long seed) {
        List<Reading> arrivals = readings(TESTED, new Random(seed), true);
        List<Transition> one = told(arrivals, 1);
        assertThat(one).isNotEmpty().isEqualTo(told(arrivals, 2));
        Set<String> over = new HashSet<>();
        Map<String, Integer> last = new HashMap<>();
        Set<String> silent = new HashSet<>();
        for (Transition each : one) {
            assertThat(over).as("seed %d: %s", seed, each).doesNotContain(each.alertId());
            assertThat(each.number()).isEqualTo(last.getOrDefault(each.alertId(), -1) + 1);
            last.put(each.alertId(), each.number());
            if (each.kind() == Transition.Kind.STALE) {
                assertThat(silent.add(each.alertId()))
                        .as("seed %d: silent twice, %s", seed, each)
                        .isTrue();
            } else if (each.kind() == Transition.Kind.BACK) {
                assertThat(silent.remove(each.alertId()))
                        .as("seed %d: back twice, %s", seed, each)
                        .isTrue();
            }
            if (each.kind() == Transition.Kind.WITHDRAWN) {
                // raised again by another late reading, it is marked silent again
                silent.remove(each.alertId());
            }
            if (each.kind() == Transition.Kind.CLEARED) {
                over.add(each.alertId());
            }
        }
    }

    private static List<Transition> told(List<Reading> arrivals, int shardCount) {
        try (Rooms rooms = new Rooms(TESTED, shardCount)) {
            for (Reading each : arrivals) {
                rooms.batch(each.arrivesAtMs, new int[] {each.sensor}, new long[] {each.observedAtMs}, new double[] {
                    each.value
                });
            }
            return List.copyOf(rooms.told());
        }
    }
}
