package dk.vandvagt.analysis;

import java.util.Arrays;

/**
 * Trailing accumulations of rain gauges, exact to the reading. Only wet increments are kept, as whole millionths of a
 * millimetre: sums of integers do not drift. An increment reported at b covers (b − interval, b] and counts in a window that
 * contains it wholly. One thread.
 */
public final class Rain {
    private static final double UNITS_PER_MM = 1e6;
    private static final int FIRST_CAPACITY = 64;

    private final long[] windowsMs;
    private final long longestMs;
    private final long[] intervalMs;
    private final long[][] atMs;
    private final long[][] amount;
    private final int[] from;
    private final int[] to;
    private final long[] newestMs;
    private final long[] sums;
    private final int[] starts;
    private long grown;

    /**
     * @param intervalMs by sensor; 0 for sensors that are not rain gauges
     * @param windowsMs ascending
     */
    public Rain(long[] intervalMs, long[] windowsMs) {
        this.intervalMs = intervalMs.clone();
        this.windowsMs = windowsMs.clone();
        longestMs = windowsMs[windowsMs.length - 1];
        int n = intervalMs.length;
        atMs = new long[n][];
        amount = new long[n][];
        for (int s = 0; s < n; s++) {
            int capacity = intervalMs[s] > 0 ? FIRST_CAPACITY : 0;
            atMs[s] = new long[capacity];
            amount[s] = new long[capacity];
        }
        from = new int[n];
        to = new int[n];
        newestMs = new long[n];
        sums = new long[n * windowsMs.length];
        starts = new int[n * windowsMs.length];
    }

    /** Takes an increment, newest or late; one at an instant that is already there replaces it. */
    public void add(int sensor, long observedAtMs, double mm) {
        long units = Math.round(mm * UNITS_PER_MM);
        boolean newest = observedAtMs > newestMs[sensor];
        if (newest) {
            newestMs[sensor] = observedAtMs;
            if (units != 0) {
                makeRoom(sensor);
                atMs[sensor][to[sensor]] = observedAtMs;
                amount[sensor][to[sensor]] = units;
                to[sensor]++;
                for (int w = 0; w < windowsMs.length; w++) {
                    sums[sensor * windowsMs.length + w] += units;
                }
            }
            slide(sensor);
        } else {
            put(sensor, observedAtMs, units);
            sumAnew(sensor);
        }
    }

    private void put(int sensor, long observedAtMs, long units) {
        int i = to[sensor];
        while (i > from[sensor] && atMs[sensor][i - 1] > observedAtMs) {
            i--;
        }
        if (i > from[sensor] && atMs[sensor][i - 1] == observedAtMs) {
            amount[sensor][i - 1] = units;
        } else if (units != 0) {
            int fromStart = i - from[sensor];
            makeRoom(sensor);
            i = from[sensor] + fromStart;
            System.arraycopy(atMs[sensor], i, atMs[sensor], i + 1, to[sensor] - i);
            System.arraycopy(amount[sensor], i, amount[sensor], i + 1, to[sensor] - i);
            atMs[sensor][i] = observedAtMs;
            amount[sensor][i] = units;
            to[sensor]++;
        }
    }

    private void slide(int sensor) {
        for (int w = 0; w < windowsMs.length; w++) {
            int k = sensor * windowsMs.length + w;
            long earliestStartMs = newestMs[sensor] - windowsMs[w];
            while (starts[k] < to[sensor] && atMs[sensor][starts[k]] - intervalMs[sensor] < earliestStartMs) {
                sums[k] -= amount[sensor][starts[k]];
                starts[k]++;
            }
        }
        from[sensor] = starts[sensor * windowsMs.length + windowsMs.length - 1];
    }

    private void sumAnew(int sensor) {
        for (int w = 0; w < windowsMs.length; w++) {
            int k = sensor * windowsMs.length + w;
            long sum = 0;
            for (int i = from[sensor]; i < to[sensor]; i++) {
                sum += amount[sensor][i];
            }
            sums[k] = sum;
            starts[k] = from[sensor];
        }
        slide(sensor);
    }

    private void makeRoom(int sensor) {
        if (to[sensor] < atMs[sensor].length) {
            return;
        }
        int start = from[sensor];
        int live = to[sensor] - start;
        if (live > atMs[sensor].length / 2) {
            atMs[sensor] = Arrays.copyOf(atMs[sensor], 2 * atMs[sensor].length);
            amount[sensor] = Arrays.copyOf(amount[sensor], 2 * amount[sensor].length);
            grown++;
        }
        System.arraycopy(atMs[sensor], start, atMs[sensor], 0, live);
        System.arraycopy(amount[sensor], start, amount[sensor], 0, live);
        from[sensor] = 0;
        to[sensor] = live;
        for (int w = 0; w < windowsMs.length; w++) {
            starts[sensor * windowsMs.length + w] -= start;
        }
    }

    /** Over the window with that index, ending at the newest reading; NaN before the first. */
    public double accumulationMm(int sensor, int window) {
        return newestMs[sensor] == 0 ? Double.NaN : sums[sensor * windowsMs.length + window] / UNITS_PER_MM;
    }

    /** The index of a window, or -1. */
    public int window(long windowMs) {
        return Arrays.binarySearch(windowsMs, windowMs) >= 0 ? Arrays.binarySearch(windowsMs, windowMs) : -1;
    }

    public long longestMs() {
        return longestMs;
    }

    /** How often a gauge's room had to be doubled. */
    public long grown() {
        return grown;
    }

    public long newestMs(int sensor) {
        return newestMs[sensor];
    }

    /** Wet increments kept, with {@link #wetAtMs} and {@link #wetMm} for a snapshot. */
    public int wetCount(int sensor) {
        return to[sensor] - from[sensor];
    }

    public long wetAtMs(int sensor, int i) {
        return atMs[sensor][from[sensor] + i];
    }

    public double wetMm(int sensor, int i) {
        return amount[sensor][from[sensor] + i] / UNITS_PER_MM;
    }
}
