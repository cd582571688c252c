package dk.vandvagt.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** TimescaleDB in one backend: transactions of several connections come one after the other. One for all tests. */
final class TimescaleServer {
    private static final Path SOURCE = Path.of("..", "shared", "timescaledb-test-server");
    static final Path HERE = Path.of("target", "timescaledb-test-server");
    private static @Nullable String url;

    private TimescaleServer() {}

    /** Skips the test where the server's folder is missing; fails it there on CI. */
    static synchronized String url() {
        requireSource();
        if (url == null) {
            try {
                url = start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        return url;
    }

    private static void requireSource() {
        boolean there = Files.isDirectory(SOURCE);
        if ("true".equals(System.getenv("CI"))) {
            assertThat(there).as(SOURCE + " is needed where CI=true").isTrue();
        }
        assumeTrue(there, "no TimescaleDB to test with: " + SOURCE + " is missing");
    }

    /** Into {@link #HERE}. */
    static synchronized void install() throws IOException, InterruptedException {
        requireSource();
        Files.createDirectories(HERE);
        for (String file : List.of("package.json", "server.mjs")) {
            Files.copy(SOURCE.resolve(file), HERE.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        if (!Files.isDirectory(HERE.resolve("node_modules"))) {
            Path output = HERE.resolve("npm.log");
            int exit = new ProcessBuilder("npm", "install", "--no-package-lock", "--no-audit", "--no-fund")
                    .directory(HERE.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start()
                    .waitFor();
            assertThat(exit).as(() -> "npm install, see " + output).isZero();
        }
    }

    private static String start() throws IOException, InterruptedException {
        install();
        Process server = new ProcessBuilder("node", "server.mjs", "0")
                .directory(HERE.toFile())
                .redirectError(HERE.resolve("server.log").toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(server::destroy));
        BufferedReader out = server.inputReader(StandardCharsets.UTF_8);
        String line = out.readLine();
        assertThat(line).as("first line of the TimescaleDB server").startsWith("ready on ");
        return "jdbc:postgresql://" + line.substring("ready on ".length()).strip() + "/template1";
    }
}
