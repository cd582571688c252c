package dk.vandvagt.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Towards a service that notes what it is asked. */
class DrillCommandTest {
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private int answer = 201;

    @TempDir
    private Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private HttpServer service;

    @BeforeEach
    void begin() throws IOException {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
        service.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization") + " " + body);
            byte[] bytes = "{\"running\": true}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(exchange.getRequestMethod().equals("POST") ? answer : 200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        service.start();
        Files.writeString(folder.resolve("token"), "secret\n");
    }

    @AfterEach
    void end() {
        service.stop(0);
    }

    @Test
    void shouldBeginPlayToExerciseTopicsAloneAndEnd() {
        assertThat(drill("--", "scenario", "sensor-simulator/scenarios/odense-cloudburst.yml", "--dry-run"))
                .isZero();
        assertThat(asked)
                .startsWith("POST /drill Bearer secret {\"by\":\"Anna\",\"note\":\"efterår\",\"for\":\"4h\"}")
                .endsWith("DELETE /drill?by=Anna Bearer secret ");
        assertThat(out.toString().lines())
                .hasSizeGreaterThan(500)
                .allMatch(line -> line.startsWith("vandvagt/v1/exercise/readings/"));
        assertThat(err.toString()).contains("EXERCISE").contains("the drill is ended");
    }

    @Test
    void shouldPlayNothingWhereNoDrillBegan() {
        answer = 409;
        assertThat(drill("--", "storm", "--dry-run")).isEqualTo(1);
        assertThat(out.toString()).isEmpty();
        assertThat(asked).hasSize(1);
        assertThat(err.toString()).contains("no drill began (409)");
    }

    @Test
    void shouldEndWhatItBeganWhereNothingCanBePlayed() {
        assertThat(drill("--", "scenario", "nowhere")).isEqualTo(1);
        assertThat(asked.getLast()).startsWith("DELETE /drill?by=Anna");
    }

    @Test
    void shouldLetNobodyChooseTopicsBesideTheExercises() {
        assertThat(drill("--", "storm", "--topic-prefix", "vandvagt/v1/readings"))
                .isEqualTo(1);
        assertThat(drill("--", "load")).isEqualTo(1);
        assertThat(asked).isEmpty();
        assertThat(err.toString())
                .contains("a drill chooses topics and format by itself")
                .contains("'load' is not played");
    }

    private int drill(String... more) {
        List<String> args = new ArrayList<>(List.of(
                "drill",
                "--service",
                "http://127.0.0.1:" + service.getAddress().getPort(),
                "--operator-token-file",
                folder.resolve("token").toString(),
                "--by",
                "Anna",
                "--note",
                "efterår"));
        args.addAll(Arrays.asList(more));
        Simulator simulator = new Simulator(Instant::now, InputStream.nullInputStream(), new Stop());
        return simulator.run(args.toArray(String[]::new), new PrintWriter(out), new PrintWriter(err));
    }
}
