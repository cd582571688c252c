package dk.vandvagt.http;

import dk.vandvagt.layer.LiveState;
import dk.vandvagt.layer.Shore;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.FileSystemAccess;
import io.vertx.ext.web.handler.StaticHandler;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Requests for layers of 10,000 stations by wrk, each beside a file of the same bytes from a server of the same kind in the same process,
 * the two in turns. A station changes every second, so that all layers are encoded anew as in service; for 304 none does.
 *
 * <p>And, before that, how long it takes to the first byte while requests come at a pace that leaves the processors room, counted from when
 * each was to be sent.
 *
 * <p>Arguments: seconds of each measurement (8), connections (32), repetitions (3), requests a second of the latter (200). Prints tables.
 */
public final class LayerBench {
    private static final int STATIONS = 10_000;
    private static final Path FOLDER = Path.of("target", "bench-layers");
    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
    private static final Pattern P99 = Pattern.compile("99%\\s+([0-9.]+)(us|ms|s)");
    private static final Pattern REFUSED = Pattern.compile("Non-2xx or 3xx responses: ([0-9]+)");

    private record Measured(double perSecond, double p99Ms) {}

    private record Asked(String name, String path, String header) {}

    private static volatile boolean rising = true;

    private LayerBench() {}

    public static void main(String[] arguments) throws Exception {
        int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8;
        int connections = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 32;
        int repetitions = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 3;
        int pace = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 200;
        Files.createDirectories(FOLDER);
        LiveState first =
                Shore.at(Shore.silent(Shore.catalogue("many", Shore.many(STATIONS))), 1, Shore.NOON, List.of());
        try (Serving serving = new Serving(first);
                ScheduledExecutorService water = Executors.newSingleThreadScheduledExecutor()) {
            water.scheduleAtFixedRate(
                    () -> {
                        if (rising) {
                            serving.live = later(serving.live);
                        }
                    },
                    1,
                    1,
                    TimeUnit.SECONDS);
            int filePort = serveFiles(serving);
            firstByte(serving, pace, seconds);
            firstByte(serving, pace, 3 * seconds);
            System.out.println("| asked for | kB | requests/s | the file's | ratio | p99, ms | the file's |");
            System.out.println("|---|---|---|---|---|---|---|");
            for (Asked asked : asked()) {
                measure(serving, filePort, asked, seconds, connections, repetitions);
            }
        }
        System.exit(0);
    }

    private static List<Asked> asked() {
        String items = "/collections/stations/items";
        String filter = URLEncoder.encode("severity >= 0 AND name LIKE '%99%'", StandardCharsets.UTF_8);
        return List.of(
                new Asked("all", items + "?limit=10000", ""),
                new Asked("a page of 100", items + "?limit=100", ""),
                new Asked("a box", items + "?limit=1000&bbox=8,54.5,8.5,54.6", ""),
                new Asked("a condition in CQL2", items + "?limit=1000&filter=" + filter, ""),
                new Asked("nothing has changed (304)", items + "?limit=100", "If-None-Match"));
    }

