package dk.vandvagt.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** Besides the contract: what needs a server of its own, or connections at the same time. */
class StoreOnPostgresTest extends StoreContractTest {
    @Override
    String serverUrl() {
        try {
            return PostgresServer.shared().url();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    Level level() {
        return Level.PLAIN;
    }

    @Test
    void shouldStartWithoutADatabaseAndSaySo() throws Exception {
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
        }
        log.entry().arrived("ASS-W", STORM, 1.0).end();
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres?password=in-the-url";
        Store s = start(StoreSettings.usual(url, "postgres", "a secret"));
        await().until(() -> s.drain().lastError() != null);

        assertThat(s.isUp()).isFalse();
        assertThat(s.level()).isEmpty();
        assertThat(s.drain().lastError())
                .contains("127.0.0.1:" + port)
                .doesNotContain("a secret")
                .doesNotContain("in-the-url");
        assertThat(StoreSettings.usual(url, "postgres", "a secret").toString())
                .doesNotContain("secret")
                .doesNotContain("in-the-url");
        assertThatThrownBy(() -> s.queries().readingCount().get())
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(DatabaseAway.class);
        assertThat(log.committed()).isEqualTo(-1);
    }

    /** The lock that keeps an upgrade away was once named by the schema, which until then has no name. */
    @Test
    void shouldMakeTheSchemaThatTheUrlNames() throws Exception {
        log.entry().arrived("ASS-W", STORM, 1.0).end();
        Store s =
                drained(start(StoreSettings.usual(serverUrl() + "?currentSchema=yet_to_come", "postgres", "postgres")));
        assertThat(s.queries().readingCount().get()).isEqualTo(1);
        assertThat(rows("select count(*) from yet_to_come.reading")).containsExactly("(1)");
    }

    @Test
    void shouldLoseNothingWhileTheDatabaseIsKilledAgainAndAgain() throws Exception {
        try (PostgresServer server = new PostgresServer()) {
            StoreSettings settings = new StoreSettings(
                    server.url(),
                    "postgres",
                    "postgres",
                    2,
                    2_000,
                    10_000,
                    20_000,
                    50,
                    0,
                    100,
                    Level.PLAIN,
                    StoreSettings.Ages.USUAL);
            Store s = start(settings);
            for (int killed = 0; killed < 2; killed++) {
                long some = log.last() + 20;
                append(100);
                await().atMost(Duration.ofSeconds(30)).pollDelay(Duration.ZERO).until(() -> log.committed() > some);
                server.kill();
                append(100);
                await().until(() -> !s.isUp());
                assertThatThrownBy(() -> s.queries().readingCount().get()).hasCauseInstanceOf(DatabaseAway.class);
                server.start();
            }
            drained(s);
            assertThat(s.queries().readingCount().get()).isEqualTo(400 * 20);
            // the last commit before a kill may have gone through unheard
            assertThat(s.drain().inserted()).isBetween(400 * 20 - 2 * 60L, 400 * 20L);
            assertThat(s.drain().reconnects()).isEqualTo(2);
            assertThat(s.drain().lastError()).isNull();
            s.close();
        }
    }

    private void append(int entries) {
        for (int i = 0; i < entries; i++) {
            VerdictLog.Entry entry = log.entry();
            long at = STORM + log.next() * MINUTE;
            for (int sensor = 0; sensor < 20; sensor++) {
                entry.arrived("S" + sensor, at, sensor);
            }
            entry.end();
        }
    }

    @Test
    void shouldMissNoMarkWhileRollingUpBesideTheDrain() throws Exception {
        long seed = 11;
        Random random = new Random(seed);
        StoreSettings busy = new StoreSettings(
                url(),
                "postgres",
                "postgres",
                2,
                2_000,
                10_000,
                20_000,
                40,
                0,
                1,
                Level.PLAIN,
                StoreSettings.Ages.USUAL);
        Store s = start(busy);
        for (int i = 0; i < 400; i++) {
            VerdictLog.Entry entry = log.entry();
            for (int k = 0; k < 20; k++) {
                // few buckets, corrected over and over
                entry.arrived("S" + random.nextInt(2), STORM + random.nextInt(120) * MINUTE, random.nextInt(8) / 8.0);
            }
            entry.end();
        }
        drained(s);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> rows("select * from dirty_bucket").isEmpty());

        assertThat(rows("select sensor_id, bucket, n, sum from reading_1h order by 1, 2"))
                .as("seed %d", seed)
                .hasSize(4)
                .isEqualTo(
                        rows("select sensor_id, date_trunc('hour', observed_at), count(value), sum(value) from reading "
                                + "group by 1, 2 order by 1, 2"));
    }

