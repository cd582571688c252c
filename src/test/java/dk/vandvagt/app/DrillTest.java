package dk.vandvagt.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dk.vandvagt.alert.Subscription;
import dk.vandvagt.mqtt.Mqtt5Client;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A drill beside the real thing, through the broker, until a real alert ends it; and one that a {@code kill -9} ends. */
@Timeout(180)
class DrillTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CONFIG = """
            version: 1
            place: {id: here, name: Here, timeZone: Europe/Copenhagen}
            service:
              cap: {sender: vandvagt@here.example}
              webhook: {http: true, allow: [127.0.0.0/8]}
            stations:
              - id: ST
                name: Somewhere
                area: town
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
                        action: {da: Luk vejen, en: Close the road}
            """;

    @TempDir
    private Path folder = Path.of("");

    private final List<Ear> ears = new ArrayList<>();
    private final List<Letter> letters = new CopyOnWriteArrayList<>();
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    @SuppressWarnings("NullAway.Init")
    private HttpServer receiver;

    private record Letter(String to, JsonNode body) {}

    private record Heard(String topic, String payload, boolean retained) {
        JsonNode json() {
            try {
                return JSON.readTree(payload);
            } catch (IOException e) {
                throw new AssertionError(payload, e);
            }
        }
    }

    /** Subscribed to all its account may hear. */
    private static final class Ear implements MqttCallback {
        private final MqttAsyncClient client;
        private final List<Heard> heard = new CopyOnWriteArrayList<>();

        Ear(int port, String account, String password, String... filters) throws MqttException {
            client = new Mqtt5Client("tcp://127.0.0.1:" + port, account + "-" + System.nanoTime());
            client.setCallback(this);
            MqttConnectionOptions options = new MqttConnectionOptions();
            options.setAutomaticReconnect(false);
            options.setUserName(account);
            options.setPassword(password.getBytes(StandardCharsets.UTF_8));
            client.connect(options).waitForCompletion(10_000);
            for (String filter : filters) {
                client.subscribe(filter, 1).waitForCompletion(10_000);
            }
        }

        List<Heard> on(String topic) {
            return heard.stream()
                    .filter(each -> each.topic.equals("vandvagt/v1/" + topic))
                    .toList();
        }

        void publish(String topic, String payload) throws MqttException {
            client.publish(topic, payload.getBytes(StandardCharsets.UTF_8), 1, false)
                    .waitForCompletion(10_000);
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            heard.add(new Heard(topic, new String(message.getPayload(), StandardCharsets.UTF_8), message.isRetained()));
        }

        void close() throws MqttException {
            client.disconnectForcibly(0, 100, false);
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {}

        @Override
        public void mqttErrorOccurred(MqttException exception) {}

        @Override
        public void deliveryComplete(IMqttToken token) {}

        @Override
        public void connectComplete(boolean reconnect, String serverUri) {}

        @Override
        public void authPacketArrived(int reasonCode, MqttProperties properties) {}
    }

    @BeforeEach
    void startReceiver() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            letters.add(new Letter(
                    exchange.getRequestURI().getPath(),
                    JSON.readTree(exchange.getRequestBody().readAllBytes())));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        receiver.start();
    }

    @AfterEach
    void stopAll() throws MqttException {
        receiver.stop(0);
        for (Ear each : ears) {
            each.close();
        }
    }

    private void subscribe(Path data, int number, String path, boolean exercises) throws IOException {
        Subscription subscription = new Subscription(
                number,
                "subscriber-" + number,
                Subscription.Way.WEBHOOK,
                "http://127.0.0.1:" + receiver.getAddress().getPort() + path,
                "whsec_" + Base64.getEncoder().encodeToString(new byte[32]),
                "da",
                Subscription.Selection.ALL,
                null,
                false,
                exercises,
                1,
                1);
        Path subscriptions = Files.createDirectories(data.resolve("subscriptions"));
        Files.write(subscriptions.resolve(number + ".json"), JSON.writeValueAsBytes(subscription));
    }

    private Ear ear(RunningService service, String account, String... filters) throws IOException, MqttException {
        String password =
                Files.readString(folder.resolve("data/secrets/mqtt-" + account)).strip();
        Ear ear = new Ear(service.mqttPort(), account, password, filters);
        ears.add(ear);
        return ear;
    }

    private Ear player(RunningService service) throws IOException, MqttException {
        return ear(service, "exercise", "vandvagt/v1/exercise/#");
    }

    private void read(RunningService service, Instant at, double levelM) throws IOException, InterruptedException {
        String token =
                Files.readString(folder.resolve("data/secrets/device-token")).strip();
        assertThat(service.post("/readings/ST-W", reading(at, levelM), token).statusCode())
                .isEqualTo(200);
    }

    private static String reading(Instant at, double levelM) {
        return "{\"t\":\"%s\",\"v\":%s}".formatted(at, levelM);
    }

    private static int begin(RunningService service) throws IOException, InterruptedException {
        return service.post(
                        "/drill",
                        "{\"by\":\"Anna\",\"note\":\"efterårsøvelse\",\"for\":\"1h\"}",
                        service.operatorToken())
                .statusCode();
    }

    private static JsonNode json(RunningService service, String path) throws IOException, InterruptedException {
        return JSON.readTree(service.get(path));
    }

    private static long count(RunningService service, String what) throws IOException, SQLException {
        try (Connection database = service.database();
                Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from " + what)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private List<JsonNode> letters(String to, boolean exercise) {
        return letters.stream()
                .filter(each -> each.to.equals(to))
                .map(Letter::body)
                .filter(each -> each.at("/data/exercise").asBoolean() == exercise)
                .toList();
    }

    @Test
    void shouldKeepADrillApartFromWhatIsRealUntilARealAlertEndsIt() throws Exception {
        Path config = Files.writeString(folder.resolve("here.yml"), CONFIG);
        Path data = folder.resolve("data");
        subscribe(data, 1, "/wants-exercises", true);
        subscribe(data, 2, "/wants-none", false);
        RunningService first = RunningService.start(config, data, 0, 0, 0);
        Ear real = ear(first, "viewer", "vandvagt/v1/alerts/#", "vandvagt/v1/areas/#");
        Ear player = player(first);
        read(first, now.minusSeconds(600), 0.70);

        assertThat(first.get("/exercise/alerts")).contains("404");
        assertThat(first.post("/drill", "{\"by\":\"Anna\",\"note\":\"x\"}", null)
                        .statusCode())
                .isEqualTo(401);
        assertThat(begin(first)).isEqualTo(201);
        assertThat(begin(first)).as("one at a time").isEqualTo(409);
        assertThat(json(first, "/drill").get("running").asBoolean()).isTrue();
        assertThat(first.metric("vandvagt_drill_running")).isEqualTo(1);
        await().until(() -> player.on("exercise/drill").size() == 1);
        assertThat(player.on("exercise/drill").getFirst().json().get("state").asText())
                .isEqualTo("running");

        player.publish("vandvagt/v1/exercise/readings/ST-W", reading(now.minusSeconds(600), 0.95));
        player.publish("vandvagt/v1/exercise/readings/ST-W", reading(now, 1.30));
        await().atMost(20, TimeUnit.SECONDS)
                .until(() -> player.on("exercise/alerts/ST/ST-W.level").size() == 1);
        JsonNode told = player.on("exercise/alerts/ST/ST-W.level").getFirst().json();
        String run = told.get("runId").asText();
        assertThat(run).startsWith("drill-");
        assertThat(told.get("status").asText()).isEqualTo("exercise");
        assertThat(told.at("/text/da").asText()).startsWith("ØVELSE: ");
        assertThat(told.at("/text/en").asText()).startsWith("EXERCISE: ");
        assertThat(told.at("/action/da").asText()).isEqualTo("ØVELSE: Luk vejen");
        await().until(() -> player.on("exercise/areas/town/alerts").stream()
                .anyMatch(each -> each.payload.contains("\"severity\":1")));
        seenAsExercise(first, run);
        await().atMost(30, TimeUnit.SECONDS)
                .until(() -> letters("/wants-exercises", true).size() == 1);
        JsonNode letter = letters("/wants-exercises", true).getFirst();
        assertThat(letter.toString()).contains("ØVELSE", run);

        // nothing of it where it is real
        assertThat(json(first, "/alerts").get("alerts")).isEmpty();
        assertThat(json(first, "/collections/alerts/items").get("features")).isEmpty();
        JsonNode station = json(first, "/collections/stations/items").at("/features/0/properties");
        assertThat(station.get("status").asText()).isEqualTo("actual");
        assertThat(station.get("levelM").asDouble()).isEqualTo(0.70);
        assertThat(first.get("/cap/feed.atom")).doesNotContain("<entry");
        await().atMost(20, TimeUnit.SECONDS).until(() -> count(first, "reading") == 1);
        assertThat(count(first, "transition")).isZero();
        assertThat(count(first, "exceedance")).isZero();
        assertThat(real.heard).isEmpty();
        assertThat(letters).noneMatch(each -> each.to.equals("/wants-none"));
        assertThat(first.metric("vandvagt_readings_received_total")).isEqualTo(1);

        // a real one ends it
        read(first, now, 1.10);
        await().atMost(20, TimeUnit.SECONDS)
                .until(() -> real.on("alerts/ST/ST-W.level").size() == 1);
        assertThat(real.on("alerts/ST/ST-W.level")
                        .getFirst()
                        .json()
                        .get("runId")
                        .asText())
                .isEqualTo("live");
        await().atMost(40, TimeUnit.SECONDS)
                .until(() -> !json(first, "/drill").get("running").asBoolean());
        await().until(() -> player.on("exercise/drill").size() == 3);
        assertThat(player.on("exercise/drill"))
                .extracting(each ->
                        each.payload.isEmpty() ? "" : each.json().get("state").asText())
                .containsExactly("running", "interrupted", "");
        await().until(() -> player.on("exercise/alerts/ST/ST-W.level").size() == 3);
        List<Heard> last = player.on("exercise/alerts/ST/ST-W.level");
        assertThat(last.get(1).json().get("cause").asText()).isEqualTo("exercise_interrupted");
        assertThat(last.get(1).json().at("/text/da").asText()).contains("ØVELSEN AFBRUDT");
        assertThat(last.get(2).payload).as("emptied").isEmpty();
        assertThat(letters("/wants-exercises", true)).hasSize(2);
        assertThat(letters("/wants-exercises", true).getLast().toString()).contains("ØVELSEN AFBRUDT");
        await().atMost(20, TimeUnit.SECONDS)
                .until(() -> letters("/wants-exercises", false).size() == 1
                        && letters("/wants-none", false).size() == 1);
        assertThat(first.get("/exercise/alerts")).contains("404");
        assertThat(first.metric("vandvagt_drills_interrupted_total")).isEqualTo(1);

        // one that is killed is over
        assertThat(begin(first)).as("while a real alert stands").isEqualTo(409);
        assertThat(first.post(
                                "/rules/ST-W.level/shelve",
                                "{\"by\":\"Anna\",\"note\":\"set\",\"for\":\"8h\"}",
                                first.operatorToken())
                        .statusCode())
                .isEqualTo(202);
        await().atMost(20, TimeUnit.SECONDS).until(() -> begin(first) == 201);
        int before = player.on("exercise/alerts/ST/ST-W.level").size();
        player.publish("vandvagt/v1/exercise/readings/ST-W", reading(now, 1.30));
        await().atMost(20, TimeUnit.SECONDS)
                .until(() -> player.on("exercise/alerts/ST/ST-W.level").size() == before + 1);
        await().atMost(30, TimeUnit.SECONDS)
                .until(() -> letters("/wants-exercises", true).size() == 3);
        String alertId = json(first, "/alerts").at("/alerts/0/alertId").asText();
        first.kill();

        try (RunningService second =
                RunningService.start(config, data, first.httpPort(), first.mqttPort(), first.databasePort())) {
            assertThat(json(second, "/drill").get("running").asBoolean()).isFalse();
            assertThat(json(second, "/alerts").at("/alerts/0/alertId").asText()).isEqualTo(alertId);
            await().atMost(60, TimeUnit.SECONDS)
                    .untilAsserted(() -> assertThat(runs(data))
                            .filteredOn(each -> each.getFileName().toString().startsWith("drill-"))
                            .hasSize(2)
                            .allMatch(each -> Files.exists(each.resolve("over")))
                            .noneMatch(each -> Files.exists(each.resolve("subscriptions"))));
            assertThat(letters("/wants-exercises", true))
                    .as("whoever heard of it hears that it is over")
                    .hasSize(4);
            assertThat(letters("/wants-exercises", true).getLast().toString()).contains("ØVELSEN ER SLUT");
            Ear late = player(second);
            late.publish("vandvagt/v1/exercise/readings/ST-W", reading(now, 1.50));
            await().until(() -> !late.heard.isEmpty());
            assertThat(late.heard)
                    .extracting(Heard::topic)
                    .as("nothing is left but what it said itself")
                    .containsExactly("vandvagt/v1/exercise/readings/ST-W");
            assertThat(second.get("/collections/stations/items")).doesNotContain("drill-", "exercise\"");
            assertThat(count(second, "transition where run_id <> 'live'")).isZero();
        }
    }

    private static List<Path> runs(Path data) throws IOException {
        try (var all = Files.list(data.resolve("runs"))) {
            return all.toList();
        }
    }

    private static void seenAsExercise(RunningService service, String run) throws IOException, InterruptedException {
        await().atMost(20, TimeUnit.SECONDS)
                .until(() -> json(service, "/exercise/alerts").path("alerts").size() == 1);
        JsonNode alert = json(service, "/exercise/alerts").at("/alerts/0");
        assertThat(alert.get("titleDa").asText()).isEqualTo("ØVELSE: Vand på kajen");
        await().atMost(20, TimeUnit.SECONDS)
                .until(() -> json(service, "/exercise/collections/alerts/items")
                                .path("features")
                                .size()
                        == 1);
        JsonNode collection = json(service, "/exercise/collections/stations/items");
        assertThat(collection.get("status").asText()).isEqualTo("exercise");
        assertThat(collection.at("/features/0/properties/status").asText()).isEqualTo("exercise");
        assertThat(collection.at("/features/0/properties/runId").asText()).isEqualTo(run);
        assertThat(collection.at("/features/0/properties/levelM").asDouble()).isEqualTo(1.30);
        assertThat(collection.at("/links/0/href").asText()).contains("/exercise/collections/stations/items");
        await().atMost(20, TimeUnit.SECONDS)
                .until(() -> service.get("/cap/exercise/feed.atom").contains("<entry"));
        String feed = service.get("/cap/exercise/feed.atom");
        String address = feed.replaceFirst("(?s).*href=\"http://[^/]+(/cap/exercise/[^\"]+\\.xml)\".*", "$1");
        assertThat(service.get(address)).contains("<status>Exercise</status>", "<scope>Restricted</scope>", "ØVELSE: ");
    }
}
