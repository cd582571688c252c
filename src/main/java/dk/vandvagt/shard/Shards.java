package dk.vandvagt.shard;

import dk.vandvagt.alert.AlertBook;
import dk.vandvagt.alert.Transition;
import dk.vandvagt.layer.LayerSource;
import dk.vandvagt.layer.LiveState;
import dk.vandvagt.station.Catalogue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shards of one run and the thread that gathers what they find. A batch goes to every shard's inbox; each judges the
 * sensors it owns; the gathering thread takes one output from each, in the order of sequences, keeps the verdicts, makes the
 * transitions durable and only then lets them be told. Requests for copies travel the same way, so a copy is of one instant.
 */
public final class Shards implements BatchHandler, LayerSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Shards.class);
    private static final int INBOX = 256;
    private static final long RETRY_MS = 1000;
    private static final long STOP_WITHIN_S = 5;

    private final String runId;
    private final VerdictSink sink;
    private final AlertJournal alertJournal;
    private final Outbox outbox;
    private final AlertBook book;
    private final Gathering gathering;
    private final List<Shard> shards = new ArrayList<>();
    private final BlockingQueue<Item> order = new ArrayBlockingQueue<>(2 * INBOX);
    private final Thread gatherer;
    private final LongAdder gathered = new LongAdder();
    private final ExecutorService requests;

    private Catalogue catalogue;
    private long lastSequence;
    private long lastClockMs;
    private boolean closed;
    private boolean broken;
    private volatile long gatheredSequence;
    private volatile long gatheredClockMs;
    private volatile int standingAlerts;
    private volatile int silentAlerts;
    private volatile boolean dead;
    private volatile @Nullable String trouble;

    /** What travels through the inboxes, in the same order for all. */
    private sealed interface Item {
        record Judge(Batch batch) implements Item {}

        record Copy(LiveState into, CompletableFuture<LiveState> done) implements Item {}

        record Save(long sequence, long clockMs, Catalogue catalogue, CompletableFuture<SavedState> done)
                implements Item {}

        record Stop() implements Item {}
    }

    /**
     * @param snapshot state to go on from, or null for a fresh run
     * @throws IOException the snapshot is of another version or torn
     */
    public Shards(
            String runId,
            int shardCount,
            Catalogue catalogue,
            @Nullable SavedState snapshot,
            VerdictSink sink,
            AlertJournal alertJournal,
            Outbox outbox)
            throws IOException {
        this.runId = runId;
        this.catalogue = catalogue;
        this.sink = sink;
        this.alertJournal = alertJournal;
        this.outbox = outbox;
        book = new AlertBook(runId, catalogue);
        gathering = new Gathering(runId, book, catalogue);
        for (int i = 0; i < shardCount; i++) {
            shards.add(new Shard(new ShardState(catalogue, i, shardCount), i, shardCount));
        }
        if (snapshot != null) {
            lastSequence = snapshot.sequence();
            lastClockMs = snapshot.clockMs();
            gatheredSequence = lastSequence;
            gatheredClockMs = lastClockMs;
            book.restore(snapshot.alerts());
            gathering.restore(snapshot.composites());
            countAlerts();
            for (Shard shard : shards) {
                for (byte[] part : snapshot.shards()) {
                    shard.state.restore(part);
                }
            }
        }
        requests = Executors.newSingleThreadExecutor(task -> new Thread(task, "vandvagt-" + runId + "-requests"));
        gatherer = new Thread(this::gather, "vandvagt-" + runId + "-gather");
        gatherer.start();
        shards.forEach(shard -> shard.thread.start());
    }

    @Override
    public synchronized void onBatch(Batch batch) throws InterruptedException {
        hand(new Item.Judge(batch));
        // only now: a batch that was not handed on must not be in a snapshot
        if (batch.command() instanceof Command.UseCatalogue use) {
            catalogue = use.catalogue();
        }
        lastSequence = batch.sequence();
        lastClockMs = batch.clockMs();
    }

    /** An interrupt half-way leaves the shards apart: from then on nothing is handed on, and no state is saved. */
    private void hand(Item item) throws InterruptedException {
        if (broken) {
            throw new InterruptedException("judging was interrupted between two shards");
        }
        broken = true;
        for (Shard shard : shards) {
            shard.inbox.put(item);
        }
        order.put(item);
        broken = false;
    }

    /** Returns at once, even while the inboxes are full. */
    @Override
    public CompletionStage<LiveState> copy() {
        return request(done -> new Item.Copy(LiveState.blank(catalogue, runId, lastSequence, lastClockMs), done));
    }

    /** All state after the last batch handed in; completes once all of it is judged and its verdicts are kept. */
    public CompletionStage<SavedState> save() {
        return request(done -> new Item.Save(lastSequence, lastClockMs, catalogue, done));
    }

    private <T> CompletionStage<T> request(Function<CompletableFuture<T>, Item> item) {
        CompletableFuture<T> done = new CompletableFuture<>();
        try {
            requests.execute(() -> handRequest(item, done));
        } catch (RejectedExecutionException stopping) {
            done.completeExceptionally(new IllegalStateException("the service is stopping", stopping));
        }
        return done;
    }

    private synchronized <T> void handRequest(Function<CompletableFuture<T>, Item> item, CompletableFuture<T> done) {
        if (closed) {
            done.completeExceptionally(new IllegalStateException("the service is stopping"));
            return;
        }
        try {
            hand(item.apply(done));
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            done.completeExceptionally(stopping);
        }
    }

    private void gather() {
        try {
            for (Item item = order.take(); !(item instanceof Item.Stop); item = order.take()) {
                List<Object> parts = new ArrayList<>(shards.size());
                for (Shard shard : shards) {
                    parts.add(shard.outbox.take());
                }
                gather(item, parts);
            }
        } catch (InterruptedException stopping) {
            LOG.debug("gathering stops", stopping);
        } catch (RuntimeException | Error fault) {
            dead = true;
            trouble = "judging stopped: " + fault;
            LOG.error(
                    "judging stopped: this is a fault of the service; restart it, nothing acknowledged is lost", fault);
        }
    }

    private void gather(Item item, List<Object> parts) throws InterruptedException {
        switch (item) {
            case Item.Judge judge -> {
                List<ShardOutput> outputs =
                        parts.stream().map(ShardOutput.class::cast).toList();
                keepAndTell(gathering.gather(judge.batch, outputs));
            }
            case Item.Copy copy ->
                copy.done.complete(
                        copy.into.with(book.alerts(), book.shelvings(), book.outOfService(), book.operatorCalls()));
            case Item.Save save -> {
                try {
                    sink.force();
                    List<byte[]> bytes = parts.stream().map(byte[].class::cast).toList();
                    save.done.complete(new SavedState(
                            save.sequence, save.clockMs, save.catalogue, bytes, book.save(), gathering.save()));
                } catch (IOException full) {
                    save.done.completeExceptionally(full);
                }
            }
            case Item.Stop stop -> throw new AssertionError(stop);
        }
    }

    /** A disk that refuses holds everything up here, which pushes back to the brokers; nothing is told, nothing is lost. */
    private void keepAndTell(Verdicts verdicts) throws InterruptedException {
        while (true) {
            try {
                sink.append(verdicts);
                if (!verdicts.transitions().isEmpty()) {
                    List<Transition> toTell = alertJournal.append(verdicts.transitions());
                    if (!toTell.isEmpty()) {
                        outbox.tell(toTell);
                    }
                }
                break;
            } catch (IOException refused) {
                if (trouble == null) {
                    LOG.error("the disk refuses what was judged; waiting, nothing is acknowledged meanwhile", refused);
                }
                trouble = "the disk refuses what was judged: " + refused.getMessage();
                TimeUnit.MILLISECONDS.sleep(RETRY_MS);
            }
        }
        if (!dead) {
            trouble = null;
        }
        gathered.add(verdicts.size());
        if (!verdicts.transitions().isEmpty()) {
            countAlerts();
        }
        gatheredSequence = verdicts.sequence();
        gatheredClockMs = verdicts.clockMs();
    }

    /** Verdicts given so far. */
    public long judged() {
        return gathered.sum();
    }

    /** The last sequence that is judged, kept and told. */
    public long gatheredSequence() {
        return gatheredSequence;
    }

    public long gatheredClockMs() {
        return gatheredClockMs;
    }

    /** Batches handed in and not yet gathered. */
    public int inboxDepth() {
        return order.size();
    }

    private void countAlerts() {
        standingAlerts = book.standingCount();
        silentAlerts = book.silentCount();
    }

    /** Of the alerts that stand, those whose sensor is silent. */
    public int silentAlerts() {
        return silentAlerts;
    }

    /** Alerts that stand. */
    public int standingAlerts() {
        return standingAlerts;
    }

    /** A fault of the service has ended judging: only a restart helps. */
    public boolean isDead() {
        return dead;
    }

    /** What holds judging up, in words for an operator; null when nothing does. */
    public @Nullable String trouble() {
        return trouble;
    }

    /** Over all shards. */
    public ShardCounts counts() {
        ShardCounts sum = ShardCounts.NONE;
        for (Shard shard : shards) {
            sum = sum.plus(shard.counts);
        }
        return sum;
    }

    /** Judges what is in the inboxes, then stops the threads. */
    @Override
    public void close() throws InterruptedException {
        requests.shutdownNow();
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            Item stop = new Item.Stop();
            for (Shard shard : shards) {
                if (!shard.inbox.offer(stop, STOP_WITHIN_S, TimeUnit.SECONDS)) {
                    shard.thread.interrupt();
                }
            }
            if (!order.offer(stop, STOP_WITHIN_S, TimeUnit.SECONDS)) {
                gatherer.interrupt();
            }
        }
        gatherer.join(TimeUnit.SECONDS.toMillis(10));
        gatherer.interrupt();
        for (Shard shard : shards) {
            shard.thread.join(TimeUnit.SECONDS.toMillis(10));
            shard.thread.interrupt();
        }
    }

    /** One shard's thread with its inbox and outbox. */
    private final class Shard {
        private final BlockingQueue<Item> inbox = new ArrayBlockingQueue<>(INBOX);
        private final BlockingQueue<Object> outbox = new ArrayBlockingQueue<>(INBOX);
        private final Thread thread;
        private final int index;
        private final int shardCount;
        private ShardState state;
        private volatile ShardCounts counts = ShardCounts.NONE;

        Shard(ShardState state, int index, int shardCount) {
            this.state = state;
            this.index = index;
            this.shardCount = shardCount;
            thread = new Thread(this::run, "vandvagt-" + runId + "-shard-" + index);
        }

        private void run() {
            try {
                for (Item item = inbox.take(); !(item instanceof Item.Stop); item = inbox.take()) {
                    outbox.put(answer(item));
                }
            } catch (InterruptedException stopping) {
                LOG.debug("shard stops", stopping);
            } catch (IOException | RuntimeException | Error fault) {
                dead = true;
                trouble = "judging stopped: " + fault;
                LOG.error(
                        "judging stopped: this is a fault of the service; restart it, nothing acknowledged is lost",
                        fault);
            }
        }

        private Object answer(Item item) throws IOException {
            return switch (item) {
                case Item.Judge judge -> judge(judge.batch);
                case Item.Copy copy -> {
                    state.copyInto(copy.into);
                    yield copy;
                }
                case Item.Save save -> state.save();
                case Item.Stop stop -> throw new AssertionError(stop);
            };
        }

        private ShardOutput judge(Batch batch) throws IOException {
            ShardOutput output = new ShardOutput(batch.size() / shardCount + 1);
            if (batch.command() instanceof Command.UseCatalogue use) {
                ShardState next = new ShardState(use.catalogue(), index, shardCount);
                next.takeOver(state, batch.clockMs(), output);
                state = next;
            }
            state.judge(batch, output);
            counts = state.counts();
            return output;
        }
    }
}
