package dk.vandvagt.store;

import dk.vandvagt.data.FreePort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** A TimescaleDB test server of its own, with its data on disk. It has one backend. */
public final class TimescaleProcess implements BreakableDatabase {
    /**
     * What the extension's loader does in each session of a server that preloads it, and this one does not: without it the
     * features under the Timescale licence are there only in the process that created the extension.
     */
    private static final String AS_PRELOADED = """
            do $$
            begin
              execute format('create function ts_post_load_init() returns void as %L, %L language c',
                (select '$libdir/timescaledb-' || extversion from pg_extension where extname = 'timescaledb'),
                'ts_post_load_init');
              perform ts_post_load_init();
              drop function ts_post_load_init();
            end $$
            """;

    private final Path data;
    private final int port = FreePort.any();
    private @Nullable Process server;

    /** Skips the test, or fails it on CI, as {@link TimescaleServer#url} does. */
    public TimescaleProcess(Path data) throws IOException, InterruptedException {
        this.data = data.toAbsolutePath();
        TimescaleServer.install();
        start();
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    @Override
    public void start() throws IOException {
        Process started = new ProcessBuilder("node", "server.mjs", Integer.toString(port), data.toString())
                .directory(TimescaleServer.HERE.toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        data.resolveSibling(data.getFileName() + ".log").toFile()))
                .start();
        server = started;
        String line = started.inputReader(StandardCharsets.UTF_8).readLine();
        if (line == null || !line.startsWith("ready on ")) {
            throw new IOException("the TimescaleDB server did not start, see " + data + ".log");
        }
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(AS_PRELOADED);
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    @Override
    public String create(String name) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("create schema " + name);
        }
        return url() + "?currentSchema=" + name + ",public";
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), user(), "");
    }

    private String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/template1";
    }

    @Override
    public String user() {
        return "postgres";
    }

    @Override
    public void kill() throws InterruptedException {
        Process running = server;
        if (running != null) {
            running.destroyForcibly().waitFor();
        }
    }

    @Override
    public void stopImmediately() throws InterruptedException {
        Process running = server;
        if (running != null) {
            running.destroy();
            running.waitFor();
        }
    }

    @Override
    public void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    @Override
    public void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        Process running = server;
        if (running != null) {
            new ProcessBuilder("kill", "-" + name, Long.toString(running.pid()))
                    .start()
                    .waitFor();
        }
    }

    @Override
    public void close() {
        Process running = server;
        if (running != null) {
            running.destroyForcibly();
        }
    }
}
