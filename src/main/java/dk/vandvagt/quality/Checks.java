package dk.vandvagt.quality;

import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.QualityLimits;
import dk.vandvagt.station.QualityLimits.Neighbour;
import dk.vandvagt.station.QualityLimits.SpikeMethod;
import dk.vandvagt.station.RainGauge;
import dk.vandvagt.station.Season;
import dk.vandvagt.station.Sensor;
import java.util.List;

/**
 * Runs a sensor's tests on its recent observations, against their neighbours in observation time, and rolls them up. An
 * observation's flag follows from the values before it, the few after it and what the neighbouring station measured, never from
 * the order in which they came. One thread.
 */
public final class Checks {
    private static final int LIMITS = 8;
    private static final int SENSOR_MIN = 0;
    private static final int SENSOR_MAX = 1;
    private static final int USER_MIN = 2;
    private static final int USER_MAX = 3;
    private static final int SPIKE_SUSPECT = 4;
    private static final int SPIKE_FAIL = 5;
    private static final int RATE = 6;
    private static final int INTERVAL_MS = 7;
    /** How many failed neighbours are stepped over in search of a sound one. */
    private static final int LOOK_PAST = 2;

    private static final int TEST_SHIFT = 8;

    private static final byte SPIKE_BY_MEAN = 1;
    private static final byte CLIMATOLOGY = 1 << 1;
    private static final byte NEIGHBOUR = 1 << 2;
    private static final byte STILLNESS = 1 << 3;
    private static final byte COUNTER = 1 << 4;

    /** After a reset a counter shows no more than this share of what it did, and begins a wrap in the last such share. */
    private static final int RESET_SHARE = 4;

    private final double[] limits;
    /** Which of the tests that few sensors have this one has. */
    private final byte[] rarer;

    private final Season[][] climatology;
    private final double[] counterNoiseMm;
    private final double[] counterWrapMm;
    private final Neighbour[] neighbour;
    private final RaisingPoints raising;
    private final Stillness stillness;
    private final Neighbours neighbours;

    /** @param sensors in the order of the indexes that are used here */
    public Checks(List<Sensor> sensors, RaisingPoints raising, Neighbours neighbours) {
        this.raising = raising;
        this.neighbours = neighbours;
        stillness = new Stillness(sensors, raising);
        limits = new double[LIMITS * sensors.size()];
        rarer = new byte[sensors.size()];
        climatology = new Season[sensors.size()][];
        counterNoiseMm = new double[sensors.size()];
        counterWrapMm = new double[sensors.size()];
        neighbour = new Neighbour[sensors.size()];
        for (int s = 0; s < sensors.size(); s++) {
            Sensor sensor = sensors.get(s);
            QualityLimits quality = sensor.quality();
            // a real cloudburst is a spike: rain is judged by its range and its neighbour only
            boolean level = sensor.parameter() != Parameter.RAIN;
            int at = LIMITS * s;
            limits[at + SENSOR_MIN] = quality.sensorMin();
            limits[at + SENSOR_MAX] = quality.sensorMax();
            limits[at + USER_MIN] = quality.userMin();
            limits[at + USER_MAX] = quality.userMax();
            limits[at + SPIKE_SUSPECT] = level ? quality.spikeSuspect() : Double.NaN;
            limits[at + SPIKE_FAIL] = level ? quality.spikeFail() : Double.NaN;
            limits[at + RATE] = level ? quality.rateOfChangePerHour() : Double.NaN;
            limits[at + INTERVAL_MS] = sensor.intervalMs();
            climatology[s] = level ? quality.climatology().toArray(Season[]::new) : new Season[0];
            neighbour[s] = quality.neighbour();
            counterNoiseMm[s] = sensor.resolution();
            counterWrapMm[s] = sensor.rain().wrapMm();
            boolean counter = !level && sensor.rain().input() == RainGauge.Input.COUNTER;
            rarer[s] = (byte) ((quality.spikeMethod() == SpikeMethod.AVERAGE ? SPIKE_BY_MEAN : 0)
                    | (climatology[s].length > 0 ? CLIMATOLOGY : 0)
                    | (neighbour[s].isNone() ? 0 : NEIGHBOUR)
                    | (stillness.watches(s) ? STILLNESS : 0)
                    | (counter ? COUNTER : 0));
        }
    }

