package dk.vandvagt.shard;

import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.Sensor;

/** What every reading touches of its sensor, side by side: one record a sensor, since with many of them memory is what it costs. */
final class SensorRecords {
    static final long STALE = 1;
    static final long LEVEL = 1 << 1;
    static final long RAIN = 1 << 2;
    static final long OPERATOR_CALLED = 1 << 3;
    /** the trend shown is that of the readings as they are */
    static final long TREND_KNOWN = 1 << 4;

    static final long DATED_ZEROS = 1 << 5;
    /** it has forecast errors, so its level is expected */
    static final long EXPECTED = 1 << 6;

    private static final int LONGS = 8;
    private static final int NEWEST_AT_MS = 0;
    private static final int RECEIVED_AT_MS = 1;
    private static final int STALE_AFTER_MS = 2;
    private static final int INTERVAL_MS = 3;
    private static final int KEEP_MS = 4;
    private static final int ZERO_M = 5;
    private static final int RESOLUTION = 6;
    private static final int BITS = 7;

    private final long[] records;

    SensorRecords(int sensors) {
        records = new long[Math.multiplyExact(LONGS, sensors)];
    }

    void set(int s, Sensor sensor, long keepMs, double zeroM) {
        int at = LONGS * s;
        records[at + STALE_AFTER_MS] = sensor.staleAfterMs();
        records[at + INTERVAL_MS] = sensor.intervalMs();
        records[at + KEEP_MS] = keepMs;
        records[at + ZERO_M] = Double.doubleToRawLongBits(zeroM);
        records[at + RESOLUTION] = Double.doubleToRawLongBits(sensor.resolution());
        records[at + BITS] =
                (sensor.parameter() == Parameter.LEVEL ? LEVEL : 0) | (sensor.parameter() == Parameter.RAIN ? RAIN : 0);
    }

    /** Newest observation, 0 before the first. */
    long newestAtMs(int s) {
        return records[LONGS * s + NEWEST_AT_MS];
    }

    long receivedAtMs(int s) {
        return records[LONGS * s + RECEIVED_AT_MS];
    }

    void heard(int s, long observedAtMs, long receivedAtMs) {
        records[LONGS * s + NEWEST_AT_MS] = observedAtMs;
        records[LONGS * s + RECEIVED_AT_MS] = receivedAtMs;
    }

    long staleAfterMs(int s) {
        return records[LONGS * s + STALE_AFTER_MS];
    }

    long intervalMs(int s) {
        return records[LONGS * s + INTERVAL_MS];
    }

    /** How long its observations are kept. */
    long keepMs(int s) {
        return records[LONGS * s + KEEP_MS];
    }

    /** Newest height of the gauge's zero in its datum. */
    double zeroM(int s) {
        return Double.longBitsToDouble(records[LONGS * s + ZERO_M]);
    }

    double resolution(int s) {
        return Double.longBitsToDouble(records[LONGS * s + RESOLUTION]);
    }

    boolean is(int s, long bit) {
        return (records[LONGS * s + BITS] & bit) != 0;
    }

    void set(int s, long bit) {
        records[LONGS * s + BITS] |= bit;
    }

    void put(int s, long bit, boolean value) {
        if (value) {
            set(s, bit);
        } else {
            clear(s, bit);
        }
    }

    void clear(int s, long bit) {
        records[LONGS * s + BITS] &= ~bit;
    }
}