    private static void measure(
            Serving serving, int filePort, Asked asked, int seconds, int connections, int repetitions)
            throws IOException, InterruptedException {
        String url = "http://127.0.0.1:" + serving.room.port() + asked.path();
        byte[] body = serving.client
                .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofByteArray())
                .body();
        String name = "f" + Integer.toHexString(asked.path().hashCode()) + ".json";
        Files.write(FOLDER.resolve(name), body);
        String file = "http://127.0.0.1:" + filePort + "/" + name;
        String etag = "";
        if (!asked.header().isEmpty()) {
            rising = false;
            TimeUnit.SECONDS.sleep(3);
            etag = serving.get(asked.path()).headers().firstValue("ETag").orElseThrow();
        }
        List<Measured> ours = new ArrayList<>();
        List<Measured> files = new ArrayList<>();
        for (int i = 0; i < repetitions; i++) {
            ours.add(wrk(url, seconds, connections, etag));
            files.add(wrk(file, seconds, connections, ""));
        }
        double rate = median(ours.stream().mapToDouble(Measured::perSecond).toArray());
        double fileRate = median(files.stream().mapToDouble(Measured::perSecond).toArray());
        System.out.printf(
                Locale.ROOT,
                "| %s | %,d | %,.0f | %,.0f | %.2f | %.1f | %.1f |%n",
                asked.name(),
                body.length / 1000,
                rate,
                fileRate,
                rate / fileRate,
                median(ours.stream().mapToDouble(Measured::p99Ms).toArray()),
                median(files.stream().mapToDouble(Measured::p99Ms).toArray()));
    }

    /** All but the whole layer, in turns; the first of two runs warms up. */
    private static void firstByte(Serving serving, int perSecond, int seconds) throws InterruptedException {
        List<URI> asked = asked().stream()
                .filter(each -> !each.name().equals("all"))
                .map(each -> URI.create("http://127.0.0.1:" + serving.room.port() + each.path()))
                .toList();
        Recorder took = new Recorder(3);
        AtomicLong failed = new AtomicLong();
        Semaphore underway = new Semaphore(0);
        long begun = System.nanoTime();
        int requests = perSecond * seconds;
        for (int i = 0; i < requests; i++) {
            long dueNanos = begun + i * 1_000_000_000L / perSecond;
            for (long early = dueNanos - System.nanoTime(); early > 0; early = dueNanos - System.nanoTime()) {
                LockSupport.parkNanos(early);
            }
            serving.client
                    .sendAsync(
                            HttpRequest.newBuilder(asked.get(i % asked.size())).build(), head -> {
                                took.recordValue((System.nanoTime() - dueNanos) / 1000);
                                return HttpResponse.BodySubscribers.discarding();
                            })
                    .whenComplete((answer, failure) -> {
                        if (failure != null || answer.statusCode() != 200) {
                            failed.incrementAndGet();
                        }
                        underway.release();
                    });
        }
        underway.acquire(requests);
        Histogram times = took.getIntervalHistogram();
        System.out.printf(
                Locale.ROOT,
                "first byte at %d requests/s over %d s: median %.1f ms, p99 %.1f ms, p99.9 %.1f ms, longest %.1f ms; %d failed%n%n",
                perSecond,
                seconds,
                times.getValueAtPercentile(50) / 1000.0,
                times.getValueAtPercentile(99) / 1000.0,
                times.getValueAtPercentile(99.9) / 1000.0,
                times.getMaxValue() / 1000.0,
                failed.get());
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        java.util.Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static Measured wrk(String url, int seconds, int connections, String etag)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("wrk", "-t1", "-c" + connections, "-d" + seconds + "s", "--timeout", "10s", "--latency"));
        if (!etag.isEmpty()) {
            command.addAll(List.of("-H", "If-None-Match: " + etag));
        }
        command.add(url);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        if (REFUSED.matcher(out).find()) {
            throw new IOException(url + ": " + out);
        }
        Matcher rate = RATE.matcher(out);
        Matcher p99 = P99.matcher(out);
        if (!rate.find() || !p99.find()) {
            throw new IOException(out);
        }
        double scale = switch (p99.group(2)) {
            case "us" -> 0.001;
            case "ms" -> 1;
            default -> 1000;
        };
        return new Measured(Double.parseDouble(rate.group(1)), Double.parseDouble(p99.group(1)) * scale);
    }

    private static int serveFiles(Serving serving) throws Exception {
        Router router = Router.router(serving.vertx);
        router.route()
                .handler(StaticHandler.create(FileSystemAccess.RELATIVE, FOLDER.toString())
                        .setCachingEnabled(true));
        HttpServer server = serving.vertx.createHttpServer().requestHandler(router);
        return server.listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .actualPort();
    }

    /** As it was, a second on, with one more level at one station. */
    private static LiveState later(LiveState live) {
        LiveState now = Shore.at(live, live.sequence() + 1, live.clockMs() + 1000, List.of());
        int i = (int) (now.sequence() % STATIONS);
        now.observedAtMs()[i] = now.clockMs();
        now.value()[i] = 0.5 + i * 1e-4;
        now.flag()[i] = 1;
        return now;
    }
}
