package dk.vandvagt.quality;

/**
 * The observations of many sensors that are still of use, in order of observation time per sensor: one sliding window each, all
 * in one array, an entry's time, flag, test and value side by side. Beside its flag an entry holds what the tests that look far
 * back said of it, since they cannot be asked again cheaply. One thread.
 */
public final class Recent {
    private static final int LONGS_PER_ENTRY = 2;
    /** Leaves 48 bits, milliseconds for four thousand years. */
    private static final int TIME_SHIFT = 16;

    private static final int FLAG_SHIFT = 4;
    private static final int FAR_TEST_SHIFT = 8;
    private static final int FAR_FLAG_SHIFT = 12;
    private static final int NIBBLE = 0xF;
    private static final int VERDICT = 0xFF;
    /** What a spike or rate test looks back at from the oldest entry that may still change: never evicted, however old. */
    private static final int KEPT_ALWAYS = 6;

    private static final int SPARE_ENTRIES = 16;
    private static final int LONGS_PER_LINE = 8;
    /** Three hours of every ten minutes; what lies further back follows by itself, as memory read in a row does. */
    private static final int WARMED = 20 * LONGS_PER_ENTRY;

    // of a sensor's window: its place among the entries, first and end in it, room
    private static final int BOUNDS = 4;
    private static final int BASE = 0;
    private static final int FROM = 1;
    private static final int TO = 2;
    private static final int ROOM = 3;

    private final long[] entries;
    private final int[] bounds;
    private long overflowed;

    /** @param capacity entries each sensor may hold */
    public Recent(int[] capacity) {
        bounds = new int[Math.multiplyExact(BOUNDS, capacity.length)];
        int base = 0;
        for (int s = 0; s < capacity.length; s++) {
            int room = Math.max(capacity[s], 2 * KEPT_ALWAYS);
            bounds[BOUNDS * s + BASE] = base;
            bounds[BOUNDS * s + ROOM] = room;
            base = Math.addExact(base, room);
        }
        entries = new long[Math.multiplyExact(base, LONGS_PER_ENTRY)];
    }

    /** Entries that a window of this length may hold: twice what comes in it, which keeps moving cheap, and some to spare. */
    public static int capacity(long keepMs, long intervalMs) {
        return Math.toIntExact(2 * keepMs / Math.max(1, intervalMs)) + SPARE_ENTRIES;
    }

    public int size(int sensor) {
        return bounds[BOUNDS * sensor + TO] - bounds[BOUNDS * sensor + FROM];
    }

    public long observedAtMs(int sensor, int i) {
        return entries[at(sensor, i)] >> TIME_SHIFT;
    }

    public byte flag(int sensor, int i) {
        return (byte) (entries[at(sensor, i)] >> FLAG_SHIFT & NIBBLE);
    }

    /** Where the i-th entry lies, to go through a window from there by {@link #before}. */
    public int entry(int sensor, int i) {
        return at(sensor, i);
    }

    /** Where the entry before lies, of the same sensor. */
    public static int before(int entry) {
        return entry - LONGS_PER_ENTRY;
    }

    public long observedAtMsOf(int entry) {
        return entries[entry] >> TIME_SHIFT;
    }

    public byte flagOf(int entry) {
        return (byte) (entries[entry] >> FLAG_SHIFT & NIBBLE);
    }

    public double valueOf(int entry) {
        return Double.longBitsToDouble(entries[entry + 1]);
    }

    public byte test(int sensor, int i) {
        return (byte) (entries[at(sensor, i)] & NIBBLE);
    }

    public double value(int sensor, int i) {
        return Double.longBitsToDouble(entries[at(sensor, i) + 1]);
    }

    public void setFlag(int sensor, int i, byte flag, byte test) {
        int at = at(sensor, i);
        entries[at] = entries[at] & ~VERDICT | flag << FLAG_SHIFT | test;
    }

    /** What the tests that look far back gave it. */
    public byte farFlag(int sensor, int i) {
        return (byte) (entries[at(sensor, i)] >> FAR_FLAG_SHIFT & NIBBLE);
    }

