package dk.vandvagt.quality;

/**
 * The observations of many sensors that are still of use, in order of observation time per sensor: one sliding window each, all
 * in one array, an entry's time, flag, test and value side by side. One thread.
 */
public final class Recent {
    private static final int LONGS_PER_ENTRY = 2;
    private static final int TIME_SHIFT = 8;
    private static final int FLAG_SHIFT = 4;
    private static final int NIBBLE = 0xF;
    /** What a spike or rate test looks back at: never evicted, however old. */
    private static final int KEPT_ALWAYS = 3;

    private final long[] entries;
    private final int[] base;
    private final int[] from;
    private final int[] to;
    private long overflowed;

    /** @param capacity entries each sensor may hold; twice the usual number keeps moving cheap */
    public Recent(int[] capacity) {
        base = new int[capacity.length + 1];
        from = new int[capacity.length];
        to = new int[capacity.length];
        for (int s = 0; s < capacity.length; s++) {
            base[s + 1] = Math.addExact(base[s], Math.max(capacity[s], 2 * KEPT_ALWAYS));
        }
        entries = new long[Math.multiplyExact(base[capacity.length], LONGS_PER_ENTRY)];
    }

    public int size(int sensor) {
        return to[sensor] - from[sensor];
    }

    public long observedAtMs(int sensor, int i) {
        return entries[at(sensor, i)] >> TIME_SHIFT;
    }

    public byte flag(int sensor, int i) {
        return (byte) (entries[at(sensor, i)] >> FLAG_SHIFT & NIBBLE);
    }

    public byte test(int sensor, int i) {
        return (byte) (entries[at(sensor, i)] & NIBBLE);
    }

    public double value(int sensor, int i) {
        return Double.longBitsToDouble(entries[at(sensor, i) + 1]);
    }

    public void setFlag(int sensor, int i, byte flag, byte test) {
        int at = at(sensor, i);
        entries[at] = pack(entries[at] >> TIME_SHIFT, flag, test);
    }

    public void setValue(int sensor, int i, double value) {
        entries[at(sensor, i) + 1] = Double.doubleToRawLongBits(value);
    }

    /** The entry observed at that instant, or {@code -(place where it belongs) - 1}. */
    public int find(int sensor, long observedAtMs) {
        int i = size(sensor);
        while (i > 0 && observedAtMs(sensor, i - 1) > observedAtMs) {
            i--;
        }
        return i > 0 && observedAtMs(sensor, i - 1) == observedAtMs ? i - 1 : -i - 1;
    }

    /** Puts an entry before the i-th; the oldest give way when the window is full, which is counted. */
    public void insert(int sensor, int i, long observedAtMs, double value, byte flag, byte test) {
        int capacity = base[sensor + 1] - base[sensor];
        int place = i;
        if (to[sensor] == capacity) {
            if (from[sensor] == 0) {
                int dropped = capacity / 4;
                from[sensor] = dropped;
                overflowed += dropped;
                place = Math.max(0, i - dropped);
            }
            int first = LONGS_PER_ENTRY * base[sensor];
            System.arraycopy(
                    entries,
                    first + LONGS_PER_ENTRY * from[sensor],
                    entries,
                    first,
                    LONGS_PER_ENTRY * (to[sensor] - from[sensor]));
            to[sensor] -= from[sensor];
            from[sensor] = 0;
        }
        int at = at(sensor, place);
        int end = LONGS_PER_ENTRY * (base[sensor] + to[sensor]);
        System.arraycopy(entries, at, entries, at + LONGS_PER_ENTRY, end - at);
        entries[at] = pack(observedAtMs, flag, test);
        entries[at + 1] = Double.doubleToRawLongBits(value);
        to[sensor]++;
    }

    /** Lets go of what was observed before an instant, but for the last few. */
    public void evict(int sensor, long beforeMs) {
        int start = from[sensor];
        int last = to[sensor] - KEPT_ALWAYS;
        long[] all = entries;
        int at = LONGS_PER_ENTRY * (base[sensor] + start);
        while (start < last && all[at] >> TIME_SHIFT < beforeMs) {
            start++;
            at += LONGS_PER_ENTRY;
        }
        from[sensor] = start;
    }

    /** Entries that gave way although they were still of use: the sensor reports far more often than its interval says. */
    public long overflowed() {
        return overflowed;
    }

    private int at(int sensor, int i) {
        return LONGS_PER_ENTRY * (base[sensor] + from[sensor] + i);
    }

    private static long pack(long observedAtMs, byte flag, byte test) {
        return observedAtMs << TIME_SHIFT | (long) flag << FLAG_SHIFT | test;
    }
}
