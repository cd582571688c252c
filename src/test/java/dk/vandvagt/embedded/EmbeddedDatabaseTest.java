package dk.vandvagt.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDatabaseTest {

    /** One cluster for all, as making one takes seconds; every test leaves it stopped. */
    @TempDir
    private static Path folder;

    @BeforeAll
    static void makeTheCluster() throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, 0)) {
            execute(database, "CREATE TABLE kept (line text)");
        }
    }

    /** A killed JVM leaves its server behind. */
    @AfterEach
    void stopWhatIsLeft() throws IOException {
        if (Files.exists(folder.resolve("data/postmaster.pid"))) {
            EmbeddedDatabase.start(folder, 0).close();
        }
    }

    private static void execute(EmbeddedDatabase database, String sql) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String ask(EmbeddedDatabase database, String sql) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    private static ProcessHandle postmaster() throws IOException {
        String pid = Files.readAllLines(folder.resolve("data/postmaster.pid")).getFirst();
        return ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
    }

    /** Also true of an ended process that its parent has not collected. */
    private static boolean hasEnded(ProcessHandle process) {
        return !process.isAlive() || process.info().commandLine().isEmpty();
    }

    @Test
    void shouldKeepItsDataFromOneStartToTheNext() throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, 0)) {
            execute(database, "INSERT INTO kept VALUES ('closed in good order')");
        }
        assertThat(folder.resolve("data/postmaster.pid")).doesNotExist();
        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, 0)) {
            assertThat(ask(database, "SELECT count(*) FROM kept WHERE line = 'closed in good order'"))
                    .isEqualTo("1");
        }
    }

    @Test
    void shouldStopTheOrphanOfAKilledServiceAndKeepItsData() throws Exception {
        ProcessHandle orphan;
        try (ChildJvm jvm = ChildJvm.start(DatabaseProcess.class, folder.toString())) {
            jvm.ask("INSERT INTO kept VALUES ('orphaned')");
            orphan = postmaster();
            jvm.kill();
        }
        assertThat(hasEnded(orphan)).as("the server outlives the killed JVM").isFalse();

        try (ChildJvm jvm = ChildJvm.start(DatabaseProcess.class, folder.toString())) {
            jvm.ask("INSERT INTO kept SELECT 'seen by the next' FROM kept WHERE line = 'orphaned'");
            assertThat(hasEnded(orphan)).isTrue();
            jvm.kill();
        }
        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, 0)) {
            assertThat(ask(database, "SELECT count(*) FROM kept WHERE line = 'seen by the next'"))
                    .isEqualTo("1");
        }
    }

    @Test
    void shouldRecoverWhenServiceAndServerWereBothKilled() throws Exception {
        try (ChildJvm jvm = ChildJvm.start(DatabaseProcess.class, folder.toString())) {
            jvm.ask("INSERT INTO kept VALUES ('both killed')");
            ProcessHandle server = postmaster();
            server.destroyForcibly();
            jvm.kill();
            await().atMost(Duration.ofSeconds(10)).until(() -> hasEnded(server));
        }
        assertThat(folder.resolve("data/postmaster.pid")).exists();
        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, 0)) {
            assertThat(ask(database, "SELECT count(*) FROM kept WHERE line = 'both killed'"))
                    .isEqualTo("1");
        }
    }

    @Test
    void shouldLeaveAStrangersProcessAloneWhoseNumberTheOldPidFileHolds() throws Exception {
        Process stranger = new ProcessBuilder("sleep", "600").start();
        try {
            Files.write(
                    folder.resolve("data/postmaster.pid"),
                    List.of(
                            Long.toString(stranger.pid()),
                            folder.resolve("data").toString(),
                            "1",
                            "1"));
            try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, 0)) {
                assertThat(ask(database, "SELECT 1")).isEqualTo("1");
            }
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly();
        }
    }

    @Test
    void shouldRefuseAFolderThatAnotherServiceUses() throws Exception {
        try (ChildJvm jvm = ChildJvm.start(DatabaseProcess.class, folder.toString())) {
            jvm.ask("SELECT 1");
            assertThatThrownBy(() -> EmbeddedDatabase.start(folder, 0))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(folder.toString());
            assertThat(jvm.ask("SELECT 1")).isEqualTo("done");
        }
    }

    @Test
    void shouldRefuseAWrongPassword() throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, 0)) {
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> DriverManager.getConnection(database.jdbcUrl(), database.user(), "guess"))
                    .matches(e -> "28P01".equals(e.getSQLState()));
        }
    }

    @Test
    void shouldWriteThroughToTheDisk() throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, 0)) {
            assertThat(ask(database, "SHOW fsync")).isEqualTo("on");
            assertThat(ask(database, "SHOW synchronous_commit")).isEqualTo("on");
            assertThat(ask(database, "SHOW full_page_writes")).isEqualTo("on");
            assertThat(ask(database, "SHOW data_checksums")).isEqualTo("on");
        }
    }

    @Test
    void shouldListenOnTheLoopbackOnly() throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder, 0)) {
            assertThat(ask(database, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(ask(database, "SHOW unix_socket_directories")).isEmpty();
            assertThat(ask(database, "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'"))
                    .isEqualTo("0");
        }
    }

    @Test
    void shouldKeepItsFolderAndPasswordToItsOwner() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("data"))))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("password"))))
                .isEqualTo("rw-------");
    }

    @Test
    void shouldNameATakenPort() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatExceptionOfType(PortTakenException.class)
                    .isThrownBy(() -> EmbeddedDatabase.start(folder, taken.getLocalPort()))
                    .withMessageContaining("127.0.0.1:" + taken.getLocalPort());
        }
    }
}
