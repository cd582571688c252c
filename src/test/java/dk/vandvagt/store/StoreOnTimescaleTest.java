package dk.vandvagt.store;

import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.quality.Flag;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoreOnTimescaleTest extends StoreContractTest {
    private static final String JOBS = "select job_id, (config ->> 'drop_after')::interval as drop_after, "
            + "(config ->> 'start_offset')::interval as start_offset, "
            + "(config ->> 'compress_after')::interval as compress_after from timescaledb_information.jobs j "
            + "left join timescaledb_information.continuous_aggregates c "
            + "on (j.hypertable_schema, j.hypertable_name) in ((c.view_schema, c.view_name), "
            + "(c.materialization_hypertable_schema, c.materialization_hypertable_name)) "
            + "where coalesce(c.view_schema, j.hypertable_schema) = current_schema ";

    @Override
    String serverUrl() {
        return TimescaleServer.url();
    }

    @Override
    Level level() {
        return Level.COMMUNITY;
    }

    @Override
    void runRetention() throws SQLException {
        run("policy_retention");
    }

    @Override
    void runRefreshes() throws SQLException {
        run("policy_refresh_continuous_aggregate");
    }

    @Override
    void takePoliciesAway() throws SQLException {
        execute(Sql.named("policy_retention_off").text());
        execute(Sql.named("policies_refresh_off").text());
    }

    @Test
    void shouldRefreshFromFurtherBackWhenMoreIsKeptLater() throws Exception {
        log.entry().arrived("R", System.currentTimeMillis() - HOUR, 1.0).end();
        Store s = drained(start(settings(10).with(new StoreSettings.Ages(14 * DAY, 400 * DAY, 0, 0))));
        s.keepUpNow();
        stop();
        Store more = start(settings(10).with(new StoreSettings.Ages(14 * DAY, 800 * DAY, 0, 0)));
        awaitUp(more);
        more.keepUpNow();
        // a hundred days go by
        execute("update raw_floor set dropped_before = dropped_before - interval '100 days'");
        more.keepUpNow();
        assertThat(rows("select extract(day from justify_hours(min(start_offset))) from (" + JOBS + ") j"))
                .containsExactly("(499)");
        assertThat(ages()).containsExactly("(19200:00:00,336:00:00,t)");
    }

    private void run(String policy) throws SQLException {
        for (String job :
                rows("select job_id from (" + JOBS + " and proc_name = '" + policy + "' order by job_id) j")) {
            execute("call run_job" + job);
        }
    }

    @Test
    void shouldMakeThePoliciesWhatTheSettingsSay() throws Exception {
        log.entry().arrived("R", STORM, 1.0).end();
        Store first = drained(start());
        first.keepUpNow();
        assertThat(ages()).containsExactly("(,336:00:00,)");
        first.close();

        Store keeping = drained(start(settings(10).with(new StoreSettings.Ages(20 * DAY, 400 * DAY, 0, 0))));
        log.entry().arrived("R", STORM + MINUTE, 1.0).end();
        drained(keeping).keepUpNow();
        keeping.keepUpNow();
        assertThat(ages()).containsExactly("(9600:00:00,480:00:00,t)");
        keeping.close();

        Store given = drained(start());
        log.entry().arrived("R", STORM + 2 * MINUTE, 1.0).end();
        drained(given).keepUpNow();
        assertThat(ages()).containsExactly("(,336:00:00,)");
    }

    /** drop_after, columnstore, and whether the refresh from raw begins above what is dropped. */
    private List<String> ages() throws SQLException {
        return rows("select max(drop_after), max(compress_after), min(start_offset) < max(drop_after) from (" + JOBS
                + ") j");
    }

    @Test
    void shouldSayWhichJobFailsAndWhy() throws Exception {
        log.entry().arrived("R", STORM, 1.0).end();
        Store s = drained(start());
        s.keepUpNow();
        assertThat(s.troubles()).isEmpty();
        String job = "(select min(job_id) from (" + JOBS + " and proc_name = 'policy_compression') j)";
        execute("insert into _timescaledb_internal.bgw_job_stat select " + job + ", now(), now(), now(), '-infinity', "
                + "false, 1, interval '0', interval '0', 0, 1, 0, 1, 0, 0");
        s.keepUpNow();
        assertThat(s.troubles())
                .singleElement()
                .asString()
                .contains("policy_compression")
                .contains("fails");
    }

    @Test
    void shouldCorrectAndReflagWhatLiesInTheColumnstore() throws Exception {
        VerdictLog.Entry entry = log.entry();
        for (int i = 0; i < 2_000; i++) {
            entry.arrived("R" + i % 2, STORM + i / 2 * MINUTE, 1.0);
        }
        entry.end();
        Store s = drained(start());
        execute("select compress_chunk(c) from show_chunks('reading') c");
        log.entry()
                .arrived("R0", STORM + 5 * MINUTE, 3.0)
                .arrived("R0", STORM + 6 * MINUTE, 1.0)
                .reflagged("R1", STORM + 5 * MINUTE, 1.0, Flag.SUSPECT, 4)
                .end();
        drained(s).rollUpNow();
        assertThat(rows("select count(*), sum(value), count(*) filter (where flag = 3) from reading"))
                .containsExactly("(2000,2002,1)");
        assertThat(rows("select count(*) from reading_version")).containsExactly("(2)");
        assertThat(rows("select sum(n), sum(sum) from reading_1d")).containsExactly("(2000,2002)");
        assertThat(s.drain().duplicates()).isEqualTo(1);
    }
}
