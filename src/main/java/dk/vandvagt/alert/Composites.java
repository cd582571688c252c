package dk.vandvagt.alert;

import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Composite;
import dk.vandvagt.station.Member;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.Redundant;
import dk.vandvagt.station.Rule;
import dk.vandvagt.station.Station;
import dk.vandvagt.station.Threshold;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What rests on several sensors: composites, and the ladders of redundant ones. Edges of all shards go in, batch by batch; edges
 * of their own come out, and of all of them those that are to be told. In a batch the edges are taken in the order of their
 * own time, so that it does not matter how readings were batched. No clock, no I/O, one thread.
 */
public final class Composites {
    private static final long NEVER = Long.MAX_VALUE;

    private Catalogue catalogue;
    private final Situation situation;

    private List<PlaceLadder> places = List.of();
    private List<CompositeState> composites = List.of();
    private Map<String, List<CompositeState>> byRung = Map.of();
    private Map<String, List<CompositeState>> bySensor = Map.of();
    private Map<String, List<Rule>> inhibitors = Map.of();
    /** By sensor index. */
    private PlaceLadder[][] placesOf = {};

    /** Rungs that stand and are not told: another rule speaks for them. */
    private final Set<String> quiet = new TreeSet<>();

    private final Set<CompositeState> dirty = new TreeSet<>(Comparator.comparingInt(CompositeState::order));
    private final Set<PlaceLadder> dirtyPlaces = new LinkedHashSet<>();
    private final List<Heard> heard = new ArrayList<>();
    private final List<Edge> instant = new ArrayList<>();
    private final List<Edge> found = new ArrayList<>();
    private Set<String> shelved = Set.of();
    private boolean reloaded;
    private long nextDueMs = NEVER;

    public Composites(Catalogue catalogue) {
        this.catalogue = catalogue;
        situation = new Situation(catalogue);
        build(List.of(), List.of());
    }

    /** A reading of a redundant sensor. */
    private record Heard(String sensorId, long observedAtMs, double levelM, byte flag) {}

    /** What happens at one instant: an edge, or else a reading. */
    private record Event(
            long atMs, @Nullable Edge edge, @Nullable Heard heard) {}

    /**
     * @param toTell what the alert book is to judge, in order
     * @param found the edges of composites and of redundant sensors' ladders
     */
    public record Judged(List<Edge> toTell, List<Edge> found) {}

    /** From here on this revision holds; state goes on by name. To be followed by {@link #judge} with the edges of that batch. */
    public void use(Catalogue next, long clockMs) {
        for (StandingRung each : situation.standing()) {
            Rule rule = catalogue.rule(each.ruleId());
            Edge removed = each.edge(Edge.Kind.REMOVED, clockMs, catalogue);
            boolean own = rule != null && rule.sensorIndex() == Rule.NO_ONE_SENSOR;
            if (own && removed != null && each.began(next) == null) {
                found.add(removed);
            }
        }
        List<PlaceLadder.State> placesThen = savePlaces();
        List<CompositeState.State> compositesThen = saveComposites();
        catalogue = next;
        situation.use(next);
        build(placesThen, compositesThen);
        places.forEach(ladder -> ladder.takeOver(key -> !quiet.contains(key)));
        reloaded = true;
    }

    private void build(List<PlaceLadder.State> placesThen, List<CompositeState.State> compositesThen) {
        places = new ArrayList<>();
        placesOf = new PlaceLadder[catalogue.sensorCount()][0];
        for (Redundant redundant : catalogue.redundant()) {
            List<PlaceLadder> ladders = new ArrayList<>();
            for (Rule ofSensor :
                    catalogue.rules(catalogue.sensorIndex(redundant.sensorIds().getFirst()))) {
                Rule rule = catalogue.placeRule(ofSensor.id());
                if (rule != null) {
                    ladders.add(new PlaceLadder(redundant, rule, catalogue, situation));
                }
            }
            ladders.forEach(ladder -> ladder.restore(placesThen));
            places.addAll(ladders);
            for (String sensorId : redundant.sensorIds()) {
                placesOf[catalogue.sensorIndex(sensorId)] = ladders.toArray(PlaceLadder[]::new);
            }
        }
        dirtyPlaces.clear();
        dirtyPlaces.addAll(places);
        buildComposites(compositesThen);
        inhibitors = new HashMap<>();
        for (Composite each : catalogue.composites()) {
            Rule parent = catalogue.rule(each.id());
            for (Member child : each.inhibits()) {
                Rule rule = catalogue.rule(child);
                if (parent != null && rule != null) {
                    inhibitors
                            .computeIfAbsent(key(rule, child), key -> new ArrayList<>())
                            .add(parent);
                }
            }
        }
    }

