package dk.vandvagt.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.layer.Shore;
import java.io.File;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The collections opened by GDAL's own client, as ogr2ogr and QGIS open them; its PROJ is a second opinion on every position. */
final class GdalTest {
    private static final String EPSG_25832 = "http://www.opengis.net/def/crs/EPSG/0/25832";
    private static final double CENTIMETRE_M = 0.01;
    private static final int MANY = 250;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private Serving serving;
    private int runs;

    @BeforeAll
    static void needGdal() {
        boolean there = Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(each -> Files.isExecutable(Path.of(each, "ogr2ogr")));
        assertThat(there || !"true".equals(System.getenv("CI")))
                .as("CI must have ogr2ogr: apt-get install gdal-bin")
                .isTrue();
        assumeTrue(there, "no ogr2ogr on the PATH: apt-get install gdal-bin");
    }

    @BeforeEach
    void start() throws Exception {
        serving = new Serving(
                Shore.at(Shore.silent(Shore.catalogue("many", Shore.many(MANY))), 1, Shore.NOON, List.of()));
    }

    @AfterEach
    void stop() throws Exception {
        serving.close();
    }

    private String source() {
        return "OAPIF:http://127.0.0.1:" + serving.room.port();
    }

    private record Ran(String out, String log) {}

    private Ran run(String... command) throws IOException, InterruptedException {
        Path out = folder.resolve("out" + ++runs);
        Path log = folder.resolve("log" + runs);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(log.toFile());
        builder.environment().put("CPL_DEBUG", "HTTP");
        builder.environment().put("GDAL_HTTP_TIMEOUT", "20");
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS))
                .as("%s ends", Arrays.toString(command))
                .isTrue();
        String text = Files.readString(log);
        assertThat(process.exitValue())
                .as("%s%n%s", Arrays.toString(command), text)
                .isZero();
        assertThat(text).doesNotContain("ERROR", "Warning");
        return new Ran(Files.readString(out), text);
    }

    /** Rows of a table with the columns x, y and id. */
    private List<String[]> table(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ogr2ogr", "-f", "CSV", "/vsistdout/"));
        command.addAll(List.of(options));
        command.addAll(List.of("-lco", "GEOMETRY=AS_XY"));
        List<String[]> rows = new ArrayList<>();
        String[] lines = run(command.toArray(String[]::new)).out().split("\n", -1);
        assertThat(lines[0]).startsWith("X,Y,id");
        for (int i = 1; i < lines.length; i++) {
            if (!lines[i].isBlank()) {
                rows.add(lines[i].split(",", 4));
            }
        }
        return rows;
    }

    @Test
    void shouldListEveryCollection() throws Exception {
        serving.close();
        serving = Serving.withAllLayers(Serving.noon());
        await().until(() -> serving.json("/collections").get("collections").size() == 8);
        String listed = run("ogrinfo", "-ro", "-al", "-so", source()).out();
        assertThat(listed).contains("Layer name: flood-extent", "Geometry: Multi Polygon");
        for (JsonNode collection : serving.json("/collections").get("collections")) {
            assertThat(listed).contains("Layer name: " + collection.get("id").asText());
        }
        assertThat(listed).contains("Geometry: Point");
    }

    @Test
    void shouldWalkAllPagesOfACollection() throws Exception {
        List<String[]> rows = table(source(), "stations", "-oo", "PAGE_SIZE=40");
        assertThat(rows).hasSize(MANY);
        assertThat(rows.stream().map(row -> row[2]).distinct()).hasSize(MANY);
    }

    @Test
    void shouldAskForABoxAndForAConditionAtTheServer() throws Exception {
        JsonNode box = serving.json("/collections/stations/items?limit=1000&bbox=8,54.5,8.05,54.6");
        int inBox = box.get("numberMatched").asInt();
        assertThat(inBox).isBetween(1, MANY - 1);
        assertThat(run("ogrinfo", "-ro", "-so", source(), "stations").out()).contains("Feature Count: " + MANY);
        Ran spatial = run("ogrinfo", "-ro", "-so", source(), "stations", "-spat", "8", "54.5", "8.05", "54.6");
        assertThat(spatial.out()).contains("Feature Count: " + inBox);
        assertThat(spatial.log()).contains("bbox=8,54.5");

        String id = box.get("features").get(0).get("id").asText();
        Ran condition = run("ogrinfo", "-ro", "-so", source(), "stations", "-where", "stationId = '" + id + "'");
        assertThat(condition.out()).contains("Feature Count: 1");
        assertThat(condition.log()).contains("filter=").contains("filter-lang=cql");
    }

    @Test
    void shouldAgreeWithProjOnEveryPositionInUtm() throws Exception {
        List<String[]> byProj = table(source(), "stations", "-t_srs", "EPSG:25832");
        JsonNode ours = serving.json(
                "/collections/stations/items?limit=1000&crs=" + URLEncoder.encode(EPSG_25832, StandardCharsets.UTF_8));
        assertThat(byProj).hasSize(MANY);
        for (int i = 0; i < MANY; i++) {
            JsonNode feature = ours.get("features").get(i);
            assertThat(byProj.get(i)[2].replace("\"", ""))
                    .isEqualTo(feature.get("id").asText());
            JsonNode position = feature.get("geometry").get("coordinates");
            assertThat(position.get(0).asDouble())
                    .isCloseTo(Double.parseDouble(byProj.get(i)[0]), within(CENTIMETRE_M));
            assertThat(position.get(1).asDouble())
                    .isCloseTo(Double.parseDouble(byProj.get(i)[1]), within(CENTIMETRE_M));
        }
    }

    /** Files of ours, read by a client that believes the system it is told. */
    @Test
    void shouldBeReadAsAFileInUtm() throws Exception {
        Path file = folder.resolve("utm.geojson");
        Files.writeString(
                file,
                serving.get("/collections/stations/items?limit=1000&properties=name&crs="
                                + URLEncoder.encode(EPSG_25832, StandardCharsets.UTF_8))
                        .body());
        String back = run(
                        "ogr2ogr",
                        "-f",
                        "GeoJSON",
                        "/vsistdout/",
                        file.toString(),
                        "-s_srs",
                        "EPSG:25832",
                        "-t_srs",
                        "EPSG:4326",
                        "-lco",
                        "COORDINATE_PRECISION=9")
                .out();
        JsonNode there = serving.json("/collections/stations/items?limit=1000");
        JsonNode features = JSON.readTree(back).get("features");
        assertThat(features).hasSize(MANY);
        for (int i = 0; i < MANY; i++) {
            JsonNode lonLat = there.get("features").get(i).get("geometry").get("coordinates");
            JsonNode position = features.get(i).get("geometry").get("coordinates");
            assertThat(position.get(0).asDouble()).isCloseTo(lonLat.get(0).asDouble(), within(1e-7));
            assertThat(position.get(1).asDouble()).isCloseTo(lonLat.get(1).asDouble(), within(1e-7));
        }
    }
}
