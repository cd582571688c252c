package dk.vandvagt.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dk.vandvagt.config.Read;
import dk.vandvagt.config.SettingsFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole service with a gateway for text messages, and neither broker nor database; its wall clock is moved ahead. */
class DutyTest {
    private static final long MIN = 60_000;

    @TempDir
    private Path folder = Path.of("");

    private final AtomicLong aheadMs = new AtomicLong();
    private final List<String> texts = new CopyOnWriteArrayList<>();
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final HttpClient http = HttpClient.newHttpClient();

    @SuppressWarnings("NullAway.Init")
    private HttpServer gateway;

    @BeforeEach
    void openGateway() throws IOException {
        gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        gateway.createContext("/sms", exchange -> {
            String text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            // what was underway when the service ended comes again, under its id
            if (seen.add(exchange.getRequestHeaders().getFirst("Idempotency-Key"))) {
                texts.add(text);
            }
            exchange.sendResponseHeaders(202, -1);
            exchange.close();
        });
        gateway.start();
    }

    @AfterEach
    void closeGateway() {
        gateway.stop(0);
        http.close();
    }

    private String settings(String people, String clock) {
        return """
                version: 1
                place: {id: her, name: Her, timeZone: Europe/Copenhagen}
                service:
                  clock: %s
                  http: {port: 0}
                  mqtt: {broker: "tcp://127.0.0.1:1"}
                  database: {url: "jdbc:postgresql://127.0.0.1:1/none"}
                  sms: {url: "http://127.0.0.1:%d/sms", format: form, body: "{toDigits}|{text}"}
                  duty:
                    people: [%s]
                stations:
                  - id: ST
                    name: Havnen
                    lon: 9.89
                    lat: 55.27
                    datum: DVR90
                    gaugeZero: 0.00
                    sensors:
                      - id: ST-W
                        parameter: level
                        unit: m
                        interval: 10min
                        quality: {sensorSpan: [-3.0, 4.0], userSpan: [-1.6, 2.6]}
                        thresholds:
                          - {name: town, title: {da: Byen, en: The town}, severity: red, kind: level, comparison: ">=", raiseAt: 1.80, clearBelow: 1.75, datum: DVR90}
                """.formatted(clock, gateway.getAddress().getPort(), people);
    }

    private static final String ANNA_AND_BO =
            "{name: Anna, way: sms, address: \"11111111\"}, {name: Bo, way: sms, address: \"22222222\"}";

    private Service start(Path config) throws IOException, InterruptedException {
        Read.Good good = (Read.Good) SettingsFile.load(config, null);
        return Service.start(good.settings(), config, folder.resolve("data"), Progress.SILENT, this::nowMs);
    }

    private long nowMs() {
        return System.currentTimeMillis() + aheadMs.get();
    }

    private HttpResponse<String> send(Service service, String path, String body, String secret)
            throws IOException, InterruptedException {
        String token =
                Files.readString(folder.resolve("data/secrets").resolve(secret)).strip();
        return http.send(
                HttpRequest.newBuilder(URI.create(service.address() + path))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private String alerts(Service service) throws IOException, InterruptedException {
        return http.send(
                        HttpRequest.newBuilder(URI.create(service.address() + "/alerts?state=active"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private void measure(Service service, double level) throws IOException, InterruptedException {
        String reading = "{\"t\":\"%s\",\"v\":%s}".formatted(Instant.ofEpochMilli(nowMs()), level);
        assertThat(send(service, "/readings/ST-W", reading, Service.DEVICE_SECRET)
                        .statusCode())
                .isEqualTo(200);
    }

    private void awaitTexts(int count) {
        Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> texts.size() >= count);
        assertThat(texts).hasSize(count);
    }

    @Test
    void shouldCallTheNextUntilSomebodyAcknowledgesAcrossARestartAndWithAnotherList()
            throws IOException, InterruptedException {
        Path config = folder.resolve("her.yml");
        Files.writeString(config, settings(ANNA_AND_BO, "wall"));
        try (Service service = start(config)) {
            measure(service, 1.95);
            Awaitility.await()
                    .atMost(20, TimeUnit.SECONDS)
                    .until(() -> alerts(service).contains("\"severity\":3"));
            aheadMs.addAndGet(6_000);
            awaitTexts(1);
            assertThat(texts.getFirst()).startsWith("11111111|").contains("Vagt%20Anna", "ellers%20Bo", "Havnen");
        }
        try (Service service = start(config)) {
            aheadMs.addAndGet(10 * MIN);
            awaitTexts(2);
            assertThat(texts.getLast()).startsWith("22222222|");
            Files.writeString(
                    config, settings(ANNA_AND_BO + ", {name: Carl, way: sms, address: \"33333333\"}", "wall"));
            assertThat(send(service, "/reload", "", Service.OPERATOR_SECRET).statusCode())
                    .isEqualTo(200);
            aheadMs.addAndGet(10 * MIN);
            awaitTexts(3);
            assertThat(texts.getLast()).startsWith("33333333|");
            String alertId = new ObjectMapper()
                    .readTree(alerts(service))
                    .at("/alerts/0/alertId")
                    .asText();
            assertThat(send(
                                    service,
                                    "/alerts/" + alertId + "/acknowledge",
                                    "{\"by\":\"Carl\"}",
                                    Service.OPERATOR_SECRET)
                            .statusCode())
                    .isEqualTo(202);
            Awaitility.await()
                    .atMost(20, TimeUnit.SECONDS)
                    .until(() -> alerts(service).contains("Carl"));
            aheadMs.addAndGet(60 * MIN);
            // whatever is called for what comes after that, it is not called for this
            Awaitility.await()
                    .atMost(20, TimeUnit.SECONDS)
                    .until(() -> alerts(service).contains("\"transition\":\"stale\""));
            assertThat(texts).hasSize(3);
        }
    }

    @Test
    void shouldCallNobodyInAReplay() throws IOException, InterruptedException {
        Path config = folder.resolve("replay.yml");
        Files.writeString(config, settings(ANNA_AND_BO, "stream"));
        try (Service service = start(config)) {
            measure(service, 1.95);
            Awaitility.await()
                    .atMost(20, TimeUnit.SECONDS)
                    .until(() -> alerts(service).contains("\"severity\":3"));
            aheadMs.addAndGet(60 * MIN);
            assertThat(folder.resolve("data/runs/replay/duty")).doesNotExist();
            assertThat(texts).isEmpty();
        }
    }
}
