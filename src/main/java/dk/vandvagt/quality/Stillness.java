package dk.vandvagt.quality;

import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.QualityLimits;
import dk.vandvagt.station.QualityLimits.AttenuatedSignal;
import dk.vandvagt.station.QualityLimits.FlatLine;
import dk.vandvagt.station.QualityLimits.Spread;
import dk.vandvagt.station.Sensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The two tests that look further back than the kept window's neighbours: flat line, attenuated signal. Two flat runs per
 * sensor, one up to the newest observation and one up to the last that left the window: a late observation is judged by going
 * through the window again from there, so the order of arrival does not matter.
 */
final class Stillness {
    /** The widest tolerance in steps; finer steps would only cost room. */
    private static final int MOST_STEPS = 4;
    /** Keeps values on a round fraction of a step (a gauge zero at 5 mm) off the edge between two steps. */
    private static final double PHASE = 0.3875;
    /** Part of the window's observations that must be there. */
    private static final double COVERAGE = 0.8;

    private static final int WATCHED = 2;

    /** One sensor's settings. */
    private record Watch(
            int slot,
            double sensorMin,
            double sensorMax,
            double quantum,
            int within,
            long gapMs,
            FlatLine flat,
            AttenuatedSignal attenuated,
            int needed) {}

    private final @Nullable Watch[] watches;
    private final RaisingPoints raising;
    private final FlatRuns runs;

    Stillness(List<Sensor> sensors, RaisingPoints raising) {
        this.raising = raising;
        watches = new Watch[sensors.size()];
        int slots = 0;
        for (int s = 0; s < watches.length; s++) {
            Sensor sensor = sensors.get(s);
            QualityLimits limits = sensor.quality();
            FlatLine flat = limits.flatLine();
            AttenuatedSignal attenuated = limits.attenuatedSignal();
            // days without rain are no fault
            if (sensor.parameter() == Parameter.RAIN || flat.isOff() && attenuated.isOff()) {
                continue;
            }
            double quantum = Math.max(sensor.resolution(), flat.isOff() ? 0 : flat.tolerance() / MOST_STEPS);
            int within = flat.isOff() ? 0 : (int) Math.round(flat.tolerance() / quantum);
            int needed = (int) Math.ceil(COVERAGE * attenuated.windowMs() / sensor.intervalMs());
            watches[s] = new Watch(
                    slots++,
                    limits.sensorMin(),
                    limits.sensorMax(),
                    quantum,
                    within,
                    sensor.gapMs(),
                    flat,
                    attenuated,
                    Math.max(2, needed));
        }
        runs = new FlatRuns(WATCHED * slots, MOST_STEPS);
    }

    /** Whether it has anything to do for that sensor. */
    boolean watches(int sensor) {
        return watches[sensor] != null;
    }

    /** An observation came that is newer than all others. */
    void arrived(Recent recent, int sensor, double zeroM) {
        Watch watch = watches[sensor];
        if (watch != null) {
            add(watch, newest(watch), recent.observedAtMs(sensor, recent.size(sensor) - 1), last(recent, sensor));
            judge(watch, recent, sensor, recent.size(sensor) - 1, zeroM);
        }
    }

    private static double last(Recent recent, int sensor) {
        return recent.value(sensor, recent.size(sensor) - 1);
    }

    /** The i-th observation was put in or corrected: it and all after it are judged again. */
    void changed(Recent recent, int sensor, int i, double zeroM) {
        Watch watch = watches[sensor];
        if (watch == null) {
            return;
        }
        runs.copy(left(watch), newest(watch));
        for (int k = 0; k < recent.size(sensor); k++) {
            add(watch, newest(watch), recent.observedAtMs(sensor, k), recent.value(sensor, k));
            if (k >= i) {
                judge(watch, recent, sensor, k, zeroM);
            }
        }
    }

