package dk.vandvagt.peers;

import dk.vandvagt.shard.Storms;

/**
 * The last three hours of a level gauge, with the rise over them by the core's arithmetic in the core's order, so that the last
 * bit agrees: median of three, then least squares, spikes left out. The standard error that the core computes besides is not
 * asked for here. Public fields: it is a POJO of Flink's state.
 */
public final class TrendWindow {
    private static final int ROOM = 32;
    private static final int LEAST = 5;
    private static final double LEAST_SPAN = 0.8;
    private static final double MS_PER_HOUR = 3_600_000.0;

    public long[] observedAtMs = new long[ROOM];
    public double[] value = new double[ROOM];
    public boolean[] spike = new boolean[ROOM];
    public int from;
    public int to;

    private static final class Scratch {
        private final double[] hours = new double[ROOM];
        private final double[] values = new double[ROOM];
    }

    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

    /** Takes the newest reading, which judges whether the one before it was a spike. */
    public void add(long atMs, double v) {
        if (to == ROOM) {
            int size = to - from;
            System.arraycopy(observedAtMs, from, observedAtMs, 0, size);
            System.arraycopy(value, from, value, 0, size);
            System.arraycopy(spike, from, spike, 0, size);
            from = 0;
            to = size;
        }
        judgeSpike(atMs, v);
        observedAtMs[to] = atMs;
        value[to] = v;
        spike[to] = false;
        to++;
    }

    private void judgeSpike(long atMs, double v) {
        int middle = to - 1;
        int before = middle - 1;
        while (before >= from && spike[before]) {
            before--;
        }
        long farMs = 2 * Storms.LEVEL_INTERVAL_MS;
        if (before >= from
                && observedAtMs[middle] - observedAtMs[before] <= farMs
                && atMs - observedAtMs[middle] <= farMs) {
            double up = value[middle] - value[before];
            double down = value[middle] - v;
            double step = up * down > 0 ? Math.min(Math.abs(up), Math.abs(down)) : 0;
            spike[middle] = step > Storms.SPIKE_FAIL_M;
        }
    }

    /** Lets go of what is older than the window. */
    public void evict(long newestMs) {
        while (from < to && newestMs - observedAtMs[from] > Storms.RISE_WINDOW_MS) {
            from++;
        }
    }

    public void removeOldest() {
        from++;
    }

    public void clear() {
        from = 0;
        to = 0;
    }

    /** Metres per hour, NaN where there are too few readings. */
    public double risePerHour() {
        if (to - from < LEAST) {
            return Double.NaN;
        }
        Scratch scratch = SCRATCH.get();
        double[] hours = scratch.hours;
        double[] values = scratch.values;
        long newestMs = observedAtMs[to - 1];
        int n = 0;
        for (int i = from; i < to; i++) {
            if (!spike[i]) {
                hours[n] = (observedAtMs[i] - newestMs) / MS_PER_HOUR;
                values[n] = value[i];
                n++;
            }
        }
        if (n < LEAST || (hours[n - 1] - hours[0]) * MS_PER_HOUR < LEAST_SPAN * Storms.RISE_WINDOW_MS) {
            return Double.NaN;
        }
        double before = values[0];
        for (int i = 1; i < n - 1; i++) {
            double v = values[i];
            double after = values[i + 1];
            values[i] = Math.max(Math.min(before, v), Math.min(Math.max(before, v), after));
            before = v;
        }
        double meanHours = 0;
        double meanValue = 0;
        for (int i = 0; i < n; i++) {
            meanHours += hours[i];
            meanValue += values[i];
        }
        meanHours /= n;
        meanValue /= n;
        double sxx = 0;
        double sxy = 0;
        for (int i = 0; i < n; i++) {
            double dx = hours[i] - meanHours;
            sxx += dx * dx;
            sxy += dx * (values[i] - meanValue);
        }
        return sxy / sxx;
    }
}
