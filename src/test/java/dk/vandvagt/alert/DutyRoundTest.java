package dk.vandvagt.alert;

import static dk.vandvagt.alert.Desk.MIN;
import static dk.vandvagt.alert.Desk.T0;
import static dk.vandvagt.shard.Catalogues.level;
import static dk.vandvagt.shard.Catalogues.levelSensor;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.shard.Catalogues;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Sensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** A duty list of three, ten minutes each, and real alerts. The process is restarted before every decision. */
class DutyRoundTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String[] NAMES = {"Anna", "Bo", "Carl", "Dorte"};
    private static final Catalogue PLACES = Catalogues.of(gauge("W"), gauge("X"), gauge("Y"));

    private final Desk desk = new Desk(PLACES);
    private final List<String> said = new ArrayList<>();
    private DutyRound round = new DutyRound();
    private int taken;
    private long nowMs = T0;
    private int people = 3;
    private int severityFrom = 3;
    private long afterMs = 10 * MIN;
    private boolean arrives = true;

    private static Sensor gauge(String id) {
        return levelSensor(id, level("quay", 1, 1.0, 0, 0), level("street", 2, 1.5, 0, 0), level("town", 3, 2.0, 0, 0));
    }

    private void restart() {
        try {
            DutyRound restored = new DutyRound();
            restored.restore(JSON.readValue(JSON.writeValueAsString(round.save()), DutyRound.State.class));
            assertThat(restored.save()).isEqualTo(round.save());
            round = restored;
        } catch (JsonProcessingException notPlain) {
            throw new AssertionError(notPlain);
        }
    }

    /** What the alert book has said since is taken, twice as after a crash, and everything that is due is done. */
    private void decide(long atMs) {
        nowMs = atMs;
        List<Transition> fresh =
                desk.transitions().subList(taken, desk.transitions().size());
        fresh.forEach(each -> round.take(each, severityFrom, nowMs));
        fresh.forEach(each -> round.take(each, severityFrom, nowMs));
        taken = desk.transitions().size();
        while (true) {
            restart();
            switch (round.due(nowMs, people, afterMs)) {
                case null -> {
                    return;
                }
                case DutyRound.Call call -> {
                    say(NAMES[call.person()] + " of " + call.about().size());
                    if (arrives) {
                        round.arrived(call.number());
                    }
                }
                case DutyRound.Step.NobodyAnswered nobody -> {
                    say("operators of " + nobody.about().size());
                    round.operatorsCalled();
                }
            }
        }
    }

    private void say(String what) {
        long s = (nowMs - T0) / 1000;
        said.add(String.format(Locale.ROOT, "%d:%02d %s", s / 60, s % 60, what));
    }

    /** Time passes. */
    private DutyRoundTest until(long minutes) {
        decide(nowMs);
        while (round.nextMs() <= T0 + minutes * MIN) {
            decide(Math.max(nowMs, round.nextMs()));
        }
        nowMs = T0 + minutes * MIN;
        desk.at(minutes);
        return this;
    }

    private void rises(String sensorId, int rungs) {
        Edge[] edges = new Edge[rungs];
        for (int i = 0; i < rungs; i++) {
            edges[i] = desk.began(sensorId + ".level", i, 0.1 + rungs);
        }
        desk.judge(edges);
    }

    private void falls(String sensorId, int rungs) {
        Edge[] edges = new Edge[rungs];
        for (int i = 0; i < rungs; i++) {
            edges[i] = desk.ended(sensorId + ".level", 2 - i, 0.5);
        }
        desk.judge(edges);
    }

    @Test
    void shouldCallOneAfterTheOtherRoundOnceMoreAndThenTheOperators() {
        rises("W", 3);
        until(300);
        assertThat(said)
                .containsExactly(
                        "0:05 Anna of 1",
                        "10:05 Bo of 1",
                        "20:05 Carl of 1",
                        "30:05 Anna of 1",
                        "40:05 Bo of 1",
                        "50:05 Carl of 1",
                        "60:05 operators of 1");
    }

    @Test
    void shouldCallNobodyMoreOnceItIsAcknowledged() {
        rises("W", 3);
        until(12);
        desk.acknowledge("Bo");
        until(300);
        assertThat(said).containsExactly("0:05 Anna of 1", "10:05 Bo of 1");
        rises("X", 3);
        until(302);
        assertThat(said).as("the next time it begins with the first").last().isEqualTo("300:05 Anna of 1");
    }

    @Test
    void shouldCallNobodyForWhatIsMilder() {
        rises("W", 2);
        until(300);
        assertThat(said).isEmpty();
    }

    @Test
    void shouldCallWhenItGetsWorseAlsoAfterTheMilderOneWasAcknowledged() {
        severityFrom = 2;
        rises("W", 2);
        until(3);
        desk.acknowledge("Anna");
        until(20);
        desk.judge(desk.began("W.level", 2, 2.1));
        until(25);
        assertThat(said).containsExactly("0:05 Anna of 1", "20:05 Anna of 1");
    }

    @Test
    void shouldTellTheOneWhoseTurnItIsThatItGotWorseMeanwhile() {
        severityFrom = 2;
        rises("W", 2);
        until(3);
        desk.judge(desk.began("W.level", 2, 2.1));
        until(11);
        assertThat(said).containsExactly("0:05 Anna of 1", "3:05 Anna of 1", "10:05 Bo of 1");
    }

    @Test
    void shouldCallNobodyMoreOnceItIsOverOrNoLongerSevere() {
        rises("W", 3);
        rises("X", 3);
        until(5);
        falls("W", 3);
        falls("X", 1);
        until(300);
        assertThat(said).containsExactly("0:05 Anna of 2");
        desk.judge(desk.began("X.level", 2, 2.1));
        until(301);
        assertThat(said).last().isEqualTo("300:05 Anna of 1");
    }

    @Test
    void shouldCallNobodyForWhatIsOverBeforeTheFirstIsCalled() {
        rises("W", 3);
        falls("W", 3);
        until(300);
        assertThat(said).isEmpty();
    }

    @Test
    void shouldSayInOneMessageWhatComesAtOnce() {
        rises("W", 3);
        decide(T0);
        rises("X", 3);
        decide(T0 + 2_000);
        rises("Y", 3);
        until(11);
        assertThat(said).containsExactly("0:05 Anna of 3", "10:05 Bo of 3");
    }

    @Test
    void shouldTellWhatComesOnTopToTheOneWhoseTurnItIsOnceAMinuteAtMost() {
        rises("W", 3);
        until(3);
        rises("X", 3);
        decide(nowMs);
        decide(T0 + 3 * MIN + 5_000);
        rises("Y", 3);
        until(11);
        assertThat(said).containsExactly("0:05 Anna of 1", "3:05 Anna of 2", "4:05 Anna of 3", "10:05 Bo of 3");
    }

    @Test
    void shouldGoOnWithThoseThatNobodyAcknowledged() {
        rises("W", 3);
        rises("X", 3);
        until(5);
        // the first of the list
        desk.acknowledge("Anna");
        until(21);
        assertThat(said).containsExactly("0:05 Anna of 2", "10:05 Bo of 1", "20:05 Carl of 1");
    }

    @Test
    void shouldTakeShelvingForAnAnswerUntilItEnds() {
        rises("W", 3);
        until(5);
        desk.shelve("W.level", 60);
        until(60);
        desk.judge();
        until(61);
        assertThat(said).containsExactly("0:05 Anna of 1", "60:05 Anna of 1");
    }

    @Test
    void shouldBeginAnewWithWhatComesOnTopAfterNobodyAnswered() {
        people = 1;
        rises("W", 3);
        until(90);
        rises("X", 3);
        until(92);
        assertThat(said)
                .containsExactly("0:05 Anna of 1", "10:05 Anna of 1", "20:05 operators of 1", "90:05 Anna of 2");
    }

    @Test
    void shouldGoOnWithAnotherListFromTheSamePlace() {
        rises("W", 3);
        until(12);
        people = 4;
        until(32);
        people = 2;
        until(300);
        assertThat(said)
                .containsExactly(
                        "0:05 Anna of 1",
                        "10:05 Bo of 1",
                        "20:05 Carl of 1",
                        "30:05 Dorte of 1",
                        "40:05 operators of 1");
    }

    @Test
    void shouldCallNobodyFromAnEmptyListAndGoOnWhenThereIsOneAgain() {
        rises("W", 3);
        until(2);
        people = 0;
        for (int minute = 3; minute < 30; minute++) {
            decide(T0 + minute * MIN);
        }
        people = 3;
        decide(T0 + 30 * MIN);
        until(41);
        assertThat(said).containsExactly("0:05 Anna of 1", "30:00 Bo of 1", "40:00 Carl of 1");
    }

    @Test
    void shouldCallOnlyTheNextAfterTheServiceWasDownForAnHour() {
        rises("W", 3);
        until(2);
        decide(T0 + 65 * MIN);
        until(80);
        assertThat(said).containsExactly("0:05 Anna of 1", "65:00 Bo of 1", "75:00 Carl of 1");
    }

    @Test
    void shouldMakeNobodyWaitLongerBecauseTheClockWasSetBack() {
        rises("W", 3);
        decide(T0 + 24 * 60 * MIN);
        decide(T0 + 24 * 60 * MIN + 5_000);
        decide(T0);
        until(11);
        assertThat(said).containsExactly("1440:05 Anna of 1", "10:00 Bo of 1");
    }

    @Test
    void shouldUseAShorterTimeToAnswerAtOnce() {
        rises("W", 3);
        until(1);
        afterMs = 2 * MIN;
        decide(T0 + MIN);
        until(4);
        assertThat(said).containsExactly("0:05 Anna of 1", "3:00 Bo of 1");
    }

    @Test
    void shouldOweAMessageUntilItArrivesOrTheNextTakesItsPlace() {
        arrives = false;
        rises("W", 3);
        until(9);
        DutyRound.Call owed = round.owed();
        assertThat(owed).isNotNull().satisfies(call -> {
            assertThat(call.person()).isZero();
            assertThat(call.next()).isEqualTo(1);
            assertThat(call.answerByMs()).isEqualTo(T0 + 10 * MIN + 5_000);
        });
        until(11);
        round.arrived(1);
        assertThat(round.owed())
                .as("that was the first's")
                .isNotNull()
                .satisfies(call -> assertThat(call.person()).isEqualTo(1));
        round.arrived(2);
        assertThat(round.owed()).isNull();
    }

    @Test
    void shouldOweNothingOnceItIsAcknowledged() {
        arrives = false;
        rises("W", 3);
        until(1);
        desk.acknowledge("Bo");
        until(2);
        assertThat(round.owed()).isNull();
    }

    @Test
    void shouldCallTheNextAtOnceWhenOneCannotBeReached() {
        arrives = false;
        rises("W", 3);
        until(1);
        for (int call = 1; call <= 6; call++) {
            round.refused(call, nowMs);
            decide(nowMs);
        }
        assertThat(said)
                .containsExactly(
                        "0:05 Anna of 1",
                        "1:00 Bo of 1",
                        "1:00 Carl of 1",
                        "1:00 Anna of 1",
                        "1:00 Bo of 1",
                        "1:00 Carl of 1",
                        "1:00 operators of 1");
    }
}
