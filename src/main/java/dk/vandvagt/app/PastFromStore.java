package dk.vandvagt.app;

import dk.vandvagt.alert.Alert;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.http.Past;
import dk.vandvagt.layer.KnownState;
import dk.vandvagt.layer.LiveState;
import dk.vandvagt.quality.Flag;
import dk.vandvagt.shard.Course;
import dk.vandvagt.shard.Exceedance;
import dk.vandvagt.shard.ExceedanceStatistics;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.store.DeliveryFilter;
import dk.vandvagt.store.DrainCounts;
import dk.vandvagt.store.ExceedanceFilter;
import dk.vandvagt.store.KnownReading;
import dk.vandvagt.store.PastAlert;
import dk.vandvagt.store.PastAlertFilter;
import dk.vandvagt.store.Queries;
import dk.vandvagt.store.Store;
import dk.vandvagt.store.StoredReading;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The page's questions about the past, put to the store; while it is away they fail at once. */
final class PastFromStore implements Past {
    private static final long LATELY_MS = 24 * 3_600_000L;
    private static final int MOST_ALERTS = 10_000;
    /** Where what led to an instant is more than that, it is left unknown for the sensors that come last. */
    private static final int MOST_READINGS = 250_000;

    private final Supplier<@Nullable Store> store;
    private final String runId;
    private final boolean byReceipt;
    private final LongSupplier judged;
    private final LongFunction<Catalogue> settings;

    /**
     * @param judged sequence of the newest verdicts, which the database is to have
     * @param settings in force at an instant
     * @param byReceipt whether what was known when is told by when it came; not so where the clock is that of the readings
     */
    PastFromStore(
            Supplier<@Nullable Store> store,
            LongSupplier judged,
            String runId,
            LongFunction<Catalogue> settings,
            boolean byReceipt) {
        this.judged = judged;
        this.settings = settings;
        this.byReceipt = byReceipt;
        this.store = store;
        this.runId = runId;
    }

    private <T> CompletionStage<T> ask(Function<Queries, CompletableFuture<T>> question) {
        Store there = store.get();
        return there == null
                ? CompletableFuture.failedFuture(new IOException("the database has not been reached yet"))
                : question.apply(there.queries());
    }

    @Override
    public CompletionStage<Series> series(SeriesRequest request) {
        if (request.asOfMs() != SeriesRequest.PRESENT) {
            return asKnown(request);
        }
        return ask(queries -> queries.series(request.sensorId(), request.fromMs(), request.toMs(), request.stepMs()))
                .thenApply(PastFromStore::columns);
    }

    private CompletionStage<Series> asKnown(SeriesRequest request) {
        return ask(queries -> queries.courseKnownAt(
                        List.of(request.sensorId()),
                        request.fromMs() - 1,
                        request.asOfMs(),
                        byReceipt,
                        request.maxRows()))
                .thenApply(known -> columns(new dk.vandvagt.store.Series.Raw(known.stream()
                        .filter(each -> each.observedAtMs() < request.toMs())
                        .map(each -> new StoredReading(each.observedAtMs(), each.value(), each.flag(), each.test()))
                        .toList())));
    }

    private static Series columns(dk.vandvagt.store.Series found) {
        return switch (found) {
            case dk.vandvagt.store.Series.Raw raw -> {
                List<StoredReading> readings = raw.readings();
                double[] values =
                        readings.stream().mapToDouble(StoredReading::value).toArray();
                int[] ones = readings.stream()
                        .mapToInt(each -> each.flag() == Flag.FAIL ? 0 : 1)
                        .toArray();
                long[] at =
                        readings.stream().mapToLong(StoredReading::observedAtMs).toArray();
                yield new Series(
                        0,
                        at,
                        ones,
                        values,
                        values,
                        values,
                        flags(readings, StoredReading::flag),
                        flags(readings, StoredReading::test));
            }
            case dk.vandvagt.store.Series.Buckets buckets -> {
                List<dk.vandvagt.store.Series.Bucket> all = buckets.buckets();
                yield new Series(
                        buckets.stepMs(),
                        all.stream()
                                .mapToLong(dk.vandvagt.store.Series.Bucket::bucketAtMs)
                                .toArray(),
                        all.stream().mapToInt(each -> Math.toIntExact(each.n())).toArray(),
                        all.stream()
                                .mapToDouble(dk.vandvagt.store.Series.Bucket::sum)
                                .toArray(),
                        all.stream()
                                .mapToDouble(dk.vandvagt.store.Series.Bucket::min)
                                .toArray(),
                        all.stream()
                                .mapToDouble(dk.vandvagt.store.Series.Bucket::max)
                                .toArray(),
                        flags(all, dk.vandvagt.store.Series.Bucket::worstFlag));
            }
        };
    }

