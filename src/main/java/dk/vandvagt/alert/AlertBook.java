package dk.vandvagt.alert;

import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Rule;
import dk.vandvagt.station.Threshold;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every alert's life, one at a time per rule: raised with the first rung of the ladder, escalated and de-escalated with its
 * highest one, cleared with the last. Edges of a batch go in by sensor, transitions come out; the same edges give the same
 * transitions under the same ids. No clock, no I/O, one thread.
 */
public final class AlertBook {
    private static final int ENDED_KEPT = 500;
    private static final int ID_BYTES = 8;

    private final String runId;
    private Catalogue catalogue;
    private final Map<String, Standing> standing = new LinkedHashMap<>();
    private final Deque<Alert> ended = new ArrayDeque<>();

    private List<Transition> transitions = new ArrayList<>();
    private long sequence;
    private long clockMs;

    public AlertBook(String runId, Catalogue catalogue) {
        this.runId = runId;
        this.catalogue = catalogue;
    }

    /** An alert that stands. */
    private static final class Standing {
        final String id;
        final BitSet rungs = new BitSet();
        Rule rule;
        Transition last;
        int highestSeverity;
        long raisedAtMs;
        long beganAtMs;
        double peak;
        long peakAtMs;
        boolean silent;

        @Nullable
        String acknowledgedBy;

        long acknowledgedAtMs;

        @Nullable
        String note;

        Standing(String id, Rule rule, Transition last) {
            this.id = id;
            this.rule = rule;
            this.last = last;
        }

        Alert copy(Alert.State state, long endedAtMs) {
            return new Alert(
                    id,
                    state,
                    last,
                    highestSeverity,
                    raisedAtMs,
                    endedAtMs,
                    peak,
                    peakAtMs,
                    silent,
                    acknowledgedBy,
                    acknowledgedAtMs,
                    note);
        }
    }

    /**
     * Takes all edges of one batch.
     *
     * @param edges ordered by sensor, and for one sensor as they were found
     * @return what is to be told, in order
     */
    public List<Transition> judge(long sequence, long clockMs, List<Edge> edges) {
        this.sequence = sequence;
        this.clockMs = clockMs;
        transitions = new ArrayList<>();
        List<Edge> toTell = withoutWhollyPast(edges);
        int i = 0;
        while (i < toTell.size()) {
            Edge edge = toTell.get(i);
            Rule rule = edge.rule();
            if (rule == null || edge.kind() == Edge.Kind.STALE || edge.kind() == Edge.Kind.BACK) {
                silence(edge);
                i++;
            } else {
                int end = i + 1;
                while (end < toTell.size() && sameMoment(edge, toTell.get(end))) {
                    end++;
                }
                step(rule, toTell.subList(i, end));
                i = end;
            }
        }
        return List.copyOf(transitions);
    }

    private static boolean sameMoment(Edge a, Edge b) {
        return a.rule() == b.rule() && a.observedAtMs() == b.observedAtMs() && a.kind() == b.kind();
    }

    /** An episode that began and ended before anybody heard of it is in the threshold-event log; it is not told. */
    private List<Edge> withoutWhollyPast(List<Edge> edges) {
        Map<String, List<Edge>> byRule = new HashMap<>();
        for (Edge edge : edges) {
            if (edge.rule() != null && !standing.containsKey(edge.rule().id())) {
                byRule.computeIfAbsent(edge.rule().id(), id -> new ArrayList<>())
                        .add(edge);
            }
        }
        byRule.values().removeIf(ofRule -> {
            BitSet open = new BitSet();
            boolean allLate = true;
            for (Edge edge : ofRule) {
                switch (edge.kind()) {
                    case BEGAN -> {
                        open.set(edge.rung());
                        allLate &= edge.late();
                    }
                    case ENDED, WITHDRAWN -> open.clear(edge.rung());
                    default -> {}
                }
            }
            return !(allLate && open.isEmpty());
        });
        if (byRule.isEmpty()) {
            return edges;
        }
        return edges.stream()
                .filter(edge ->
                        edge.rule() == null || !byRule.containsKey(edge.rule().id()))
                .toList();
    }

    /** Edges of one rule and kind at one observation: told as one step. */
    private void step(Rule rule, List<Edge> together) {
        Edge edge = together.getLast();
        Standing alert = standing.get(rule.id());
        switch (edge.kind()) {
            case BEGAN -> {
                if (alert == null) {
                    raise(rule, together);
                } else {
                    int before = alert.rungs.length();
                    together.forEach(each -> alert.rungs.set(each.rung()));
                    notePeak(alert, edge);
                    if (alert.rungs.length() > before) {
                        tell(alert, Transition.Kind.ESCALATED, edge);
                    }
                }
            }
            case PEAK -> {
                if (alert != null) {
                    notePeak(alert, edge);
                }
            }
            case CONFIRMED, REMOVED -> {}
            case ENDED, WITHDRAWN -> {
                if (alert != null) {
                    lower(alert, together);
                }
            }
            default -> throw new AssertionError(edge.kind());
        }
    }

