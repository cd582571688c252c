package dk.vandvagt.shard;

import dk.vandvagt.alert.Transition;
import dk.vandvagt.layer.LiveState;
import dk.vandvagt.station.Catalogue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** The real judging rooms in virtual time: batches in by hand, verdicts and transitions kept in lists. */
public final class Rooms implements AutoCloseable {
    private final Shards shards;
    private final List<Verdicts> verdicts = new ArrayList<>();
    private final List<Transition> told = new ArrayList<>();
    private final Set<String> toldIds = new HashSet<>();
    private final Catalogue catalogue;
    private long sequence;
    private long clockMs;

    public Rooms(Catalogue catalogue, int shardCount) {
        this(catalogue, shardCount, null);
    }

    public Rooms(Catalogue catalogue, int shardCount, @Nullable SavedState snapshot) {
        this.catalogue = catalogue;
        sequence = snapshot == null ? 0 : snapshot.sequence();
        clockMs = snapshot == null ? 0 : snapshot.clockMs();
        VerdictSink sink = new VerdictSink() {
            @Override
            public void append(Verdicts each) {
                verdicts.add(each);
            }

            @Override
            public void force() {}
        };
        AlertJournal journal =
                all -> all.stream().filter(each -> toldIds.add(each.id())).toList();
        try {
            shards = new Shards("test", shardCount, catalogue, snapshot, sink, journal, told::addAll);
        } catch (IOException torn) {
            throw new AssertionError(torn);
        }
    }

    /** One reading, its sensor's clock being right: the service's clock reaches the observation. */
    public void read(String sensorId, long observedAtMs, double value) {
        readAt(Math.max(clockMs, observedAtMs), sensorId, observedAtMs, value);
    }

    /** One reading that arrives when the service's clock shows {@code nowMs}. */
    public void readAt(long nowMs, String sensorId, long observedAtMs, double value) {
        batch(nowMs, new int[] {catalogue.sensorIndex(sensorId)}, new long[] {observedAtMs}, new double[] {value});
    }

    public void batch(long nowMs, int[] sensorIndex, long[] observedAtMs, double[] value) {
        clockMs = Math.max(clockMs, nowMs);
        hand(new Batch(++sequence, clockMs, clockMs, value.length, sensorIndex, observedAtMs, value, null));
    }

    public void tick(long nowMs) {
        clockMs = Math.max(clockMs, nowMs);
        hand(Batch.tick(++sequence, clockMs, clockMs));
    }

    public void command(Command command) {
        hand(Batch.of(++sequence, clockMs, clockMs, command));
    }

    public void hand(Batch batch) {
        try {
            shards.onBatch(batch);
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    public LiveState live() {
        return await(shards.copy());
    }

    public SavedState save() {
        return await(shards.save());
    }

    /** What people were told so far. */
    public List<Transition> told() {
        live();
        return told;
    }

    public List<Verdicts> verdicts() {
        live();
        return verdicts;
    }

    public List<Exceedance> exceedances() {
        return verdicts().stream().flatMap(each -> each.exceedances().stream()).toList();
    }

    public Shards shards() {
        return shards;
    }

    private static <T> T await(java.util.concurrent.CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get();
        } catch (InterruptedException | ExecutionException failed) {
            throw new AssertionError(failed);
        }
    }

    @Override
    public void close() {
        try {
            shards.close();
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }
}
