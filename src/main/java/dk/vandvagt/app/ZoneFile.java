package dk.vandvagt.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dk.vandvagt.http.BearerToken;
import dk.vandvagt.http.Zones;
import dk.vandvagt.layer.Zone;
import dk.vandvagt.layer.ZoneReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.io.ParseException;
import org.locationtech.jts.io.WKTReader;
import org.locationtech.jts.io.WKTWriter;

/** The planners' zones in one file, {@code 0600}, written anew with each change, so that an upload is there as a whole or not at all. */
final class ZoneFile implements Zones, AutoCloseable {
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final Path file;
    private final BearerToken plannerToken;
    private final ExecutorService writer = Executors.newSingleThreadExecutor(
            task -> Thread.ofPlatform().daemon().name("zones").unstarted(task));
    private volatile List<Zone> zones;

    /** @throws IOException where the file is there and cannot be read */
    ZoneFile(Path file, BearerToken plannerToken) throws IOException {
        this.file = file;
        this.plannerToken = plannerToken;
        zones = read();
    }

    @Override
    public BearerToken plannerToken() {
        return plannerToken;
    }

    @Override
    public List<Zone> all() {
        return zones;
    }

    @Override
    public CompletionStage<Boolean> put(List<Zone> put) {
        return change(byId -> {
            put.forEach(zone -> byId.put(zone.id(), zone));
            return byId;
        });
    }

    @Override
    public CompletionStage<Boolean> remove(String id) {
        return CompletableFuture.supplyAsync(
                () -> zones.stream().anyMatch(zone -> zone.id().equals(id))
                        && changed(byId -> {
                            byId.remove(id);
                            return byId;
                        }),
                writer);
    }

    private CompletionStage<Boolean> change(UnaryOperator<Map<String, Zone>> change) {
        return CompletableFuture.supplyAsync(() -> changed(change), writer);
    }

    private boolean changed(UnaryOperator<Map<String, Zone>> change) {
        Map<String, Zone> byId = new LinkedHashMap<>();
        zones.forEach(zone -> byId.put(zone.id(), zone));
        List<Zone> after = List.copyOf(change.apply(byId).values());
        if (after.size() > ZoneReader.MOST_ZONES) {
            return false;
        }
        try {
            write(after);
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
        zones = after;
        return true;
    }

    private List<Zone> read() throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            List<Zone> read = new ArrayList<>();
            for (JsonNode each : JSON.readTree(Files.readAllBytes(file)).get("zones")) {
                List<String> sensorIds = new ArrayList<>();
                each.get("sensors").forEach(id -> sensorIds.add(id.asText()));
                Geometry geometry = new WKTReader().read(each.get("geometry").asText());
                read.add(new Zone(
                        each.get("id").asText(),
                        each.get("name").asText(),
                        Objects.requireNonNull(geometry),
                        each.get("buildings").asInt(),
                        each.get("vulnerability").isNull()
                                ? Double.NaN
                                : each.get("vulnerability").doubleValue(),
                        sensorIds,
                        each.get("changedAtMs").longValue()));
            }
            return List.copyOf(read);
        } catch (IOException | ParseException | RuntimeException unreadable) {
            throw new IOException(file + " holds no zones: move it away to go on without them", unreadable);
        }
    }

    private void write(List<Zone> after) throws IOException {
        ObjectNode root = JSON.createObjectNode().put("version", 1);
        ArrayNode list = root.putArray("zones");
        for (Zone zone : after) {
            ObjectNode each = list.addObject()
                    .put("id", zone.id())
                    .put("name", zone.name())
                    .put("buildings", zone.buildings());
            if (Double.isNaN(zone.vulnerability())) {
                each.putNull("vulnerability");
            } else {
                each.put("vulnerability", zone.vulnerability());
            }
            ArrayNode sensors = each.putArray("sensors");
            zone.sensorIds().forEach(sensors::add);
            each.put("changedAtMs", zone.changedAtMs()).put("geometry", new WKTWriter().write(zone.geometry()));
        }
        Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
        Files.deleteIfExists(unfinished);
        try (FileChannel out = FileChannel.open(
                unfinished,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(root));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel folder = FileChannel.open(Objects.requireNonNull(file.getParent()))) {
            folder.force(true);
        }
    }

    /** After what is on its way is written. */
    @Override
    public void close() {
        writer.close();
    }
}
