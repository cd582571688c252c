package dk.vandvagt.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A reading posted to the real service, seen in the layer; posted again, it changes nothing. */
class PostedReadingTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void shouldShowAPostedReadingInTheLayerAndTakeARepeatForARedelivery() throws IOException, InterruptedException {
        Path data = folder.resolve("data");
        try (RunningService service = RunningService.start(Path.of("config", "assens.yml"), data, 0, 0, 0)) {
            String token = Files.readString(data.resolve("secrets").resolve("device-token"))
                    .strip();
            String reading = "{\"t\":%d,\"v\":0.4321}".formatted(System.currentTimeMillis() - 60_000);
            assertThat(service.post("/readings/ASS-HAVN-W", reading, service.operatorToken())
                            .statusCode())
                    .isEqualTo(401);
            var taken = service.post("/readings/ASS-HAVN-W", reading, token);
            assertThat(taken.statusCode()).as(taken.body()).isEqualTo(200);
            Awaitility.await("the reading in the layer")
                    .atMost(20, TimeUnit.SECONDS)
                    .until(() -> service.get("/collections/observations/items/ASS-HAVN-W")
                            .contains("0.432"));
            assertThat(service.post("/readings/ASS-HAVN-W", reading, token).statusCode())
                    .isEqualTo(200);
            Awaitility.await("the repeat counted")
                    .atMost(20, TimeUnit.SECONDS)
                    .until(() -> service.metric("vandvagt_readings_redelivered_total") == 1);
            assertThat(service.output()).noneMatch(line -> line.contains(token));
        }
    }
}
