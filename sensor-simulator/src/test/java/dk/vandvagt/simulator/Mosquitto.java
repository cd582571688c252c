package dk.vandvagt.simulator;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real mosquitto on a loopback port of its own, as a child of the test. */
final class Mosquitto implements AutoCloseable {
    private final Path binary;
    private final Path settings;
    private final int port;
    private Process process;

    /** @param more further lines of mosquitto.conf */
    static Mosquitto start(Path folder, String... more) throws IOException, InterruptedException {
        Path binary = binary();
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path settings = folder.resolve("mosquitto.conf");
        // where the test runs as root, mosquitto would leave root and could not read the test's folder
        Files.writeString(
                settings,
                "listener " + port + " 127.0.0.1\nmax_queued_messages 0\nuser root\n" + String.join("\n", more) + "\n");
        return new Mosquitto(binary, settings, port);
    }

    private Mosquitto(Path binary, Path settings, int port) throws IOException, InterruptedException {
        this.binary = binary;
        this.settings = settings;
        this.port = port;
        process = spawn();
    }

    String url() {
        return "tcp://127.0.0.1:" + port;
    }

    /** As a power cut would: nothing is written, nobody is told. */
    void kill9() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void startAgain() throws IOException, InterruptedException {
        process = spawn();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private Process spawn() throws IOException, InterruptedException {
        Process started = new ProcessBuilder(binary.toString(), "-c", settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        settings.resolveSibling("mosquitto.log").toFile()))
                .start();
        for (long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10); System.nanoTime() < deadline; ) {
            try (Socket probe = new Socket()) {
                probe.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
                return started;
            } catch (IOException _) {
                if (started.waitFor(20, TimeUnit.MILLISECONDS)) {
                    break;
                }
            }
        }
        started.destroyForcibly();
        throw new IOException("mosquitto did not start: " + Files.readString(settings.resolveSibling("mosquitto.log")));
    }

    private static Path binary() {
        // Debian keeps it where only administrators look
        Path found = Stream.concat(Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"))
                .map(folder -> Path.of(folder, "mosquitto"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
        if (found == null) {
            if ("true".equals(System.getenv("CI"))) {
                fail("mosquitto is not on the PATH");
            }
            assumeTrue(false, "mosquitto is not on the PATH: apt-get install mosquitto");
            throw new IllegalStateException();
        }
        return found;
    }
}
