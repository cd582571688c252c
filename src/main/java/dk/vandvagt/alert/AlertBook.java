package dk.vandvagt.alert;

import dk.vandvagt.quality.Flag;
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
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Every alert's life, one at a time per rule: raised with the first rung of the ladder, escalated and de-escalated with its
 * highest one, cleared with the last; put aside by operators, by rule (shelved) or by sensor (out of service). Edges of a batch
 * go in by sensor, transitions come out; the same edges and calls give the same transitions under the same ids. No clock, no
 * I/O, one thread.
 */
public final class AlertBook {
    private static final int ENDED_KEPT = 500;
    private static final int ID_BYTES = 8;
    private static final String REMOVED = "the threshold was taken out of the settings";
    private static final String GOES_ON =
            "the settings have its sensor as a redundant one now: its alerts are those of ";
    private static final String OTHER_SEVERITY = "the threshold's severity was changed in the settings";

    private final String runId;
    private Catalogue catalogue;
    private final Map<String, Standing> standing = new LinkedHashMap<>();
    private final Deque<Alert> ended = new ArrayDeque<>();
    /**
     * By rule, what does not stand for people and is followed all the same: exceedances at sensors out of service, and alerts that
     * people were told of and whose end there they were not.
     */
    private final Map<String, Standing> aside = new LinkedHashMap<>();

    private final Swings swings = new Swings();
    private final OperatorCalls calls = new OperatorCalls();
    private final Map<String, Shelving> shelvings = new TreeMap<>();
    private final Map<String, OutOfService> outOfService = new TreeMap<>();

    /** Of this batch, the rules that tell more than that a figure was corrected. */
    private final Set<String> moved = new HashSet<>();

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
        /** of those, the ones not sure to be exceeded */
        final BitSet possible = new BitSet();

        Rule rule;
        Transition last;
        int highestSeverity;
        long raisedAtMs;
        long beganAtMs;
        double peak = Double.NaN;
        long peakAtMs;
        boolean silent;
        /** the last figure the public was told, NaN for none, and when it was observed */
        double told = Double.NaN;

        long toldAtMs;
        /** so far the public has heard nothing of it */
        boolean untold = true;

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

        Threshold threshold(int rung) {
            return rule.rungs().get(rung);
        }

        /** Of the worst active rung, 0 for none. */
        int severity() {
            return rungs.stream().map(rung -> threshold(rung).severity()).max().orElse(0);
        }

        void activate(List<Edge> edges) {
            for (Edge edge : edges) {
                rungs.set(edge.rung());
                possible.set(edge.rung(), edge.possible());
            }
        }

        /** @return whether the highest rung was only possible until now */
        boolean confirm(List<Edge> edges) {
            boolean before = isPossible();
            edges.forEach(edge -> possible.clear(edge.rung()));
            return before && !isPossible();
        }

        boolean isPossible() {
            return !rungs.isEmpty() && possible.get(rungs.length() - 1);
        }

        void deactivate(List<Edge> edges) {
            for (Edge edge : edges) {
                rungs.clear(edge.rung());
                possible.clear(edge.rung());
            }
        }

        /** Goes on with another revision's rule; thresholds are known by their names. */
        void use(Rule next) {
            move(rungs, next);
            move(possible, next);
            rule = next;
        }

        private void move(BitSet bits, Rule to) {
            List<String> names = names(bits);
            bits.clear();
            for (int i = 0; i < to.rungs().size(); i++) {
                bits.set(i, names.contains(to.rungs().get(i).name()));
            }
        }

        List<String> names(BitSet bits) {
            return bits.stream().mapToObj(rung -> threshold(rung).name()).toList();
        }

        void forgetAcknowledgement() {
            acknowledgedBy = null;
            acknowledgedAtMs = 0;
            note = null;
        }

