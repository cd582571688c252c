package dk.vandvagt.alert;

import dk.vandvagt.quality.Flag;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Redundant;
import dk.vandvagt.station.Rule;
import dk.vandvagt.station.Threshold;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One ladder of redundant sensors: any usable one raises it, and all usable ones must be below to clear it. Its delays are those
 * of the sensors' own ladders. Where none is usable, it holds what it has.
 */
final class PlaceLadder {
    private static final long NEVER = Long.MIN_VALUE;

    private final Rule rule;
    private final List<String> sensorIds;
    private final String suffix;
    private final Catalogue catalogue;
    private final Situation situation;
    private final List<PlaceRung> rungs = new ArrayList<>();
    private boolean silent;

    PlaceLadder(Redundant redundant, Rule rule, Catalogue catalogue, Situation situation) {
        this.rule = rule;
        this.sensorIds = redundant.sensorIds();
        this.suffix = rule.id().substring(redundant.id().length());
        this.catalogue = catalogue;
        this.situation = situation;
        rule.rungs().forEach(threshold -> rungs.add(new PlaceRung(threshold)));
    }

    /** A rung by one sensor, as its levels have it. */
    private static final class Shown {
        long newestAtMs = NEVER;
        /** good readings below the clearing point: the first of those in a row, and the newest; {@code NEVER} for none */
        long belowSinceMs = NEVER;

        long belowUntilMs = NEVER;
        /** fell silent while it stood, and the others cleared the place: counts again once it is seen beyond */
        boolean overruled;

        long countsFromMs = NEVER;
    }

    private final class PlaceRung {
        final Threshold threshold;
        final boolean falling;
        final Map<String, Shown> shown = new HashMap<>();
        boolean stands;
        long beganAtMs;
        /** when a usable sensor last had it stand */
        long heldMs;

        double peak;
        long peakAtMs;
        String peakOf = "";
        byte worstFlag;
        boolean possible;
        /** the sensor without which it would never have stood; empty for none */
        String restsOn = "";
        /** sensors whose own alert of it ended with the new settings, to go on as the place's, be they silent or not */
        List<String> takenOver = List.of();

        PlaceRung(Threshold threshold) {
            this.threshold = threshold;
            falling = threshold.direction() == Threshold.Direction.FALLING;
            sensorIds.forEach(each -> shown.put(each, new Shown()));
        }

        private Shown shown(String sensorId) {
            return shown.computeIfAbsent(sensorId, id -> new Shown());
        }

        private String key(String sensorId) {
            return StandingRung.key(sensorId + suffix, threshold.name());
        }

        private @Nullable StandingRung standing(String sensorId) {
            return situation.standing(key(sensorId));
        }

        private double height(double levelM) {
            return falling ? -levelM : levelM;
        }

        private boolean isBeyond(double levelM) {
            double raiseAt = height(threshold.raiseAt());
            return threshold.comparison() == Threshold.Comparison.BEYOND
                    ? height(levelM) > raiseAt
                    : height(levelM) >= raiseAt;
        }

        void hear(String sensorId, long observedAtMs, double levelM, byte flag) {
            Shown by = shown(sensorId);
            if (observedAtMs <= by.newestAtMs || flag == Flag.FAIL) {
                return;
            }
            long silenceMs = by.newestAtMs == NEVER ? 0 : observedAtMs - by.newestAtMs;
            if (by.belowSinceMs != NEVER && silenceMs > staleAfterMs(sensorId)) {
                // that time does not count toward an off-delay
                by.belowSinceMs += silenceMs;
            }
            by.newestAtMs = observedAtMs;
            if (by.overruled && isBeyond(levelM) && !situation.isOutOfService(sensorId)) {
                by.overruled = false;
                by.countsFromMs = observedAtMs;
            }
            if (height(levelM) >= height(threshold.clearBelow())) {
                by.belowSinceMs = NEVER;
            } else if (flag != Flag.SUSPECT) {
                by.belowSinceMs = by.belowSinceMs == NEVER ? observedAtMs : by.belowSinceMs;
                by.belowUntilMs = observedAtMs;
            }
        }

        private boolean holds(String sensorId) {
            return standing(sensorId) != null && !shown(sensorId).overruled && !situation.isOutOfService(sensorId);
        }