    private static <T> byte[] flags(List<T> rows, java.util.function.ToIntFunction<T> flag) {
        byte[] flags = new byte[rows.size()];
        for (int i = 0; i < flags.length; i++) {
            flags[i] = (byte) flag.applyAsInt(rows.get(i));
        }
        return flags;
    }

    @Override
    public CompletionStage<List<Exceedance>> exceedances(ExceedanceRequest request) {
        return ask(queries -> queries.exceedances(new ExceedanceFilter(
                runId,
                request.stationId(),
                null,
                request.severityFrom(),
                request.fromMs(),
                request.toMs(),
                request.maxRows())));
    }

    @Override
    public CompletionStage<List<ExceedanceStatistics>> exceedanceStatistics(ExceedanceRequest request, long nowMs) {
        return ask(queries -> queries.exceedanceStatistics(
                new ExceedanceFilter(
                        runId,
                        request.stationId(),
                        null,
                        request.severityFrom(),
                        request.fromMs(),
                        request.toMs(),
                        request.maxRows()),
                nowMs));
    }

    @Override
    public CompletionStage<List<Alert>> endedAlerts(EndedAlertsRequest request) {
        return ask(queries -> queries.pastAlerts(new PastAlertFilter(
                        runId,
                        request.stationIds(),
                        request.severityFrom(),
                        request.fromMs(),
                        request.toMs(),
                        request.asOfMs(),
                        request.maxRows())))
                .thenApply(all -> all.stream().map(PastFromStore::ended).toList());
    }

    @Override
    public CompletionStage<LiveState> knownAt(long atMs) {
        if (!isStored(atMs)) {
            return CompletableFuture.failedFuture(
                    new IOException("the database lags behind: it does not have all that was known then"));
        }
        // settings may have to be read from their file
        return ask(queries -> CompletableFuture.supplyAsync(() -> settings.apply(atMs))
                .thenCompose(catalogue -> knownAt(queries, catalogue, atMs)));
    }

    private CompletableFuture<LiveState> knownAt(Queries queries, Catalogue catalogue, long atMs) {
        CompletableFuture<List<KnownReading>> newest = queries.readingsKnownAt(atMs, byReceipt);
        CompletableFuture<List<Alert>> alerts = queries.alertsKnownAt(runId, atMs, atMs - LATELY_MS, MOST_ALERTS)
                .thenCompose(all -> asTheyWere(queries, catalogue, all, atMs));
        CompletableFuture<List<KnownReading>> levels = course(queries, catalogue, Parameter.LEVEL, atMs);
        CompletableFuture<List<KnownReading>> rains = course(queries, catalogue, Parameter.RAIN, atMs);
        return CompletableFuture.allOf(newest, alerts, levels, rains).thenApply(all -> {
            LiveState state = KnownState.of(
                    catalogue,
                    runId,
                    atMs,
                    newest.join().stream().map(PastFromStore::reading).toList(),
                    alerts.join());
            Course course = new Course(state);
            bySensor(levels.join()).forEach(course::take);
            bySensor(rains.join()).forEach(course::take);
            return state;
        });
    }

