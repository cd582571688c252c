package dk.vandvagt.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dk.vandvagt.layer.Shore;
import dk.vandvagt.quality.GaugeCheck;
import dk.vandvagt.quality.GaugeOffset;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An operator reads the staff gauge; and the log of it, as everybody sees it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CheckCallsTest {
    private static final String CHECKS = "/sensors/ASS-HAVN-W/checks";
    private static final long HOUR = 3_600_000;

    @SuppressWarnings("NullAway.Init")
    private Serving serving;

    @BeforeAll
    void start() throws Exception {
        serving = new Serving(Serving.noon());
    }

    @BeforeEach
    void forget() {
        serving.checks.clear();
    }

    @AfterAll
    void stop() throws Exception {
        serving.close();
    }

    private HttpResponse<String> record(String path, String body) {
        return serving.post(path, body, "Authorization", "Bearer " + Serving.TOKEN, "Content-Type", "application/json");
    }

    @Test
    void shouldRecordALevelInTheSensorsUnitOrTheOneGiven() {
        HttpResponse<String> centimetres = record(
                CHECKS,
                "{\"observedAt\":\"2023-10-20T13:55:00+02:00\",\"value\":127,\"by\":\"Anna\",\"note\":\"rolig\"}");
        assertThat(centimetres.statusCode()).as(centimetres.body()).isEqualTo(201);
        assertThat(Serving.json(centimetres).get("how").asText()).isEqualTo("waiting");
        assertThat(Serving.json(centimetres).get("offset").isNull()).isTrue();
        record(
                CHECKS,
                "{\"observedAt\":%d,\"value\":1.27,\"unit\":\"m\",\"datum\":\"DVR90\",\"by\":\"Bo\"}"
                        .formatted(Shore.NOON));
        assertThat(serving.checks)
                .extracting(Checks.Checked::check)
                .containsExactly(
                        new GaugeCheck(1, "ASS-HAVN-W", Shore.NOON - 5 * 60_000, 1.27, "Anna", "rolig", Shore.NOON),
                        new GaugeCheck(2, "ASS-HAVN-W", Shore.NOON, 1.27, "Bo", "", Shore.NOON));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{\"observedAt\":\"2023-10-20T11:00:00Z\",\"value\":1.2}; by; who",
                "{\"value\":1.2,\"by\":\"Anna\"}; observedAt; RFC 3339",
                "{\"observedAt\":\"2023-10-20T12:00:01Z\",\"value\":1.2,\"by\":\"Anna\"}; observedAt; not ahead",
                "{\"observedAt\":\"2023-10-20T11:00:00Z\",\"by\":\"Anna\"}; value; a number",
                "{\"observedAt\":\"2023-10-20T11:00:00Z\",\"value\":\"1,2\",\"by\":\"Anna\"}; value; a number",
                "{\"observedAt\":\"2023-10-20T11:00:00Z\",\"value\":1.2,\"unit\":\"ft\",\"by\":\"Anna\"}; unit; m, cm",
                "{\"observedAt\":\"2023-10-20T11:00:00Z\",\"value\":1.2,\"datum\":\"NN\",\"by\":\"Anna\"}; datum; DVR90",
                "{\"observedAt\":\"2023-10-20T11:00:00Z\",\"level\":1.2,\"by\":\"Anna\"}; level; one of"
            })
    void shouldTellWhatIsWrongWithACheck(String body, String member, String expected) {
        JsonNode problem = Serving.problem(record(CHECKS, body), 400);
        assertThat(problem.get("parameter").asText()).isEqualTo(member);
        assertThat(problem.get("expected").asText()).contains(expected);
        assertThat(serving.checks).isEmpty();
    }

    @Test
    void shouldTakeChecksOfLevelsOnlyAndFromOperatorsOnly() {
        String good = "{\"observedAt\":\"2023-10-20T11:00:00Z\",\"value\":1.2,\"by\":\"Anna\"}";
        Serving.problem(record("/sensors/NO-SUCH/checks", good), 404);
        Serving.problem(record("/sensors/ASS-HAVN-R/checks", good), 409);
        assertThat(serving.post(CHECKS, good, "Content-Type", "application/json")
                        .statusCode())
                .isEqualTo(401);
        assertThat(serving.checks).isEmpty();
    }

    private void checked(long number, long observedAtMs, GaugeOffset offset) {
        GaugeCheck check = new GaugeCheck(number, "ASS-HAVN-W", observedAtMs, 1.2, "Anna", "", Shore.NOON);
        serving.checks.add(new Checks.Checked(check, offset, number != 4));
    }

    @Test
    void shouldGiveTheLogNewestFirstWithOffsetAndDrift() {
        // one that came in later was read before
        checked(1, Shore.NOON - 30 * HOUR, new GaugeOffset(GaugeOffset.How.INTERPOLATED, 1.21, Shore.NOON, 0.01));
        checked(2, Shore.NOON - 10 * HOUR, new GaugeOffset(GaugeOffset.How.NEAREST, 1.235, Shore.NOON, 0.035));
        checked(3, Shore.NOON - 20 * HOUR, GaugeOffset.MISSING);
        checked(4, Shore.NOON, GaugeOffset.MISSING);
        JsonNode log = serving.json(CHECKS);
        assertThat(log.get("datum").asText()).isEqualTo("DVR90");
        assertThat(log.get("tolerance").asDouble()).isEqualTo(0.03);
        assertThat(Serving.texts(log.get("checks"), "number")).containsExactly("4", "2", "3", "1");
        assertThat(Serving.texts(log.get("checks"), "how"))
                .containsExactly("waiting", "nearest", "missing", "interpolated");
        assertThat(Serving.texts(log.get("checks"), "drift")).containsExactly("null", "0.025", "null", "null");
        assertThat(Serving.texts(log.get("checks"), "beyondTolerance"))
                .containsExactly("false", "true", "false", "false");
        assertThat(Serving.texts(log.get("checks"), "final")).containsExactly("false", "true", "true", "true");
        assertThat(serving.json(CHECKS + "?limit=1").get("checks")).hasSize(1);
        Serving.problem(serving.get("/sensors/NO-SUCH/checks"), 404);
    }
}
