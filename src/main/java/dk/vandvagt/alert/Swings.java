package dk.vandvagt.alert;

import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Rule;
import dk.vandvagt.station.Threshold;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rungs that come and go. One that begins for the third time within three hours is flapping: from there on its ends are held
 * back, and passed on only once there has been none of it for an hour in which its sensor was heard; so people are told that it
 * flaps, and not each time. Time is that of the edges, so that it does not matter how readings were gathered into batches.
 */
public final class Swings {
    private static final int TIMES = 3;
    private static final long WITHIN_MS = 3 * 3_600_000L;
    private static final long CALM_MS = 3_600_000L;

    private final Map<String, Swing> swings = new TreeMap<>();

    private static final class Swing {
        final String ruleId;
        final String threshold;
        final List<Long> beganAtMs = new ArrayList<>();
        /** of the batch in which it began last */
        long sequence;

        boolean flapping;
        boolean silent;
        /** its last end, while that is held back or was overtaken by another beginning */
        @Nullable
        StandingRung end;

        boolean held;
        long heldSinceMs;

        Swing(String ruleId, String threshold) {
            this.ruleId = ruleId;
            this.threshold = threshold;
        }

        boolean isDue(long atMs) {
            return held && !silent && heldSinceMs + CALM_MS <= atMs;
        }
    }

    /** @return the edges to judge by: without the ends that are held back, with those that are not any longer */
    List<Edge> steady(long sequence, long clockMs, Catalogue catalogue, List<Edge> edges) {
        if (swings.isEmpty() && edges.isEmpty()) {
            return edges;
        }
        List<Edge> steady = new ArrayList<>(edges.size());
        for (Edge edge : edges) {
            Rule rule = edge.rule();
            Threshold threshold = edge.threshold();
            release(edge, catalogue, steady);
            if (edge.kind() == Edge.Kind.STALE || edge.kind() == Edge.Kind.BACK) {
                hear(edge, catalogue);
                steady.add(edge);
            } else if (rule == null || threshold == null || rule.kind() == Threshold.Kind.COMPOSITE) {
                steady.add(edge);
            } else {
                judge(sequence, edge, rule, threshold, catalogue, steady);
            }
        }
        swings.values().removeIf(swing -> {
            if (swing.isDue(clockMs)) {
                end(swing, catalogue, steady);
                return true;
            }
            return !swing.flapping && (swing.beganAtMs.isEmpty() || swing.beganAtMs.getLast() <= clockMs - WITHIN_MS);
        });
        return steady;
    }

    /** What was due before this edge is over before it. */
    private void release(Edge edge, Catalogue catalogue, List<Edge> steady) {
        swings.values().removeIf(swing -> {
            boolean due = swing.isDue(edge.atMs()) && concerns(edge, swing, catalogue);
            if (due) {
                end(swing, catalogue, steady);
            }
            return due;
        });
    }

    private static boolean concerns(Edge edge, Swing swing, Catalogue catalogue) {
        Rule rule = edge.rule();
        if (rule != null) {
            return rule.id().equals(swing.ruleId);
        }
        Rule of = catalogue.rule(swing.ruleId);
        return of != null && of.sensorIndex() == edge.sensorIndex();
    }

    private static void end(Swing swing, Catalogue catalogue, List<Edge> steady) {
        Edge ended = swing.end == null ? null : swing.end.edge(Edge.Kind.ENDED, swing.end.atMs(), catalogue);
        if (ended != null) {
            steady.add(ended);
        }
    }

    /** An hour of which nothing was heard for a while is no hour of calm. */
    private void hear(Edge edge, Catalogue catalogue) {
        for (Swing swing : swings.values()) {
            if (concerns(edge, swing, catalogue)) {
                swing.silent = edge.kind() == Edge.Kind.STALE;
                swing.heldSinceMs = Math.max(swing.heldSinceMs, edge.atMs());
            }
        }
    }

