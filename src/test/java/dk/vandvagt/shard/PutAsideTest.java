package dk.vandvagt.shard;

import static dk.vandvagt.shard.Catalogues.HOUR;
import static dk.vandvagt.shard.Catalogues.MIN;
import static dk.vandvagt.shard.Catalogues.level;
import static dk.vandvagt.shard.Catalogues.levelSensor;
import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.alert.Alert;
import dk.vandvagt.alert.OutOfService;
import dk.vandvagt.alert.Shelving;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.station.Catalogue;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A surge during which operators put things aside, through the real shards. */
class PutAsideTest {
    private static final long T0 = 1_700_006_400_000L;
    private static final Catalogue TWO = Catalogues.of(
            levelSensor("W", level("quay", 1, 1.0, 0, 0), level("street", 2, 1.5, 0, 0)),
            levelSensor("X", level("quay", 1, 1.0, 0, 0)));

    private static final double[] LEVELS = {0.8, 0.9, 1.02, 1.2, 1.3, 1.45, 1.55, 1.6, 1.52, 1.4, 1.2, 1.1, 0.9, 0.8};

    private static long at(int reading) {
        return T0 + reading * 10 * MIN;
    }

    /** The whole day, batch by batch; readings of X follow W's. */
    private static List<Batch> day() {
        List<Batch> day = new ArrayList<>();
        for (int i = 0; i < LEVELS.length; i++) {
            long now = at(i);
            day.add(new Batch(
                    day.size() + 1,
                    now,
                    now,
                    2,
                    new int[] {0, 1},
                    new long[] {now, now},
                    new double[] {LEVELS[i], LEVELS[i] - 0.1},
                    null));
            Command command = switch (i) {
                case 3 -> new Command.Shelve("W.level", at(5) + MIN, "Anna", "sluseprøve");
                case 4 -> new Command.OutOfService("X", "Anna", "rengøring");
                case 6 -> new Command.Shelve("W.level", at(40), "Anna", "kendt");
                case 8 -> new Command.InService("X", "Bo", "renset");
                case 9 -> new Command.Unshelve("W.level", "Bo", "færdig");
                default -> null;
            };
            if (command != null) {
                day.add(Batch.of(day.size() + 1, now, now, command));
            }
        }
        return day;
    }

    private static List<Transition> transitions(Rooms rooms) {
        return rooms.verdicts().stream()
                .flatMap(each -> each.transitions().stream())
                .toList();
    }

    @Test
    void shouldTellTheDayAsItWas() {
        try (Rooms rooms = new Rooms(TWO, 2)) {
            day().forEach(rooms::hand);
            assertThat(transitions(rooms))
                    .extracting(each -> each.sensorId() + " " + each.kind() + " " + each.severity() + " at "
                            + (each.atMs() - T0) / MIN + (each.shelved() ? " shelved" : ""))
                    .containsExactly(
                            "W RAISED 1 at 20",
                            "X RAISED 1 at 30",
                            "W SHELVED 1 at 30 shelved",
                            "X OUT_OF_SERVICE 1 at 40",
                            "W ESCALATED 2 at 60",
                            "W SHELVED 2 at 60 shelved",
                            "X RAISED 1 at 80",
                            "W DE_ESCALATED 1 at 90 shelved",
                            "W UNSHELVED 1 at 90",
                            "W CLEARED 0 at 120",
                            "X CLEARED 0 at 120");
        }
    }

    @Test
    void shouldSayTheSameWhereverTheDayIsCutByARestart() {
        List<Batch> day = day();
        List<Transition> whole;
        try (Rooms rooms = new Rooms(TWO, 2)) {
            day.forEach(rooms::hand);
            whole = transitions(rooms);
        }
        for (int cut = 1; cut < day.size(); cut++) {
            SavedState saved;
            List<Transition> said;
            try (Rooms before = new Rooms(TWO, 2)) {
                day.subList(0, cut).forEach(before::hand);
                saved = before.save();
                said = new ArrayList<>(transitions(before));
            }
            try (Rooms after = new Rooms(TWO, 2, saved)) {
                day.subList(cut, day.size()).forEach(after::hand);
                said.addAll(transitions(after));
            }
            assertThat(said).as("cut after batch %d", cut).isEqualTo(whole);
        }
    }

    @Test
    void shouldShowWhatIsPutAside() {
        try (Rooms rooms = new Rooms(TWO, 1)) {
            day().stream().takeWhile(each -> each.clockMs() <= at(6)).forEach(rooms::hand);
            assertThat(rooms.live().shelvings())
                    .containsExactly(new Shelving("W.level", 2, at(6), at(40), "Anna", "kendt"));
            assertThat(rooms.live().outOfService())
                    .containsExactly(new OutOfService("X", at(4), 0, "Anna", "rengøring"));
            Alert w = rooms.live().alerts().getFirst();
            assertThat(w.shelving()).isEqualTo(rooms.live().shelvings().getFirst());
            assertThat(rooms.live().isOutOfService("X")).isTrue();
            assertThat(rooms.live().isOutOfService("W")).isFalse();
        }
    }

