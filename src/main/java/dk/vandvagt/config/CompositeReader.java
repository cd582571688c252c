package dk.vandvagt.config;

import com.google.common.collect.ImmutableMap;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Composite;
import dk.vandvagt.station.Member;
import dk.vandvagt.station.Nearest;
import dk.vandvagt.station.Redundant;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Station;
import dk.vandvagt.station.Text;
import dk.vandvagt.station.Threshold;
import dk.vandvagt.station.VerticalDatum;
import dk.vandvagt.station.YearPart;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The composites of a settings file, once its stations are read. */
final class CompositeReader {
    static final int DEEPEST = 4;

    private static final Map<String, Boolean> CONDITIONS = ImmutableMap.of("all", true, "any", false);
    private static final String A_MEMBER =
            "sensor/threshold such as ASS-HAVN-W/water-on-the-quays, or another composite's id";

    private final List<Station> stations;
    private final Set<String> stationIds = new TreeSet<>();
    /** As written by members. */
    private final Map<String, Threshold> thresholds = new LinkedHashMap<>();

    /** By redundant sensor, the id that its alerts are told under. */
    private final Map<String, String> placeOf = new HashMap<>();

    private final Set<String> sensorRuleIds = new HashSet<>();
    private final Map<String, Entry> byId = new LinkedHashMap<>();

    /** A composite, and the fields of it that a fault in the whole points to. */
    private record Entry(
            Composite composite, Field<String> id, List<Field<String>> members, List<Field<String>> inhibits) {}

    CompositeReader(List<Station> stations) {
        this.stations = stations;
    }

    private void enterStations() {
        for (Station station : stations) {
            stationIds.add(station.id());
            Map<String, Sensor> sensors = new HashMap<>();
            for (Sensor sensor : station.sensors()) {
                sensors.put(sensor.id(), sensor);
                enter(sensor.id(), sensor);
            }
            for (Redundant redundant : station.redundant()) {
                Sensor first = redundant.sensorIds().isEmpty()
                        ? null
                        : sensors.get(redundant.sensorIds().getFirst());
                if (first != null) {
                    enter(redundant.id(), first);
                }
                redundant.sensorIds().forEach(sensorId -> placeOf.put(sensorId, redundant.id()));
            }
        }
    }

    private void enter(String owner, Sensor sensor) {
        for (Threshold threshold : sensor.thresholds()) {
            thresholds.putIfAbsent(owner + "/" + threshold.name(), threshold);
            sensorRuleIds.add(Catalogue.ruleId(owner, threshold));
        }
    }

    List<Composite> composites(Section file) {
        if (!file.has("composites")) {
            return List.of();
        }
        enterStations();
        List<Entry> entries = file.list("composites", this::composite);
        for (Entry entry : entries) {
            entry.members.forEach(this::isKnown);
            entry.inhibits.forEach(child -> checkInhibited(child, entry));
        }
        boolean sound = entries.stream().allMatch(this::isNoRing);
        return sound ? entries.stream().map(Entry::composite).toList() : List.of();
    }

    private Entry composite(Section at) {
        Field<String> id = at.id("id");
        String compositeId = id.required("an id such as ASS-HAVN-OUTFALL", "");
        Field<String> station = at.text("station");
        String stationId = station.required("the id of the station it is about", "");
        if (station.isGood() && !stationIds.contains(stationId)) {
            station.fault("found " + station.written() + ", which is no station of this file"
                    + Nearest.hint(stationId, stationIds));
        }
        Text title = at.textForPeople("title", new Text(compositeId, compositeId));
        int severity = at.choice("severity", ThresholdReader.SEVERITIES).required("yellow, orange or red", 1);
        List<Field<String>> named = at.texts("members");
        if (!at.has("members")) {
            at.missing("members", "a list of at least one member: " + A_MEMBER);
        }
        refuseTwice(named);
        int atLeast = atLeast(at, named.size());
        List<Field<String>> inhibits = at.texts("inhibits");
        refuseTwice(inhibits);
        Threshold threshold = new Threshold(
                compositeId,
                title,
                severity,
                Threshold.Kind.COMPOSITE,
                Threshold.Direction.RISING,
                Threshold.Comparison.AT_OR_BEYOND,
                atLeast,
                atLeast,
                VerticalDatum.NONE,
                ThresholdReader.delay(at, "onDelay"),
                ThresholdReader.delay(at, "offDelay"),
                0,
                Double.NaN,
                YearPart.ALL,
                at.text("source").or(""),
                at.flag("verified").or(false),
                at.textForPeople("action", Text.NONE),
                at.text("owner").or(""),
                at.text("contact").or(""));
        Composite composite = new Composite(compositeId, stationId, threshold, members(named), members(inhibits));
        Entry entry = new Entry(composite, id, named, inhibits);
        if (id.isGood()) {
            if (sensorRuleIds.contains(compositeId)) {
                id.fault("found " + id.written() + ", which is the rule of a sensor's thresholds: give it another id");
            }
            Entry first = byId.putIfAbsent(compositeId, entry);
            if (first != null) {
                id.fault(id.named() + " is the id of another composite, in line " + first.id.line()
                        + ": ids are unique");
            }
        }
        return entry;
    }

