package dk.vandvagt.store;

import dk.vandvagt.shard.VerdictSource;
import dk.vandvagt.shard.Verdicts;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes verdicts from their log into the database, on a thread of its own, at the database's pace. What is not committed is read
 * from the log again: nothing is kept here.
 */
final class Drain implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Drain.class);
    private static final int FIRST_BACK_OFF_MS = 100;
    private static final int LONGEST_BACK_OFF_MS = 5_000;
    private static final int READ_TIMEOUT_MS = 1_000;
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

    private final Database database;
    private final StoreSettings settings;
    private final String runId;
    private final VerdictSource source;
    private final Thread thread;
    private volatile boolean stopping;
    private volatile DrainCounts counts = new DrainCounts(false, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, null);

    // of the drain's thread
    private long sequence = -1;
    private long clockMs;
    private long inserted;
    private long duplicates;
    private long corrections;
    private long reflags;
    private long quarantined;
    private long batches;
    private long lastCommitMs;
    private long connects;
    private long missing;
    /** highest sequence the log was told it may let go of */
    private long told = -1;

    Drain(Database database, StoreSettings settings, String runId, VerdictSource source) {
        this.database = database;
        this.settings = settings;
        this.runId = runId;
        this.source = source;
        this.thread = Thread.ofPlatform().name("store-drain").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    DrainCounts counts() {
        return counts;
    }

    /** Whether the connection is lost or the server not ready, as against a statement that failed. PostgreSQL, appendix A. */
    static boolean isAway(SQLException e) {
        String state = e.getSQLState();
        return state == null || state.startsWith("08") || state.startsWith("57P") || state.equals("53300");
    }

    private void run() {
        int backOffMs = FIRST_BACK_OFF_MS;
        while (!stopping) {
            long batchesBefore = batches;
            try (Connection connection = database.connectDrain()) {
                BatchWriter writer =
                        new BatchWriter(connection, runId, database.level().orElseThrow());
                connected(writer.position());
                drain(connection, writer);
            } catch (InterruptedException stop) {
                break;
            } catch (SQLException | IOException | RuntimeException e) {
                if (stopping) {
                    break;
                }
                failed(e);
                backOffMs = batches > batchesBefore ? FIRST_BACK_OFF_MS : Math.min(backOffMs * 2, LONGEST_BACK_OFF_MS);
            }
            try {
                Thread.sleep(backOffMs);
            } catch (InterruptedException stop) {
                break;
            }
        }
        database.lost();
    }

    private void connected(long at) {
        log.info("run {}: the database is at sequence {}", runId, at);
        if (at < told) {
            log.warn("run {}: the database was at sequence {} and is now at {}: an older copy of it?", runId, told, at);
        }
        if (at < sequence) {
            clockMs = 0;
        }
        sequence = at;
        connects++;
        publish(true, null);
        if (at >= 0) {
            tell(at);
        }
    }

    private void drain(Connection connection, BatchWriter writer)
            throws SQLException, IOException, InterruptedException {
        boolean first = true;
        while (!stopping) {
            List<Verdicts> verdicts = gather();
            if (verdicts.isEmpty()) {
                // an idle connection does not say that its server has gone
                if (!connection.isValid(READ_TIMEOUT_MS / 1_000)) {
                    throw new SQLException("the connection was lost while idle", "08006");
                }
                connection.rollback();
                continue;
            }
            if (first) {
                tellOfGap(verdicts.getFirst().sequence());
                first = false;
            }
            long beganNs = System.nanoTime();
            BatchWriter.Outcome outcome =
                    writer.write(Load.of(verdicts), sequence, verdicts.getLast().sequence());
            lastCommitMs = (System.nanoTime() - beganNs) / 1_000_000;
            committed(verdicts.getLast(), outcome);
        }
    }

    /** As many as one transaction takes, or what has come by the time it may wait from the first on. */
    private List<Verdicts> gather() throws IOException, InterruptedException {
        List<Verdicts> gathered = new ArrayList<>(source.read(sequence, settings.maxObservations(), READ_TIMEOUT_MS));
        if (gathered.isEmpty() || settings.gatherMs() == 0) {
            return gathered;
        }
        long beganNs = System.nanoTime();
        int room = settings.maxObservations() - size(gathered);
        long leftMs = settings.gatherMs();
        while (room > 0 && leftMs > 0 && !stopping) {
            List<Verdicts> more = source.read(gathered.getLast().sequence(), room, leftMs);
            gathered.addAll(more);
            room -= size(more);
            leftMs = settings.gatherMs() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNs);
        }
        return gathered;
    }

    private static int size(List<Verdicts> of) {
        int observations = 0;
        for (Verdicts each : of) {
            observations += each.size();
        }
        return observations;
    }

    /** Sequences without verdicts are not in the log; a gap is one only where the log was told that it may let go of it. */
    private void tellOfGap(long next) {
        long lost = Math.min(next - 1, told) - sequence;
        if (lost > 0) {
            missing += lost;
            log.error(
                    "run {}: of sequences {} to {} the database has nothing and the log no more: up to {} may be missing",
                    runId,
                    sequence + 1,
                    sequence + lost,
                    lost);
        }
    }

    private void tell(long committed) {
        told = Math.max(told, committed);
        source.committed(committed);
    }

    private void committed(Verdicts last, BatchWriter.Outcome outcome) {
        for (Load.Refused refused : outcome.quarantined()) {
            log.error(
                    "quarantined: {} of sensor {} in sequence {}: {}",
                    refused.kind(),
                    refused.sensorId(),
                    refused.sequence(),
                    refused.reason());
        }
        sequence = last.sequence();
        // of sequences without verdicts it may not be known
        clockMs = Math.max(clockMs, last.clockMs());
        inserted += outcome.inserted();
        duplicates += outcome.duplicates();
        corrections += outcome.corrections();
        reflags += outcome.reflags();
        quarantined += outcome.quarantined().size();
        batches++;
        publish(true, null);
        tell(sequence);
    }

    private void failed(Exception e) {
        if (e instanceof SQLException sql && isAway(sql)) {
            database.lost();
        }
        String message = message(e);
        if (!message.equals(counts.lastError())) {
            log.warn("draining stops for now: {}", message);
            log.debug("draining stops for now", e);
        }
        publish(false, message);
    }

    private void publish(boolean up, @Nullable String error) {
        counts = new DrainCounts(
                up,
                sequence,
                clockMs,
                inserted,
                duplicates,
                corrections,
                reflags,
                quarantined,
                batches,
                lastCommitMs,
                Math.max(0, connects - 1),
                missing,
                error);
    }

    /** Flyway's own message is a page long. */
    private static String message(Exception e) {
        Throwable said = e;
        while (said instanceof FlywayException && said.getCause() != null) {
            said = said.getCause();
        }
        @Nullable String message = said.getMessage();
        return message == null ? said.toString() : message.strip();
    }

    /** What the log holds beyond the last commit stays there. */
    @Override
    public void close() {
        stopping = true;
        thread.interrupt();
        try {
            if (!thread.join(STOP_TIMEOUT)) {
                log.warn("the drain still waits for the database, which is cut off");
                database.cutOffDrain();
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