    private void raise(Rule rule, List<Edge> together) {
        Edge edge = together.getLast();
        long beganAtMs = together.stream().mapToLong(Edge::beganAtMs).min().orElseThrow();
        String id = alertId(rule.id(), rule.stationId(), beganAtMs);
        Standing alert = new Standing(id, rule, blank(id, rule, lastNumber(id)));
        // it began at the very instant of one that ended: that one goes on
        ended.removeIf(each -> each.id().equals(id));
        together.forEach(each -> alert.rungs.set(each.rung()));
        alert.beganAtMs = beganAtMs;
        alert.raisedAtMs = edge.atMs();
        alert.peak = edge.peak();
        alert.peakAtMs = edge.peakAtMs();
        standing.put(rule.id(), alert);
        tell(alert, Transition.Kind.RAISED, edge);
    }

    private void lower(Standing alert, List<Edge> together) {
        Edge edge = together.getLast();
        int before = alert.rungs.length();
        together.forEach(each -> alert.rungs.clear(each.rung()));
        boolean withdrawn = edge.kind() == Edge.Kind.WITHDRAWN;
        if (alert.rungs.isEmpty()) {
            end(alert, withdrawn ? Transition.Kind.WITHDRAWN : Transition.Kind.CLEARED, edge);
        } else if (alert.rungs.length() < before) {
            tell(alert, Transition.Kind.DE_ESCALATED, edge);
        }
    }

    private void end(Standing alert, Transition.Kind kind, Edge edge) {
        tell(alert, kind, edge);
        standing.remove(alert.rule.id());
        Alert.State state = kind == Transition.Kind.WITHDRAWN ? Alert.State.WITHDRAWN : Alert.State.CLEARED;
        ended.addFirst(alert.copy(state, alert.last.atMs()));
        if (ended.size() > ENDED_KEPT) {
            ended.removeLast();
        }
    }

    private void silence(Edge edge) {
        boolean silent = edge.kind() == Edge.Kind.STALE;
        Rule rule = edge.rule();
        for (Standing alert : List.copyOf(standing.values())) {
            boolean concerned = rule == null
                    ? alert.rule.sensorIndex() == edge.sensorIndex()
                    : alert.rule.id().equals(rule.id());
            if (concerned && alert.silent != silent) {
                alert.silent = silent;
                tell(alert, silent ? Transition.Kind.STALE : Transition.Kind.BACK, edge);
            }
        }
    }

    private static void notePeak(Standing alert, Edge edge) {
        alert.peak = edge.peak();
        alert.peakAtMs = edge.peakAtMs();
    }

    /**
     * Somebody has seen it and acts on it.
     *
     * @return the transition, or nothing when no such alert stands
     */
    public List<Transition> acknowledge(long sequence, long clockMs, String alertId, String by, String note) {
        this.sequence = sequence;
        this.clockMs = clockMs;
        transitions = new ArrayList<>();
        for (Standing alert : standing.values()) {
            if (alert.id.equals(alertId)) {
                alert.acknowledgedBy = by;
                alert.acknowledgedAtMs = clockMs;
                alert.note = note;
                tell(alert, Transition.Kind.ACKNOWLEDGED, null);
            }
        }
        return List.copyOf(transitions);
    }

    /** From here on this revision holds; an alert whose rule, or whose every active rung, is gone from it is cleared and says so. */
    public List<Transition> use(long sequence, long clockMs, Catalogue next) {
        this.sequence = sequence;
        this.clockMs = clockMs;
        transitions = new ArrayList<>();
        for (Standing alert : List.copyOf(standing.values())) {
            Rule rule = next.rule(alert.rule.id());
            BitSet kept = new BitSet();
            for (int rung = alert.rungs.nextSetBit(0); rung >= 0; rung = alert.rungs.nextSetBit(rung + 1)) {
                String name = alert.rule.rungs().get(rung).name();
                for (int i = 0; rule != null && i < rule.rungs().size(); i++) {
                    kept.set(i, kept.get(i) || rule.rungs().get(i).name().equals(name));
                }
            }
            if (rule == null || kept.isEmpty()) {
                alert.note = "the threshold was taken out of the settings";
                alert.rungs.clear();
                end(alert, Transition.Kind.CLEARED, noEdge(alert));
            } else {
                alert.rule = rule;
                alert.rungs.clear();
                alert.rungs.or(kept);
            }
        }
        catalogue = next;
        return List.copyOf(transitions);
    }

    private Edge noEdge(Standing alert) {
        return Edge.ofSensor(Edge.Kind.ENDED, alert.rule.sensorIndex(), clockMs, 0);
    }

