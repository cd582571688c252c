package dk.vandvagt.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dk.vandvagt.layer.Shore;
import dk.vandvagt.shard.Arrival;
import dk.vandvagt.wire.Refusal;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadingPostsTest {
    private static final String DEVICE = "buoy-4711";
    private static final String NOON = "{\"t\":\"2023-10-20T12:00:00Z\",\"v\":131}";
    private static final long SHORT_MS = 400;
    private static final long LONG_MS = 20_000;

    private final BlockingQueue<Arrival> arrived = new LinkedBlockingQueue<>();
    private volatile boolean full;
    private volatile boolean settles = true;

    @SuppressWarnings("NullAway.Init")
    private Serving serving;

    @BeforeEach
    void start() throws Exception {
        serving = serving(LONG_MS);
    }

    @AfterEach
    void stop() throws Exception {
        serving.close();
    }

    private Serving serving(long answerWithinMs) throws Exception {
        return new Serving(
                Serving.noon(),
                HttpSettings.onLoopback(0, BearerToken.of(Serving.TOKEN), HttpSettings.ClockKind.STREAM),
                new Intake(this::offer, Shore::assens, "vandvagt/v1", BearerToken.of(DEVICE), answerWithinMs));
    }

    private boolean offer(Arrival arrival) {
        if (full) {
            return false;
        }
        arrived.add(arrival);
        if (settles) {
            arrival.receipt().settled(arrival.refusal());
        }
        return true;
    }

    private HttpResponse<String> post(String path, String body) {
        return serving.post(path, body, "Authorization", "Bearer " + DEVICE, "Content-Type", "application/json");
    }

    @Test
    void shouldAnswerOnlyOnceTheJournalHasTheMessage() throws Exception {
        settles = false;
        CompletableFuture<HttpResponse<String>> answer =
                CompletableFuture.supplyAsync(() -> post("/readings/ASS-HAVN-W", "[" + NOON + "]"));
        Arrival arrival = arrived.poll(20, TimeUnit.SECONDS);
        assertThat(arrival).isNotNull();
        // the gauge reports in cm, and is kept in m
        assertThat(arrival.value()).containsExactly(1.31);
        // another request goes all the way through meanwhile: the event loop waits for nobody
        assertThat(serving.status("/health/live")).isEqualTo(200);
        assertThat(answer).isNotDone();
        arrival.receipt().settled(null);
        assertThat(answer.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(Serving.json(answer.join()).get("readings").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "/readings/ASS-HAVN-W; {\"t\":1697803200000}; 422; MISSING_VALUE",
                "/readings/ASS-HAVN-W; {\"t\":\"noon\",\"v\":1}; 422; BAD_TIME",
                "/readings/ASS-HAVN-W; {; 422; MALFORMED",
                "/readings/NOBODY; {\"t\":1697803200000,\"v\":1}; 404; UNKNOWN_SENSOR"
            })
    void shouldTellARefusalByItsNameAndHaveItCounted(String path, String body, int status, Refusal refusal) {
        JsonNode problem = Serving.problem(post(path, body), status);
        assertThat(problem.get("refusal").asText()).isEqualTo(refusal.tag());
        assertThat(arrived)
                .singleElement()
                .satisfies(each -> assertThat(each.refusal()).isEqualTo(refusal));
    }

    @Test
    void shouldTellWhatTheSequencerRefusesToo() throws Exception {
        settles = false;
        CompletableFuture<HttpResponse<String>> answer =
                CompletableFuture.supplyAsync(() -> post("/readings/ASS-HAVN-W", NOON));
        Arrival arrival = arrived.poll(20, TimeUnit.SECONDS);
        assertThat(arrival).isNotNull();
        arrival.receipt().settled(Refusal.FAR_FUTURE);
        assertThat(Serving.problem(answer.get(20, TimeUnit.SECONDS), 422)
                        .get("refusal")
                        .asText())
                .isEqualTo("far_future");
    }

    @Test
    void shouldSendAwayWithATimeToComeBackWhenTheInletIsFull() {
        full = true;
        HttpResponse<String> answer = post("/readings/ASS-HAVN-W", NOON);
        Serving.problem(answer, 503);
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
    }

    @Test
    void shouldNotSayKeptWhenTheJournalDoesNotAnswerInTime() throws Exception {
        serving.close();
        serving = serving(SHORT_MS);
        settles = false;
        JsonNode problem = Serving.problem(post("/readings/ASS-HAVN-W", NOON), 503);
        assertThat(problem.get("detail").asText()).contains("a repeat changes nothing");
        Arrival late = arrived.take();
        late.receipt().settled(null);
        assertThat(serving.status("/health/live")).isEqualTo(200);
    }

    @Test
    void shouldOpenToTheDevicesTokenOnly() {
        for (String token : new String[] {"guessed", Serving.TOKEN, ""}) {
            HttpResponse<String> answer =
                    serving.post("/readings/ASS-HAVN-W", NOON, "Authorization", "Bearer " + token);
            assertThat(Serving.problem(answer, 401).get("detail").asText()).doesNotContain(DEVICE);
        }
        Serving.problem(serving.post("/readings/ASS-HAVN-W", NOON), 401);
        Serving.problem(
                serving.post("/reload", "", "Authorization", "Bearer " + DEVICE, "Content-Type", "application/json"),
                401);
        assertThat(arrived).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "/readings; application/senml+json; [{\"n\":\"ASS-HAVN-W\",\"u\":\"m\",\"t\":1697803200,\"v\":1.31}]",
                "/readings?format=senml-json; application/json; [{\"n\":\"ASS-HAVN-W\",\"u\":\"m\",\"t\":1697803200,\"v\":1.31}]",
                "/readings/ASS-HAVN-W; text/csv; 2023-10-20T12:00:00Z,131",
                "/readings; text/csv; 2023-10-20T12:00:00Z,ASS-HAVN-W,131",
                "/readings/ASS-HAVN-W?format=plain; text/plain; 131"
            })
    void shouldTakeTheOtherFormats(String path, String mediaType, String body) throws Exception {
        HttpResponse<String> answer =
                serving.post(path, body, "Authorization", "Bearer " + DEVICE, "Content-Type", mediaType);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(arrived.poll(20, TimeUnit.SECONDS))
                .satisfies(each -> assertThat(each.value()).containsExactly(1.31));
    }

    @Test
    void shouldTakeCborOfOneSensor() throws Exception {
        // {"t": 1697803200000, "v": 131}
        byte[] body = HexFormat.of().parseHex("a261741b0000018b4cf4e60061761883");
        HttpRequest cbor = HttpRequest.newBuilder(serving.uri("/readings/ASS-HAVN-W"))
                .headers("Authorization", "Bearer " + DEVICE, "Content-Type", "application/cbor")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        HttpResponse<String> answer = serving.send(cbor);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(arrived.poll(20, TimeUnit.SECONDS))
                .satisfies(each -> assertThat(each.value()).containsExactly(1.31));
    }

    /** What ChirpStack's HTTP integration sends beside uplinks is no reading, and is told so. */
    @Test
    void shouldTellChirpStacksEventsApart() {
        String joined = "{\"deviceInfo\":{\"devEui\":\"0102030405060708\"}}";
        assertThat(Serving.problem(post("/readings?format=chirpstack&event=join", joined), 422)
                        .get("refusal")
                        .asText())
                .isEqualTo("not_a_reading");
        Serving.problem(post("/readings/ASS-HAVN-W?event=up", NOON), 400);
        Serving.problem(post("/readings?format=sparkplug", NOON), 400);
    }

    @Test
    void shouldRefuseWhatIsTooLargeOrNoFormatOfOurs() throws Exception {
        Serving.problem(post("/readings/ASS-HAVN-W", " ".repeat(65_537)), 413);
        assertThat(arrived.poll(20, TimeUnit.SECONDS))
                .as("counted")
                .satisfies(each -> assertThat(each.refusal()).isEqualTo(Refusal.OVERSIZED));
        Serving.problem(post("/readings", NOON), 400);
        Serving.problem(post("/readings/ASS-HAVN-W?format=morse", NOON), 400);
        HttpRequest text = HttpRequest.newBuilder(serving.uri("/readings/ASS-HAVN-W"))
                .headers("Authorization", "Bearer " + DEVICE, "Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString(NOON))
                .build();
        Serving.problem(serving.send(text), 415);
        assertThat(arrived).isEmpty();
    }
}
