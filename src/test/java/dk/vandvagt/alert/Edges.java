package dk.vandvagt.alert;

import static dk.vandvagt.shard.Catalogues.MIN;

import dk.vandvagt.quality.Flag;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Member;
import dk.vandvagt.station.Rule;
import dk.vandvagt.station.Threshold;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** Edges by hand, minute by minute, into the composites; what they find as short lines. */
final class Edges {
    static final long T0 = 1_700_000_400_000L;

    private final Catalogue catalogue;
    private Composites composites;
    private final List<Edge> batch = new ArrayList<>();
    private final List<String> found = new ArrayList<>();
    private final List<String> told = new ArrayList<>();

    Edges(Catalogue catalogue) {
        this.catalogue = catalogue;
        composites = new Composites(catalogue);
    }

    static long at(int minute) {
        return T0 + minute * MIN;
    }

    Edges hear(int minute, String... sensorIds) {
        for (String sensorId : sensorIds) {
            composites.hear(catalogue.sensorIndex(sensorId), at(minute), 0, Flag.PASS);
        }
        return this;
    }

    Edges began(int minute, String member) {
        return rung(Edge.Kind.BEGAN, minute, minute, member, false, false);
    }

    Edges ended(int minute, String member) {
        return rung(Edge.Kind.ENDED, minute, minute, member, false, false);
    }

    Edges withdrawn(int minute, String member) {
        return rung(Edge.Kind.WITHDRAWN, minute, minute, member, false, false);
    }

    Edges possible(int minute, String member) {
        return rung(Edge.Kind.BEGAN, minute, minute, member, true, false);
    }

    Edges confirmed(int minute, String member) {
        return rung(Edge.Kind.CONFIRMED, minute, minute, member, false, false);
    }

    Edges late(Edge.Kind kind, int minute, String member) {
        return rung(kind, minute, minute, member, false, true);
    }

    private Edges rung(Edge.Kind kind, int minute, int observed, String member, boolean possible, boolean late) {
        String[] parts = member.split("/");
        Rule rule = Objects.requireNonNull(catalogue.rule(new Member(parts[0], parts[1])), member);
        Threshold threshold = rule.rungs().stream()
                .filter(each -> each.name().equals(parts[1]))
                .findFirst()
                .orElseThrow();
        batch.add(new Edge(
                kind,
                rule.sensorIndex(),
                rule,
                threshold,
                rule.rungs().indexOf(threshold),
                at(minute),
                at(minute),
                at(observed),
                threshold.raiseAt(),
                Flag.PASS,
                threshold.raiseAt(),
                at(minute),
                Flag.PASS,
                false,
                possible,
                late));
        return this;
    }

    Edges stale(int minute, String sensorId) {
        batch.add(Edge.ofSensor(Edge.Kind.STALE, catalogue.sensorIndex(sensorId), at(minute), at(minute)));
        return this;
    }

    Edges back(int minute, String sensorId) {
        batch.add(Edge.ofSensor(Edge.Kind.BACK, catalogue.sensorIndex(sensorId), at(minute), at(minute)));
        return this;
    }

    /** Judges what was put in since, as one batch. */
    Edges judge(int minute) {
        List<Edge> edges = new ArrayList<>(batch);
        batch.clear();
        edges.sort(Comparator.comparingInt(Edge::sensorIndex));
        Composites.Judged judged = composites.judge(at(minute), edges);
        judged.found().forEach(each -> found.add(line(each)));
        judged.toTell().stream().filter(each -> each.rule() != null).forEach(each -> told.add(line(each)));
        return this;
    }

    private static String line(Edge edge) {
        Rule rule = Objects.requireNonNull(edge.rule());
        String what = rule.sensorIndex() == Rule.NO_ONE_SENSOR
                ? rule.id()
                : rule.id() + "/" + Objects.requireNonNull(edge.threshold()).name();
        return edge.kind() + " " + what + " at " + (edge.atMs() - T0) / MIN
                + (edge.unconfirmed() ? " unconfirmed" : "")
                + (edge.possible() ? " possible" : "")
                + (edge.late() ? " late" : "");
    }

    /** Edges of the composites themselves, since asked last. */
    List<String> found() {
        List<String> lines = List.copyOf(found);
        found.clear();
        return lines;
    }

    /** What the alert book gets, since asked last. */
    List<String> told() {
        List<String> lines = List.copyOf(told);
        told.clear();
        return lines;
    }

    Composites composites() {
        return composites;
    }

    /** Goes on from a copy of the state, as after a restart. */
    Edges restart(Composites.State state) {
        composites = new Composites(catalogue);
        composites.restore(state);
        return this;
    }
}
