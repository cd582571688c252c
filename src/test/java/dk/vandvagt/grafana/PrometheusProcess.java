package dk.vandvagt.grafana;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.data.FreePort;
import dk.vandvagt.grafana.Dashboard.Query;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A real Prometheus that scrapes a service every second and knows the alert rules. */
final class PrometheusProcess implements AutoCloseable {
    static final Path RULES = Path.of("config", "compose", "prometheus", "alerts.yml");
    private static final ObjectMapper JSON = new ObjectMapper();
    /** NaN without the embedded broker, which this storm does without. */
    private static final String EMBEDDED_ONLY = "vandvagt_broker_outstanding";

    private static final Pattern METRIC = Pattern.compile("\\b(?:vandvagt|jvm|process|vertx)_\\w+");

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final int port;
    private final Instant startedAt = Instant.now();

    private PrometheusProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Skips the test where there is none, fails it there on CI. */
    static void require(String program) {
        boolean there = List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
        if ("true".equals(System.getenv("CI"))) {
            assertThat(there).as(program + " is needed where CI=true").isTrue();
        }
        assumeTrue(there, "no " + program + " (Debian: apt-get install prometheus)");
    }

    static PrometheusProcess scraping(Path folder, int servicePort) throws IOException {
        require("prometheus");
        int port = FreePort.any();
        Path config =
                Files.writeString(folder.resolve("prometheus.yml"), """
                global: {scrape_interval: 1s, evaluation_interval: 1s}
                rule_files: ["%s"]
                scrape_configs:
                  - job_name: vandvagt
                    static_configs: [{targets: ["127.0.0.1:%d"]}]
                """.formatted(RULES.toAbsolutePath(), servicePort));
        Process process = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + folder.resolve("prometheus"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("prometheus.log").toFile())
                .start();
        return new PrometheusProcess(process, port);
    }

    /** All expressions of all dashboards, and whether the rules' metrics are there: a rule that is quiet must be so for a good reason. */
    void askEverything() throws IOException, InterruptedException {
        await("some scrapes")
                .atMost(Duration.ofSeconds(30))
                .until(() -> answers("/api/v1/query", "count_over_time(up{job=\"vandvagt\"}[1m])", "").stream()
                        .anyMatch(each -> each >= 15));
        List<String> without = new ArrayList<>();
        GrafanaSql grafana = new GrafanaSql(Map.of(), startedAt, Instant.now(), Duration.ofSeconds(1), false);
        for (Dashboard dashboard : Dashboard.all()) {
            for (Query query : dashboard.queries()) {
                if (!query.isSql()) {
                    String expression = grafana.render(query.text());
                    boolean instant = query.target().path("instant").asBoolean();
                    List<Double> values = instant
                            ? answers("/api/v1/query", expression, "")
                            : answers(
                                    "/api/v1/query_range",
                                    expression,
                                    "&step=1&start=%d&end=%d"
                                            .formatted(
                                                    startedAt.getEpochSecond(),
                                                    Instant.now().getEpochSecond()));
                    boolean embeddedOnly = expression.equals(EMBEDDED_ONLY) && !values.isEmpty();
                    if (!embeddedOnly && values.stream().noneMatch(Double::isFinite)) {
                        without.add(query.of() + ": " + expression);
                    }
                }
            }
        }
        assertThat(without).as("expressions without an answer").isEmpty();
        JsonNode groups = get("/api/v1/rules").path("data").path("groups");
        TreeSet<String> metrics = new TreeSet<>();
        for (JsonNode group : groups) {
            for (JsonNode rule : group.path("rules")) {
                assertThat(rule.path("lastError").asText())
                        .as(rule.path("name").asText())
                        .isEmpty();
                METRIC.matcher(rule.path("query").asText())
                        .results()
                        .map(MatchResult::group)
                        .forEach(metrics::add);
            }
        }
        assertThat(metrics).isNotEmpty();
        for (String metric : metrics) {
            assertThat(answers("/api/v1/query", "count(" + metric + ")", ""))
                    .as(metric)
                    .isNotEmpty();
        }
    }

    private List<Double> answers(String path, String expression, String more) throws IOException, InterruptedException {
        JsonNode answer = get(path + "?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8) + more);
        List<Double> values = new ArrayList<>();
        for (JsonNode series : answer.path("data").path("result")) {
            if (series.has("value")) {
                values.add(number(series.path("value")));
            }
            series.path("values").forEach(each -> values.add(number(each)));
        }
        return values;
    }

    private static double number(JsonNode pair) {
        String text = pair.path(1).asText();
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
