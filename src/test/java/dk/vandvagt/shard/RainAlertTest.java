package dk.vandvagt.shard;

import static dk.vandvagt.shard.Catalogues.MIN;
import static dk.vandvagt.shard.Catalogues.rainSensor;
import static dk.vandvagt.shard.Catalogues.threshold;
import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.alert.Transition;
import dk.vandvagt.layer.LiveState;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Threshold;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rain in, alerts out. */
class RainAlertTest {
    private static final long T0 = 1_700_006_400_000L;
    private static final int HALF_HOUR = LiveState.ACCUMULATION_WINDOWS_MS.indexOf(30 * MIN);

    private static final Threshold CLOUDBURST =
            threshold("skybrud", 3, Threshold.Kind.ACCUMULATION, 15, 10, 0, 0, 30 * MIN, Double.NaN);
    private static final Catalogue ONE = Catalogues.of(rainSensor("R", CLOUDBURST));

    private static long at(int reading) {
        return T0 + reading * 5 * MIN;
    }

    private static void feed(Rooms rooms, int from, double... mm) {
        for (int i = 0; i < mm.length; i++) {
            rooms.read("R", at(from + i), mm[i]);
        }
    }

    private static List<String> story(Rooms rooms) {
        return rooms.told().stream()
                .filter(each -> each.kind() == Transition.Kind.RAISED || each.kind() == Transition.Kind.CLEARED)
                .map(each -> each.kind() + " at " + (each.atMs() - T0) / MIN)
                .toList();
    }

    @Test
    void shouldNotClearWhileTimeInTheWindowIsUnknown() {
        try (Rooms rooms = new Rooms(ONE, 1)) {
            feed(rooms, 0, 0, 8, 8);
            // two reports are missed; the rain itself has left the window at 40
            feed(rooms, 5, 0, 0, 0, 0, 0);
            assertThat(rooms.live().accumulationMm()[HALF_HOUR][0]).isZero();
            assertThat(story(rooms)).containsExactly("RAISED at 10");
            feed(rooms, 10, 0);
            assertThat(story(rooms)).containsExactly("RAISED at 10", "CLEARED at 50");
        }
    }

    @Test
    void shouldNotCountUnknownTimeTowardTheOffDelay() {
        Threshold cloudburst =
                threshold("skybrud", 3, Threshold.Kind.ACCUMULATION, 15, 10, 0, 30 * MIN, 30 * MIN, Double.NaN);
        try (Rooms rooms = new Rooms(Catalogues.of(rainSensor("R", cloudburst)), 1)) {
            // below since 35; the report of 40 is missed, so that what fell over half an hour is known again at 70
            // only, and below for half an hour at 100
            feed(rooms, 0, 0, 16, 0, 0, 0, 0, 0, 0);
            feed(rooms, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
            assertThat(story(rooms)).containsExactly("RAISED at 5");
            feed(rooms, 20, 0);
            assertThat(story(rooms)).containsExactly("RAISED at 5", "CLEARED at 70");
        }
    }

    @Test
    void shouldClearWhenTheMissedReportsComeLate() {
        try (Rooms rooms = new Rooms(ONE, 1)) {
            feed(rooms, 0, 0, 8, 8);
            feed(rooms, 5, 0, 0, 0, 0);
            rooms.read("R", at(3), 0);
            assertThat(story(rooms)).containsExactly("RAISED at 10");
            rooms.read("R", at(4), 0);
            assertThat(story(rooms)).containsExactly("RAISED at 10", "CLEARED at 40");
        }
    }

    @Test
    void shouldRaiseByWhatHasFallenHoweverMuchIsUnknown() {
        try (Rooms rooms = new Rooms(ONE, 1)) {
            feed(rooms, 0, 0);
            feed(rooms, 4, 16);
            assertThat(story(rooms)).containsExactly("RAISED at 20");
        }
    }

    @Test
    void shouldSayPossibleOfACounterThatWasOutOfReachForAnHour() {
        Sensor plain = rainSensor("R", CLOUDBURST);
        Sensor sensor = Catalogues.counter(plain, Double.NaN);
        try (Rooms rooms = new Rooms(Catalogues.of(sensor), 1)) {
            feed(rooms, 0, 10, 10);
            // 18 mm in that hour: perhaps within half of it
            feed(rooms, 13, 28, 28.2);
            assertThat(story(rooms)).containsExactly("RAISED at 65");
            feed(rooms, 15, 36, 44);
            assertThat(rooms.told())
                    .extracting(each -> each.kind() + (each.possible() ? " possible" : " sure"))
                    .containsExactly("RAISED possible", "CONFIRMED sure");
        }
    }
}
