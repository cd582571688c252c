package dk.vandvagt.quality;

import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.quality.Flags.Observed;
import dk.vandvagt.shard.Catalogues;
import dk.vandvagt.shard.Rooms;
import dk.vandvagt.shard.SavedState;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.QualityLimits;
import dk.vandvagt.station.QualityLimits.AttenuatedSignal;
import dk.vandvagt.station.QualityLimits.FlatLine;
import dk.vandvagt.station.QualityLimits.Neighbour;
import dk.vandvagt.station.QualityLimits.SpikeMethod;
import dk.vandvagt.station.QualityLimits.Spread;
import dk.vandvagt.station.Season;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the order in which readings come, within the lateness window, and over a restart, the flags end the same. */
class ArrivalOrderTest {
    private static final long MIN = Catalogues.MIN;
    private static final long HOUR = Catalogues.HOUR;
    /** Shortly before a season ends. */
    private static final long T0 = 1_711_800_000_000L;

    /** Keeps a window longer than the flat line's; the other gauges have to remember. */
    private static final AttenuatedSignal WEAK = new AttenuatedSignal(4 * HOUR, Spread.RANGE, 0.05, 0.03);

    private static final Catalogue CATALOGUE = Catalogues.of(
            Stations.level("A", limits(SpikeMethod.DIFFERENTIAL, "B", WEAK), Catalogues.level("quay", 1, 1.1, 0, 0)),
            Stations.level("B", limits(SpikeMethod.AVERAGE, "A", AttenuatedSignal.OFF)),
            Stations.level("C", limits(SpikeMethod.DIFFERENTIAL, "A", AttenuatedSignal.OFF)),
            Stations.rain("R", Stations.rainLimits("S")),
            Stations.rain("S", Stations.rainLimits("R")));

    private static QualityLimits limits(SpikeMethod spike, String neighbour, AttenuatedSignal attenuated) {
        return new QualityLimits(
                -3,
                4,
                -1.6,
                2.6,
                0.2,
                0.4,
                spike,
                1.5,
                45 * MIN,
                List.of(new Season(1001, 330, -1, 1.3), new Season(331, 930, -0.6, 0.9)),
                new FlatLine(0.02, 2 * HOUR, 5 * HOUR),
                attenuated,
                new Neighbour(neighbour, 0.3, 0.8));
    }

    private record Reading(String sensorId, long observedAtMs, double value, long arrivesAtMs) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void shouldGiveTheSameFlagsInTheEnd(long seed) {
        System.out.println("ArrivalOrderTest seed " + seed);
        Random random = new Random(seed);
        List<Reading> readings = new ArrayList<>();
        for (String sensorId : List.of("A", "B", "C")) {
            water(sensorId, random, readings);
        }
        for (String sensorId : List.of("R", "S")) {
            rain(sensorId, random, readings);
        }
        readings.sort(Comparator.comparingLong(Reading::observedAtMs).thenComparing(Reading::sensorId));
        Map<String, Observed> inOrder = flags(readings, 1);
        List<Reading> shuffled = new ArrayList<>(readings);
        shuffled.sort(Comparator.comparingLong(Reading::arrivesAtMs));
        assertThat(shuffled).isNotEqualTo(readings);
        assertThat(flags(shuffled, 1)).isEqualTo(inOrder);
        assertThat(flags(shuffled, 3)).isEqualTo(inOrder);
        assertThat(flagsWithARestart(shuffled, random.nextInt(shuffled.size()))).isEqualTo(inOrder);
        Set<QualityTest> deciding = EnumSet.noneOf(QualityTest.class);
        inOrder.values().stream()
                .filter(each -> each.flag() >= Flag.SUSPECT)
                .forEach(each -> deciding.add(each.test()));
        assertThat(deciding)
                .contains(
                        QualityTest.GROSS_RANGE,
                        QualityTest.CLIMATOLOGY,
                        QualityTest.SPIKE,
                        QualityTest.RATE_OF_CHANGE,
                        QualityTest.FLAT_LINE,
                        QualityTest.NEIGHBOR)
                .doesNotContain(QualityTest.LATE);
    }

    private static Map<String, Observed> flags(List<Reading> readings, int shards) {
        try (Rooms rooms = new Rooms(CATALOGUE, shards)) {
            readings.forEach(each -> rooms.read(each.sensorId, each.observedAtMs, each.value));
            return Flags.all(rooms);
        }
    }

    private static Map<String, Observed> flagsWithARestart(List<Reading> readings, int cut) {
        Map<String, Observed> flags;
        SavedState saved;
        try (Rooms rooms = new Rooms(CATALOGUE, 2)) {
            readings.subList(0, cut).forEach(each -> rooms.read(each.sensorId, each.observedAtMs, each.value));
            saved = rooms.save();
            flags = Flags.all(rooms);
        }
        try (Rooms rooms = new Rooms(CATALOGUE, 3, saved)) {
            readings.subList(cut, readings.size())
                    .forEach(each -> rooms.read(each.sensorId, each.observedAtMs, each.value));
            flags.putAll(Flags.all(rooms));
        }
        return flags;
    }

    /** Three days of waves with spikes, values beyond the span, stands and gaps. */
    private static void water(String sensorId, Random random, List<Reading> into) {
        int standing = 0;
        double level = 0;
        long atMs = T0 + random.nextInt(3) * MIN;
        while (atMs < T0 + 72 * HOUR) {
            if (standing > 0) {
                standing--;
            } else if (random.nextInt(60) == 0) {
                standing = random.nextInt(50);
            } else {
                level = Math.round(100 * Math.sin(atMs / (5.0 * HOUR))) / 100.0;
            }
            double value = level + 0.01 * random.nextInt(2);
            int fault = random.nextInt(25);
            if (fault == 0) {
                value += random.nextInt(5) * 0.25;
            } else if (fault == 1) {
                value = 16.71;
            }
            into.add(new Reading(sensorId, atMs, value, atMs + delayMs(random)));
            atMs += random.nextInt(20) == 0 ? (20 + random.nextInt(180)) * MIN : 10 * MIN;
        }
    }

    private static void rain(String sensorId, Random random, List<Reading> into) {
        for (long atMs = T0; atMs < T0 + 24 * HOUR; atMs += 5 * MIN) {
            double mm = random.nextInt(10) == 0 ? random.nextInt(500) / 10.0 : 0;
            into.add(new Reading(sensorId, atMs, mm, atMs + delayMs(random)));
        }
    }

    /** Most at once, some as late as the lateness window lets them. */
    private static long delayMs(Random random) {
        long most = CATALOGUE.judging().latenessWindowMs();
        return switch (random.nextInt(6)) {
            case 0 -> (long) (random.nextDouble() * most);
            case 1 -> most - random.nextInt(10) * MIN;
            default -> random.nextInt(3) * MIN;
        };
    }
}
