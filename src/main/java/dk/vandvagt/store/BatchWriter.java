package dk.vandvagt.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.shard.Exceedance;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes loads through one connection, each in one transaction with the drain's new position. Lives as long as the connection:
 * what it remembers of the database holds only so long.
 */
final class BatchWriter {
    private static final Logger log = LoggerFactory.getLogger(BatchWriter.class);
    private static final Sql SEQUENCE = Sql.named("drain_sequence");
    private static final Sql ADVANCE = Sql.named("drain_advance");
    private static final Sql SUPERSEDED = Sql.named("drain_superseded");
    private static final Sql SENSOR_IDS = Sql.named("sensor_ids");
    private static final Sql SENSOR_ADD = Sql.named("sensor_add");
    private static final Sql STAGED_CREATE = Sql.named("staged_create");
    private static final Sql STAGED_COPY = Sql.named("staged_copy");
    private static final Sql READING_COPY = Sql.named("reading_copy");
    private static final Sql ADD_NEW = Sql.named("staged_add_new");
    private static final Sql CHANGE = Sql.named("staged_change");
    private static final Sql MARK = Sql.named("dirty_mark");
    private static final Sql EXCEEDANCE = Sql.named("exceedance_save");
    private static final Sql TRANSITION = Sql.named("transition_save");
    private static final Sql QUARANTINE = Sql.named("quarantine_save");
    private static final ObjectMapper json = new ObjectMapper();
    private static final String UNIQUE_VIOLATION = "23505";
    private static final String SERIALIZATION_FAILURE = "40001";
    private static final long BUCKET_MS = 300_000;

    private final Connection connection;
    private final String runId;
    private final boolean marksBuckets;
    private final Map<String, Known> sensors = new HashMap<>();
    private final Map<Key, Long> superseded = new HashMap<>();
    private final BinaryCopy copy = new BinaryCopy();

    /** What is known of a sensor: nothing newer than {@code newestMs} is stored. */
    private static final class Known {
        final int sensorId;
        long newestMs;

        Known(int sensorId, long newestMs) {
            this.sensorId = sensorId;
            this.newestMs = newestMs;
        }
    }

    private record Key(int sensorId, long observedAtMs) {}

    private record Bucket(int sensorId, long five) {}

    /** What a load changed; duplicates are observations it did not. */
    record Outcome(int inserted, int duplicates, int corrections, int reflags, List<Load.Refused> quarantined) {}

    BatchWriter(Connection connection, String runId, Level level) {
        this.connection = connection;
        this.runId = runId;
        this.marksBuckets = level.rollsUpItself();
    }

    /**
     * To be asked first: where this run stands in the database, -1 for a new one. Also learns what is stored beyond it, which happens only where
     * the position was lost.
     */
    long position() throws SQLException {
        try (Sql.Call call = STAGED_CREATE.on(connection)) {
            call.statement().execute();
        }
        long sequence = -1;
        try (Sql.Call call = SEQUENCE.on(connection);
                ResultSet row = call.set("run", runId).statement().executeQuery()) {
            if (row.next()) {
                sequence = row.getLong(1);
            }
        }
        superseded.clear();
        try (Sql.Call call = SUPERSEDED.on(connection);
                ResultSet row = call.set("run", runId)
                        .set("after", sequence)
                        .statement()
                        .executeQuery()) {
            while (row.next()) {
                superseded.put(
                        new Key(row.getInt("sensor_id"), row.getLong("observed_at_ms")), row.getLong("sequence"));
            }
        }
        connection.commit();
        if (!superseded.isEmpty()) {
            log.warn(
                    "run {}: the database holds changes of later sequences than its position {}; they are drained again, "
                            + "which changes nothing",
                    runId,
                    sequence);
        }
        return sequence;
    }

    /**
     * Commits a load, without what the database refuses for its data: that goes to the quarantine.
     *
     * @throws SQLException nothing is written
     */
    Outcome write(Load load, long after, long through) throws SQLException {
        try {
            return commit(load, after, through, List.of());
        } catch (SQLException e) {
            connection.rollback();
            if (!isRefusal(e)) {
                throw e;
            }
            log.warn(
                    "the database refuses a batch of {} for its data, looking for the row: {}",
                    load.items(),
                    e.getMessage());
            List<Load.Refused> refused = new ArrayList<>();
            BitSet out = new BitSet();
            search(load, 0, load.items(), out, refused);
            if (refused.isEmpty()) {
                throw e;
            }
            return commit(load.without(out), after, through, refused);
        }
    }