    private void buildComposites(List<CompositeState.State> then) {
        Map<String, CompositeState> byId = new HashMap<>();
        composites = new ArrayList<>();
        byRung = new HashMap<>();
        bySensor = new HashMap<>();
        for (Composite each : catalogue.composites()) {
            Rule rule = catalogue.rule(each.id());
            if (rule == null) {
                continue;
            }
            List<CompositeState.Leaf> leaves =
                    each.members().stream().map(member -> leaf(member, byId)).toList();
            CompositeState state = new CompositeState(composites.size(), each, rule, leaves, situation);
            state.restore(then);
            byId.put(each.id(), state);
            composites.add(state);
            for (CompositeState.Leaf leaf : leaves) {
                byRung.computeIfAbsent(leaf.key(), key -> new ArrayList<>()).add(state);
                leaf.sensorIds()
                        .forEach(sensorId -> bySensor.computeIfAbsent(sensorId, id -> new ArrayList<>())
                                .add(state));
            }
        }
        dirty.clear();
        dirty.addAll(composites);
        nextDueMs = composites.stream().mapToLong(CompositeState::dueMs).min().orElse(NEVER);
    }

    /** A member nobody knows, which settings refuse, is never heard. */
    private CompositeState.Leaf leaf(Member member, Map<String, CompositeState> byId) {
        Rule rule = catalogue.rule(member);
        if (rule == null) {
            return new CompositeState.Leaf(member.toString(), member.of(), List.of(), null);
        }
        CompositeState composite = byId.get(rule.id());
        if (composite != null) {
            return new CompositeState.Leaf(key(rule, member), rule.id(), List.of(), composite);
        }
        boolean ofPlace = rule.sensorIndex() == Rule.NO_ONE_SENSOR;
        List<String> sensorIds = !ofPlace
                ? List.of(member.of())
                : catalogue.redundant().stream()
                        .filter(each -> each.id().equals(member.of()))
                        .flatMap(each -> each.sensorIds().stream())
                        .toList();
        return new CompositeState.Leaf(key(rule, member), ofPlace ? rule.id() : member.of(), sensorIds, null);
    }

    private static String key(Rule rule, Member member) {
        return StandingRung.key(
                rule.id(),
                member.threshold().isEmpty() ? rule.rungs().getFirst().name() : member.threshold());
    }

    /** A reading of the batch that is judged next. */
    public void hear(int sensorIndex, long observedAtMs, double value, byte flag) {
        if (situation.hear(sensorIndex)) {
            touch(catalogue.sensor(sensorIndex).id());
        }
        if (placesOf[sensorIndex].length > 0) {
            String sensorId = catalogue.sensor(sensorIndex).id();
            Station station = catalogue.station(catalogue.sensor(sensorIndex).stationId());
            boolean level = catalogue.sensor(sensorIndex).parameter() == Parameter.LEVEL;
            double zeroM = station == null || !level ? 0 : station.gaugeZeroM(observedAtMs);
            heard.add(new Heard(sensorId, observedAtMs, value + zeroM, flag));
        }
    }

    /** An operator has taken the sensor out of service, or put it back: meanwhile what it shows is unknown. */
    public void setOutOfService(String sensorId, boolean out) {
        situation.setOutOfService(sensorId, out);
        touch(sensorId);
    }

    /** The rules that operators keep quiet while the next batch is judged: they speak for no other. */
    public void setShelved(Set<String> ruleIds) {
        shelved = Set.copyOf(ruleIds);
    }

    private void touch(String sensorId) {
        int index = catalogue.sensorIndexEvenRetired(sensorId);
        if (index < 0) {
            return;
        }
        dirtyPlaces.addAll(List.of(placesOf[index]));
        dirty.addAll(bySensor.getOrDefault(sensorId, List.of()));
    }

    /**
     * Takes all edges of one batch.
     *
     * @param edges ordered by sensor, and for one sensor as they were found
     */
    public Judged judge(long clockMs, List<Edge> edges) {
        List<Event> events = events(edges);
        int i = 0;
        while (i < events.size()) {
            long atMs = events.get(i).atMs;
            advance(Math.min(atMs, clockMs));
            while (i < events.size() && events.get(i).atMs == atMs) {
                take(events.get(i));
                i++;
            }
            settle(atMs);
        }
        heard.clear();
        advance(clockMs);
        if (!dirty.isEmpty() || !dirtyPlaces.isEmpty()) {
            settle(clockMs);
        }
        List<Edge> own = List.copyOf(found);
        found.clear();
        List<Edge> toTell = toTell(edges, own, clockMs);
        reloaded = false;
        return new Judged(toTell, own);
    }

