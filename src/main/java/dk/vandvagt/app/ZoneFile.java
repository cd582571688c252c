package dk.vandvagt.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dk.vandvagt.http.BearerToken;
import dk.vandvagt.http.Zones;
import dk.vandvagt.layer.Footprints;
import dk.vandvagt.layer.Plan;
import dk.vandvagt.layer.Plans;
import dk.vandvagt.layer.Zone;
import dk.vandvagt.layer.ZoneReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.locationtech.jts.io.ParseException;
import org.locationtech.jts.io.WKTReader;
import org.locationtech.jts.io.WKTWriter;

/**
 * What planners have put: zones in one file with those that were before them, and buildings in another; both {@code 0600}, written anew with
 * each change, so that an upload is there as a whole or not at all.
 */
final class ZoneFile implements Zones, Plans, AutoCloseable {
    private static final ObjectMapper JSON = JsonMapper.builder().build();
    /** Of zones that were changed or deleted, so many are kept for what was known then. */
    private static final int MOST_FORMER = 10_000;

    private static final long MOST_FORMER_POSITIONS = 500_000;

    private final Path file;
    private final BuildingFile buildingFile;
    private final BearerToken plannerToken;
    private final boolean byWallClock;
    private final ExecutorService writer = Executors.newSingleThreadExecutor(
            task -> Thread.ofPlatform().daemon().name("zones").unstarted(task));
    private volatile Held held;

    /** @param former oldest first */
    private record Held(List<Zone> zones, List<Former> former, Footprints buildings) {
        Held {
            zones = List.copyOf(zones);
            former = List.copyOf(former);
        }
    }

    /** A zone that was until then. */
    private record Former(Zone zone, long untilMs) {}

    /**
     * @param folder of {@code zones.json} and {@code buildings.bin}
     * @param byWallClock whether instants that are asked for are those of the clock that changes are timed by
     * @throws IOException where a file is there and cannot be read
     */
    ZoneFile(Path folder, BearerToken plannerToken, boolean byWallClock) throws IOException {
        this.file = folder.resolve("zones.json");
        this.buildingFile = new BuildingFile(folder.resolve("buildings.bin"));
        this.plannerToken = plannerToken;
        this.byWallClock = byWallClock;
        held = read(buildingFile.read());
    }

    @Override
    public BearerToken plannerToken() {
        return plannerToken;
    }

    @Override
    public List<Zone> all() {
        return held.zones;
    }

    @Override
    public Footprints buildings() {
        return held.buildings;
    }

    @Override
    public Plan now() {
        Held now = held;
        return new Plan(now.zones, now.buildings);
    }

    /** Of buildings only the last upload is kept: before it, which ones there were is unknown. */
    @Override
    public Plan asOf(long atMs) {
        Held now = held;
        if (!byWallClock) {
            return now();
        }
        Map<String, Zone> then = new LinkedHashMap<>();
        for (Former former : now.former) {
            if (former.zone.changedAtMs() <= atMs && atMs < former.untilMs) {
                then.put(former.zone.id(), former.zone);
            }
        }
        now.zones.stream().filter(zone -> zone.changedAtMs() <= atMs).forEach(zone -> then.put(zone.id(), zone));
        return new Plan(
                List.copyOf(then.values()), now.buildings.changedAtMs() <= atMs ? now.buildings : Footprints.NONE);
    }

    @Override
    public CompletionStage<Boolean> put(List<Zone> put) {
        return CompletableFuture.supplyAsync(
                () -> {
                    Map<String, Zone> byId = byId();
                    List<Former> former = new ArrayList<>(held.former);
                    for (Zone zone : put) {
                        Zone before = byId.get(zone.id());
                        if (before != null && isSame(before, zone)) {
                            continue;
                        }
                        byId.put(zone.id(), zone);
                        if (before != null) {
                            former.add(new Former(before, zone.changedAtMs()));
                        }
                    }
                    return byId.size() <= ZoneReader.MOST_ZONES && changed(byId, former);
                },
                writer);
    }