    /** Class 22 is data exception, 23 integrity constraint violation (PostgreSQL, appendix A). */
    private static boolean isRefusal(SQLException e) {
        String state = e.getSQLState();
        return state != null && (state.startsWith("22") || state.startsWith("23"));
    }

    private void search(Load load, int from, int to, BitSet out, List<Load.Refused> refused) throws SQLException {
        try {
            Load part = load.part(from, to);
            resolveSensors(part);
            apply(part, false);
            connection.rollback();
        } catch (SQLException e) {
            connection.rollback();
            if (!isRefusal(e)) {
                throw e;
            }
            if (to - from == 1) {
                out.set(from);
                refused.add(load.refused(from, String.valueOf(e.getSQLState()), String.valueOf(e.getMessage())));
                return;
            }
            int middle = (from + to) >>> 1;
            search(load, from, middle, out, refused);
            search(load, middle, to, out, refused);
        }
    }

    private Outcome commit(Load load, long after, long through, List<Load.Refused> refused) throws SQLException {
        resolveSensors(load);
        Outcome outcome;
        try {
            outcome = apply(load, isAllNewer(load));
        } catch (SQLException e) {
            if (!UNIQUE_VIOLATION.equals(e.getSQLState())) {
                throw e;
            }
            connection.rollback();
            outcome = apply(load, false);
        }
        quarantine(refused);
        advance(after, through);
        connection.commit();
        return new Outcome(outcome.inserted, outcome.duplicates, outcome.corrections, outcome.reflags, refused);
    }

    private Outcome apply(Load load, boolean direct) throws SQLException {
        Outcome outcome = direct ? copyStraight(load) : stageAndMerge(load);
        if (marksBuckets && outcome.inserted + outcome.corrections + outcome.reflags > 0) {
            markBuckets(load);
        }
        saveExceedances(load);
        saveTransitions(load);
        return outcome;
    }

    /** In its own transaction, so that an id handed out stays, whatever becomes of the load. */
    private void resolveSensors(Load load) throws SQLException {
        Set<String> missing = new HashSet<>();
        for (Load.Observation o : load.observations) {
            if (!sensors.containsKey(o.sensorId())) {
                missing.add(o.sensorId());
            }
        }
        load.exceedances.forEach(told -> missing.add(told.what().sensorId()));
        load.transitions.forEach(told -> missing.add(told.what().sensorId()));
        missing.removeAll(sensors.keySet());
        if (missing.isEmpty()) {
            return;
        }
        // of a sensor with an id we do not know what is stored
        learn(SENSOR_IDS, missing, Long.MAX_VALUE);
        if (!missing.isEmpty()) {
            learn(SENSOR_ADD, missing, Long.MIN_VALUE);
        }
        // added by somebody else between the two
        if (!missing.isEmpty()) {
            learn(SENSOR_IDS, missing, Long.MAX_VALUE);
        }
        connection.commit();
    }

    private void learn(Sql sql, Set<String> ids, long newestMs) throws SQLException {
        try (Sql.Call call = sql.on(connection);
                ResultSet row =
                        call.setArray("ids", "text", ids.toArray()).statement().executeQuery()) {
            while (row.next()) {
                String id = row.getString("id");
                sensors.put(id, new Known(row.getInt("sensor_id"), newestMs));
                ids.remove(id);
            }
        }
    }

    private Known known(String sensorId) {
        Known known = sensors.get(sensorId);
        if (known == null) {
            throw new IllegalStateException("sensor " + sensorId + " was not resolved");
        }
        return known;
    }

    /** Whether every observation is newer than all that is stored of its sensor. Remembers the newest, for the next load. */
    private boolean isAllNewer(Load load) {
        boolean newer = superseded.isEmpty();
        for (Load.Observation o : load.observations) {
            Known known = known(o.sensorId());
            if (!o.arrived() || o.observedAtMs() <= known.newestMs) {
                newer = false;
            }
            if (known.newestMs == Long.MAX_VALUE) {
                known.newestMs = o.observedAtMs();
            } else {
                known.newestMs = Math.max(known.newestMs, o.observedAtMs());
            }
        }
        return newer;
    }

