package dk.vandvagt.shard;

import org.jspecify.annotations.Nullable;

/**
 * What one sequence of the journal holds: readings, or a command, or neither (a tick). The clock it carries is reached after
 * its readings. Immutable by agreement: the arrays are shared by all shards.
 *
 * @param clockMs the service's one clock, monotonic over sequences
 * @param receivedAtMs wall clock when the batch was gathered
 * @param value kept unit, on the sensor's own zero
 */
public record Batch(
        long sequence,
        long clockMs,
        long receivedAtMs,
        int size,
        int[] sensorIndex,
        long[] observedAtMs,
        double[] value,
        @Nullable Command command) {
    private static final int[] NO_INTS = {};
    private static final long[] NO_LONGS = {};
    private static final double[] NO_DOUBLES = {};

    public static Batch tick(long sequence, long clockMs, long receivedAtMs) {
        return new Batch(sequence, clockMs, receivedAtMs, 0, NO_INTS, NO_LONGS, NO_DOUBLES, null);
    }

    public static Batch of(long sequence, long clockMs, long receivedAtMs, Command command) {
        return new Batch(sequence, clockMs, receivedAtMs, 0, NO_INTS, NO_LONGS, NO_DOUBLES, command);
    }
}