    /** By their own time; for one sensor the order in which they were found stays, and a reading comes before its edges. */
    private List<Event> events(List<Edge> edges) {
        List<Event> events = new ArrayList<>(heard.size() + edges.size());
        heard.forEach(each -> events.add(new Event(each.observedAtMs, null, each)));
        int sensor = -1;
        long sensorAtMs = Long.MIN_VALUE;
        for (Edge edge : edges) {
            if (edge.sensorIndex() != sensor) {
                sensor = edge.sensorIndex();
                sensorAtMs = Long.MIN_VALUE;
            }
            sensorAtMs = Math.max(sensorAtMs, Math.max(edge.atMs(), edge.observedAtMs()));
            events.add(new Event(sensorAtMs, edge, null));
        }
        events.sort(Comparator.comparingLong(Event::atMs));
        return events;
    }

    private void take(Event event) {
        if (event.heard != null) {
            Heard reading = event.heard;
            for (PlaceLadder ladder : placesOf[catalogue.sensorIndexEvenRetired(reading.sensorId)]) {
                ladder.hear(reading.sensorId, reading.observedAtMs, reading.levelM, reading.flag);
                dirtyPlaces.add(ladder);
            }
        } else if (event.edge != null) {
            take(event.edge);
        }
    }

    private void take(Edge edge) {
        situation.apply(edge);
        instant.add(edge);
        if (edge.rule() == null) {
            touch(catalogue.sensor(edge.sensorIndex()).id());
        } else {
            dirtyPlaces.addAll(List.of(placesOf[edge.sensorIndex()]));
            dirty.addAll(byRung.getOrDefault(Situation.key(edge), List.of()));
        }
    }

    /** What began or ended by itself, since time has passed. */
    private void advance(long untilMs) {
        while (nextDueMs <= untilMs) {
            long atMs = nextDueMs;
            composites.stream().filter(each -> each.dueMs() <= atMs).forEach(dirty::add);
            settle(atMs);
        }
    }

    private void settle(long atMs) {
        List<PlaceLadder> touched = List.copyOf(dirtyPlaces);
        List<Edge> ofSensors = List.copyOf(instant);
        touched.forEach(ladder -> ladder.judge(atMs, ofSensors, this::find));
        dirtyPlaces.clear();
        boolean any = !dirty.isEmpty();
        while (!dirty.isEmpty()) {
            CompositeState next = dirty.iterator().next();
            dirty.remove(next);
            next.judge(atMs, instant, catalogue, this::find);
            dirty.addAll(byRung.getOrDefault(next.key(), List.of()));
        }
        instant.clear();
        if (any) {
            nextDueMs =
                    composites.stream().mapToLong(CompositeState::dueMs).min().orElse(NEVER);
        }
    }

    private void find(Edge edge) {
        found.add(edge);
        take(edge);
    }

    /** Leaves out what another rule speaks for, and tells it once nothing does any more. */
    private List<Edge> toTell(List<Edge> edges, List<Edge> own, long clockMs) {
        List<Edge> toTell = new ArrayList<>();
        if (reloaded) {
            keepQuietWhatAPlaceSpeaksFor();
        }
        Set<String> undecided = new HashSet<>();
        for (List<Edge> some : List.of(edges, own)) {
            for (Edge edge : some) {
                if (edge.kind() == Edge.Kind.BEGAN) {
                    undecided.add(Situation.key(edge));
                }
            }
        }
        for (List<Edge> some : List.of(edges, own)) {
            for (Edge edge : some) {
                if (isToTell(edge, undecided)) {
                    toTell.add(edge);
                }
            }
        }
        release(toTell, clockMs);
        return toTell;
    }

    private boolean isToTell(Edge edge, Set<String> undecided) {
        Rule rule = edge.rule();
        Threshold threshold = edge.threshold();
        if (rule == null || threshold == null) {
            return true;
        }
        String key = Situation.key(edge);
        switch (edge.kind()) {
            case BEGAN -> {
                boolean spokenFor = isSpokenFor(rule, threshold, undecided);
                undecided.remove(key);
                if (spokenFor) {
                    quiet.add(key);
                } else {
                    quiet.remove(key);
                }
                return !spokenFor;
            }
            case ENDED, WITHDRAWN, REMOVED -> {
                return !quiet.remove(key);
            }
            case PEAK, CONFIRMED -> {
                return !quiet.contains(key);
            }
            case STALE, BACK -> {
                return true;
            }
        }
        throw new AssertionError(edge);
    }

    /** A rule that has been told of goes on being told of, so that its end reaches whoever heard of its beginning. */
    private boolean isSpokenFor(Rule rule, Threshold threshold, Set<String> undecided) {
        if (catalogue.placeRule(rule.id()) != null) {
            return true;
        }
        boolean told = rule.rungs().stream()
                .map(rung -> StandingRung.key(rule.id(), rung.name()))
                .anyMatch(key -> situation.stands(key) && !quiet.contains(key) && !undecided.contains(key));
        return !told && isInhibited(rule, threshold);
    }

