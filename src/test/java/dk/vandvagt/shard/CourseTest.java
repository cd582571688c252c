package dk.vandvagt.shard;

import static dk.vandvagt.shard.Catalogues.HOUR;
import static dk.vandvagt.shard.Catalogues.MIN;
import static dk.vandvagt.shard.Catalogues.levelSensor;
import static dk.vandvagt.shard.Catalogues.rainSensor;
import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.layer.KnownState;
import dk.vandvagt.layer.LiveState;
import dk.vandvagt.quality.Flag;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Reference;
import dk.vandvagt.station.SeaTide;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is shown of the past is what was shown then. */
class CourseTest {
    private static final long T0 = 1_700_006_400_000L;
    private static final SeaTide TIDE = new SeaTide(
            0.05,
            Catalogues.DVR90,
            LocalDate.of(2010, 1, 1),
            LocalDate.of(2020, 1, 1),
            false,
            List.of(new SeaTide.Constant("M2", 0.10, 100)),
            "test");
    private static final Catalogue CATALOGUE = Catalogues.of(
            0.10,
            Catalogues.with(levelSensor("W"), new Reference(TIDE, null, null, null)),
            rainSensor("R"),
            Catalogues.counter(rainSensor("C"), Double.NaN));

    @Test
    void shouldComeToTheTrendsResidualsAndAccumulationsThatWereShownLive() {
        long seed = Long.getLong("vandvagt.seed", System.nanoTime());
        System.out.println("CourseTest seed " + seed);
        Random random = new Random(seed);
        Map<String, List<KnownState.Reading>> kept = new TreeMap<>();
        double counter = 0;
        try (Rooms rooms = new Rooms(CATALOGUE, 2)) {
            for (int i = 0; i < 9 * 24 * 12; i++) {
                long atMs = T0 + i * 5 * MIN;
                double mm = random.nextInt(40) == 0 ? random.nextInt(60) / 10.0 : 0;
                counter += mm;
                if (i % 2 == 0) {
                    give(rooms, kept, "W", atMs, Math.sin(i / 150.0) / 2 + random.nextGaussian() * 0.005);
                }
                // some reports never come; what the counter shows above 60 mm fails, as that is beyond its span
                if (random.nextInt(30) != 0) {
                    give(rooms, kept, "R", atMs, mm);
                    give(rooms, kept, "C", atMs, Math.round(counter * 10) / 10.0);
                }
                if (i % 400 == 399) {
                    compare(rooms.live(), kept, seed);
                }
            }
            compare(rooms.live(), kept, seed);
        }
    }

    private static void give(
            Rooms rooms, Map<String, List<KnownState.Reading>> kept, String sensorId, long atMs, double value) {
        rooms.read(sensorId, atMs, value);
        kept.computeIfAbsent(sensorId, id -> new ArrayList<>())
                .add(new KnownState.Reading(
                        sensorId, atMs, atMs, value, rooms.live().flag()[CATALOGUE.sensorIndex(sensorId)], 0));
    }

    private static void compare(LiveState live, Map<String, List<KnownState.Reading>> kept, long seed) {
        LiveState past = LiveState.blank(CATALOGUE, live.runId(), 0, live.clockMs());
        Course course = new Course(past);
        kept.forEach((id, readings) -> {
            long fromMs = live.clockMs() - Course.backMs(CATALOGUE.sensor(CATALOGUE.sensorIndex(id)));
            course.take(
                    id,
                    readings.stream()
                            .filter(each -> each.observedAtMs() > fromMs)
                            .toList());
        });
        assertThat(shown(past)).as("seed %d", seed).isEqualTo(shown(live));
    }

    private static String shown(LiveState state) {
        return Arrays.deepToString(new Object[] {
            state.riseMPerHour(),
            state.riseStandardError(),
            state.riseSign(),
            state.residualM(),
            state.accumulationMm(),
            state.rain().atMostMm(),
            state.rain().coverage(),
            state.rain().intensityMmPerHour()
        });
    }

    @Test
    void shouldLeaveUnknownWhatNothingIsKeptOf() {
        LiveState past = LiveState.blank(CATALOGUE, "test", 0, T0 + HOUR);
        Course course = new Course(past);
        course.take("W", List.of());
        course.take("GONE", List.of(new KnownState.Reading("GONE", T0, T0, 1, Flag.PASS, 0)));
        assertThat(past.riseMPerHour()[0]).containsOnly(Double.NaN);
        assertThat(past.accumulationMm()[0]).containsOnly(Double.NaN);
    }
}
