package dk.vandvagt.shard;

import static dk.vandvagt.shard.Catalogues.HOUR;
import static dk.vandvagt.shard.Catalogues.MIN;
import static dk.vandvagt.shard.Catalogues.composite;
import static dk.vandvagt.shard.Catalogues.level;
import static dk.vandvagt.shard.Catalogues.levelSensor;
import static dk.vandvagt.shard.Catalogues.members;
import static dk.vandvagt.shard.Catalogues.rainSensor;
import static dk.vandvagt.shard.Catalogues.threshold;
import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.alert.Alert;
import dk.vandvagt.alert.Composites;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Composite;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Threshold;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sea and rain in, the outfall's alert out: through the real rooms. */
class CompositeAlertTest {
    private static final long T0 = 1_700_006_400_000L;

    private static final Sensor SEA = levelSensor("SEA", level("outfall", 1, 1.00, 0, 20 * MIN));
    private static final Sensor RAIN =
            rainSensor("RAIN", threshold("heavy", 1, Threshold.Kind.ACCUMULATION, 10, 5, 0, 0, 30 * MIN, Double.NaN));

    private static Catalogue outfall(long onDelayMs, long offDelayMs) {
        return Catalogues.of(
                List.of(composite("OUTFALL", 2, 2, onDelayMs, offDelayMs, "SEA/outfall", "RAIN/heavy")), SEA, RAIN);
    }

    private static long at(int minute) {
        return T0 + minute * MIN;
    }

    private static List<String> story(Rooms rooms, String ruleId) {
        return rooms.told().stream()
                .filter(each -> each.ruleId().equals(ruleId))
                .map(each -> each.kind() + " " + each.severity() + " by " + each.sensorId() + " at "
                        + (each.atMs() - T0) / MIN + (each.unconfirmed() ? " unconfirmed" : ""))
                .toList();
    }

    /** Sea every 10 and rain every 5 minutes, from one minute to another, exclusive. */
    private static void feed(Rooms rooms, int from, int to, double levelM, double mm) {
        for (int minute = from; minute < to; minute += 5) {
            if (minute % 10 == 0) {
                rooms.read("SEA", at(minute), levelM);
            }
            rooms.read("RAIN", at(minute), mm);
        }
    }