        /** Beyond its own ladder's word: a sensor that never reached the raising point must have left the deadband, too. */
        private boolean isBelow(String sensorId) {
            if (standing(sensorId) != null) {
                return false;
            }
            Shown by = shown(sensorId);
            return threshold.kind() != Threshold.Kind.LEVEL
                    || by.belowSinceMs != NEVER && by.belowUntilMs - by.belowSinceMs >= threshold.offDelayMs();
        }

        void judge(long atMs, List<Edge> instant, Consumer<Edge> out) {
            sensorIds.forEach(each -> rehabilitate(each, instant));
            List<String> usable = sensorIds.stream().filter(situation::isUsable).toList();
            List<String> holders = usable.stream().filter(this::holds).toList();
            List<String> before = takenOver.stream().filter(this::holds).toList();
            takenOver = List.of();
            if (!stands) {
                if (!usable.isEmpty() && holders.isEmpty() && before.isEmpty()) {
                    overrule();
                }
                List<String> raisers = sensorIds.stream()
                        .filter(this::holds)
                        .filter(each -> usable.isEmpty() || usable.contains(each) || before.contains(each))
                        .toList();
                if (!raisers.isEmpty()) {
                    raise(raisers, atMs, instant, out);
                }
                return;
            }
            follow(instant, out);
            List<String> standing = sensorIds.stream().filter(this::holds).toList();
            boolean withdrawn = restsOnOneThat(Edge.Kind.WITHDRAWN, instant);
            if (restsOnOneThat(Edge.Kind.ENDED, instant) || standing.size() > 1 || others(standing, restsOn)) {
                restsOn = "";
            }
            if (!holders.isEmpty()) {
                heldMs = atMs;
            } else if (withdrawn && standing.isEmpty() && !restsOn.isEmpty()) {
                stands = false;
                Edge cause = find(Edge.Kind.WITHDRAWN, restsOn, instant);
                byte flag = cause == null ? Flag.FAIL : cause.flag();
                out.accept(edge(Edge.Kind.WITHDRAWN, restsOn, atMs, atMs, peak, flag, false, false));
            } else if (!usable.isEmpty() && usable.stream().allMatch(this::isBelow)) {
                clear(usable, atMs, instant, out);
            }
        }

        private boolean others(List<String> standing, String but) {
            return standing.stream().anyMatch(each -> !each.equals(but));
        }

        private boolean restsOnOneThat(Edge.Kind kind, List<Edge> instant) {
            return instant.stream()
                    .anyMatch(edge -> edge.kind() == kind && Situation.key(edge).equals(key(restsOn)));
        }

        /** An exceedance of its own, or one seen to grow, counts again. */
        private void rehabilitate(String sensorId, List<Edge> instant) {
            boolean seen = situation.isUsable(sensorId)
                    && (find(Edge.Kind.BEGAN, sensorId, instant) != null
                            || find(Edge.Kind.PEAK, sensorId, instant) != null);
            if (standing(sensorId) == null || seen) {
                shown(sensorId).overruled = false;
                shown(sensorId).countsFromMs = standing(sensorId) == null ? NEVER : shown(sensorId).countsFromMs;
            }
        }

        /** What stands at a silent sensor has been contradicted. */
        private void overrule() {
            for (String sensorId : sensorIds) {
                if (standing(sensorId) != null) {
                    shown(sensorId).overruled = true;
                }
            }
        }

        private void raise(List<String> raisers, long atMs, List<Edge> instant, Consumer<Edge> out) {
            StandingRung first = null;
            Edge cause = null;
            beganAtMs = Long.MAX_VALUE;
            for (String sensorId : raisers) {
                StandingRung standing = standing(sensorId);
                if (standing == null) {
                    continue;
                }
                Edge began = find(Edge.Kind.BEGAN, sensorId, instant);
                cause = cause == null ? began : cause;
                beganAtMs = Math.min(beganAtMs, Math.max(standing.beganAtMs(), shown(sensorId).countsFromMs));
                if (first == null || height(standing.peak()) > height(first.peak())) {
                    first = standing;
                }
            }
            if (first == null) {
                return;
            }
            stands = true;
            heldMs = atMs;
            restsOn = raisers.size() == 1 ? raisers.getFirst() : "";
            peak = first.peak();
            peakAtMs = first.peakAtMs();
            peakOf = first.sensorId();
            worstFlag = first.worstFlag();
            possible = cause == null ? first.possible() : cause.possible();
            if (cause == null) {
                out.accept(edge(Edge.Kind.BEGAN, peakOf, atMs, atMs, first.value(), first.flag(), false, false));
            } else {
                String decided = catalogue.sensor(cause.sensorIndex()).id();
                out.accept(edge(
                        Edge.Kind.BEGAN,
                        decided,
                        cause.atMs(),
                        cause.observedAtMs(),
                        cause.value(),
                        cause.flag(),
                        cause.unconfirmed(),
                        cause.late()));
            }
        }

