package dk.vandvagt.grafana;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alert rules about the service: Prometheus takes them, each fires when it should and is quiet when not, each says what to do. */
class AlertRulesTest {
    private static final Path TESTS = Path.of("src", "test", "resources", "prometheus", "alerts-test.yml");
    private static final String RUNBOOK = "docs/OPERATIONS.md";

    @TempDir
    private Path folder = Path.of("");

    @Test
    void shouldFireAndBeQuietAsItsTestsSay() throws Exception {
        PrometheusProcess.require("promtool");
        Path rules = Files.copy(PrometheusProcess.RULES, folder.resolve("alerts.yml"));
        Path tests = Files.copy(TESTS, folder.resolve("alerts-test.yml"));
        assertThat(promtool("check", "rules", rules.toString())).contains("SUCCESS");
        assertThat(promtool("test", "rules", tests.toString())).contains("SUCCESS");
        Path scrape = Path.of("config", "compose", "prometheus", "prometheus.yml");
        assertThat(promtool("check", "config", "--syntax-only", scrape.toString()))
                .contains("SUCCESS");
    }

    @Test
    void shouldHaveATestOfEachThatFires() throws IOException {
        TreeSet<String> fired = new TreeSet<>();
        TreeSet<String> quiet = new TreeSet<>();
        for (JsonNode test : DashboardsTest.yaml(TESTS).path("tests")) {
            for (JsonNode expected : test.path("alert_rule_test")) {
                (expected.path("exp_alerts").isEmpty() ? quiet : fired)
                        .add(expected.path("alertname").asText());
            }
        }
        TreeSet<String> all = new TreeSet<>();
        rules().forEach(rule -> all.add(rule.path("alert").asText()));
        assertThat(fired).isEqualTo(all);
        assertThat(quiet).isEqualTo(all);
    }

    @Test
    void shouldSayOfEachWhatToDoAndWhereMoreIsTold() throws IOException {
        List<String> anchors = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(RUNBOOK))) {
            if (line.startsWith("#")) {
                anchors.add(line.replaceFirst("^#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} -]", "")
                        .replace(' ', '-'));
            }
        }
        for (JsonNode rule : rules()) {
            String name = rule.path("alert").asText();
            JsonNode says = rule.path("annotations");
            assertThat(rule.path("labels").path("severity").asText()).as(name).isIn("page", "ticket");
            assertThat(says.path("summary").asText()).as(name).isNotBlank();
            assertThat(says.path("description").asText()).as(name).hasSizeGreaterThan(60);
            String runbook = says.path("runbook").asText();
            assertThat(runbook).as(name).startsWith(RUNBOOK + "#");
            assertThat(anchors).as(name).contains(runbook.substring(RUNBOOK.length() + 1));
        }
    }

    private static List<JsonNode> rules() throws IOException {
        List<JsonNode> all = new ArrayList<>();
        for (JsonNode group : DashboardsTest.yaml(PrometheusProcess.RULES).path("groups")) {
            group.path("rules").forEach(all::add);
        }
        return all;
    }

    private static String promtool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
