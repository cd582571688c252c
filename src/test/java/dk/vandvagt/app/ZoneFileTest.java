package dk.vandvagt.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dk.vandvagt.http.BearerToken;
import dk.vandvagt.layer.Footprints;
import dk.vandvagt.layer.Zone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.io.WKTReader;

class ZoneFileTest {
    private static final long PUT = 1_700_000_000_000L;

    @TempDir
    Path folder;

    @Test
    void shouldHoldItsZonesOverARestart() throws Exception {
        Zone harbour = zone("a", 4, 0.25, List.of("ASS-HAVN-W"));
        Zone moor = zone("b", -1, Double.NaN, List.of());
        try (ZoneFile file = open()) {
            assertThat(file.put(List.of(harbour, moor, zone("c", 1, 1, List.of())))
                            .toCompletableFuture()
                            .get())
                    .isTrue();
            assertThat(file.remove("c", PUT + 10).toCompletableFuture().get()).isTrue();
            assertThat(file.remove("c", PUT + 10).toCompletableFuture().get()).isFalse();
        }

        try (ZoneFile again = open()) {
            assertThat(again.all()).containsExactly(harbour, moor);
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("zones.json"))))
                .isEqualTo("rw-------");
    }

    @Test
    void shouldKnowWhichZonesThereWereBefore() throws Exception {
        Zone first = zone("a", 4, 0.25, List.of());
        Zone second = new Zone("a", "Zone a", first.geometry(), 5, 0.5, List.of(), PUT + 5);
        try (ZoneFile file = open()) {
            file.put(List.of(first)).toCompletableFuture().get();
            file.put(List.of(second)).toCompletableFuture().get();
            file.remove("a", PUT + 10).toCompletableFuture().get();
        }

        try (ZoneFile again = open()) {
            assertThat(again.now().zones()).isEmpty();
            assertThat(again.asOf(PUT - 1).zones()).isEmpty();
            assertThat(again.asOf(PUT).zones()).containsExactly(first);
            assertThat(again.asOf(PUT + 5).zones()).containsExactly(second);
            assertThat(again.asOf(PUT + 10).zones()).isEmpty();
        }
        try (ZoneFile replayed = new ZoneFile(folder, BearerToken.of("blue-pencil-4567"), false)) {
            assertThat(replayed.asOf(PUT).zones())
                    .as("instants of a replay are none of this clock")
                    .isEmpty();
        }
    }

    @Test
    void shouldHoldItsBuildingsOverARestart() throws Exception {
        Geometry house = new WKTReader().read("POLYGON ((9.881 55.26, 9.882 55.26, 9.882 55.261, 9.881 55.26))");
        try (ZoneFile file = open()) {
            assertThat(file.buildings().isUnknown()).isTrue();
            file.putBuildings(new Footprints(List.of(house, house), PUT))
                    .toCompletableFuture()
                    .get();
        }

        try (ZoneFile again = open()) {
            assertThat(again.buildings().outlines()).containsExactly(house, house);
            assertThat(again.asOf(PUT).buildings()).isSameAs(again.now().buildings());
            assertThat(again.asOf(PUT - 1).buildings().isUnknown()).isTrue();
        }
        Path file = folder.resolve("buildings.bin");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        byte[] bytes = Files.readAllBytes(file);
        bytes[60] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("holds no buildings");
    }

    @Test
    void shouldNotTakeADamagedFileForNoZones() throws IOException {
        Files.writeString(folder.resolve("zones.json"), "{\"zones\":[{\"id\":");

        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("move it away");
    }

    private ZoneFile open() throws IOException {
        return new ZoneFile(folder, BearerToken.of("blue-pencil-4567"), true);
    }

    private static Zone zone(String id, int buildings, double vulnerability, List<String> sensorIds) throws Exception {
        return new Zone(
                id,
                "Zone " + id,
                new WKTReader().read("POLYGON ((9.88123456 55.26, 9.9 55.26, 9.9 55.28, 9.88123456 55.26))"),
                buildings,
                vulnerability,
                sensorIds,
                PUT);
    }
}
