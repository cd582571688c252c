package dk.vandvagt.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dk.vandvagt.layer.Shore;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shelving, and sensors out of service, as operators call for them and as everybody sees them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PutAsideCallsTest {
    private static final String SHELVE = "/rules/ASS-HAVN-W.level/shelve";
    private static final String UNSHELVE = "/rules/ASS-HAVN-W.level/unshelve";
    private static final long HOUR = 3_600_000;

    @SuppressWarnings("NullAway.Init")
    private Serving noon;

    @SuppressWarnings("NullAway.Init")
    private Serving putAside;

    @BeforeAll
    void start() throws Exception {
        noon = new Serving(Serving.noon());
        putAside = new Serving(Serving.putAside());
    }

    @BeforeEach
    void forget() {
        noon.called.clear();
        putAside.called.clear();
    }

    @AfterAll
    void stop() throws Exception {
        noon.close();
        putAside.close();
    }

    private static HttpResponse<String> call(Serving serving, String path, String body) {
        return serving.post(path, body, "Authorization", "Bearer " + Serving.TOKEN, "Content-Type", "application/json");
    }

    @Test
    void shouldShelveForSoLongOrUntilAnInstantByTheServicesClock() {
        HttpResponse<String> lasting = call(noon, SHELVE, "{\"by\":\"Anna\",\"note\":\"sluseprøve\",\"for\":\"8h\"}");
        assertThat(lasting.statusCode()).isEqualTo(202);
        assertThat(Serving.json(lasting).get("shelvedUntil").asText()).isEqualTo("2023-10-20T20:00:00.000Z");
        call(noon, SHELVE, "{\"by\":\"Anna\",\"note\":\"x\",\"until\":\"2023-10-20T15:00:00+02:00\"}");
        call(noon, SHELVE, "{\"by\":\"Anna\",\"note\":\"x\",\"until\":%d}".formatted(Shore.NOON + 2 * HOUR));
        call(noon, SHELVE, "{\"by\":\"Anna\",\"note\":\"x\",\"for\":\"P7D\"}");
        assertThat(noon.called)
                .containsExactly(
                        "shelve ASS-HAVN-W.level %d Anna sluseprøve".formatted(Shore.NOON + 8 * HOUR),
                        "shelve ASS-HAVN-W.level %d Anna x".formatted(Shore.NOON + HOUR),
                        "shelve ASS-HAVN-W.level %d Anna x".formatted(Shore.NOON + 2 * HOUR),
                        "shelve ASS-HAVN-W.level %d Anna x".formatted(Shore.NOON + 7 * 24 * HOUR));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{\"by\":\"Anna\",\"note\":\"x\"}; until; either until or for",
                "{\"by\":\"Anna\",\"note\":\"x\",\"for\":\"1h\",\"until\":\"2023-10-20T13:00:00Z\"}; until; either until or for",
                "{\"by\":\"Anna\",\"note\":\"x\",\"for\":\"soon\"}; for; 10min",
                "{\"by\":\"Anna\",\"note\":\"x\",\"for\":\"-PT1H\"}; for; ahead",
                "{\"by\":\"Anna\",\"note\":\"x\",\"for\":\"8d\"}; for; no more than 7 d",
                "{\"by\":\"Anna\",\"note\":\"x\",\"for\":\"P999999999D\"}; for; no more than 7 d",
                "{\"by\":\"Anna\",\"note\":\"x\",\"until\":\"2023-10-20T12:00:00Z\"}; until; shows 2023-10-20T12:00:00Z",
                "{\"by\":\"Anna\",\"note\":\"x\",\"until\":{}}; until; RFC 3339",
                "{\"by\":\"Anna\",\"for\":\"1h\"}; note; why",
                "{\"note\":\"x\",\"for\":\"1h\"}; by; who",
                "{\"by\":\"Anna\",\"note\":\"x\",\"hours\":1}; hours; one of by, note, until, for"
            })
    void shouldTellWhatIsWrongWithAShelving(String body, String member, String expected) {
        JsonNode problem = Serving.problem(call(noon, SHELVE, body), 400);
        assertThat(problem.get("parameter").asText()).isEqualTo(member);
        assertThat(problem.get("expected").asText()).contains(expected);
        assertThat(noon.called).isEmpty();
    }

    @Test
    void shouldUnshelveOnlyWhatIsShelved() {
        assertThat(call(putAside, UNSHELVE, "{\"by\":\"Bo\"}").statusCode()).isEqualTo(202);
        assertThat(putAside.called).containsExactly("unshelve ASS-HAVN-W.level Bo ");
        Serving.problem(call(noon, UNSHELVE, "{\"by\":\"Bo\"}"), 409);
        JsonNode unknown = Serving.problem(call(noon, "/rules/ASS-HAVN-W.rise/unshelve", "{\"by\":\"Bo\"}"), 404);
        assertThat(unknown.get("parameter").asText()).isEqualTo("ruleId");
        assertThat(unknown.get("found").asText()).isEqualTo("ASS-HAVN-W.rise");
    }

    @Test
    void shouldTakeASensorOutOfServiceAndPutItBack() {
        String why = "{\"by\":\"Anna\",\"note\":\"rengøring\"}";
        assertThat(call(noon, "/sensors/ASS-HAVN-W/out-of-service", why).body()).contains("\"outOfService\":true");
        assertThat(call(putAside, "/sensors/ASS-NEES-W/in-service", why).statusCode())
                .isEqualTo(202);
        assertThat(noon.called).containsExactly("out ASS-HAVN-W Anna rengøring");
        assertThat(putAside.called).containsExactly("in ASS-NEES-W Anna rengøring");
        Serving.problem(call(noon, "/sensors/ASS-HAVN-W/in-service", why), 409);
        Serving.problem(call(putAside, "/sensors/ASS-NEES-W/out-of-service", why), 409);
        assertThat(Serving.problem(call(noon, "/sensors/NO-SUCH/out-of-service", why), 404)
                        .get("parameter")
                        .asText())
                .isEqualTo("sensorId");
        assertThat(Serving.problem(call(noon, "/sensors/ASS-HAVN-W/out-of-service", "{\"by\":\"Anna\"}"), 400)
                        .get("parameter")
                        .asText())
                .isEqualTo("note");
    }

    @Test
    void shouldMaintainASensorOrAStationUntilThen() {
        HttpResponse<String> one =
                call(noon, "/sensors/ASS-HAVN-W/maintenance", "{\"by\":\"Anna\",\"note\":\"rens\",\"for\":\"2h\"}");
        assertThat(one.statusCode()).isEqualTo(202);
        assertThat(Serving.json(one).get("maintenanceUntil").asText()).isEqualTo("2023-10-20T14:00:00.000Z");
        HttpResponse<String> all =
                call(noon, "/stations/ASS-HAVN/maintenance", "{\"by\":\"Anna\",\"note\":\"rens\",\"for\":\"P31D\"}");
        List<String> sensorIds = new ArrayList<>();
        Serving.json(all).get("sensorIds").forEach(each -> sensorIds.add(each.asText()));
        assertThat(sensorIds).contains("ASS-HAVN-W", "ASS-HAVN-R");
        assertThat(noon.called)
                .containsExactly(
                        "maintain [ASS-HAVN-W] %d Anna rens".formatted(Shore.NOON + 2 * HOUR),
                        "maintain %s %d Anna rens".formatted(sensorIds, Shore.NOON + 31 * 24 * HOUR));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "/sensors/ASS-HAVN-W; {\"by\":\"Anna\",\"note\":\"x\"}; 400; until",
                "/sensors/ASS-HAVN-W; {\"by\":\"Anna\",\"for\":\"1h\"}; 400; note",
                "/sensors/ASS-HAVN-W; {\"by\":\"Anna\",\"note\":\"x\",\"for\":\"32d\"}; 400; for",
                "/sensors/NO-SUCH; {\"by\":\"Anna\",\"note\":\"x\",\"for\":\"1h\"}; 404; sensorId",
                "/stations/NO-SUCH; {\"by\":\"Anna\",\"note\":\"x\",\"for\":\"1h\"}; 404; stationId",
                "/sensors/ASS-NEES-W; {\"by\":\"Anna\",\"note\":\"x\",\"for\":\"1h\"}; 409; sensorId"
            })
    void shouldTellWhatIsWrongWithAMaintenance(String of, String body, int status, String parameter) {
        JsonNode problem = Serving.problem(call(putAside, of + "/maintenance", body), status);
        assertThat(problem.get("parameter").asText()).isEqualTo(parameter);
        assertThat(putAside.called).isEmpty();
    }

    @Test
    void shouldListWhatIsPutAside() {
        JsonNode answer = putAside.json("/alerts?state=active");
        assertThat(answer.at("/shelved/0/ruleId").asText()).isEqualTo("ASS-HAVN-W.level");
        assertThat(answer.at("/shelved/0/until").asText()).isEqualTo("2023-10-20T13:00:00.000Z");
        assertThat(answer.at("/shelved/0/by").asText()).isEqualTo("Anna");
        assertThat(answer.at("/outOfService/0/sensorId").asText()).isEqualTo("ASS-NEES-W");
        assertThat(answer.at("/outOfService/0/maintenance").asBoolean()).isFalse();
        assertThat(answer.at("/outOfService/0/until").isNull()).isTrue();
        assertThat(answer.at("/outOfService/0/note").asText()).isEqualTo("rengøring");
        assertThat(answer.at("/alerts/0/shelvedUntil").asText()).isEqualTo("2023-10-20T13:00:00.000Z");
        assertThat(answer.at("/alerts/0/possible").asBoolean()).isFalse();
        assertThat(noon.json("/alerts").get("shelved")).isEmpty();
    }

    @Test
    void shouldListWhatOperatorsAreCalledFor() {
        JsonNode calls = putAside.json("/alerts?state=active").get("operatorCalls");
        assertThat(calls).hasSize(2);
        assertThat(calls.get(0).get("kind").asText()).isEqualTo("clock_off");
        assertThat(calls.get(0).get("sensorId").asText()).isEqualTo("ASS-NEES-W");
        assertThat(calls.get(0).get("observedAt").asText()).isEqualTo("2023-10-20T11:00:00.000Z");
        assertThat(calls.get(0).get("first").asText()).isEqualTo("2023-10-20T11:50:00.000Z");
        assertThat(calls.get(0).get("last").asText()).isEqualTo("2023-10-20T12:00:00.000Z");
        assertThat(calls.get(0).get("times").asInt()).isEqualTo(3);
        assertThat(calls.get(1).get("kind").asText()).isEqualTo("flood");
        assertThat(calls.get(1).get("observedAt").isNull()).isTrue();
        assertThat(calls.get(1).get("times").asInt()).isEqualTo(14);
        assertThat(noon.json("/alerts").get("operatorCalls")).isEmpty();
    }

    @Test
    void shouldShowNoSeverityOfASensorThatIsOutOfService() {
        JsonNode sensor =
                putAside.json("/collections/observations/items/ASS-NEES-W").get("properties");
        assertThat(sensor.get("state").asText()).isEqualTo("out_of_service");
        assertThat(sensor.get("severity").asInt()).isZero();
        JsonNode station = putAside.json("/collections/stations/items/ASS-NEES").get("properties");
        assertThat(station.get("levelState").asText()).isEqualTo("out_of_service");
        assertThat(station.get("severity").asInt()).isZero();
    }
}
