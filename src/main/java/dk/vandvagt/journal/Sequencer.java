package dk.vandvagt.journal;

import dk.vandvagt.shard.Arrival;
import dk.vandvagt.shard.Batch;
import dk.vandvagt.shard.BatchHandler;
import dk.vandvagt.shard.Command;
import dk.vandvagt.shard.Inlet;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Station;
import dk.vandvagt.wire.Refusal;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives everything its place in the one order. One thread gathers what has arrived, decides the clock, appends one frame,
 * fsyncs, settles the receipts, and only then hands the batch on; while the disk refuses, it settles nothing and tries again.
 */
public final class Sequencer implements Inlet, AutoCloseable {
    /**
     * @param queueCapacity messages that may wait
     * @param maxReadings a batch takes no further message once it has so many
     * @param tickMs how long nothing arrives before time is journalled by itself
     * @param retryFirstMs wait after the disk refused; doubled each time
     * @param retryAtMostMs longest such wait
     * @param stopWithinMs how long closing waits for shards that do not take a batch
     */
    public record Settings(
            int queueCapacity, int maxReadings, long tickMs, long retryFirstMs, long retryAtMostMs, long stopWithinMs) {
        public static final Settings USUAL = new Settings(1 << 16, 8192, 1000, 100, 5000, 10_000);
    }

    /**
     * What it has done since it was made.
     *
     * @param queueDepth messages waiting now
     * @param failures attempts to write that the disk refused
     * @param trouble why nothing is acknowledged now, null when all is well
     */
    public record Counts(
            long lastSequence,
            long clockMs,
            boolean catchingUp,
            long batches,
            long messages,
            long readings,
            long ticks,
            long commands,
            long fsyncs,
            long fsyncNanos,
            long fsyncNanosMost,
            int queueDepth,
            long failures,
            @Nullable String trouble) {}

    /** Hears of each group commit, on the sequencer's thread: it must be quick and not fail. */
    public interface Watch {
        /** @param fsyncNanos how long the disk took, with the attempt that succeeded only */
        void committed(int readings, long fsyncNanos);
    }

    private record Ordered(Command command, CompletableFuture<Long> done) {}

    /** Gathered and not yet safe; kept until it is. */
    private static final class Unwritten {
        private final @Nullable Batch batch;
        private final List<Arrival> arrivals;
        private final List<@Nullable Refusal> refusals;
        private final @Nullable Ordered ordered;
        private boolean appended;

