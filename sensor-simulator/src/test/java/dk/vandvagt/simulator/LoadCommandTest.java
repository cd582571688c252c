package dk.vandvagt.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LoadCommandTest {
    @TempDir
    private Path folder = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void shouldSendAtTheRateOverItsConnectionsAndHearOfEachMessage() throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder, "allow_anonymous true");
                Subscriber subscriber = new Subscriber(mosquitto.url())) {
            int code = load(
                    mosquitto.url(),
                    "--rate",
                    "500",
                    "--seconds",
                    "2",
                    "--warm-up",
                    "0",
                    "--connections",
                    "3",
                    "--sensors",
                    "40",
                    "--readings",
                    "5");
            assertThat(code).as(err.toString()).isZero();
            assertThat(number("acknowledged")).isBetween(990.0, 1000.0);
            assertThat(number("refused")).isZero();
            subscriber.await(received -> received.size() >= number("sent"));
            List<Message> received = subscriber.received();
            assertThat(received).hasSize((int) number("sent"));
            assertThat(received.stream().map(Message::topic).distinct()).hasSize(40);
            assertThat(received).allMatch(message -> message.text().startsWith("[{\"t\":\"20"));
            // a sensor measures nothing twice
            assertThat(received.stream()
                            .map(message -> message.topic() + message.text())
                            .distinct())
                    .hasSameSizeAs(received);
        }
    }

    @Test
    void shouldSendAsFastAsItGoes() throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder, "allow_anonymous true")) {
            assertThat(load(mosquitto.url(), "--seconds", "1", "--warm-up", "0", "--format", "senml-cbor"))
                    .as(err.toString())
                    .isZero();
            assertThat(number("acknowledged")).isEqualTo(number("sent")).isGreaterThan(500);
        }
    }

    @Test
    void shouldLetThingsGoWrongInALoadToo() throws Exception {
        try (Mosquitto mosquitto = Mosquitto.start(folder, "allow_anonymous true");
                Subscriber subscriber = new Subscriber(mosquitto.url())) {
            int code = load(
                    mosquitto.url(),
                    "--rate",
                    "500",
                    "--seconds",
                    "1",
                    "--warm-up",
                    "0",
                    "--fault",
                    "drop,share=0.5",
                    "--fault",
                    "dead,sensor=LOAD-3,from=+0s",
                    "--fault",
                    "malformed,share=1,sensor=LOAD-1");
            assertThat(code).as(err.toString()).isZero();
            subscriber.await(received -> received.size() >= number("sent"));
            List<Message> received = subscriber.received();
            assertThat(received)
                    .hasSizeBetween(100, 350)
                    .noneMatch(message -> message.topic().endsWith("LOAD-3"));
            assertThat(received)
                    .allMatch(message -> message.topic().endsWith("LOAD-1")
                            != message.text().matches("\\{\"t\":\"[0-9TZ:.-]+\",\"v\":[0-9.]+}"));
        }
        assertThat(load("tcp://127.0.0.1:1", "--fault", "delay,by=1h")).isEqualTo(1);
        assertThat(load("tcp://127.0.0.1:1", "--fault", "dead")).isEqualTo(1);
        assertThat(load("tcp://127.0.0.1:1", "--speed", "max")).isEqualTo(1);
        assertThat(err.toString()).contains("--fault delay: a load has no peak").contains("--speed: load has none");
    }

    /**
     * A broker that stands still for a second while 100 messages a second are due: whoever counts from when a message could be sent sees one slow
     * message, whoever counts from when it was due sees that half of them came late.
     */
    @Test
    void shouldCountFromWhenAMessageWasDue() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (ScriptedBroker broker = new ScriptedBroker((connection, nth, publish) -> {
            if (nth == 50) {
                try {
                    never.await(1, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return 0;
        })) {
            int code = load(broker.url(), "--rate", "100", "--seconds", "2", "--warm-up", "0", "--inflight", "1");
            assertThat(code).as(err.toString()).isZero();
            assertThat(number("acknowledged")).isEqualTo(200);
            assertThat(number("max")).isGreaterThan(900);
            // of 200, some 100 were due in that second: the 80th worst waited a fifth of it at least
            assertThat(number("p90")).isGreaterThan(500);
        }
    }

    @Test
    void shouldSayWhoseFaultItIs() throws Exception {
        assertThat(load("tcp://127.0.0.1:1", "--seconds", "1")).isEqualTo(1);
        assertThat(err.toString()).contains("no connection to an MQTT broker at tcp://127.0.0.1:1");
        try (ScriptedBroker broker =
                new ScriptedBroker((connection, nth, publish) -> nth == 3 ? ScriptedBroker.HANG_UP : 0)) {
            assertThat(load(broker.url(), "--seconds", "1", "--warm-up", "0")).isEqualTo(1);
            assertThat(out.toString()).contains("\"fault\":\"");
        }
        try (ScriptedBroker broker =
                new ScriptedBroker(0x86, ScriptedBroker.UNLIMITED, (connection, nth, publish) -> 0)) {
            assertThat(load(broker.url(), "--seconds", "1")).isEqualTo(1);
            assertThat(err.toString()).contains("the broker refuses the connection: 0x86");
        }
    }

    private int load(String broker, String... more) {
        List<String> args = new ArrayList<>(List.of("load", "--broker", broker, "--json", "--sensors", "7"));
        if (Arrays.asList(more).contains("--sensors")) {
            args = new ArrayList<>(List.of("load", "--broker", broker, "--json"));
        }
        args.addAll(Arrays.asList(more));
        Simulator simulator = new Simulator(Instant::now, InputStream.nullInputStream(), new Stop());
        return simulator.run(args.toArray(String[]::new), new PrintWriter(out), new PrintWriter(err));
    }

    private double number(String name) {
        Matcher found = Pattern.compile("\"" + name + "\":([0-9.]+)").matcher(out.toString());
        assertThat(found.find()).as(name + " in " + out).isTrue();
        return Double.parseDouble(found.group(1));
    }
}
