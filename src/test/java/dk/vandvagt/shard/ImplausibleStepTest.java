package dk.vandvagt.shard;

import static dk.vandvagt.shard.Catalogues.HOUR;
import static dk.vandvagt.shard.Catalogues.MIN;
import static dk.vandvagt.shard.Catalogues.level;
import static dk.vandvagt.shard.Catalogues.levelSensor;
import static dk.vandvagt.shard.Catalogues.threshold;
import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.QualityLimits;
import dk.vandvagt.station.QualityLimits.Neighbour;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Threshold;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One reading far above the last may be the wave or the gauge: the public hears with the next one, or when another gauge says so too. */
class ImplausibleStepTest {
    private static final long T0 = 1_700_006_400_000L;
    private static final Threshold QUAY = level("quay", 1, 1.0, 0, 30 * MIN);

    private static long at(int minute) {
        return T0 + minute * MIN;
    }

    private static List<String> story(Rooms rooms) {
        return rooms.told().stream()
                .map(each -> each.kind() + " at " + (each.clockMs() - T0) / MIN)
                .toList();
    }

    private static Catalogue beside(String neighbour) {
        Sensor plain = levelSensor("W", QUAY);
        QualityLimits range = new QualityLimits(-3, 4, -1.6, 2.6, Double.NaN, Double.NaN, Double.NaN);
        QualityLimits compared = new QualityLimits(
                range.sensorMin(),
                range.sensorMax(),
                range.userMin(),
                range.userMax(),
                range.spikeSuspect(),
                range.spikeFail(),
                range.spikeMethod(),
                range.rateOfChangePerHour(),
                range.gapMs(),
                range.climatology(),
                range.flatLine(),
                range.attenuatedSignal(),
                new Neighbour(neighbour, 0.3, Double.NaN));
        Sensor w = Catalogues.with(plain, compared);
        return Catalogues.of(w, levelSensor(neighbour));
    }

    @Test
    void shouldCallAPersonAtOnceAndThePublicWithTheNextReading() {
        try (Rooms rooms = new Rooms(Catalogues.of(levelSensor("W", QUAY)), 1)) {
            rooms.read("W", at(0), 0.4);
            rooms.read("W", at(10), 1.2);
            assertThat(story(rooms)).isEmpty();
            assertThat(rooms.shards().counts().operatorCalls()).isEqualTo(1);
            rooms.read("W", at(20), 1.25);
            assertThat(story(rooms)).containsExactly("RAISED at 20");
            assertThat(rooms.shards().counts().operatorCalls()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldNotWaitWhenTheNeighbourHasRisenTheSame(int shards) {
        try (Rooms rooms = new Rooms(beside("N"), shards)) {
            rooms.read("N", at(0), 0.4);
            rooms.read("W", at(0), 0.4);
            rooms.read("N", at(9), 1.15);
            rooms.read("W", at(10), 1.2);
            assertThat(story(rooms)).containsExactly("RAISED at 10");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldWaitNoLongerThanUntilTheNeighbourSaysSoToo(int shards) {
        try (Rooms rooms = new Rooms(beside("N"), shards)) {
            rooms.read("N", at(0), 0.4);
            rooms.read("W", at(0), 0.4);
            rooms.read("W", at(10), 1.2);
            assertThat(story(rooms)).isEmpty();
            rooms.read("N", at(13), 1.25);
            assertThat(story(rooms)).containsExactly("RAISED at 13");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldGoOnWaitingWhenTheNeighbourSaysOtherwise(int shards) {
        try (Rooms rooms = new Rooms(beside("N"), shards)) {
            rooms.read("N", at(0), 0.4);
            rooms.read("W", at(0), 0.4);
            rooms.read("W", at(10), 1.2);
            rooms.read("N", at(13), 0.45);
            // the next reading may be on its way for half an interval more
            rooms.tick(at(24));
            assertThat(story(rooms)).isEmpty();
            rooms.tick(at(25));
            assertThat(story(rooms)).containsExactly("RAISED at 25");
        }
    }

    @Test
    void shouldNeverTellThePublicOfOneGlitchThoughTheNextReadingComesSecondsLate() {
        Threshold fast = threshold("fast", 1, Threshold.Kind.RISE, 0.2, 0.1, 0, 0, HOUR, Double.NaN);
        try (Rooms rooms = new Rooms(Catalogues.of(levelSensor("W", QUAY, fast)), 1)) {
            for (int minute = 0; minute <= 60; minute += 10) {
                rooms.read("W", at(minute), 0.40);
            }
            rooms.read("W", at(70), 2.30);
            for (int second = 1; second < 10; second++) {
                rooms.tick(at(80) + second * 1000);
            }
            rooms.readAt(at(80) + 10_000, "W", at(80) + 1000, 0.41);
            rooms.read("W", at(90), 0.41);
            assertThat(story(rooms)).isEmpty();
        }
    }

    @Test
    void shouldNotConfirmAHeldReadingByItsOwnCorrection() {
        try (Rooms rooms = new Rooms(Catalogues.of(levelSensor("W", QUAY)), 1)) {
            rooms.read("W", at(0), 0.4);
            rooms.read("W", at(10), 1.2);
            rooms.read("W", at(10), 1.3);
            assertThat(story(rooms)).isEmpty();
        }
    }

    @Test
    void shouldCallAPersonWhenOnlySuspectReadingsSayThatItIsOver() {
        try (Rooms rooms = new Rooms(Catalogues.of(levelSensor("W", QUAY)), 1)) {
            rooms.read("W", at(0), 0.9);
            rooms.read("W", at(10), 1.1);
            // below the user span: suspect, so it clears nothing
            for (int minute = 20; minute <= 130; minute += 10) {
                rooms.read("W", at(minute), minute % 20 == 0 ? -1.7 : -1.71);
                long calls = rooms.shards().counts().operatorCalls();
                rooms.live();
                assertThat(calls).isLessThanOrEqualTo(1);
            }
            rooms.live();
            assertThat(story(rooms)).containsExactly("RAISED at 10");
            assertThat(rooms.shards().counts().operatorCalls()).isEqualTo(1);
        }
    }
}