        private Unwritten(
                @Nullable Batch batch,
                List<Arrival> arrivals,
                List<@Nullable Refusal> refusals,
                @Nullable Ordered ordered) {
            this.batch = batch;
            this.arrivals = arrivals;
            this.refusals = refusals;
            this.ordered = ordered;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(Sequencer.class);
    private static final long PARK_AT_MOST_MS = 100;
    /** How far time may pass within one batch, but for what a single message does. */
    private static final long LONGEST_STEP_MS = 60_000;

    private final Settings settings;
    private final SegmentLog journal;
    private final BatchWriter writer;
    private final ServiceClock clock;
    private final BatchHandler handler;
    private final LongSupplier wallClockMs;
    private final Thread thread;

    private final MpscAtomicArrayQueue<Arrival> queue;
    private final ConcurrentLinkedQueue<Ordered> commands = new ConcurrentLinkedQueue<>();
    private volatile boolean open;
    private volatile boolean parked;
    private volatile boolean sourcesConnected;
    private volatile Watch watch = (readings, fsyncNanos) -> {};

    private Catalogue catalogue;
    private int[] witness = {};
    private int witnesses;
    private long sequence;
    private long journalledClockMs;
    private long lastBatchAtMs;
    private @Nullable Unwritten unwritten;
    private long retryAtMs;
    private long retryWaitMs;

    private final AtomicLongArray refused = new AtomicLongArray(Refusal.values().length);
    private volatile Counts counts;
    private long batches;
    private long messages;
    private long readings;
    private long ticks;
    private long commandsDone;
    private long fsyncs;
    private long fsyncNanos;
    private long fsyncNanosMost;
    private long failures;
    private @Nullable String trouble;

    /**
     * @param afterSequence the first batch gets the one after it: the highest that anything kept has ever seen
     * @param catalogue in force at that sequence
     */
    public Sequencer(
            Settings settings,
            SegmentLog journal,
            ServiceClock clock,
            long afterSequence,
            Catalogue catalogue,
            BatchHandler handler,
            LongSupplier wallClockMs) {
        if (afterSequence < journal.lastSequence()) {
            throw new IllegalArgumentException("the journal reaches sequence %d, so none can follow %d"
                    .formatted(journal.lastSequence(), afterSequence));
        }
        this.settings = settings;
        this.journal = journal;
        this.writer = new BatchWriter(journal);
        this.clock = clock;
        this.sequence = afterSequence;
        this.journalledClockMs = clock.nowMs();
        this.catalogue = catalogue;
        this.handler = handler;
        this.wallClockMs = wallClockMs;
        this.queue = new MpscAtomicArrayQueue<>(settings.queueCapacity);
        this.lastBatchAtMs = wallClockMs.getAsLong();
        this.counts = count();
        this.thread = Thread.ofPlatform().name("sequencer").unstarted(this::run);
        learnWitnesses();
    }

    /** From here on messages and commands are taken. */
    public void start() {
        open = true;
        thread.start();
    }

    /** For tests that drive {@link #runOnce} themselves. */
    void openWithoutThread() {
        open = true;
    }

    @Override
    public boolean offer(Arrival arrival) {
        if (!open || !queue.offer(arrival)) {
            return false;
        }
        wake();
        return true;
    }

    /**
     * Puts a command into the order.
     *
     * @return its sequence, once it is fsynced; completes on the sequencer's thread, so what depends on it must be quick
     */
    public CompletionStage<Long> command(Command command) {
        Ordered ordered = new Ordered(command, new CompletableFuture<>());
        commands.add(ordered);
        if (open) {
            wake();
        } else {
            failCommands();
        }
        return ordered.done;
    }

    /** Told by the sources once each has its connection: see {@link WallClock}. */
    public void sourcesConnected() {
        sourcesConnected = true;
    }

    /** Takes the place of the one before. */
    public void watch(Watch next) {
        watch = next;
    }

    private void wake() {
        // the queue's store must be seen before the flag is read, or both sides could miss each other
        VarHandle.fullFence();
        if (parked) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        try {
            while (open) {
                if (!runOnce(wallClockMs.getAsLong())) {
                    park();
                }
            }
        } catch (InterruptedException stopped) {
            open = false;
            LOG.info("stopped while the shards were busy; sequence {} is said again at the next start", sequence);
        } catch (RuntimeException | Error e) {
            open = false;
            trouble = "the sequencer has died: " + e;
            counts = count();
            LOG.error("the sequencer has died at sequence {}: nothing more is taken", sequence, e);
            throw e;
        } finally {
            failCommands();
        }
    }

    private void park() {
        parked = true;
        VarHandle.fullFence();
        if (queue.isEmpty() && commands.isEmpty() && open || unwritten != null) {
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(Math.min(settings.tickMs, PARK_AT_MOST_MS)));
        }
        parked = false;
    }

    /**
     * One duty cycle.
     *
     * @return whether anything was done
     */
    boolean runOnce(long nowMs) throws InterruptedException {
        if (sourcesConnected) {
            clock.sourcesConnected(nowMs);
        }
        Unwritten work = unwritten;
        if (work == null) {
            work = gather(nowMs);
            unwritten = work;
        } else if (retryAtMs - nowMs > 0 && retryAtMs - nowMs <= retryWaitMs) {
            return false;
        }
        if (work == null || !makeSafe(work, nowMs)) {
            return false;
        }
        unwritten = null;
        settle(work);
        if (work.batch != null) {
            handler.onBatch(work.batch);
        }
        return true;
    }

    private @Nullable Unwritten gather(long nowMs) {
        clock.tick(nowMs);
        Ordered ordered = commands.poll();
        if (ordered != null) {
            Batch batch = Batch.of(sequence + 1, clock.nowMs(), nowMs, ordered.command);
            return new Unwritten(batch, List.of(), List.of(), ordered);
        }
        Arrival first = queue.poll();
        if (first != null) {
            return gatherArrivals(first, nowMs);
        }
        if (nowMs < lastBatchAtMs) {
            lastBatchAtMs = nowMs;
        }
        if (nowMs - lastBatchAtMs < settings.tickMs || clock.nowMs() <= journalledClockMs) {
            return null;
        }
        return new Unwritten(Batch.tick(sequence + 1, clock.nowMs(), nowMs), List.of(), List.of(), null);
    }

