package dk.vandvagt.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dk.vandvagt.http.BearerToken;
import dk.vandvagt.layer.Zone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.locationtech.jts.io.WKTReader;

class ZoneFileTest {
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
            assertThat(file.remove("c").toCompletableFuture().get()).isTrue();
            assertThat(file.remove("c").toCompletableFuture().get()).isFalse();
        }

        try (ZoneFile again = open()) {
            assertThat(again.all()).containsExactly(harbour, moor);
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("zones.json"))))
                .isEqualTo("rw-------");
    }

    @Test
    void shouldNotTakeADamagedFileForNoZones() throws IOException {
        Files.writeString(folder.resolve("zones.json"), "{\"zones\":[{\"id\":");

        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("move it away");
    }

    private ZoneFile open() throws IOException {
        return new ZoneFile(folder.resolve("zones.json"), BearerToken.of("blue-pencil-4567"));
    }

    private static Zone zone(String id, int buildings, double vulnerability, List<String> sensorIds) throws Exception {
        return new Zone(
                id,
                "Zone " + id,
                new WKTReader().read("POLYGON ((9.88123456 55.26, 9.9 55.26, 9.9 55.28, 9.88123456 55.26))"),
                buildings,
                vulnerability,
                sensorIds,
                1_700_000_000_000L);
    }
}
