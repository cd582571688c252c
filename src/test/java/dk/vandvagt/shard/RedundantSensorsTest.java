package dk.vandvagt.shard;

import static dk.vandvagt.shard.Catalogues.MIN;
import static dk.vandvagt.shard.Catalogues.level;
import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.alert.Alert;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.config.Read;
import dk.vandvagt.config.SettingsReader;
import dk.vandvagt.quality.Flag;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Judging;
import dk.vandvagt.station.Station;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two gauges at one quay: level series in, one alert out. */
class RedundantSensorsTest {
    private static final long T0 = 1_700_006_400_000L;

    private static final Station QUAY = Catalogues.redundant(
            "Q",
            List.of("A", "B"),
            Catalogues.LIMITS,
            level("wet", 1, 1.00, 0, 20 * MIN),
            level("flood", 2, 1.50, 0, 20 * MIN));
    private static final Catalogue CATALOGUE = catalogue("redundant", QUAY, null);

    private static Catalogue catalogue(String text, Station station, @Nullable Catalogue before) {
        return Catalogue.of(text, "Test", Judging.USUAL, List.of(station), before);
    }

    private static final double GONE = Double.NaN;

    private static long at(int minute) {
        return T0 + minute * MIN;
    }

    /** A reading of each every ten minutes, B's a minute after A's. */
    private static void feed(Rooms rooms, int fromMinute, double[]... levels) {
        int minute = fromMinute;
        for (double[] pair : levels) {
            if (!Double.isNaN(pair[0])) {
                rooms.read("A", at(minute), pair[0]);
            }
            if (!Double.isNaN(pair[1])) {
                rooms.read("B", at(minute + 1), pair[1]);
            }
            rooms.tick(at(minute + 1));
            minute += 10;
        }
    }

    private static double[] both(double a, double b) {
        return new double[] {a, b};
    }

    private static double[][] times(int n, double a, double b) {
        double[][] pairs = new double[n][];
        Arrays.setAll(pairs, i -> both(a, b));
        return pairs;
    }