    private Unwritten gatherArrivals(Arrival first, long nowMs) {
        List<Arrival> arrivals = new ArrayList<>();
        List<@Nullable Refusal> refusals = new ArrayList<>();
        int size = 0;
        boolean anyTaken = false;
        long beganMs = clock.nowMs();
        for (Arrival arrival = first; arrival != null; arrival = queue.poll()) {
            Refusal refusal = judge(arrival, nowMs);
            arrivals.add(arrival);
            refusals.add(refusal);
            if (refusal == null) {
                size += arrival.size();
                anyTaken |= arrival.size() > 0;
            }
            if (beganMs == 0) {
                // a stream's time begins with its first reading; what waits behind it is a step of its own as ever
                beganMs = clock.nowMs();
            }
            boolean full = size >= settings.maxReadings || arrivals.size() >= settings.queueCapacity;
            // where the readings themselves make time pass, silence and delays must be seen in steps, not in one leap
            if (full || (beganMs != 0 && clock.nowMs() - beganMs >= LONGEST_STEP_MS)) {
                break;
            }
        }
        Batch batch = anyTaken ? join(arrivals, refusals, size, nowMs) : null;
        return new Unwritten(batch, arrivals, refusals, null);
    }

    private @Nullable Refusal judge(Arrival arrival, long nowMs) {
        if (arrival.refusal() != null || arrival.size() == 0) {
            return arrival.refusal();
        }
        long newestMs = Long.MIN_VALUE;
        int who = 0;
        for (int i = 0; i < arrival.size(); i++) {
            int sensor = arrival.sensorIndex()[i];
            if (sensor < 0 || sensor >= witness.length) {
                return Refusal.UNKNOWN_SENSOR;
            }
            if (arrival.observedAtMs()[i] >= newestMs) {
                newestMs = arrival.observedAtMs()[i];
                who = witness[sensor];
            }
        }
        long maxFutureMs = catalogue.judging().maxFutureMs();
        return clock.hear(newestMs, who, witnesses, maxFutureMs, nowMs) ? null : Refusal.FAR_FUTURE;
    }

    private Batch join(List<Arrival> arrivals, List<@Nullable Refusal> refusals, int size, long nowMs) {
        int[] sensorIndex = new int[size];
        long[] observedAtMs = new long[size];
        double[] value = new double[size];
        int at = 0;
        for (int i = 0; i < arrivals.size(); i++) {
            if (refusals.get(i) == null) {
                Arrival arrival = arrivals.get(i);
                System.arraycopy(arrival.sensorIndex(), 0, sensorIndex, at, arrival.size());
                System.arraycopy(arrival.observedAtMs(), 0, observedAtMs, at, arrival.size());
                System.arraycopy(arrival.value(), 0, value, at, arrival.size());
                at += arrival.size();
            }
        }
        return new Batch(sequence + 1, clock.nowMs(), nowMs, size, sensorIndex, observedAtMs, value, null);
    }

    private boolean makeSafe(Unwritten work, long nowMs) {
        if (work.batch == null) {
            return true;
        }
        try {
            if (!work.appended) {
                writer.append(work.batch, catalogue);
                work.appended = true;
            }
            watch.committed(work.batch.size(), force());
        } catch (IOException e) {
            refusedByDisk(work, nowMs, e);
            return false;
        }
        if (trouble != null) {
            LOG.warn("the journal can be written again, after {} attempts in all; nothing was lost", failures);
            trouble = null;
            retryWaitMs = 0;
        }
        return true;
    }

    private long force() throws IOException {
        long beganAt = System.nanoTime();
        journal.force();
        long took = System.nanoTime() - beganAt;
        fsyncs++;
        fsyncNanos += took;
        fsyncNanosMost = Math.max(fsyncNanosMost, took);
        return took;
    }

