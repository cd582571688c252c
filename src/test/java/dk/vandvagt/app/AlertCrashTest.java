package dk.vandvagt.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.app.Device.Message;
import dk.vandvagt.app.Gauges.Inlets;
import dk.vandvagt.app.Gauges.Round;
import dk.vandvagt.app.PostBoxes.Mail;
import dk.vandvagt.app.WebhookEar.Heard;
import dk.vandvagt.config.Read;
import dk.vandvagt.config.SettingsFile;
import dk.vandvagt.mqtt.Mosquitto;
import dk.vandvagt.shard.Arrival;
import dk.vandvagt.store.PostgresServer;
import dk.vandvagt.wire.CanonicalReadings;
import dk.vandvagt.wire.Decoder;
import dk.vandvagt.wire.ReadingBuffer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Killed at any instant of a storm, the service tells every transition to everybody, under one id, and raises nothing anew. A webhook,
 * mailboxes and an MQTT client listen outside of it; the webhook now and then says 503, or takes a letter and hangs up.
 *
 * <p>What must have been told is what a run that nobody kills makes of the same messages.
 *
 * <p>{@code -Dvandvagt.crashes=500 -Dvandvagt.seed=7} asks for more, or for others: messages and instants follow from the seed; what
 * the service is doing just then does not.
 *
 * <p>It sleeps, since a process that is killed keeps real time. Letters keep the service's wall clock, which is set forward all the while:
 * between two updates lie five minutes.
 */
class AlertCrashTest {
    private static final int CRASHES = Integer.getInteger("vandvagt.crashes", 40);
    /** The same in every build, so that a failure says something of the change. */
    private static final long SEED = Long.getLong("vandvagt.seed", 20_231_020);

    private static final int PACE_MS = 12;
    /** However busy the machine, so that no letter holds more alerts than a mail names. */
    private static final int ROUNDS_AHEAD_OF_THE_POST = 4;

    /** Of more, only the last of each alert. */
    private static final int STEPS_IN_A_MAIL = 12;

    private static final long CLOCK_STEP_MS = 100_000;
    private static final long CLOCK_EVERY_MS = 100;
    /** Only what has failed waits so long. */
    private static final long WITHIN_S = 180;

    private static final String HOOK = "/hook";