    private static int atLeast(Section at, int members) {
        Field<Boolean> condition = at.choice("condition", CONDITIONS);
        Field<Long> atLeast = at.whole("atLeast");
        if (atLeast.isWritten()) {
            condition.refuseIfWritten("stands beside atLeast: keep one of them");
            atLeast.check(k -> k >= 1 && k <= Math.max(1, members), "1 to " + members + ", the number of members");
            return atLeast.or(1L).intValue();
        }
        return condition.required("all or any; or atLeast: how many", true) ? Math.max(1, members) : 1;
    }

    private static void refuseTwice(List<Field<String>> named) {
        Set<String> before = new HashSet<>();
        for (Field<String> each : named) {
            if (!before.add(each.or(""))) {
                each.fault("found " + each.written() + " twice: name each once");
            }
        }
    }

    private static List<Member> members(List<Field<String>> named) {
        List<Member> members = new ArrayList<>();
        for (Field<String> each : named) {
            String written = each.or("");
            int slash = written.indexOf('/');
            members.add(
                    slash < 0
                            ? new Member(written, "")
                            : new Member(written.substring(0, slash), written.substring(slash + 1)));
        }
        return members;
    }

    private boolean isKnown(Field<String> member) {
        String written = member.or("");
        if (thresholds.containsKey(written) || byId.containsKey(written)) {
            return true;
        }
        Set<String> known = new TreeSet<>(thresholds.keySet());
        known.addAll(byId.keySet());
        String hint = Nearest.hint(written, known);
        member.fault("found " + member.written()
                + ", which is neither a threshold nor a composite of this file: should be " + A_MEMBER + hint);
        return false;
    }

    private void checkInhibited(Field<String> child, Entry entry) {
        if (!isKnown(child)) {
            return;
        }
        Member member = members(List.of(child)).getFirst();
        String place = member.threshold().isEmpty() ? null : placeOf.get(member.of());
        if (place != null) {
            child.fault("found " + child.written() + ", but " + member.of()
                    + " is a redundant sensor, which is not told of by itself: should be " + place + "/"
                    + member.threshold());
            return;
        }
        Entry other = byId.get(child.or(""));
        Threshold quiet = other == null ? thresholds.get(child.or("")) : other.composite.threshold();
        if (quiet != null && quiet.severity() > entry.composite.threshold().severity()) {
            child.warn("found " + child.written() + ", which is graver than " + entry.composite.id()
                    + ": it is told all the same");
        }
    }

    /** Neither by what it rests on nor by what it keeps quiet may a composite come back to itself. */
    private boolean isNoRing(Entry entry) {
        String id = entry.composite.id();
        if (isReached(id, entry.composite.members(), true, 1)) {
            entry.id.fault(entry.id.named() + " rests on itself through its members, or on more than " + DEEPEST
                    + " composites one upon the other");
            return false;
        }
        if (isReached(id, entry.composite.inhibits(), false, 1)) {
            entry.id.fault(entry.id.named() + " is kept quiet by what it keeps quiet: nobody would be told");
            return false;
        }
        return true;
    }

    private boolean isReached(String id, List<Member> from, boolean members, int depth) {
        for (Member each : from) {
            Entry entry = each.threshold().isEmpty() ? byId.get(each.of()) : null;
            if (entry != null) {
                List<Member> next = members ? entry.composite.members() : entry.composite.inhibits();
                boolean tooDeep = members && depth > DEEPEST;
                if (each.of().equals(id)
                        || tooDeep
                        || depth <= byId.size() && isReached(id, next, members, depth + 1)) {
                    return true;
                }
            }
        }
        return false;
    }
}
