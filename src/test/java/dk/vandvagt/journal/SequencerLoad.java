package dk.vandvagt.journal;

import dk.vandvagt.shard.Arrival;
import dk.vandvagt.station.Catalogue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Measures what one sequencer takes in, one reading a message, as fast as a thread offers: {@code SequencerLoad FOLDER}. */
final class SequencerLoad {
    private static final int SENSORS = 5000;
    private static final int ROUNDS = 5;
    private static final long ROUND_NANOS = 3_000_000_000L;

    private SequencerLoad() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Catalogue catalogue = Places.of(
                IntStream.range(0, SENSORS).mapToObj("SENSOR-%05d"::formatted).toArray(String[]::new));
        for (int inFlight : new int[] {65_536, 1000, 100, 1}) {
            measure(Path.of(args[0]).resolve("in-flight-" + inFlight), catalogue, inFlight);
        }
    }

    /** @param inFlight how many messages may wait for their receipt, as a broker's receive-maximum limits them */
    private static void measure(Path folder, Catalogue catalogue, int inFlight)
            throws IOException, InterruptedException {
        AtomicLong settled = new AtomicLong();
        try (SegmentLog journal =
                SegmentLog.open(folder, SegmentLog.Settings.USUAL, System::currentTimeMillis, System.out::println)) {
            Sequencer sequencer = new Sequencer(
                    Sequencer.Settings.USUAL,
                    journal,
                    ServiceClock.wall(WallClock.Settings.USUAL, 0, System.currentTimeMillis()),
                    journal.lastSequence(),
                    catalogue,
                    batch -> {},
                    System::currentTimeMillis);
            sequencer.start();
            long offered = 0;
            for (int round = 0; round < ROUNDS; round++) {
                long beganAt = System.nanoTime();
                Sequencer.Counts before = sequencer.counts();
                long bytesBefore = journal.bytes();
                while (System.nanoTime() - beganAt < ROUND_NANOS) {
                    long now = System.currentTimeMillis();
                    Arrival arrival = new Arrival(
                            refusal -> settled.incrementAndGet(),
                            null,
                            new int[] {(int) (offered % SENSORS)},
                            new long[] {now / 1000 * 1000},
                            new double[] {offered / 1000.0},
                            now);
                    while (offered - settled.get() >= inFlight || !sequencer.offer(arrival)) {
                        Thread.onSpinWait();
                    }
                    offered++;
                }
                double seconds = (System.nanoTime() - beganAt) / 1e9;
                Sequencer.Counts after = sequencer.counts();
                long readings = after.readings() - before.readings();
                long fsyncs = after.fsyncs() - before.fsyncs();
                System.out.printf(
                        "in flight %6d: %,9.0f readings/s, %,6.0f fsyncs/s of %4.0f µs, %6.1f readings a batch, %.1f bytes a reading%n",
                        inFlight,
                        readings / seconds,
                        fsyncs / seconds,
                        (after.fsyncNanos() - before.fsyncNanos()) / 1e3 / fsyncs,
                        (double) readings / fsyncs,
                        (double) (journal.bytes() - bytesBefore) / readings);
            }
            sequencer.close();
        }
    }
}
