package dk.vandvagt.app;

import dk.vandvagt.alert.Alert;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.http.Past;
import dk.vandvagt.quality.Flag;
import dk.vandvagt.shard.Exceedance;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.store.ExceedanceFilter;
import dk.vandvagt.store.Queries;
import dk.vandvagt.store.Store;
import dk.vandvagt.store.StoredReading;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The page's questions about the past, put to the store; while it is away they fail at once. */
final class PastFromStore implements Past {
    private final Supplier<@Nullable Store> store;
    private final String runId;
    private final Supplier<Catalogue> catalogue;

    PastFromStore(Supplier<@Nullable Store> store, String runId, Supplier<Catalogue> catalogue) {
        this.store = store;
        this.runId = runId;
        this.catalogue = catalogue;
    }

    private <T> CompletionStage<T> ask(Function<Queries, CompletableFuture<T>> question) {
        Store there = store.get();
        return there == null
                ? CompletableFuture.failedFuture(new IOException("the database has not been reached yet"))
                : question.apply(there.queries());
    }

    @Override
    public CompletionStage<Series> series(SeriesRequest request) {
        return ask(queries -> queries.series(
                        request.sensorId(), request.fromMs(), request.toMs(), request.stepMs()))
                .thenApply(PastFromStore::columns);
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
                long[] at = readings.stream()
                        .mapToLong(StoredReading::observedAtMs)
                        .toArray();
                yield new Series(at, ones, values, values, values, flags(readings, StoredReading::flag));
            }
            case dk.vandvagt.store.Series.Buckets buckets -> {
                List<dk.vandvagt.store.Series.Bucket> all = buckets.buckets();
                yield new Series(
                        all.stream()
                                .mapToLong(dk.vandvagt.store.Series.Bucket::bucketAtMs)
                                .toArray(),
                        all.stream()
                                .mapToInt(each -> Math.toIntExact(each.n()))
                                .toArray(),
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
        String station = request.stationId();
        return ask(queries -> queries.exceedances(
                        new ExceedanceFilter(runId, null, request.fromMs(), request.toMs(), request.maxRows())))
                .thenApply(all -> all.stream()
                        .filter(each -> station == null || each.stationId().equals(station))
                        .toList());
    }

    @Override
    public CompletionStage<List<Alert>> endedAlerts(int maxRows) {
        return ask(queries -> queries.pastAlerts(runId, null, null, maxRows))
                .thenApply(all -> all.stream().map(PastFromStore::ended).toList());
    }

    private static Alert ended(Transition last) {
        Alert.State state = last.kind() == Transition.Kind.WITHDRAWN ? Alert.State.WITHDRAWN : Alert.State.CLEARED;
        return new Alert(
                last.alertId(),
                state,
                last,
                Math.max(1, last.severity()),
                last.beganAtMs(),
                last.atMs(),
                false,
                last.by(),
                0,
                last.note());
    }
}