        Alert copy(Alert.State state, long endedAtMs, @Nullable Shelving shelving) {
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
                    note,
                    shelving);
        }
    }

    private void begin(long atSequence, long atClockMs) {
        sequence = atSequence;
        clockMs = atClockMs;
        transitions = new ArrayList<>();
    }

    /** A reading of the batch that is judged next. */
    public void hear(int sensorIndex, long observedAtMs) {
        swings.hear(sensorIndex, observedAtMs);
    }

    /**
     * Takes what comes and goes out of the edges of a batch, before they are judged: what flaps is told as flapping, and not each time.
     *
     * @param edges as for {@link #judge}
     */
    public List<Edge> steady(long clockMs, List<Edge> edges) {
        return swings.steady(clockMs, catalogue, edges);
    }

    /** Operators are to look, whatever the public is told. */
    public void call(long clockMs, List<OperatorCall> called) {
        called.forEach(call -> calls.add(call, clockMs));
    }

    /**
     * Takes all edges of one batch.
     *
     * @param edges ordered by sensor, and for one sensor as they were found
     * @return what is to be told, in order
     */
    public List<Transition> judge(long sequence, long clockMs, List<Edge> edges) {
        begin(sequence, clockMs);
        List<Edge> toTell = withoutPassingSilence(withoutWhollyPast(edges));
        moved.clear();
        for (Edge edge : toTell) {
            if (edge.rule() != null && (edge.kind() == Edge.Kind.BEGAN || edge.kind() == Edge.Kind.WITHDRAWN)) {
                moved.add(edge.rule().id());
            }
        }
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
        endShelvings();
        endMaintenance();
        calls.raised(raisedNow(), clockMs);
        calls.forget(clockMs, standing::containsKey);
        return List.copyOf(transitions);
    }

    private int raisedNow() {
        return (int) transitions.stream()
                .filter(each -> each.kind() == Transition.Kind.RAISED && !each.shelved())
                .count();
    }

    private static boolean sameMoment(Edge a, Edge b) {
        return a.rule() == b.rule() && a.observedAtMs() == b.observedAtMs() && a.kind() == b.kind();
    }

    /** An episode that began and ended before anybody heard of it is in the threshold-event log; it is not told. */
    private List<Edge> withoutWhollyPast(List<Edge> edges) {
        Map<String, List<Edge>> byRule = new HashMap<>();
        for (Edge edge : edges) {
            if (edge.rule() != null
                    && !standing.containsKey(edge.rule().id())
                    && !aside.containsKey(edge.rule().id())) {
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

    /** A sensor that is heard again in the same batch was behind, not silent: its old readings came first. */
    private static List<Edge> withoutPassingSilence(List<Edge> edges) {
        List<Edge> kept = null;
        for (int i = 0; i < edges.size(); i++) {
            Edge edge = edges.get(i);
            if (edge.kind() == Edge.Kind.STALE
                    && edge.rule() == null
                    && edges.subList(i + 1, edges.size()).stream()
                            .anyMatch(later -> later.kind() == Edge.Kind.BACK
                                    && later.rule() == null
                                    && later.sensorIndex() == edge.sensorIndex())) {
                kept = kept == null ? new ArrayList<>(edges) : kept;
                kept.remove(edge);
            }
        }
        return kept == null ? edges : kept;
    }

    /** Edges of one rule and kind at one observation: told as one step. */
    private void step(Rule rule, List<Edge> together) {
        Edge edge = together.getLast();
        if (isOutOfService(rule.sensorIndex())) {
            follow(rule, together);
            return;
        }
        Standing alert = standing.get(rule.id());
        switch (edge.kind()) {
            case BEGAN -> {
                if (alert == null) {
                    raise(rule, together);
                } else {
                    int before = alert.rungs.length();
                    alert.activate(together);
                    notePeak(alert, together);
                    if (alert.rungs.length() > before) {
                        tell(alert, Transition.Kind.ESCALATED, edge, flapping(together), null, null);
                    }
                }
            }
            case PEAK -> {
                if (alert != null) {
                    double peak = alert.peak;
                    boolean asTold = alert.told == peak && alert.toldAtMs == alert.peakAtMs;
                    notePeak(alert, together);
                    if (asTold && !moved.contains(rule.id()) && isOtherThanTold(alert, peak)) {
                        tell(alert, Transition.Kind.CORRECTED, edge);
                    }
                }
            }
            case CONFIRMED -> {
                if (alert != null) {
                    boolean confirmed = alert.confirm(together);
                    notePeak(alert, together);
                    if (confirmed) {
                        tell(alert, Transition.Kind.CONFIRMED, edge);
                    }
                }
            }
            case REMOVED -> {}
            case ENDED, WITHDRAWN -> {
                if (alert != null) {
                    lower(alert, together);
                }
            }
            default -> throw new AssertionError(edge.kind());
        }
    }

    /** The figure that people were told last is not what it was: its reading was corrected, or failed its quality control. */
    private static boolean isOtherThanTold(Standing alert, double before) {
        boolean aReadingItself =
                alert.rule.kind() == Threshold.Kind.LEVEL || alert.rule.kind() == Threshold.Kind.RESIDUAL;
        boolean less = farther(alert.rule, before, alert.peak);
        return aReadingItself && (less || alert.peakAtMs == alert.toldAtMs && alert.peak != alert.told);
    }

    private void raise(Rule rule, List<Edge> together) {
        Edge edge = together.getLast();
        Standing goingOn = aside.remove(rule.id());
        Standing alert;
        if (goingOn == null) {
            alert = first(rule, together);
        } else {
            alert = goingOn;
            alert.rule = rule;
            alert.forgetAcknowledgement();
            if (alert.rungs.isEmpty()) {
                alert.peak = Double.NaN;
            }
            alert.activate(together);
            notePeak(alert, together);
        }
        ended.removeIf(each -> each.id().equals(alert.id));
        standing.put(rule.id(), alert);
        tell(alert, Transition.Kind.RAISED, edge, flapping(together), null, null);
    }

    private Transition.@Nullable Cause flapping(List<Edge> together) {
        return together.stream().anyMatch(swings::isFlapping) ? Transition.Cause.FLAPPING : null;
    }

    private Standing first(Rule rule, List<Edge> together) {
        Edge edge = together.getLast();
        long beganAtMs = together.stream().mapToLong(Edge::beganAtMs).min().orElseThrow();
        String id = alertId(rule.id(), rule.stationId(), beganAtMs);
        // it began at the very instant of one that ended: that one goes on
        Alert before =
                ended.stream().filter(each -> each.id().equals(id)).findFirst().orElse(null);
        Standing alert = new Standing(
                id, rule, blank(id, rule, before == null ? -1 : before.last().number()));
        alert.untold = before == null || before.last().shelved();
        alert.activate(together);
        alert.beganAtMs = beganAtMs;
        alert.raisedAtMs = edge.atMs();
        notePeak(alert, together);
        return alert;
    }

    private void lower(Standing alert, List<Edge> together) {
        Edge edge = together.getLast();
        int before = alert.rungs.length();
        alert.deactivate(together);
        boolean withdrawn = edge.kind() == Edge.Kind.WITHDRAWN;
        if (alert.rungs.isEmpty()) {
            end(
                    alert,
                    withdrawn ? Transition.Kind.WITHDRAWN : Transition.Kind.CLEARED,
                    edge,
                    flapping(together),
                    null,
                    null);
        } else if (alert.rungs.length() < before) {
            Transition.Cause cause = withdrawn ? whyNot(edge) : flapping(together);
            tell(alert, Transition.Kind.DE_ESCALATED, edge, cause, null, null);
        }
    }

    private static Transition.Cause whyNot(Edge withdrawn) {
        return withdrawn.flag() == Flag.FAIL ? Transition.Cause.READING_FAILED : Transition.Cause.READING_CORRECTED;
    }

    private void end(
            Standing alert,
            Transition.Kind kind,
            @Nullable Edge edge,
            Transition.@Nullable Cause cause,
            @Nullable String by,
            @Nullable String note) {
        tell(alert, kind, edge, cause, by, note);
        standing.remove(alert.rule.id());
        aside.remove(alert.rule.id());
        keepEnded(alert, kind == Transition.Kind.WITHDRAWN ? Alert.State.WITHDRAWN : Alert.State.CLEARED);
    }

    private void keepEnded(Standing alert, Alert.State state) {
        ended.removeIf(each -> each.id().equals(alert.id));
        ended.addFirst(alert.copy(state, alert.last.atMs(), null));
        if (ended.size() > ENDED_KEPT) {
            ended.removeLast();
        }
    }

    /** Its sensor is out of service: nothing is told, so that what stands is known when the sensor comes back. */
    private void follow(Rule rule, List<Edge> together) {
        Edge edge = together.getLast();
        Standing alert = aside.get(rule.id());
        if (alert == null) {
            if (edge.kind() == Edge.Kind.BEGAN) {
                aside.put(rule.id(), first(rule, together));
            }
            return;
        }
        switch (edge.kind()) {
            case BEGAN -> {
                alert.activate(together);
                notePeak(alert, together);
            }
            case PEAK -> notePeak(alert, together);
            case CONFIRMED -> {
                alert.confirm(together);
                notePeak(alert, together);
            }
            case REMOVED -> {}
            case ENDED, WITHDRAWN -> {
                alert.deactivate(together);
                if (alert.rungs.isEmpty() && alert.untold) {
                    aside.remove(rule.id());
                }
            }
            default -> throw new AssertionError(edge.kind());
        }
    }

    /** The last word on an alert that ended while nobody looked: only once its sensor is in service, and heard. */
    private void settle(Standing alert, @Nullable String by, @Nullable String note) {
        if (alert.rungs.isEmpty() && !alert.silent) {
            end(alert, Transition.Kind.CLEARED, null, Transition.Cause.IN_SERVICE, by, note);
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
        for (Standing alert : List.copyOf(aside.values())) {
            if (rule == null && alert.rule.sensorIndex() == edge.sensorIndex()) {
                alert.silent = silent;
                if (!isOutOfService(edge.sensorIndex())) {
                    settle(alert, null, null);
                }
            }
        }
    }

    /**
     * A rung knows how far it came since it began itself. The lowest has stood all the time: what it says holds, also where it is less
     * than before. Of the others the farthest counts, but not what is only possible beside what is sure.
     */
    private static void notePeak(Standing alert, List<Edge> together) {
        for (Edge edge : together) {
            boolean noMeasure = edge.possible() && !alert.possible.equals(alert.rungs);
            boolean all = edge.kind() != Edge.Kind.BEGAN && edge.rung() == alert.rungs.nextSetBit(0);
            if (!noMeasure && (all || Double.isNaN(alert.peak) || farther(alert.rule, edge.peak(), alert.peak))) {
                alert.peak = edge.peak();
                alert.peakAtMs = edge.peakAtMs();
            }
        }
    }

    private static boolean farther(Rule rule, double one, double other) {
        return rule.direction() == Threshold.Direction.FALLING ? one < other : one > other;
    }

    /**
     * Somebody has seen it and acts on it, until it gets worse: then it is to be seen anew.
     *
     * @return the transition, or nothing when no such alert stands
     */
    public List<Transition> acknowledge(long sequence, long clockMs, String alertId, String by, String note) {
        begin(sequence, clockMs);
        for (Standing alert : standing.values()) {
            if (alert.id.equals(alertId)) {
                alert.acknowledgedBy = by;
                alert.acknowledgedAtMs = clockMs;
                alert.note = note;
                tell(alert, Transition.Kind.ACKNOWLEDGED, null, null, by, note);
            }
        }
        return List.copyOf(transitions);
    }

    /**
     * Until then, what this rule decides is kept and not told; a severity above the one that stands now (where nothing stands: above
     * its mildest) ends that. The end of an alert that people were told of is told all the same.
     *
     * @return the transition; nothing where nothing stands, or there is no such rule
     */
    public List<Transition> shelve(long sequence, long clockMs, String ruleId, long untilMs, String by, String note) {
        begin(sequence, clockMs);
        Rule rule = catalogue.rule(ruleId);
        if (rule != null && untilMs > clockMs) {
            Standing alert = standing.get(ruleId);
            int severity = alert == null ? mildest(rule) : alert.severity();
            shelvings.put(ruleId, new Shelving(ruleId, severity, clockMs, untilMs, by, note));
            if (alert != null) {
                tell(alert, Transition.Kind.SHELVED, null, null, by, note);
            }
        }
        return List.copyOf(transitions);
    }

    private static int mildest(Rule rule) {
        return rule.rungs().stream().mapToInt(Threshold::severity).min().orElse(0);
    }

    /** @return the transition that tells what stands, or nothing */
    public List<Transition> unshelve(long sequence, long clockMs, String ruleId, String by, String note) {
        begin(sequence, clockMs);
        if (shelvings.remove(ruleId) != null) {
            tellUnshelved(ruleId, by, note);
        }
        return List.copyOf(transitions);
    }

    private void endShelvings() {
        if (shelvings.isEmpty()) {
            return;
        }
        for (Shelving shelving : List.copyOf(shelvings.values())) {
            if (shelving.untilMs() <= clockMs) {
                shelvings.remove(shelving.ruleId());
                tellUnshelved(shelving.ruleId(), null, null);
            }
        }
    }

    private void tellUnshelved(String ruleId, @Nullable String by, @Nullable String note) {
        Standing alert = standing.get(ruleId);
        if (alert != null) {
            tell(alert, Transition.Kind.UNSHELVED, null, null, by, note);
        }
    }

    /**
     * From here on its readings raise nothing; what they cross is followed. Its alerts leave the list of those that stand, and that
     * is no all-clear.
     */
    public List<Transition> takeOutOfService(long sequence, long clockMs, String sensorId, String by, String note) {
        begin(sequence, clockMs);
        putAside(new OutOfService(sensorId, clockMs, 0, by, note), null);
        return List.copyOf(transitions);
    }

    /**
     * Like {@link #takeOutOfService}, of several sensors, and it ends by itself; one that is maintained already is so until then
     * instead, and one that is out of service without an end stays so.
     *
     * @param untilMs by the service's clock; at once where it is not ahead
     */
    public List<Transition> maintain(
            long sequence, long clockMs, List<String> sensorIds, long untilMs, String by, String note) {
        begin(sequence, clockMs);
        for (String sensorId : sensorIds) {
            OutOfService before = outOfService.get(sensorId);
            if (untilMs > clockMs && (before == null || before.endsByItself())) {
                long sinceMs = before == null ? clockMs : before.atMs();
                putAside(new OutOfService(sensorId, sinceMs, untilMs, by, note), Transition.Cause.MAINTENANCE);
            }
        }
        return List.copyOf(transitions);
    }

    private void putAside(OutOfService out, Transition.@Nullable Cause cause) {
        int sensorIndex = catalogue.sensorIndex(out.sensorId());
        if (sensorIndex < 0) {
            return;
        }
        outOfService.put(out.sensorId(), out);
        for (Standing alert : List.copyOf(standing.values())) {
            if (alert.rule.sensorIndex() == sensorIndex) {
                tell(alert, Transition.Kind.OUT_OF_SERVICE, null, cause, out.by(), out.note());
                standing.remove(alert.rule.id());
                aside.put(alert.rule.id(), alert);
                keepEnded(alert, Alert.State.OUT_OF_SERVICE);
            }
        }
    }

    /** Its readings count again: what is exceeded now is raised, an alert that has ended meanwhile is cleared. */
    public List<Transition> putInService(long sequence, long clockMs, String sensorId, String by, String note) {
        begin(sequence, clockMs);
        takeBack(sensorId, by, note);
        return List.copyOf(transitions);
    }

    /** After the batch's edges: they were only followed, and what stands is told once. */
    private void endMaintenance() {
        if (outOfService.isEmpty()) {
            return;
        }
        for (OutOfService each : List.copyOf(outOfService.values())) {
            if (each.endsByItself() && each.untilMs() <= clockMs) {
                takeBack(each.sensorId(), null, null);
            }
        }
    }

    private void takeBack(String sensorId, @Nullable String by, @Nullable String note) {
        if (outOfService.remove(sensorId) != null) {
            int sensorIndex = catalogue.sensorIndex(sensorId);
            for (Standing alert : List.copyOf(aside.values())) {
                if (alert.rule.sensorIndex() == sensorIndex) {
                    if (alert.rungs.isEmpty()) {
                        settle(alert, by, note);
                    } else {
                        aside.remove(alert.rule.id());
                        ended.removeIf(each -> each.id().equals(alert.id));
                        alert.forgetAcknowledgement();
                        standing.put(alert.rule.id(), alert);
                        tell(alert, Transition.Kind.RAISED, null, Transition.Cause.IN_SERVICE, by, note);
                    }
                }
            }
        }
    }

    /** @param sensorIndex negative for a rule that is not one sensor's: never */
    public boolean isOutOfService(int sensorIndex) {
        return sensorIndex >= 0
                && !outOfService.isEmpty()
                && outOfService.containsKey(catalogue.sensor(sensorIndex).id());
    }

    /**
     * From here on this revision holds; an alert whose rule, or whose every active rung, is gone from it is cleared and says so, and
     * so does one whose highest rung is gone or whose severity is another.
     */
    public List<Transition> use(long sequence, long clockMs, Catalogue next) {
        begin(sequence, clockMs);
        for (Standing alert : List.copyOf(standing.values())) {
            Rule rule = next.rule(alert.rule.id());
            Rule place = next.placeRule(alert.rule.id());
            if (place != null) {
                alert.rungs.clear();
                end(
                        alert,
                        Transition.Kind.CLEARED,
                        null,
                        Transition.Cause.THRESHOLD_REMOVED,
                        null,
                        GOES_ON + place.id());
            } else if (rule == null || !isAnyActiveIn(rule, alert)) {
                alert.note = alert.note == null ? REMOVED : alert.note;
                alert.rungs.clear();
                end(alert, Transition.Kind.CLEARED, null, Transition.Cause.THRESHOLD_REMOVED, null, REMOVED);
            } else {
                change(alert, rule);
            }
        }
        for (Standing alert : List.copyOf(aside.values())) {
            Rule rule = next.rule(alert.rule.id());
            Rule place = next.placeRule(alert.rule.id());
            if (rule != null && place == null) {
                alert.use(rule);
            } else {
                alert.rungs.clear();
            }
            if (alert.rungs.isEmpty() && alert.untold) {
                aside.remove(alert.rule.id());
            } else if (rule == null || place != null) {
                String note = place == null ? REMOVED : GOES_ON + place.id();
                end(alert, Transition.Kind.CLEARED, null, Transition.Cause.THRESHOLD_REMOVED, null, note);
            }
        }
        catalogue = next;
        swings.use(next);
        shelvings.keySet().removeIf(ruleId -> next.rule(ruleId) == null);
        outOfService.keySet().removeIf(sensorId -> next.sensorIndex(sensorId) < 0);
        return List.copyOf(transitions);
    }

    private static boolean isAnyActiveIn(Rule rule, Standing alert) {
        List<String> active = alert.names(alert.rungs);
        return rule.rungs().stream().anyMatch(rung -> active.contains(rung.name()));
    }

    private void change(Standing alert, Rule rule) {
        int severityBefore = alert.severity();
        String topBefore = alert.threshold(alert.rungs.length() - 1).name();
        alert.use(rule);
        int severity = alert.severity();
        boolean topGone = !alert.names(alert.rungs).contains(topBefore);
        if (severity > severityBefore) {
            tell(alert, Transition.Kind.ESCALATED, null, Transition.Cause.SEVERITY_CHANGED, null, OTHER_SEVERITY);
        } else if (topGone) {
            tell(alert, Transition.Kind.DE_ESCALATED, null, Transition.Cause.THRESHOLD_REMOVED, null, REMOVED);
        } else if (severity < severityBefore) {
            tell(alert, Transition.Kind.DE_ESCALATED, null, Transition.Cause.SEVERITY_CHANGED, null, OTHER_SEVERITY);
        }
    }

    private void tell(Standing alert, Transition.Kind kind, @Nullable Edge edge) {
        tell(alert, kind, edge, null, null, null);
    }

    private void tell(
            Standing alert,
            Transition.Kind kind,
            @Nullable Edge edge,
            Transition.@Nullable Cause cause,
            @Nullable String by,
            @Nullable String note) {
        int top = alert.rungs.length() - 1;
        boolean over = top < 0;
        Threshold threshold = over ? lastThreshold(alert) : alert.rule.rungs().get(top);
        int severity = alert.severity();
        alert.highestSeverity = Math.max(alert.highestSeverity, severity);
        if (kind == Transition.Kind.ESCALATED) {
            // what somebody has seen is not what stands now
            alert.forgetAcknowledgement();
        }
        Shelving shelving = shelvings.get(alert.rule.id());
        if (shelving != null && severity > shelving.severity()) {
            shelvings.remove(alert.rule.id());
            shelving = null;
        }
        // the last word reaches whoever heard the first
        boolean quiet = shelving != null && (alert.untold || !kind.ends());
        alert.untold &= quiet;
        boolean toldAnew = kind == Transition.Kind.UNSHELVED || cause == Transition.Cause.IN_SERVICE;
        String sensorId = sensorId(alert, edge);
        OutOfService maintenance = cause == Transition.Cause.MAINTENANCE ? outOfService.get(sensorId) : null;
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
                edge == null ? toldAnew && alert.silent : edge.unconfirmed(),
                edge != null && edge.late(),
                by,
                note,
                over ? alert.last.possible() : alert.isPossible(),
                quiet,
                shelving == null ? 0 : shelving.untilMs(),
                cause,
                maintenance == null ? 0 : maintenance.untilMs());
        if (!quiet && !Double.isNaN(alert.last.value())) {
            alert.told = alert.last.value();
            alert.toldAtMs = alert.last.observedAtMs();
        }
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

    private String sensorId(Standing alert, @Nullable Edge edge) {
        // the one that decided; else the one it is about
        if (edge != null && edge.sensorIndex() != Rule.NO_ONE_SENSOR) {
            return catalogue.sensor(edge.sensorIndex()).id();
        }
        boolean ofSeveral = alert.rule.sensorIndex() == Rule.NO_ONE_SENSOR;
        return ofSeveral
                ? alert.last.sensorId()
                : catalogue.sensor(alert.rule.sensorIndex()).id();
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
                null,
                false,
                false,
                0,
                null,
                0);
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
        standing.values().forEach(alert -> all.add(copy(alert)));
        all.addAll(ended);
        return List.copyOf(all);
    }

    private Alert copy(Standing alert) {
        return alert.copy(Alert.State.ACTIVE, 0, shelvings.get(alert.rule.id()));
    }

    /** By rule. */
    public List<Shelving> shelvings() {
        return List.copyOf(shelvings.values());
    }

    /** By sensor. */
    public List<OutOfService> outOfService() {
        return List.copyOf(outOfService.values());
    }

    /** What operators are to look at, and floods of alerts. */
    public List<OperatorCall> operatorCalls() {
        return calls.all();
    }

    /** All state, to be handed to {@link #restore} after a restart. */
    public State save() {
        return new State(
                standing.values().stream().map(this::saved).toList(),
                List.copyOf(ended),
                aside.values().stream().map(this::saved).toList(),
                shelvings(),
                outOfService(),
                calls.all(),
                calls.raisedAtMs(),
                swings.save());
    }

    private StandingState saved(Standing alert) {
        return new StandingState(
                copy(alert),
                alert.names(alert.rungs),
                alert.beganAtMs,
                alert.names(alert.possible),
                alert.untold,
                alert.told,
                alert.toldAtMs);
    }

    public void restore(State saved) {
        saved.standing().forEach(each -> restore(each, standing));
        saved.aside().forEach(each -> restore(each, aside));
        saved.shelvings().forEach(each -> shelvings.put(each.ruleId(), each));
        saved.outOfService().forEach(each -> outOfService.put(each.sensorId(), each));
        ended.addAll(saved.ended());
        calls.restore(saved.operatorCalls(), saved.raisedAtMs());
        swings.restore(saved.swings(), catalogue);
    }

    private void restore(StandingState saved, Map<String, Standing> into) {
        Alert alert = saved.alert();
        Rule rule = catalogue.rule(alert.last().ruleId());
        if (rule == null) {
            return;
        }
        Standing restored = new Standing(alert.id(), rule, alert.last());
        for (int i = 0; i < rule.rungs().size(); i++) {
            String name = rule.rungs().get(i).name();
            restored.rungs.set(i, saved.rungs().contains(name));
            restored.possible.set(i, saved.possible().contains(name));
        }
        restored.highestSeverity = alert.highestSeverity();
        restored.raisedAtMs = alert.raisedAtMs();
        restored.beganAtMs = saved.beganAtMs();
        restored.peak = alert.peak();
        restored.peakAtMs = alert.peakAtMs();
        restored.silent = alert.silent();
        restored.untold = saved.untold();
        restored.told = saved.toldAtMs() == 0 ? Double.NaN : saved.told();
        restored.toldAtMs = saved.toldAtMs();
        restored.acknowledgedBy = alert.acknowledgedBy();
        restored.acknowledgedAtMs = alert.acknowledgedAtMs();
        restored.note = alert.note();
        into.put(rule.id(), restored);
    }

    /**
     * @param rungs names of the thresholds that are active
     * @param possible names of those that are only possible; null in states of the first version
     * @param untold the public has heard nothing of it; false in states of the first version
     * @param told the last figure the public was told, with {@code toldAtMs} when it was observed; 0 for none, and in states of
     *     the first two versions
     */
    public record StandingState(
            Alert alert,
            List<String> rungs,
            long beganAtMs,
            List<String> possible,
            boolean untold,
            double told,
            long toldAtMs) {
        public StandingState {
            possible = Objects.requireNonNullElse(possible, List.of());
        }
    }

    /** From {@code aside} on null in states of the first version, from {@code operatorCalls} on in those of the second. */
    public record State(
            List<StandingState> standing,
            List<Alert> ended,
            List<StandingState> aside,
            List<Shelving> shelvings,
            List<OutOfService> outOfService,
            List<OperatorCall> operatorCalls,
            List<Long> raisedAtMs,
            List<Swings.State> swings) {
        /** Nothing stands, nothing is put aside. */
        public static final State NONE =
                new State(List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

        public State {
            aside = Objects.requireNonNullElse(aside, List.of());
            shelvings = Objects.requireNonNullElse(shelvings, List.of());
            outOfService = Objects.requireNonNullElse(outOfService, List.of());
            operatorCalls = Objects.requireNonNullElse(operatorCalls, List.of());
            raisedAtMs = Objects.requireNonNullElse(raisedAtMs, List.of());
            swings = Objects.requireNonNullElse(swings, List.of());
        }
    }
}
