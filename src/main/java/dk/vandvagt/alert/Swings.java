package dk.vandvagt.alert;

import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Redundant;
import dk.vandvagt.station.Rule;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Threshold;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rungs that come and go. One that begins for the third time within three hours is flapping: from there on its ends are held
 * back, and passed on once its readings say that there has been none of it for an hour; so people are told that it flaps, and not
 * each time. Time is that of the readings: it does not matter how they were gathered into batches, nor how late they come.
 */
public final class Swings {
    private static final int TIMES = 3;
    private static final long WITHIN_MS = 3 * 3_600_000L;
    private static final long CALM_MS = 3_600_000L;

    private final Map<String, Swing> swings = new TreeMap<>();
    /** by sensor index, those that any swing rests on */
    private final BitSet listened = new BitSet();
    /** readings of the batch that is judged next */
    private final List<Heard> heard = new ArrayList<>();
    /** rungs whose end was passed on in this batch, after an hour of calm */
    private final Set<String> calmed = new HashSet<>();

    private record Heard(int sensorIndex, long observedAtMs) {}

    private static final class Swing {
        final String ruleId;
        final String threshold;
        /** index and staleness of the sensors it rests on */
        final Map<Integer, Long> sensors = new TreeMap<>();

        final List<Long> beganAtMs = new ArrayList<>();
        boolean flapping;
        /** its last end, while that is held back or was overtaken by another beginning */
        @Nullable
        StandingRung end;

        boolean held;
        /** while it is held: none of it since then, silence not counted */
        long calmSinceMs;

        long heardAtMs;

        Swing(String ruleId, String threshold) {
            this.ruleId = ruleId;
            this.threshold = threshold;
        }

        void hold(Edge by) {
            held = true;
            calmSinceMs = observedAtMs(by);
            heardAtMs = calmSinceMs;
        }

        void letGo() {
            end = null;
            held = false;
            flapping = false;
        }

        /** A reading speaks for no longer than until its sensor would be stale. */
        boolean isCalm(Heard reading) {
            Long staleAfterMs = sensors.get(reading.sensorIndex);
            if (staleAfterMs == null || reading.observedAtMs <= heardAtMs) {
                return false;
            }
            calmSinceMs += Math.max(0, reading.observedAtMs - heardAtMs - staleAfterMs);
            heardAtMs = reading.observedAtMs;
            return heardAtMs - calmSinceMs >= CALM_MS;
        }
    }

    private static long observedAtMs(Edge edge) {
        return edge.observedAtMs() == 0 ? edge.atMs() : edge.observedAtMs();
    }

    /** A reading of the batch that is judged next. */
    void hear(int sensorIndex, long observedAtMs) {
        if (listened.get(sensorIndex)) {
            heard.add(new Heard(sensorIndex, observedAtMs));
        }
    }

    /** @return the edges to judge by: without the ends that are held back, with those that are not any longer */
    List<Edge> steady(long clockMs, Catalogue catalogue, List<Edge> edges) {
        calmed.clear();
        if (swings.isEmpty() && edges.isEmpty()) {
            heard.clear();
            return edges;
        }
        heard.sort(Comparator.comparingLong(Heard::observedAtMs).thenComparingInt(Heard::sensorIndex));
        List<Edge> steady = new ArrayList<>(edges.size());
        for (Edge edge : edges) {
            Rule rule = edge.rule();
            Threshold threshold = edge.threshold();
            // what was over before this edge is over before it
            listen(observedAtMs(edge), edge, catalogue, steady);
            boolean silence = edge.kind() == Edge.Kind.STALE || edge.kind() == Edge.Kind.BACK;
            if (silence || rule == null || threshold == null || rule.kind() == Threshold.Kind.COMPOSITE) {
                steady.add(edge);
            } else {
                judge(edge, rule, threshold, catalogue, steady);
            }
        }
        listen(Long.MAX_VALUE, null, catalogue, steady);
        heard.clear();
        if (swings.values()
                .removeIf(swing -> !swing.flapping
                        && (swing.beganAtMs.isEmpty() || swing.beganAtMs.getLast() <= clockMs - WITHIN_MS))) {
            listenAnew();
        }
        return steady;
    }

