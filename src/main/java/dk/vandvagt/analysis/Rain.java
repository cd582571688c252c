package dk.vandvagt.analysis;

import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.Sensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Trailing accumulations of rain gauges, exact to the reading: an increment over (a, b] counts in the windows that contain
 * (a, b]. A window that cuts through one has two bounds, and one with unknown time in it says so. Whole millionths of a
 * millimetre: sums of integers do not drift, whatever the order they come in. One thread.
 */
public final class Rain {
    private final long[] windowsMs;
    private final RainCounts counts = new RainCounts();
    /** By sensor; null for what is no rain gauge. */
    private final @Nullable RainRecord[] records;

    /**
     * @param sensors in the order of the indexes used here
     * @param windowsMs ascending, the longest not shorter than {@code latenessMs}
     * @param latenessMs readings no older than this against the gauge's newest count as if they had come in order
     */
    public Rain(List<Sensor> sensors, long[] windowsMs, long latenessMs) {
        this.windowsMs = windowsMs.clone();
        records = new RainRecord[sensors.size()];
        for (int s = 0; s < records.length; s++) {
            if (sensors.get(s).parameter() == Parameter.RAIN) {
                records[s] = new RainRecord(sensors.get(s), this.windowsMs, latenessMs, counts);
            }
        }
    }

    /**
     * Takes a reading of a rain gauge, newest or late; one at an instant that is already there replaces it.
     *
     * @param value in the unit that the gauge's {@link dk.vandvagt.station.RainGauge.Input} says
     * @param failed nothing is known by it, but that the gauge reported
     * @return whether it counts: not if it is older than the lateness window
     */
    public boolean add(int sensor, long observedAtMs, double value, boolean failed) {
        return record(sensor).add(observedAtMs, value, failed);
    }

    /** Reads what the gauge's next reading will touch. */
    public long warm(int sensor) {
        return record(sensor).warm();
    }

    /** What has fallen at least, over the window with that index that ends with the newest reading; NaN before the first. */
    public double lowerMm(int sensor, int window) {
        RainRecord record = record(sensor);
        return record.isEmpty() ? Double.NaN : record.lowerMm(window);
    }

    /** What has fallen at most in the known part of that window, NaN before the first reading. */
    public double upperMm(int sensor, int window) {
        RainRecord record = record(sensor);
        return record.isEmpty() ? Double.NaN : record.upperMm(window);
    }

    /** As {@link #lowerMm} was when that observation was the newest; NaN where too long ago. */
    public double lowerMmWhen(int sensor, int window, long observedAtMs) {
        return record(sensor).lowerMmWhen(window, observedAtMs);
    }

    /** As {@link #upperMm} was when that observation was the newest; NaN where too long ago. */
    public double upperMmWhen(int sensor, int window, long observedAtMs) {
        return record(sensor).upperMmWhen(window, observedAtMs);
    }

    /** Share of that window for which rain is known, 0 to 1. */
    public double coverage(int sensor, int window) {
        RainRecord record = record(sensor);
        return record.isEmpty() ? 0 : 1 - (double) record.unknownMs(window) / windowsMs[window];
    }

    /** Whether all of that window is known: only then has no more fallen than {@link #upperMm}. */
    public boolean isKnown(int sensor, int window) {
        RainRecord record = record(sensor);
        return !record.isEmpty() && record.unknownMs(window) == 0;
    }

    /** As {@link #lowerMm}, to be shown at {@code nowMs}: with a gauge that reports on a tip, silence is dry for its heartbeat. */
    public double shownMm(int sensor, int window, long nowMs) {
        RainRecord record = record(sensor);
        return record.isEmpty() ? Double.NaN : record.shownMm(window, nowMs);
    }

    /** Mean over the shortest window that its interval fits into, millimetres per hour; NaN where some of that is unknown. */
    public double intensityMmPerHour(int sensor) {
        return record(sensor).intensityMmPerHour();
    }

    /** Antecedent precipitation at the newest reading; NaN until thirty days are known well enough. */
    public double antecedentMm(int sensor) {
        return record(sensor).antecedentMm();
    }

    private RainRecord record(int sensor) {
        RainRecord record = records[sensor];
        if (record == null) {
            throw new IllegalArgumentException("sensor " + sensor + " is no rain gauge");
        }
        return record;
    }

    /** The index of a window, or -1. */
    public int window(long windowMs) {
        for (int w = 0; w < windowsMs.length; w++) {
            if (windowsMs[w] == windowMs) {
                return w;
            }
        }
        return -1;
    }

    /** How often a gauge's room had to be doubled. */
    public long grown() {
        return counts.grown;
    }

    /** Readings settled early, and spans let go, for want of room: the sums that miss them have no full coverage. */
    public long overflowed() {
        return counts.overflowed;
    }

    public long tooLate() {
        return counts.tooLate;
    }

    /** Counters that began anew, or jumped, and went on from there; told once the lateness window is past. */
    public long counterResets() {
        return counts.resets;
    }

    public long counterWraps() {
        return counts.wraps;
    }

    /** A gauge's state for a snapshot, but for its counts. */
    public long[] save(int sensor) {
        return record(sensor).save();
    }

    /** Before the gauge's first reading. */
    public void restore(int sensor, long[] saved) {
        record(sensor).restore(saved);
    }
}
