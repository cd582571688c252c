package dk.vandvagt.quality;

import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.QualityLimits;
import dk.vandvagt.station.Sensor;
import java.util.List;

/**
 * Runs a sensor's tests on one of its recent observations, against its neighbours in observation time, and rolls them up. Pure
 * but for what it reads; one thread.
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

    private final double[] limits;

    /** @param sensors in the order of the indexes that are used here */
    public Checks(List<Sensor> sensors) {
        limits = new double[LIMITS * sensors.size()];
        for (int s = 0; s < sensors.size(); s++) {
            Sensor sensor = sensors.get(s);
            QualityLimits quality = sensor.quality();
            // a real cloudburst is a spike: rain is judged by its range only
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
        }
    }

    /** The rolled-up flag and the test that decided, packed: {@link #flag}, {@link #test}. */
    public int evaluate(Recent recent, int sensor, int i) {
        int at = LIMITS * sensor;
        double value = recent.value(sensor, i);
        byte range = Qartod.grossRange(
                value, limits[at + SENSOR_MIN], limits[at + SENSOR_MAX], limits[at + USER_MIN], limits[at + USER_MAX]);
        int verdict = packed(range, range == Flag.NOT_EVALUATED ? QualityTest.NONE : QualityTest.GROSS_RANGE);
        if (range == Flag.FAIL) {
            return verdict;
        }
        double maxSpacingMs = 2 * limits[at + INTERVAL_MS];
        long observedAtMs = recent.observedAtMs(sensor, i);
        int before = soundBefore(recent, sensor, i);
        if (before >= 0) {
            long spacingMs = observedAtMs - recent.observedAtMs(sensor, before);
            byte rate = Qartod.rateOfChange(recent.value(sensor, before), value, spacingMs, limits[at + RATE]);
            verdict = worse(verdict, rate, QualityTest.RATE_OF_CHANGE);
            int after = soundAfter(recent, sensor, i);
            if (spacingMs <= maxSpacingMs
                    && after >= 0
                    && recent.observedAtMs(sensor, after) - observedAtMs <= maxSpacingMs) {
                byte spike = Qartod.spikeByDifferences(
                        recent.value(sensor, before),
                        value,
                        recent.value(sensor, after),
                        limits[at + SPIKE_SUSPECT],
                        limits[at + SPIKE_FAIL]);
                verdict = worse(verdict, spike, QualityTest.SPIKE);
            }
        }
        return verdict;
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
            if (!(recent.flag(sensor, k) == Flag.FAIL && recent.test(sensor, k) == QualityTest.GROSS_RANGE.code())) {
                return k;
            }
        }
        return -1;
    }

    private static int worse(int verdict, byte flag, QualityTest test) {
        byte rolled = Flag.rollUp(flag(verdict), flag);
        return rolled == flag(verdict) ? verdict : packed(rolled, test);
    }

    private static int packed(byte flag, QualityTest test) {
        return test.code() << TEST_SHIFT | flag;
    }
}
