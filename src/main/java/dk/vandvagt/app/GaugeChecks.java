package dk.vandvagt.app;

import dk.vandvagt.alert.OperatorCall;
import dk.vandvagt.http.Checks;
import dk.vandvagt.http.Past;
import dk.vandvagt.journal.CheckLog;
import dk.vandvagt.journal.SegmentLog;
import dk.vandvagt.quality.GaugeCheck;
import dk.vandvagt.quality.GaugeOffset;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Judging;
import dk.vandvagt.station.Station;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks of sensors against their staff gauges: on disk first; then what the sensor recorded is looked up in the database, for as long as
 * it takes until the readings before and after are there.
 */
final class GaugeChecks implements Checks, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GaugeChecks.class);
    private static final SegmentLog.Settings LIMITS = new SegmentLog.Settings(1L << 20, 1L << 30);
    /** Gauges that gather readings and send them together are waited for. */
    private static final long LATE_MS = Duration.ofHours(3).toMillis();

    private static final long WITHIN_S = 20;
    private static final int ROWS_AT_MOST = 100_000;

    private final CheckLog log;
    private final Past past;
    private final Supplier<Catalogue> catalogue;
    private final Function<OperatorCall, CompletionStage<?>> callOperators;
    private final Copy copy;
    private final LongSupplier clockMs;
    /** Numbers of those that the database has, by this process, and whether with their offset. */
    private final Map<Long, Boolean> copied = new HashMap<>();

    private final ExecutorService disk = Executors.newVirtualThreadPerTaskExecutor();

    /** The database's copy. */
    interface Copy {
        /** May be told the same again. */
        void keep(List<CheckLog.Entry> entries) throws SQLException;
    }

    /**
     * @param callOperators done when that cannot be lost any more
     * @param clockMs the service's clock
     */
    GaugeChecks(
            Path folder,
            Supplier<Catalogue> catalogue,
            Past past,
            Function<OperatorCall, CompletionStage<?>> callOperators,
            Copy copy,
            LongSupplier clockMs,
            LongSupplier wallClockMs)
            throws IOException {
        this.catalogue = catalogue;
        this.past = past;
        this.callOperators = callOperators;
        this.copy = copy;
        this.clockMs = clockMs;
        log = CheckLog.open(SegmentLog.open(folder, LIMITS, wallClockMs, finding -> LOG.warn("{}", finding)));
    }

    @Override
    public CompletionStage<Checked> add(
            String sensorId, long observedAtMs, double levelM, String by, String note, long recordedAtMs) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        GaugeCheck check = log.add(sensorId, observedAtMs, levelM, by, note, recordedAtMs);
                        return look(new CheckLog.Entry(check, null));
                    } catch (IOException refused) {
                        throw new CompletionException(refused);
                    }
                },
                disk);
    }

    @Override
    public CompletionStage<List<Checked>> of(String sensorId) {
        return CompletableFuture.supplyAsync(
                () -> log.all().stream()
                        .filter(each -> each.check().sensorId().equals(sensorId))
                        .map(this::look)
                        .toList(),
                disk);
    }

    /** Whatever can be worked out by now; from time to time. */
    void settle() {
        for (CheckLog.Entry each : log.all()) {
            if (each.offset() == null) {
                look(each);
            }
        }
        copyThem();
    }

    /** After a start all once more. */
    private void copyThem() {
        List<CheckLog.Entry> fresh = log.all().stream()
                .filter(each -> !Objects.equals(copied.get(each.check().number()), each.offset() != null))
                .toList();
        if (fresh.isEmpty()) {
            return;
        }
        try {
            copy.keep(fresh);
            fresh.forEach(each -> copied.put(each.check().number(), each.offset() != null));
        } catch (SQLException | RuntimeException away) {
            LOG.debug("checks are copied to the database later", away);
        }
    }

    /** What is known of it, which is kept where it will not change any more. */
    private Checked look(CheckLog.Entry entry) {
        if (entry.offset() != null) {
            return new Checked(entry.check(), entry.offset(), true);
        }
        GaugeOffset offset = null;
        try {
            offset = workOut(entry.check());
            if (offset != null && isFinal(entry.check(), offset)) {
                settle(entry.check(), offset);
                return new Checked(entry.check(), offset, true);
            }
        } catch (IOException | CompletionException away) {
            LOG.debug("check {} cannot be worked out yet", entry.check().number(), away);
        }
        return new Checked(entry.check(), offset, false);
    }

    private boolean isFinal(GaugeCheck check, GaugeOffset offset) {
        return offset.how() == GaugeOffset.How.INTERPOLATED
                || clockMs.getAsLong() > check.observedAtMs() + staffGauge().spanMs() + LATE_MS;
    }

    private Judging.StaffGauge staffGauge() {
        return catalogue.get().judging().staffGauge();
    }

    /** Operators are called first: should the process die in between, they are called again, which is the same call. */
    private synchronized void settle(GaugeCheck check, GaugeOffset offset) throws IOException {
        boolean settledMeanwhile =
                log.all().stream().anyMatch(each -> each.check().number() == check.number() && each.offset() != null);
        if (settledMeanwhile) {
            return;
        }
        if (offset.isBeyond(staffGauge().toleranceM())) {
            Station station = station(check.sensorId());
            callOperators
                    .apply(OperatorCall.of(
                            OperatorCall.Kind.GAUGE_OFFSET,
                            station == null ? "" : station.id(),
                            check.sensorId(),
                            "",
                            "",
                            check.observedAtMs()))
                    .toCompletableFuture()
                    .orTimeout(WITHIN_S, TimeUnit.SECONDS)
                    .join();
        }
        log.settle(check.number(), offset);
    }

    /** Null where the sensor is no longer in the settings, so that nobody knows its zero. */
    private @Nullable GaugeOffset workOut(GaugeCheck check) {
        Station station = station(check.sensorId());
        if (station == null) {
            return null;
        }
        long spanMs = staffGauge().spanMs();
        Past.Series readings = past.series(new Past.SeriesRequest(
                        check.sensorId(),
                        check.observedAtMs() - spanMs,
                        check.observedAtMs() + spanMs + 1,
                        0,
                        ROWS_AT_MOST))
                .toCompletableFuture()
                .orTimeout(WITHIN_S, TimeUnit.SECONDS)
                .join();
        double[] levelM = new double[readings.atMs().length];
        for (int i = 0; i < levelM.length; i++) {
            // one that failed its quality control says nothing of the sensor
            levelM[i] =
                    readings.count()[i] == 0 ? Double.NaN : readings.sum()[i] + station.gaugeZeroM(readings.atMs()[i]);
        }
        return GaugeOffset.of(check, readings.atMs(), levelM, spanMs);
    }

    private @Nullable Station station(String sensorId) {
        Catalogue now = catalogue.get();
        int index = now.sensorIndex(sensorId);
        return index < 0 ? null : now.station(now.sensor(index).stationId());
    }

    @Override
    public void close() throws IOException, InterruptedException {
        disk.shutdownNow();
        disk.awaitTermination(WITHIN_S, TimeUnit.SECONDS);
        log.close();
    }
}