    @Test
    void shouldSayWhatADatabaseSetBackNoLongerGetsFromTheLog() throws Exception {
        for (int i = 0; i < 3; i++) {
            log.entry().arrived("ASS-W", STORM + i * MINUTE, 1.0).end();
        }
        Store s = drained(start());
        execute("delete from reading; update drain set sequence = 0");
        log.forgetUpTo(2);
        log.entry().arrived("ASS-W", STORM + 3 * MINUTE, 1.0).end();
        drained(s);

        assertThat(s.drain().missing()).isEqualTo(2);
        assertThat(rows("select count(*) from reading")).containsExactly("(2)");
    }

    @Test
    void shouldNotTakeSequencesWithoutVerdictsForLost() throws Exception {
        log.entry().arrived("ASS-W", STORM, 1.0).end();
        drained(start());
        stop();
        log.entry().end();
        log.forgetUpTo(2);
        log.entry().arrived("ASS-W", STORM + MINUTE, 1.0).end();
        Store s = drained(start());

        assertThat(s.drain().missing()).isZero();
        assertThat(rows("select count(*) from reading")).containsExactly("(2)");
    }

    @Test
    void shouldNotWriteBesideAnotherProcessThatDrainsTheSameRun() throws Exception {
        log.entry().arrived("ASS-W", STORM, 1.0).end();
        Store s = drained(start());
        execute("update drain set sequence = 0");
        log.entry().arrived("ASS-W", STORM + MINUTE, 1.0).end();
        drained(s);

        assertThat(s.drain().reconnects()).isEqualTo(1);
        assertThat(rows("select count(*) from reading")).containsExactly("(2)");
    }

    @Test
    void shouldNotMoveADatabaseThatAServiceUses() throws Exception {
        log.entry().arrived("ASS-W", STORM, 1.0).end();
        drained(start());
        assertThatThrownBy(() -> Upgrade.open(settings(10)).close())
                .isInstanceOf(UpgradeRefused.class)
                .hasMessageContaining("a service uses this database");
    }

    @Test
    void shouldSayWhatIsMissingWhereThereIsNothingToMoveTo() throws Exception {
        assertThatThrownBy(() -> Upgrade.open(settings(10)).close())
                .isInstanceOf(UpgradeRefused.class)
                .hasMessageContaining("the first start makes the schema");
        assertThat(rows("select table_name from information_schema.tables where table_schema = current_schema"))
                .as("nothing was made")
                .isEmpty();
        log.entry().arrived("ASS-W", STORM, 1.0).end();
        drained(start());
        stop();
        assertThatThrownBy(() -> Upgrade.open(settings(10)).close())
                .isInstanceOf(UpgradeRefused.class)
                .hasMessageContaining("timescaledb is not installed")
                .hasMessageContaining("shared_preload_libraries");
        log.entry().arrived("ASS-W", STORM + MINUTE, 1.0).end();
        assertThat(drained(start()).drain().lastError()).as("let in again").isNull();
    }

    @Test
    void shouldWaitWhileTheDatabaseIsBeingMoved() throws Exception {
        awaitUp(start());
        stop();
        try (Connection upgrading = DriverManager.getConnection(url(), "postgres", "postgres");
                Statement statement = upgrading.createStatement()) {
            statement.execute(Sql.named("use_alone").text());
            log.entry().arrived("ASS-W", STORM, 1.0).end();
            Store waiting = start();
            await().until(() -> waiting.drain().lastError() != null);
            assertThat(waiting.drain().lastError()).contains("being moved to another level");
            assertThat(waiting.isUp()).isFalse();
            assertThat(log.committed()).isEqualTo(-1);
        }
        drained(requireStore());
        assertThat(requireStore().drain().lastError()).isNull();
    }
}