    /** The oldest observations are about to leave the window. */
    void leaving(Recent recent, int sensor, int count) {
        Watch watch = watches[sensor];
        if (watch != null) {
            for (int k = 0; k < count; k++) {
                add(watch, left(watch), recent.observedAtMs(sensor, k), recent.value(sensor, k));
            }
        }
    }

    private void add(Watch watch, int run, long atMs, double value) {
        if (!isOutside(watch, value)) {
            runs.add(run, atMs, (long) Math.floor(value / watch.quantum + PHASE), watch.gapMs);
        }
    }

    /** Beyond the sensor's span: no measurement, so it neither ends a flat run nor belongs to one. */
    private static boolean isOutside(Watch watch, double value) {
        return value < watch.sensorMin || value > watch.sensorMax;
    }

    private void judge(Watch watch, Recent recent, int sensor, int i, double zeroM) {
        byte flag = Flag.NOT_EVALUATED;
        byte test = QualityTest.NONE.code();
        double value = recent.value(sensor, i);
        if (!isOutside(watch, value)) {
            long flatMs = recent.observedAtMs(sensor, i) - runs.sinceMs(newest(watch), watch.within);
            byte flat = Qartod.flatLine(flatMs, watch.flat.suspectMs(), watch.flat.failMs());
            byte attenuated = attenuated(watch, recent, sensor, i);
            flag = Flag.rollUp(flat, attenuated);
            test = (flag == flat ? QualityTest.FLAT_LINE : QualityTest.ATTENUATED_SIGNAL).code();
            if (flag == Flag.FAIL && raising.isBeyond(sensor, value + zeroM)) {
                flag = Flag.SUSPECT;
            }
        }
        recent.setFar(sensor, i, flag, test);
    }

    private static byte attenuated(Watch watch, Recent recent, int sensor, int i) {
        AttenuatedSignal limits = watch.attenuated;
        if (limits.isOff()) {
            return Flag.NOT_EVALUATED;
        }
        long fromMs = recent.observedAtMs(sensor, i) - limits.windowMs();
        double lowest = Double.POSITIVE_INFINITY;
        double highest = Double.NEGATIVE_INFINITY;
        double mean = 0;
        double squares = 0;
        int n = 0;
        for (int k = i; k >= 0 && recent.observedAtMs(sensor, k) > fromMs; k--) {
            double value = recent.value(sensor, k);
            if (!isOutside(watch, value)) {
                n++;
                lowest = Math.min(lowest, value);
                highest = Math.max(highest, value);
                // Welford's recurrence
                double off = value - mean;
                mean += off / n;
                squares += off * (value - mean);
            }
        }
        double spread = limits.spread() == Spread.RANGE ? highest - lowest : Math.sqrt(squares / n);
        return Qartod.attenuatedSignal(spread, n, watch.needed, limits.suspect(), limits.fail());
    }

    private static int newest(Watch watch) {
        return WATCHED * watch.slot;
    }

    private static int left(Watch watch) {
        return WATCHED * watch.slot + 1;
    }

    /** The flat run up to the last observation that left the window, for a snapshot; empty where there is none to keep. */
    long[] save(int sensor) {
        Watch watch = watches[sensor];
        if (watch == null) {
            return new long[0];
        }
        long[] run = runs.save(left(watch));
        long[] saved = new long[run.length + 1];
        System.arraycopy(run, 0, saved, 0, run.length);
        saved[run.length] = Double.doubleToLongBits(watch.quantum);
        return saved;
    }

    /** After the window has been restored. A run counted in other steps, as settings have changed, is not gone on with. */
    void restore(Recent recent, int sensor, long[] saved) {
        Watch watch = watches[sensor];
        if (watch == null) {
            return;
        }
        if (saved.length == runs.saved() + 1 && saved[runs.saved()] == Double.doubleToLongBits(watch.quantum)) {
            runs.restore(left(watch), saved);
        }
        runs.copy(left(watch), newest(watch));
        for (int k = 0; k < recent.size(sensor); k++) {
            add(watch, newest(watch), recent.observedAtMs(sensor, k), recent.value(sensor, k));
        }
    }
}
