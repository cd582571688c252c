package dk.vandvagt.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * A terrain prepared by the command, a zone and houses put by a planner, a surge that comes by HTTP; and, after the water rose, the settings
 * were changed and the zone was renamed, what was known before all that.
 */
class PastLayersTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** The lower left corner of 60 by 40 cells of 10 m, in EPSG:25832: sea in the west, ground that rises by 10 cm a cell. */
    private static final int EAST = 556_300;

    private static final int NORTH = 6_125_100;

    @TempDir
    private Path folder = Path.of("");

    private Path settings = Path.of("");

    private void write() throws IOException {
        StringBuilder model =
                new StringBuilder("ncols 60\nnrows 40\nxllcorner %d\nyllcorner %d\ncellsize 10\nNODATA_value -9999\n"
                        .formatted(EAST, NORTH));
        for (int row = 0; row < 40; row++) {
            for (int column = 0; column < 60; column++) {
                model.append(String.format(Locale.ROOT, "%.2f ", column < 10 ? -2.0 : (column - 9) * 0.1));
            }
            model.append('\n');
        }
        Files.writeString(folder.resolve("model.asc"), model);
        Files.writeString(
                folder.resolve("sea.geojson"),
                "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"urn:ogc:def:crs:EPSG::25832\"}},"
                        + "\"features\":[" + box(EAST + 5, NORTH + 5, EAST + 50, NORTH + 395, "{}") + "]}");
        settings = folder.resolve("place.yml");
        Files.writeString(settings, Files.readString(Path.of("config", "assens.yml")) + """

                terrain: {crs: "EPSG:25832", verticalDatum: DVR90, unit: m, source: drawn for a test}
                coast:
                  - {id: harbour, sensors: [ASS-HAVN-W], sea: sea.geojson}
                """);
    }

    /** A Feature, in EPSG:25832. */
    private static String box(int west, int south, int east, int north, String properties) {
        return String.format(
                Locale.ROOT,
                "{\"type\":\"Feature\",\"properties\":%s,\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
                        + "[[[%2$d,%3$d],[%4$d,%3$d],[%4$d,%5$d],[%2$d,%5$d],[%2$d,%3$d]]]}}",
                properties,
                west,
                south,
                east,
                north);
    }

    @Test
    void shouldShowTheFloodTheZonesAndTheSettingsAsTheyWereKnown() throws Exception {
        write();
        Path data = folder.resolve("data");
        assertThat(new CommandLine(new TerrainCommand())
                        .execute(
                                "--config",
                                settings.toString(),
                                "--data",
                                data.toString(),
                                folder.resolve("model.asc").toString()))
                .isZero();
        try (RunningService service = RunningService.start(settings, data, 0, 0, 0)) {
            String planner = token(data, "planner-token");
            String device = token(data, "device-token");
            String in25832 = "?crs=http://www.opengis.net/def/crs/EPSG/0/25832";
            String zone =
                    box(EAST + 150, NORTH + 100, EAST + 250, NORTH + 300, "{\"name\":\"Kajen\",\"vulnerability\":1}");
            JsonNode made = JSON.readTree(
                    service.post("/zones" + in25832, zone, planner).body());
            String zoneId = made.at("/zones/0/id").asText();
            // on ground of 0.6 and 1.1 m, and one high up
            String houses = "{\"type\":\"FeatureCollection\",\"features\":["
                    + box(EAST + 151, NORTH + 201, EAST + 159, NORTH + 209, "{}") + ","
                    + box(EAST + 201, NORTH + 201, EAST + 209, NORTH + 209, "{}") + ","
                    + box(EAST + 501, NORTH + 201, EAST + 509, NORTH + 209, "{}") + "]}";
            assertThat(service.put("/buildings" + in25832, houses, planner).body())
                    .isEqualTo("{\"buildings\":3}");

            level(service, device, -120, 0.85);
            await().atMost(20, TimeUnit.SECONDS)
                    .ignoreExceptions()
                    .until(() -> flood(service, "").at("/properties/levelM").asDouble() == 0.85
                            && zone(service, zoneId, "").get("buildingsWet").asInt() == 1
                            && stored(service) == 1);
            Instant before = Instant.now();
            await().until(() -> Instant.now().isAfter(before.plusSeconds(1)));
            level(service, device, -60, 1.31);
            service.put("/zones/" + zoneId + in25832, zone.replace("Kajen", "Havnekajen"), planner);
            Files.writeString(
                    settings, Files.readString(settings).replace("name: Assens Havn", "name: Lystbådehavnen"));
            service.post("/reload", "{\"by\":\"P\"}", service.operatorToken());
            await().atMost(20, TimeUnit.SECONDS)
                    .ignoreExceptions()
                    .until(() -> flood(service, "").at("/properties/levelM").asDouble() == 1.31
                            && zone(service, zoneId, "").get("name").asText().equals("Havnekajen")
                            && station(service, "").equals("Lystbådehavnen")
                            && stored(service) == 2);

            JsonNode wet = zone(service, zoneId, "");
            assertThat(wet.get("buildings").asInt()).isEqualTo(2);
            assertThat(wet.get("buildingsWet").asInt())
                    .as("the other stands on 1.1 m")
                    .isEqualTo(2);
            assertThat(wet.get("buildingsDamaged").asInt()).isEqualTo(2);
            assertThat(flooded(service, "")).isEqualTo(2);
            String then = "asOf=" + before;
            assertThat(flood(service, then).at("/properties/levelM").asDouble()).isEqualTo(0.85);
            assertThat(flood(service, then).at("/properties/asOf").asText())
                    .startsWith(before.toString().substring(0, 19));
            assertThat(flooded(service, then)).isEqualTo(1);
            assertThat(zone(service, zoneId, then).get("name").asText()).isEqualTo("Kajen");
            assertThat(zone(service, zoneId, then).get("levelM").asDouble()).isEqualTo(0.85);
            assertThat(zone(service, zoneId, then).get("buildingsWet").asInt()).isEqualTo(1);
            assertThat(station(service, then)).isEqualTo("Assens Havn");
        }
    }

    private static String token(Path data, String name) throws IOException {
        return Files.readString(data.resolve("secrets").resolve(name)).strip();
    }

    private static void level(RunningService service, String device, int secondsFromNow, double levelM)
            throws Exception {
        String reading = "{\"t\":\"" + Instant.now().plusSeconds(secondsFromNow) + "\",\"v\":" + levelM + "}";
        assertThat(service.post("/readings/ASS-HAVN-W", reading, device).statusCode())
                .isEqualTo(200);
    }

    private static long stored(RunningService service) throws Exception {
        try (var connection = service.database();
                var rows = connection.createStatement().executeQuery("select count(*) from reading")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static JsonNode items(RunningService service, String collection, String query) throws Exception {
        return JSON.readTree(service.get("/collections/" + collection + "/items?limit=100&" + query))
                .get("features");
    }

    private static JsonNode flood(RunningService service, String query) throws Exception {
        return items(service, "flood-extent", query).get(0);
    }

    private static int flooded(RunningService service, String query) throws Exception {
        int wet = 0;
        for (JsonNode each : items(service, "flood-extent", query)) {
            wet += each.at("/properties/buildingsWet").asInt();
        }
        return wet;
    }

    private static JsonNode zone(RunningService service, String id, String query) throws Exception {
        return JSON.readTree(service.get("/collections/zones/items/" + id + "?" + query))
                .get("properties");
    }

    private static String station(RunningService service, String query) throws Exception {
        return JSON.readTree(service.get("/collections/stations/items/ASS-HAVN?" + query))
                .at("/properties/name")
                .asText();
    }
}