    private void refusedByDisk(Unwritten work, long nowMs, IOException e) {
        failures++;
        if (trouble == null) {
            LOG.error("the journal cannot be written: NOTHING IS ACKNOWLEDGED until it can be; trying again", e);
        }
        trouble = "the journal cannot be written, so nothing is acknowledged: " + e.getMessage();
        retryWaitMs = Math.clamp(2 * retryWaitMs, settings.retryFirstMs, settings.retryAtMostMs);
        retryAtMs = nowMs + retryWaitMs;
        counts = count();
        boolean tick = work.arrivals.isEmpty() && work.ordered == null;
        if (tick && !work.appended) {
            // a later one will say more
            unwritten = null;
            lastBatchAtMs = nowMs;
        }
    }

    private void settle(Unwritten work) {
        Batch batch = work.batch;
        if (batch != null) {
            sequence = batch.sequence();
            journalledClockMs = batch.clockMs();
            lastBatchAtMs = batch.receivedAtMs();
            batches++;
            readings += batch.size();
            if (work.ordered != null) {
                commandsDone++;
            } else if (batch.size() == 0) {
                ticks++;
            }
            if (batch.command() instanceof Command.UseCatalogue use) {
                catalogue = use.catalogue();
                learnWitnesses();
            }
        }
        messages += work.arrivals.size();
        for (Refusal refusal : work.refusals) {
            if (refusal != null) {
                refused.incrementAndGet(refusal.ordinal());
            }
        }
        counts = count();
        for (int i = 0; i < work.arrivals.size(); i++) {
            try {
                work.arrivals.get(i).receipt().settled(work.refusals.get(i));
            } catch (RuntimeException e) {
                LOG.error("a source failed to take a receipt; the others get theirs", e);
            }
        }
        if (work.ordered != null) {
            work.ordered.done.complete(sequence);
        }
    }

    /** A station's sensors often share one clock, so they are one witness, unless there is only one station. */
    private void learnWitnesses() {
        int[] next = new int[catalogue.sensorCount()];
        boolean byStation = catalogue.stations().stream()
                        .filter(station -> !station.sensors().isEmpty())
                        .count()
                > 1;
        Map<String, Integer> numbers = new HashMap<>();
        for (int sensor = 0; sensor < next.length; sensor++) {
            String who = byStation
                    ? catalogue.sensor(sensor).stationId()
                    : catalogue.sensor(sensor).id();
            Integer number = numbers.computeIfAbsent(who, any -> numbers.size());
            next[sensor] = number;
        }
        witness = next;
        witnesses = byStation
                ? (int) catalogue.stations().stream()
                        .filter(station -> !station.sensors().isEmpty())
                        .count()
                : catalogue.stations().stream()
                        .map(Station::sensors)
                        .mapToInt(List::size)
                        .sum();
    }

    private Counts count() {
        return new Counts(
                sequence,
                journalledClockMs,
                clock.catchingUp(),
                batches,
                messages,
                readings,
                ticks,
                commandsDone,
                fsyncs,
                fsyncNanos,
                fsyncNanosMost,
                0,
                failures,
                trouble);
    }

    /** From any thread. */
    public Counts counts() {
        Counts then = counts;
        return new Counts(
                then.lastSequence,
                then.clockMs,
                then.catchingUp,
                then.batches,
                then.messages,
                then.readings,
                then.ticks,
                then.commands,
                then.fsyncs,
                then.fsyncNanos,
                then.fsyncNanosMost,
                queue.size(),
                then.failures,
                then.trouble);
    }

    /** How many messages were refused for that reason, here or at their source; from any thread. */
    public long refused(Refusal refusal) {
        return refused.get(refusal.ordinal());
    }

    private void failCommands() {
        for (Ordered ordered = commands.poll(); ordered != null; ordered = commands.poll()) {
            ordered.done.completeExceptionally(
                    new IllegalStateException("the sequencer is not open; the command was not taken"));
        }
    }

    /**
     * Takes nothing more and ends after the batch under way; what still waits was never acknowledged and comes again. The journal
     * stays open.
     */
    @Override
    public void close() throws InterruptedException {
        open = false;
        LockSupport.unpark(thread);
        if (thread.isAlive() && !thread.join(Duration.ofMillis(settings.stopWithinMs))) {
            // the shards do not take the batch: it is in the journal, and said again at the next start
            thread.interrupt();
            thread.join();
        }
        failCommands();
    }
}
