package dk.vandvagt.alert;

import static dk.vandvagt.alert.Desk.MIN;
import static dk.vandvagt.alert.Desk.T0;
import static dk.vandvagt.shard.Catalogues.level;
import static dk.vandvagt.shard.Catalogues.levelSensor;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.shard.Catalogues;
import dk.vandvagt.station.Sensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Real alerts of two gauges, about which Anna and Bo were called. The process is restarted before every look. */
class DutyEndsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Desk desk = new Desk(Catalogues.of(gauge("W"), gauge("X")));
    private final List<String> said = new ArrayList<>();
    private DutyEnds ends = new DutyEnds();
    private int taken;

    private static Sensor gauge(String id) {
        return levelSensor(id, level("quay", 1, 1.0, 0, 0), level("street", 2, 1.5, 0, 0), level("town", 3, 2.0, 0, 0));
    }

    private void rises(String sensorId, int rungs) {
        Edge[] edges = new Edge[rungs];
        for (int i = 0; i < rungs; i++) {
            edges[i] = desk.began(sensorId + ".level", i, 0.1 + rungs);
        }
        desk.judge(edges);
    }

    private void falls(String sensorId, int from, int rungs) {
        Edge[] edges = new Edge[rungs];
        for (int i = 0; i < rungs; i++) {
            edges[i] = desk.ended(sensorId + ".level", from - 1 - i, 0.5);
        }
        desk.judge(edges);
    }

    private void look(int minutes, int seconds) {
        long nowMs = T0 + minutes * MIN + seconds * 1000L;
        List<Transition> all = desk.transitions();
        // twice, as after a crash
        all.subList(taken, all.size()).forEach(each -> ends.take(each, 3, nowMs));
        all.subList(taken, all.size()).forEach(each -> ends.take(each, 3, nowMs));
        taken = all.size();
        try {
            DutyEnds restored = new DutyEnds();
            restored.restore(JSON.readValue(JSON.writeValueAsString(ends.save()), DutyEnds.State.class));
            assertThat(restored.save()).isEqualTo(ends.save());
            ends = restored;
        } catch (JsonProcessingException notPlain) {
            throw new AssertionError(notPlain);
        }
        ends.gather(nowMs);
        for (DutyEnds.Message each : ends.owed()) {
            said.add(each.person() + ":" + words(each.steps()) + " standing:" + words(each.standing()));
            ends.settled(each.number());
        }
    }

    private static String words(List<Transition> steps) {
        StringBuilder words = new StringBuilder();
        steps.forEach(each -> words.append(' ')
                .append(each.sensorId())
                .append(' ')
                .append(each.kind().name().toLowerCase(Locale.ROOT)));
        return words.toString();
    }

    private void call(String person) {
        ends.calls(
                person,
                desk.transitions().stream().filter(each -> each.severity() == 3).toList());
    }

    @Test
    void shouldTellEveryoneWhoWasCalledThatItIsOver() {
        rises("W", 3);
        call("Anna");
        call("Bo");
        call("Bo");
        desk.at(10).acknowledge("Bo");
        look(10, 0);
        look(20, 0);
        desk.at(30);
        falls("W", 3, 3);
        look(30, 0);
        assertThat(said).as("others may end in the same moment").isEmpty();
        assertThat(ends.nextMs()).isEqualTo(T0 + 30 * MIN + 5_000);
        look(30, 5);
        assertThat(said).containsExactly("Anna: W cleared standing:", "Bo: W cleared standing:");
        assertThat(ends.nextMs()).isEqualTo(Long.MAX_VALUE);
        look(60, 0);
        assertThat(said).hasSize(2);
        assertThat(ends.save().called()).isEmpty();
    }

    @Test
    void shouldTellWhenItIsNoLongerSevereAndWhenItIsOver() {
        rises("W", 3);
        call("Anna");
        desk.at(10);
        falls("W", 3, 1);
        look(10, 0);
        look(10, 5);
        desk.at(20);
        falls("W", 2, 1);
        look(20, 0);
        look(20, 5);
        assertThat(said)
                .as("orange and yellow are both milder")
                .containsExactly("Anna: W de_escalated standing: W de_escalated");
        desk.at(30);
        falls("W", 1, 1);
        look(30, 0);
        look(30, 5);
        assertThat(said).last().isEqualTo("Anna: W cleared standing:");
    }

    @Test
    void shouldTellInOneMessageWhatEndsTogetherAndWhatStillStands() {
        rises("W", 3);
        call("Anna");
        rises("X", 3);
        call("Bo");
        desk.at(10);
        falls("W", 3, 3);
        look(10, 0);
        look(10, 5);
        assertThat(said).containsExactly("Anna: W cleared standing:", "Bo: W cleared standing: X raised");
        desk.at(20);
        falls("X", 3, 3);
        look(20, 0);
        look(20, 5);
        assertThat(said).hasSize(3).last().isEqualTo("Bo: X cleared standing:");
    }

    @Test
    void shouldTellNobodyOfTheEndOfWhatNobodyWasCalledAbout() {
        rises("W", 3);
        look(0, 0);
        desk.at(10);
        falls("W", 3, 3);
        look(10, 0);
        look(20, 0);
        assertThat(said).isEmpty();
    }

    @Test
    void shouldNotWaitForAClockThatWasSetBack() {
        rises("W", 3);
        call("Anna");
        desk.at(60);
        falls("W", 3, 3);
        look(60, 0);
        look(0, 0);
        look(0, 5);
        assertThat(said).containsExactly("Anna: W cleared standing:");
    }
}
