package dk.vandvagt.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dk.vandvagt.alert.SettledLetter;
import dk.vandvagt.alert.Subscription;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.config.Read;
import dk.vandvagt.config.SettingsReader;
import dk.vandvagt.quality.Flag;
import dk.vandvagt.quality.GaugeCheck;
import dk.vandvagt.quality.GaugeOffset;
import dk.vandvagt.shard.Exceedance;
import dk.vandvagt.shard.ExceedanceStatistics;
import dk.vandvagt.shard.Verdicts;
import dk.vandvagt.station.Catalogue;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the store promises on every level. */
abstract class StoreContractTest extends OnDatabase {
    @Test
    void shouldFindItsLevelAndKeepIt() throws Exception {
        Store first = start();
        await().until(first::isUp);
        assertThat(first.level()).contains(level());
        assertThat(rows("select level from store_level")).containsExactly("(" + level() + ")");

        Store again = restart();
        await().until(again::isUp);
        assertThat(again.level()).contains(level());
    }

    @Test
    void shouldStoreAReadingOnceHoweverOftenItComes() throws Exception {
        log.entry().arrived("ASS-W", STORM, 1.25, Flag.PASS, 0).end();
        Store s = drained(start());
        List<String> stored = rows("select * from reading");
        log.entry().arrived("ASS-W", STORM, 1.25, Flag.SUSPECT, 4).end();
        log.entry().arrived("ASS-W", STORM, 1.25).arrived("ASS-W", STORM, 1.25).end();
        drained(s);

        assertThat(rows("select * from reading")).isEqualTo(stored);
        assertThat(rows("select * from reading_version")).isEmpty();
        assertThat(s.drain())
                .extracting(DrainCounts::inserted, DrainCounts::duplicates, DrainCounts::corrections)
                .containsExactly(1L, 3L, 0L);
    }

    @Test
    void shouldKeepWhatACorrectionReplaced() throws Exception {
        log.entry()
                .receivedAt(STORM + 1_000)
                .arrived("ASS-W", STORM, 1.25, Flag.NOT_EVALUATED, 0)
                .end();
        Store s = drained(start());
        List<String> first = rows("select stored_at from reading");
        log.entry()
                .receivedAt(STORM + 2_000)
                .arrived("ASS-W", STORM, 1.5, Flag.SUSPECT, 4)
                .end();
        drained(s);
        log.entry()
                .receivedAt(STORM + 3_000)
                .reflagged("ASS-W", STORM, 1.5, Flag.PASS, 0)
                .end();
        drained(s);

        assertThat(rows("select value, flag, test, received_at from reading"))
                .containsExactly("(1.5,1,0,\"2023-10-20 00:00:02+00\")");
        assertThat(rows("select value, flag, test, received_at from reading_version order by version_id"))
                .containsExactly("(1.25,2,0,\"2023-10-20 00:00:01+00\")", "(1.5,3,4,\"2023-10-20 00:00:02+00\")");
        assertThat(rows("select known_from from reading_version order by version_id limit 1"))
                .isEqualTo(first);
        assertThat(rows("select v.known_to = w.known_from and w.known_to = r.stored_at from reading_version v, "
                        + "reading_version w, reading r where v.version_id < w.version_id"))
                .containsExactly("(t)");
        assertThat(s.drain())
                .extracting(DrainCounts::corrections, DrainCounts::reflags)
                .containsExactly(1L, 1L);

        assertThat(s.queries().readingsKnownAt(STORM + 999, true).get()).isEmpty();
        assertThat(s.queries().readingsKnownAt(STORM + 1_500, true).get())
                .containsExactly(new KnownReading("ASS-W", STORM, STORM + 1_000, 1.25, Flag.NOT_EVALUATED, 0));
        // it got its flag after it was stored, which was later than any of these
        assertThat(s.queries().readingsKnownAt(STORM + 2_500, true).get())
                .containsExactly(new KnownReading("ASS-W", STORM, STORM + 2_000, 1.5, Flag.SUSPECT, 4));
        assertThat(s.queries()
                        .readingsKnownAt(System.currentTimeMillis() + 60_000, true)
                        .get())
                .containsExactly(new KnownReading("ASS-W", STORM, STORM + 2_000, 1.5, Flag.PASS, 0));
        assertThat(s.queries().readingsKnownAt(STORM, false).get())
                .extracting(KnownReading::flag)
                .containsExactly((int) Flag.PASS);
        assertThat(s.queries().readingsKnownAt(STORM - 1, false).get()).isEmpty();
    }

