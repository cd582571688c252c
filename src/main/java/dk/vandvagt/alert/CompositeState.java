package dk.vandvagt.alert;

import dk.vandvagt.quality.Flag;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Composite;
import dk.vandvagt.station.Rule;
import dk.vandvagt.station.Threshold;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One composite's life, as a threshold's: NORMAL → PENDING (on-delay) → ACTIVE → CLEARING (off-delay) → NORMAL. Unknown neither
 * raises nor clears. A member that stands counts as true even while it is silent; what then rests on it is marked silent. What
 * is out of service raises nothing: until the composite stands, it is unknown.
 */
final class CompositeState {
    private static final long NEVER = Long.MAX_VALUE;

    enum Life {
        NORMAL,
        PENDING,
        ACTIVE,
        CLEARING
    }

    /**
     * A member.
     *
     * @param key of the rung
     * @param source what a withdrawn reading of it belongs to: the sensor, or the rule that rests on several
     * @param sensorIds it is unknown where none of them is usable and it does not stand
     * @param composite null for a threshold
     */
    record Leaf(
            String key,
            String source,
            List<String> sensorIds,
            @Nullable CompositeState composite) {
        Leaf {
            sensorIds = List.copyOf(sensorIds);
        }
    }

    /** How a member that stands is looked at. */
    private enum View {
        /** it stands until it is seen to end */
        HELD,
        /** as held, and what is out of service is not known */
        IN_SERVICE,
        /** what a silent sensor showed last is not known to be so still */
        SEEN,
        /** what is only possible is not known */
        SURE
    }

    private final int order;
    private final Composite settings;
    private final Rule rule;
    private final Threshold threshold;
    private final String key;
    private final List<Leaf> leaves;
    private final Situation situation;

    private Life life = Life.NORMAL;
    /** Since when enough members stand, or while CLEARING no longer do. */
    private long sinceMs;
    /** While CLEARING and unknown, or kept from beginning by what is out of service: since when. 0 for known. */
    private long pausedAtMs;

    private long beganAtMs;
    private boolean silent;
    private boolean possible;
    private int most;
    private long mostAtMs;
    private byte worstFlag = Flag.NOT_EVALUATED;
    private String decidedBy = "";
    /** What completed it was late. */
    private boolean late;

    /** Without any one of these it would never have stood. */
    private final Set<String> restsOn = new TreeSet<>();

    CompositeState(int order, Composite settings, Rule rule, List<Leaf> leaves, Situation situation) {
        this.order = order;
        this.settings = settings;
        this.rule = rule;
        this.threshold = settings.threshold();
        this.key = StandingRung.key(rule.id(), threshold.name());
        this.leaves = leaves;
        this.situation = situation;
    }

    int order() {
        return order;
    }

    String key() {
        return key;
    }

    Rule rule() {
        return rule;
    }

    boolean isSilent() {
        return silent;
    }

    private boolean isSilent(Leaf leaf) {
        return leaf.composite == null
                ? leaf.sensorIds.stream().noneMatch(situation::isUsable)
                : leaf.composite.isUnknown();
    }

    private boolean isOutOfService(Leaf leaf) {
        return leaf.composite == null
                ? !leaf.sensorIds.isEmpty() && leaf.sensorIds.stream().allMatch(situation::isOutOfService)
                : leaf.composite.isOutOfService();
    }

    /** It stands by what is out of service. */
    private boolean isOutOfService() {
        return leaves.stream().anyMatch(this::isOutOfService) && value(View.IN_SERVICE, "") == Truth.UNKNOWN;
    }

    private @Nullable StandingRung counted(Leaf leaf) {
        return isStanding() || !isOutOfService(leaf) ? situation.standing(leaf.key) : null;
    }

    /** Standing, nobody can see that it still is so; or not standing, nobody can see that it is not. */
    boolean isUnknown() {
        return value(isStanding() ? View.SEEN : View.HELD, "") == Truth.UNKNOWN;
    }

    private boolean isStanding() {
        return life == Life.ACTIVE || life == Life.CLEARING;
    }

    private Truth value(Leaf leaf, View view) {
        StandingRung standing = situation.standing(leaf.key);
        if (standing == null) {
            return isSilent(leaf) ? Truth.UNKNOWN : Truth.FALSE;
        }
        boolean doubtful = switch (view) {
            case HELD -> false;
            case IN_SERVICE -> isOutOfService(leaf);
            case SEEN -> isSilent(leaf);
            case SURE -> standing.possible() || counted(leaf) == null;
        };
        return doubtful ? Truth.UNKNOWN : Truth.TRUE;
    }

    /** @param without taken for false; empty for nothing */
    private Truth value(View view, String without) {
        int yes = 0;
        int unknown = 0;
        for (Leaf leaf : leaves) {
            if (!leaf.source.equals(without)) {
                Truth value = value(leaf, view);
                yes += value == Truth.TRUE ? 1 : 0;
                unknown += value == Truth.UNKNOWN ? 1 : 0;
            }
        }
        return Truth.atLeast(settings.atLeast(), yes, unknown);
    }