    private Outcome copyStraight(Load load) throws SQLException {
        if (load.observations.isEmpty()) {
            return new Outcome(0, 0, 0, 0, List.of());
        }
        copy.begin();
        for (Load.Observation o : load.observations) {
            copy.row(6);
            columns(o, known(o.sensorId()).sensorId);
        }
        copy.send(connection, READING_COPY.text());
        return new Outcome(load.observations.size(), 0, 0, 0, List.of());
    }

    private void columns(Load.Observation o, int sensorId) {
        copy.integer(sensorId);
        copy.timestamptz(o.observedAtMs());
        copy.doublePrecision(o.value());
        copy.smallint(o.flag());
        copy.smallint(o.test());
        copy.timestamptz(o.verdicts().receivedAtMs());
    }

    /** What this load has done to a key so far. */
    private static final class Touched {
        int round;
        boolean valueKnown;
        double value;
        boolean flagKnown;
        byte flag;
        byte test;
    }

    /**
     * A key's second event goes to a second round, and so on: each round holds a key once, so that setting it against the table
     * as a whole is the same as doing it one by one.
     */
    private Outcome stageAndMerge(Load load) throws SQLException {
        Map<Key, Touched> touched = new HashMap<>();
        int lastRound = -1;
        int duplicates = 0;
        List<int[]> arrivedInRound = new ArrayList<>();
        copy.begin();
        for (Load.Observation o : load.observations) {
            int sensorId = known(o.sensorId()).sensorId;
            Key key = new Key(sensorId, o.observedAtMs());
            Long appliedUpTo = superseded.get(key);
            if (appliedUpTo != null && o.verdicts().sequence() <= appliedUpTo) {
                duplicates++;
                continue;
            }
            Touched before = touched.get(key);
            if (before != null && changesNothing(before, o)) {
                duplicates++;
                continue;
            }
            Touched now = before;
            if (now == null) {
                now = new Touched();
                touched.put(key, now);
            } else {
                now.round++;
            }
            remember(now, o);
            if (now.round > lastRound) {
                lastRound = now.round;
                arrivedInRound.add(new int[2]);
            }
            arrivedInRound.get(now.round)[o.arrived() ? 0 : 1]++;
            copy.row(9);
            copy.integer(now.round);
            copy.smallint(o.arrived() ? 0 : 1);
            copy.bigint(o.verdicts().sequence());
            columns(o, sensorId);
        }
        if (lastRound < 0) {
            return new Outcome(0, duplicates, 0, 0, List.of());
        }
        copy.send(connection, STAGED_COPY.text());
        int inserted = 0;
        int corrections = 0;
        int reflags = 0;
        for (int round = 0; round <= lastRound; round++) {
            int arrived = arrivedInRound.get(round)[0];
            int reflagged = arrivedInRound.get(round)[1];
            int added = arrived == 0 ? 0 : addNew(round);
            inserted += added;
            int corrected = 0;
            if (added < arrived || reflagged > 0) {
                int[] changes = change(round);
                corrected = changes[0];
                reflags += changes[1];
            }
            corrections += corrected;
            duplicates += arrived - added - corrected;
        }
        return new Outcome(inserted, duplicates, corrections, reflags, List.of());
    }

    private static boolean changesNothing(Touched before, Load.Observation o) {
        if (o.arrived()) {
            return before.valueKnown && same(before.value, o.value());
        }
        return before.flagKnown && before.flag == o.flag() && before.test == o.test();
    }

    /** As the database compares: 0 is -0, and a missing value is like any other. */
    private static boolean same(double a, double b) {
        return a == b || (Double.isNaN(a) && Double.isNaN(b));
    }

    private static void remember(Touched now, Load.Observation o) {
        if (o.arrived()) {
            now.valueKnown = true;
            now.value = o.value();
            // a redelivery leaves the stored flag as it is, whatever it carries
            now.flagKnown = false;
        } else {
            now.flagKnown = true;
            now.flag = o.flag();
            now.test = o.test();
        }
    }

    private int addNew(int round) throws SQLException {
        try (Sql.Call call = ADD_NEW.on(connection)) {
            return call.set("round", round).statement().executeUpdate();
        }
    }

    /** @return corrections, reflags */
    private int[] change(int round) throws SQLException {
        try (Sql.Call call = CHANGE.on(connection);
                ResultSet row =
                        call.set("round", round).set("run", runId).statement().executeQuery()) {
            row.next();
            return new int[] {row.getInt("corrections"), row.getInt("reflags")};
        }
    }