    private void judge(
            long sequence, Edge edge, Rule rule, Threshold threshold, Catalogue catalogue, List<Edge> steady) {
        String key = StandingRung.key(rule.id(), threshold.name());
        if (edge.kind() == Edge.Kind.BEGAN) {
            began(sequence, edge, swings.computeIfAbsent(key, k -> new Swing(rule.id(), threshold.name())), steady);
            return;
        }
        Swing swing = swings.get(key);
        if (swing == null) {
            steady.add(edge);
            return;
        }
        switch (edge.kind()) {
            case PEAK, CONFIRMED -> steady.add(withFarthest(edge, edge.kind(), swing));
            case ENDED -> {
                // one that was over before it was known is of the past: it holds nothing up
                if (swing.flapping && (swing.end != null || swing.sequence != sequence)) {
                    Edge farthest = withFarthest(edge, Edge.Kind.ENDED, swing);
                    String sensorId = catalogue.sensor(edge.sensorIndex()).id();
                    swing.end = StandingRung.of(farthest, rule, threshold, sensorId);
                    hold(swing, edge.observedAtMs() == 0 ? edge.atMs() : edge.observedAtMs());
                } else {
                    steady.add(edge);
                }
            }
            case WITHDRAWN -> {
                if (swing.end != null) {
                    // nobody was told of this beginning
                    hold(swing, edge.atMs());
                } else {
                    swings.remove(key);
                    steady.add(edge);
                }
            }
            default -> {
                swings.remove(key);
                steady.add(edge);
            }
        }
    }

    private static void hold(Swing swing, long sinceMs) {
        swing.held = true;
        swing.heldSinceMs = sinceMs;
    }

    private static void began(long sequence, Edge edge, Swing swing, List<Edge> steady) {
        swing.sequence = sequence;
        if (!edge.late()) {
            swing.beganAtMs.add(edge.atMs());
        }
        if (swing.end != null) {
            swing.held = false;
            steady.add(withFarthest(edge, Edge.Kind.PEAK, swing));
            return;
        }
        swing.beganAtMs.removeIf(each -> each <= edge.atMs() - WITHIN_MS);
        swing.flapping = swing.beganAtMs.size() >= TIMES;
        steady.add(edge);
    }

    /** What was reached before the end that was held back counts on. */
    private static Edge withFarthest(Edge edge, Edge.Kind kind, Swing swing) {
        StandingRung before = swing.end;
        Rule rule = edge.rule();
        boolean falling = rule != null && rule.direction() == Threshold.Direction.FALLING;
        boolean farther = before != null && (falling ? before.peak() < edge.peak() : before.peak() > edge.peak());
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
                before != null && farther ? before.peak() : edge.peak(),
                before != null && farther ? before.peakAtMs() : edge.peakAtMs(),
                edge.worstFlag(),
                edge.unconfirmed(),
                edge.possible(),
                edge.late());
    }

    boolean isFlapping(Edge edge) {
        Rule rule = edge.rule();
        Threshold threshold = edge.threshold();
        Swing swing =
                rule == null || threshold == null ? null : swings.get(StandingRung.key(rule.id(), threshold.name()));
        return swing != null && swing.flapping;
    }

    /** What the next revision no longer has, or has as redundant sensors' now, flaps no longer. */
    void use(Catalogue next) {
        swings.values().removeIf(swing -> {
            Rule rule = next.rule(swing.ruleId);
            return rule == null
                    || next.placeRule(swing.ruleId) != null
                    || rule.rungs().stream().noneMatch(rung -> rung.name().equals(swing.threshold));
        });
    }

    /** For a snapshot. */
    public record State(
            String ruleId,
            String threshold,
            List<Long> beganAtMs,
            long sequence,
            boolean flapping,
            boolean silent,
            @Nullable StandingRung end,
            boolean held,
            long heldSinceMs) {}

    List<State> save() {
        return swings.values().stream()
                .map(swing -> new State(
                        swing.ruleId,
                        swing.threshold,
                        List.copyOf(swing.beganAtMs),
                        swing.sequence,
                        swing.flapping,
                        swing.silent,
                        swing.end,
                        swing.held,
                        swing.heldSinceMs))
                .toList();
    }

    void restore(List<State> saved, Catalogue catalogue) {
        for (State state : saved) {
            Swing swing = new Swing(state.ruleId, state.threshold);
            swing.beganAtMs.addAll(state.beganAtMs);
            swing.sequence = state.sequence;
            swing.flapping = state.flapping;
            swing.silent = state.silent;
            swing.end = state.end;
            swing.held = state.held;
            swing.heldSinceMs = state.heldSinceMs;
            swings.put(StandingRung.key(swing.ruleId, swing.threshold), swing);
        }
        use(catalogue);
    }
}
