package dk.vandvagt.app;

import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.alert.OperatorCall;
import dk.vandvagt.alert.Transition;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The simulator's scenarios through the service's rooms, in virtual time: what people and operators are told is what each file says, no more
 * and no less, and all that arrived is in the database. The simulator is a program of its own here too, made from its sources.
 */
class SimulatedScenarioTest {
    private static final Path SCENARIOS = Path.of("sensor-simulator", "scenarios");
    private static final Path SIMULATOR = Path.of("sensor-simulator", "src", "main", "java");
    private static final long SIMULATED_WITHIN_S = 180;
    private static final Path FOUND = Path.of("target", "scenario");
    private static final Duration AFTERWARDS = Duration.ofHours(3);
    private static final String[] COLOURS = {"none", "yellow", "orange", "red"};

    @TempDir
    private static Path compiled = Path.of("");

    @TempDir
    private Path folder = Path.of("");

    /** From its sources, whatever has been built: the modules do not know one another. */
    @BeforeAll
    static void compileTheSimulator() throws IOException {
        try (Stream<Path> sources = Files.walk(SIMULATOR)) {
            List<String> words =
                    new ArrayList<>(List.of("-nowarn", "-proc:none", "-d", compiled.toString(), "-cp", classPath()));
            sources.filter(file -> file.toString().endsWith(".java")).forEach(file -> words.add(file.toString()));
            int code = ToolProvider.getSystemJavaCompiler().run(null, null, null, words.toArray(String[]::new));
            assertThat(code).isZero();
        }
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /** A step as a file expects it; {@code at} within the file's tolerance. */
    private record Step(Instant at, String kind, String severity, String rule, String threshold) {
        boolean isMetBy(Step found, Duration within) {
            return kind.equals(found.kind)
                    && severity.equals(found.severity)
                    && rule.equals(found.rule)
                    && threshold.equals(found.threshold)
                    && Duration.between(at, found.at).abs().compareTo(within) <= 0;
        }

        @Override
        public String toString() {
            return "{at: %s, kind: %s, severity: %s, rule: %s, threshold: %s}"
                    .formatted(at, kind, severity, rule, threshold);
        }
    }

    static List<Path> scenarios() throws IOException {
        try (Stream<Path> files = Files.list(SCENARIOS)) {
            return files.filter(file -> file.toString().endsWith(".yml"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void shouldHaveTheScenariosThatWereAskedFor() throws IOException {
        assertThat(scenarios().stream().map(file -> file.getFileName().toString()))
                .contains(
                        "october-2023.yml",
                        "january-2019.yml",
                        "odense-cloudburst.yml",
                        "compound.yml",
                        "calm-week.yml",
                        "false-alarm-bait.yml");
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void shouldTellWhatTheScenarioSays(Path scenario) throws Exception {
        Map<String, Object> file =
                map(new Load(LoadSettings.builder().build()).loadFromString(Files.readString(scenario)));
        Map<String, Object> expected = map(file.getOrDefault("expect", Map.of()));
        Path traffic = generated(scenario);
        List<Step> told = new ArrayList<>();
        List<String> operators = new ArrayList<>();
        Path memory = Path.of("/dev/shm");
        Path data = Files.isWritable(memory)
                ? Files.createTempDirectory(memory, "vandvagt-scenario")
                : Files.createDirectories(folder.resolve("data"));
        try (World world = new World(data, Files.readString(Path.of(text(file, "catalogue"))))) {
            Instant now = Instant.EPOCH;
            for (String line : Files.readAllLines(traffic)) {
                String[] parts = line.split(" ");
                Instant at = Instant.parse(parts[0]);
                if (now.equals(Instant.EPOCH)) {
                    world.begin(at.toEpochMilli());
                }
                // what came before is judged as time goes on
                world.passUntil(at.toEpochMilli());
                world.receive(parts[1], Base64.getDecoder().decode(parts.length > 2 ? parts[2] : ""));
                now = at;
            }
            world.passUntil(now.plus(AFTERWARDS).toEpochMilli());
            world.lookBack();
            for (Transition transition : world.transitions()) {
                assertThat(transition.shelved()).isFalse();
                told.add(new Step(
                        Instant.ofEpochMilli(transition.clockMs()),
                        words(transition.kind()),
                        COLOURS[transition.severity()],
                        transition.ruleId(),
                        transition.threshold()));
            }
            for (OperatorCall call : world.live().operatorCalls()) {
                operators.add(words(call.kind()) + " " + call.sensorId());
            }
        } finally {
            ScenarioTest.delete(data);
        }
        Duration within = Duration.ofMinutes(((Number) expected.getOrDefault("withinMinutes", 15)).longValue());
        List<Step> missing = new ArrayList<>();
        List<Step> more = new ArrayList<>(told);
        for (Object each : (List<?>) expected.getOrDefault("told", List.of())) {
            Step step = step(map(each));
            Step met = more.stream()
                    .filter(found -> step.isMetBy(found, within))
                    .min(Comparator.comparing(
                            found -> Duration.between(step.at, found.at).abs()))
                    .orElse(null);
            if (met == null) {
                missing.add(step);
            } else {
                more.remove(met);
            }
        }
        if (!missing.isEmpty() || !more.isEmpty()) {
            Files.createDirectories(FOUND);
            Files.writeString(
                    FOUND.resolve(scenario.getFileName() + ".found"),
                    String.join("\n", told.stream().map(step -> "    - " + step).toList()) + "\noperators: " + operators
                            + "\n");
        }
        assertThat(missing).as("missing; what was found lies in %s", FOUND).isEmpty();
        assertThat(more).as("not expected; what was found lies in %s", FOUND).isEmpty();
        assertThat(operators)
                .containsExactlyInAnyOrderElementsOf(strings(expected.getOrDefault("operators", List.of())));
    }

    /** By the simulator's own program, in a process of its own: lines of instant, topic and payload. */
    private Path generated(Path scenario) throws IOException, InterruptedException {
        Path traffic = folder.resolve("traffic");
        Path said = folder.resolve("said");
        Process simulator = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        compiled + File.pathSeparator + classPath(),
                        "dk.vandvagt.simulator.Simulator",
                        "scenario",
                        scenario.toString(),
                        "--write",
                        traffic.toString())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            assertThat(simulator.waitFor(SIMULATED_WITHIN_S, TimeUnit.SECONDS))
                    .as("the simulator ends")
                    .isTrue();
            assertThat(simulator.exitValue()).as(Files.readString(said)).isZero();
        } finally {
            simulator.destroyForcibly();
        }
        return traffic;
    }

    private static Step step(Map<String, Object> keys) {
        return new Step(
                Instant.parse(text(keys, "at")),
                text(keys, "kind"),
                text(keys, "severity"),
                text(keys, "rule"),
                text(keys, "threshold"));
    }

    private static String text(Map<String, Object> keys, String key) {
        return String.valueOf(keys.getOrDefault(key, "no " + key));
    }

    private static String words(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object found) {
        return (Map<String, Object>) found;
    }

    private static List<String> strings(Object found) {
        return ((List<?>) found).stream().map(String::valueOf).toList();
    }
}
