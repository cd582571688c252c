package dk.vandvagt.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.luben.zstd.Zstd;
import dk.vandvagt.layer.KnownState;
import dk.vandvagt.layer.LiveState;
import dk.vandvagt.layer.Shore;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What planners' clients ask of a collection's items beyond a box and a limit. */
final class ItemsTest {
    private static final String STATIONS = "/collections/stations/items";
    private static final String EPSG = "http://www.opengis.net/def/crs/EPSG/0/";
    private static final double CENTIMETRE_M = 0.01;

    private Serving serving;

    @BeforeEach
    void start() throws Exception {
        serving = new Serving(Serving.noon());
    }

    @AfterEach
    void stop() throws Exception {
        serving.close();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private JsonNode havn(String query) {
        for (JsonNode feature : serving.json(STATIONS + query).get("features")) {
            if (feature.get("id").asText().equals("ASS-HAVN")) {
                return feature;
            }
        }
        throw new AssertionError("no ASS-HAVN in " + query);
    }

    /** Control points by PROJ's cs2cs: see CrsTest. */
    @ParameterizedTest
    @CsvSource({
        "25832, 556351.0114, 6125218.1289",
        "25833, 175275.6609, 6136780.7378",
        "3857, 1100604.6735, 7414484.0086",
        "4326, 55.2702, 9.8869"
    })
    void shouldAnswerInTheSystemThatIsAskedForInTheOrderOfItsAxes(String code, double first, double second) {
        String query = "?crs=" + encoded(EPSG + code);
        for (JsonNode feature : List.of(havn(query), serving.json(STATIONS + "/ASS-HAVN" + query))) {
            JsonNode position = feature.get("geometry").get("coordinates");
            assertThat(position).hasSize(2);
            assertThat(position.get(0).asDouble()).isCloseTo(first, within(CENTIMETRE_M));
            assertThat(position.get(1).asDouble()).isCloseTo(second, within(CENTIMETRE_M));
            assertThat(feature.get("properties").get("name").asText()).isEqualTo("Assens Havn");
        }
        assertThat(serving.get(STATIONS + query).headers().firstValue("Content-Crs"))
                .hasValue("<" + EPSG + code + ">");
        assertThat(serving.get(STATIONS).headers().firstValue("Content-Crs"))
                .hasValue("<http://www.opengis.net/def/crs/OGC/1.3/CRS84>");
    }

    /** The same box, some hundred metres around the harbour, in each system. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "OGC/1.3/CRS84; 9.88,55.26,9.89,55.28",
                "EPSG/0/4326; 55.26,9.88,55.28,9.89",
                "EPSG/0/25832; 556000,6125000,556700,6125500",
                "EPSG/0/25832; 556000,6125000,-5,556700,6125500,5",
                "EPSG/0/25833; 175000,6136500,175500,6137000",
                "EPSG/0/3857; 1100400,7414300,1100800,7414700"
            })
    void shouldFindWhatLiesInABoxOfAnySystem(String crs, String box) {
        String query = "?bbox=" + box + "&bbox-crs=" + encoded("http://www.opengis.net/def/crs/" + crs);
        assertThat(Serving.texts(serving.json(STATIONS + query).get("features"), "id"))
                .containsExactly("ASS-HAVN");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "crs; EPSG:25832; one of http://www.opengis.net/def/crs/OGC/1.3/CRS84",
                "bbox-crs; http://www.opengis.net/def/crs/EPSG/0/25834; one of http",
                "properties; name,colour; properties of the collection: stationId, name",
                "properties; name,name; once",
                "sortby; -colour; properties of the collection: stationId, name",
                "severity; high; a whole number",
                "levelM; 0x1; a number",
                "stale; yes; true or false",
                "state; sunken; one of active, pending",
                "observedAt; yesterday; RFC 3339"
            })
    void shouldTellWhatIsWrongWithAParameter(String parameter, String found, String expected) {
        JsonNode problem = Serving.problem(serving.get(STATIONS + "?" + parameter + "=" + encoded(found)), 400);
        assertThat(problem.get("parameter").asText()).isEqualTo(parameter);
        assertThat(problem.get("expected").asText()).contains(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "4326; 91.0,9.88,92.0,9.89; latitude before longitude",
                "25832; 556700,6125000,556000,6125500; lesser easting",
                "25832; 556000,6125500,556700,6125000; southern position"
            })
    void shouldTellWhatIsWrongWithABoxInItsSystem(String code, String box, String expected) {
        JsonNode problem =
                Serving.problem(serving.get(STATIONS + "?bbox=" + box + "&bbox-crs=" + encoded(EPSG + code)), 400);
        assertThat(problem.get("expected").asText()).contains(expected);
    }

    @Test
    void shouldAnswerOnlyThePropertiesAskedForInTheirOrder() {
        JsonNode feature = havn("?properties=levelM,name");
        assertThat(feature.get("properties").fieldNames()).toIterable().containsExactly("levelM", "name");
        assertThat(feature.get("geometry").get("coordinates").get(0).asDouble()).isEqualTo(9.8869);
        assertThat(havn("?properties=").get("properties")).isEmpty();
        JsonNode there = havn("?properties=name&crs=" + encoded(EPSG + "25832"));
        assertThat(there.get("properties").get("name").asText()).isEqualTo("Assens Havn");
        assertThat(there.get("geometry").get("coordinates").get(0).asDouble()).isCloseTo(556351, within(1.0));
    }

    @Test
    void shouldFilterByEachPropertyAsAParameter() {
        assertThat(Serving.texts(
                        serving.json(STATIONS + "?name=" + encoded("Næs Vig")).get("features"), "id"))
                .containsExactly("ASS-NEES");
        assertThat(serving.json(STATIONS + "?name=" + encoded("Næs Vig") + "&severity=3")
                        .get("numberMatched")
                        .asInt())
                .isZero();
        JsonNode page = serving.json(STATIONS + "?stale=false&limit=1");
        assertThat(link(page, "next")).contains("stale=false");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "severity >= 0 AND name LIKE 'Næs%'; cql2-text; ",
                "(\"name\" = 'Næs Vig'); cql-text; ",
                "S_INTERSECTS(geometry, BBOX(9.94,55.23,9.95,55.24)); cql2-text; ",
                "S_INTERSECTS(geometry, POLYGON((55.23 9.94, 55.23 9.95, 55.24 9.95, 55.23 9.94))); cql2-text; 4326",
                "S_INTERSECTS(geometry, BBOX(560000,6121000,560200,6121200)); cql2-text; 25832",
                "{\"op\":\"=\",\"args\":[{\"property\":\"stationId\"},\"ASS-NEES\"]}; cql2-json; "
            })
    void shouldFilterByConditionsInCql2(String filter, String language, String crs) {
        String query = "?filter=" + encoded(filter) + "&filter-lang=" + language
                + (crs == null ? "" : "&filter-crs=" + encoded(EPSG + crs));
        assertThat(Serving.texts(serving.json(STATIONS + query).get("features"), "id"))
                .containsExactly("ASS-NEES");
        JsonNode none = serving.json(STATIONS + query + "&name=Torø%20Huse".replace("ø", "%C3%B8"));
        assertThat(none.get("numberMatched").asInt()).isZero();
    }

    @Test
    void shouldAnswerWhatWasKnownAtAnInstant() {
        long atMs = Shore.NOON - 3_600_000;
        serving.known = new Serving.Known(
                List.of(
                        new KnownState.Reading("ASS-HAVN-W", atMs - 60_000, atMs - 50_000, 1.25, 1, 0),
                        new KnownState.Reading("ASS-NEES-W", atMs - 86_400_000, atMs - 86_300_000, 0.5, 1, 0),
                        new KnownState.Reading("GONE-W", atMs - 60_000, atMs - 50_000, 9, 1, 0)),
                List.of());
        String asOf = "?asOf=2023-10-20T11:00:00Z";
        JsonNode page = serving.json(STATIONS + asOf);
        assertThat(page.get("asOf").asText()).isEqualTo("2023-10-20T11:00:00.000Z");
        assertThat(page.get("numberMatched").asInt()).isEqualTo(4);
        JsonNode havn = havn(asOf).get("properties");
        assertThat(havn.get("levelM").asDouble()).isEqualTo(1.25);
        assertThat(havn.get("asOf").asText()).isEqualTo("2023-10-20T11:00:00.000Z");
        assertThat(havn.get("trend3h").isNull()).isTrue();
        JsonNode nees = serving.json(STATIONS + "/ASS-NEES" + asOf).get("properties");
        assertThat(nees.get("state").asText()).isEqualTo("stale");
        assertThat(serving.json(STATIONS + "/ASS-EBBERUP" + asOf)
                        .get("properties")
                        .get("state")
                        .asText())
                .isEqualTo("unknown");
        assertThat(serving.json("/collections/alerts/items" + asOf)
                        .get("numberMatched")
                        .asInt())
                .isZero();
        assertThat(serving.knownAsked).containsOnly(atMs);
        assertThat(havn("").get("properties").get("levelM").asDouble()).isNotEqualTo(1.25);
        assertThat(link(serving.json(STATIONS + asOf + "&limit=1"), "next")).contains("asOf=");
    }

    @Test
    void shouldSayWhenThePastCannotBeAskedAndThatTheFutureIsNotKnown() {
        assertThat(Serving.problem(serving.get(STATIONS + "?asOf=2023-10-20T12:00:01Z"), 400)
                        .get("expected")
                        .asText())
                .contains("an instant that is past; it is 2023-10-20T12:00:00.000Z");
        serving.storeAway = new IllegalStateException("away");
        assertThat(Serving.problem(serving.get(STATIONS + "?asOf=2023-10-20T10:00:00Z"), 503)
                        .get("detail")
                        .asText())
                .contains("what was known then");
        serving.storeAway = null;
        assertThat(serving.status(STATIONS + "?asOf=2023-10-20T10:00:00Z")).isEqualTo(200);
    }

    @Test
    void shouldTellWhereAConditionIsWrong() {
        JsonNode problem = Serving.problem(serving.get(STATIONS + "?filter=" + encoded("sverity >= 2")), 400);
        assertThat(problem.get("parameter").asText()).isEqualTo("filter");
        assertThat(problem.get("expected").asText()).contains("did you mean \"severity\"");
        assertThat(Serving.problem(serving.get(STATIONS + "?filter=a&filter-lang=sql"), 400)
                        .get("expected")
                        .asText())
                .isEqualTo("cql2-text or cql2-json");
    }

    @Test
    void shouldSortByPropertiesUpAndDownWithTheUnknownLast() {
        assertThat(Serving.texts(serving.json(STATIONS + "?sortby=-name").get("features"), "id"))
                .containsExactly("ASS-TORO", "ASS-NEES", "ASS-EBBERUP", "ASS-HAVN");
        assertThat(Serving.texts(serving.json(STATIONS + "?sortby=%2Bname").get("features"), "id"))
                .containsExactly("ASS-HAVN", "ASS-EBBERUP", "ASS-NEES", "ASS-TORO");
        for (String sign : List.of("", "-")) {
            List<Boolean> known = new ArrayList<>();
            List<Double> levels = new ArrayList<>();
            for (JsonNode feature :
                    serving.json(STATIONS + "?sortby=" + sign + "levelM").get("features")) {
                JsonNode level = feature.get("properties").path("levelM");
                known.add(level.isNumber());
                if (level.isNumber()) {
                    levels.add(level.asDouble());
                }
            }
            assertThat(known).contains(false).isSortedAccordingTo(Comparator.reverseOrder());
            assertThat(levels)
                    .hasSizeGreaterThan(1)
                    .isSortedAccordingTo(sign.isEmpty() ? Comparator.naturalOrder() : Comparator.reverseOrder());
        }
    }

    /** The next link names the place it has reached by its values: what comes and goes meanwhile moves nothing. */
    @Test
    void shouldWalkASortedCollectionWithoutMissingOrRepeatingAnything() {
        for (String sort : List.of("-name", "datum,-stationId", "levelM", "-levelM,name", "stale", "observedAt")) {
            List<String> all =
                    Serving.texts(serving.json(STATIONS + "?sortby=" + sort).get("features"), "id");
            List<String> walked = new ArrayList<>();
            JsonNode page = serving.json(STATIONS + "?limit=1&sortby=" + sort);
            while (true) {
                walked.addAll(Serving.texts(page.get("features"), "id"));
                assertThat(page.get("numberMatched").asInt()).isEqualTo(4);
                String next = linkOrNull(page, "next");
                if (next == null) {
                    break;
                }
                page = Serving.json(
                        serving.send(HttpRequest.newBuilder(URI.create(next)).build()));
            }
            assertThat(walked).as(sort).isEqualTo(all);
        }
    }

    @Test
    void shouldRefuseAPlaceOfAnotherOrder() {
        String next = link(serving.json(STATIONS + "?limit=1&sortby=name,datum"), "next");
        String after = next.replaceAll(".*after=([^&]*).*", "$1");
        for (String place : List.of(after, "x", "%00")) {
            JsonNode problem = Serving.problem(serving.get(STATIONS + "?sortby=name&after=" + place), 400);
            assertThat(problem.get("parameter").asText()).isEqualTo("after");
        }
    }

    @Test
    void shouldAnswerThatNothingHasChangedWhileOnlyTheClockDid() {
        HttpResponse<String> first = serving.get(STATIONS);
        String etag = first.headers().firstValue("ETag").orElseThrow();
        String modified = first.headers().firstValue("Last-Modified").orElseThrow();
        LiveState live = serving.live;
        serving.live = later(live);
        await().until(() -> serving.json(STATIONS).get("sequence").asLong() == live.sequence() + 1);
        HttpResponse<String> again = serving.get(STATIONS, "If-None-Match", etag);
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(again.headers().firstValue("ETag")).hasValue(etag);
        assertThat(serving.get(STATIONS, "If-Modified-Since", modified).statusCode())
                .isEqualTo(304);
        assertThat(serving.get(STATIONS, "If-Modified-Since", "Fri, 20 Oct 2000 12:00:00 GMT")
                        .statusCode())
                .isEqualTo(200);
        // another form, another answer
        assertThat(serving.get(STATIONS + "?limit=1", "If-None-Match", etag).statusCode())
                .isEqualTo(200);
        assertThat(serving.get(STATIONS, "If-None-Match", etag, "Accept", "text/html")
                        .statusCode())
                .isEqualTo(200);
        LiveState moved = later(serving.live);
        moved.observedAtMs()[0] += 1;
        serving.live = moved;
        await().until(() -> serving.get(STATIONS, "If-None-Match", etag).statusCode() == 200);
    }

    private static LiveState later(LiveState live) {
        LiveState blank = LiveState.blank(live.catalogue(), live.runId(), live.sequence() + 1, live.clockMs() + 1000);
        System.arraycopy(live.observedAtMs(), 0, blank.observedAtMs(), 0, live.observedAtMs().length);
        System.arraycopy(live.value(), 0, blank.value(), 0, live.value().length);
        System.arraycopy(live.flag(), 0, blank.flag(), 0, live.flag().length);
        System.arraycopy(live.test(), 0, blank.test(), 0, live.test().length);
        System.arraycopy(live.stale(), 0, blank.stale(), 0, live.stale().length);
        System.arraycopy(live.severity(), 0, blank.severity(), 0, live.severity().length);
        System.arraycopy(live.pending(), 0, blank.pending(), 0, live.pending().length);
        return blank.with(live.alerts(), live.shelvings(), live.outOfService(), live.operatorCalls());
    }

    @Test
    void shouldCompressAsTheClientTakesIt() throws Exception {
        byte[] plain = bytes("identity").body();
        HttpResponse<byte[]> zstd = bytes("gzip, deflate, br, zstd");
        assertThat(zstd.headers().firstValue("Content-Encoding")).hasValue("zstd");
        assertThat(Zstd.decompress(zstd.body(), plain.length)).isEqualTo(plain);
        HttpResponse<byte[]> gzip = bytes("gzip, zstd;q=0");
        assertThat(gzip.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(unzipped(gzip.body())).isEqualTo(plain);
        assertThat(gzip.headers().allValues("Vary").toString()).contains("Accept-Encoding");
    }

    private HttpResponse<byte[]> bytes(String acceptEncoding) throws Exception {
        return serving.client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + serving.room.port() + STATIONS))
                        .header("Accept-Encoding", acceptEncoding)
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private static byte[] unzipped(byte[] gzip) throws IOException {
        return new GZIPInputStream(new java.io.ByteArrayInputStream(gzip)).readAllBytes();
    }

    @Test
    void shouldShowPeopleAPageWithTheSameFeatures() {
        HttpResponse<String> page = serving.get(STATIONS, "Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        assertThat(page.headers().firstValue("content-type").orElse("")).startsWith("text/html");
        assertThat(page.body()).contains("Assens Havn", "Næs Vig", "f=json", "rel=\"alternate\"");
        for (String path :
                List.of("/collections", "/collections/stations", "/conformance", "/api", STATIONS + "/ASS-HAVN")) {
            assertThat(serving.get(path + "?f=html").body()).as(path).startsWith("<!doctype html>");
            assertThat(serving.get(path + "?f=json", "Accept", "text/html").body())
                    .as(path)
                    .startsWith("{");
        }
        assertThat(serving.get(STATIONS, "Accept", "application/geo+json, text/html")
                        .body())
                .startsWith("{");
    }

    @Test
    void shouldAnswerHeadAsGetWithoutTheBody() throws Exception {
        HttpResponse<String> head =
                serving.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + serving.room.port() + STATIONS))
                        .method("HEAD", HttpRequest.BodyPublishers.noBody())
                        .build());
        HttpResponse<String> get = serving.get(STATIONS);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        for (String header : List.of("content-type", "etag", "last-modified", "content-crs", "content-length")) {
            assertThat(head.headers().firstValue(header))
                    .as(header)
                    .isPresent()
                    .isEqualTo(get.headers().firstValue(header));
        }
    }

    @Test
    void shouldLetPagesOfOthersReadWhatIsPublicAndNothingElse() throws Exception {
        HttpResponse<String> read = serving.get(STATIONS, "Origin", "https://gis.example");
        assertThat(read.headers().firstValue("Access-Control-Allow-Origin")).hasValue("*");
        assertThat(read.headers().firstValue("Access-Control-Expose-Headers").orElse(""))
                .contains("Content-Crs");
        HttpResponse<String> asked = options(STATIONS, "GET");
        assertThat(asked.statusCode()).isEqualTo(204);
        assertThat(asked.headers().firstValue("Access-Control-Allow-Methods")).hasValue("GET, HEAD");
        for (String path : List.of("/metrics", "/deliveries", "/health/ready")) {
            assertThat(serving.get(path, "Origin", "https://gis.example")
                            .headers()
                            .firstValue("Access-Control-Allow-Origin"))
                    .as(path)
                    .isEmpty();
        }
        HttpResponse<String> change = options("/reload", "POST");
        assertThat(change.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    }

    private HttpResponse<String> options(String path, String method) {
        return serving.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + serving.room.port() + path))
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Origin", "https://gis.example")
                .header("Access-Control-Request-Method", method)
                .build());
    }

    @Test
    void shouldTellWhatCanBeAskedInTheLanguageOfTheClient() {
        HttpResponse<String> answer = serving.get("/collections/stations/queryables", "Accept-Language", "da,en;q=0.8");
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/schema+json");
        JsonNode level = Serving.json(answer).get("properties").get("levelM");
        assertThat(level.get("title").asText()).isEqualTo("Vandstand i højdesystemet");
        assertThat(serving.json("/collections/stations/queryables")
                        .get("properties")
                        .get("levelM")
                        .get("title")
                        .asText())
                .isEqualTo("Water level in the datum");
        for (String which : List.of("queryables", "schema")) {
            JsonNode properties = serving.json("/collections/stations/" + which).get("properties");
            havn("").get("properties")
                    .fieldNames()
                    .forEachRemaining(
                            name -> assertThat(properties.has(name)).as(name).isTrue());
            assertThat(properties.has("geometry")).isTrue();
        }
        assertThat(Serving.texts(serving.json("/collections/stations").get("links"), "rel"))
                .contains(
                        "http://www.opengis.net/def/rel/ogc/1.0/queryables",
                        "describedby",
                        "license",
                        "enclosure",
                        "style");
    }

    @Test
    void shouldServeTilesAndStyles() {
        HttpResponse<String> tile = serving.get("/collections/stations/tiles/9/270/161.mvt");
        assertThat(tile.statusCode()).isEqualTo(200);
        assertThat(tile.headers().firstValue("content-type")).hasValue("application/vnd.mapbox-vector-tile");
        assertThat(tile.body()).contains("ASS-HAVN");
        assertThat(serving.get("/collections/stations/tiles/9/0/0.mvt").body()).isEmpty();
        for (String nowhere : List.of("9/600/160", "25/0/0", "9/-1/0", "a/b/c", "9/1e1/0")) {
            Serving.problem(serving.get("/collections/stations/tiles/" + nowhere + ".mvt"), 404);
        }
        assertThat(serving.get("/collections/stations/style.qml", "Accept-Language", "da")
                        .body())
                .contains("<!DOCTYPE qgis")
                .isNotEqualTo(serving.get("/collections/stations/style.qml").body());
        assertThat(serving.get("/collections/alerts/style.sld").body()).contains("StyledLayerDescriptor");
    }

    @Test
    void shouldServeFilesThatHoldAllThatIsAskedFor() throws Exception {
        HttpResponse<String> table = serving.get(STATIONS + "?f=csv&properties=name&sortby=name");
        assertThat(table.headers().firstValue("content-disposition")).hasValue("attachment; filename=\"stations.csv\"");
        assertThat(table.body().lines()).hasSize(5);
        assertThat(table.body()).contains("Assens Havn");
        assertThat(serving.get(STATIONS + "?f=gpkg").body()).startsWith("SQLite format 3");
        assertThat(serving.get(STATIONS + "?f=fgb").body()).startsWith("fgb");
    }

    /** Clients that are told where everything is: the landing page leads to all of it. */
    @Test
    void shouldSayInEachCollectionWhichSystemsItIsServedIn() {
        JsonNode collections = serving.json("/collections");
        for (JsonNode collection : collections.get("collections")) {
            assertThat(collection.get("crs").get(0).asText()).isEqualTo("http://www.opengis.net/def/crs/OGC/1.3/CRS84");
            List<String> crs = new ArrayList<>();
            collection.get("crs").forEach(each -> crs.add(each.asText()));
            assertThat(crs).contains(collection.get("storageCrs").asText(), EPSG + 4326, EPSG + 25833, EPSG + 3857);
            assertThat(collection.get("titleDa").asText()).isNotBlank();
        }
    }

    private static String link(JsonNode document, String rel) {
        return Objects.requireNonNull(linkOrNull(document, rel), rel);
    }

    private static @org.jspecify.annotations.Nullable String linkOrNull(JsonNode document, String rel) {
        for (JsonNode link : document.get("links")) {
            if (link.get("rel").asText().equals(rel)) {
                return link.get("href").asText();
            }
        }
        return null;
    }
}