    /**
     * Puts an observation into the window, before the i-th. When there is no room left in it, it lets go of what was observed
     * before an instant, but for the last few before it: seldom, since the far end of a window is memory of its own.
     *
     * @param beforeMs not later than the observation
     * @return where it stands now
     */
    public int insert(Recent recent, int sensor, int i, long observedAtMs, double value, long beforeMs) {
        int place = i;
        if (recent.isFull(sensor)) {
            int old = recent.evictable(sensor, beforeMs);
            leave(recent, sensor, old);
            place -= old;
            int needed = recent.givingWay(sensor);
            leave(recent, sensor, needed);
            recent.countOverflow(needed);
            place = Math.max(0, place - needed);
            recent.moveUp(sensor);
        }
        return recent.insert(sensor, place, observedAtMs, value, Flag.NOT_EVALUATED, QualityTest.NONE.code());
    }

    private void leave(Recent recent, int sensor, int count) {
        if (has(sensor, STILLNESS)) {
            stillness.leaving(recent, sensor, count);
        }
        recent.evict(sensor, count);
    }

    /** Reads a sensor's limits. */
    public long warm(int sensor) {
        return (long) (limits[LIMITS * sensor] + limits[LIMITS * sensor + INTERVAL_MS]) + rarer[sensor];
    }

    private boolean has(int sensor, byte test) {
        return (rarer[sensor] & test) != 0;
    }

    /**
     * Takes note of the i-th observation, which came or was corrected. From the index returned to the newest all must be
     * {@linkplain #evaluate evaluated} again, in that order; where the i-th is the newest, that is seldom more than two.
     *
     * @param isNew came just now and is newer than all others
     * @param zeroM of the gauge in its datum
     */
    public int note(Recent recent, int sensor, int i, boolean isNew, double zeroM) {
        if (has(sensor, STILLNESS)) {
            if (isNew) {
                stillness.arrived(recent, sensor, zeroM);
            } else {
                stillness.changed(recent, sensor, i, zeroM);
            }
        }
        // a spike is judged by the reading after it, if that is near enough
        long farMs = recent.observedAtMs(sensor, i) - (long) (2 * limits[LIMITS * sensor + INTERVAL_MS]);
        for (int k = i - 1; k >= 0 && k >= i - 1 - LOOK_PAST && recent.observedAtMs(sensor, k) >= farMs; k--) {
            if (!isOutside(recent, sensor, k)) {
                return k;
            }
        }
        return i;
    }

    /**
     * The rolled-up flag and the test that decided, packed: {@link #flag}, {@link #test}. Those before the i-th must have their
     * flags already.
     *
     * @param zeroM of the gauge in its datum
     */
    public int evaluate(Recent recent, int sensor, int i, double zeroM) {
        int at = LIMITS * sensor;
        double value = recent.value(sensor, i);
        byte range = Qartod.grossRange(
                value, limits[at + SENSOR_MIN], limits[at + SENSOR_MAX], limits[at + USER_MIN], limits[at + USER_MAX]);
        int verdict = packed(range, range == Flag.NOT_EVALUATED ? QualityTest.NONE : QualityTest.GROSS_RANGE);
        if (range == Flag.FAIL) {
            return verdict;
        }
        long observedAtMs = recent.observedAtMs(sensor, i);
        if (has(sensor, CLIMATOLOGY)) {
            verdict = worse(verdict, climatology(sensor, observedAtMs, value), QualityTest.CLIMATOLOGY);
        }
        double maxSpacingMs = 2 * limits[at + INTERVAL_MS];
        int before = soundBefore(recent, sensor, i);
        if (before >= 0) {
            long spacingMs = observedAtMs - recent.observedAtMs(sensor, before);
            int after = soundAfter(recent, sensor, i);
            if (spacingMs <= maxSpacingMs
                    && after >= 0
                    && recent.observedAtMs(sensor, after) - observedAtMs <= maxSpacingMs) {
                byte spike = spike(sensor, recent.value(sensor, before), value, recent.value(sensor, after));
                verdict = worse(verdict, spike, QualityTest.SPIKE);
            }
            byte rate =
                    Qartod.rateOfChange(recent.value(sensor, before), value, spacingMs, limits[at + RATE], Double.NaN);
            verdict = worse(verdict, rate, QualityTest.RATE_OF_CHANGE);
            if (has(sensor, COUNTER)) {
                verdict = worse(verdict, counter(sensor, recent.value(sensor, before), value), QualityTest.COUNTER);
            }
        }
        verdict = worse(verdict, recent.farFlag(sensor, i), QualityTest.ofCode(recent.farTest(sensor, i)));
        if (has(sensor, NEIGHBOUR)) {
            double level = value + zeroM;
            verdict = worse(verdict, neighbour(sensor, observedAtMs, level), QualityTest.NEIGHBOR);
        }
        return verdict;
    }