    /** @param before what comes next, or null for nothing any more */
    private void listen(long untilMs, @Nullable Edge before, Catalogue catalogue, List<Edge> steady) {
        if (heard.isEmpty()) {
            return;
        }
        List<Edge> ended = new ArrayList<>();
        for (Swing swing : swings.values()) {
            boolean concerned = before == null
                    || swing.sensors.containsKey(before.sensorIndex())
                    || before.rule() != null && before.rule().id().equals(swing.ruleId);
            StandingRung end = swing.end;
            if (end != null && swing.held && concerned && isCalm(swing, untilMs)) {
                Edge edge = end.edge(Edge.Kind.ENDED, end.atMs(), catalogue);
                if (edge != null) {
                    ended.add(edge);
                }
            }
        }
        // the lowest takes the higher ones with it
        ended.sort(Comparator.comparingInt(Edge::rung));
        for (Edge edge : ended) {
            String key = Situation.key(edge);
            Swing swing = swings.get(key);
            if (swing != null && swing.held && edge.rule() != null) {
                swings.remove(key);
                calmed.add(key);
                steady.add(edge);
                endHigher(edge, edge.rule(), steady);
            }
        }
    }

    private boolean isCalm(Swing swing, long untilMs) {
        for (Heard reading : heard) {
            if (reading.observedAtMs > untilMs) {
                return false;
            }
            if (swing.isCalm(reading)) {
                return true;
            }
        }
        return false;
    }

    private void judge(Edge edge, Rule rule, Threshold threshold, Catalogue catalogue, List<Edge> steady) {
        String key = StandingRung.key(rule.id(), threshold.name());
        if (edge.kind() == Edge.Kind.BEGAN) {
            began(edge, swings.computeIfAbsent(key, k -> listening(rule, threshold.name(), catalogue)), steady);
            return;
        }
        Swing swing = swings.get(key);
        switch (edge.kind()) {
            case PEAK, CONFIRMED -> steady.add(swing == null ? edge : withFarthest(edge, edge.kind(), swing));
            case ENDED -> {
                if (swing != null && swing.flapping) {
                    Edge farthest = withFarthest(edge, Edge.Kind.ENDED, swing);
                    String sensorId = catalogue.sensor(edge.sensorIndex()).id();
                    swing.end = StandingRung.of(farthest, rule, threshold, sensorId);
                    swing.hold(edge);
                } else {
                    steady.add(edge);
                    endHigher(edge, rule, steady);
                }
            }
            case WITHDRAWN -> {
                StandingRung before = swing == null ? null : swing.end;
                if (swing != null && before != null) {
                    // nobody was told of this beginning: it is as it was before
                    swing.hold(edge);
                    Edge peak = before.edge(Edge.Kind.PEAK, before.peakAtMs(), catalogue);
                    if (peak != null) {
                        steady.add(peak);
                    }
                } else {
                    swings.remove(key);
                    steady.add(edge);
                    endHigher(edge, rule, steady);
                }
            }
            default -> {
                swings.remove(key);
                steady.add(edge);
            }
        }
    }

    /** The water is below a lower rung, for good as far as one can tell: with higher ones it is no more than an end. */
    private void endHigher(Edge edge, Rule rule, List<Edge> steady) {
        for (int rung = edge.rung() + 1; rung < rule.rungs().size(); rung++) {
            Threshold higher = rule.rungs().get(rung);
            Swing swing = swings.get(StandingRung.key(rule.id(), higher.name()));
            if (swing != null) {
                StandingRung end = swing.held ? swing.end : null;
                swing.letGo();
                if (end != null) {
                    steady.add(with(edge, higher, rung, end));
                }
            }
        }
    }

    private static Edge with(Edge lower, Threshold higher, int rung, StandingRung end) {
        return new Edge(
                lower.kind(),
                lower.sensorIndex(),
                lower.rule(),
                higher,
                rung,
                end.beganAtMs(),
                lower.atMs(),
                lower.observedAtMs(),
                lower.value(),
                lower.flag(),
                end.peak(),
                end.peakAtMs(),
                end.worstFlag(),
                lower.unconfirmed(),
                end.possible(),
                lower.late());
    }

    private static void began(Edge edge, Swing swing, List<Edge> steady) {
        swing.beganAtMs.removeIf(each -> each <= edge.atMs() - WITHIN_MS);
        if (!edge.late()) {
            // what was over before it was known is of the past
            swing.beganAtMs.add(edge.atMs());
        }
        if (swing.end != null) {
            swing.held = false;
            boolean sureNow = swing.end.possible() && !edge.possible();
            steady.add(withFarthest(edge, sureNow ? Edge.Kind.CONFIRMED : Edge.Kind.PEAK, swing));
            return;
        }
        swing.flapping = !edge.late() && swing.beganAtMs.size() >= TIMES;
        steady.add(edge);
    }