        private @Nullable Edge find(Edge.Kind kind, String sensorId, List<Edge> instant) {
            String key = key(sensorId);
            return instant.stream()
                    .filter(edge -> edge.kind() == kind && Situation.key(edge).equals(key))
                    .findFirst()
                    .orElse(null);
        }

        /** Takes over extremes, and doubts that are gone. */
        private void follow(List<Edge> instant, Consumer<Edge> out) {
            if (!peakOf.isEmpty() && find(Edge.Kind.WITHDRAWN, peakOf, instant) != null) {
                sensorIds.stream().filter(this::holds).findFirst().ifPresent(each -> {
                    peakOf = each;
                    peak = Double.NaN;
                });
            }
            for (String sensorId : sensorIds) {
                StandingRung standing = standing(sensorId);
                if (standing == null || !holds(sensorId)) {
                    continue;
                }
                worstFlag = Flag.rollUp(worstFlag, standing.worstFlag());
                boolean higher = height(standing.peak()) > height(peak);
                boolean corrected = peakOf.equals(sensorId) && standing.peak() != peak;
                if (higher || corrected) {
                    StandingRung highest = corrected ? highest(standing) : standing;
                    peak = highest.peak();
                    peakAtMs = highest.peakAtMs();
                    peakOf = highest.sensorId();
                    out.accept(edge(Edge.Kind.PEAK, peakOf, peakAtMs, peakAtMs, peak, worstFlag, false, false));
                }
                if (possible && find(Edge.Kind.CONFIRMED, sensorId, instant) != null) {
                    possible = false;
                    out.accept(edge(
                            Edge.Kind.CONFIRMED,
                            sensorId,
                            standing.atMs(),
                            standing.observedAtMs(),
                            peak,
                            worstFlag,
                            false,
                            false));
                }
            }
        }

        private StandingRung highest(StandingRung meanwhile) {
            StandingRung highest = meanwhile;
            for (String sensorId : sensorIds) {
                StandingRung standing = standing(sensorId);
                if (standing != null && holds(sensorId) && height(standing.peak()) > height(highest.peak())) {
                    highest = standing;
                }
            }
            return highest;
        }

        private void clear(List<String> usable, long atMs, List<Edge> instant, Consumer<Edge> out) {
            long belowMs = NEVER;
            Edge decided = null;
            for (String sensorId : usable) {
                Edge ended = find(Edge.Kind.ENDED, sensorId, instant);
                decided = ended == null ? decided : ended;
                belowMs = Math.max(belowMs, ended == null ? shown(sensorId).belowSinceMs : ended.atMs());
            }
            stands = false;
            restsOn = "";
            overrule();
            if (decided == null) {
                // by silence of the one that held it, or by one that was never beyond
                long sinceMs = Math.max(Math.max(belowMs, heldMs), beganAtMs);
                out.accept(edge(
                        Edge.Kind.ENDED, usable.getFirst(), sinceMs, 0, Double.NaN, Flag.NOT_EVALUATED, false, false));
            } else {
                String by = catalogue.sensor(decided.sensorIndex()).id();
                out.accept(edge(
                        Edge.Kind.ENDED,
                        by,
                        Math.max(belowMs, beganAtMs),
                        decided.observedAtMs(),
                        decided.value(),
                        decided.flag(),
                        false,
                        decided.late()));
            }
        }

