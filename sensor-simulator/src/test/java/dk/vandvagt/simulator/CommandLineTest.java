package dk.vandvagt.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {
    private static final Instant NOW = Instant.parse("2026-02-03T04:05:06.789Z");

    @TempDir
    private Path folder = Path.of("");

    private record Run(int code, String out, String err) {}

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "storm --speed 0 | --speed '0' is no speed; expected a number above 0",
                "storm --start yesterday | '--start': 'yesterday' is no instant; expected one such as 2023-10-20T21:40:00Z",
                "storm --start 2023-10-20T00:05:00Z | --start 2023-10-20T00:05:00Z: expected a full ten minutes",
                "storm --start 2023-10-20T00:00:00Z --end-now | --start=INSTANT, --end-now are mutually exclusive",
                "storm --peak 9 | --peak 9.0: expected 0.5 to 5.0 m",
                "storm --peak NaN | --peak NaN: expected 0.5 to 5.0 m",
                "storm --duration 3 | --duration 3: expected 24 to 8784 hours",
                "storm --broker localhost:1883 | --broker localhost:1883: expected tcp://host:port",
                "storm --broker ssl://localhost:8883 | --broker ssl://localhost:8883: expected tcp://host:port",
                "storm --inflight 0 | --inflight 0: expected a whole number of at least 1",
                "storm --topic-prefix a/# | --topic-prefix a/#: found a wildcard",
                "storm --topic-prefix a/ | --topic-prefix a/: expected levels such as vandvagt/v1/readings",
                "storm --level-sensors A/B | --level-sensors: 'A/B' is no sensor id",
                "storm --rain-sensors ASS-HAVN-W | --rain-sensors: ASS-HAVN-W is named twice",
                "storm --password-file nowhere | --password-file nowhere: cannot be read (NoSuchFileException)",
                "storm --sped 3 | Possible solutions: --speed",
                "storm --format avro | 'avro' is no format; expected one of [canonical-json",
                "storm --fault rust | --fault rust: 'rust' is no fault; expected one of drop, duplicate",
                "storm --fault drop,share=2 | --fault drop,share=2: drop share=2.0: expected 0 to 1",
                "storm --fault drop,by=2 | drop has no 'by'; it has sensor, from, for, share",
                "storm --fault delay | --fault delay: delay lacks 'by'",
                "storm --fault outage | outage lacks 'for'",
                "storm --fault delay,by=2 | '2' is no duration; expected a number and a unit",
                "storm --fault stuck,from=noon | 'noon' is no moment; expected an instant",
                "storm --fault stuck,sensor=X | --fault stuck: sensor X is not played; there are AARUP-R",
                "storm --rise 0 | --rise 0.0: expected 0.1 to 20",
                "storm --cell in10min=10,in30min=40 | expected in30min to be 1.11 to 2.26 times in10min",
                "storm --cell hail=2 | a cell has no 'hail'; it has at, in10min",
                "storm --river area=-1 | area='-1': expected a number above 0",
                "scenario nowhere | nowhere: neither a file nor one of october-2023",
                "replay | Missing required option: '--data=PATH'",
                "replay --data nowhere | stations.csv: not found; --data must name a folder",
                "replay --data nowhere --batch 0 | --batch 0: expected 1 to 1000 readings per message",
                "replay --data nowhere --repeat 0 | --repeat 0: expected a whole number of at least 1",
                "replay --data nowhere --sensor-pattern W | --sensor-pattern W: expected {key} in it",
                "replay --data nowhere --from 2023-10-21T00:00:00Z --to 2023-10-20T00:00:00Z | lies after --to",
                "strom | Did you mean: vandvagt-simulator storm",
            })
    void shouldSayWhatWasFoundWhatIsExpectedAndWhichOptionToTurn(String args, String message) {
        Run run = run(args.split(" "));
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains(message).contains("--help");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void shouldAskForASubcommand() {
        assertThat(run().err()).contains("a subcommand is missing: storm, scenario, replay");
    }

    @Test
    void shouldNeverTakeAPasswordOnTheCommandLine() {
        assertThat(run("storm", "--password", "secret").code()).isEqualTo(1);
    }

    @Test
    void shouldMoveTheLastRowToNow() throws IOException {
        twoStations();
        Run run = run("replay", "--data", folder.toString(), "--shift-to-now", "--dry-run");
        assertThat(run.out().lines().toList())
                .containsExactly(
                        "vandvagt/v1/readings/A-W {\"t\":\"2026-02-03T03:55:06Z\",\"v\":1.10}",
                        "vandvagt/v1/readings/B-W {\"t\":\"2026-02-03T03:55:06Z\",\"v\":2.1}",
                        "vandvagt/v1/readings/A-W {\"t\":\"2026-02-03T04:00:06Z\",\"v\":1.20}",
                        "vandvagt/v1/readings/B-W {\"t\":\"2026-02-03T04:05:06Z\",\"v\":2.2}");
        assertThat(run.code()).isZero();
    }

    @Test
    void shouldPackNameAndRepeatAsAsked() throws IOException {
        twoStations();
        Run run = run(
                "replay",
                "--data",
                folder.toString(),
                "--batch",
                "2",
                "--repeat",
                "2",
                "--station",
                "A",
                "--dry-run",
                "--sensor-pattern",
                "X-{key}",
                "--topic-prefix",
                "t");
        String message =
                "t/X-A [{\"t\":\"2023-10-20T00:00:00Z\",\"v\":1.10},{\"t\":\"2023-10-20T00:05:00Z\",\"v\":1.20}]";
        assertThat(run.out().lines().toList()).isEqualTo(List.of(message, message));
    }

    @Test
    void shouldSayWhichStationsThereAre() throws IOException {
        twoStations();
        assertThat(run("replay", "--data", folder.toString(), "--station", "C").err())
                .contains("--station C: found no such file_key in")
                .contains("it has A, B");
    }

    @Test
    void shouldEndTheStormNowWhenAsked() {
        List<String> lines =
                run("storm", "--end-now", "--dry-run").out().lines().toList();
        assertThat(lines.getFirst()).contains("\"t\":\"2026-01-30T04:00:00Z\"");
        assertThat(lines.getLast()).contains("\"t\":\"2026-02-03T04:00:00Z\"");
    }

    private void twoStations() throws IOException {
        Files.writeString(folder.resolve("stations.csv"), "file_key\nA\nB\n");
        Files.writeString(
                folder.resolve("A.csv"),
                "time_utc,water_level_m,qc\n2023-10-20T00:00:00Z,1.10,1\n2023-10-20T00:05:00Z,1.20,1\n");
        Files.writeString(
                folder.resolve("B.csv"),
                "time_utc,water_level_m,qc\n2023-10-20T00:00:00Z,2.1,1\n2023-10-20T00:10:00Z,2.2,1\n");
    }

    private static Run run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Simulator simulator = new Simulator(InstantSource.fixed(NOW), InputStream.nullInputStream(), new Stop());
        int code = simulator.run(args, new PrintWriter(out), new PrintWriter(err));
        return new Run(code, out.toString(), err.toString());
    }
}