    /** What was reached before the end that was held back counts on; what was only possible does not beside what was sure. */
    private static Edge withFarthest(Edge edge, Edge.Kind kind, Swing swing) {
        StandingRung before = swing.end;
        if (before == null) {
            return edge;
        }
        Rule rule = edge.rule();
        boolean falling = rule != null && rule.direction() == Threshold.Direction.FALLING;
        boolean farther = falling ? before.peak() < edge.peak() : before.peak() > edge.peak();
        boolean keep = before.possible() == edge.possible() ? farther : edge.possible();
        return new Edge(
                kind,
                edge.sensorIndex(),
                rule,
                edge.threshold(),
                edge.rung(),
                edge.beganAtMs(),
                edge.atMs(),
                edge.observedAtMs(),
                edge.value(),
                edge.flag(),
                keep ? before.peak() : edge.peak(),
                keep ? before.peakAtMs() : edge.peakAtMs(),
                edge.worstFlag(),
                edge.unconfirmed(),
                before.possible() && edge.possible(),
                edge.late());
    }

    /** Whether this beginning is one of many, or this end one after an hour of calm. */
    boolean isFlapping(Edge edge) {
        Rule rule = edge.rule();
        Threshold threshold = edge.threshold();
        if (rule == null || threshold == null) {
            return false;
        }
        String key = StandingRung.key(rule.id(), threshold.name());
        Swing swing = swings.get(key);
        return edge.kind() == Edge.Kind.ENDED ? calmed.contains(key) : swing != null && swing.flapping;
    }

    private Swing listening(Rule rule, String threshold, Catalogue catalogue) {
        Swing swing = new Swing(rule.id(), threshold);
        if (rule.sensorIndex() == Rule.NO_ONE_SENSOR) {
            for (Redundant redundant : catalogue.redundant()) {
                for (String sensorId : redundant.sensorIds()) {
                    boolean its = rule.id().startsWith(redundant.id())
                            && rule
                                    == catalogue.placeRule(sensorId
                                            + rule.id().substring(redundant.id().length()));
                    if (its) {
                        listen(swing, catalogue, catalogue.sensorIndex(sensorId));
                    }
                }
            }
        } else {
            listen(swing, catalogue, rule.sensorIndex());
        }
        return swing;
    }

    private void listen(Swing swing, Catalogue catalogue, int sensorIndex) {
        Sensor sensor = catalogue.sensor(sensorIndex);
        swing.sensors.put(sensorIndex, sensor.staleAfterMs());
        listened.set(sensorIndex);
    }

    private void listenAnew() {
        listened.clear();
        swings.values().forEach(swing -> swing.sensors.keySet().forEach(listened::set));
    }

    /** What the next revision no longer has, or has as redundant sensors' now, flaps no longer. */
    void use(Catalogue next) {
        List<State> saved = save();
        swings.clear();
        listened.clear();
        restore(saved, next);
    }

    /**
     * For a snapshot.
     *
     * @param end its last end, while that is held back or was overtaken by another beginning
     */
    public record State(
            String ruleId,
            String threshold,
            List<Long> beganAtMs,
            boolean flapping,
            @Nullable StandingRung end,
            boolean held,
            long calmSinceMs,
            long heardAtMs) {}

    List<State> save() {
        return swings.values().stream()
                .map(swing -> new State(
                        swing.ruleId,
                        swing.threshold,
                        List.copyOf(swing.beganAtMs),
                        swing.flapping,
                        swing.end,
                        swing.held,
                        swing.calmSinceMs,
                        swing.heardAtMs))
                .toList();
    }

    void restore(List<State> saved, Catalogue catalogue) {
        for (State state : saved) {
            Rule rule = catalogue.rule(state.ruleId);
            boolean known = rule != null
                    && catalogue.placeRule(state.ruleId) == null
                    && rule.rungs().stream().anyMatch(rung -> rung.name().equals(state.threshold));
            if (rule != null && known) {
                Swing swing = listening(rule, state.threshold, catalogue);
                swing.beganAtMs.addAll(state.beganAtMs);
                swing.flapping = state.flapping;
                swing.end = state.end;
                swing.held = state.held;
                swing.calmSinceMs = state.calmSinceMs;
                swing.heardAtMs = state.heardAtMs;
                swings.put(StandingRung.key(swing.ruleId, swing.threshold), swing);
            }
        }
    }
}
