package dk.vandvagt.grafana;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dk.vandvagt.config.Read;
import dk.vandvagt.config.Settings;
import dk.vandvagt.config.SettingsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The compose file, held against what it names: files, settings, passwords, ports. {@code docker compose config} is run by hand. */
class ComposeTest {
    private static final Path FILE = Path.of("docker-compose.yml");
    private static final Path COMPOSE = Path.of("config", "compose");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)(:[?-])([^}]*)}");
    private static final Pattern PINNED = Pattern.compile("[\\w./-]+:v?\\d+\\.\\d+\\.\\d+[\\w.-]*");
    /** May be missing, and are then no password. */
    private static final Set<String> OPTIONAL =
            Set.of("VANDVAGT_JAVA_OPTS", "VANDVAGT_SETTINGS", "VANDVAGT_MQTT_DEMO_PASSWORD");

    private final JsonNode compose;

    ComposeTest() throws IOException {
        compose = DashboardsTest.yaml(FILE);
    }

    @Test
    void shouldGiveNothingAPasswordThatNobodySet() throws IOException {
        Map<String, String> example = environment(Path.of(".env.example"));
        Map<String, String> demo = environment(COMPOSE.resolve("demo.env"));
        TreeSet<String> wanted = new TreeSet<>();
        Matcher variable = VARIABLE.matcher(Files.readString(FILE));
        while (variable.find()) {
            String name = variable.group(1);
            if (OPTIONAL.contains(name)) {
                assertThat(variable.group(2)).as(name).isEqualTo(":-");
                assertThat(name.endsWith("PASSWORD") && !variable.group(3).isEmpty())
                        .as(name)
                        .isFalse();
            } else {
                assertThat(variable.group(2)).as(name + " has no default").isEqualTo(":?");
                assertThat(variable.group(3)).as(name).startsWith("set it in .env - ");
                wanted.add(name);
            }
        }
        assertThat(Files.readString(FILE).replace("$$(", "").replaceAll(VARIABLE.pattern(), ""))
                .as("nothing else is taken from the environment")
                .doesNotContain("$");
        assertThat(example.keySet()).containsExactlyInAnyOrderElementsOf(wanted);
        assertThat(example.values()).allMatch(String::isEmpty);
        assertThat(demo.keySet()).containsAll(wanted);
        assertThat(Files.readString(Path.of(".gitignore"))).contains("/.env\n");
    }

    private static Map<String, String> environment(Path file) throws IOException {
        Map<String, String> all = new HashMap<>();
        for (String line : Files.readAllLines(file)) {
            if (!line.startsWith("#") && !line.isBlank()) {
                String[] pair = line.split("=", 2);
                all.put(pair[0], pair[1]);
            }
        }
        return all;
    }

    @Test
    void shouldPublishOnLoopbackOnlyAndSayWhenEachIsWell() {
        Set<String> volumes = new HashSet<>();
        compose.path("volumes").fieldNames().forEachRemaining(volumes::add);
        assertThat(compose.path("services")).isNotEmpty();
        compose.path("services").properties().forEach(service -> {
            String name = service.getKey();
            JsonNode is = service.getValue();
            String image = is.path("image").asText();
            assertThat(PINNED.matcher(image).matches() || image.equals("vandvagt:local"))
                    .as(name + ": " + image)
                    .isTrue();
            is.path("ports").forEach(port -> assertThat(port.asText()).as(name).startsWith("127.0.0.1:"));
            is.path("depends_on")
                    .fieldNames()
                    .forEachRemaining(
                            other -> assertThat(compose.path("services").has(other))
                                    .as(name + " needs " + other)
                                    .isTrue());
            boolean once = is.path("restart").asText().equals("no");
            boolean builtIn = is.has("build");
            assertThat(is.has("healthcheck") || once || builtIn)
                    .as(name + ": healthcheck")
                    .isTrue();
            is.path("volumes").forEach(volume -> {
                String from = volume.asText()
                        .replaceAll(VARIABLE.pattern(), "./.env.example")
                        .split(":")[0];
                assertThat(from.startsWith("./") ? Files.exists(Path.of(from)) : volumes.contains(from))
                        .as(name + " mounts " + volume.asText())
                        .isTrue();
            });
        });
        assertThat(compose.path("services")
                        .path("simulator")
                        .path("profiles")
                        .path(0)
                        .asText())
                .isEqualTo("demo");
    }

    @Test
    void shouldGoTogetherWithTheSettingsOfTheServiceInIt() throws IOException {
        for (String file : List.of("vandvagt.yml", "demo.yml")) {
            Read read = SettingsFile.load(COMPOSE.resolve(file), null);
            assertThat(read).as(file).isInstanceOf(Read.Good.class);
            Settings settings = ((Read.Good) read).settings();
            JsonNode network = compose.path("networks")
                    .path("inside")
                    .path("ipam")
                    .path("config")
                    .path(0);
            assertThat(settings.http().trustedProxy())
                    .isEqualTo(network.path("gateway").asText());
            JsonNode target = DashboardsTest.yaml(COMPOSE.resolve("prometheus/prometheus.yml"))
                    .path("scrape_configs")
                    .path(0)
                    .path("static_configs")
                    .path(0)
                    .path("targets")
                    .path(0);
            assertThat(settings.http().allowedHosts()).containsExactly("vandvagt");
            assertThat(target.asText()).isEqualTo("vandvagt:" + settings.http().port());
            assertThat(settings.mqtt().broker()).isInstanceOfSatisfying(Settings.Broker.Outside.class, broker -> {
                assertThat(broker.url()).isEqualTo("tcp://broker:1883");
                assertThat(String.valueOf(broker.passwordFile())).isEqualTo("/accounts/mqtt-vandvagt");
            });
            assertThat(settings.database()).isInstanceOfSatisfying(Settings.Database.Outside.class, database -> {
                assertThat(database.url()).isEqualTo("jdbc:postgresql://database:5432/vandvagt");
                assertThat(String.valueOf(database.passwordFile())).isEqualTo("/accounts/database");
            });
        }
    }

    @Test
    void shouldDifferInTheDemoByItsRunAndItsClockOnly() throws IOException {
        List<String> real = body("vandvagt.yml");
        List<String> demo = body("demo.yml");
        List<String> changed = new ArrayList<>(demo);
        changed.removeAll(real);
        assertThat(changed).containsExactly("  run: demo", "  clock: stream");
        assertThat(demo).hasSameSizeAs(real);
    }

    private static List<String> body(String file) throws IOException {
        return Files.readAllLines(COMPOSE.resolve(file)).stream()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }
}
