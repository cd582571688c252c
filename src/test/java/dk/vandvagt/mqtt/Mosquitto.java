package dk.vandvagt.mqtt;

import static org.assertj.core.api.Assertions.fail;

import dk.vandvagt.data.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.Assumptions;
import org.awaitility.Awaitility;

/** A mosquitto in a child process, on a loopback port of its own, which can be killed and started again. */
public final class Mosquitto implements AutoCloseable {
    private static final List<Path> USUAL_PLACES = List.of(
            Path.of("/usr/sbin/mosquitto"), Path.of("/usr/local/sbin/mosquitto"), Path.of("/usr/bin/mosquitto"));

    private static final List<String> OPEN = List.of("allow_anonymous true");

    private final Path folder;
    private final int port;
    private final boolean persistent;
    private final int saveEveryChanges;
    private final List<String> door;
    private Process process;

    private Mosquitto(Path folder, boolean persistent, int saveEveryChanges, List<String> door) throws IOException {
        this.door = door;
        this.folder = folder;
        this.persistent = persistent;
        this.saveEveryChanges = saveEveryChanges;
        this.port = FreePort.any();
        this.process = launch();
    }

    /** One that keeps its sessions over {@link #kill} if {@link #save} came before. */
    public static Mosquitto persistent(Path folder) {
        return start(folder, true, 0, OPEN);
    }

    /** One that forgets everything when it ends. */
    public static Mosquitto forgetful(Path folder) {
        return start(folder, false, 0, OPEN);
    }

    /** One that writes its sessions down after each change; what it loses when killed is what changed since. */
    public static Mosquitto saving(Path folder) {
        return start(folder, true, 1, OPEN);
    }

    /** One that asks at the door. @param door lines of its settings that say what */
    public static Mosquitto guarded(Path folder, String... door) {
        return start(folder, true, 0, List.of(door));
    }

    private static Mosquitto start(Path folder, boolean persistent, int saveEveryChanges, List<String> door) {
        if (binary().isEmpty()) {
            if ("true".equals(System.getenv("CI"))) {
                fail("mosquitto is not installed (Debian: apt-get install mosquitto)");
            }
            Assumptions.assumeThat(binary())
                    .as("mosquitto is not installed: skipped")
                    .isNotEmpty();
        }
        try {
            return new Mosquitto(folder, persistent, saveEveryChanges, door);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> binary() {
        String path = System.getenv().getOrDefault("PATH", "");
        Stream<Path> onThePath = Stream.of(path.split(":")).map(place -> Path.of(place, "mosquitto"));
        return Stream.concat(onThePath, USUAL_PLACES.stream())
                .filter(Files::isExecutable)
                .limit(1)
                .toList();
    }

    private Process launch() throws IOException {
        Path settings = folder.resolve("mosquitto.conf");
        Files.writeString(
                settings,
                String.join(
                        "\n",
                        "user " + System.getProperty("user.name"),
                        "listener " + port + " 127.0.0.1",
                        String.join("\n", door),
                        "max_queued_messages 0",
                        "max_inflight_messages 0",
                        "set_tcp_nodelay true",
                        "persistence " + persistent,
                        "persistence_location " + folder + "/",
                        "autosave_interval " + saveEveryChanges,
                        "autosave_on_changes " + (saveEveryChanges > 0),
                        ""));
        Process started = new ProcessBuilder(binary().getFirst().toString(), "-c", settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("mosquitto.log").toFile()))
                .start();
        Awaitility.await("mosquitto listens")
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    if (!started.isAlive()) {
                        fail("mosquitto ended: " + Files.readString(folder.resolve("mosquitto.log")));
                    }
                    return listens();
                });
        return started;
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    public String uri() {
        return "tcp://127.0.0.1:" + port;
    }

    String secureUri() {
        return "ssl://127.0.0.1:" + port;
    }

    /** Sessions and messages as they stand go to disk. */
    public void save() throws IOException, InterruptedException {
        Path database = folder.resolve("mosquitto.db");
        Files.deleteIfExists(database);
        signal("USR1");
        Awaitility.await("mosquitto saved").until(() -> Files.exists(database) && Files.size(database) > 0);
    }

    /** As {@code kill -9}. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** SIGTERM: it writes everything down first. */
    public void stop() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }

    public void startAgain() throws IOException {
        process = launch();
    }

    /** It keeps its connections and says nothing, as a hung machine does. */
    public void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    public void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
