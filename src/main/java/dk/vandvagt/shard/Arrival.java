package dk.vandvagt.shard;

import dk.vandvagt.wire.ReadingBuffer;
import dk.vandvagt.wire.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way to the journal: its readings, or why it was refused. A refused message takes the same way, so that
 * acknowledgements keep the order of receipt.
 *
 * @param sensorIndex with {@code observedAtMs} and {@code value} one entry a reading; empty when refused
 * @param value kept unit, on the sensor's own zero
 * @param receivedAtMs wall clock
 */
public record Arrival(
        Receipt receipt,
        @Nullable Refusal refusal,
        int[] sensorIndex,
        long[] observedAtMs,
        double[] value,
        long receivedAtMs) {
    private static final int[] NO_INTS = {};
    private static final long[] NO_LONGS = {};
    private static final double[] NO_DOUBLES = {};

    public static Arrival of(Receipt receipt, ReadingBuffer readings, long receivedAtMs) {
        return new Arrival(
                receipt, null, readings.sensorIndexes(), readings.observedAtMs(), readings.values(), receivedAtMs);
    }

    public static Arrival refused(Receipt receipt, Refusal refusal, long receivedAtMs) {
        return new Arrival(receipt, refusal, NO_INTS, NO_LONGS, NO_DOUBLES, receivedAtMs);
    }

    public int size() {
        return sensorIndex.length;
    }
}
