package dk.vandvagt.station;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One immutable revision of all stations, sensors and thresholds. A sensor's index is dense and, within a process, never given
 * to another sensor: a later revision is built {@link #of on top of} the one before it.
 */
public final class Catalogue {
    private static final int NONE = -1;

    private final String text;
    private final String revision;
    private final String placeName;
    private final Judging judging;
    private final List<Station> stations;
    private final Map<String, Station> stationById = new HashMap<>();
    private final List<Sensor> sensors = new ArrayList<>();
    private final Map<String, Integer> indexById = new HashMap<>();
    private final List<Rule> rules = new ArrayList<>();
    private final Map<String, Rule> ruleById = new HashMap<>();
    private final List<List<Rule>> rulesBySensor = new ArrayList<>();
    private final Map<String, Rule> placeRuleBySensorRule = new HashMap<>();
    private final Map<String, Redundant> redundantById = new LinkedHashMap<>();
    private final List<Composite> composites;
    private final List<Device> devices;

    private Catalogue(
            String text,
            String placeName,
            Judging judging,
            List<Station> stations,
            List<Composite> composites,
            List<Device> devices,
            @Nullable Catalogue previous) {
        this.text = text;
        this.revision = digest(text);
        this.placeName = placeName;
        this.judging = judging;
        this.stations = List.copyOf(stations);
        this.devices = List.copyOf(devices);
        Map<String, Sensor> wanted = new LinkedHashMap<>();
        for (Station station : stations) {
            stationById.put(station.id(), station);
            station.sensors().forEach(sensor -> wanted.put(sensor.id(), sensor));
        }
        if (previous != null) {
            for (Sensor old : previous.sensors) {
                Sensor now = wanted.remove(old.id());
                add(now != null ? now : old.retire());
            }
        }
        wanted.values().forEach(this::add);
        for (int i = 0; i < sensors.size(); i++) {
            List<Rule> ladder = rulesOf(i, sensors.get(i));
            rulesBySensor.add(ladder);
            ladder.forEach(this::add);
        }
        stations.forEach(station -> station.redundant().forEach(redundant -> add(station, redundant)));
        this.composites = membersFirst(composites);
        for (Composite each : composites) {
            add(new Rule(
                    each.id(),
                    each.stationId(),
                    Rule.NO_ONE_SENSOR,
                    Threshold.Kind.COMPOSITE,
                    Threshold.Direction.RISING,
                    0,
                    List.of(each.threshold())));
        }
    }

    private void add(Rule rule) {
        rules.add(rule);
        ruleById.put(rule.id(), rule);
    }

    /** The first sensor's ladders become the place's. */
    private void add(Station station, Redundant redundant) {
        redundantById.put(redundant.id(), redundant);
        String first = redundant.sensorIds().getFirst();
        for (Rule ladder : rulesBySensor.get(sensorIndex(first))) {
            String suffix = ladder.id().substring(first.length());
            Rule rule = new Rule(
                    redundant.id() + suffix,
                    station.id(),
                    Rule.NO_ONE_SENSOR,
                    ladder.kind(),
                    ladder.direction(),
                    ladder.windowMs(),
                    ladder.rungs());
            add(rule);
            redundant.sensorIds().forEach(sensorId -> placeRuleBySensorRule.put(sensorId + suffix, rule));
        }
    }

    private static List<Composite> membersFirst(List<Composite> composites) {
        Map<String, Composite> left = new LinkedHashMap<>();
        composites.forEach(each -> left.put(each.id(), each));
        List<Composite> ordered = new ArrayList<>();
        while (!left.isEmpty()) {
            Composite next = left.values().stream()
                    .filter(each -> each.members().stream().noneMatch(member -> isCompositeOf(left, member)))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("composites rest on each other: " + left.keySet()));
            ordered.add(left.remove(next.id()));
        }
        return List.copyOf(ordered);
    }

    private static boolean isCompositeOf(Map<String, Composite> some, Member member) {
        return member.threshold().isEmpty() && some.containsKey(member.of());
    }

    /**
     * @param text the settings it was read from; its digest is the revision
     * @param previous the revision this process used before, or null
     */
    public static Catalogue of(
            String text, String placeName, Judging judging, List<Station> stations, @Nullable Catalogue previous) {
        return of(text, placeName, judging, stations, List.of(), previous);
    }

    /**
     * @throws IllegalArgumentException composites rest on each other in a ring
     */
    public static Catalogue of(
            String text,
            String placeName,
            Judging judging,
            List<Station> stations,
            List<Composite> composites,
            @Nullable Catalogue previous) {
        return of(text, placeName, judging, stations, composites, List.of(), previous);
    }

    /**
     * @throws IllegalArgumentException composites rest on each other in a ring
     */
    public static Catalogue of(
            String text,
            String placeName,
            Judging judging,
            List<Station> stations,
            List<Composite> composites,
            List<Device> devices,
            @Nullable Catalogue previous) {
        return new Catalogue(text, placeName, judging, stations, composites, devices, previous);
    }

    private void add(Sensor sensor) {
        indexById.put(sensor.id(), sensors.size());
        sensors.add(sensor);
    }

    private static List<Rule> rulesOf(int sensorIndex, Sensor sensor) {
        Map<String, List<Threshold>> ladders = new LinkedHashMap<>();
        for (Threshold threshold : sensor.thresholds()) {
            ladders.computeIfAbsent(ruleId(sensor.id(), threshold), id -> new ArrayList<>())
                    .add(threshold);
        }
        List<Rule> rules = new ArrayList<>();
        ladders.forEach((id, rungs) -> {
            Threshold any = rungs.getFirst();
            boolean falling = any.direction() == Threshold.Direction.FALLING;
            Comparator<Threshold> mildestFirst = Comparator.comparingDouble(Threshold::raiseAt);
            rungs.sort(falling ? mildestFirst.reversed() : mildestFirst);
            rules.add(
                    new Rule(id, sensor.stationId(), sensorIndex, any.kind(), any.direction(), any.windowMs(), rungs));
        });
        return List.copyOf(rules);
    }

    /**
     * The id of the rule that a threshold belongs to.
     *
     * @param owner id of the sensor, or of the redundant sensors
     */
    public static String ruleId(String owner, Threshold threshold) {
        StringBuilder id = new StringBuilder(owner)
                .append('.')
                .append(threshold.kind().name().toLowerCase(Locale.ROOT));
        if (threshold.direction() == Threshold.Direction.FALLING) {
            id.append(".falling");
        }
        if (threshold.windowMs() > 0) {
            id.append('.')
                    .append(Duration.ofMillis(threshold.windowMs()).toMinutes())
                    .append("min");
        }
        return id.toString();
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException everyJdkHasSha256) {
            throw new AssertionError(everyJdkHasSha256);
        }
    }

    /** The settings this revision was read from, to be journalled and read again by a replay. */
    public String text() {
        return text;
    }

    /** Digest of {@link #text}, 16 hexadecimal digits. */
    public String revision() {
        return revision;
    }

    public String placeName() {
        return placeName;
    }

    public Judging judging() {
        return judging;
    }

    public List<Station> stations() {
        return stations;
    }

    /** Ids of the areas its stations are in. */
    public Set<String> areas() {
        return stations.stream()
                .map(Station::area)
                .filter(area -> !area.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Retired sensors included: indexes run from 0 to this, exclusive. */
    public int sensorCount() {
        return sensors.size();
    }

    public Sensor sensor(int sensorIndex) {
        return sensors.get(sensorIndex);
    }

    /** The dense index, or -1 where no sensor, or only a retired one, has that id. */
    public int sensorIndex(String sensorId) {
        Integer index = indexById.get(sensorId);
        return index == null || sensors.get(index).retired() ? NONE : index;
    }

    /** As {@link #sensorIndex}, retired sensors too: for readings that were journalled while it was in use. */
    public int sensorIndexEvenRetired(String sensorId) {
        Integer index = indexById.get(sensorId);
        return index == null ? NONE : index;
    }

    public @Nullable Station station(String stationId) {
        return stationById.get(stationId);
    }

    public List<Rule> rules() {
        return rules;
    }

    public List<Rule> rules(int sensorIndex) {
        return rulesBySensor.get(sensorIndex);
    }

    /** The unit of what a rule judges. */
    public String unit(Rule rule) {
        return rule.sensorIndex() == Rule.NO_ONE_SENSOR
                ? rule.kind().unit()
                : rule.kind().unit(sensors.get(rule.sensorIndex()).parameter());
    }

    public @Nullable Rule rule(String ruleId) {
        return ruleById.get(ruleId);
    }

    /** Each after the composites among its members. */
    public List<Composite> composites() {
        return composites;
    }

    /** What sends readings under names of its own. */
    public List<Device> devices() {
        return devices;
    }

    public List<Redundant> redundant() {
        return List.copyOf(redundantById.values());
    }

    /** The rule that speaks for a sensor's, where the sensor is a redundant one. */
    public @Nullable Rule placeRule(String sensorRuleId) {
        return placeRuleBySensorRule.get(sensorRuleId);
    }

    /** The rule whose rung a member is, or null where there is none; thresholds' names are unique within a sensor. */
    public @Nullable Rule rule(Member member) {
        if (member.threshold().isEmpty()) {
            Rule rule = ruleById.get(member.of());
            return rule != null && rule.kind() == Threshold.Kind.COMPOSITE ? rule : null;
        }
        Redundant redundant = redundantById.get(member.of());
        int index = sensorIndex(
                redundant == null ? member.of() : redundant.sensorIds().getFirst());
        if (index < 0) {
            return null;
        }
        for (Rule rule : rulesBySensor.get(index)) {
            if (rule.rungs().stream().anyMatch(rung -> rung.name().equals(member.threshold()))) {
                return redundant == null ? rule : placeRuleBySensorRule.get(rule.id());
            }
        }
        return null;
    }
}
