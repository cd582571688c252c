package dk.vandvagt.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dk.vandvagt.layer.Shore;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FeaturesTest {
    private static final String STATIONS = "/collections/stations/items";

    @SuppressWarnings("NullAway.Init")
    private Serving serving;

    @BeforeAll
    void start() throws Exception {
        serving = new Serving(Serving.noon());
    }

    @AfterAll
    void stop() throws Exception {
        serving.close();
    }

    private List<String> ids(String query) {
        return Serving.texts(serving.json(STATIONS + query).get("features"), "id");
    }

    @Test
    void shouldLandProgramsOnLinksThatAllLeadSomewhere() {
        JsonNode landing = serving.json("/");
        assertThat(landing.get("title").asText()).contains("Assens");
        assertThat(Serving.texts(landing.get("links"), "rel")).contains("self", "service-desc", "conformance", "data");
        for (JsonNode link : landing.get("links")) {
            String href = link.get("href").asText();
            assertThat(href).startsWith("http://127.0.0.1:" + serving.room.port());
            if (!link.get("type").asText().equals("text/event-stream")) {
                HttpResponse<String> answer =
                        serving.send(HttpRequest.newBuilder(URI.create(href)).build());
                assertThat(answer.statusCode()).as(href).isEqualTo(200);
                assertThat(answer.headers().firstValue("content-type").orElse(""))
                        .as(href)
                        .startsWith(link.get("type").asText());
            }
        }
    }

    @Test
    void shouldLandBrowsersOnThePage() {
        HttpResponse<String> page = serving.get("/", "Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("content-type").orElse("")).startsWith("text/html");
        assertThat(page.body()).contains("<title>Vandvagt");
        assertThat(serving.json("/?f=json", "Accept", "text/html").has("links")).isTrue();
    }

    @Test
    void shouldDescribeItselfInOneDocument() {
        JsonNode api = serving.json("/api");
        assertThat(api.get("openapi").asText()).startsWith("3.0");
        assertThat(api.get("paths").properties())
                .extracting(java.util.Map.Entry::getKey)
                .contains("/collections/stations/items", "/live", "/reload");
        assertThat(serving.json("/conformance").get("conformsTo").toString())
                .contains("ogcapi-features-1/1.0/conf/core", "conf/geojson");
    }

    @Test
    void shouldTakeExactlyTheParametersItDescribes() {
        serving.exercise = new Drills.View(
                new Drills.Order("drill-1", 1, 2, "Anna", ""),
                () -> CompletableFuture.completedFuture(serving.live),
                serving.trail);
        await().until(() -> serving.status("/exercise/collections") == 200);
        JsonNode api = serving.json("/api");
        int checked = 0;
        for (var path : api.get("paths").properties()) {
            JsonNode get = path.getValue().get("get");
            // CAP and subscriptions are off here
            if (get == null || path.getKey().matches("/metrics|/cap/.*|/subscriptions.*|/deliveries")) {
                continue;
            }
            String address = path.getKey()
                    .replace("{featureId}", "ASS-HAVN")
                    .replace("{z}/{x}/{y}", "0/0/0")
                    .replace("{sensorId}", "ASS-HAVN-W")
                    .replace("{stationId}", "ASS-HAVN");
            List<String> described = new ArrayList<>();
            for (JsonNode parameter : get.get("parameters")) {
                JsonNode meant = parameter.has("$ref")
                        ? api.at(parameter.get("$ref").asText().substring(1))
                        : parameter;
                if (meant.get("in").asText().equals("query")) {
                    described.add(meant.get("name").asText());
                }
            }
            described.sort(null);
            JsonNode problem = Serving.problem(serving.get(address + "?colour=red"), 400);
            assertThat(problem.get("expected").asText())
                    .as(address)
                    .isEqualTo(described.isEmpty() ? "none" : "one of " + String.join(", ", described));
            checked++;
        }
        assertThat(checked).isGreaterThanOrEqualTo(12);
    }

    @Test
    void shouldListItsCollectionsWithExtentAndLinks() {
        JsonNode collections = serving.json("/collections").get("collections");
        assertThat(Serving.texts(collections, "id")).containsExactly("stations", "observations", "alerts");
        JsonNode observations = serving.json("/collections/observations");
        assertThat(observations.at("/extent/spatial/bbox/0/0").asDouble()).isEqualTo(9.8869);
        assertThat(observations.at("/extent/spatial/bbox/0/1").asDouble()).isEqualTo(55.233);
        assertThat(observations.at("/extent/temporal/interval/0/0").asText()).isEqualTo("2023-10-20T11:50:00.000Z");
        JsonNode problem = Serving.problem(serving.get("/collections/rivers"), 404);
        assertThat(problem.get("parameter").asText()).isEqualTo("collectionId");
        assertThat(problem.get("expected").asText()).contains("stations, observations, alerts");
    }

    @Test
    void shouldServeFeaturesWithWhenAndFromWhatTheyWereComputed() {
        HttpResponse<String> answer = serving.get(STATIONS);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/geo+json");
        JsonNode page = Serving.json(answer);
        assertThat(page.get("type").asText()).isEqualTo("FeatureCollection");
        assertThat(page.get("numberMatched").asInt()).isEqualTo(4);
        assertThat(page.get("numberReturned").asInt()).isEqualTo(4);
        assertThat(page.get("sequence").asInt()).isEqualTo(7);
        assertThat(page.get("runId").asText()).isEqualTo("live-1");
        assertThat(page.get("asOf").asText()).isEqualTo("2023-10-20T12:00:00.000Z");
        JsonNode havn = serving.json(STATIONS + "/ASS-HAVN");
        assertThat(havn.at("/properties/state").asText()).isEqualTo("active");
        assertThat(havn.at("/properties/levelM").asDouble()).isEqualTo(1.31);
        assertThat(Serving.texts(havn.get("links"), "rel")).containsExactly("self", "alternate", "collection");
        Serving.problem(serving.get(STATIONS + "/NO-SUCH"), 404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "9.88,55.26,9.89,55.28; ASS-HAVN",
                "9.88,55.26,-10,9.89,55.28,200; ASS-HAVN",
                "9.88,55.2,9.95,55.25; ASS-NEES ASS-TORO",
                "170,55,-170,56; ''",
                "9.95,-90,9.89,90; ASS-EBBERUP ASS-HAVN",
                "-180,-90,180,90; ASS-EBBERUP ASS-HAVN ASS-NEES ASS-TORO"
            })
    void shouldServeWhatLiesInTheBoxLongitudeFirst(String bbox, String expected) {
        assertThat(String.join(" ", ids("?bbox=" + bbox))).isEqualTo(expected);
    }

    @Test
    void shouldNotTakeLatitudeFirst() {
        assertThat(ids("?bbox=55.26,9.88,55.28,9.89")).isEmpty();
    }

    @Test
    void shouldServeWhatWasObservedInTheInterval() {
        String items = "/collections/observations/items?datetime=";
        assertThat(Serving.texts(serving.json(items + "2023-10-20T11:55:00Z/..").get("features"), "id"))
                .as("sensors never heard have no time and match every interval")
                .contains("ASS-HAVN-W", "ASS-TORO-W")
                .doesNotContain("ASS-NEES-W");
        assertThat(Serving.texts(
                        serving.json(items + "2023-10-20T13:50:00%2B02:00").get("features"), "id"))
                .contains("ASS-NEES-W")
                .doesNotContain("ASS-HAVN-W");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 7})
    void shouldWalkAllFeaturesExactlyOnceByNextLinks(int limit) {
        List<String> walked = new ArrayList<>();
        String next = "http://127.0.0.1:" + serving.room.port() + "/collections/observations/items?limit=" + limit;
        while (next != null) {
            JsonNode page = Serving.json(
                    serving.send(HttpRequest.newBuilder(URI.create(next)).build()));
            assertThat(page.get("numberMatched").asInt()).isEqualTo(6);
            assertThat(page.get("features")).hasSizeBetween(1, limit);
            walked.addAll(Serving.texts(page.get("features"), "id"));
            next = null;
            for (JsonNode link : page.get("links")) {
                next = link.get("rel").asText().equals("next")
                        ? link.get("href").asText()
                        : next;
            }
        }
        assertThat(walked).hasSize(6);
        assertThat(new HashSet<>(walked)).hasSize(6);
    }

    @Test
    void shouldKeepTheBoxInNextLinks() {
        JsonNode page = serving.json(STATIONS + "?limit=1&bbox=9.88,55.2,9.95,55.25");
        String next = link(page, "next");
        JsonNode rest = Serving.json(
                serving.send(HttpRequest.newBuilder(URI.create(next)).build()));
        assertThat(Serving.texts(rest.get("features"), "id")).containsExactly("ASS-TORO");
        assertThat(Serving.texts(rest.get("links"), "rel")).doesNotContain("next");
    }

    @Test
    void shouldLowerALimitAboveTheMost() {
        assertThat(serving.json(STATIONS + "?limit=99999999")
                        .get("numberReturned")
                        .asInt())
                .isEqualTo(4);
    }

    private static String link(JsonNode document, String rel) {
        for (JsonNode link : document.get("links")) {
            if (link.get("rel").asText().equals(rel)) {
                return link.get("href").asText();
            }
        }
        throw new AssertionError("no link " + rel + " in " + document.get("links"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "bbox; 1,2,3; four numbers",
                "bbox; 1,2,3,4,5; four numbers",
                "bbox; 1,2,3,x; four numbers",
                "bbox; 1,2,3,NaN; four numbers",
                "bbox; 1,2,3,0x4; four numbers",
                "bbox; ''; four numbers",
                "bbox; 9,56,10,55; southern position",
                "bbox; 9,55,10,91; latitudes from -90",
                "bbox; -181,55,10,56; longitudes from -180",
                "bbox; 9,55,7,10,56,3; lower height",
                "limit; 0; from 1 to",
                "limit; -1; from 1 to",
                "limit; ten; from 1 to",
                "limit; 99999999999999999999; from 1 to",
                "datetime; yesterday; RFC 3339",
                "datetime; 2023-10-20; RFC 3339",
                "datetime; 2023-10-20T12:00:00; RFC 3339",
                "datetime; ../..; RFC 3339",
                "datetime; 2023-10-21T00:00:00Z/2023-10-20T00:00:00Z; earlier instant",
                "datetime; 1000000000; RFC 3339",
                "f; kml; json, geojson or html",
                "bboxx; 1,2,3,4; bbox, bbox-crs, crs, datetime"
            })
    void shouldTellWhatIsWrongWithAParameter(String parameter, String found, String expected) {
        JsonNode problem = Serving.problem(
                serving.get(STATIONS + "?" + parameter + "="
                        + java.net.URLEncoder.encode(found, java.nio.charset.StandardCharsets.UTF_8)),
                400);
        assertThat(problem.get("parameter").asText()).isEqualTo(parameter);
        assertThat(problem.get("found").asText()).isEqualTo(found);
        assertThat(problem.get("expected").asText()).contains(expected);
        assertThat(problem.get("instance").asText()).isEqualTo(STATIONS);
    }

    @Test
    void shouldRefuseAParameterGivenTwiceOrUnknownAtEveryAddress() {
        assertThat(Serving.problem(serving.get(STATIONS + "?limit=1&limit=2"), 400)
                        .get("expected")
                        .asText())
                .isEqualTo("once");
        for (String path : List.of(
                "/",
                "/api",
                "/conformance",
                "/collections",
                "/collections/stations",
                "/alerts",
                "/threshold-events",
                "/stations/ASS-HAVN/series",
                "/live",
                "/health/live",
                "/health/ready",
                STATIONS + "/ASS-HAVN")) {
            assertThat(Serving.problem(serving.get(path + "?colour=red"), 400)
                            .get("parameter")
                            .asText())
                    .as(path)
                    .isEqualTo("colour");
        }
    }

    @Test
    void shouldCompressWhatIsWorthIt() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(serving.uri(STATIONS))
                .header("Accept-Encoding", "gzip")
                .build();
        HttpResponse<java.io.InputStream> answer =
                serving.client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.headers().firstValue("content-encoding")).hasValue("gzip");
        String unpacked;
        try (GZIPInputStream in = new GZIPInputStream(answer.body())) {
            unpacked = new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
        assertThat(unpacked).isEqualTo(serving.get(STATIONS).body());
        HttpResponse<String> landing = serving.get("/", "Accept-Encoding", "gzip");
        assertThat(landing.headers().firstValue("content-encoding")).hasValue("gzip");
        assertThat(serving.get(STATIONS, "Accept-Encoding", "gzip;q=0")
                        .headers()
                        .firstValue("content-encoding"))
                .isEmpty();
    }

    @Test
    void shouldNotSendAgainWhatIsKnown() {
        String etag = serving.get(STATIONS).headers().firstValue("etag").orElseThrow();
        HttpResponse<String> again = serving.get(STATIONS, "If-None-Match", etag);
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @Test
    void shouldAnswerHeadLikeGetWithoutTheBody() {
        HttpResponse<String> head = serving.send(HttpRequest.newBuilder(serving.uri(STATIONS))
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("content-type")).hasValue("application/geo+json");
        assertThat(head.body()).isEmpty();
    }

    @Test
    void shouldWalkTenThousandStations() throws Exception {
        try (Serving many = new Serving(
                Shore.at(Shore.silent(Shore.catalogue("many", Shore.many(10_000))), 1, Shore.NOON, List.of()))) {
            JsonNode page = many.json(STATIONS + "?limit=10000");
            assertThat(page.get("numberReturned").asInt()).isEqualTo(10_000);
            assertThat(many.json(STATIONS + "?bbox=8,54.5,8.5,54.6")
                            .get("numberMatched")
                            .asInt())
                    .isEqualTo(44);
        }
    }
}
