package dk.vandvagt.alert;

import static dk.vandvagt.shard.Catalogues.level;
import static dk.vandvagt.shard.Catalogues.levelSensor;
import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.shard.Catalogues;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Threshold;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Any order of edges, calls and reloads: whoever reads only what is told knows what stands, and a second run of the same says the
 * same. {@link Desk} restores the book before each step.
 */
class AnyDayTest {
    private static final int STEPS = 400;
    private static final List<String> SENSORS = List.of("W", "X");
    private static final List<Catalogue> REVISIONS = List.of(
            revision(level("quay", 1, 1.0, 0, 0), level("street", 2, 1.5, 0, 0), level("town", 3, 2.0, 0, 0)),
            revision(level("quay", 1, 1.0, 0, 0), level("street", 2, 1.5, 0, 0)),
            revision(level("quay", 2, 1.0, 0, 0), level("town", 3, 2.0, 0, 0)),
            revision(level("street", 1, 0.8, 0, 0), level("quay", 1, 1.0, 0, 0)),
            revision());

    private static Catalogue revision(Threshold... thresholds) {
        return Catalogues.of(levelSensor("W", thresholds), levelSensor("X", level("quay", 1, 1.0, 0, 0)));
    }

    /** What the shards would know: by rule, the thresholds that are active; the value says whether sure. */
    private final Map<String, Map<String, Boolean>> active = new LinkedHashMap<>();

    private final Set<String> silent = new TreeSet<>();
    private Catalogue inForce = REVISIONS.getFirst();

    private Desk day(long seed) {
        active.clear();
        silent.clear();
        inForce = REVISIONS.getFirst();
        Random random = new Random(seed);
        Desk desk = new Desk(inForce);
        for (int i = 1; i <= STEPS; i++) {
            desk.at(10L * i);
            String sensorId = SENSORS.get(random.nextInt(2));
            String ruleId = sensorId + ".level";
            switch (random.nextInt(20)) {
                case 0 -> desk.shelve(ruleId, 10L * i + 10 + 10 * random.nextInt(9));
                case 1 -> desk.unshelve(ruleId);
                case 2 -> desk.out(sensorId);
                case 3, 4 -> desk.in(sensorId);
                case 5 -> turn(desk, sensorId);
                case 6 -> reload(desk, REVISIONS.get(random.nextInt(REVISIONS.size())));
                default -> judge(desk, ruleId, random);
            }
            check(desk, "seed " + seed + ", step " + i);
        }
        return desk;
    }

    private void turn(Desk desk, String sensorId) {
        int sensorIndex = SENSORS.indexOf(sensorId);
        if (silent.remove(sensorId)) {
            desk.back(sensorIndex);
        } else {
            silent.add(sensorId);
            desk.stale(sensorIndex);
        }
    }

    private void reload(Desk desk, Catalogue next) {
        desk.use(next);
        inForce = next;
        active.forEach((ruleId, rungs) -> rungs.keySet().removeIf(name -> rung(ruleId, name) < 0));
    }

    private int rung(String ruleId, String name) {
        var rule = inForce.rule(ruleId);
        if (rule != null) {
            for (int i = 0; i < rule.rungs().size(); i++) {
                if (rule.rungs().get(i).name().equals(name)) {
                    return i;
                }
            }
        }
        return -1;
    }

    private void judge(Desk desk, String ruleId, Random random) {
        var rule = inForce.rule(ruleId);
        if (rule == null || silent.contains(ruleId.substring(0, 1))) {
            desk.judge();
            return;
        }
        Map<String, Boolean> rungs = active.computeIfAbsent(ruleId, id -> new HashMap<>());
        List<Edge> edges = new ArrayList<>();
        for (int i = 0; i < rule.rungs().size(); i++) {
            String name = rule.rungs().get(i).name();
            if (!random.nextBoolean()) {
                continue;
            }
            if (!rungs.containsKey(name)) {
                boolean sure = random.nextBoolean();
                rungs.put(name, sure);
                edges.add(desk.edge(Edge.Kind.BEGAN, ruleId, i, 2, !sure));
            } else if (!rungs.getOrDefault(name, true) && random.nextBoolean()) {
                rungs.put(name, true);
                edges.add(desk.edge(Edge.Kind.CONFIRMED, ruleId, i, 2, false));
            } else {
                rungs.remove(name);
                Edge.Kind kind = random.nextInt(4) == 0 ? Edge.Kind.WITHDRAWN : Edge.Kind.ENDED;
                edges.add(desk.edge(kind, ruleId, i, 1, false));
            }
        }
        desk.judge(edges.toArray(Edge[]::new));
    }

