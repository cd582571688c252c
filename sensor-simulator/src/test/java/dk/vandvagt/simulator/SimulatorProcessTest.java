package dk.vandvagt.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program as its users have it: a process of its own, a real broker, signals. */
@Timeout(120)
class SimulatorProcessTest {
    private static final int EVENT_MESSAGES = 3 * (24 * 6 + 1) + 3 * (24 * 12 + 1);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void shouldPlayTheEventGoOnWithTheCalmAndEndCleanlyOnASignal() throws Exception {
        try (Mosquitto broker = Mosquitto.start(folder, "allow_anonymous true");
                Subscriber subscriber = new Subscriber(broker.url())) {
            Process simulator = start(
                    "storm", "--end-now", "--duration", "24", "--speed", "max", "--json", "--broker", broker.url());
            subscriber.await(received -> received.size() >= EVENT_MESSAGES);
            assertThat(simulator.isAlive()).isTrue();
            simulator.destroy();
            assertThat(simulator.waitFor(15, TimeUnit.SECONDS)).isTrue();
            assertThat(err()).contains("storm: " + subscriber.received().size() + " readings");
            assertThat(simulator.exitValue()).as(err()).isZero();
            assertThat(out())
                    .contains(
                            "\"command\":\"storm\"",
                            "\"acknowledged\":" + subscriber.received().size() + ",");
        }
    }

    @Test
    void shouldEndWithItsParentAndSayWhatIsMissing() throws Exception {
        try (Mosquitto broker = Mosquitto.start(folder, "allow_anonymous true");
                Subscriber subscriber = new Subscriber(broker.url())) {
            Process simulator =
                    start("storm", "--speed", "7200", "--exit-with-parent", "--progress", "--broker", broker.url());
            subscriber.await(received -> received.size() > 50);
            simulator.getOutputStream().close();
            assertThat(simulator.waitFor(15, TimeUnit.SECONDS)).isTrue();
            assertThat(simulator.exitValue()).isEqualTo(1);
            assertThat(err()).contains("stopped (standard input ended) when ", " of 5190 messages were acknowledged");
        }
    }

    @Test
    void shouldReplayTheMeasuredSurgeCompletely() throws Exception {
        Path data = SharedData.surgeOfOctober2023();
        try (Mosquitto broker = Mosquitto.start(folder, "allow_anonymous true");
                Subscriber subscriber = new Subscriber(broker.url())) {
            Process simulator = start(
                    "replay",
                    "--data",
                    data.toString(),
                    "--speed",
                    "max",
                    "--repeat",
                    "2",
                    "--json",
                    "--broker",
                    broker.url());
            assertThat(simulator.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(simulator.exitValue()).as(err()).isZero();
            assertThat(out())
                    .contains("\"rows\":11695,\"emptyValuesSkipped\":0,\"eventMessages\":23390,\"sent\":23390");
            subscriber.await(received -> received.size() >= 23_390);
            assertThat(subscriber.received()).hasSize(23_390);
            assertThat(new HashSet<>(subscriber.received())).hasSize(11_695);
        }
    }

    private Process start(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Simulator.class.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
    }

    private String out() throws IOException {
        return Files.readString(folder.resolve("out"), StandardCharsets.UTF_8);
    }

    private String err() throws IOException {
        return Files.readString(folder.resolve("err"), StandardCharsets.UTF_8);
    }
}
