package dk.vandvagt.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.app.PostBoxes.Mail;
import dk.vandvagt.app.WebhookEar.Heard;
import dk.vandvagt.config.Read;
import dk.vandvagt.config.SettingsFile;
import dk.vandvagt.mqtt.Mosquitto;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * From the wish to be told to the last word of a storm: the service between a mosquitto, a mail server, a program that takes webhooks and
 * a gateway for text messages. It has no database, which nobody who is told notices. Time is handed in.
 */
class SubscribersTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ANNA = "anna@citizen.example";
    private static final String TELEPHONE = "+4512345678";
    private static final String HOOK = "/hooks/k3y";
    private static final String GONE = "/gone";
    private static final String GATEWAY = "/gateway";
    /** Where the links lead; this test goes there by another road. */
    private static final String PUBLIC = "https://vandvagt.example";

    private static final Pattern LINK = Pattern.compile("https://vandvagt\\.example/\\S+");
    private static final long MINUTE = 60_000;

    @TempDir
    private Path folder = Path.of("");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicLong clockMs =
            new AtomicLong(Instant.now().truncatedTo(ChronoUnit.MINUTES).toEpochMilli());
    private final AtomicBoolean goneIsBack = new AtomicBoolean();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final PostBoxes boxes = new PostBoxes();

    @SuppressWarnings("NullAway.Init")
    private WebhookEar ear;

    @SuppressWarnings("NullAway.Init")
    private Mosquitto broker;

    @SuppressWarnings("NullAway.Init")
    private Service service;

    @SuppressWarnings("NullAway.Init")
    private Path data;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        log.start();
        root.addAppender(log);
        ((Logger) LoggerFactory.getLogger("dk.vandvagt")).setLevel(Level.ALL);
        ear = new WebhookEar(heard -> heard.path().equals(GONE) && !goneIsBack.get() ? 410 : 204);
        broker = Mosquitto.persistent(Files.createDirectories(folder.resolve("broker")));
        data = folder.resolve("data");
        Path config = Files.writeString(folder.resolve("here.yml"), settings());
        Read.Good good = (Read.Good) SettingsFile.load(config, null);
        service = Service.start(good.settings(), config, data, Progress.on(System.out), clockMs::get);
    }

    @AfterEach
    void stop() {
        service.close();
        broker.close();
        ear.close();
        boxes.close();
        ((Logger) LoggerFactory.getLogger("dk.vandvagt")).setLevel(null);
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).detachAppender(log);
    }

    private String settings() {
        return """
                version: 1
                place: {id: here, name: Here, timeZone: Europe/Copenhagen}
                service:
                  http: {port: 0, publicUrl: "%s"}
                  mqtt: {broker: "%s"}
                  database: {url: "jdbc:postgresql://127.0.0.1:1/away"}
                  webhook: {http: true, allow: [127.0.0.0/8]}
                  sms: {url: "%s", body: '{"to":"{to}","text":"{text}"}'}
                  mail: {host: "127.0.0.1", port: %d, encryption: none, from: vandvagt@here.example}
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
                          - {name: quays, title: {da: Vand på kajen, en: Water on the quay}, severity: yellow, kind: level,
                             raiseAt: 1.00, clearBelow: 0.95, datum: DVR90}
                          - {name: road, title: {da: Luk vejen, en: Close the road}, severity: orange, kind: level,
                             raiseAt: 1.25, clearBelow: 1.20, datum: DVR90}
                """.formatted(PUBLIC, broker.uri(), ear.url(GATEWAY), boxes.port());
    }

    // ---- the roads in and out

    private HttpResponse<String> call(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(service.address() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode good(HttpResponse<String> answer) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 202);
        return JSON.readTree(answer.body());
    }

    private String[] operator() throws IOException {
        return new String[] {
            "Authorization",
            "Bearer " + Files.readString(service.operatorTokenFile()).strip(),
            "Content-Type",
            "application/json"
        };
    }

    private JsonNode subscribe(String body) throws IOException, InterruptedException {
        return good(call("POST", "/subscriptions", body, "Content-Type", "application/json"));
    }

    private static String path(String url) {
        assertThat(url).startsWith(PUBLIC);
        return url.substring(PUBLIC.length());
    }

    private static String linkIn(String text) {
        Matcher link = LINK.matcher(text);
        assertThat(link.find()).as(text).isTrue();
        return path(link.group().replaceFirst("\"?[}]?$", ""));
    }

    private void measure(double levelM) throws IOException, InterruptedException {
        String token = Files.readString(data.resolve("secrets/device-token")).strip();
        good(call(
                "POST",
                "/readings/ST-W",
                "{\"t\":%d,\"v\":%s}".formatted(clockMs.get(), levelM),
                "Authorization",
                "Bearer " + token,
                "Content-Type",
                "application/json"));
    }

    /** Until that is so, second upon second of the service's clock; asking wakes the post office, which sleeps by the machine's. */
    private void within(String what, Duration mostByTheServicesClock, Callable<Boolean> done) {
        long latest = clockMs.get() + mostByTheServicesClock.toMillis();
        await(what).atMost(Duration.ofSeconds(30)).until(() -> {
            if (done.call()) {
                return true;
            }
            if (clockMs.get() < latest) {
                clockMs.addAndGet(1000);
            }
            call("GET", "/deliveries", "", operator());
            return done.call();
        });
    }

    private List<JsonNode> letters() {
        return ear.heard(HOOK).stream()
                .filter(Heard::isLetter)
                .map(each -> each.json().get("data"))
                .toList();
    }

    private List<Mail> mails() throws Exception {
        return boxes.all();
    }

    private List<JsonNode> textMessages() {
        return ear.heard(GATEWAY).stream().map(Heard::json).toList();
    }

    // ---- the story

    @Test
    void shouldTellAStormToEverybodyInOneThreadEachAndForgetThemWhenTheyWish() throws Exception {
        String secret = subscribe("{\"way\":\"webhook\",\"address\":\"" + ear.url(HOOK) + "\"}")
                .get("secret")
                .asText();
        subscribe("{\"way\":\"mail\",\"address\":\"" + ANNA + "\"}");
        subscribe("{\"way\":\"sms\",\"address\":\"" + TELEPHONE + "\",\"language\":\"en\"}");
        await().until(() -> ear.heard(HOOK).size() == 1
                && boxes.count() == 1
                && ear.heard(GATEWAY).size() == 1);
        List<String> invitations = List.of(
                path(ear.heard(HOOK).getFirst().json().at("/data/confirmUrl").asText()),
                linkIn(mails().getFirst().text()),
                linkIn(textMessages().getFirst().get("text").asText()));
        List<JsonNode> welcomes = new ArrayList<>();
        for (String confirm : invitations) {
            welcomes.add(good(call("POST", confirm, "")));
        }
        JsonNode gone = good(call(
                "POST", "/subscriptions", "{\"way\":\"webhook\",\"address\":\"" + ear.url(GONE) + "\"}", operator()));

        try (AlertEar mqtt = new AlertEar(broker.uri(), null)) {
            double[] storm = {0.80, 1.10, 1.40, 1.10, 0.80};
            for (int i = 0; i < storm.length; i++) {
                if (i == 2) {
                    // whatever is chosen in the middle of it, who was told of the beginning is told of the end
                    good(call(
                            "PUT",
                            path(welcomes.get(1).get("manageUrl").asText()),
                            "{\"paused\":true,\"severityFrom\":3}",
                            "Content-Type",
                            "application/json"));
                }
                measure(storm[i]);
                int steps = i;
                await("what MQTT tells").until(() -> mqtt.ids().size() == steps);
                within(
                        "letter " + steps,
                        Duration.ofMinutes(6),
                        () -> letters().size() == steps
                                && boxes.count() == 1 + steps
                                && ear.heard(GATEWAY).size() == 1 + steps);
                clockMs.addAndGet(10 * MINUTE);
            }
            byWebhook(mqtt.ids(), secret);
        }
        byMail();
        bySms();
        deadLetters(gone.get("id").asText());
        leaveNothing(welcomes);
        nothingInTheLog();
    }

    private void byWebhook(List<String> told, String secret) {
        assertThat(ear.heard(HOOK)).allMatch(each -> each.isSignedWith(secret));
        List<String> steps = new ArrayList<>();
        for (JsonNode letter : letters()) {
            letter.get("steps").forEach(each -> steps.add(each.get("id").asText()));
            assertThat(letter.get("storm")).isEqualTo(letters().getFirst().get("storm"));
            assertThat(letter.get("last").asBoolean())
                    .isEqualTo(letter == letters().getLast()
                            || letter.get("number").asInt() == letters().size() - 1);
        }
        assertThat(steps).isEqualTo(told);
        assertThat(letters()).extracting(each -> each.get("number").asInt()).containsExactly(0, 1, 2, 3);
        assertThat(letters()).extracting(each -> each.get("severity").asInt()).containsExactly(1, 2, 1, 0);
    }

    private void byMail() throws Exception {
        List<Mail> letters = mails().subList(1, mails().size());
        assertThat(letters).extracting(Mail::to).containsOnly(ANNA);
        assertThat(letters)
                .extracting(Mail::subject)
                .containsExactly("GUL: Somewhere", "ORANGE: Somewhere", "GUL: Somewhere", "Afblæst: Somewhere");
        String first = letters.getFirst().id();
        for (int i = 1; i < letters.size(); i++) {
            assertThat(letters.get(i).references()).startsWith(first);
            assertThat(letters.get(i).inReplyTo()).isEqualTo(letters.get(i - 1).id());
        }
        assertThat(letters.getFirst().inReplyTo()).isEmpty();
        assertThat(letters.getLast().text()).contains("Afblæst: alt.");
    }

    private void bySms() {
        List<JsonNode> all = textMessages();
        assertThat(all).allMatch(each -> each.get("to").asText().equals(TELEPHONE));
        assertThat(all.get(1).get("text").asText()).contains("YELLOW", "Somewhere");
        assertThat(all.getLast().get("text").asText()).startsWith("All clear.");
    }

    /** One whose endpoint answers 410 all the while: it holds up nobody, and what it missed can be sent again. */
    private void deadLetters(String goneId) throws IOException, InterruptedException {
        JsonNode dead = good(call("GET", "/deliveries?state=dead", "", operator()));
        assertThat(dead.get("numberMatched").asInt()).isEqualTo(4);
        assertThat(dead.at("/deliveries/0/reason").asText()).contains("410");
        assertThat(dead.at("/deliveries/0/subscriptionId").asText()).isEqualTo(goneId);
        assertThat(good(call("GET", "/deliveries?state=waiting", "", operator()))
                        .get("numberMatched")
                        .asInt())
                .isZero();
        goneIsBack.set(true);
        int before = ear.heard(GONE).size();
        String letterId = dead.at("/deliveries/0/letterId").asText();
        good(call("POST", "/deliveries/" + letterId + "/send-again", "", operator()));
        await().until(() -> ear.heard(GONE).size() == before + 1);
        assertThat(ear.heard(GONE).getLast().id()).as("under its own id").isEqualTo(letterId);
        assertThat(good(call("POST", "/subscriptions/" + goneId + "/test", "", operator()))
                        .get("arrived")
                        .asBoolean())
                .isTrue();
        assertThat(ear.heard(GONE).getLast().json().get("type").asText()).isEqualTo("test");
        assertThat(call("GET", "/metrics", "").body()).contains("webhook");
    }

    private void leaveNothing(List<JsonNode> welcomes) throws Exception {
        assertThat(filesWith(ANNA)).as("while she subscribes").hasSize(1);
        assertThat(filesWith(TELEPHONE)).hasSize(1);
        String unsubscribe = mails().getLast().unsubscribe().replaceAll("[<>]", "");
        assertThat(call(
                                "POST",
                                path(unsubscribe),
                                "List-Unsubscribe=One-Click",
                                "Content-Type",
                                "application/x-www-form-urlencoded")
                        .statusCode())
                .isEqualTo(200);
        assertThat(filesWith(ANNA)).as("at once").isEmpty();
        assertThat(call("DELETE", path(welcomes.get(2).get("manageUrl").asText()), "")
                        .statusCode())
                .isEqualTo(200);
        assertThat(filesWith(TELEPHONE)).isEmpty();
        assertThat(call("GET", path(welcomes.get(1).get("manageUrl").asText()), "")
                        .statusCode())
                .isEqualTo(404);
        int mails = boxes.count();
        measure(1.10);
        clockMs.addAndGet(10 * MINUTE);
        within("the other's letter", Duration.ofMinutes(6), () -> letters().size() == 5);
        assertThat(boxes.count()).as("nothing more for her").isEqualTo(mails);
        service.close();
        assertThat(filesWith(ANNA)).as("and when it has stopped").isEmpty();
        assertThat(filesWith("/hooks/k3y")).hasSize(1);
    }

    private List<Path> filesWith(String text) throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            List<Path> found = new ArrayList<>();
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                if (new String(Files.readAllBytes(each), StandardCharsets.ISO_8859_1).contains(text)) {
                    found.add(each);
                }
            }
            return found;
        }
    }

    private void nothingInTheLog() {
        assertThat(List.copyOf(log.list))
                .isNotEmpty()
                .extracting(each -> each.getFormattedMessage() + " " + each.getThrowableProxy())
                .noneMatch(line -> line.contains("anna@")
                        || line.contains("citizen.example")
                        || line.contains("12345678")
                        || line.contains("k3y")
                        || line.contains("signature="));
    }
}
