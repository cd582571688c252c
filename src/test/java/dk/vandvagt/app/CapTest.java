package dk.vandvagt.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dk.vandvagt.notify.CapSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a reading to a CAP message, over HTTP, through a {@code kill -9}. */
class CapTest {
    private static final Pattern MESSAGE = Pattern.compile("href=\"http://[^/]+(/cap/[^\"]+\\.xml)\"");
    private static final String CONFIG = """
            version: 1
            place: {id: here, name: Here, timeZone: Europe/Copenhagen}
            service:
              cap: {sender: vandvagt@here.example}
            stations:
              - id: ST
                name: Somewhere
                lon: 9.89
                lat: 55.27
                datum: DVR90
                gaugeZero: 0.00
                sensors:
                  - id: ST-W
                    parameter: level
                    unit: m
                    interval: 10min
                    thresholds:
                      - name: quays
                        title: {da: Vand på kajen, en: Water on the quay}
                        severity: yellow
                        kind: level
                        raiseAt: 1.00
                        clearBelow: 0.95
                        datum: DVR90
                      - name: road
                        severity: orange
                        kind: level
                        raiseAt: 1.25
                        clearBelow: 1.20
                        datum: DVR90
            """;

    @TempDir
    private Path folder = Path.of("");

    private static List<String> messages(RunningService service) throws IOException, InterruptedException {
        return MESSAGE.matcher(service.get("/cap/feed.atom"))
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }

    private void read(RunningService service, Instant at, double levelM) throws IOException, InterruptedException {
        String token =
                Files.readString(folder.resolve("data/secrets/device-token")).strip();
        assertThat(service.post("/readings/ST-W", "{\"t\":\"%s\",\"v\":%s}".formatted(at, levelM), token)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void shouldServeTheSameMessagesAfterAKill() throws Exception {
        CapSchema schema = CapSchema.read();
        Path config = Files.writeString(folder.resolve("here.yml"), CONFIG);
        Path data = folder.resolve("data");
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        RunningService first = RunningService.start(config, data, 0, 0, 0);
        read(first, now.minusSeconds(60), 1.10);
        await().atMost(20, TimeUnit.SECONDS).until(() -> messages(first).size() == 1);
        String address = messages(first).getFirst();
        String alert = first.get(address);
        schema.validate(alert);
        assertThat(alert).contains("<msgType>Alert</msgType>").contains("Vand på kajen");
        assertThat(first.metric("vandvagt_channel_told_total{channel=\"cap\"}")).isEqualTo(1);
        first.kill();

        try (RunningService second =
                RunningService.start(config, data, first.httpPort(), first.mqttPort(), first.databasePort())) {
            assertThat(messages(second)).containsExactly(address);
            assertThat(second.get(address)).isEqualTo(alert);
            read(second, now, 1.40);
            await().atMost(20, TimeUnit.SECONDS).until(() -> messages(second).size() == 2);
            String update = second.get(messages(second).getFirst());
            schema.validate(update);
            assertThat(update)
                    .contains("<msgType>Update</msgType>")
                    .contains("<severity>Severe</severity>")
                    .contains("<references>vandvagt@here.example,"
                            + address.substring("/cap/".length(), address.length() - ".xml".length()) + ",");
        }
    }
}
