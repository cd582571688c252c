package dk.vandvagt.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Rule;
import dk.vandvagt.station.Threshold;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * An alert book at work. Every step is taken as well by a second book, restored from what the first had saved just before, and
 * both must say and save the same.
 */
final class Desk {
    static final long T0 = 1_700_006_400_000L;
    static final long MIN = 60_000;
    static final long HOUR = 60 * MIN;

    private static final ObjectMapper JSON = new ObjectMapper();

    private AlertBook book;
    private Catalogue catalogue;
    private final List<Transition> told = new ArrayList<>();
    private long sequence;
    private long clockMs = T0;

    Desk(Catalogue catalogue) {
        this.catalogue = catalogue;
        book = new AlertBook("test", catalogue);
    }

    static String json(AlertBook.State state) {
        try {
            return JSON.writeValueAsString(state);
        } catch (JsonProcessingException notPlain) {
            throw new AssertionError(notPlain);
        }
    }

    static AlertBook.State state(String json) {
        try {
            return JSON.readValue(json, AlertBook.State.class);
        } catch (JsonProcessingException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private void step(Function<AlertBook, List<Transition>> work) {
        AlertBook restored = new AlertBook("test", catalogue);
        restored.restore(state(json(book.save())));
        sequence++;
        List<Transition> said = work.apply(book);
        assertThat(work.apply(restored)).isEqualTo(said);
        assertThat(json(restored.save())).isEqualTo(json(book.save()));
        told.addAll(said);
    }

    AlertBook book() {
        return book;
    }

    /** All transitions so far, those that are not for the public as well. */
    List<Transition> transitions() {
        return told;
    }

    Transition last() {
        return told.getLast();
    }

    List<String> story() {
        return told.stream()
                .map(each -> each.kind() + " " + each.severity() + (each.possible() ? " possible" : "")
                        + (each.shelved() ? " shelved" : "") + (each.cause() == null ? "" : " " + each.cause()))
                .toList();
    }

    Desk at(long minutes) {
        clockMs = T0 + minutes * MIN;
        return this;
    }

    long clockMs() {
        return clockMs;
    }

    Rule rule(String ruleId) {
        Rule rule = catalogue.rule(ruleId);
        if (rule == null) {
            throw new AssertionError(ruleId);
        }
        return rule;
    }

    Edge edge(Edge.Kind kind, String ruleId, int rung, double value, boolean possible) {
        Rule rule = rule(ruleId);
        return new Edge(
                kind,
                // of redundant ones, the first
                rule.kind() == Threshold.Kind.COMPOSITE ? rule.sensorIndex() : Math.max(0, rule.sensorIndex()),
                rule,
                rule.rungs().get(rung),
                rung,
                clockMs,
                clockMs,
                clockMs,
                value,
                (byte) (kind == Edge.Kind.WITHDRAWN ? 4 : 1),
                value,
                clockMs,
                (byte) 1,
                false,
                possible,
                false);
    }

    Edge began(String ruleId, int rung, double value) {
        return edge(Edge.Kind.BEGAN, ruleId, rung, value, false);
    }

    Edge possibly(String ruleId, int rung, double value) {
        return edge(Edge.Kind.BEGAN, ruleId, rung, value, true);
    }

    Edge ended(String ruleId, int rung, double value) {
        return edge(Edge.Kind.ENDED, ruleId, rung, value, false);
    }

    Desk judge(Edge... edges) {
        step(each -> each.judge(sequence, clockMs, Arrays.asList(edges)));
        return this;
    }

    /** As {@link #judge}, without what only goes up and down; by a reading of now. */
    Desk find(Edge... edges) {
        boolean silence = Arrays.stream(edges).allMatch(edge -> edge.kind() == Edge.Kind.STALE);
        return gather(silence ? List.of() : List.of((clockMs - T0) / MIN), edges);
    }

    /** By readings of the first sensor at these minutes. */
    Desk gather(List<Long> heardAt, Edge... edges) {
        step(each -> {
            heardAt.forEach(minutes -> each.hear(0, T0 + minutes * MIN));
            return each.judge(sequence, clockMs, each.steady(clockMs, Arrays.asList(edges)));
        });
        return this;
    }

    /** A reading that finds nothing. */
    Desk hear(int sensorIndex) {
        step(each -> {
            each.hear(sensorIndex, clockMs);
            return each.judge(sequence, clockMs, each.steady(clockMs, List.of()));
        });
        return this;
    }

    Desk stale(int sensorIndex) {
        return judge(Edge.ofSensor(Edge.Kind.STALE, sensorIndex, clockMs, clockMs - HOUR));
    }

    Desk back(int sensorIndex) {
        return judge(Edge.ofSensor(Edge.Kind.BACK, sensorIndex, clockMs, clockMs));
    }

    Desk acknowledge(String by) {
        String alertId = book.alerts().getFirst().id();
        step(each -> each.acknowledge(sequence, clockMs, alertId, by, "på vej"));
        return this;
    }

    Desk shelve(String ruleId, long untilMinutes) {
        step(each -> each.shelve(sequence, clockMs, ruleId, T0 + untilMinutes * MIN, "Anna", "sluseprøve"));
        return this;
    }

    Desk unshelve(String ruleId) {
        step(each -> each.unshelve(sequence, clockMs, ruleId, "Bo", "færdig"));
        return this;
    }

    Desk out(String sensorId) {
        step(each -> each.takeOutOfService(sequence, clockMs, sensorId, "Anna", "rengøring"));
        return this;
    }

    Desk maintain(long untilMinutes, String... sensorIds) {
        step(each ->
                each.maintain(sequence, clockMs, List.of(sensorIds), T0 + untilMinutes * MIN, "Anna", "rengøring"));
        return this;
    }

    Desk in(String sensorId) {
        step(each -> each.putInService(sequence, clockMs, sensorId, "Bo", "renset"));
        return this;
    }

    Desk use(Catalogue next) {
        step(each -> each.use(sequence, clockMs, next));
        catalogue = next;
        return this;
    }
}
