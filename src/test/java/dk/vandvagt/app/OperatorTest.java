package dk.vandvagt.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.data.SteadyPublisher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator does, on the real thing and on the wall clock, with a {@code kill -9} in the middle. */
class OperatorTest {
    private static final long MIN = 60_000;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void shouldAcknowledgeReloadAndRememberThroughAKill() throws IOException, InterruptedException, MqttException {
        Path config = folder.resolve("assens.yml");
        String good = Files.readString(Path.of("config", "assens.yml"));
        Files.writeString(config, good);
        Path data = folder.resolve("data");
        RunningService first = RunningService.start(config, data, 0, 0, 0);
        String alertId;
        try (SteadyPublisher harbour = new SteadyPublisher(first.mqttPort(), first.sensorPassword(), 120)) {
            long now = System.currentTimeMillis() / MIN * MIN;
            double[] levels = {0.80, 0.88, 0.97, 1.08, 1.20, 1.31};
            for (int i = 0; i < levels.length; i++) {
                harbour.publish("ASS-HAVN-W", now - (levels.length - 1 - i) * 10 * MIN, levels[i]);
            }
            harbour.flush();
            alertId = awaitAlert(first).get("alertId").asText();

            String acknowledge = "/alerts/" + alertId + "/acknowledge";
            assertThat(first.post(acknowledge, "{\"by\":\"Havnevagten\"}", null).statusCode())
                    .isEqualTo(401);
            assertThat(first.post(acknowledge, "{\"by\":\"Havnevagten\"}", "guessed")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(first.post(acknowledge, "{\"by\":\"Havnevagten\",\"note\":\"på vej\"}", first.operatorToken())
                            .statusCode())
                    .isEqualTo(202);
            Awaitility.await()
                    .atMost(20, TimeUnit.SECONDS)
                    .until(() -> "Havnevagten"
                            .equals(alert(first, alertId).get("acknowledgedBy").asText()));
            assertThat(first.post(
                                    "/rules/ASS-HAVN-W.level/shelve",
                                    "{\"by\":\"Anna\",\"note\":\"sluseprøve\",\"for\":\"8h\"}",
                                    first.operatorToken())
                            .statusCode())
                    .isEqualTo(202);
            assertThat(first.post(
                                    "/sensors/ASS-HAVN-R/out-of-service",
                                    "{\"by\":\"Anna\",\"note\":\"rengøring\"}",
                                    first.operatorToken())
                            .statusCode())
                    .isEqualTo(202);
            assertThat(first.post(
                                    "/stations/BAAGOE/maintenance",
                                    "{\"by\":\"Anna\",\"note\":\"ny måler\",\"for\":\"2h\"}",
                                    first.operatorToken())
                            .statusCode())
                    .isEqualTo(202);
            assertThat(first.post(
                                    "/sensors/ASS-HAVN-W/checks",
                                    "{\"observedAt\":%d,\"value\":1.20,\"by\":\"Anna\"}".formatted(now - 5 * MIN),
                                    first.operatorToken())
                            .statusCode())
                    .isEqualTo(201);
            first.kill();
        }
        try (RunningService second =
                RunningService.start(config, data, first.httpPort(), first.mqttPort(), first.databasePort())) {
            JsonNode resumed = alert(second, alertId);
            assertThat(resumed.get("state").asText()).isEqualTo("active");
            assertThat(resumed.get("acknowledgedBy").asText()).isEqualTo("Havnevagten");
            assertThat(resumed.get("note").asText()).isEqualTo("på vej");
            assertThat(resumed.get("peak").asDouble()).isEqualTo(1.31);
            assertThat(resumed.get("shelvedBy").asText()).isEqualTo("Anna");
            assertThat(second.get("/alerts")).contains("\"sensorId\":\"ASS-HAVN-R\"", "rengøring");
            assertThat(second.get("/alerts")).contains("\"maintenance\":true", "ny måler");
            JsonNode check = Awaitility.await("the offset of the check")
                    .atMost(20, TimeUnit.SECONDS)
                    .until(
                            () -> new ObjectMapper()
                                    .readTree(second.get("/sensors/ASS-HAVN-W/checks"))
                                    .at("/checks/0"),
                            each -> each.get("final").asBoolean());
            assertThat(check.get("how").asText()).isEqualTo("interpolated");
            assertThat(check.get("offset").asDouble()).isEqualTo(0.055);
            Awaitility.await()
                    .atMost(20, TimeUnit.SECONDS)
                    .until(() -> second.get("/alerts").contains("gauge_offset"));
            assertThat(second.post("/rules/ASS-HAVN-W.level/unshelve", "{\"by\":\"Bo\"}", second.operatorToken())
                            .statusCode())
                    .isEqualTo(202);
            Awaitility.await()
                    .atMost(20, TimeUnit.SECONDS)
                    .until(() ->
                            alert(second, alertId).get("transition").asText().equals("unshelved"));

            Files.writeString(config, good.replace("raiseAt: 1.00", "raiseAt: 0.10"));
            var faulty = second.post("/reload", "", second.operatorToken());
            assertThat(faulty.statusCode()).isEqualTo(422);
            assertThat(faulty.body()).contains("raiseAt=0.10", "clearBelow");
            Files.writeString(config, good.replace("Vand på kajerne", "Vand over kajkanten"));
            assertThat(second.post("/reload", "", second.operatorToken()).body())
                    .contains("\"changed\":true");
            assertThat(alert(second, alertId).get("state").asText()).isEqualTo("active");
            assertThat(second.get("/alerts")).contains(alertId);
        }
    }

    private static JsonNode awaitAlert(RunningService service) {
        return Awaitility.await("an orange alert")
                .atMost(30, TimeUnit.SECONDS)
                .until(
                        () -> new ObjectMapper()
                                .readTree(service.get("/alerts?state=active"))
                                .get("alerts"),
                        alerts -> alerts.size() == 1
                                && alerts.get(0).get("severity").asInt() == 2)
                .get(0);
    }

    private static JsonNode alert(RunningService service, String alertId) throws IOException, InterruptedException {
        for (JsonNode alert :
                new ObjectMapper().readTree(service.get("/alerts")).get("alerts")) {
            if (alert.get("alertId").asText().equals(alertId)) {
                return alert;
            }
        }
        throw new AssertionError("no alert " + alertId + " in " + service.get("/alerts"));
    }
}