    @Override
    public CompletionStage<Boolean> remove(String id, long atMs) {
        return CompletableFuture.supplyAsync(
                () -> {
                    Map<String, Zone> byId = byId();
                    Zone before = byId.remove(id);
                    List<Former> former = new ArrayList<>(held.former);
                    if (before != null) {
                        former.add(new Former(before, atMs));
                    }
                    return before != null && changed(byId, former);
                },
                writer);
    }

    @Override
    public CompletionStage<Void> putBuildings(Footprints buildings) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        buildingFile.write(buildings);
                    } catch (IOException refused) {
                        throw new UncheckedIOException(refused);
                    }
                    held = new Held(held.zones, held.former, buildings);
                },
                writer);
    }

    /** But for when it was put: then nothing has changed. */
    private static boolean isSame(Zone before, Zone after) {
        return before.equals(new Zone(
                after.id(),
                after.name(),
                after.geometry(),
                after.buildings(),
                after.vulnerability(),
                after.sensorIds(),
                before.changedAtMs()));
    }

    private Map<String, Zone> byId() {
        Map<String, Zone> byId = new LinkedHashMap<>();
        held.zones.forEach(zone -> byId.put(zone.id(), zone));
        return byId;
    }

    private boolean changed(Map<String, Zone> byId, List<Former> former) {
        Held after = new Held(List.copyOf(byId.values()), newest(former), held.buildings);
        try {
            write(after);
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
        held = after;
        return true;
    }

    /** As many as are kept. */
    private static List<Former> newest(List<Former> former) {
        int from = former.size();
        long positions = 0;
        while (from > 0 && former.size() - from < MOST_FORMER) {
            positions += former.get(from - 1).zone.geometry().getNumPoints();
            if (positions > MOST_FORMER_POSITIONS) {
                break;
            }
            from--;
        }
        return former.subList(from, former.size());
    }

    private Held read(Footprints buildings) throws IOException {
        if (!Files.exists(file)) {
            return new Held(List.of(), List.of(), buildings);
        }
        try {
            JsonNode root = JSON.readTree(Files.readAllBytes(file));
            List<Zone> zones = new ArrayList<>();
            for (JsonNode each : root.get("zones")) {
                zones.add(zone(each));
            }
            List<Former> former = new ArrayList<>();
            for (JsonNode each : root.path("former")) {
                former.add(new Former(zone(each), each.get("untilMs").longValue()));
            }
            return new Held(zones, former, buildings);
        } catch (IOException | ParseException | RuntimeException unreadable) {
            throw new IOException(file + " holds no zones: move it away to go on without them", unreadable);
        }
    }

    private static Zone zone(JsonNode each) throws ParseException {
        List<String> sensorIds = new ArrayList<>();
        each.get("sensors").forEach(id -> sensorIds.add(id.asText()));
        return new Zone(
                each.get("id").asText(),
                each.get("name").asText(),
                Objects.requireNonNull(new WKTReader().read(each.get("geometry").asText())),
                each.get("buildings").asInt(),
                each.get("vulnerability").isNull()
                        ? Double.NaN
                        : each.get("vulnerability").doubleValue(),
                sensorIds,
                each.get("changedAtMs").longValue());
    }

    private void write(Held after) throws IOException {
        ObjectNode root = JSON.createObjectNode().put("version", 1);
        ArrayNode list = root.putArray("zones");
        after.zones.forEach(zone -> write(list.addObject(), zone));
        ArrayNode former = root.putArray("former");
        after.former.forEach(each -> write(former.addObject().put("untilMs", each.untilMs), each.zone));
        OwnFile.replace(file, out -> JSON.writeValue(out, root));
    }

    private static void write(ObjectNode each, Zone zone) {
        each.put("id", zone.id()).put("name", zone.name()).put("buildings", zone.buildings());
        if (Double.isNaN(zone.vulnerability())) {
            each.putNull("vulnerability");
        } else {
            each.put("vulnerability", zone.vulnerability());
        }
        ArrayNode sensors = each.putArray("sensors");
        zone.sensorIds().forEach(sensors::add);
        each.put("changedAtMs", zone.changedAtMs()).put("geometry", new WKTWriter().write(zone.geometry()));
    }

    /** After what is on its way is written. */
    @Override
    public void close() {
        writer.close();
    }
}