    @Test
    void shouldHoldAMissingValueAsNullAndKnowItAgain() throws Exception {
        log.entry().arrived("ASS-W", STORM, Double.NaN, Flag.MISSING, 1).end();
        Store s = drained(start());
        log.entry().arrived("ASS-W", STORM, Double.NaN, Flag.MISSING, 1).end();
        drained(s);
        assertThat(rows("select value is null, flag from reading")).containsExactly("(t,9)");
        log.entry().arrived("ASS-W", STORM, 0.5).end();
        drained(s);
        assertThat(rows("select value, flag from reading")).containsExactly("(0.5,1)");
        assertThat(rows("select value is null, flag from reading_version")).containsExactly("(t,9)");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldEndAsIfDoneOneByOneWhereverTheBatchesAreCut(long seed) throws Exception {
        Random random = new Random(seed);
        Model model = new Model();
        while (log.next() < 200) {
            Verdicts verdicts = randomEntry(random).end();
            model.take(verdicts);
        }
        start(settings(1 + random.nextInt(150)));
        drained(requireStore());
        model.assertStored(this, seed);

        // the position lost, or set back: all or a part of it is drained again
        List<String> before = everything();
        stop();
        int back = random.nextInt(200);
        execute(back < 50 ? "delete from drain" : "update drain set sequence = " + back);
        log.entry().end();
        start(settings(1 + random.nextInt(150)));
        drained(requireStore());
        assertThat(everything())
                .as("seed %d, drained again from %d", seed, back)
                .isEqualTo(before);

        // and what comes after is taken as ever
        for (int i = 0; i < 50; i++) {
            model.take(randomEntry(random).end());
        }
        drained(requireStore());
        model.assertStored(this, seed);
    }

    private List<String> everything() throws SQLException {
        List<String> all = new ArrayList<>(rows("select * from reading order by sensor_id, observed_at"));
        all.addAll(rows("select * from reading_version order by version_id"));
        all.addAll(rows("select * from sensor order by sensor_id"));
        return all;
    }

    private VerdictLog.Entry randomEntry(Random random) {
        VerdictLog.Entry entry = log.entry();
        double[] values = {0, -0.0, 0.5, 1.25, Double.NaN};
        byte[] flags = {Flag.PASS, Flag.NOT_EVALUATED, Flag.SUSPECT, Flag.FAIL};
        boolean forwardOnly = random.nextInt(3) == 0;
        for (int i = random.nextInt(12); i > 0; i--) {
            String sensor = "S" + random.nextInt(4);
            long at = STORM + (forwardOnly ? 10_000L + log.next() * 20 + 20 - i : random.nextInt(12)) * MINUTE;
            double value = values[random.nextInt(values.length)];
            byte flag = flags[random.nextInt(flags.length)];
            if (forwardOnly || random.nextInt(4) > 0) {
                entry.arrived(sensor, at, value, flag, random.nextInt(3));
            } else {
                entry.reflagged(sensor, at, value, flag, random.nextInt(3));
            }
        }
        return entry;
    }

    /** What the contract of {@link Verdicts} says, one observation after another. */
    private static final class Model {
        record Row(double value, int flag, int test, long receivedAtMs) {}

        final Map<String, Row> present = new TreeMap<>();
        final Map<String, List<Row>> versions = new TreeMap<>();

        void take(Verdicts v) {
            for (int i = 0; i < v.size(); i++) {
                String key = v.sensorId()[i] + " " + v.observedAtMs()[i];
                double value = v.value()[i] == 0 ? 0.0 : v.value()[i];
                Row row = present.get(key);
                Row next;
                if (v.kind()[i] == Verdicts.REFLAGGED) {
                    if (row == null) {
                        continue;
                    }
                    next = new Row(row.value, v.flag()[i], v.test()[i], row.receivedAtMs);
                } else if (row != null && Double.compare(row.value, value) == 0) {
                    continue;
                } else {
                    next = new Row(value, v.flag()[i], v.test()[i], v.receivedAtMs());
                }
                if (next.equals(row)) {
                    continue;
                }
                if (row != null) {
                    versions.computeIfAbsent(key, k -> new ArrayList<>()).add(row);
                }
                present.put(key, next);
            }
        }

        void assertStored(StoreContractTest test, long seed) throws SQLException {
            Map<String, Row> stored = new TreeMap<>();
            test.read("reading", "stored_at", (key, row) -> stored.put(key, row));
            Map<String, List<Row>> storedVersions = new TreeMap<>();
            test.read(
                    "reading_version",
                    "version_id",
                    (key, row) -> storedVersions
                            .computeIfAbsent(key, k -> new ArrayList<>())
                            .add(row));
            assertThat(stored).as("present, seed %d", seed).isEqualTo(present);
            assertThat(storedVersions).as("versions, seed %d", seed).isEqualTo(versions);
        }
    }

    private interface Taker {
        void take(String key, Model.Row row);
    }

    private void read(String table, String order, Taker taker) throws SQLException {
        String query = "select id, (extract(epoch from observed_at) * 1000)::bigint as at, value, flag, test, "
                + "(extract(epoch from received_at) * 1000)::bigint as received from " + table
                + " join sensor using (sensor_id) order by " + order;
        try (Connection connection = DriverManager.getConnection(url(), "postgres", "postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                double value = row.getDouble("value");
                value = row.wasNull() ? Double.NaN : value == 0 ? 0.0 : value;
                taker.take(
                        row.getString("id") + " " + row.getLong("at"),
                        new Model.Row(value, row.getInt("flag"), row.getInt("test"), row.getLong("received")));
            }
        }
    }

    @Test
    void shouldKeepAggregatesExactThroughLateReadingsAndCorrections() throws Exception {
        long seed = 20231020;
        Random random = new Random(seed);
        Store s = start();
        Map<String, double[]> model = new LinkedHashMap<>();
        // over the night in which Danish clocks go back an hour, 2023-10-29T01:00Z
        long from = Instant.parse("2023-10-28T20:00:00Z").toEpochMilli();
        for (int round = 0; round < 3; round++) {
            for (int batch = 0; batch < 10; batch++) {
                VerdictLog.Entry entry = log.entry();
                for (int i = 0; i < 60; i++) {
                    String sensor = "R" + random.nextInt(3);
                    long at = from + random.nextInt(30 * 60 / 2) * 2 * MINUTE;
                    byte flag = new byte[] {Flag.PASS, Flag.NOT_EVALUATED, Flag.SUSPECT, Flag.FAIL}[random.nextInt(4)];
                    double value = random.nextInt(20) == 0 ? Double.NaN : random.nextInt(40) / 8.0;
                    double[] before = model.get(sensor + " " + at);
                    if (before != null && Double.compare(before[0], value) == 0) {
                        continue;
                    }
                    entry.arrived(sensor, at, value, flag, 0);
                    model.put(sensor + " " + at, new double[] {value, flag});
                }
                entry.end();
                if (random.nextBoolean()) {
                    drained(s).rollUpNow();
                }
            }
            drained(s).rollUpNow();
            for (int sensor = 0; sensor < 3; sensor++) {
                String id = "R" + sensor;
                assertBuckets(s, id, from - 2 * DAY, from + 4 * DAY, HOUR, model, seed);
                assertBuckets(s, id, from - 2 * DAY, from + 4 * DAY, DAY, model, seed);
                assertBuckets(s, id, from - 2 * DAY, from + 4 * DAY, 3 * HOUR, model, seed);
                assertBuckets(s, id, from - 2 * DAY, from + 4 * DAY, 30 * MINUTE, model, seed);
                assertBuckets(s, id, from - 2 * DAY, from + 4 * DAY, 5 * MINUTE, model, seed);
            }
        }
        assertThat(rows("select bucket from reading_1d group by bucket order by bucket"))
                .containsExactly(
                        "(\"2023-10-28 00:00:00+00\")", "(\"2023-10-29 00:00:00+00\")", "(\"2023-10-30 00:00:00+00\")");
    }

    @Test
    void shouldCarryALateReadingACorrectionAndAnotherFlagThroughAllThreeAggregates() throws Exception {
        long old = STORM - 900 * DAY;
        log.entry()
                .arrived("R", old, 1.0)
                .arrived("R", STORM, 2.0)
                .arrived("R", STORM + 2 * MINUTE, 4.0)
                .end();
        Store s = drained(start());
        s.rollUpNow();
        assertThat(allThree("bucket >= '2023-01-01'")).containsExactly("(2,0,6,2,4,4,1)");

        log.entry().arrived("R", STORM + MINUTE, 8.0).end();
        drained(s).rollUpNow();
        assertThat(allThree("bucket >= '2023-01-01'")).as("late").containsExactly("(3,0,14,2,8,4,1)");

        log.entry().arrived("R", STORM + MINUTE, 1.0).end();
        drained(s).rollUpNow();
        assertThat(allThree("bucket >= '2023-01-01'")).as("corrected").containsExactly("(3,0,7,1,4,4,1)");

        log.entry().reflagged("R", STORM + 2 * MINUTE, 4.0, Flag.FAIL, 4).end();
        drained(s).rollUpNow();
        assertThat(allThree("bucket >= '2023-01-01'")).as("another flag").containsExactly("(2,1,3,1,2,1,4)");

        log.entry().arrived("R", old, 16.0).end();
        drained(s).rollUpNow();
        assertThat(allThree("bucket < '2023-01-01'"))
                .as("corrected after years")
                .containsExactly("(1,0,16,16,16,16,1)");
        assertThat(allThree("bucket >= '2023-01-01'")).as("the rest").containsExactly("(2,1,3,1,2,1,4)");
    }

    @Test
    void shouldKeepAggregatesOfReadingsDroppedAndOfLateOnesOlderStill() throws Exception {
        long now = System.currentTimeMillis() / DAY * DAY;
        log.entry()
                .arrived("R", STORM, 2.0)
                .arrived("R", STORM + MINUTE, 4.0)
                .arrived("R", now, 1.0)
                .end();
        StoreSettings keeping = settings(10_000).with(new StoreSettings.Ages(14 * DAY, 400 * DAY, 0, 0));
        Store s = drained(start(keeping));
        s.keepUpNow();
        runRetention();
        assertThat(rows("select value from reading")).as("raw").containsExactly("(1)");
        assertThat(allThree("bucket < '2024-01-01'")).as("kept").containsExactly("(2,0,6,2,4,4,1)");

        log.entry()
                .arrived("R", STORM + 2 * MINUTE, 64.0)
                .arrived("R", now + MINUTE, 3.0)
                .end();
        drained(s).rollUpNow();
        runRefreshes();
        s.keepUpNow();
        runRetention();
        s.rollUpNow();
        assertThat(allThree("bucket < '2024-01-01'"))
                .as("older than what is kept")
                .containsExactly("(2,0,6,2,4,4,1)");
        assertThat(allThree("bucket > '2024-01-01'")).as("recent").containsExactly("(2,0,4,1,3,3,1)");

        // nor when retention is given up again
        s.close();
        Store all = drained(start());
        log.entry().arrived("R", STORM + 3 * MINUTE, 64.0).end();
        drained(all).keepUpNow();
        runRefreshes();
        all.rollUpNow();
        assertThat(allThree("bucket < '2024-01-01'")).as("given up").containsExactly("(2,0,6,2,4,4,1)");
        assertThat(all.troubles()).isEmpty();
    }

    @Test
    void shouldFinishARetentionThatWasInterrupted() throws Exception {
        long now = System.currentTimeMillis() / DAY * DAY;
        log.entry()
                .arrived("R", STORM, 2.0)
                .arrived("R", STORM + MINUTE, 4.0)
                .arrived("R", now, 1.0)
                .end();
        Store s = drained(start());
        s.keepUpNow();
        s.rollUpNow();
        // the floor has risen, nothing is dropped yet, and policies taken away are not back
        execute("update raw_floor set dropped_before = date_trunc('day', now() - interval '400 days', 'UTC')");
        takePoliciesAway();
        log.entry().arrived("R", STORM + MINUTE, 64.0).end();
        drained(s);
        stop();

        Store again = start(settings(10_000).with(new StoreSettings.Ages(14 * DAY, 400 * DAY, 0, 0)));
        awaitUp(again);
        again.keepUpNow();
        runRetention();
        again.rollUpNow();
        assertThat(rows("select value from reading")).as("raw").containsExactly("(1)");
        assertThat(allThree("bucket < '2024-01-01'")).as("kept").containsExactly("(2,0,6,2,4,4,1)");
        assertThat(allThree("bucket > '2024-01-01'")).as("recent").containsExactly("(1,0,1,1,1,1,1)");
    }

    @Test
    void shouldDropWhatWasReplacedLongAgoAndNothingElse() throws Exception {
        log.entry().arrived("R", STORM, 1.0).arrived("R", STORM + MINUTE, 1.0).end();
        Store s = drained(start(settings(10_000).with(new StoreSettings.Ages(14 * DAY, 0, 40 * DAY, 0))));
        log.entry().arrived("R", STORM, 2.0).arrived("R", STORM + MINUTE, 2.0).end();
        drained(s);
        execute("update reading_version set known_to = now() - interval '41 days' where observed_at = "
                + "(select min(observed_at) from reading)");
        s.keepUpNow();
        assertThat(rows("select observed_at > (select min(observed_at) from reading) from reading_version"))
                .containsExactly("(t)");
        assertThat(rows("select value from reading")).containsExactly("(2)", "(2)");
    }

    @Test
    void shouldGatherABatchForAsLongAsItMay() throws Exception {
        Store s = start(settings(10_000).withBatches(20, 60_000));
        awaitUp(s);
        for (int i = 0; i < 20; i++) {
            log.entry().arrived("R", STORM + i * MINUTE, 1.0).end();
        }
        drained(s);
        assertThat(s.drain().batches())
                .as("full long before the minute is over")
                .isEqualTo(1);
        stop();

        Store hasty = start(settings(10_000).withBatches(20, 1));
        log.entry().arrived("R", STORM + DAY, 1.0).end();
        drained(hasty);
        assertThat(hasty.drain().batches()).isEqualTo(1);
    }

    void takePoliciesAway() throws SQLException {}

    /** The database's own jobs where it has them; this server runs none by itself. */
    void runRetention() throws SQLException {}

    void runRefreshes() throws SQLException {}

    /** What 5 minutes, hour and day say where they hold the same readings: one row when they agree. */
    private List<String> allThree(String where) throws SQLException {
        String columns = "select n, n_failed, sum, min, max, last_value, worst_flag from reading_%s where " + where;
        return rows(
                columns.formatted("5min") + " union " + columns.formatted("1h") + " union " + columns.formatted("1d"));
    }

    private static void assertBuckets(
            Store s, String sensor, long from, long to, long step, Map<String, double[]> model, long seed)
            throws Exception {
        Map<Long, Series.Bucket> expected = new TreeMap<>();
        model.forEach((key, reading) -> {
            String[] parts = key.split(" ");
            long at = Long.parseLong(parts[1]);
            if (parts[0].equals(sensor)) {
                expected.merge(
                        Math.floorDiv(at, step) * step,
                        bucketOf(Math.floorDiv(at, step) * step, at, reading[0], (byte) reading[1]),
                        StoreContractTest::merge);
            }
        });
        Series series = s.queries().series(sensor, from, to, step).get();
        assertThat(series).isInstanceOfSatisfying(Series.Buckets.class, buckets -> {
            assertThat(buckets.stepMs()).isEqualTo(step);
            assertThat(buckets.buckets())
                    .as("%s by %d ms, seed %d", sensor, step, seed)
                    .isEqualTo(List.copyOf(expected.values()));
        });
    }

    private static Series.Bucket bucketOf(long bucket, long at, double v, byte flag) {
        if (flag == Flag.FAIL) {
            return new Series.Bucket(bucket, 0, 1, Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0, flag);
        }
        return Double.isNaN(v)
                ? new Series.Bucket(bucket, 0, 0, v, v, v, v, 0, flag)
                : new Series.Bucket(bucket, 1, 0, v, v, v, v, at, flag);
    }

    /** Values are eighths, so sums are exact in any order. */
    private static Series.Bucket merge(Series.Bucket a, Series.Bucket b) {
        Series.Bucket good = a.n() == 0 ? b : a;
        Series.Bucket later = a.lastAtMs() >= b.lastAtMs() ? a : b;
        boolean both = a.n() > 0 && b.n() > 0;
        return new Series.Bucket(
                a.bucketAtMs(),
                a.n() + b.n(),
                a.failed() + b.failed(),
                both ? a.sum() + b.sum() : good.sum(),
                both ? Math.min(a.min(), b.min()) : good.min(),
                both ? Math.max(a.max(), b.max()) : good.max(),
                later.last(),
                later.lastAtMs(),
                Flag.rollUp((byte) a.worstFlag(), (byte) b.worstFlag()));
    }

    @Test
    void shouldQuarantineWhatTheDatabaseRefusesAndStoreTheRest() throws Exception {
        VerdictLog.Entry entry = log.entry();
        for (int i = 0; i < 300; i++) {
            if (i == 17) {
                entry.arrived("ASS-W", Long.MAX_VALUE, 1.0);
            }
            if (i == 200) {
                entry.arrived("ASS-W\0", STORM, 1.0);
            }
            if (i == 201) {
                entry.arrived("ASS-W", STORM - MINUTE, 1.0, 7, 0);
            }
            entry.arrived("ASS-W", STORM + i * MINUTE, 1.0);
        }
        entry.told(exceedance("yellow", STORM, 0, 1.1));
        entry.told(exceedance("yel\0low", STORM, 0, 1.1));
        entry.told(transition("a", 0, Transition.Kind.RAISED, 1, "by \0"));
        entry.told(transition("a", 1, Transition.Kind.CLEARED, 0, null));
        entry.end();
        Store s = drained(start());
        log.entry().arrived("ASS-W", STORM + DAY, 2.0).end();
        drained(s);

        assertThat(rows("select count(*), max(value) from reading")).containsExactly("(301,2)");
        assertThat(rows("select kind, ordinal, sqlstate from quarantine order by kind, ordinal"))
                .containsExactly(
                        "(exceedance,1,22021)",
                        "(observation,17,22008)",
                        "(observation,201,22021)",
                        "(observation,203,23514)",
                        "(transition,0,22P05)");
        assertThat(s.drain().quarantined()).isEqualTo(5);
        assertThat(s.drain().inserted()).isEqualTo(301);
        assertThat(s.drain().up()).isTrue();
        assertThat(s.queries().quarantined(10).get()).hasSize(5).anySatisfy(q -> {
            assertThat(q.sensorId()).isEqualTo("ASS-W\u2400");
            assertThat(q.record()).contains("observedAtMs=" + STORM);
            assertThat(q.reason()).contains("0x00");
        });
        assertThat(rows("select threshold from exceedance")).containsExactly("(yellow)");
        assertThat(rows("select number from transition")).containsExactly("(1)");
    }

    @Test
    void shouldEndAnExceedanceOnceAndNotReopenIt() throws Exception {
        Exceedance began = exceedance("yellow", STORM, 0, 1.1);
        Exceedance ended = exceedance("yellow", STORM, STORM + 5 * HOUR, 1.6);
        Exceedance lasting = exceedance("orange", STORM + HOUR, 0, 1.6);
        log.entry().told(began).told(lasting).end();
        Store s = drained(start());
        assertThat(s.queries().exceedances(any(10)).get()).containsExactly(lasting, began);
        log.entry().told(ended).end();
        log.entry().told(began).end();
        drained(s);

        assertThat(s.queries().exceedances(any(10)).get()).containsExactly(lasting, ended);
        assertThat(s.queries().exceedances(any(1)).get()).containsExactly(lasting);
        assertThat(s.queries()
                        .exceedances(new ExceedanceFilter(RUN, null, "ASS-W", null, STORM + 6 * HOUR, null, 10))
                        .get())
                .containsExactly(lasting);
        assertThat(s.queries()
                        .exceedances(new ExceedanceFilter(null, null, null, null, null, STORM + HOUR, 10))
                        .get())
                .containsExactly(ended);
        assertThat(s.queries()
                        .exceedances(new ExceedanceFilter(null, null, "elsewhere", null, null, null, 10))
                        .get())
                .isEmpty();
    }

    @Test
    void shouldAddUpWhatEachThresholdCameToWithoutFalseRaises() throws Exception {
        log.entry()
                .told(exceedance("yellow", STORM, STORM + 5 * HOUR, 1.6))
                .told(exceedance("yellow", STORM + 10 * HOUR, STORM + 11 * HOUR, 1.2))
                .told(failed(exceedance("yellow", STORM + 20 * HOUR, STORM + 29 * HOUR, 7.5)))
                .told(exceedance("orange", STORM + HOUR, 0, 1.7))
                .end();
        Store s = drained(start());
        List<ExceedanceStatistics> all =
                s.queries().exceedanceStatistics(any(10), STORM + 4 * HOUR).get();
        assertThat(all).extracting(ExceedanceStatistics::threshold).containsExactlyInAnyOrder("yellow", "orange");
        ExceedanceStatistics yellow = statistics(all, "yellow");
        assertThat(yellow.count()).isEqualTo(2);
        assertThat(yellow.falseRaises()).isEqualTo(1);
        assertThat(yellow.lasting()).isZero();
        assertThat(yellow.totalMs()).isEqualTo(6 * HOUR);
        assertThat(yellow.longestMs()).isEqualTo(5 * HOUR);
        assertThat(yellow.peak()).isEqualTo(1.6);
        assertThat(yellow.firstBeganAtMs()).isEqualTo(STORM);
        assertThat(yellow.lastBeganAtMs()).isEqualTo(STORM + 10 * HOUR);
        ExceedanceStatistics orange = statistics(all, "orange");
        assertThat(orange.lasting()).isEqualTo(1);
        assertThat(orange.totalMs()).as("so far").isEqualTo(3 * HOUR);
        int severity = orange.severity() + 1;
        assertThat(s.queries()
                        .exceedanceStatistics(new ExceedanceFilter(RUN, null, null, severity, null, null, 1), STORM)
                        .get())
                .isEmpty();
        assertThat(s.queries()
                        .exceedances(new ExceedanceFilter(RUN, null, null, severity, null, null, 10))
                        .get())
                .isEmpty();
    }

    private static ExceedanceStatistics statistics(List<ExceedanceStatistics> all, String threshold) {
        return all.stream()
                .filter(each -> each.threshold().equals(threshold))
                .findAny()
                .orElseThrow();
    }

    private static ExceedanceFilter any(int limit) {
        return new ExceedanceFilter(null, null, null, null, null, null, limit);
    }

    @Test
    void shouldKnowAnAcknowledgementUntilItGotWorse() throws Exception {
        Transition seen = transition("a", 1, Transition.Kind.ACKNOWLEDGED, 1, null);
        Transition worse = transition("a", 2, Transition.Kind.ESCALATED, 2, null);
        Transition seenAnew = transition("b", 3, Transition.Kind.ACKNOWLEDGED, 2, null);
        for (String alert : List.of("a", "b")) {
            log.entry()
                    .told(transition(alert, 0, Transition.Kind.RAISED, 1, null))
                    .told(transition(alert, 1, Transition.Kind.ACKNOWLEDGED, 1, null))
                    .told(transition(alert, 2, Transition.Kind.ESCALATED, 2, null))
                    .end();
        }
        log.entry()
                .told(seenAnew)
                .told(transition("a", 4, Transition.Kind.CLEARED, 0, null))
                .told(transition("b", 4, Transition.Kind.CLEARED, 0, null))
                .end();
        Store s = drained(start());

        assertThat(acknowledgedAt(s, seen)).containsExactlyInAnyOrder(seen.atMs(), seen.atMs());
        assertThat(acknowledgedAt(s, worse)).containsExactly(0L, 0L);
        assertThat(acknowledgedAt(s, seenAnew)).containsExactlyInAnyOrder(0L, seenAnew.atMs());
        assertThat(s.queries().pastAlerts(past(RUN, null, null)).get())
                .extracting(PastAlert::acknowledgedAtMs)
                .containsExactlyInAnyOrder(0L, seenAnew.atMs());
        assertThat(acknowledgedInGrafana(seen)).isEqualTo("a seen, b seen");
        assertThat(acknowledgedInGrafana(worse)).isEqualTo("a, b");
        assertThat(acknowledgedInGrafana(seenAnew)).isEqualTo("a, b seen");
    }

    private String acknowledgedInGrafana(Transition then) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(), "postgres", "postgres");
                PreparedStatement statement = connection.prepareStatement(
                        "select string_agg(alert_id || case when acknowledged_by is null then '' else"
                                + " ' seen' end, ', ' order by alert_id) from alerts_at(?, to_timestamp(? / 1000.0))")) {
            statement.setString(1, RUN);
            statement.setLong(2, then.clockMs());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }

    @Test
    void shouldKnowASensorSilentUntilItIsHeardAgain() throws Exception {
        List<Transition> steps = List.of(
                // the hold of an implausible step ran out: nobody is silent
                transition("a", 0, Transition.Kind.RAISED, 1, null, true, null),
                transition("a", 1, Transition.Kind.STALE, 1, null),
                transition("a", 2, Transition.Kind.ACKNOWLEDGED, 1, null),
                transition("a", 3, Transition.Kind.BACK, 1, null),
                transition("a", 4, Transition.Kind.STALE, 1, null),
                transition("a", 5, Transition.Kind.UNSHELVED, 1, null, true, null),
                transition("a", 6, Transition.Kind.OUT_OF_SERVICE, 1, null),
                // heard meanwhile
                transition("a", 7, Transition.Kind.RAISED, 1, null, false, Transition.Cause.IN_SERVICE),
                transition("a", 8, Transition.Kind.ESCALATED, 2, null),
                transition("a", 9, Transition.Kind.OUT_OF_SERVICE, 2, null),
                transition("a", 10, Transition.Kind.RAISED, 2, null, true, Transition.Cause.IN_SERVICE));
        VerdictLog.Entry entry = log.entry();
        steps.forEach(entry::told);
        entry.end();
        Store s = drained(start());

        List<Integer> silentAfter = new ArrayList<>();
        for (Transition then : steps) {
            PastAlert known = s.queries()
                    .alertsKnownAt(RUN, then.clockMs(), then.atMs(), 10)
                    .get()
                    .getFirst();
            if (known.silent()) {
                silentAfter.add(then.number());
            }
        }
        assertThat(silentAfter).containsExactly(1, 2, 4, 5, 6, 10);
    }

    private static List<Long> acknowledgedAt(Store s, Transition then) throws Exception {
        return s.queries().alertsKnownAt(RUN, then.clockMs(), then.atMs(), 10).get().stream()
                .map(PastAlert::acknowledgedAtMs)
                .toList();
    }

    @Test
    void shouldGiveTransitionsBackAsTheyWere() throws Exception {
        Transition raised = transition("a", 0, Transition.Kind.RAISED, 1, null);
        Transition stale = transition("a", 1, Transition.Kind.STALE, 1, null);
        Transition cleared = transition("a", 2, Transition.Kind.CLEARED, 0, "noted \u00e5 \"quoted\"");
        Transition standing = transition("b", 0, Transition.Kind.RAISED, 2, null);
        log.entry().told(raised).told(stale).end();
        log.entry().told(raised).told(cleared).told(standing).end();
        Store s = drained(start());

        assertThat(s.queries().transitions("a").get()).containsExactly(raised, stale, cleared);
        assertThat(s.queries().transitions("nobody").get()).isEmpty();
        assertThat(s.queries().pastAlerts(past(RUN, null, null)).get())
                .singleElement()
                .satisfies(past -> {
                    assertThat(past.last()).isEqualTo(cleared);
                    assertThat(past.highestSeverity()).isEqualTo(1);
                    assertThat(past.acknowledgedBy()).isNull();
                });
        assertThat(s.queries()
                        .alertsKnownAt(RUN, raised.clockMs(), raised.atMs(), 10)
                        .get())
                .as("it stood then")
                .extracting(PastAlert::last)
                .contains(raised);
        assertThat(s.queries().alertsKnownAt(RUN, raised.clockMs() - 1, 0, 10).get())
                .as("nobody knew yet")
                .isEmpty();
        assertThat(s.queries()
                        .alertsKnownAt(RUN, cleared.clockMs(), cleared.atMs(), 10)
                        .get())
                .as("it had ended lately")
                .extracting(PastAlert::last)
                .contains(cleared)
                .doesNotContain(raised);
        assertThat(s.queries()
                        .alertsKnownAt(RUN, cleared.clockMs(), cleared.atMs() + 1, 10)
                        .get())
                .extracting(PastAlert::last)
                .doesNotContain(cleared);
        for (long asOfMs : new long[] {cleared.clockMs() - 1, cleared.clockMs()}) {
            assertThat(s.queries()
                            .pastAlerts(new PastAlertFilter(RUN, null, null, null, null, asOfMs, 10))
                            .get())
                    .as("its end was decided at " + cleared.clockMs() + ", asked at " + asOfMs)
                    .hasSize(asOfMs < cleared.clockMs() ? 0 : 1);
        }
        assertThat(s.queries().pastAlerts(past("another run", null, null)).get())
                .isEmpty();
        assertThat(s.queries().pastAlerts(past(null, cleared.atMs() + 1, null)).get())
                .isEmpty();
        assertThat(s.queries().pastAlerts(past(null, null, raised.atMs())).get())
                .isEmpty();
        assertThat(s.queries()
                        .pastAlerts(past(null, cleared.atMs(), raised.atMs() + 1))
                        .get())
                .as("it lasted at some instant of that")
                .hasSize(1);
    }

    @Test
    void shouldKeepChecksOnceHoweverOftenTheyAreTold() throws Exception {
        Store s = start();
        awaitUp(s);
        GaugeCheck check = new GaugeCheck(1, "ASS-HAVN-W", STORM, 1.2, "Anna", "rolig", STORM + 60_000);
        GaugeOffset offset = new GaugeOffset(GaugeOffset.How.NEAREST, 1.25, STORM - 120_000, 0.05);
        s.keep("log-1", List.of(new StoredCheck(check, null)));
        assertThat(rows("select number, sensor, level_m, read_by, note, how, offset_m from gauge_check"))
                .containsExactly("(1,ASS-HAVN-W,1.2,Anna,rolig,,)");
        s.keep(
                "log-1",
                List.of(
                        new StoredCheck(check, offset),
                        new StoredCheck(
                                new GaugeCheck(2, "ASS-HAVN-W", STORM, 1.2, "Bo", "", STORM), GaugeOffset.MISSING)));
        s.keep("log-1", List.of(new StoredCheck(check, null)));
        s.keep("log-2", List.of(new StoredCheck(check, null)));
        assertThat(rows("select log_id, number, how, recorded_m, offset_m, reading_at is null from gauge_check"
                        + " order by log_id, number"))
                .containsExactly("(log-1,1,NEAREST,1.25,0.05,f)", "(log-1,2,MISSING,,,t)", "(log-2,1,,,,t)");
    }

    private static Catalogue settings(String stations) {
        Read read = SettingsReader.read("""
                version: 1
                place: {id: here, name: Here}
                stations:
                """ + stations, "here.yml", null);
        assertThat(read).isInstanceOf(Read.Good.class);
        return ((Read.Good) read).catalogue();
    }

    private static String station(String id, String zeros) {
        return """
                  - id: %1$s
                    name: %1$s by
                    lon: 9.89
                    lat: 55.27
                    datum: DVR90
                    gaugeZero: %2$s
                    sensors:
                      - id: %1$s-W
                        parameter: level
                        unit: cm
                        interval: 10min
                        thresholds:
                          - {name: quays, title: {da: Kaj, en: Quay}, severity: yellow, kind: level, raiseAt: 1.00,
                             clearBelow: 0.95, datum: DVR90}
                """.formatted(id, zeros);
    }

    @Test
    void shouldHoldWhatTheSettingsOfEachRunSayAndNothingOfWhatTheySaidBefore() throws Exception {
        Store s = start();
        awaitUp(s);
        Catalogue first = settings(station("A", "0.10") + station("B", "0.20"));
        s.keepCatalogue(RUN, false, first);
        s.keepCatalogue("demo", true, first);
        assertThat(rows("select * from catalogue_threshold where run_id = 'demo'"))
                .containsExactly(
                        "(demo,A-W,quays,Quay,1,LEVEL,RISING,00:00:00,1,0.95,m)",
                        "(demo,B-W,quays,Quay,1,LEVEL,RISING,00:00:00,1,0.95,m)");

        s.keepCatalogue(
                RUN, false, settings(station("B", "[{from: 2020-01-01, zero: 0.20}, {from: 2023-11-01, zero: 0.35}]")));
        assertThat(rows("select run_id, exercise from catalogue order by run_id"))
                .containsExactly("(demo,t)", "(" + RUN + ",f)");
        assertThat(rows("select run_id, id, name, lon, lat, datum from catalogue_station order by run_id, id"))
                .containsExactly(
                        "(demo,A,\"A by\",9.89,55.27,DVR90)",
                        "(demo,B,\"B by\",9.89,55.27,DVR90)",
                        "(" + RUN + ",B,\"B by\",9.89,55.27,DVR90)");
        assertThat(rows("select id, parameter, unit, report_every from catalogue_sensor where run_id = '" + RUN + "'"))
                .containsExactly("(B-W,LEVEL,m,00:10:00)");

        log.entry()
                .arrived("B-W", STORM, 1.5)
                .arrived("B-W", STORM + 60 * DAY, 1.5)
                .end();
        drained(s);
        assertThat(rows("select gauge_zero_m('" + RUN + "', 'B', timestamptz '2019-01-01'), "
                        + "gauge_zero_m('" + RUN + "', 'B', timestamptz '2023-10-20'), "
                        + "gauge_zero_m('" + RUN + "', 'B', timestamptz '2024-01-01'), "
                        + "gauge_zero_m('" + RUN + "', 'none', timestamptz '2024-01-01')"))
                .containsExactly("(0.2,0.2,0.35,0)");
        assertThat(rows("select sensor, value, stale from sensors_at('" + RUN + "', timestamptz '2023-10-20 00:10Z')"))
                .containsExactly("(B-W,1.7,f)");
        assertThat(rows("select sensor, value, stale from sensors_at('" + RUN + "', timestamptz '2024-10-20 00:10Z')"))
                .containsExactly("(B-W,1.85,t)");
        assertThat(rows("select sensor, value from sensors_at('" + RUN + "', timestamptz '2023-10-19 00:10Z')"))
                .containsExactly("(B-W,)");
    }

    private static SettledLetter letter(int number, int subscriber, boolean arrived, long settledAtMs) {
        return new SettledLetter(
                subscriber + "-a-0-" + number,
                subscriber,
                Subscription.Way.MAIL,
                subscriber + "-a-0",
                number,
                2,
                List.of("a/" + number, "b/0"),
                settledAtMs - 60_000,
                settledAtMs,
                3,
                arrived,
                arrived ? "" : "status 410");
    }

    private static DeliveryFilter deliveries(
            @Nullable Integer subscriber, @Nullable String alertId, @Nullable Long fromMs, @Nullable Long toMs) {
        return new DeliveryFilter(RUN, subscriber, alertId, fromMs, toMs, 10);
    }

    @Test
    void shouldKnowWhatBecameOfEachLetterOnceHoweverOftenItIsTold() throws Exception {
        Store s = start();
        awaitUp(s);
        SettledLetter first = letter(0, 1, true, STORM);
        SettledLetter dead = letter(1, 1, false, STORM + MINUTE);
        SettledLetter again = letter(1, 1, true, STORM + 2 * MINUTE);
        SettledLetter others = letter(0, 2, true, STORM + MINUTE);
        s.keepDeliveries("log-1", RUN, List.of(first, dead));
        s.keepDeliveries("log-1", RUN, List.of(first, dead, again, others));
        s.keepDeliveries("log-1", "another run", List.of(letter(7, 1, true, STORM)));

        Queries queries = s.queries();
        PastDeliveries all =
                queries.deliveries(deliveries(null, null, null, null)).get();
        assertThat(all.letters()).containsExactly(again, dead, others, first);
        assertThat(all.matched()).isEqualTo(4);
        assertThat(queries.deliveries(deliveries(2, null, null, null)).get().letters())
                .containsExactly(others);
        assertThat(queries.deliveries(deliveries(1, "a", STORM + MINUTE, STORM + 2 * MINUTE))
                        .get()
                        .letters())
                .containsExactly(dead);
        assertThat(queries.deliveries(deliveries(null, "b/", null, null)).get().letters())
                .isEmpty();
        PastDeliveries one = queries.deliveries(new DeliveryFilter(RUN, null, null, null, null, 1))
                .get();
        assertThat(one.letters()).containsExactly(again);
        assertThat(one.matched()).isEqualTo(4);
    }

    @Test
    void shouldDropWhatBecameOfLettersLongAgo() throws Exception {
        Store s = start(settings(10_000).with(new StoreSettings.Ages(14 * DAY, 0, 0, 40 * DAY)));
        awaitUp(s);
        long nowMs = System.currentTimeMillis();
        s.keepDeliveries(
                "log-1", RUN, List.of(letter(0, 1, true, nowMs - 41 * DAY), letter(1, 1, true, nowMs - 39 * DAY)));
        s.keepUpNow();
        assertThat(rows("select number from delivery")).containsExactly("(1)");
    }

    private static PastAlertFilter past(@Nullable String runId, @Nullable Long fromMs, @Nullable Long toMs) {
        return new PastAlertFilter(runId, null, null, fromMs, toMs, null, 10);
    }

    @Test
    void shouldFindPastAlertsByStationAndTheWorstTheyReached() throws Exception {
        log.entry()
                .told(transition("a", 0, Transition.Kind.RAISED, 1, null))
                .told(transition("a", 1, Transition.Kind.ESCALATED, 3, null))
                .told(transition("a", 2, Transition.Kind.CLEARED, 0, null))
                .told(transition("b", 0, Transition.Kind.RAISED, 1, null))
                .told(transition("b", 1, Transition.Kind.CLEARED, 0, null))
                .end();
        Queries queries = drained(start()).queries();
        String station = transition("a", 0, Transition.Kind.RAISED, 1, null).stationId();

        assertThat(queries.pastAlerts(new PastAlertFilter(RUN, null, 3, null, null, null, 10))
                        .get())
                .extracting(each -> each.last().alertId())
                .containsExactly("a");
        assertThat(queries.pastAlerts(new PastAlertFilter(RUN, List.of("elsewhere", station), 1, null, null, null, 10))
                        .get())
                .hasSize(2);
        assertThat(queries.pastAlerts(new PastAlertFilter(RUN, List.of("elsewhere"), null, null, null, null, 10))
                        .get())
                .isEmpty();
        assertThat(queries.pastAlerts(new PastAlertFilter(RUN, List.of(), null, null, null, null, 10))
                        .get())
                .isEmpty();
    }

    @Test
    void shouldHoldAnAlertForPastOnceItsSensorIsOutOfServiceUnlessItIsRaisedAnew() throws Exception {
        Transition raised = transition("a", 0, Transition.Kind.RAISED, 2, null);
        Transition out = transition("a", 1, Transition.Kind.OUT_OF_SERVICE, 2, "rengøring");
        Transition other = transition("b", 0, Transition.Kind.OUT_OF_SERVICE, 1, null);
        Transition anew = transition("b", 1, Transition.Kind.RAISED, 1, null);
        log.entry().told(raised).told(out).told(other).told(anew).end();
        Store s = drained(start());

        assertThat(s.queries().pastAlerts(past(RUN, null, null)).get())
                .singleElement()
                .satisfies(past -> assertThat(past.last()).isEqualTo(out));
    }

    @Test
    void shouldKeepAnExceedancePossibleUntilItIsConfirmedAndRememberThatItsSensorWasOutOfService() throws Exception {
        Exceedance began = exceedance("yellow", STORM, 0, 1.2);
        log.entry().told(marked(began, true, false)).end();
        log.entry()
                .told(marked(exceedance("orange", STORM, 0, 1.2), true, true))
                .end();
        log.entry().told(marked(began, false, false)).end();
        log.entry()
                .told(marked(exceedance("yellow", STORM, STORM + HOUR, 1.4), false, true))
                .end();
        log.entry()
                .told(marked(exceedance("orange", STORM, STORM + HOUR, 1.4), false, false))
                .end();
        Store s = drained(start());

        assertThat(s.queries()
                        .exceedances(new ExceedanceFilter(RUN, null, null, null, null, null, 10))
                        .get())
                .extracting(each -> each.threshold() + " " + each.possible() + " " + each.outOfService())
                .containsExactlyInAnyOrder("yellow false true", "orange true true");
    }

    @Test
    void shouldKeepWhetherAnExceedanceWasLateWhenItBegan() throws Exception {
        Exceedance inTime = exceedance("yellow", STORM, 0, 1.2);
        Exceedance wholly = exceedance("orange", STORM, 0, 1.2);
        log.entry()
                .told(marked(inTime, false, false, false))
                .told(marked(wholly, true, false, false))
                .end();
        log.entry()
                .told(marked(exceedance("yellow", STORM, STORM + HOUR, 1.4), true, false, false))
                .told(marked(exceedance("orange", STORM, STORM + HOUR, 1.4), false, false, false))
                .end();
        Store s = drained(start());

        assertThat(s.queries().exceedances(any(10)).get())
                .extracting(each -> each.threshold() + " " + each.peak() + " " + each.late())
                .containsExactlyInAnyOrder("yellow 1.4 false", "orange 1.4 true");
    }

    private static Exceedance marked(Exceedance e, boolean possible, boolean outOfService) {
        return marked(e, e.late(), possible, outOfService);
    }

    private static Exceedance marked(Exceedance e, boolean late, boolean possible, boolean outOfService) {
        return new Exceedance(
                e.runId(),
                e.ruleId(),
                e.threshold(),
                e.stationId(),
                e.sensorId(),
                e.severity(),
                e.raiseAt(),
                e.clearBelow(),
                e.unit(),
                e.datum(),
                e.beganAtMs(),
                e.endedAtMs(),
                e.peak(),
                e.peakAtMs(),
                e.worstFlag(),
                late,
                possible,
                outOfService);
    }

    @Test
    void shouldAnswerSeriesInAtMostSoManyPoints() throws Exception {
        int readings = Queries.MOST_POINTS + 1_000;
        VerdictLog.Entry entry = log.entry();
        for (int i = 0; i < readings; i++) {
            entry.arrived("ASS-W", STORM + i * MINUTE, i % 100 / 4.0);
        }
        entry.arrived("ASS-W", STORM + readings * MINUTE, 99, Flag.FAIL, 4);
        entry.end();
        Store s = drained(start());
        s.rollUpNow();
        long end = STORM + (readings + 1) * MINUTE;

        assertThat(s.queries().series("ASS-W", STORM, STORM + 2 * MINUTE, 0).get())
                .isEqualTo(new Series.Raw(
                        List.of(new StoredReading(STORM, 0, 1, 0), new StoredReading(STORM + MINUTE, 0.25, 1, 0))));
        assertThat(s.queries().series("ASS-W", end - MINUTE, end, 0).get())
                .isEqualTo(new Series.Raw(List.of(new StoredReading(end - MINUTE, 99, Flag.FAIL, 4))));
        assertThat(s.queries().series("unknown", STORM, end, 0).get()).isEqualTo(new Series.Raw(List.of()));
        for (long step : new long[] {0, 1, 7 * MINUTE, 90 * MINUTE, 2 * HOUR, DAY, 7 * DAY}) {
            Series series = s.queries().series("ASS-W", STORM, end, step).get();
            assertThat(series).isInstanceOfSatisfying(Series.Buckets.class, buckets -> {
                assertThat(buckets.stepMs()).isGreaterThanOrEqualTo(step);
                assertThat(buckets.buckets()).hasSizeLessThanOrEqualTo(Queries.MOST_POINTS + 1);
                assertThat(buckets.buckets().stream()
                                .mapToLong(Series.Bucket::n)
                                .sum())
                        .as("step %d", step)
                        .isEqualTo(readings);
                assertThat(buckets.buckets().stream()
                                .mapToDouble(Series.Bucket::sum)
                                .filter(sum -> !Double.isNaN(sum))
                                .sum())
                        .isCloseTo(readings / 100 * 99 * 100 / 8.0, within(1e-9));
                assertThat(buckets.buckets().getLast().worstFlag()).isEqualTo(Flag.FAIL);
            });
        }
        assertThat(s.queries().maximum("ASS-W", STORM, end).get())
                .contains(new StoredReading(STORM + 99 * MINUTE, 24.75, 1, 0));
        assertThat(s.queries().maximum("ASS-W", end, end + DAY).get()).isEmpty();
        assertThat(s.queries().readingCount().get()).isEqualTo(readings + 1);
    }

    /** The reading behind it failed its quality control afterwards. */
    private static Exceedance failed(Exceedance e) {
        return new Exceedance(
                e.runId(),
                e.ruleId(),
                e.threshold(),
                e.stationId(),
                e.sensorId(),
                e.severity(),
                e.raiseAt(),
                e.clearBelow(),
                e.unit(),
                e.datum(),
                e.beganAtMs(),
                e.endedAtMs(),
                e.peak(),
                e.peakAtMs(),
                Flag.FAIL,
                e.late(),
                e.possible(),
                e.outOfService());
    }

    static Exceedance exceedance(String threshold, long beganAtMs, long endedAtMs, double peak) {
        return new Exceedance(
                RUN,
                "ASS-W.level",
                threshold,
                "ASS",
                "ASS-W",
                1,
                1.0,
                0.9,
                "m",
                "DVR90",
                beganAtMs,
                endedAtMs,
                peak,
                beganAtMs + MINUTE,
                Flag.SUSPECT,
                false,
                false,
                false);
    }

    static Transition transition(String alert, int number, Transition.Kind kind, int severity, @Nullable String note) {
        return transition(alert, number, kind, severity, note, false, null);
    }

    private static Transition transition(
            String alert,
            int number,
            Transition.Kind kind,
            int severity,
            @Nullable String note,
            boolean unconfirmed,
            Transition.@Nullable Cause cause) {
        return new Transition(
                alert + "/" + number,
                alert,
                number,
                kind,
                RUN,
                "ASS-W.level",
                "ASS",
                "ASS-W",
                7,
                STORM + number * HOUR,
                STORM + number * HOUR + 5,
                STORM,
                severity,
                "yellow",
                1.0,
                0.9,
                "m",
                "DVR90",
                0,
                Double.NaN,
                1,
                1.6,
                STORM,
                unconfirmed,
                false,
                kind == Transition.Kind.ACKNOWLEDGED ? "Anna" : null,
                note,
                false,
                false,
                0,
                cause,
                0);
    }
}