        private Edge edge(
                Edge.Kind kind,
                String sensorId,
                long atMs,
                long observedAtMs,
                double value,
                byte flag,
                boolean unconfirmed,
                boolean late) {
            return new Edge(
                    kind,
                    catalogue.sensorIndexEvenRetired(sensorId),
                    rule,
                    threshold,
                    rule.rungs().indexOf(threshold),
                    beganAtMs,
                    atMs,
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

    private long staleAfterMs(String sensorId) {
        return catalogue.sensor(catalogue.sensorIndexEvenRetired(sensorId)).staleAfterMs();
    }

    Rule rule() {
        return rule;
    }

    boolean isSilent() {
        return silent;
    }

    boolean isOf(String sensorId) {
        return sensorIds.contains(sensorId);
    }

    /** What stands at its sensors and was told as theirs is the place's from here on. */
    void takeOver(Predicate<String> isTold) {
        for (PlaceRung rung : rungs) {
            rung.takenOver = sensorIds.stream()
                    .filter(each -> rung.holds(each) && isTold.test(rung.key(each)))
                    .toList();
        }
    }

    /** A level in the datum, of one of its sensors. */
    void hear(String sensorId, long observedAtMs, double levelM, byte flag) {
        if (rule.kind() == Threshold.Kind.LEVEL) {
            rungs.forEach(rung -> rung.hear(sensorId, observedAtMs, levelM, flag));
        }
    }

    /** @param instant the edges of this instant, already taken into the situation */
    void judge(long atMs, List<Edge> instant, Consumer<Edge> out) {
        rungs.forEach(rung -> rung.judge(atMs, instant, out));
        PlaceRung any = rungs.stream().filter(rung -> rung.stands).findFirst().orElse(null);
        if (any == null) {
            silent = false;
            return;
        }
        boolean now = sensorIds.stream().noneMatch(situation::isUsable);
        if (now != silent) {
            silent = now;
            Edge.Kind kind = now ? Edge.Kind.STALE : Edge.Kind.BACK;
            Set<String> concerned = new HashSet<>(sensorIds);
            String sensorId = instant.stream()
                    .filter(edge -> edge.rule() == null)
                    .map(edge -> catalogue.sensor(edge.sensorIndex()).id())
                    .filter(concerned::contains)
                    .findFirst()
                    .orElse(sensorIds.getFirst());
            long observedAtMs = instant.stream()
                    .filter(edge -> edge.rule() == null)
                    .mapToLong(Edge::observedAtMs)
                    .max()
                    .orElse(0);
            out.accept(any.edge(kind, sensorId, atMs, observedAtMs, Double.NaN, Flag.MISSING, false, false));
        }
    }

    /** For a snapshot, one for each rung. */
    public record State(
            String ruleId,
            String threshold,
            boolean stands,
            long beganAtMs,
            long heldMs,
            double peak,
            long peakAtMs,
            String peakOf,
            byte worstFlag,
            boolean possible,
            String restsOn,
            boolean silent,
            List<ShownState> shown) {}

    public record ShownState(
            String sensorId,
            long newestAtMs,
            long belowSinceMs,
            long belowUntilMs,
            boolean overruled,
            long countsFromMs) {}

    List<State> save() {
        List<State> saved = new ArrayList<>();
        for (PlaceRung rung : rungs) {
            List<ShownState> shown = sensorIds.stream()
                    .map(each -> {
                        Shown by = rung.shown(each);
                        return new ShownState(
                                each, by.newestAtMs, by.belowSinceMs, by.belowUntilMs, by.overruled, by.countsFromMs);
                    })
                    .toList();
            saved.add(new State(
                    rule.id(),
                    rung.threshold.name(),
                    rung.stands,
                    rung.beganAtMs,
                    rung.heldMs,
                    rung.peak,
                    rung.peakAtMs,
                    rung.peakOf,
                    rung.worstFlag,
                    rung.possible,
                    rung.restsOn,
                    silent,
                    shown));
        }
        return saved;
    }

    /** Takes over what was saved of this ladder, perhaps of another revision; the rest is passed over. */
    void restore(List<State> saved) {
        for (State state : saved) {
            for (PlaceRung rung : rungs) {
                if (state.ruleId().equals(rule.id()) && state.threshold().equals(rung.threshold.name())) {
                    silent = state.silent();
                    rung.stands = state.stands();
                    rung.beganAtMs = state.beganAtMs();
                    rung.heldMs = state.heldMs();
                    rung.peak = state.peak();
                    rung.peakAtMs = state.peakAtMs();
                    rung.peakOf = state.peakOf();
                    rung.worstFlag = state.worstFlag();
                    rung.possible = state.possible();
                    rung.restsOn = sensorIds.contains(state.restsOn()) ? state.restsOn() : "";
                    for (ShownState each : state.shown()) {
                        if (sensorIds.contains(each.sensorId())) {
                            Shown by = rung.shown(each.sensorId());
                            by.newestAtMs = each.newestAtMs();
                            by.belowSinceMs = each.belowSinceMs();
                            by.belowUntilMs = each.belowUntilMs();
                            by.overruled = each.overruled();
                            by.countsFromMs = each.countsFromMs();
                        }
                    }
                }
            }
        }
    }
}
