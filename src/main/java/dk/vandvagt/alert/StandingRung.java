package dk.vandvagt.alert;

import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Rule;
import dk.vandvagt.station.Threshold;
import org.jspecify.annotations.Nullable;

/**
 * A rung that stands: its beginning, and its extreme so far. By names, so that it outlives a revision of the catalogue.
 *
 * @param sensorId whose reading decided
 * @param atMs when it was raised
 */
public record StandingRung(
        String ruleId,
        String threshold,
        String sensorId,
        long beganAtMs,
        long atMs,
        long observedAtMs,
        double value,
        byte flag,
        double peak,
        long peakAtMs,
        byte worstFlag,
        boolean unconfirmed,
        boolean possible,
        boolean late) {

    static StandingRung of(Edge began, Rule rule, Threshold threshold, String sensorId) {
        return new StandingRung(
                rule.id(),
                threshold.name(),
                sensorId,
                began.beganAtMs(),
                began.atMs(),
                began.observedAtMs(),
                began.value(),
                began.flag(),
                began.peak(),
                began.peakAtMs(),
                began.worstFlag(),
                began.unconfirmed(),
                began.possible(),
                began.late());
    }

    static String key(String ruleId, String threshold) {
        return ruleId + "/" + threshold;
    }

    String key() {
        return key(ruleId, threshold);
    }

    /** Goes on, with what a later edge of it says. */
    StandingRung with(Edge later) {
        return new StandingRung(
                ruleId,
                threshold,
                sensorId,
                beganAtMs,
                atMs,
                observedAtMs,
                value,
                flag,
                later.peak(),
                later.peakAtMs(),
                later.worstFlag(),
                unconfirmed,
                possible && later.kind() != Edge.Kind.CONFIRMED,
                late);
    }

    /** The edge of its beginning, or null where the catalogue no longer has it. */
    @Nullable
    Edge began(Catalogue catalogue) {
        return edge(Edge.Kind.BEGAN, atMs, catalogue);
    }

    @Nullable
    Edge edge(Edge.Kind kind, long edgeAtMs, Catalogue catalogue) {
        Rule rule = catalogue.rule(ruleId);
        int sensorIndex = catalogue.sensorIndexEvenRetired(sensorId);
        for (int rung = 0;
                rule != null && sensorIndex >= 0 && rung < rule.rungs().size();
                rung++) {
            Threshold of = rule.rungs().get(rung);
            if (of.name().equals(threshold)) {
                return new Edge(
                        kind,
                        sensorIndex,
                        rule,
                        of,
                        rung,
                        beganAtMs,
                        edgeAtMs,
                        observedAtMs,
                        value,
                        flag,
                        peak,
                        peakAtMs,
                        worstFlag,
                        unconfirmed,
                        possible,
                        late);
            }
        }
        return null;
    }
}
