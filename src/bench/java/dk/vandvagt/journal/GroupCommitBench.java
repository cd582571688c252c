package dk.vandvagt.journal;

import dk.vandvagt.shard.Arrival;
import dk.vandvagt.station.Catalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * What one sequencer takes in, one reading a message, and how long a message waits for its acknowledgement: by how many may be in
 * flight, by the most readings of a batch, and by how long the sequencer waits before it gathers (which it never does in
 * service; here its handler waits). {@code GroupCommitBench FOLDER}, on the disk in question.
 */
public final class GroupCommitBench {
    private static final int SENSORS = 5000;
    private static final int ROUNDS = 3;
    private static final long ROUND_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MESSAGES_AT_MOST = 4_000_000;

    private final Catalogue catalogue = Places.of(
            IntStream.range(0, SENSORS).mapToObj("SENSOR-%05d"::formatted).toArray(String[]::new));
    private final long[] latencyNanos = new long[MESSAGES_AT_MOST];

    private GroupCommitBench() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(Path.of(args[0]), "group-commit");
        GroupCommitBench bench = new GroupCommitBench();
        bench.measure(folder.resolve("warm"), 1000, 8192, 0);
        System.out.println(
                "in flight  most a batch  wait µs  readings/s  p50 ms  p99 ms  fsyncs/s  fsync µs  readings a batch");
        for (int inFlight : new int[] {1, 100, 1000, 65_536}) {
            for (long waitMicros : new long[] {0, 500, 2000, 5000}) {
                bench.measure(folder.resolve("wait-%d-%d".formatted(inFlight, waitMicros)), inFlight, 8192, waitMicros);
            }
        }
        for (int most : new int[] {512, 2048, 32_768}) {
            bench.measure(folder.resolve("most-" + most), 65_536, most, 0);
        }
    }

    /** @param inFlight how many messages may wait for their receipt, as a broker's receive-maximum limits them */
    private void measure(Path folder, int inFlight, int most, long waitMicros)
            throws IOException, InterruptedException {
        Sequencer.Settings usual = Sequencer.Settings.USUAL;
        Sequencer.Settings settings = new Sequencer.Settings(
                usual.queueCapacity(),
                most,
                usual.tickMs(),
                usual.retryFirstMs(),
                usual.retryAtMostMs(),
                usual.stopWithinMs());
        AtomicInteger settled = new AtomicInteger();
        try (SegmentLog journal =
                SegmentLog.open(folder, SegmentLog.Settings.USUAL, System::currentTimeMillis, System.out::println)) {
            Sequencer sequencer = new Sequencer(
                    settings,
                    journal,
                    ServiceClock.wall(WallClock.Settings.USUAL, 0, System.currentTimeMillis()),
                    journal.lastSequence(),
                    catalogue,
                    batch -> LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(waitMicros)),
                    System::currentTimeMillis);
            sequencer.start();
            int offered = 0;
            Round best = null;
            for (int round = 0; round < ROUNDS; round++) {
                Sequencer.Counts before = sequencer.counts();
                int from = settled.get();
                long beganAt = System.nanoTime();
                while (System.nanoTime() - beganAt < ROUND_NANOS && offered < MESSAGES_AT_MOST) {
                    while (offered - settled.get() >= inFlight) {
                        Thread.onSpinWait();
                    }
                    while (!sequencer.offer(arrival(offered, settled))) {
                        Thread.onSpinWait();
                    }
                    offered++;
                }
                double seconds = (System.nanoTime() - beganAt) / 1e9;
                Round here = new Round(before, sequencer.counts(), seconds, from, settled.get());
                best = best == null || here.readingsPerSecond() > best.readingsPerSecond() ? here : best;
            }
            sequencer.close();
            if (best != null) {
                best.print(inFlight, most, waitMicros, latencyNanos);
            }
        }
    }

    private Arrival arrival(int number, AtomicInteger settled) {
        long offeredAt = System.nanoTime();
        long now = System.currentTimeMillis();
        return new Arrival(
                refusal -> {
                    latencyNanos[number] = System.nanoTime() - offeredAt;
                    settled.incrementAndGet();
                },
                null,
                new int[] {number % SENSORS},
                new long[] {now / 1000 * 1000},
                new double[] {number / 1000.0},
                now);
    }

    /** Messages are settled in the order in which they were offered, so those of a round lie side by side. */
    private record Round(Sequencer.Counts before, Sequencer.Counts after, double seconds, int from, int to) {
        private double readingsPerSecond() {
            return (after.readings() - before.readings()) / seconds;
        }

        private void print(int inFlight, int most, long waitMicros, long[] latencyNanos) {
            long[] sorted = Arrays.copyOfRange(latencyNanos, from, to);
            Arrays.sort(sorted);
            long fsyncs = after.fsyncs() - before.fsyncs();
            System.out.printf(
                    "%9d  %12d  %7d  %,10.0f  %6.2f  %6.2f  %,8.0f  %8.0f  %,16.1f%n",
                    inFlight,
                    most,
                    waitMicros,
                    readingsPerSecond(),
                    sorted[sorted.length / 2] / 1e6,
                    sorted[(int) (sorted.length * 0.99)] / 1e6,
                    fsyncs / seconds,
                    (after.fsyncNanos() - before.fsyncNanos()) / 1e3 / fsyncs,
                    (double) (after.readings() - before.readings()) / fsyncs);
        }
    }
}