    private byte climatology(int sensor, long observedAtMs, double value) {
        int monthDay = Season.monthDay(observedAtMs);
        for (Season season : climatology[sensor]) {
            if (season.has(monthDay)) {
                return Qartod.climatology(value, season.min(), season.max());
            }
        }
        return Flag.NOT_EVALUATED;
    }

    private byte spike(int sensor, double before, double value, double after) {
        double suspect = limits[LIMITS * sensor + SPIKE_SUSPECT];
        double fail = limits[LIMITS * sensor + SPIKE_FAIL];
        return has(sensor, SPIKE_BY_MEAN)
                ? Qartod.spike(before, value, after, suspect, fail)
                : Qartod.spikeByDifferences(before, value, after, suspect, fail);
    }

    /** A running counter never falls, but when it begins anew or has reached its end. */
    private byte counter(int sensor, double before, double value) {
        double wrap = counterWrapMm[sensor];
        boolean wrapped = before >= wrap - wrap / RESET_SHARE && value <= wrap / RESET_SHARE;
        boolean continues = value >= before - counterNoiseMm[sensor] || value <= before / RESET_SHARE || wrapped;
        return continues ? Flag.PASS : Flag.SUSPECT;
    }

    private byte neighbour(int sensor, long observedAtMs, double level) {
        Neighbour with = neighbour[sensor];
        byte flag = Qartod.neighbor(level, neighbours.near(sensor, observedAtMs), with.suspect(), with.fail());
        return flag == Flag.FAIL && raising.isBeyond(sensor, level) ? Flag.SUSPECT : flag;
    }

    /** Whether the sensor is compared with another, and that one measured the same nearby in time. */
    public boolean isBorneOut(int sensor, long observedAtMs, double level) {
        return has(sensor, NEIGHBOUR) && neighbour(sensor, observedAtMs, level) == Flag.PASS;
    }

    public static byte flag(int verdict) {
        return (byte) verdict;
    }

    public static byte test(int verdict) {
        return (byte) (verdict >> TEST_SHIFT);
    }

    private int soundBefore(Recent recent, int sensor, int i) {
        for (int k = i - 1; k >= 0 && k >= i - 1 - LOOK_PAST; k--) {
            if (recent.flag(sensor, k) != Flag.FAIL) {
                return k;
            }
        }
        return -1;
    }

    /** Only a range failure is stepped over: whether the newer one is itself a spike is not known yet. */
    private int soundAfter(Recent recent, int sensor, int i) {
        int size = recent.size(sensor);
        for (int k = i + 1; k < size && k <= i + 1 + LOOK_PAST; k++) {
            if (!isOutside(recent, sensor, k)) {
                return k;
            }
        }
        return -1;
    }

    private boolean isOutside(Recent recent, int sensor, int i) {
        double value = recent.value(sensor, i);
        return value < limits[LIMITS * sensor + SENSOR_MIN] || value > limits[LIMITS * sensor + SENSOR_MAX];
    }

    private static int worse(int verdict, byte flag, QualityTest test) {
        byte rolled = Flag.rollUp(flag(verdict), flag);
        return rolled == flag(verdict) ? verdict : packed(rolled, test);
    }

    private static int packed(byte flag, QualityTest test) {
        return test.code() << TEST_SHIFT | flag;
    }

    /** For a snapshot, what the tests that look far back remember of a sensor beyond its window. */
    public long[] save(int sensor) {
        return stillness.save(sensor);
    }

    /** After the sensor's window has been restored. */
    public void restore(Recent recent, int sensor, long[] saved) {
        stillness.restore(recent, sensor, saved);
    }
}
