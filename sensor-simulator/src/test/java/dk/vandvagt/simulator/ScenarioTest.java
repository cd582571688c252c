package dk.vandvagt.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScenarioTest {
    private static final Path FOLDER = Path.of("sensor-simulator/scenarios");
    private static final Pattern INSTANT = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");

    @Test
    void shouldHaveEachFileOfTheLibraryAtHandByItsName() throws Exception {
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertThat(files.map(file -> file.getFileName().toString().replace(".yml", "")))
                    .containsExactlyInAnyOrderElementsOf(Scenario.LIBRARY);
        }
        for (String name : Scenario.LIBRARY) {
            Scenario scenario = Scenario.read(name);
            assertThat(scenario.name()).isEqualTo(name);
            assertThat(scenario.title()).isNotEmpty();
            assertThat(scenario)
                    .isEqualTo(Scenario.read(FOLDER.resolve(name + ".yml").toString()));
        }
    }

    @Test
    void shouldListThemWithATitleEach() {
        StringWriter out = new StringWriter();
        Simulator simulator = new Simulator(Instant::now, InputStream.nullInputStream(), new Stop());
        assertThat(simulator.run(new String[] {"scenario"}, new PrintWriter(out), new PrintWriter(new StringWriter())))
                .isZero();
        assertThat(out.toString().lines()).hasSize(Scenario.LIBRARY.size()).allMatch(line -> line.length() > 40);
    }

    /** With what goes wrong in it: the same bytes but for their instants. */
    @Test
    void shouldBeTheSameStormWheneverItIsPlayed() throws Exception {
        for (String name : Scenario.LIBRARY) {
            Scenario scenario = Scenario.read(name);
            List<Message> then = play(scenario);
            List<Message> now = play(scenario.shiftedBy(Duration.ofDays(777).plusMinutes(10)));
            assertThat(now.stream().map(ScenarioTest::withoutInstants))
                    .as(name)
                    .containsExactlyElementsOf(
                            then.stream().map(ScenarioTest::withoutInstants).toList());
            assertThat(now.getFirst().sentAtMs() - then.getFirst().sentAtMs())
                    .isEqualTo(Duration.ofDays(777).plusMinutes(10).toMillis());
        }
    }

    private static List<Message> play(Scenario scenario) {
        List<Reading> event = new Storm(scenario.storm()).event();
        Faults faults = new Faults(scenario.storm().seed(), scenario.faults());
        faults.learn(event);
        return new Telemetry(Format.CANONICAL_JSON.encoder("t", Map.of()), 1, faults).messages(event);
    }

    /** A spoiled message may have lost part of its instant; only its topic is compared then. */
    private static String withoutInstants(Message message) {
        String text = INSTANT.matcher(message.text()).replaceAll("");
        return message.topic() + (text.matches("\\{\"t\":\"\",\"v\":[-0-9.]+}") ? text : "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "start: 2024-01-01T00:00:00Z | end: 'nothing': expected an instant",
                "start: 2024-01-01T00:05:00Z, end: 2024-01-02T00:00:00Z | expected a full ten minutes before end",
                "start: 2024-01-01T00:00:00Z, end: 2024-01-02T00:00:00Z, see: {} | see: unknown; expected one of scenario, title",
                "start: 2024-01-01T00:00:00Z, end: 2024-01-02T00:00:00Z, sea: {peak: high} | sea: peak: 'high': expected a number",
                "start: 2024-01-01T00:00:00Z, end: 2024-01-02T00:00:00Z, sea: {sensors: A} | sea: sensors: 'A': expected a list",
                "start: 2024-01-01T00:00:00Z, end: 2024-01-02T00:00:00Z, faults: [{kind: rust}] | 'rust' is no fault",
                "start: 2024-01-01T00:00:00Z, end: 2024-01-02T00:00:00Z, faults: {} | faults: '{}': expected a list",
                "start: 2024-01-01T00:00:00Z, end: 2024-01-02T00:00:00Z, river: {depth: 2} | a river has no 'depth'",
            })
    void shouldSayWhatIsWrongWithAFile(String keys, String message) {
        assertThatThrownBy(() -> Scenario.of("mine.yml", "{scenario: mine, " + keys + "}"))
                .isInstanceOf(Scenario.ScenarioFault.class)
                .hasMessageStartingWith("mine.yml: ")
                .hasMessageContaining(message);
    }

    @Test
    void shouldSayWhereAFileIsNoYaml() {
        assertThatThrownBy(() -> Scenario.of("mine.yml", "a: [")).hasMessageContaining("mine.yml: no YAML");
    }
}
