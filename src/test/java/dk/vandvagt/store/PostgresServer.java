package dk.vandvagt.store;

import com.google.common.base.Splitter;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dk.vandvagt.data.FreePort;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** PostgreSQL as the service embeds it, on disk with fsync, that can be killed and started again on the same port. */
public final class PostgresServer implements BreakableDatabase {
    private static @Nullable PostgresServer shared;

    private final Path data;
    private @Nullable EmbeddedPostgres running;
    private final int port = FreePort.any();
    private boolean dead;

    public PostgresServer() throws IOException {
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

    @Override
    public void start() throws IOException {
        if (dead) {
            startAgain();
            awaitConnections();
            return;
        }
        running = EmbeddedPostgres.builder()
                .setDataDirectory(data.resolve("data"))
                .setOverrideWorkingDirectory(Path.of("target", "store-postgres-binaries")
                        .toAbsolutePath()
                        .toFile())
                .setCleanDataDirectory(false)
                .setPort(port)
                .setPGStartupWait(Duration.ofMinutes(2))
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("unix_socket_directories", "")
                .start();
    }

    @Override
    public String create(String name) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(), user(), "");
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name);
        }
        return url().replaceFirst("/postgres$", "/" + name);
    }

    @Override
    public String user() {
        return "postgres";
    }

    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    @Override
    public void kill() throws IOException {
        ProcessHandle postmaster = postmaster();
        List<ProcessHandle> all = postmaster.descendants().toList();
        postmaster.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
        postmaster.onExit().join();
        all.forEach(each -> each.onExit().join());
        ended();
    }

    /** As {@code pg_ctl stop -m immediate}. */
    @Override
    public void stopImmediately() throws IOException, InterruptedException {
        ProcessHandle postmaster = postmaster();
        signal("QUIT", List.of(postmaster));
        postmaster.onExit().join();
        ended();
    }

    private void ended() throws IOException {
        Files.deleteIfExists(data.resolve("data").resolve("postmaster.pid"));
        dead = true;
    }

    /** After {@link #kill} or {@link #stopImmediately}, with the command that started it first; takes no connections yet. */
    public void startAgain() throws IOException {
        List<String> command = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("unshare", "-U"));
        }
        String line = Files.readString(data.resolve("data").resolve("postmaster.opts"))
                .strip();
        // the program, then each argument in quotes
        for (String part : Splitter.on(" \"").split(line)) {
            command.add(part.endsWith("\"") ? part.substring(0, part.length() - 1) : part);
        }
        new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(data.resolve("log").toFile()))
                .start();
        dead = false;
    }

    @Override
    public void freeze() throws IOException, InterruptedException {
        signal("STOP", processes());
    }

    @Override
    public void thaw() throws IOException, InterruptedException {
        signal("CONT", processes());
    }

    private void awaitConnections() {
        Awaitility.await("PostgreSQL takes connections")
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptions()
                .until(() -> {
                    DriverManager.getConnection(url(), "postgres", "").close();
                    return true;
                });
    }

    private List<ProcessHandle> processes() throws IOException {
        ProcessHandle postmaster = postmaster();
        return Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
    }

    private ProcessHandle postmaster() throws IOException {
        List<String> lines = Files.readAllLines(data.resolve("data").resolve("postmaster.pid"));
        return ProcessHandle.of(Long.parseLong(lines.getFirst().strip())).orElseThrow();
    }

    private static void signal(String name, List<ProcessHandle> processes) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("kill", "-" + name));
        processes.forEach(process -> command.add(Long.toString(process.pid())));
        new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
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
        if (server != null && !dead) {
            try {
                server.close();
            } catch (IOException | RuntimeException alreadyDead) {
                // it was killed
            }
        }
    }
}