    @Test
    void shouldLogWhatWasExceededOutOfServiceAndMarkIt() {
        try (Rooms rooms = new Rooms(TWO, 1)) {
            rooms.command(new Command.OutOfService("W", "Anna", "rengøring"));
            rooms.read("W", at(0), 1.2);
            rooms.read("W", at(1), 0.9);
            rooms.read("X", at(1), 1.2);
            assertThat(rooms.told()).extracting(Transition::sensorId).containsExactly("X");
            assertThat(rooms.exceedances())
                    .extracting(each -> each.sensorId() + " " + each.outOfService() + " " + (each.endedAtMs() != 0))
                    .containsExactly("W true false", "W true true", "X false false");
        }
    }

    /** X is maintained from reading 3 until just after reading 7. */
    private static List<Batch> maintained() {
        List<Batch> batches = new ArrayList<>();
        for (int i = 0; i < LEVELS.length; i++) {
            long now = at(i);
            batches.add(new Batch(
                    batches.size() + 1,
                    now,
                    now,
                    2,
                    new int[] {0, 1},
                    new long[] {now, now},
                    new double[] {LEVELS[i], LEVELS[i] - 0.1},
                    null));
            if (i == 3) {
                batches.add(Batch.of(
                        batches.size() + 1, now, now, new Command.Maintain(List.of("X"), at(7) + MIN, "Anna", "rens")));
            } else if (i == 7) {
                batches.add(Batch.tick(batches.size() + 1, at(7) + MIN, at(7) + MIN));
            }
        }
        return batches;
    }

    @Test
    void shouldEndMaintenanceTheSameWhereverItIsCutByARestart() {
        List<Batch> day = maintained();
        List<Transition> whole;
        try (Rooms rooms = new Rooms(TWO, 2)) {
            day.forEach(rooms::hand);
            whole = transitions(rooms);
        }
        assertThat(whole.stream().filter(each -> each.sensorId().equals("X")))
                .extracting(each -> each.kind() + " at " + (each.clockMs() - T0) / MIN)
                .containsExactly("RAISED at 30", "OUT_OF_SERVICE at 30", "RAISED at 71", "CLEARED at 120");
        for (int cut = 1; cut < day.size(); cut++) {
            SavedState saved;
            List<Transition> said;
            try (Rooms before = new Rooms(TWO, 2)) {
                day.subList(0, cut).forEach(before::hand);
                saved = before.save();
                said = new ArrayList<>(transitions(before));
            }
            try (Rooms after = new Rooms(TWO, 2, saved)) {
                day.subList(cut, day.size()).forEach(after::hand);
                said.addAll(transitions(after));
            }
            assertThat(said).as("cut after batch %d", cut).isEqualTo(whole);
        }
    }

    @Test
    void shouldKeepReadingsAndLogWhatIsExceededDuringMaintenance() {
        try (Rooms rooms = new Rooms(TWO, 1)) {
            rooms.read("X", at(0), 0.8);
            rooms.command(new Command.Maintain(List.of("X"), at(3), "Anna", "rens"));
            rooms.read("X", at(1), 1.2);
            rooms.read("X", at(2), 0.9);
            assertThat(rooms.told()).isEmpty();
            assertThat(rooms.verdicts().stream()
                            .flatMap(each -> IntStream.range(0, each.size())
                                    .filter(i -> each.kind()[i] == Verdicts.ARRIVED)
                                    .boxed()))
                    .as("kept and stored")
                    .hasSize(3);
            assertThat(rooms.exceedances())
                    .extracting(each -> each.outOfService() + " " + (each.endedAtMs() != 0))
                    .containsExactly("true false", "true true");
            rooms.read("X", at(4), 1.3);
            assertThat(rooms.told()).extracting(Transition::kind).containsExactly(Transition.Kind.RAISED);
        }
    }

    @Test
    void shouldEndAShelvingByTheClockAlone() {
        try (Rooms rooms = new Rooms(TWO, 1)) {
            rooms.read("W", at(0), 1.2);
            rooms.command(new Command.Shelve("W.level", at(0) + HOUR, "Anna", "sluseprøve"));
            rooms.tick(at(0) + HOUR - 1);
            assertThat(transitions(rooms)).extracting(Transition::kind).doesNotContain(Transition.Kind.UNSHELVED);
            rooms.tick(at(0) + HOUR);
            assertThat(rooms.told().getLast().kind()).isEqualTo(Transition.Kind.UNSHELVED);
        }
    }
}