    private void markBuckets(Load load) throws SQLException {
        Set<Bucket> buckets = new HashSet<>();
        for (Load.Observation o : load.observations) {
            buckets.add(new Bucket(known(o.sensorId()).sensorId, Math.floorDiv(o.observedAtMs(), BUCKET_MS)));
        }
        Integer[] sensorIds = new Integer[buckets.size()];
        Long[] fives = new Long[buckets.size()];
        int i = 0;
        for (Bucket bucket : buckets) {
            sensorIds[i] = bucket.sensorId;
            fives[i++] = bucket.five;
        }
        try (Sql.Call call = MARK.on(connection)) {
            call.setArray("sensors", "int4", sensorIds)
                    .setArray("fives", "int8", fives)
                    .statement()
                    .executeUpdate();
        }
    }

    private void saveExceedances(Load load) throws SQLException {
        if (load.exceedances.isEmpty()) {
            return;
        }
        try (Sql.Call call = EXCEEDANCE.on(connection)) {
            for (Load.Told<Exceedance> told : load.exceedances) {
                Exceedance e = told.what();
                call.set("run", e.runId())
                        .set("rule", e.ruleId())
                        .set("threshold", e.threshold())
                        .setInstant("beganAt", e.beganAtMs())
                        .setInstantOrNone("endedAt", e.endedAtMs())
                        .set("station", e.stationId())
                        .set("sensor", known(e.sensorId()).sensorId)
                        .set("severity", e.severity())
                        .set("raiseAt", e.raiseAt())
                        .set("clearBelow", e.clearBelow())
                        .set("unit", e.unit())
                        .set("datum", e.datum())
                        .set("peak", e.peak())
                        .setInstantOrNone("peakAt", e.peakAtMs())
                        .set("worstFlag", e.worstFlag())
                        .set("late", e.late())
                        .set("possible", e.possible())
                        .set("outOfService", e.outOfService())
                        .statement()
                        .addBatch();
            }
            run(call.statement());
        }
    }

    private void saveTransitions(Load load) throws SQLException {
        if (load.transitions.isEmpty()) {
            return;
        }
        try (Sql.Call call = TRANSITION.on(connection)) {
            for (Load.Told<Transition> told : load.transitions) {
                Transition t = told.what();
                call.set("id", t.id())
                        .set("alert", t.alertId())
                        .set("number", t.number())
                        .set("kind", t.kind().name())
                        .set("run", t.runId())
                        .set("rule", t.ruleId())
                        .set("station", t.stationId())
                        .set("sensor", known(t.sensorId()).sensorId)
                        .set("sequence", t.sequence())
                        .setInstant("at", t.atMs())
                        .set("severity", t.severity())
                        .set("record", json.writeValueAsString(t))
                        .statement()
                        .addBatch();
            }
            run(call.statement());
        } catch (JsonProcessingException aRecordOfPlainFields) {
            throw new IllegalStateException(aRecordOfPlainFields);
        }
    }

    private void quarantine(List<Load.Refused> refused) throws SQLException {
        if (refused.isEmpty()) {
            return;
        }
        try (Sql.Call call = QUARANTINE.on(connection)) {
            for (Load.Refused r : refused) {
                call.set("run", runId)
                        .set("sequence", r.sequence())
                        .set("kind", r.kind())
                        .set("ordinal", r.ordinal())
                        .set("sensor", r.sensorId())
                        .set("record", r.record())
                        .set("sqlstate", r.sqlState())
                        .set("reason", r.reason())
                        .statement()
                        .addBatch();
            }
            run(call.statement());
        }
    }

    private void advance(long after, long through) throws SQLException {
        try (Sql.Call call = ADVANCE.on(connection)) {
            int rows = call.set("run", runId)
                    .set("after", after)
                    .set("through", through)
                    .statement()
                    .executeUpdate();
            if (rows != 1) {
                connection.rollback();
                throw new SQLException(
                        "run " + runId + " is not at sequence " + after
                                + " in the database any more: does another process drain it?",
                        SERIALIZATION_FAILURE);
            }
        }
    }

    /** The server's own refusal, rather than the driver's "batch entry 3 was aborted". */
    private static void run(PreparedStatement batch) throws SQLException {
        try {
            batch.executeBatch();
        } catch (SQLException e) {
            SQLException cause = e.getNextException();
            throw cause != null ? cause : e;
        }
    }
}