    @TempDir
    private Path folder = Path.of("");

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1))
            .build();
    private final List<Round> rounds = Collections.synchronizedList(new ArrayList<>());
    private final long beganNanos = System.nanoTime();
    private volatile int roundsWhenUp;
    private volatile boolean stormIsOver;

    @Test
    void shouldTellEverybodyEverythingOnceWheneverItIsKilled() throws Exception {
        say("crashes=" + CRASHES + " seed=" + SEED + " (again: -Dvandvagt.crashes=" + CRASHES + " -Dvandvagt.seed="
                + SEED + ")");
        Mosquitto broker = Mosquitto.persistent(Files.createDirectories(folder.resolve("broker")));
        PostgresServer database = new PostgresServer();
        Gauges gauges = new Gauges(SEED, Inlets.ONE_TOPIC_EACH);
        Random moods = new Random(SEED);
        try (PostBoxes boxes = new PostBoxes();
                WebhookEar hook = new WebhookEar(heard -> mood(moods));
                FaultyMachine machine = FaultyMachine.start(
                        folder, settings(gauges, boxes.port()), broker, database, database.create("crashes"))) {
            awaitUp(machine);
            String secret = subscribe(machine, hook, boxes);
            try (AlertEar ear = new AlertEar("tcp://127.0.0.1:" + machine.brokerPort, null);
                    Device coast = new Device("coast", machine.brokerPort, null);
                    ScheduledExecutorService clockwork = Executors.newSingleThreadScheduledExecutor()) {
                AtomicLong offsetMs = new AtomicLong();
                Future<?> clock = clockwork.scheduleWithFixedDelay(
                        () -> machine.setClock(offsetMs.getAndAdd(CLOCK_STEP_MS)),
                        0,
                        CLOCK_EVERY_MS,
                        TimeUnit.MILLISECONDS);
                storm(machine, gauges, coast, hook, clock);
                Map<String, Transition> expected = withoutCrashes(machine);
                awaitTold(machine, expected, ear, hook, boxes);
                clock.cancel(false);
                byMqtt(expected, ear);
                byWebhook(expected, hook, secret);
                byMail(expected, texts(hook), boxes);
                say(machine.starts() + " starts, " + rounds.size() + " rounds, " + expected.size()
                        + " transitions; heard by MQTT " + ear.ids().size() + " times, "
                        + hook.heard().size() + " posts, " + boxes.count() + " mails");
            } catch (AssertionError | Exception failed) {
                throw new AssertionError(
                        "seed " + SEED + "; the service's last words:\n" + String.join("\n", machine.lastWords(150)),
                        failed);
            }
        }
    }

    private static synchronized int mood(Random moods) {
        return switch (moods.nextInt(8)) {
            case 0 -> 503;
            case 1 -> WebhookEar.NO_ANSWER;
            default -> 204;
        };
    }

    private static String settings(Gauges gauges, int mailPort) {
        return gauges.settings().replace("service:\n", """
                service:
                  webhook: {http: true, allow: [127.0.0.0/8]}
                  mail: {host: "127.0.0.1", port: %d, encryption: none, from: vandvagt@coast.example}
                """.formatted(mailPort));
    }

    // ---- subscribing

    /** One hears everything by webhook, each of the others one gauge by mail. */
    private String subscribe(FaultyMachine machine, WebhookEar hook, PostBoxes boxes) throws Exception {
        JsonNode made =
                entered(machine, "{\"way\":\"webhook\",\"address\":\"" + hook.url(HOOK) + "\",\"exercises\":true}");
        for (int gauge = 0; gauge < Gauges.SENSORS; gauge++) {
            entered(machine, """
                    {"way": "mail", "address": "g%1$d@coast.example", "stations": ["G%1$d-W-S"], "exercises": true}""".formatted(gauge));
        }
        assertThat(boxes.count()).as("an operator's word needs no invitation").isZero();
        return made.get("secret").asText();
    }

    private JsonNode entered(FaultyMachine machine, String body) throws IOException, InterruptedException {
        String token = Files.readString(machine.secret(Service.OPERATOR_SECRET)).strip();
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(at(machine, "/subscriptions"))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return new ObjectMapper().readTree(answer.body());
    }

    private static URI at(FaultyMachine machine, String path) {
        return URI.create("http://127.0.0.1:" + machine.toService.port() + path);
    }

    // ---- the storm

    private void storm(FaultyMachine machine, Gauges gauges, Device coast, WebhookEar hook, Future<?> clock)
            throws Exception {
        CompletableFuture<Void> weather =
                CompletableFuture.runAsync(() -> blow(machine, gauges, coast, hook), Thread::startVirtualThread);
        Random random = new Random(SEED);
        for (int crash = 1; crash <= CRASHES; crash++) {
            if (random.nextBoolean()) {
                awaitUp(machine);
                machine.goesOnFor(random.nextInt(800));
            } else {
                // a JVM needs some hundred milliseconds until it recovers anything, and about two seconds for all of it
                machine.goesOnFor(300 + random.nextInt(1_500));
            }
            machine.killService();
            machine.startService();
            if (crash % 10 == 0) {
                say(crash + " crashes");
            }
            assertThat(clock.isDone()).as("the clock stands").isFalse();
            assertThat(weather).isNotCompleted();
        }
        stormIsOver = true;
        get(weather);
        awaitUp(machine);
    }

    private static void get(CompletableFuture<Void> done)
            throws InterruptedException, ExecutionException, TimeoutException {
        done.get(WITHIN_S, TimeUnit.SECONDS);
    }

    private void blow(FaultyMachine machine, Gauges gauges, Device coast, WebhookEar hook) {
        try {
            while (!stormIsOver) {
                Round round = gauges.next();
                rounds.add(round);
                int posts = hook.heard().size();
                coast.publish(
                        round.messages(),
                        position -> {},
                        PACE_MS,
                        System.nanoTime() + TimeUnit.SECONDS.toNanos(WITHIN_S));
                while (rounds.size() - roundsWhenUp > ROUNDS_AHEAD_OF_THE_POST
                        && hook.heard().size() == posts
                        && !stormIsOver) {
                    machine.goesOnFor(5);
                }
            }
        } catch (IOException | InterruptedException stopped) {
            throw new CompletionException(stopped);
        }
    }

    private void awaitUp(FaultyMachine machine) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WITHIN_S);
        HttpRequest request = HttpRequest.newBuilder(at(machine, "/health/live"))
                .timeout(Duration.ofSeconds(2))
                .build();
        while (true) {
            machine.watchOverService();
            try {
                if (http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    roundsWhenUp = rounds.size();
                    return;
                }
            } catch (IOException notYet) {
                // it starts
            }
            assertThat(System.nanoTime()).as("the service is up").isLessThan(deadline);
            machine.goesOnFor(20);
        }
    }

    // ---- what must have been told

    /** By id, in the order decided. */
    private Map<String, Transition> withoutCrashes(FaultyMachine machine) throws Exception {
        Read.Good good = (Read.Good) SettingsFile.load(machine.config, null);
        Map<String, Transition> expected = Collections.synchronizedMap(new LinkedHashMap<>());
        List<Message> all =
                rounds.stream().flatMap(each -> each.messages().stream()).toList();
        CountDownLatch settled = new CountDownLatch(all.size());
        try (Run run = Run.open(
                good.settings(),
                Files.readString(machine.config),
                folder.resolve("reference"),
                told -> told.forEach(each -> expected.put(each.id(), each)),
                System::currentTimeMillis)) {
            Decoder.Session session = new CanonicalReadings(Gauges.PREFIX).open(run.catalogue());
            ReadingBuffer readings = new ReadingBuffer();
            for (Message message : all) {
                byte[] payload = message.payload().getBytes(StandardCharsets.UTF_8);
                readings.clear();
                assertThat(session.decode(message.topic(), payload, 0, payload.length, 0, readings))
                        .isNull();
                Arrival arrival = Arrival.of(refused -> settled.countDown(), readings, System.currentTimeMillis());
                await().pollInSameThread()
                        .pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(1))
                        .atMost(Duration.ofSeconds(WITHIN_S))
                        .until(() -> run.sequencer().offer(arrival));
            }
            assertThat(settled.await(WITHIN_S, TimeUnit.SECONDS)).isTrue();
            long last = run.sequencer().counts().lastSequence();
            await().pollInterval(Duration.ofMillis(5))
                    .atMost(Duration.ofSeconds(WITHIN_S))
                    .until(() -> run.shards().gatheredSequence() >= last);
        }
        assertThat(expected).as("transitions without crashes").hasSizeGreaterThan(CRASHES);
        return new LinkedHashMap<>(expected);
    }

    private void awaitTold(
            FaultyMachine machine, Map<String, Transition> expected, AlertEar ear, WebhookEar hook, PostBoxes boxes)
            throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WITHIN_S);
        while (System.nanoTime() < deadline) {
            machine.watchOverService();
            if (new HashSet<>(ear.ids()).containsAll(expected.keySet())
                    && steps(hook).keySet().containsAll(expected.keySet())
                    && untold(expected, texts(hook), boxes).isEmpty()) {
                break;
            }
            machine.goesOnFor(200);
        }
        // what comes too often comes after it
        machine.goesOnFor(500);
    }

    private static void byMqtt(Map<String, Transition> expected, AlertEar ear) {
        same("by MQTT", new HashSet<>(ear.ids()), expected.keySet());
        inOrder("by MQTT", ear.ids());
    }

    /** Of each step told, the letter that told it; repeats of a letter are one. */
    private static Map<String, String> steps(WebhookEar hook) {
        Map<String, String> letterOf = new LinkedHashMap<>();
        for (JsonNode letter : letters(hook).values()) {
            for (JsonNode step : letter.get("steps")) {
                String before = letterOf.put(
                        step.get("id").asText(), letter.get("letter").asText());
                assertThat(before).as("told before, in another letter: " + step).isNull();
            }
        }
        return letterOf;
    }

    private static Map<String, JsonNode> letters(WebhookEar hook) {
        Map<String, JsonNode> letters = new LinkedHashMap<>();
        for (Heard each : hook.heard()) {
            JsonNode same = letters.putIfAbsent(each.id(), each.json().get("data"));
            assertThat(same == null || same.equals(each.json().get("data")))
                    .as("two contents under one id: " + each.id())
                    .isTrue();
        }
        return letters;
    }

    /** How each step reads in Danish. */
    private static Map<String, String> texts(WebhookEar hook) {
        Map<String, String> texts = new HashMap<>();
        for (JsonNode letter : letters(hook).values()) {
            letter.get("steps")
                    .forEach(step -> texts.put(
                            step.get("id").asText(), step.at("/text/da").asText()));
        }
        return texts;
    }

    private static void byWebhook(Map<String, Transition> expected, WebhookEar hook, String secret) {
        assertThat(hook.heard()).allMatch(each -> each.isSignedWith(secret));
        Map<String, String> steps = steps(hook);
        same("by webhook", steps.keySet(), expected.keySet());
        inOrder("by webhook", List.copyOf(steps.keySet()));
        Map<String, List<JsonNode>> storms = new LinkedHashMap<>();
        for (JsonNode letter : letters(hook).values()) {
            storms.computeIfAbsent(letter.get("storm").asText(), any -> new ArrayList<>())
                    .add(letter);
        }
        List<List<JsonNode>> threads = List.copyOf(storms.values());
        for (int i = 0; i < threads.size(); i++) {
            List<JsonNode> thread = threads.get(i);
            for (int number = 0; number < thread.size(); number++) {
                assertThat(thread.get(number).get("number").asInt()).isEqualTo(number);
                boolean last = number == thread.size() - 1;
                if (!last || i < threads.size() - 1) {
                    assertThat(thread.get(number).get("last").asBoolean())
                            .as("a thread ends with its last letter: " + thread.get(number))
                            .isEqualTo(last);
                }
            }
        }
    }

    private static void byMail(Map<String, Transition> expected, Map<String, String> texts, PostBoxes boxes)
            throws Exception {
        assertThat(untold(expected, texts, boxes)).as("missing by mail").isEmpty();
        Map<String, Set<Integer>> threads = new TreeMap<>();
        for (Mail each : boxes.all()) {
            String id = each.id().replaceFirst("<(.*)@.*", "$1");
            String storm = id.substring(0, id.lastIndexOf('-'));
            int number = Integer.parseInt(id.substring(storm.length() + 1));
            threads.computeIfAbsent(storm, any -> new HashSet<>()).add(number);
            assertThat(each.unsubscribe()).as("also before the page is up").doesNotContain(":0/");
            if (number > 0) {
                assertThat(each.references()).startsWith("<" + storm + "-0@");
                assertThat(each.inReplyTo()).isEqualTo("<" + storm + "-" + (number - 1) + "@coast.example>");
            }
        }
        threads.forEach((storm, numbers) -> assertThat(Collections.max(numbers))
                .as("the numbers of " + storm + ": " + numbers)
                .isEqualTo(numbers.size() - 1));
    }

    /** The steps that no mail tells yet. A mail is to tell those that come next in its box, and nothing else. */
    private static List<String> untold(Map<String, Transition> expected, Map<String, String> texts, PostBoxes boxes)
            throws Exception {
        Map<String, List<Transition>> due = new TreeMap<>();
        expected.values()
                .forEach(each -> due.computeIfAbsent(boxOf(each.sensorId()), any -> new ArrayList<>())
                        .add(each));
        for (Mail mail : onceEach(boxes.all())) {
            List<Transition> next = due.getOrDefault(mail.to(), new ArrayList<>());
            List<String> news = news(mail);
            int steps = 1;
            while (steps <= next.size() && !shown(next.subList(0, steps), texts).equals(news)) {
                steps++;
            }
            assertThat(steps)
                    .as("what comes next is not what is told: " + mail + "\n"
                            + shown(next.subList(0, Math.min(20, next.size())), texts))
                    .isLessThanOrEqualTo(next.size());
            next.subList(0, steps).clear();
        }
        return due.values().stream().flatMap(List::stream).map(Transition::id).toList();
    }

    /** The lines of a mail with these steps, sorted: of many, the last of each alert. */
    private static List<String> shown(List<Transition> steps, Map<String, String> texts) {
        Map<String, String> lines = new LinkedHashMap<>();
        for (Transition each : steps) {
            lines.put(
                    steps.size() > STEPS_IN_A_MAIL ? each.alertId() : each.id(),
                    // on the readings' clock it is an exercise, which a mail says once, above all of them
                    "- " + texts.getOrDefault(each.id(), each.id()).replaceFirst("^ØVELSE: ", ""));
        }
        return lines.values().stream().sorted().toList();
    }

    private static String boxOf(String sensorId) {
        return "g" + sensorId.charAt(1) + "@coast.example";
    }

    /** In the order they came first. */
    private static Collection<Mail> onceEach(List<Mail> all) {
        Map<String, Mail> byId = new LinkedHashMap<>();
        for (Mail each : all) {
            Mail same = byId.putIfAbsent(each.id(), each);
            assertThat(same == null
                            || same.subject().equals(each.subject())
                                    && said(same).equals(said(each)))
                    .as("two contents under one id: " + same + "\n" + each)
                    .isTrue();
        }
        return byId.values();
    }

    /** What is new in a mail, a line a step, sorted. */
    private static List<String> news(Mail mail) {
        List<String> lines = new ArrayList<>();
        boolean news = true;
        for (String line : mail.text().lines().toList()) {
            if (line.endsWith(":") && !line.startsWith("-")) {
                news = !line.equals("Gælder stadig:") && !line.equals("Det skal gøres:");
            } else if (news && line.startsWith("- ")) {
                lines.add(line);
            }
        }
        return lines.stream().sorted().toList();
    }

    /** But for the link to unsubscribe, whose time is counted from when it is sent. */
    private static String said(Mail mail) {
        return mail.text().replaceAll("https?://\\S+/unsubscribe\\S+", "");
    }

    private static void inOrder(String how, List<String> ids) {
        Map<String, Integer> highest = new HashMap<>();
        Set<String> before = new HashSet<>();
        for (String id : ids) {
            if (before.add(id)) {
                int slash = id.lastIndexOf('/');
                int number = Integer.parseInt(id.substring(slash + 1));
                assertThat(number)
                        .as(how + ": " + id + " told for the first time after a later one")
                        .isGreaterThan(highest.getOrDefault(id.substring(0, slash), -1));
                highest.put(id.substring(0, slash), number);
            }
        }
    }

    private static <T> void same(String what, Collection<T> found, Collection<T> expected) {
        List<T> missing = new ArrayList<>(expected);
        List<T> more = new ArrayList<>();
        for (T each : found) {
            if (!missing.remove(each)) {
                more.add(each);
            }
        }
        assertThat(missing).as("missing " + what + "; too many are " + more).isEmpty();
        assertThat(more).as("too many " + what).isEmpty();
    }

    private void say(String line) {
        System.out.printf("%7.1f s  AlertCrashTest: %s%n", (System.nanoTime() - beganNanos) / 1e9, line);
        System.out.flush();
    }
}
