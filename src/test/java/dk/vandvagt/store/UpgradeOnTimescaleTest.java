package dk.vandvagt.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A database that began without TimescaleDB, moved to it. */
class UpgradeOnTimescaleTest extends OnDatabase {
    private static final String AGGREGATES = "select * from reading_%1$s order by sensor_id, bucket";

    @Override
    String serverUrl() {
        return TimescaleServer.url();
    }

    @Override
    Level level() {
        return Level.COMMUNITY;
    }

    private StoreSettings at(Level level) {
        return settings(10_000, level);
    }

    /** Nine weeks in several chunks, a correction, a late reading, a failed one. */
    private void fillAt(Level level) throws SQLException {
        VerdictLog.Entry entry = log.entry();
        for (int i = 0; i < 1_500; i++) {
            entry.arrived("R" + i % 3, STORM + i / 3 * 3 * HOUR, i % 16 / 8.0);
        }
        entry.end();
        Store s = drained(start(at(level)));
        log.entry()
                .arrived("R0", STORM + 3 * HOUR, 7.0)
                .arrived("R1", STORM + MINUTE, 5.0)
                .end();
        drained(s);
        stop();
    }

    private List<String> everything() throws SQLException {
        List<String> all = new ArrayList<>();
        for (String query : List.of(
                "select * from reading order by sensor_id, observed_at",
                "select * from reading_version order by version_id",
                "select sequence from drain",
                AGGREGATES.formatted("5min"),
                AGGREGATES.formatted("1h"),
                AGGREGATES.formatted("1d"),
                "select table_name, column_name, data_type from information_schema.columns where table_schema = "
                        + "current_schema and table_name in ('reading', 'reading_5min', 'reading_1h', 'reading_1d') "
                        + "order by 1, 2")) {
            all.add(query);
            all.addAll(rows(query));
        }
        return all;
    }

    private static final class Interrupted extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private void upgrade(int interruptedAt) throws Exception {
        List<String> told = new ArrayList<>();
        upgrade(line -> {
            told.add(line);
            if (told.size() == interruptedAt) {
                throw new Interrupted();
            }
        });
        assertThat(told).last().asString().contains("level community");
    }

    private void upgrade(Consumer<String> told) throws Exception {
        try (Upgrade upgrade = Upgrade.open(at(Level.COMMUNITY))) {
            assertThat(upgrade.plan()).isNotEmpty();
            upgrade.run(told);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "APACHE"})
    void shouldHoldTheSameAfterwardsAndGoOn(Level before) throws Exception {
        fillAt(before);
        Store s = start(at(before));
        awaitUp(s);
        s.rollUpNow();
        stop();
        List<String> was = everything();

        upgrade(0);

        assertThat(everything()).isEqualTo(was);
        assertThat(rows("select level from store_level")).containsExactly("(COMMUNITY)");
        assertThat(rows(
                        "select count(*) > 8 from timescaledb_information.chunks where hypertable_schema = current_schema "
                                + "and hypertable_name = 'reading'"))
                .containsExactly("(t)");
        assertThat(policies()).containsExactly("(policy_compression,1)", "(policy_refresh_continuous_aggregate,3)");

        log.entry()
                .arrived("R0", STORM + 6 * HOUR, 9.0)
                .arrived("R9", STORM, 1.0)
                .end();
        Store after = drained(start());
        after.rollUpNow();
        assertThat(after.level()).contains(Level.COMMUNITY);
        assertThat(after.drain().corrections()).isEqualTo(1);
        assertThat(rows("select max, n from reading_1d join sensor using (sensor_id) "
                        + "where bucket = '2023-10-20' and id = 'R0'"))
                .containsExactly("(9,8)");
        assertThat(rows("select count(*) from reading")).containsExactly("(1502)");
    }

    private List<String> policies() throws SQLException {
        return rows("select proc_name, count(*) from timescaledb_information.jobs j "
                + "left join timescaledb_information.continuous_aggregates c "
                + "on (j.hypertable_schema, j.hypertable_name) in ((c.view_schema, c.view_name), "
                + "(c.materialization_hypertable_schema, c.materialization_hypertable_name)) "
                + "where coalesce(c.view_schema, j.hypertable_schema) = current_schema and proc_name <> 'policy_retention' "
                + "group by 1 order by 1");
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "APACHE"})
    void shouldGoOnWhereItWasInterrupted(Level before) throws Exception {
        fillAt(before);
        Store s = start(at(before));
        awaitUp(s);
        s.rollUpNow();
        stop();
        List<String> was = everything();

        Set<String> reached = new LinkedHashSet<>();
        boolean done = false;
        while (!done) {
            try {
                upgrade(line -> {
                    if (reached.add(line)) {
                        throw new Interrupted();
                    }
                });
                done = true;
            } catch (Interrupted theFirstTimeAtThatStep) {
                assertThat(everything()).as("interrupted after %s", reached).isEqualTo(was);
            }
        }
        assertThat(reached)
                .contains("committing level community", "making the policies")
                .hasSizeGreaterThan(8);
        assertThat(everything()).isEqualTo(was);
        assertThat(rows("select level from store_level")).containsExactly("(COMMUNITY)");
    }

    @ParameterizedTest
    @CsvSource({"3", "6", "10"})
    void shouldLeaveADatabaseThatTheServiceCanUseWhereverItIsInterrupted(int step) throws Exception {
        fillAt(Level.PLAIN);
        assertThatThrownBy(() -> upgrade(step)).isInstanceOf(Interrupted.class);

        log.entry()
                .arrived("R0", STORM + 6 * HOUR, 9.0)
                .arrived("R9", STORM, 1.0)
                .end();
        Store between = drained(start());
        between.rollUpNow();
        assertThat(between.drain().lastError()).isNull();
        List<String> was = everything();
        assertThat(was).contains("(4,\"2023-10-20 00:00:00+00\",1,0,1,1,1,1,\"2023-10-20 00:00:00+00\",1)");
        stop();

        upgrade(0);
        assertThat(everything()).isEqualTo(was);
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "APACHE"})
    void shouldKeepTheAggregatesOfWhatWasDroppedBefore(Level before) throws Exception {
        long now = System.currentTimeMillis() / DAY * DAY;
        log.entry()
                .arrived("R", STORM, 2.0)
                .arrived("R", STORM + MINUTE, 4.0)
                .arrived("R", now, 1.0)
                .end();
        Store s = drained(start(at(before).with(new StoreSettings.Ages(14 * DAY, 400 * DAY, 0, 0))));
        s.keepUpNow();
        stop();
        assertThat(rows("select value from reading")).containsExactly("(1)");
        List<String> was = everything();
        assertThat(was)
                .hasSize(7
                        + 1
                        + 1
                        + 6
                        + rows("select 1 from information_schema.columns where table_schema = current_schema and table_name "
                                        + "in ('reading', 'reading_5min', 'reading_1h', 'reading_1d')")
                                .size());

        upgrade(0);
        assertThat(everything()).isEqualTo(was);

        log.entry()
                .arrived("R", STORM + 2 * MINUTE, 64.0)
                .arrived("R", now, 3.0)
                .end();
        Store after = drained(start());
        after.rollUpNow();
        assertThat(rows("select sum from reading_5min union all select sum from reading_1h union all "
                        + "select sum from reading_1d order by 1"))
                .containsExactly("(3)", "(3)", "(3)", "(6)", "(6)", "(6)");
        stop();
        upgrade(0);
        assertThat(rows("select sum from reading_1d order by 1")).containsExactly("(3)", "(6)");
    }
}
