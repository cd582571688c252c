package dk.vandvagt.store;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** PostgreSQL as the service embeds it, on disk with fsync, that can be killed and started again on the same port. */
final class PostgresServer implements AutoCloseable {
    private static @Nullable PostgresServer shared;

    private final Path data;
    private @Nullable EmbeddedPostgres running;
    private int port;

    PostgresServer() throws IOException {
        data = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "store-postgres")
                .toAbsolutePath();
        start();
    }

    /** One for all tests that leave it standing. */
    static synchronized PostgresServer shared() throws IOException {
        if (shared == null) {
            PostgresServer server = new PostgresServer();
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            shared = server;
        }
        return shared;
    }

    void start() throws IOException {
        running = EmbeddedPostgres.builder()
                .setDataDirectory(data.resolve("data"))
                .setOverrideWorkingDirectory(Path.of("target", "store-postgres-binaries")
                        .toAbsolutePath()
                        .toFile())
                .setCleanDataDirectory(false)
                .setPort(port)
                .setPGStartupWait(Duration.ofSeconds(30))
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("unix_socket_directories", "")
                .start();
        port = running.getPort();
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    /** As {@code kill -9} of the whole server. */
    void kill() throws IOException {
        List<String> lines = Files.readAllLines(data.resolve("data").resolve("postmaster.pid"));
        ProcessHandle postmaster =
                ProcessHandle.of(Long.parseLong(lines.getFirst().strip())).orElseThrow();
        List<ProcessHandle> all = postmaster.descendants().toList();
        postmaster.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
        postmaster.onExit().join();
        stop();
        Files.deleteIfExists(data.resolve("data").resolve("postmaster.pid"));
    }

    @Override
    public void close() {
        stop();
        try {
            MoreFiles.deleteRecursively(data, RecursiveDeleteOption.ALLOW_INSECURE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void stop() {
        EmbeddedPostgres server = running;
        running = null;
        if (server != null) {
            try {
                server.close();
            } catch (IOException | RuntimeException alreadyDead) {
                // it was killed
            }
        }
    }
}