    private boolean isInhibited(Rule rule, Threshold threshold) {
        return inhibitors.getOrDefault(StandingRung.key(rule.id(), threshold.name()), List.of()).stream()
                .filter(parent -> !shelved.contains(parent.id()))
                .map(parent -> parent.rungs().getFirst())
                .anyMatch(parent -> situation.stands(StandingRung.key(parent.name(), parent.name()))
                        && parent.severity() >= threshold.severity());
    }

    /** Of sensors that are redundant from this revision on; the alert book ends their own alerts. */
    private void keepQuietWhatAPlaceSpeaksFor() {
        for (StandingRung each : situation.standing()) {
            if (catalogue.placeRule(each.ruleId()) != null) {
                quiet.add(each.key());
            }
        }
    }

    private void release(List<Edge> toTell, long clockMs) {
        if (quiet.isEmpty()) {
            return;
        }
        List<Edge> released = new ArrayList<>();
        for (String key : List.copyOf(quiet)) {
            StandingRung standing = situation.standing(key);
            Edge began = standing == null ? null : standing.began(catalogue);
            if (began == null || began.rule() == null || began.threshold() == null) {
                quiet.remove(key);
            } else if (!isSpokenFor(began.rule(), began.threshold(), Set.of())) {
                released.add(began);
            }
        }
        released.sort(Comparator.comparing(Situation::key).thenComparing(Edge::rung));
        for (Edge began : released) {
            quiet.remove(Situation.key(began));
            toTell.add(began);
            stale(began, clockMs).ifPresent(toTell::add);
        }
    }

    /** What nobody watches when it is told at last. */
    private Optional<Edge> stale(Edge began, long clockMs) {
        Rule rule = began.rule();
        if (rule == null || rule.sensorIndex() != Rule.NO_ONE_SENSOR) {
            return situation
                            .stale()
                            .contains(catalogue.sensor(began.sensorIndex()).id())
                    ? Optional.of(Edge.ofSensor(Edge.Kind.STALE, began.sensorIndex(), clockMs, began.observedAtMs()))
                    : Optional.empty();
        }
        boolean silent = places.stream().anyMatch(each -> each.rule() == rule && each.isSilent())
                || composites.stream().anyMatch(each -> each.rule() == rule && each.isSilent());
        StandingRung standing = situation.standing(Situation.key(began));
        return silent && standing != null
                ? Optional.ofNullable(standing.edge(Edge.Kind.STALE, clockMs, catalogue))
                : Optional.empty();
    }

    /**
     * All state, to be handed to {@link #restore} after a restart.
     *
     * @param quiet of the rungs that stand, those not told
     */
    public record State(
            List<StandingRung> standing,
            List<String> heard,
            List<String> stale,
            List<String> outOfService,
            List<String> quiet,
            List<PlaceLadder.State> places,
            List<CompositeState.State> composites) {
        public static final State NONE =
                new State(List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

        /** Of a snapshot from before there were composites: what stands is known by its alerts. */
        public static State of(AlertBook.State book) {
            List<StandingRung> standing = new ArrayList<>();
            Set<String> silent = new TreeSet<>();
            for (AlertBook.StandingState each : book.standing()) {
                Transition last = each.alert().last();
                for (String threshold : each.rungs()) {
                    standing.add(new StandingRung(
                            last.ruleId(),
                            threshold,
                            last.sensorId(),
                            each.beganAtMs(),
                            each.alert().raisedAtMs(),
                            last.observedAtMs(),
                            last.value(),
                            (byte) last.flag(),
                            each.alert().peak(),
                            each.alert().peakAtMs(),
                            (byte) last.flag(),
                            false,
                            false,
                            false));
                }
                if (each.alert().silent()) {
                    silent.add(last.sensorId());
                }
            }
            return new State(standing, List.of(), List.copyOf(silent), List.of(), List.of(), List.of(), List.of());
        }
    }

    private List<PlaceLadder.State> savePlaces() {
        return places.stream().flatMap(ladder -> ladder.save().stream()).toList();
    }

    private List<CompositeState.State> saveComposites() {
        return composites.stream().map(CompositeState::save).toList();
    }

    public State save() {
        return new State(
                List.copyOf(situation.standing()),
                List.copyOf(situation.heard()),
                List.copyOf(situation.stale()),
                List.copyOf(situation.outOfService()),
                List.copyOf(quiet),
                savePlaces(),
                saveComposites());
    }

    public void restore(State saved) {
        situation.restore(saved.standing(), saved.heard(), saved.stale(), saved.outOfService());
        quiet.addAll(saved.quiet());
        build(saved.places(), saved.composites());
        dirty.clear();
        dirtyPlaces.clear();
    }
}
