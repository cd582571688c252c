package dk.vandvagt.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dk.vandvagt.alert.Subscription;
import dk.vandvagt.data.FreePort;
import dk.vandvagt.mqtt.NoDelaySockets;
import dk.vandvagt.notify.WebhookSignature;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttMessage;

/**
 * How long after the last of many alerts the last subscriber has been told, and the heap it takes: the whole service in a process of its
 * own, readings by MQTT, letters to a webhook receiver, a text-message gateway and a mail server in this one.
 * {@code SUBSCRIBERS STATIONS SECONDS}: every station goes red once within so many seconds, and everybody has chosen all of them.
 */
final class PostBench {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long GIVE_UP_NANOS = TimeUnit.MINUTES.toNanos(15);
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final Subscription.Way[] WAYS = {
        Subscription.Way.WEBHOOK,
        Subscription.Way.SMS,
        Subscription.Way.WEBHOOK,
        Subscription.Way.SMS,
        Subscription.Way.MAIL
    };

    private final int subscribers;
    private final int stations;
    private final int seconds;
    private final Map<String, Set<String>> stepsHeard = new ConcurrentHashMap<>();
    private final AtomicLong webhooks = new AtomicLong();
    private final AtomicLong texts = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong lastNanos = new AtomicLong();
    private final HttpClient http = HttpClient.newHttpClient();
    private String page = "";

    private PostBench(int subscribers, int stations, int seconds) {
        this.subscribers = subscribers;
        this.stations = stations;
        this.seconds = seconds;
    }