    private CompletableFuture<List<Alert>> asTheyWere(
            Queries queries, Catalogue catalogue, List<PastAlert> past, long atMs) {
        List<Alert> alerts = past.stream().map(PastFromStore::asItWas).toList();
        Map<String, Long> fromMs = new LinkedHashMap<>();
        alerts.stream()
                .filter(each -> StandingThen.peaksInItsReadings(catalogue, each))
                .forEach(each -> fromMs.merge(each.last().sensorId(), each.peakAtMs(), Math::min));
        return queries.readingsSinceKnownAt(fromMs, atMs, byReceipt, MOST_READINGS)
                .thenApply(readings -> {
                    Map<String, List<KnownState.Reading>> since = bySensor(readings);
                    return alerts.stream()
                            .map(each -> StandingThen.withPeak(
                                    catalogue,
                                    each,
                                    since.getOrDefault(each.last().sensorId(), List.of())))
                            .toList();
                });
    }

    /** Whether the database has all that was judged up to then. */
    private boolean isStored(long atMs) {
        Store there = store.get();
        if (there == null) {
            return false;
        }
        DrainCounts drain = there.drain();
        return drain.sequence() >= judged.getAsLong() || drain.clockMs() > atMs;
    }

    private CompletableFuture<List<KnownReading>> course(
            Queries queries, Catalogue catalogue, Parameter parameter, long atMs) {
        List<Sensor> sensors = catalogue.stations().stream()
                .flatMap(station -> station.sensors().stream())
                .filter(sensor -> sensor.parameter() == parameter)
                .toList();
        long backMs = sensors.stream().mapToLong(Course::backMs).max().orElse(0);
        return queries.courseKnownAt(
                sensors.stream().map(Sensor::id).toList(), atMs - backMs, atMs, byReceipt, MOST_READINGS);
    }

    /** The last sensor of an answer that was cut off is left out: what is there of it may not be all. */
    private static Map<String, List<KnownState.Reading>> bySensor(List<KnownReading> readings) {
        Map<String, List<KnownState.Reading>> bySensor = new LinkedHashMap<>();
        readings.forEach(each -> bySensor.computeIfAbsent(each.sensorId(), id -> new ArrayList<>())
                .add(reading(each)));
        if (readings.size() == MOST_READINGS) {
            bySensor.remove(readings.getLast().sensorId());
        }
        return bySensor;
    }

    private static KnownState.Reading reading(KnownReading each) {
        return new KnownState.Reading(
                each.sensorId(), each.observedAtMs(), each.receivedAtMs(), each.value(), each.flag(), each.test());
    }

    @Override
    public CompletionStage<Deliveries> deliveries(DeliveriesRequest request) {
        return ask(queries -> queries.deliveries(new DeliveryFilter(
                        runId,
                        request.subscriber(),
                        request.alertId(),
                        request.fromMs(),
                        request.toMs(),
                        request.maxRows())))
                .thenApply(found -> new Deliveries(found.matched(), found.letters()));
    }

    private static Alert ended(PastAlert past) {
        return alert(past, past.last().atMs());
    }

    private static Alert asItWas(PastAlert past) {
        Transition last = past.last();
        boolean stands = last.severity() > 0 && last.kind() != Transition.Kind.OUT_OF_SERVICE;
        return alert(past, stands ? 0 : last.atMs());
    }

    private static Alert alert(PastAlert past, long endedAtMs) {
        Transition last = past.last();
        return new Alert(
                last.alertId(),
                endedAtMs == 0
                        ? Alert.State.ACTIVE
                        : switch (last.kind()) {
                            case WITHDRAWN -> Alert.State.WITHDRAWN;
                            case OUT_OF_SERVICE -> Alert.State.OUT_OF_SERVICE;
                            default -> Alert.State.CLEARED;
                        },
                last,
                past.highestSeverity(),
                past.raisedAtMs(),
                endedAtMs,
                last.peak(),
                last.peakAtMs(),
                endedAtMs == 0 && past.silent(),
                past.acknowledgedBy(),
                past.acknowledgedAtMs(),
                past.note(),
                null);
    }
}