    private void tell(Standing alert, Transition.Kind kind, @Nullable Edge edge) {
        int top = alert.rungs.length() - 1;
        boolean over = top < 0;
        Threshold threshold = over ? lastThreshold(alert) : alert.rule.rungs().get(top);
        int severity = 0;
        for (int rung = alert.rungs.nextSetBit(0); rung >= 0; rung = alert.rungs.nextSetBit(rung + 1)) {
            severity = Math.max(severity, alert.rule.rungs().get(rung).severity());
        }
        alert.highestSeverity = Math.max(alert.highestSeverity, severity);
        String sensorId = edge == null || edge.sensorIndex() == Rule.NO_ONE_SENSOR
                ? alert.last.sensorId()
                : catalogue.sensor(edge.sensorIndex()).id();
        int number = alert.last.number() + 1;
        alert.last = new Transition(
                alert.id + "/" + number,
                alert.id,
                number,
                kind,
                runId,
                alert.rule.id(),
                alert.rule.stationId(),
                sensorId,
                sequence,
                edge == null ? clockMs : edge.atMs(),
                clockMs,
                alert.beganAtMs,
                severity,
                threshold.name(),
                threshold.raiseAt(),
                threshold.clearBelow(),
                catalogue.unit(alert.rule),
                alert.rule.kind().hasDatum() ? threshold.datum().name() : "",
                edge == null ? 0 : edge.observedAtMs(),
                edge == null ? Double.NaN : edge.value(),
                edge == null ? 0 : edge.flag(),
                alert.peak,
                alert.peakAtMs,
                edge != null && edge.unconfirmed(),
                edge != null && edge.late(),
                kind == Transition.Kind.ACKNOWLEDGED ? alert.acknowledgedBy : null,
                kind == Transition.Kind.ACKNOWLEDGED || kind == Transition.Kind.CLEARED ? alert.note : null);
        transitions.add(alert.last);
    }

    private static Threshold lastThreshold(Standing alert) {
        for (Threshold threshold : alert.rule.rungs()) {
            if (threshold.name().equals(alert.last.threshold())) {
                return threshold;
            }
        }
        return alert.rule.rungs().getFirst();
    }

    /** Of an alert that ended and is raised again under the same id, so that no transition's id is used twice; else -1. */
    private int lastNumber(String id) {
        return ended.stream()
                .filter(each -> each.id().equals(id))
                .mapToInt(each -> each.last().number())
                .max()
                .orElse(-1);
    }

    /** Before the first transition: only its number, one below the first, is ever read. */
    private Transition blank(String id, Rule rule, int number) {
        Threshold threshold = rule.rungs().getFirst();
        return new Transition(
                id,
                id,
                number,
                Transition.Kind.RAISED,
                runId,
                rule.id(),
                "",
                "",
                0,
                0,
                0,
                0,
                0,
                threshold.name(),
                0,
                0,
                "",
                "",
                0,
                0,
                0,
                0,
                0,
                false,
                false,
                null,
                null);
    }

    private String alertId(String ruleId, String stationId, long beganAtMs) {
        String identity = runId + '\n' + ruleId + '\n' + stationId + '\n' + beganAtMs;
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(identity.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, ID_BYTES);
        } catch (NoSuchAlgorithmException everyJdkHasSha256) {
            throw new AssertionError(everyJdkHasSha256);
        }
    }

    public int standingCount() {
        return standing.size();
    }

    /** Of those that stand, how many rest on a sensor that is silent. */
    public int silentCount() {
        return (int) standing.values().stream().filter(alert -> alert.silent).count();
    }

    /** Those that stand, in the order they were raised, then those that ended lately, newest first. */
    public List<Alert> alerts() {
        List<Alert> all = new ArrayList<>(standing.size() + ended.size());
        standing.values().forEach(alert -> all.add(alert.copy(Alert.State.ACTIVE, 0)));
        all.addAll(ended);
        return List.copyOf(all);
    }

    /** All state, to be handed to {@link #restore} after a restart. */
    public State save() {
        List<StandingState> saved = new ArrayList<>();
        for (Standing alert : standing.values()) {
            List<String> rungs = new ArrayList<>();
            alert.rungs.stream()
                    .forEach(r -> rungs.add(alert.rule.rungs().get(r).name()));
            saved.add(new StandingState(alert.copy(Alert.State.ACTIVE, 0), rungs, alert.beganAtMs));
        }
        return new State(saved, List.copyOf(ended));
    }

    public void restore(State saved) {
        for (StandingState each : saved.standing()) {
            Alert alert = each.alert();
            Rule rule = catalogue.rule(alert.last().ruleId());
            if (rule == null) {
                continue;
            }
            Standing restored = new Standing(alert.id(), rule, alert.last());
            for (int i = 0; i < rule.rungs().size(); i++) {
                restored.rungs.set(i, each.rungs().contains(rule.rungs().get(i).name()));
            }
            restored.highestSeverity = alert.highestSeverity();
            restored.raisedAtMs = alert.raisedAtMs();
            restored.beganAtMs = each.beganAtMs();
            restored.peak = alert.peak();
            restored.peakAtMs = alert.peakAtMs();
            restored.silent = alert.silent();
            restored.acknowledgedBy = alert.acknowledgedBy();
            restored.acknowledgedAtMs = alert.acknowledgedAtMs();
            restored.note = alert.note();
            standing.put(rule.id(), restored);
        }
        ended.addAll(saved.ended());
    }

    /** @param rungs names of the thresholds that are active */
    public record StandingState(Alert alert, List<String> rungs, long beganAtMs) {}

    public record State(List<StandingState> standing, List<Alert> ended) {}
}
