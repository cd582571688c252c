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
    private static final double HOURS_PER_MS = 1 / 3_600_000.0;

    public long[] observedAtMs = new long[ROOM];
    public double[] value = new double[ROOM];
    public boolean[] spike = new boolean[ROOM];
    public int from;
    public int to;

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
        long newestMs = observedAtMs[to - 1];
        double middleMs = -0.5 * Storms.RISE_WINDOW_MS;
        double level = value[to - 1];
        double sumX = 0;
        double sumY = 0;
        double sumXx = 0;
        double sumXy = 0;
        double later = 0;
        double x = 0;
        double y = 0;
        long oldestMs = newestMs;
        int n = 0;
        for (int i = to - 1; i >= from; i--) {
            if (spike[i]) {
                continue;
            }
            double next = value[i] - level;
            if (n == 0) {
                later = next;
            } else {
                double smooth = Math.max(Math.min(later, y), Math.min(Math.max(later, y), next));
                sumX += x;
                sumY += smooth;
                sumXx += x * x;
                sumXy += x * smooth;
                later = y;
            }
            y = next;
            x = (observedAtMs[i] - newestMs - middleMs) * HOURS_PER_MS;
            oldestMs = observedAtMs[i];
            n++;
        }
        if (n < LEAST || newestMs - oldestMs < LEAST_SPAN * Storms.RISE_WINDOW_MS) {
            return Double.NaN;
        }
        sumX += x;
        sumY += y;
        sumXx += x * x;
        sumXy += x * y;
        return (sumXy - sumX * sumY / n) / (sumXx - sumX * sumX / n);
    }
}
