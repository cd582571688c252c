package dk.vandvagt.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.config.Read;
import dk.vandvagt.config.SettingsFile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The service, with a database that is given, and a day and a quarter of weather that ends now: a surge that turns red and passes, a fjord
 * that stands high to the end, a cloudburst at gauges of three kinds, a battery and a station that fall silent, readings that are late, wrong and
 * corrected, somebody who answers, and a subscriber. Time is handed in until the end; from there on it runs.
 */
public final class PlayedStorm implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long STEP_MS = Duration.ofMinutes(10).toMillis();
    private static final int STEPS = 180;
    private static final int PEAK_AT = 120;
    private static final int ANSWERED_AT = 118;
    private static final String SETTINGS = """
            version: 1
            place: {id: here, name: Here, timeZone: Europe/Copenhagen}
            service:
              http: {port: 0}
              mqtt: {broker: "tcp://127.0.0.1:1"}
              database: {url: "%s", username: "%s"}
              webhook: {http: true, allow: [127.0.0.0/8]}
            stations:
              - id: HAVN
                name: Havnen
                area: byen
                lon: 9.8897
                lat: 55.2706
                datum: DVR90
                gaugeZero: -0.50
                sensors:
                  - id: HAVN-W
                    parameter: level
                    unit: m
                    interval: 10min
                    quality: {sensorSpan: [-3.0, 5.0], userSpan: [-1.5, 2.2]}
                    thresholds:
                      - {name: quays, title: {da: Vand på kajen, en: Water on the quay}, severity: yellow, kind: level,
                         raiseAt: 1.00, clearBelow: 0.95, datum: DVR90, offDelay: 30min}
                      - {name: road, title: {da: Luk vejen, en: Close the road}, severity: orange, kind: level,
                         raiseAt: 1.25, clearBelow: 1.20, datum: DVR90, offDelay: 30min}
                      - {name: line, title: {da: Beskyttelseslinje, en: Protection line}, severity: red, kind: level,
                         raiseAt: 1.80, clearBelow: 1.75, datum: DVR90, offDelay: 30min}
                  - id: HAVN-B
                    parameter: battery
                    unit: V
                    interval: 1h
                    thresholds:
                      - {name: weak, severity: yellow, kind: level, direction: falling, raiseAt: 3.5, clearAbove: 3.6}
                  - {id: HAVN-S, parameter: signal, unit: dBm, interval: 1h}
                  - id: HAVN-R
                    parameter: rain
                    unit: mm
                    interval: 5min
                    thresholds:
                      - {name: cloudburst, severity: yellow, kind: accumulation, window: 30min, raiseAt: 15, clearBelow: 10}
              - id: FJORD
                name: Fjorden
                lon: 9.81
                lat: 55.31
                datum: DVR90
                gaugeZero: 0.00
                sensors:
                  - id: FJORD-W
                    parameter: level
                    unit: cm
                    interval: 10min
                    thresholds:
                      - {name: meadow, title: {da: Vand på engen, en: Water on the meadow}, severity: orange, kind: level,
                         raiseAt: 0.80, clearBelow: 0.75, datum: DVR90, offDelay: 30min}
                      - {name: rising, title: {da: Vandet stiger, en: The water rises}, severity: yellow, kind: rise,
                         window: 3h, raiseAt: 0.02, clearBelow: 0.01}
                  - {id: FJORD-R, parameter: rain, unit: mm, interval: 10min, rain: {input: counter}}
              - id: BAKKEN
                name: Bakken
                lon: 10.045
                lat: 55.35
                sensors:
                  - {id: BAKKEN-R, parameter: rain, unit: mm/h, interval: 10min}
                  - {id: BAKKEN-B, parameter: battery, unit: V, interval: 1h}
              - id: ODDEN
                name: Odden
                lon: 9.70
                lat: 55.42
                datum: DVR90
                gaugeZero: 0.00
                sensors:
                  - {id: ODDEN-W, parameter: level, unit: m, interval: 10min}
            """;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final WebhookEar ear;
    private final AtomicLong behindMs;
    private final Service service;
    private final String device;
    private final String operator;
    private double countedMm = 312;

    private PlayedStorm(Path folder, String databaseUrl, String user) throws IOException, InterruptedException {
        ear = new WebhookEar(heard -> 204);
        long now = System.currentTimeMillis();
        behindMs = new AtomicLong(STEPS * STEP_MS + now % STEP_MS);
        Path config = Files.writeString(folder.resolve("storm.yml"), SETTINGS.formatted(databaseUrl, user));
        Read read = SettingsFile.load(config, null);
        assertThat(read).isInstanceOf(Read.Good.class);
        Path data = folder.resolve("data");
        service = Service.start(
                ((Read.Good) read).settings(),
                config,
                data,
                Progress.on(System.out),
                () -> System.currentTimeMillis() - behindMs.get());
        device = Files.readString(data.resolve("secrets/device-token")).strip();
        operator = Files.readString(service.operatorTokenFile()).strip();
    }

    /** Starts; nothing has happened yet. */
    public static PlayedStorm start(Path folder, String databaseUrl, String user)
            throws IOException, InterruptedException {
        return new PlayedStorm(folder, databaseUrl, user);
    }

    public int httpPort() {
        return service.httpPort();
    }

    /** All of it; the database has it a little later. */
    public PlayedStorm play() throws IOException, InterruptedException {
        call(
                "POST",
                "/subscriptions",
                "{\"way\":\"webhook\",\"address\":\"%s\"}".formatted(ear.url("/hook")),
                operator,
                "application/json");
        for (int step = 0; step < STEPS; step++) {
            behindMs.addAndGet(-STEP_MS);
            call("POST", "/readings", readings(step), device, "text/csv");
            if (step == ANSWERED_AT) {
                answer();
            }
        }
        // a message nobody can read, and a sensor nobody knows
        post("/readings/HAVN-W", "{\"t\":", device, "application/json");
        post("/readings/UNKNOWN", "{\"t\":%d,\"v\":1}".formatted(nowMs()), device, "application/json");
        return this;
    }

    private long nowMs() {
        return System.currentTimeMillis() - behindMs.get();
    }

    private String readings(int step) {
        long atMs = nowMs() / 1000 * 1000;
        StringBuilder lines = new StringBuilder();
        double surgeM = 0.3 + 1.9 * Math.exp(-Math.pow((step - PEAK_AT) / 22.0, 2));
        double mmIn5Min = Math.max(0, 9 * Math.exp(-Math.pow((step - 100) / 3.0, 2)) - 0.01);
        line(lines, atMs, "HAVN-W", surgeM + 0.5);
        line(lines, atMs - STEP_MS / 2, "HAVN-R", mmIn5Min);
        line(lines, atMs, "HAVN-R", mmIn5Min);
        line(lines, atMs, "FJORD-W", 100 * (0.2 + 0.9 * step / STEPS));
        countedMm += 1.2 * mmIn5Min;
        if (step == 110) {
            countedMm = 0;
        }
        line(lines, atMs, "FJORD-R", countedMm);
        line(lines, atMs, "BAKKEN-R", 8 * mmIn5Min);
        if (step % 6 == 0) {
            line(lines, atMs, "HAVN-B", 3.7 - step / 600.0);
            line(lines, atMs, "HAVN-S", -95 - step % 17);
            if (step < 60) {
                line(lines, atMs, "BAKKEN-B", 3.6);
                line(lines, atMs, "ODDEN-W", 0.2);
            }
        }
        if (step == 60) {
            // beyond what the gauge can show, five hours late, and corrected
            line(lines, atMs - 3 * 60_000, "HAVN-W", 7.5);
            line(lines, atMs - 5 * 3_600_000, "FJORD-W", 31);
            line(lines, atMs - STEP_MS, "FJORD-W", 49);
        }
        return lines.toString();
    }

    private static void line(StringBuilder to, long atMs, String sensor, double value) {
        to.append(String.format(Locale.ROOT, "%s,%s,%.3f%n", Instant.ofEpochMilli(atMs), sensor, value));
    }

    private void answer() throws IOException, InterruptedException {
        String id = await("an alert at the harbour")
                .atMost(Duration.ofSeconds(20))
                .until(
                        () -> get("/alerts?station=HAVN&severity=orange")
                                .path("alerts")
                                .path(0)
                                .path("alertId")
                                .asText(),
                        found -> !found.isEmpty());
        call(
                "POST",
                "/alerts/" + id + "/acknowledge",
                "{\"by\":\"Anna\",\"note\":\"pumps\"}",
                operator,
                "application/json");
    }

    /** What the service itself says; at an instant where the path asks for one. */
    public JsonNode get(String path) throws IOException, InterruptedException {
        return JSON.readTree(call("GET", path, "", operator, "application/json"));
    }

    /** As {@link #get}, or why not. */
    public JsonNode ask(String path) throws IOException, InterruptedException {
        return JSON.readTree(send("GET", path, "", operator, "application/json").body());
    }

    private String call(String method, String path, String body, String token, String type)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = send(method, path, body, token, type);
        assertThat(answer.statusCode()).as(path + ": " + answer.body()).isBetween(200, 202);
        return answer.body();
    }

    private void post(String path, String body, String token, String type) throws IOException, InterruptedException {
        send("POST", path, body, token, type);
    }

    private HttpResponse<String> send(String method, String path, String body, String token, String type)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(service.address() + path))
                .method(
                        method,
                        method.equals("GET")
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", type)
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        service.close();
        ear.close();
    }
}