    /** As its members have it now. */
    private Truth value() {
        return value(isStanding() ? View.HELD : View.IN_SERVICE, "");
    }

    /**
     * @param atMs of this instant
     * @param instant the edges of this instant, already taken into the situation
     */
    void judge(long atMs, List<Edge> instant, Catalogue catalogue, Consumer<Edge> out) {
        Edge decided = null;
        boolean withdrawn = false;
        for (Edge edge : instant) {
            Leaf leaf = leafOf(edge, catalogue);
            if (leaf != null) {
                decided = edge;
                decidedBy = catalogue.sensor(edge.sensorIndex()).id();
                withdrawn |= edge.kind() == Edge.Kind.WITHDRAWN && restsOn.contains(leaf.source);
                if (edge.kind() == Edge.Kind.ENDED) {
                    restsOn.remove(leaf.source);
                }
            }
        }
        Telling telling = new Telling(atMs, decided, catalogue, out);
        Truth held = value();
        switch (life) {
            case NORMAL -> {
                if (held == Truth.TRUE) {
                    begin(pausedAtMs == 0 ? trueSinceMs() : atMs);
                    late = decided != null && decided.late();
                } else {
                    pausedAtMs = value(View.HELD, "") == Truth.TRUE ? atMs : 0;
                }
            }
            case PENDING -> {
                if (held == Truth.TRUE) {
                    resume(atMs);
                    goOn();
                } else if (value(View.HELD, "") == Truth.TRUE) {
                    pausedAtMs = pausedAtMs == 0 ? atMs : pausedAtMs;
                } else {
                    life = Life.NORMAL;
                    pausedAtMs = 0;
                }
            }
            case ACTIVE, CLEARING -> judgeStanding(held, withdrawn, telling);
        }
        if (life == Life.PENDING && pausedAtMs == 0) {
            raiseIfDue(telling);
        }
        if (isStanding()) {
            markSilence(telling);
        }
    }

    private @Nullable Leaf leafOf(Edge edge, Catalogue catalogue) {
        String edgeKey = Situation.key(edge);
        String sensorId = catalogue.sensor(edge.sensorIndex()).id();
        for (Leaf leaf : leaves) {
            if (edgeKey.isEmpty() ? leaf.sensorIds.contains(sensorId) : leaf.key.equals(edgeKey)) {
                return leaf;
            }
        }
        return null;
    }

    private void begin(long beginsMs) {
        life = Life.PENDING;
        sinceMs = beginsMs;
        pausedAtMs = 0;
        most = 0;
        worstFlag = Flag.NOT_EVALUATED;
        restsOn.clear();
        leaves.forEach(leaf -> restsOn.add(leaf.source));
        goOn();
    }

    /** When as many as it takes stood for the first time, whatever order that was heard in. */
    private long trueSinceMs() {
        return leaves.stream()
                .mapMulti((Leaf leaf, Consumer<StandingRung> into) -> {
                    StandingRung standing = counted(leaf);
                    if (standing != null) {
                        into.accept(standing);
                    }
                })
                .mapToLong(StandingRung::atMs)
                .sorted()
                .skip(settings.atLeast() - 1L)
                .findFirst()
                .orElse(0);
    }

    private void goOn() {
        restsOn.removeIf(source -> value(isStanding() ? View.HELD : View.IN_SERVICE, source) == Truth.TRUE);
        int now = 0;
        long newestMs = 0;
        for (Leaf leaf : leaves) {
            StandingRung standing = counted(leaf);
            if (standing != null) {
                now++;
                newestMs = Math.max(newestMs, standing.atMs());
                worstFlag = Flag.rollUp(worstFlag, standing.flag());
                decidedBy = decidedBy.isEmpty() ? standing.sensorId() : decidedBy;
            }
        }
        if (now > most) {
            most = now;
            mostAtMs = newestMs;
        }
    }

    private void raiseIfDue(Telling telling) {
        long dueMs = sinceMs + threshold.onDelayMs();
        boolean watched = value(View.SEEN, "") == Truth.TRUE;
        // an on-delay that nobody can watch is not waited for
        if (watched && telling.atMs < dueMs) {
            return;
        }
        possible = value(View.SURE, "") != Truth.TRUE;
        life = Life.ACTIVE;
        beganAtMs = sinceMs;
        silent = false;
        telling.tell(Edge.Kind.BEGAN, telling.atMs < dueMs ? telling.atMs : dueMs, !watched);
    }