    private static List<String> story(Rooms rooms) {
        return rooms.told().stream()
                .map(each -> each.kind() + " " + each.ruleId() + " " + each.severity() + " by " + each.sensorId()
                        + " at " + (each.atMs() - T0) / MIN + (each.unconfirmed() ? " unconfirmed" : ""))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void shouldRaiseByAnyAndClearByAllAndTellOneAlert(int shards) {
        try (Rooms rooms = new Rooms(CATALOGUE, shards)) {
            feed(rooms, 0, both(0.9, 0.9), both(1.1, 0.98), both(1.2, 1.1), both(1.55, 1.4));
            feed(rooms, 40, both(1.3, 1.3), both(1.2, 1.1), both(1.1, 1.1), both(0.9, 1.0));
            feed(rooms, 80, times(4, 0.8, 0.97));
            assertThat(story(rooms))
                    .containsExactly(
                            "RAISED Q.level 1 by A at 10",
                            "ESCALATED Q.level 2 by A at 30",
                            "DE_ESCALATED Q.level 1 by A at 40");
            feed(rooms, 120, times(4, 0.8, 0.9));
            assertThat(story(rooms)).last().isEqualTo("CLEARED Q.level 0 by B at 121");
            assertThat(rooms.told().getLast().peak()).isEqualTo(1.55);
            assertThat(rooms.exceedances())
                    .filteredOn(each -> each.endedAtMs() != 0)
                    .extracting(Exceedance::ruleId)
                    .contains("A.level", "B.level", "Q.level");
        }
    }

    @Test
    void shouldClearByTheUsableOneWhenTheOtherDiesAtThePeak() {
        try (Rooms rooms = new Rooms(CATALOGUE, 2)) {
            feed(rooms, 0, both(0.9, 0.9), both(1.2, 1.1), both(1.4, 1.4));
            feed(rooms, 30, both(GONE, 1.3), both(GONE, 1.2), both(GONE, 1.0), both(GONE, 0.9), both(GONE, 0.8));
            assertThat(story(rooms)).containsExactly("RAISED Q.level 1 by A at 10");
            feed(rooms, 80, both(GONE, 0.8), both(GONE, 0.8));
            assertThat(story(rooms)).last().isEqualTo("CLEARED Q.level 0 by B at 61");
            // the dead one comes back dry: nothing is raised again, though its own ladder still stands
            feed(rooms, 300, both(0.5, 0.5), both(0.5, 0.5), both(0.5, 0.5), both(0.5, 0.5));
            assertThat(rooms.told()).hasSize(2);
            // and counts again the next time
            feed(rooms, 400, both(0.8, 0.8), both(1.1, 0.9));
            assertThat(story(rooms)).last().isEqualTo("RAISED Q.level 1 by A at 410");
        }
    }

    @Test
    void shouldRaiseAgainWhenTheDeadOneComesBackAndIsStillBeyond() {
        try (Rooms rooms = new Rooms(CATALOGUE, 1)) {
            feed(rooms, 0, both(0.9, 0.9), both(1.2, 1.1), both(1.4, 0.9), both(GONE, 0.9), both(GONE, 0.9));
            feed(rooms, 50, times(4, GONE, 0.9));
            assertThat(story(rooms)).last().asString().startsWith("CLEARED Q.level 0 by B");
            feed(rooms, 100, both(1.2, 0.9));
            assertThat(story(rooms)).last().isEqualTo("RAISED Q.level 1 by A at 100");
            assertThat(rooms.told().getLast().alertId())
                    .isNotEqualTo(rooms.told().getFirst().alertId());
        }
    }

    @Test
    void shouldNotClearAtOnceByOneThatWasNeverBeyondWhenTheOtherFallsSilent() {
        try (Rooms rooms = new Rooms(CATALOGUE, 1)) {
            // B hangs in the deadband
            feed(rooms, 0, both(0.9, 0.9), both(1.02, 0.98), both(1.02, 0.98));
            feed(rooms, 30, times(6, GONE, 0.98));
            assertThat(story(rooms)).containsExactly("RAISED Q.level 1 by A at 10");
            assertThat(rooms.live().alerts())
                    .singleElement()
                    .satisfies(each -> assertThat(each.silent()).isFalse());
            feed(rooms, 90, times(3, GONE, 0.9));
            assertThat(story(rooms)).last().isEqualTo("CLEARED Q.level 0 by B at 91");
        }
    }

    @Test
    void shouldHoldTheAlertWhileBothAreDead() {
        try (Rooms rooms = new Rooms(CATALOGUE, 2)) {
            feed(rooms, 0, both(0.9, 0.9), both(1.2, 1.1), both(1.4, 1.4));
            rooms.tick(at(3_000));
            assertThat(story(rooms)).containsExactly("RAISED Q.level 1 by A at 10", "STALE Q.level 1 by B at 56");
            assertThat(rooms.live().alerts()).singleElement().satisfies(each -> {
                assertThat(each.state()).isEqualTo(Alert.State.ACTIVE);
                assertThat(each.silent()).isTrue();
            });
            feed(rooms, 3_010, times(4, GONE, 0.5));
            assertThat(story(rooms).subList(2, 4))
                    .containsExactly("BACK Q.level 1 by B at 3011", "CLEARED Q.level 0 by B at 3011");
        }
    }

    @Test
    void shouldNotBeRaisedByASensorOutOfServiceOnceTheOtherIsSilent() {
        try (Rooms rooms = new Rooms(CATALOGUE, 2)) {
            feed(rooms, 0, times(2, 0.5, 0.5));
            rooms.command(new Command.OutOfService("A", "kim", "cleaning"));
            feed(rooms, 20, times(2, 3.5, 0.5));
            feed(rooms, 40, times(8, 3.5, GONE));
            assertThat(rooms.told()).isEmpty();
            rooms.command(new Command.InService("A", "kim", "cleaned"));
            feed(rooms, 120, both(3.5, GONE));
            assertThat(story(rooms)).first().asString().startsWith("RAISED Q.level");
        }
    }

    @Test
    void shouldNotTakeItsPeakFromASensorOutOfService() {
        try (Rooms rooms = new Rooms(CATALOGUE, 1)) {
            feed(rooms, 0, both(0.9, 0.9), both(1.1, 1.1));
            rooms.command(new Command.OutOfService("A", "kim", "cleaning"));
            feed(rooms, 20, times(3, 1.4, 1.2));
            feed(rooms, 50, times(4, 1.4, 0.8));
            assertThat(story(rooms)).last().isEqualTo("CLEARED Q.level 0 by B at 51");
            assertThat(rooms.told().getLast().peak()).isEqualTo(1.2);
            feed(rooms, 90, times(8, 1.4, GONE));
            assertThat(rooms.told()).hasSize(2);
        }
    }

    @Test
    void shouldNotRaiseByAnOldReadingOfASilentOneThatTheOtherContradicts() {
        try (Rooms rooms = new Rooms(CATALOGUE, 1)) {
            feed(rooms, 0, both(0.9, 0.5));
            feed(rooms, 10, times(9, GONE, 0.5));
            rooms.readAt(at(92), "A", at(40), 1.3);
            assertThat(rooms.told()).isEmpty();
            assertThat(rooms.exceedances()).extracting(Exceedance::ruleId).containsExactly("A.level");
        }
    }

    @Test
    void shouldRaiseByAnOldReadingOfASilentOneWhenNobodyContradicts() {
        try (Rooms rooms = new Rooms(CATALOGUE, 1)) {
            rooms.tick(at(90));
            rooms.readAt(at(92), "A", at(40), 1.3);
            assertThat(story(rooms)).containsExactly("RAISED Q.level 1 by A at 40", "STALE Q.level 1 by A at 75");
            assertThat(rooms.told().getFirst().late()).isTrue();
        }
    }

    @Test
    void shouldWithdrawWhatRestsOnOneFailedReading() {
        try (Rooms rooms = new Rooms(CATALOGUE, 2)) {
            feed(rooms, 0, times(6, 0.5, 0.5));
            rooms.read("A", at(60), 1.1);
            rooms.tick(at(75));
            assertThat(story(rooms)).singleElement().asString().startsWith("RAISED Q.level 1 by A");
            rooms.read("A", at(70), 0.5);
            assertThat(story(rooms)).last().asString().startsWith("WITHDRAWN Q.level 0 by A");
        }
    }

    @Test
    void shouldGoOnFromASnapshotAsIfNeverStopped() {
        double[][] storm = {
            both(0.9, 0.9), both(1.2, 1.1), both(1.6, 1.5), both(GONE, 1.4), both(GONE, 1.2), both(GONE, 1.0),
            both(GONE, 0.9), both(GONE, 0.8), both(GONE, 0.8), both(0.7, 0.7), both(0.6, 0.6), both(0.6, 0.6),
            both(1.05, 0.9), both(0.9, 0.8), both(0.8, 0.8), both(0.8, 0.8), both(0.8, 0.8)
        };
        List<String> whole;
        try (Rooms rooms = new Rooms(CATALOGUE, 2)) {
            feed(rooms, 0, storm);
            whole = story(rooms);
            assertThat(whole).hasSizeGreaterThan(5);
        }
        for (int stop = 1; stop < storm.length; stop++) {
            List<String> all;
            SavedState saved;
            try (Rooms rooms = new Rooms(CATALOGUE, 2)) {
                feed(rooms, 0, Arrays.copyOf(storm, stop));
                all = new ArrayList<>(story(rooms));
                saved = rooms.save();
            }
            try (Rooms rooms = new Rooms(CATALOGUE, 1, saved)) {
                feed(rooms, 10 * stop, Arrays.copyOfRange(storm, stop, storm.length));
                all.addAll(story(rooms));
            }
            assertThat(all).as("stopped after %d pairs", stop).isEqualTo(whole);
        }
    }

    @Test
    void shouldPassTheAlertOnWhenSensorsBecomeRedundantAndBack() {
        Station alone = new Station(
                QUAY.id(), QUAY.name(), QUAY.lon(), QUAY.lat(), QUAY.datum(), QUAY.gaugeZeros(), "", QUAY.sensors());
        Catalogue before = catalogue("alone", alone, null);
        Catalogue after = catalogue("redundant", QUAY, before);
        Catalogue back = catalogue("alone again", alone, after);
        try (Rooms rooms = new Rooms(before, 2)) {
            feed(rooms, 0, both(0.9, 0.9), both(1.2, 0.9));
            assertThat(story(rooms)).containsExactly("RAISED A.level 1 by A at 10");
            rooms.command(new Command.UseCatalogue(after));
            assertThat(story(rooms).subList(1, 3))
                    .containsExactly("CLEARED A.level 0 by A at 11", "RAISED Q.level 1 by A at 11");
            rooms.command(new Command.UseCatalogue(back));
            assertThat(rooms.told().subList(3, rooms.told().size()))
                    .extracting(each -> each.kind() + " " + each.ruleId())
                    .containsExactly("CLEARED Q.level", "RAISED A.level");
        }
    }

    @Test
    void shouldGoOnWithTheAlertOfASilentSensorThatBecomesRedundant() {
        Station alone = new Station(
                QUAY.id(), QUAY.name(), QUAY.lon(), QUAY.lat(), QUAY.datum(), QUAY.gaugeZeros(), "", QUAY.sensors());
        Catalogue before = catalogue("alone", alone, null);
        Catalogue after = catalogue("redundant", QUAY, before);
        try (Rooms rooms = new Rooms(before, 2)) {
            feed(rooms, 0, both(0.9, 0.9), both(1.6, 0.98));
            feed(rooms, 20, times(5, GONE, 0.98));
            rooms.command(new Command.UseCatalogue(after));
            assertThat(rooms.told()).hasSize(4);
            Transition handedOver = rooms.told().get(2);
            assertThat(handedOver.kind()).isEqualTo(Transition.Kind.CLEARED);
            assertThat(handedOver.ruleId()).isEqualTo("A.level");
            assertThat(handedOver.cause()).isEqualTo(Transition.Cause.THRESHOLD_REMOVED);
            assertThat(handedOver.note()).endsWith("Q.level");
            assertThat(story(rooms)).last().isEqualTo("RAISED Q.level 2 by A at 61");
            // B hangs in the deadband of one and is below that of the other
            feed(rooms, 70, times(4, GONE, 0.98));
            assertThat(story(rooms)).last().asString().startsWith("DE_ESCALATED Q.level 1 by B");
            feed(rooms, 110, times(4, GONE, 0.8));
            assertThat(story(rooms)).last().asString().startsWith("CLEARED Q.level 0 by B");
        }
    }

    private static final String DISAGREEING = """
            version: 1
            place: {id: here, name: Here}
            stations:
              - id: Q
                name: Quay
                lon: 9.9
                lat: 55.3
                datum: DVR90
                gaugeZero: 0.00
                redundant:
                  - {sensors: [A, B], disagreement: 0.10}
                sensors:
                  - id: A
                    parameter: level
                    unit: m
                    interval: 10min
                    staleAfter: 35min
                    thresholds:
                      - {name: wet, severity: yellow, kind: level, raiseAt: 1.00, clearBelow: 0.95, datum: DVR90, offDelay: 20min}
                  - {id: B, parameter: level, unit: m, interval: 10min, staleAfter: 35min}
            """;

    @Test
    void shouldMarkBothSuspectWhenTheyDisagreeAndNotClearByEither() {
        Catalogue catalogue = ((Read.Good) SettingsReader.read(DISAGREEING, "q.yml", null)).catalogue();
        try (Rooms rooms = new Rooms(catalogue, 2)) {
            feed(rooms, 0, both(0.9, 0.92), both(1.1, 1.05), both(1.1, 1.05));
            // A is stuck, B falls: nobody knows which of them is right
            feed(rooms, 30, times(8, 1.1, 0.7));
            assertThat(story(rooms)).containsExactly("RAISED Q.level 1 by A at 10");
            assertThat(rooms.live().flag()).containsExactly(Flag.SUSPECT, Flag.SUSPECT);
            // they agree again
            feed(rooms, 110, times(4, 0.7, 0.7));
            assertThat(rooms.told()).extracting(Transition::kind).last().isEqualTo(Transition.Kind.CLEARED);
        }
    }
}