    public static void main(String[] args) throws Exception {
        new PostBench(Integer.parseInt(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2])).run();
    }

    private void run() throws Exception {
        Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "post")
                .toAbsolutePath();
        Vertx vertx = Vertx.vertx();
        HttpServer receiver = vertx.createHttpServer()
                .requestHandler(this::receive)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        GreenMail mail = new GreenMail(new ServerSetup(FreePort.any(), "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        mail.start();
        int port = receiver.actualPort();
        Path config = Files.writeString(
                folder.resolve("bench.yml"), settings(port, mail.getSmtp().getPort()));
        Path data = folder.resolve("data");
        subscribe(Files.createDirectories(data.resolve("subscriptions")), port);
        Process service = start(folder, config, data);
        try (BufferedReader said = service.inputReader(StandardCharsets.UTF_8)) {
            int mqtt = await(said);
            long heapBefore = heapAfterCollection(service);
            long beganNanos = System.nanoTime();
            raise(
                    mqtt,
                    Files.readString(data.resolve("secrets").resolve(Service.SENSOR_SECRET))
                            .strip());
            long raisedNanos = System.nanoTime();
            long mostHeap = untilAllAreTold(mail);
            report(
                    beganNanos,
                    raisedNanos,
                    mail,
                    heapBefore,
                    mostHeap,
                    mostLeft(folder.resolve("gc.log")),
                    heapAfterCollection(service));
        } finally {
            service.destroy();
            service.waitFor(20, TimeUnit.SECONDS);
            service.destroyForcibly();
            mail.stop();
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
        System.exit(0);
    }

    private void receive(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            lastNanos.set(System.nanoTime());
            bytes.addAndGet(body.length());
            String path = String.valueOf(request.path());
            if (path.startsWith("/sms")) {
                texts.incrementAndGet();
            } else {
                webhooks.incrementAndGet();
                Set<String> heard = stepsHeard.computeIfAbsent(path, any -> new HashSet<>());
                for (JsonNode step : parsed(body.getBytes()).path("data").path("steps")) {
                    heard.add(step.path("id").asText());
                }
            }
            request.response().setStatusCode(204).end();
        });
    }

    private static JsonNode parsed(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void subscribe(Path folder, int port) throws IOException {
        SecureRandom random = new SecureRandom();
        for (int i = 1; i <= subscribers; i++) {
            Subscription.Way way = WAYS[i % WAYS.length];
            String address = switch (way) {
                case WEBHOOK -> "http://127.0.0.1:" + port + "/hook/" + i;
                case SMS -> String.format(Locale.ROOT, "+45%08d", 20_000_000 + i);
                case MAIL -> "somebody" + i + "@example.org";
            };
            Subscription one = new Subscription(
                    i,
                    UUID.randomUUID().toString(),
                    way,
                    address,
                    way == Subscription.Way.WEBHOOK ? WebhookSignature.freshSecret(random) : "",
                    i % 2 == 0 ? "da" : "en",
                    Subscription.Selection.ALL,
                    null,
                    false,
                    false,
                    1,
                    1);
            Files.write(folder.resolve(i + ".json"), JSON.writeValueAsBytes(one));
        }
    }

    private static Process start(Path folder, Path config, Path data) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
                "-Xmx768m",
                "-Xlog:gc:file=" + folder.resolve("gc.log"),
                "-cp",
                System.getProperty("java.class.path"),
                Vandvagt.class.getName(),
                "serve",
                "--config",
                config.toString(),
                "--data",
                data.toString());
        return new ProcessBuilder(command)
                .redirectError(folder.resolve("log").toFile())
                .start();
    }

    /** @return the broker's port */
    private int await(BufferedReader said) throws IOException {
        int mqtt = 0;
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith("Page and API:")) {
                page = line.replaceFirst(".*(http://\\S+)", "$1");
            } else if (line.startsWith("Sensors publish:")) {
                mqtt = Integer.parseInt(line.replaceFirst(".*port (\\d+).*", "$1"));
            } else if (line.startsWith("Ctrl-C")) {
                return mqtt;
            }
        }
        throw new IOException("the service did not start; see the log below target/post*");
    }

    private void raise(int port, String password) throws Exception {
        MqttAsyncClient client = new MqttAsyncClient("tcp://127.0.0.1:" + port, "bench", new MemoryPersistence());
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setSocketFactory(new NoDelaySockets());
        options.setUserName(Service.SENSOR_ACCOUNT);
        options.setPassword(password.getBytes(StandardCharsets.UTF_8));
        client.connect(options).waitForCompletion(10_000);
        long beganNanos = System.nanoTime();
        for (int i = 0; i < stations; i++) {
            long due = beganNanos + TimeUnit.SECONDS.toNanos(seconds) * i / stations;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            String reading = "{\"t\":" + System.currentTimeMillis() + ",\"v\":1.60}";
            client.publish(
                            "vandvagt/v1/readings/A" + i,
                            new MqttMessage(reading.getBytes(StandardCharsets.US_ASCII), 1, false, null))
                    .waitForCompletion(10_000);
        }
        client.disconnect().waitForCompletion(5_000);
        client.close();
    }

    /** @return most of the heap seen in use, MiB */
    private long untilAllAreTold(GreenMail mail) throws IOException, InterruptedException {
        long mostHeap = 0;
        long beganNanos = System.nanoTime();
        int mailed = 0;
        while (true) {
            Map<String, Double> metrics = metrics();
            mostHeap = Math.max(mostHeap, heap(metrics));
            if (mail.getReceivedMessages().length > mailed) {
                mailed = mail.getReceivedMessages().length;
                lastNanos.set(System.nanoTime());
            }
            boolean told =
                    metrics.getOrDefault("vandvagt_channel_told_total{channel=\"subscriptions\"}", 0.0) >= stations
                            && metrics.getOrDefault("vandvagt_letters_waiting", 1.0) == 0;
            if (told && System.nanoTime() - lastNanos.get() > QUIET_NANOS) {
                return mostHeap;
            }
            if (System.nanoTime() - beganNanos > GIVE_UP_NANOS) {
                throw new IllegalStateException("not told within 15 minutes: " + metrics);
            }
            TimeUnit.MILLISECONDS.sleep(500);
        }
    }

    /** What was still held after a collection, at most, MiB: the rest of what is in use is free for the asking. */
    private static long mostLeft(Path log) throws IOException {
        Pattern collected = Pattern.compile("M->([0-9]+)M\\(");
        return Files.readString(log)
                .lines()
                .map(collected::matcher)
                .filter(Matcher::find)
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .max()
                .orElse(0);
    }

    private Map<String, Double> metrics() throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(page + "/metrics")).build();
        Map<String, Double> metrics = new ConcurrentHashMap<>();
        http.send(request, HttpResponse.BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> !line.startsWith("#") && line.lastIndexOf(' ') > 0)
                .forEach(line -> metrics.put(
                        line.substring(0, line.lastIndexOf(' ')),
                        Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))));
        return metrics;
    }

    private static long heap(Map<String, Double> metrics) {
        return (long) metrics.entrySet().stream()
                        .filter(each -> each.getKey().startsWith("jvm_memory_used_bytes{area=\"heap\""))
                        .mapToDouble(Map.Entry::getValue)
                        .sum()
                >> 20;
    }

    private long heapAfterCollection(Process service) throws IOException, InterruptedException {
        new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(service.pid()),
                        "GC.run")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor(60, TimeUnit.SECONDS);
        return heap(metrics());
    }

    private void report(
            long beganNanos,
            long raisedNanos,
            GreenMail mail,
            long heapBefore,
            long mostHeap,
            long mostLeft,
            long heapAfter) {
        long complete = stepsHeard.values().stream()
                .filter(heard -> heard.size() == stations)
                .count();
        System.out.println(
                "| subscribers | stations | letters: webhook, text, mail | MB by HTTP | of webhooks complete |"
                        + " last alert → last delivery | heap MiB: before, most, most that a collection left, after |");
        System.out.println("|---|---|---|---|---|---|---|");
        System.out.printf(
                Locale.ROOT,
                "| %,d | %d in %.0f s | %,d, %,d, %,d | %,d | %,d of %,d | %.1f s | %d, %d, %d, %d |%n",
                subscribers,
                stations,
                (raisedNanos - beganNanos) / 1e9,
                webhooks.get(),
                texts.get(),
                mail.getReceivedMessages().length,
                bytes.get() / 1_000_000,
                complete,
                stepsHeard.size(),
                (lastNanos.get() - raisedNanos) / 1e9,
                heapBefore,
                mostHeap,
                mostLeft,
                heapAfter);
    }

    private String settings(int receiver, int smtp) {
        StringBuilder yaml = new StringBuilder("""
                version: 1
                place: {id: bench, name: Bench}
                service:
                  http: {port: 0}
                  mqtt: {port: 0}
                  database: {port: 0}
                  webhook: {http: true, allow: [127.0.0.1/32], callsPerHost: 64}
                  sms:
                    url: http://127.0.0.1:%d/sms
                    body: '{"to": "{to}", "text": "{text}"}'
                  mail: {host: 127.0.0.1, port: %d, encryption: none, from: vandvagt@example.org}
                stations:
                """.formatted(receiver, smtp));
        for (int i = 0; i < stations; i++) {
            yaml.append("""
                      - id: A%1$d-S
                        name: Station %1$d
                        lon: 9.8
                        lat: 55.2
                        datum: DVR90
                        gaugeZero: 0.00
                        source: "bench"
                        sensors:
                          - id: A%1$d
                            parameter: level
                            unit: m
                            interval: 10min
                            staleAfter: 1d
                            resolution: 0.001
                            title: {da: Vandstand, en: Water level}
                            thresholds:
                              - name: high
                                title: {da: "Højt vand", en: "High water"}
                                severity: red
                                kind: level
                                comparison: ">="
                                raiseAt: 1.50
                                clearBelow: 1.45
                                datum: DVR90
                                onDelay: 0min
                                offDelay: 0min
                                source: "bench"
                                verified: false
                    """.formatted(i));
        }
        return yaml.toString();
    }
}