    private void judgeStanding(Truth held, boolean withdrawn, Telling telling) {
        if (held == Truth.TRUE) {
            life = Life.ACTIVE;
            int before = most;
            goOn();
            if (most > before) {
                telling.tell(Edge.Kind.PEAK, mostAtMs, false);
            }
            if (possible && value(View.SURE, "") == Truth.TRUE) {
                possible = false;
                telling.tell(Edge.Kind.CONFIRMED, telling.atMs, false);
            }
        } else if (withdrawn) {
            life = Life.NORMAL;
            pausedAtMs = 0;
            telling.tell(Edge.Kind.WITHDRAWN, telling.atMs, false);
        } else if (held == Truth.FALSE) {
            if (life == Life.ACTIVE) {
                life = Life.CLEARING;
                sinceMs = Math.max(telling.atMs, beganAtMs);
                // of an earlier doubt, which ended in its standing on
                pausedAtMs = 0;
            }
            resume(telling.atMs);
            if (telling.atMs >= dueMs()) {
                life = Life.NORMAL;
                telling.tell(Edge.Kind.ENDED, sinceMs, false);
            }
        } else if (life == Life.CLEARING && pausedAtMs == 0) {
            pausedAtMs = telling.atMs;
        }
    }

    /** The time that nobody could watch does not count toward a delay. */
    private void resume(long atMs) {
        if (pausedAtMs != 0) {
            sinceMs += Math.max(0, atMs - pausedAtMs);
            mostAtMs = life == Life.PENDING ? Math.max(mostAtMs, sinceMs) : mostAtMs;
            pausedAtMs = 0;
        }
    }

    private void markSilence(Telling telling) {
        Truth seen = value(View.SEEN, "");
        boolean now = seen == Truth.UNKNOWN
                || silent && seen == Truth.FALSE && leaves.stream().anyMatch(this::isSilent);
        if (now != silent) {
            silent = now;
            telling.tell(now ? Edge.Kind.STALE : Edge.Kind.BACK, telling.atMs, false);
        }
    }

    /** When it changes by time alone. */
    long dueMs() {
        if (pausedAtMs != 0) {
            return NEVER;
        }
        return switch (life) {
            case PENDING -> sinceMs + threshold.onDelayMs();
            case CLEARING -> sinceMs + threshold.offDelayMs();
            case NORMAL, ACTIVE -> NEVER;
        };
    }

    /** The sensor whose edge came last, or where no settings know it any more, one that has a say. */
    private int decidedBy(Catalogue catalogue) {
        int index = catalogue.sensorIndexEvenRetired(decidedBy);
        for (Leaf leaf : leaves) {
            for (String sensorId : leaf.sensorIds) {
                index = index >= 0 ? index : catalogue.sensorIndexEvenRetired(sensorId);
            }
            if (index < 0 && leaf.composite != null) {
                index = leaf.composite.decidedBy(catalogue);
            }
        }
        return index;
    }

    /** What is told of one instant. */
    private final class Telling {
        private final long atMs;
        private final @Nullable Edge decided;
        private final Catalogue catalogue;
        private final Consumer<Edge> out;

        Telling(long atMs, @Nullable Edge decided, Catalogue catalogue, Consumer<Edge> out) {
            this.atMs = atMs;
            this.decided = decided;
            this.catalogue = catalogue;
            this.out = out;
        }

        void tell(Edge.Kind kind, long edgeAtMs, boolean unconfirmed) {
            int standing = (int)
                    leaves.stream().filter(leaf -> situation.stands(leaf.key)).count();
            out.accept(new Edge(
                    kind,
                    decidedBy(catalogue),
                    rule,
                    threshold,
                    0,
                    beganAtMs,
                    edgeAtMs,
                    decided == null ? 0 : decided.observedAtMs(),
                    standing,
                    kind == Edge.Kind.WITHDRAWN ? decided == null ? Flag.FAIL : decided.flag() : worstFlag,
                    most,
                    mostAtMs,
                    worstFlag,
                    unconfirmed,
                    possible,
                    kind == Edge.Kind.BEGAN ? late : decided != null && decided.late()));
        }
    }

    /** For a snapshot. */
    public record State(
            String id,
            Life life,
            long sinceMs,
            long pausedAtMs,
            long beganAtMs,
            boolean silent,
            boolean possible,
            int most,
            long mostAtMs,
            byte worstFlag,
            String decidedBy,
            boolean late,
            List<String> restsOn) {}

    State save() {
        return new State(
                settings.id(),
                life,
                sinceMs,
                pausedAtMs,
                beganAtMs,
                silent,
                possible,
                most,
                mostAtMs,
                worstFlag,
                decidedBy,
                late,
                List.copyOf(restsOn));
    }

    void restore(List<State> saved) {
        for (State state : saved) {
            if (state.id.equals(settings.id())) {
                life = state.life;
                sinceMs = state.sinceMs;
                pausedAtMs = state.pausedAtMs;
                beganAtMs = state.beganAtMs;
                silent = state.silent;
                possible = state.possible;
                most = state.most;
                mostAtMs = state.mostAtMs;
                worstFlag = state.worstFlag;
                decidedBy = state.decidedBy;
                late = state.late;
                restsOn.addAll(state.restsOn);
            }
        }
    }
}
