package dk.vandvagt.alert;

import static dk.vandvagt.alert.Desk.HOUR;
import static dk.vandvagt.alert.Desk.MIN;
import static dk.vandvagt.alert.Desk.T0;
import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.shard.Catalogues;
import dk.vandvagt.station.Sensor;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a person must look at. */
class OperatorCallsTest {
    private final OperatorCalls calls = new OperatorCalls();

    private static OperatorCall step(String sensorId, long observedAtMs) {
        return OperatorCall.of(OperatorCall.Kind.IMPLAUSIBLE_STEP, "ST", sensorId, "", "", observedAtMs);
    }

    @Test
    void shouldCountTheSameAgainAsOne() {
        calls.add(step("W", T0), T0);
        calls.add(step("X", T0), T0);
        calls.add(step("W", T0 + MIN), T0 + MIN);
        assertThat(calls.all()).extracting(OperatorCall::sensorId).containsExactly("W", "X");
        OperatorCall twice = calls.all().getFirst();
        assertThat(twice.times()).isEqualTo(2);
        assertThat(twice.firstAtMs()).isEqualTo(T0);
        assertThat(twice.lastAtMs()).isEqualTo(T0 + MIN);
        assertThat(twice.observedAtMs()).isEqualTo(T0 + MIN);
    }

    @Test
    void shouldKeepThemForADayOrForAsLongAsTheirAlertStands() {
        calls.add(step("W", T0), T0);
        calls.add(OperatorCall.of(OperatorCall.Kind.SUSPECT_BELOW_CLEARING, "ST", "X", "X.level", "quay", T0), T0);
        calls.forget(T0 + 24 * HOUR - 1, any -> false);
        assertThat(calls.all()).hasSize(2);
        calls.forget(T0 + 24 * HOUR, "X.level"::equals);
        assertThat(calls.all()).extracting(OperatorCall::sensorId).containsExactly("X");
        calls.forget(T0 + 24 * HOUR, any -> false);
        assertThat(calls.all()).isEmpty();
    }

    @Test
    void shouldShowAFloodOfMoreThanTenAlertsInTenMinutes() {
        for (int i = 0; i < 10; i++) {
            calls.raised(1, T0 + i * MIN);
        }
        assertThat(calls.all()).as("ten are none").isEmpty();
        calls.raised(1, T0 + 10 * MIN);
        assertThat(calls.all()).as("the first is ten minutes old").isEmpty();
        calls.raised(1, T0 + 10 * MIN);
        OperatorCall flood = calls.all().getFirst();
        assertThat(flood.kind()).isEqualTo(OperatorCall.Kind.FLOOD);
        assertThat(flood.times()).isEqualTo(11);
        assertThat(flood.firstAtMs()).isEqualTo(T0 + 10 * MIN);
    }

    @Test
    void shouldCountAFloodOnUntilItEndsAndTheNextByItself() {
        calls.raised(12, T0);
        calls.raised(8, T0 + 5 * MIN);
        assertThat(calls.all()).singleElement().satisfies(flood -> {
            assertThat(flood.times()).isEqualTo(20);
            assertThat(flood.firstAtMs()).isEqualTo(T0);
        });
        calls.raised(0, T0 + HOUR);
        calls.raised(1, T0 + HOUR);
        assertThat(calls.all().getFirst().times()).as("one is no flood").isEqualTo(20);
        calls.raised(11, T0 + 2 * HOUR);
        assertThat(calls.all()).singleElement().satisfies(flood -> {
            assertThat(flood.times()).isEqualTo(11);
            assertThat(flood.firstAtMs()).isEqualTo(T0 + 2 * HOUR);
        });
    }

    @Test
    void shouldGoOnAfterARestart() {
        calls.raised(9, T0);
        calls.add(step("W", T0), T0);
        OperatorCalls restored = new OperatorCalls();
        restored.restore(calls.all(), calls.raisedAtMs());
        restored.raised(2, T0 + MIN);
        assertThat(restored.all())
                .extracting(OperatorCall::kind)
                .containsExactly(OperatorCall.Kind.FLOOD, OperatorCall.Kind.IMPLAUSIBLE_STEP);
        assertThat(restored.all().getFirst().times()).isEqualTo(11);
    }

    @Test
    void shouldCountInAFloodWhatPeopleAreToldOnly() {
        Desk desk = new Desk(Catalogues.of(IntStream.range(0, 12)
                .mapToObj(i -> Catalogues.levelSensor("W" + i, Catalogues.level("quay", 1, 1.0, 0, 0)))
                .toArray(Sensor[]::new)));
        desk.shelve("W0.level", 600).shelve("W1.level", 600);
        List<Edge> all = IntStream.range(0, 12)
                .mapToObj(i -> desk.began("W" + i + ".level", 0, 1.1))
                .toList();
        desk.at(1).judge(all.subList(0, 11).toArray(Edge[]::new));
        assertThat(desk.book().operatorCalls()).as("nine").isEmpty();
        desk.at(2).judge(all.get(11));
        assertThat(desk.book().operatorCalls()).as("ten").isEmpty();
        desk.unshelve("W0.level");
        assertThat(desk.book().operatorCalls()).as("told anew is not raised").isEmpty();
    }
}
