package dk.vandvagt.app;

import dk.vandvagt.mqtt.BareConsumer;
import dk.vandvagt.mqtt.Mosquitto;
import dk.vandvagt.store.BareCopy;
import dk.vandvagt.store.PostgresServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Readings a second through the whole service, beside what it cannot beat: the same client at the same broker doing nothing, and
 * bare COPY of the same rows into the same table. Sides take turns in one run; then, at half the rate found, how long an alert takes
 * from when its reading was due. {@code ROUNDS BURST_SECONDS PACED_SECONDS [mosquitto|embedded|tcp://HOST:PORT]}: a broker that is given has both
 * sides, under topics of their own, and must let anybody in; it keeps the sessions of service and client afterwards.
 */
final class IngestBench {
    private static final int QUEUE_LIMIT = 2_000_000;
    private static final long WITHIN_S = 180;
    private static final int WARM_UPS = 2;
    private static final int PACED_ROUNDS = 3;
    private static final int FIRST_READINGS = 10_000;
    private static final double MOST_MESSAGES = 150_000;
    private static final int[] READINGS_A_MESSAGE = {1, 20};

    private IngestBench() {}

    /** @param burstSeconds what the number of messages in a burst is chosen for */
    private record Sizes(int rounds, int burstSeconds, int pacedSeconds) {}

    public static void main(String[] args) throws Exception {
        Sizes sizes = new Sizes(Integer.parseInt(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]));
        Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "ingest")
                .toAbsolutePath();
        List<String> throughput = new ArrayList<>();
        List<String> latency = new ArrayList<>();
        try (PostgresServer database = new PostgresServer()) {
            BareCopy copy = new BareCopy(database.url(), "postgres", "postgres", "bare");
            for (String broker : args.length > 3 ? List.of(args[3]) : List.of("mosquitto", "embedded")) {
                try (Side side = Side.start(
                        broker, Files.createDirectories(folder.resolve(broker.replaceAll("\\W+", "-"))), database)) {
                    for (int each : READINGS_A_MESSAGE) {
                        measure(side, copy, each, sizes, throughput, latency);
                    }
                }
            }
        }
        System.out.println();
        System.out.println(
                "| broker | readings a message | readings/s acknowledged | readings/s committed | client doing nothing | bare COPY | acknowledged / nothing | committed / COPY |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        throughput.forEach(System.out::println);
        System.out.println();
        System.out.println(
                "Milliseconds from when a reading was due to its alert at a subscriber, at half the rate acknowledged above, beside those to the reading itself at a subscriber of the same kind of broker under the same load, where the client does nothing.");
        System.out.println();
        System.out.println(
                "| broker | readings a message | messages/s | alerts | alert p50 | alert p99 | echo p50 | echo p99 | p50 alert / echo | p99 alert / echo | not heard | publisher behind, ms |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|");
        latency.forEach(System.out::println);
    }

    private static void measure(
            Side side, BareCopy copy, int each, Sizes sizes, List<String> throughput, List<String> latency)
            throws Exception {
        List<Double> acknowledged = new ArrayList<>();
        List<Double> committed = new ArrayList<>();
        List<Double> nothing = new ArrayList<>();
        List<Double> rows = new ArrayList<>();
        int messages = FIRST_READINGS / each;
        for (int round = -WARM_UPS; round < sizes.rounds; round++) {
            int readings = messages * each;
            double[] through = side.service(messages, each);
            double bare = side.nothing(messages, each);
            double copied = copy.run(readings, IngestPublisher.SENSORS);
            System.err.printf(
                    Locale.ROOT,
                    "%s, %d a message, round %d of %,d messages: acknowledged %,.0f/s, committed %,.0f/s, nothing %,.0f/s, COPY %,.0f/s%n",
                    side.broker,
                    each,
                    round + 1,
                    messages,
                    through[0],
                    through[1],
                    bare,
                    copied);
            if (round >= 0) {
                acknowledged.add(through[0]);
                committed.add(through[1]);
                nothing.add(bare);
                rows.add(copied);
            } else {
                messages = (int)
                        Math.clamp(sizes.burstSeconds * Math.min(through[0], bare) / each, messages, MOST_MESSAGES);
            }
        }
        throughput.add(String.format(
                Locale.ROOT,
                "| %s | %d | %s | %s | %s | %s | %.2f | %.2f |",
                side.broker,
                each,
                text(acknowledged),
                text(committed),
                text(nothing),
                text(rows),
                median(acknowledged) / median(nothing),
                median(committed) / median(rows)));
        double rate = median(acknowledged) / each / 2;
        String task = String.format(Locale.ROOT, "paced %.1f %d %d", rate, each, sizes.pacedSeconds);
        List<String[]> alerts = new ArrayList<>();
        List<String[]> echoes = new ArrayList<>();
        for (int round = 0; round < Math.min(sizes.rounds, PACED_ROUNDS); round++) {
            alerts.add(side.publisher.ask(task).split(" ", -1));
            side.settle();
            echoes.add(side.barePublisher.ask(task).split(" ", -1));
        }
        List<Double> alert50 = column(alerts, 2);
        List<Double> alert99 = column(alerts, 3);
        List<Double> echo50 = column(echoes, 2);
        List<Double> echo99 = column(echoes, 3);
        latency.add(String.format(
                Locale.ROOT,
                "| %s | %d | %,.0f | %,.0f | %s | %s | %s | %s | %.1f | %.1f | %,.0f / %,.0f | %,.1f / %,.1f |",
                side.broker,
                each,
                rate,
                sum(column(alerts, 0)),
                millis(alert50),
                millis(alert99),
                millis(echo50),
                millis(echo99),
                median(alert50) / median(echo50),
                median(alert99) / median(echo99),
                sum(column(alerts, 1)),
                sum(column(echoes, 1)),
                most(column(alerts, 5)),
                most(column(echoes, 5))));
        System.err.println(latency.getLast());
    }

    private static List<Double> column(List<String[]> rounds, int column) {
        return rounds.stream().map(round -> Double.valueOf(round[column])).toList();
    }

    private static double sum(List<Double> values) {
        return values.stream().mapToDouble(each -> each).sum();
    }

    private static double most(List<Double> values) {
        return values.stream().mapToDouble(each -> each).max().orElseThrow();
    }

    private static String millis(List<Double> values) {
        return String.format(
                Locale.ROOT,
                "%.2f [%.2f–%.2f]",
                median(values),
                values.stream().mapToDouble(each -> each).min().orElseThrow(),
                most(values));
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private static String text(List<Double> values) {
        return String.format(
                Locale.ROOT,
                "%,.0f [%,.0f–%,.0f]",
                median(values),
                values.stream().mapToDouble(each -> each).min().orElseThrow(),
                values.stream().mapToDouble(each -> each).max().orElseThrow());
    }

    /** A process of the bench's, spoken to line by line. */
    private static final class Peer implements AutoCloseable {
        private final Process process;
        private final BufferedReader answers;
        private final Writer questions;

        Peer(Path log, String prefix, String heap, Class<?> main, String... arguments) throws IOException {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
                    "-Dbench.prefix=" + prefix,
                    "-Xms" + heap,
                    "-Xmx" + heap,
                    "-cp",
                    System.getProperty("java.class.path"),
                    main.getName()));
            command.addAll(List.of(arguments));
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            answers = process.inputReader(StandardCharsets.UTF_8);
            questions = process.outputWriter(StandardCharsets.UTF_8);
        }

        void tell(String line) throws IOException {
            questions.write(line + "\n");
            questions.flush();
        }

        String ask(String line) throws IOException {
            tell(line);
            return hear();
        }

        String hear() throws IOException {
            String line = answers.readLine();
            if (line == null) {
                throw new IOException("a process of the bench has ended; see its log below target/ingest*");
            }
            return line;
        }

        String hear(String beginning) throws IOException {
            String line = hear();
            while (!line.startsWith(beginning)) {
                line = hear();
            }
            return line;
        }

        @Override
        public void close() throws InterruptedException {
            process.destroy();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
    }

    /** One kind of broker: the service at one of it, the client that does nothing at another, and a publisher for each. */
    private static final class Side implements AutoCloseable {
        private static final String ACKNOWLEDGED = "vandvagt_source_acknowledged_total{source=\"home\"}";

        private final String broker;
        private final List<AutoCloseable> parts = new ArrayList<>();
        private final HttpClient http = HttpClient.newHttpClient();
        private final String page;
        private final Peer publisher;
        private final Peer bare;
        private final Peer barePublisher;

        private Side(String broker, Path folder, PostgresServer database) throws Exception {
            this.broker = broker;
            boolean embedded = broker.equals("embedded");
            boolean given = broker.startsWith("tcp://");
            String uri = embedded
                    ? ""
                    : given
                            ? broker
                            : keep(mosquitto(folder.resolve("of-service"))).uri();
            String ours = given ? "vandvagt-bench/service" : "vandvagt/v1";
            String theirs = given ? "vandvagt-bench/nothing" : "vandvagt/v1";
            Path config = folder.resolve("bench.yml");
            Files.writeString(config, settings(uri, ours, database));
            Path data = folder.resolve("data");
            Path log = folder.resolve("log");
            Peer service = keep(new Peer(
                    log,
                    ours,
                    "1g",
                    Vandvagt.class,
                    "serve",
                    "--config",
                    config.toString(),
                    "--data",
                    data.toString()));
            page = service.hear("Page and API:").replaceFirst(".*(http://\\S+)", "$1");
            String mqtt = embedded ? service.hear("Sensors publish:").replaceFirst(".*port (\\d+).*", "$1") : "";
            service.hear("Ctrl-C");
            publisher = keep(
                    embedded
                            ? new Peer(
                                    log,
                                    ours,
                                    "256m",
                                    IngestPublisher.class,
                                    "tcp://127.0.0.1:" + mqtt,
                                    Service.SENSOR_ACCOUNT,
                                    secret(data, Service.SENSOR_SECRET),
                                    "viewer",
                                    secret(data, "mqtt-viewer"),
                                    "alerts")
                            : anybody(log, ours, uri, "alerts"));
            publisher.hear("ready");
            if (embedded) {
                bare = keep(new Peer(
                        log,
                        theirs,
                        "1g",
                        BareEmbedded.class,
                        folder.resolve("bare").toString(),
                        "" + QUEUE_LIMIT));
                String port = bare.hear("port").substring(5);
                bare.hear("ready");
                barePublisher = keep(new Peer(
                        log,
                        theirs,
                        "256m",
                        IngestPublisher.class,
                        "tcp://127.0.0.1:" + port,
                        Service.SENSOR_ACCOUNT,
                        BareEmbedded.PASSWORD,
                        BareEmbedded.EAR,
                        BareEmbedded.PASSWORD,
                        "echo"));
            } else {
                String other = given
                        ? broker
                        : keep(mosquitto(folder.resolve("of-nobody"))).uri();
                bare = keep(new Peer(log, theirs, "1g", BareConsumer.class, other));
                bare.hear("ready");
                barePublisher = keep(anybody(log, theirs, other, "echo"));
            }
            barePublisher.hear("ready");
        }

        static Side start(String broker, Path folder, PostgresServer database) throws Exception {
            return new Side(broker, folder, database);
        }

        private <T extends AutoCloseable> T keep(T part) {
            parts.addFirst(part);
            return part;
        }

        private static Peer anybody(Path log, String prefix, String uri, String hears) throws IOException {
            return new Peer(log, prefix, "256m", IngestPublisher.class, uri, "bench", "bench", "bench", "bench", hears);
        }

        private static Mosquitto mosquitto(Path folder) throws IOException {
            return Mosquitto.forgetful(Files.createDirectories(folder));
        }

        private static String secret(Path data, String name) throws IOException {
            return Files.readString(data.resolve("secrets").resolve(name)).strip();
        }

        /** @return readings a second acknowledged, and committed */
        double[] service(int messages, int each) throws Exception {
            long readings = (long) messages * each;
            double received = metric(ACKNOWLEDGED);
            double stored = metric("vandvagt_readings_stored_total");
            long began = System.nanoTime();
            publisher.tell("burst " + messages + " " + each);
            await(ACKNOWLEDGED, received + messages, began);
            double acknowledged = readings * 1e9 / (System.nanoTime() - began);
            await("vandvagt_readings_stored_total", stored + readings, began);
            double committed = readings * 1e9 / (System.nanoTime() - began);
            publisher.hear("acknowledged");
            return new double[] {acknowledged, committed};
        }

        double nothing(int messages, int each) throws IOException {
            bare.tell(Integer.toString(messages));
            bare.hear("counting");
            long began = System.nanoTime();
            barePublisher.tell("burst " + messages + " " + each);
            bare.hear("reached");
            double perSecond = (double) messages * each * 1e9 / (System.nanoTime() - began);
            barePublisher.hear("acknowledged");
            return perSecond;
        }

        /** Nothing of this measurement is left for the next. */
        void settle() throws Exception {
            long began = System.nanoTime();
            while (metric("vandvagt_lag_seconds{to=\"committed\"}") != 0) {
                giveUp("committed", began);
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }

        private void await(String name, double value, long began) throws Exception {
            while (metric(name) < value) {
                giveUp(name + " " + metric(name) + " of " + value, began);
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }

        private static void giveUp(String what, long began) {
            if (System.nanoTime() - began > TimeUnit.SECONDS.toNanos(WITHIN_S)) {
                throw new IllegalStateException("not within " + WITHIN_S + " s: " + what);
            }
        }

        private double metric(String name) throws IOException, InterruptedException {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(page + "/metrics")).build();
            return http.send(request, HttpResponse.BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(name + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                    .findFirst()
                    .orElseThrow();
        }

        /** @param uri empty for the embedded broker */
        private static String settings(String uri, String prefix, PostgresServer database) {
            StringBuilder yaml = new StringBuilder("""
                    version: 1
                    place: {id: bench, name: Bench}
                    service:
                      http: {port: 0}
                      mqtt: %s
                      database: {url: "%s", username: postgres}
                    judging: {latenessWindow: 2min}
                    stations:
                    """.formatted(
                    uri.isEmpty()
                            ? "{port: 0, queueLimit: " + QUEUE_LIMIT + "}"
                            : "{broker: \"" + uri + "\", topicPrefix: " + prefix + ", clientId: vandvagt-bench}",
                    database.url() + "?currentSchema=" + (uri.isEmpty() ? "embedded" : "outside")));
            for (int i = 0; i < IngestPublisher.SENSORS; i++) {
                yaml.append(station("S" + i, "10min"));
            }
            for (int i = 0; i < IngestPublisher.ALERTING; i++) {
                yaml.append(station("A" + i, "1s"));
            }
            return yaml.toString();
        }

        private static String station(String id, String interval) {
            return """
                      - id: %1$s-S
                        name: %1$s
                        lon: 9.8
                        lat: 55.2
                        datum: DVR90
                        gaugeZero: 0.00
                        source: "bench"
                        sensors:
                          - id: %1$s
                            parameter: level
                            unit: m
                            interval: %2$s
                            staleAfter: 90d
                            resolution: 0.001
                            title: {da: Vandstand, en: Water level}
                            thresholds:
                              - name: high
                                title: {da: "Højt", en: "High"}
                                severity: yellow
                                kind: level
                                comparison: ">="
                                raiseAt: 1.50
                                clearBelow: 1.45
                                datum: DVR90
                                onDelay: 0min
                                offDelay: 0min
                                source: "bench"
                                verified: false
                    """.formatted(id, interval);
        }

        @Override
        public void close() throws Exception {
            for (AutoCloseable part : parts) {
                part.close();
            }
        }
    }
}
