package dk.vandvagt.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GateTest {
    private static final String ACKNOWLEDGE = "/alerts/a-stands/acknowledge";
    private static final String SHELVE = "/rules/ASS-HAVN-W.level/shelve";
    private static final String BODY = "{\"by\":\"Havnevagten\",\"note\":\"pumper startet\"}";

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

    private HttpResponse<String> operate(String path, String body, String... more) {
        String[] headers = new String[4 + more.length];
        headers[0] = "Authorization";
        headers[1] = "Bearer " + Serving.TOKEN;
        headers[2] = "Content-Type";
        headers[3] = "application/json";
        System.arraycopy(more, 0, headers, 4, more.length);
        return serving.post(path, body, headers);
    }

    /** As java.net.http writes the Host header itself, this is written by hand. */
    private String statusLine(String host) throws IOException {
        return byHand("/conformance", host).lines().findFirst().orElse("");
    }

    private String byHand(String target, String host) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", serving.room.port())) {
            String request = "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/collections?f=%zz", "/collections?f=%", "/collections/%zz", "/alerts?limit=%c3%28"})
    void shouldCallWhatCannotBeDecodedABadRequest(String target) throws IOException {
        assertThat(byHand(target, "localhost").lines().findFirst().orElse("")).contains(" 400 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:8080", "127.0.0.1", "LOCALHOST", "[::1]:8080", "vandvagt.example"})
    void shouldAnswerToItsOwnNames(String host) throws IOException {
        assertThat(statusLine(host)).contains("200");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:8080",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "10.0.0.1"
            })
    void shouldNotAnswerToAForeignName(String host) throws IOException {
        assertThat(statusLine(host)).contains("421");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ACKNOWLEDGE,
                SHELVE,
                "/rules/ASS-HAVN-W.level/unshelve",
                "/sensors/ASS-HAVN-W/out-of-service",
                "/sensors/ASS-HAVN-W/in-service",
                "/reload"
            })
    void shouldAskForTheOperatorsToken(String path) {
        for (HttpResponse<String> refused : List.of(
                serving.post(path, BODY),
                serving.post(path, BODY, "Authorization", "Bearer high-water-0124"),
                serving.post(path, BODY, "Authorization", "Bearer "),
                serving.post(path, BODY, "Authorization", "Basic " + Serving.TOKEN))) {
            Serving.problem(refused, 401);
            assertThat(refused.headers().firstValue("www-authenticate").orElse(""))
                    .startsWith("Bearer");
            assertThat(refused.body()).doesNotContain(Serving.TOKEN);
        }
        assertThat(serving.acknowledged).doesNotContain("a-stands");
        assertThat(serving.called).doesNotContain("Havnevagten");
    }

    @Test
    void shouldOpenNothingWhereNoTokenIsSet() throws Exception {
        HttpSettings closed = HttpSettings.onLoopback(0, BearerToken.NONE, HttpSettings.ClockKind.WALL);
        try (Serving without = new Serving(Serving.noon(), closed)) {
            Serving.problem(without.post("/reload", "", "Authorization", "Bearer "), 401);
        }
    }

    @Test
    void shouldAcknowledgeAnAlertThatStands() {
        HttpResponse<String> answer = operate(ACKNOWLEDGE, BODY);
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(serving.acknowledged).contains("a-stands Havnevagten pumper startet");
        Serving.problem(operate("/alerts/a-ended/acknowledge", BODY), 409);
        assertThat(operate(ACKNOWLEDGE, "{\"by\":\"Bo\",\"severity\":2}").statusCode())
                .isEqualTo(202);
        Serving.problem(operate(ACKNOWLEDGE, "{\"by\":\"Cecilie\",\"severity\":1}"), 409);
        Serving.problem(operate(ACKNOWLEDGE, "{\"by\":\"Cecilie\",\"severity\":\"red\"}"), 400);
        assertThat(serving.acknowledged)
                .as("it is worse than what she saw")
                .noneMatch(each -> each.contains("Cecilie"));
        Serving.problem(operate("/alerts/no-such/acknowledge", BODY), 404);
    }

    @Test
    void shouldRefuseAForeignPageEvenWithTheToken() {
        JsonNode problem = Serving.problem(operate(ACKNOWLEDGE, BODY, "Origin", "http://evil.example"), 403);
        assertThat(problem.get("parameter").asText()).isEqualTo("Origin");
        Serving.problem(operate(ACKNOWLEDGE, BODY, "Origin", "null"), 403);
        assertThat(operate(ACKNOWLEDGE, BODY, "Origin", "http://127.0.0.1:" + serving.room.port())
                        .statusCode())
                .isEqualTo(202);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "``; body",
                "[]; body",
                "not json; body",
                "{}; by",
                "{\"by\":\"  \"}; by",
                "{\"by\":7}; by",
                "{\"by\":\"Anna\",\"note\":[]}; note",
                "{\"by\":\"Anna\",\"until\":\"noon\"}; until"
            })
    void shouldTellWhatIsWrongWithAnAcknowledgement(String body, String member) {
        assertThat(Serving.problem(operate(ACKNOWLEDGE, body), 400)
                        .get("parameter")
                        .asText())
                .isEqualTo(member);
    }

    @Test
    void shouldRefuseABodyThatIsTooLargeOrNotJson() {
        Serving.problem(operate(ACKNOWLEDGE, "x".repeat(64 * 1024 + 1)), 413);
        Serving.problem(serving.post(ACKNOWLEDGE, BODY, "Authorization", "Bearer " + Serving.TOKEN), 415);
    }

    @Test
    void shouldTellAllFaultsOfTheSettingsTogether() {
        serving.faults = List.of("line 3: raiseAt", "line 9: datum");
        JsonNode problem = Serving.problem(operate("/reload", ""), 422);
        assertThat(problem.get("faults")).hasSize(2);
        serving.faults = List.of();
        assertThat(Serving.json(operate("/reload", "")).get("catalogueRevision").asText())
                .isEqualTo("abc");
    }

    @Test
    void shouldSendSecurityHeadersWithEverything() {
        for (String path : List.of("/", "/no/such", "/app/app.js", "/collections")) {
            HttpResponse<String> answer = serving.get(path);
            assertThat(answer.headers().firstValue("content-security-policy").orElse(""))
                    .as(path)
                    .contains("default-src 'self'", "frame-ancestors 'self'")
                    .doesNotContain("unsafe-inline");
            assertThat(answer.headers().firstValue("x-content-type-options"))
                    .as(path)
                    .hasValue("nosniff");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/app/index.html",
                "/app/app.js",
                "/app/style.css",
                "/lib/leaflet/1.9.4/dist/leaflet.js",
                "/lib/leaflet/1.9.4/dist/leaflet.css",
                "/lib/uplot/1.6.30/dist/uPlot.iife.min.js",
                "/lib/uplot/1.6.30/dist/uPlot.min.css"
            })
    void shouldServeWhatThePageIsMadeOf(String path) {
        assertThat(serving.status(path)).isEqualTo(200);
    }

    @Test
    void shouldSendThePageCompressedAndLibrariesForKeeps() {
        HttpResponse<String> library = serving.get("/lib/leaflet/1.9.4/dist/leaflet.js", "Accept-Encoding", "gzip");
        assertThat(library.headers().firstValue("content-encoding")).hasValue("gzip");
        assertThat(library.headers().firstValue("cache-control")).hasValue("public, max-age=31536000, immutable");
        assertThat(library.headers().firstValueAsLong("content-length").orElseThrow())
                .isLessThan(50_000);
        HttpResponse<String> page = serving.get("/app/app.js");
        assertThat(page.headers().firstValue("cache-control")).hasValue("no-cache");
        assertThat(serving.get(
                                "/app/app.js",
                                "If-None-Match",
                                page.headers().firstValue("etag").orElseThrow())
                        .statusCode())
                .isEqualTo(304);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/lib/", "/lib/leaflet/", "/app/../logback.xml", "/lib/%2e%2e/%2e%2e/%2e%2e/logback.xml"})
    void shouldServeNothingElse(String path) {
        assertThat(serving.status(path)).isIn(404, 403, 400);
    }

    @Test
    void shouldNotOpenToTheWorldWithoutAProxyThatSpeaksTls() {
        Vertx vertx = Vertx.vertx();
        HttpSettings open = new HttpSettings(
                "0.0.0.0", 0, Set.of(), null, null, BearerToken.NONE, HttpSettings.ClockKind.WALL, null, null, null);
        Ports ports = new Ports(
                () -> java.util.concurrent.CompletableFuture.completedFuture(serving.live),
                serving,
                serving,
                serving,
                () -> "",
                java.time.InstantSource.system());
        assertThatThrownBy(() -> HttpRoom.start(vertx, open, ports)
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join())
                .isInstanceOf(CompletionException.class)
                .hasMessageContaining("http.trustedProxy");
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void shouldFailToStartOnATakenPort() {
        HttpSettings taken =
                HttpSettings.onLoopback(serving.room.port(), BearerToken.NONE, HttpSettings.ClockKind.WALL);
        assertThatThrownBy(() -> new Serving(Serving.noon(), taken))
                .hasRootCauseInstanceOf(java.net.BindException.class);
    }
}
