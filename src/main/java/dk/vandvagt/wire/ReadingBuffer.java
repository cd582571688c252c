package dk.vandvagt.wire;

import java.util.Arrays;

/** Where a decoder writes one message's readings: reused, grows, one thread. */
public final class ReadingBuffer {
    private int[] sensorIndex = new int[16];
    private long[] observedAtMs = new long[16];
    private double[] value = new double[16];
    private int size;

    public void clear() {
        size = 0;
    }

    /** Forgets those from {@code size} on: how a decoder takes a refused message's readings back. */
    void truncate(int size) {
        this.size = size;
    }

    public int size() {
        return size;
    }

    /** @param keptValue in the unit that the sensor's parameter is kept in */
    public void add(int sensorIndex, long observedAtMs, double keptValue) {
        if (size == this.sensorIndex.length) {
            this.sensorIndex = Arrays.copyOf(this.sensorIndex, 2 * size);
            this.observedAtMs = Arrays.copyOf(this.observedAtMs, 2 * size);
            this.value = Arrays.copyOf(this.value, 2 * size);
        }
        this.sensorIndex[size] = sensorIndex;
        this.observedAtMs[size] = observedAtMs;
        this.value[size] = keptValue;
        size++;
    }

    public int sensorIndex(int i) {
        return sensorIndex[i];
    }

    public long observedAtMs(int i) {
        return observedAtMs[i];
    }

    public double value(int i) {
        return value[i];
    }

    public int[] sensorIndexes() {
        return Arrays.copyOf(sensorIndex, size);
    }

    public long[] observedAtMs() {
        return Arrays.copyOf(observedAtMs, size);
    }

    public double[] values() {
        return Arrays.copyOf(value, size);
    }
}