    public byte farTest(int sensor, int i) {
        return (byte) (entries[at(sensor, i)] >> FAR_TEST_SHIFT & NIBBLE);
    }

    public void setFar(int sensor, int i, byte flag, byte test) {
        int at = at(sensor, i);
        entries[at] = entries[at] & ~(VERDICT << FAR_TEST_SHIFT) | flag << FAR_FLAG_SHIFT | test << FAR_TEST_SHIFT;
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

    /** Reads the entries that the next one will be judged by, a cache line at a time. */
    public long warm(int sensor) {
        int b = BOUNDS * sensor;
        int end = LONGS_PER_ENTRY * (bounds[b + BASE] + bounds[b + TO]);
        int first = Math.max(LONGS_PER_ENTRY * bounds[b + BASE], end - WARMED);
        long read = 0;
        for (int at = end - 1; at >= first; at -= LONGS_PER_LINE) {
            read += entries[at];
        }
        return read;
    }

    boolean isFull(int sensor) {
        return bounds[BOUNDS * sensor + TO] == bounds[BOUNDS * sensor + ROOM];
    }

    /** Moves the entries to the beginning of the room, so that all of it is free behind them. */
    void moveUp(int sensor) {
        int b = BOUNDS * sensor;
        int first = LONGS_PER_ENTRY * bounds[b + BASE];
        int size = size(sensor);
        System.arraycopy(entries, first + LONGS_PER_ENTRY * bounds[b + FROM], entries, first, LONGS_PER_ENTRY * size);
        bounds[b + TO] = size;
        bounds[b + FROM] = 0;
    }

    /**
     * Puts an entry before the i-th; the oldest give way when the window is full, which is counted.
     *
     * @return where it stands now
     */
    public int insert(int sensor, int i, long observedAtMs, double value, byte flag, byte test) {
        int b = BOUNDS * sensor;
        int place = i;
        if (isFull(sensor)) {
            int dropped = givingWay(sensor);
            evict(sensor, dropped);
            countOverflow(dropped);
            place = Math.max(0, i - dropped);
            moveUp(sensor);
        }
        int at = at(sensor, place);
        int end = LONGS_PER_ENTRY * (bounds[b + BASE] + bounds[b + TO]);
        System.arraycopy(entries, at, entries, at + LONGS_PER_ENTRY, end - at);
        entries[at] = observedAtMs << TIME_SHIFT
                | (long) Flag.NOT_EVALUATED << FAR_FLAG_SHIFT
                | (long) flag << FLAG_SHIFT
                | test;
        entries[at + 1] = Double.doubleToRawLongBits(value);
        bounds[b + TO]++;
        return place;
    }

    /** How many of the oldest entries the next {@link #insert} lets go of although they are still of use. */
    int givingWay(int sensor) {
        int b = BOUNDS * sensor;
        int room = bounds[b + ROOM];
        return bounds[b + TO] == room && bounds[b + FROM] == 0 ? room / 4 : 0;
    }

    /** How many of the oldest entries were observed before an instant; the last few before it, and the newest, count not. */
    int evictable(int sensor, long beforeMs) {
        int b = BOUNDS * sensor;
        int start = bounds[b + FROM];
        int last = bounds[b + TO] - KEPT_ALWAYS;
        long[] all = entries;
        int at = LONGS_PER_ENTRY * (bounds[b + BASE] + start + KEPT_ALWAYS);
        while (start < last && all[at] >> TIME_SHIFT < beforeMs) {
            start++;
            at += LONGS_PER_ENTRY;
        }
        return start - bounds[b + FROM];
    }

    void countOverflow(int dropped) {
        overflowed += dropped;
    }

    /** Lets go of that many of the oldest entries. */
    void evict(int sensor, int count) {
        bounds[BOUNDS * sensor + FROM] += count;
    }

    /** Entries that gave way although they were still of use: the sensor reports far more often than its interval says. */
    public long overflowed() {
        return overflowed;
    }

    private int at(int sensor, int i) {
        return LONGS_PER_ENTRY * (bounds[BOUNDS * sensor + BASE] + bounds[BOUNDS * sensor + FROM] + i);
    }
}