    private void check(Desk desk, String when) {
        AlertBook book = desk.book();
        Map<String, Transition> lastPublicWord = new HashMap<>();
        for (Transition each : desk.transitions()) {
            if (!each.shelved()) {
                lastPublicWord.put(each.ruleId(), each);
            }
        }
        Map<String, Alert> standing = new HashMap<>();
        book.alerts().stream()
                .filter(each -> each.state() == Alert.State.ACTIVE)
                .forEach(each -> standing.put(each.last().ruleId(), each));
        for (String sensorId : SENSORS) {
            String ruleId = sensorId + ".level";
            Map<String, Boolean> rungs = active.getOrDefault(ruleId, Map.of());
            boolean out = book.outOfService().stream()
                    .anyMatch(each -> each.sensorId().equals(sensorId));
            boolean shelved =
                    book.shelvings().stream().anyMatch(each -> each.ruleId().equals(ruleId));
            Alert stands = standing.get(ruleId);
            Transition word = lastPublicWord.get(ruleId);
            assertThat(stands != null).as(when).isEqualTo(!rungs.isEmpty() && !out);
            if (stands != null) {
                int severity = rungs.keySet().stream()
                        .mapToInt(name -> severity(ruleId, name))
                        .max()
                        .orElseThrow();
                String top = rungs.keySet().stream()
                        .max((a, b) -> rung(ruleId, a) - rung(ruleId, b))
                        .orElseThrow();
                assertThat(stands.last().severity()).as(when).isEqualTo(severity);
                assertThat(stands.shelving() != null).as(when).isEqualTo(shelved);
                if (stands.last().threshold().equals(top)) {
                    assertThat(stands.possible()).as(when).isEqualTo(!rungs.getOrDefault(top, true));
                }
                if (!shelved) {
                    assertThat(word).as(when).isEqualTo(stands.last());
                }
            } else if (word != null && !word.kind().ends()) {
                assertThat(word).as("%s: nobody was told that it ended", when).isNull();
            } else if (word != null && out) {
                assertThat(word.kind().ends()).as(when).isTrue();
            } else if (word != null && word.kind() == Transition.Kind.OUT_OF_SERVICE) {
                assertThat(silent)
                        .as("%s: in service and heard, and no last word", when)
                        .contains(sensorId);
            }
        }
    }

    private int severity(String ruleId, String name) {
        var rule = inForce.rule(ruleId);
        return rule == null ? 0 : rule.rungs().get(rung(ruleId, name)).severity();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void shouldLeaveWhoeverReadsWhatIsToldKnowingWhatStands(long seed) {
        List<Transition> once = day(seed).transitions();
        assertThat(day(seed).transitions()).as("seed " + seed).isEqualTo(once);
        assertThat(once.stream().map(Transition::id)).as("seed " + seed).doesNotHaveDuplicates();
        Set<Transition.Kind> kinds = new HashSet<>();
        once.forEach(each -> kinds.add(each.kind()));
        assertThat(kinds)
                .as("seed " + seed + " is a day on which something happens")
                .contains(
                        Transition.Kind.RAISED,
                        Transition.Kind.ESCALATED,
                        Transition.Kind.DE_ESCALATED,
                        Transition.Kind.CONFIRMED,
                        Transition.Kind.SHELVED,
                        Transition.Kind.UNSHELVED,
                        Transition.Kind.OUT_OF_SERVICE,
                        Transition.Kind.CLEARED);
    }
}