    @Test
    void shouldNotRaiseByASensorInMaintenanceUntilThatIsOver() {
        try (Rooms rooms = new Rooms(outfall(0, 10 * MIN), 2)) {
            feed(rooms, 0, 60, 1.1, 0);
            rooms.command(new Command.Maintain(List.of("RAIN"), at(100), "Anna", "rens"));
            feed(rooms, 60, 100, 1.1, 6);
            assertThat(story(rooms, "OUTFALL")).isEmpty();
            feed(rooms, 100, 115, 1.1, 6);
            assertThat(story(rooms, "OUTFALL")).hasSize(1).first().asString().startsWith("RAISED 2");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void shouldRaiseWhenSeaAndRainCoincideAndClearWhenTheRainHasPassed(int shards) {
        try (Rooms rooms = new Rooms(outfall(0, 10 * MIN), shards)) {
            feed(rooms, 0, 60, 0.9, 0);
            feed(rooms, 60, 90, 1.1, 0);
            feed(rooms, 90, 100, 1.2, 6);
            feed(rooms, 100, 180, 1.2, 0);
            assertThat(story(rooms, "OUTFALL")).containsExactly("RAISED 2 by RAIN at 95", "CLEARED 0 by RAIN at 125");
            Transition raised = rooms.told().stream()
                    .filter(each -> each.ruleId().equals("OUTFALL"))
                    .findFirst()
                    .orElseThrow();
            assertThat(raised.stationId()).isEqualTo("PLACE");
            assertThat(raised.threshold()).isEqualTo("OUTFALL");
            assertThat(raised.value()).isEqualTo(2);
            assertThat(raised.raiseAt()).isEqualTo(2);
            assertThat(raised.unit()).isEqualTo("members");
            assertThat(rooms.exceedances())
                    .filteredOn(each -> each.ruleId().equals("OUTFALL"))
                    .extracting(Exceedance::endedAtMs)
                    .containsExactly(0L, at(125));
        }
    }

    @Test
    void shouldHoldTheAlertWhileTheSeaIsSilent() {
        try (Rooms rooms = new Rooms(outfall(0, 0), 2)) {
            feed(rooms, 0, 60, 1.1, 0);
            feed(rooms, 60, 75, 1.2, 6);
            for (int minute = 75; minute < 120; minute += 5) {
                rooms.read("RAIN", at(minute), 3);
            }
            assertThat(story(rooms, "OUTFALL")).containsExactly("RAISED 2 by RAIN at 65", "STALE 2 by SEA at 105");
            assertThat(rooms.live().alerts())
                    .filteredOn(each -> each.last().ruleId().equals("OUTFALL"))
                    .singleElement()
                    .satisfies(each -> {
                        assertThat(each.state()).isEqualTo(Alert.State.ACTIVE);
                        assertThat(each.silent()).isTrue();
                    });
            assertThat(rooms.shards().silentAlerts()).isEqualTo(2);
        }
    }

    @Test
    void shouldRaiseUnconfirmedWhenTheSeaFallsSilentDuringTheOnDelay() {
        try (Rooms rooms = new Rooms(outfall(HOUR, 0), 2)) {
            feed(rooms, 0, 60, 1.1, 0);
            feed(rooms, 60, 75, 1.2, 6);
            for (int minute = 75; minute < 120; minute += 5) {
                rooms.read("RAIN", at(minute), 3);
            }
            assertThat(story(rooms, "OUTFALL"))
                    .containsExactly("RAISED 2 by SEA at 105 unconfirmed", "STALE 2 by SEA at 105");
        }
    }

    @Test
    void shouldGoOnFromASnapshotAsIfNeverStopped() {
        Catalogue catalogue = outfall(10 * MIN, 10 * MIN);
        List<String> whole;
        try (Rooms rooms = new Rooms(catalogue, 2)) {
            feed(rooms, 0, 60, 1.1, 0);
            feed(rooms, 60, 80, 1.2, 4);
            feed(rooms, 80, 160, 1.2, 0);
            whole = story(rooms, "OUTFALL");
            assertThat(whole).hasSize(2);
        }
        for (int stop = 65; stop < 155; stop += 5) {
            SavedState saved;
            List<String> before;
            try (Rooms rooms = new Rooms(catalogue, 2)) {
                feed(rooms, 0, 60, 1.1, 0);
                feed(rooms, 60, Math.min(stop, 80), 1.2, 4);
                feed(rooms, 80, Math.max(stop, 80), 1.2, 0);
                before = story(rooms, "OUTFALL");
                saved = rooms.save();
            }
            try (Rooms rooms = new Rooms(catalogue, 1, saved)) {
                feed(rooms, stop, 80, 1.2, 4);
                feed(rooms, Math.max(stop, 80), 160, 1.2, 0);
                List<String> all = new ArrayList<>(before);
                all.addAll(story(rooms, "OUTFALL"));
                assertThat(all).as("stopped at minute %d", stop).isEqualTo(whole);
            }
        }
    }

    @Test
    void shouldKnowWhatStandsFromASnapshotOlderThanComposites() {
        Catalogue catalogue = outfall(0, 0);
        SavedState saved;
        try (Rooms rooms = new Rooms(Catalogues.of(SEA, RAIN), 1)) {
            feed(rooms, 0, 60, 1.1, 0);
            saved = rooms.save();
        }
        SavedState old = new SavedState(
                saved.sequence(),
                saved.clockMs(),
                catalogue,
                saved.shards(),
                saved.alerts(),
                Composites.State.of(saved.alerts()));
        try (Rooms rooms = new Rooms(catalogue, 1, old)) {
            feed(rooms, 60, 75, 1.2, 6);
            assertThat(story(rooms, "OUTFALL")).containsExactly("RAISED 2 by RAIN at 65");
        }
    }

    @Test
    void shouldTellWhatAParentKeptQuietOnceItIsShelved() {
        Composite parent = composite("OUTFALL", 2, 2, 0, 0, "SEA/outfall", "RAIN/heavy");
        Composite inhibiting = new Composite(
                parent.id(), parent.stationId(), parent.threshold(), parent.members(), members("RAIN/heavy"));
        try (Rooms rooms = new Rooms(Catalogues.of(List.of(inhibiting), SEA, RAIN), 2)) {
            feed(rooms, 0, 60, 1.1, 0);
            feed(rooms, 60, 75, 1.2, 6);
            assertThat(rooms.told()).extracting(Transition::ruleId).containsExactly("SEA.level", "OUTFALL");
            rooms.command(new Command.Shelve("OUTFALL", at(600), "kim", "known"));
            assertThat(rooms.told().subList(2, 4))
                    .extracting(each -> each.kind() + " " + each.ruleId())
                    .containsExactlyInAnyOrder("SHELVED OUTFALL", "RAISED RAIN.accumulation.30min");
            // the next one, while the parent is still shelved
            feed(rooms, 75, 200, 1.2, 0);
            feed(rooms, 200, 210, 1.2, 8);
            assertThat(story(rooms, "RAIN.accumulation.30min"))
                    .extracting(each -> each.split(" ")[0])
                    .containsExactly("RAISED", "CLEARED", "RAISED");
        }
    }

    @Test
    void shouldClearOneThatIsNoLongerInTheSettingsAndSayWhy() {
        Catalogue catalogue = outfall(0, 0);
        try (Rooms rooms = new Rooms(catalogue, 2)) {
            feed(rooms, 0, 60, 1.1, 0);
            feed(rooms, 60, 75, 1.2, 6);
            Catalogue without =
                    Catalogue.of("without", "Test", catalogue.judging(), catalogue.stations(), List.of(), catalogue);
            rooms.command(new Command.UseCatalogue(without));
            assertThat(story(rooms, "OUTFALL").getLast()).startsWith("CLEARED 0");
            assertThat(rooms.told().getLast().note()).contains("settings");
            Catalogue again = Catalogue.of(
                    "again", "Test", catalogue.judging(), catalogue.stations(), catalogue.composites(), without);
            rooms.command(new Command.UseCatalogue(again));
            assertThat(story(rooms, "OUTFALL").getLast()).startsWith("RAISED 2");
        }
    }
}
