package dk.vandvagt.shard;

import dk.vandvagt.station.Threshold;
import java.util.Arrays;
import java.util.Random;

/**
 * Days of storm surges and cloudbursts at many gauges, in order of time, the same for the same seed: what the core and general
 * engines are given to judge by the same rules. Where the core is peculiar the input keeps away, so that rules short enough for
 * all engines give the same exceedances:
 *
 * <ul>
 *   <li>spikes come in calm water and end below every raising point (the core would take back an exceedance that rests on one);
 *   <li>rain has no faults (over a hole the core would not clear), and comes in quarters of a millimetre, whose sums are exact;
 *   <li>no gauge is silent, none is late; steps are never implausible; delays end on whole minutes.
 * </ul>
 */
public final class Storms {
    public static final long MIN_MS = 60_000;
    public static final long T0_MS = 1_700_000_400_000L;
    public static final long LEVEL_INTERVAL_MS = Fleet.LEVEL_INTERVAL_MS;

    public static final double SENSOR_MIN_M = -3;
    public static final double SENSOR_MAX_M = 4;
    public static final double USER_MIN_M = -1.6;
    public static final double USER_MAX_M = 2.6;
    public static final double SPIKE_SUSPECT_M = 0.2;
    public static final double SPIKE_FAIL_M = 0.4;
    public static final double RAIN_MAX_MM = 60;

    public static final double LEVEL_RAISE_M = 1.20;
    public static final double LEVEL_CLEAR_M = 1.10;
    public static final long LEVEL_ON_DELAY_MS = 15 * MIN_MS;
    public static final double RISE_RAISE_M_PER_HOUR = 0.25;
    public static final double RISE_CLEAR_M_PER_HOUR = 0.15;
    public static final long RISE_WINDOW_MS = Fleet.RISE_WINDOW_MS;
    public static final double RAIN_RAISE_MM = 15;
    public static final double RAIN_CLEAR_MM = 10;
    public static final long RAIN_WINDOW_MS = Fleet.ACCUMULATION_WINDOW_MS;
    public static final long OFF_DELAY_MS = 30 * MIN_MS;

    private static final double OUT_OF_RANGE_M = -9.99;
    private static final double HOUR_MS = 60.0 * MIN_MS;
    private static final int DAY_MIN = 24 * 60;
    private static final int SLOTS = 10;
    /** At most one fault in so many readings, so that none is another's neighbour. */
    private static final int APART = 12;

    private final int sensors;
    private final int days;
    private final long seed;
    private final int[] sensor;
    private final long[] observedAtMs;
    private final double[] value;
    private int size;

    private final double[] phase;
    private final double[] peakHour;
    private final double[] peakM;
    private final double[] widthHours;
    private final int[] showerMin;
    private final int[] showerQuarters;

    /** @param sensors a multiple of 100; a tenth of them measures rain */
    public Storms(int sensors, int days, long seed) {
        this.sensors = sensors;
        this.days = days;
        this.seed = seed;
        int readings = sensors / 10 * 11 * (DAY_MIN / 10) * days;
        sensor = new int[readings];
        observedAtMs = new long[readings];
        value = new double[readings];
        Random random = new Random(seed);
        phase = random.doubles(sensors, 0, 2 * Math.PI).toArray();
        peakHour = random.doubles((long) sensors * days, 8, 15).toArray();
        peakM = random.doubles((long) sensors * days, 0.5, 2.4).toArray();
        widthHours = random.doubles((long) sensors * days, 2.5, 4).toArray();
        showerMin = random.ints((long) sensors * days, 120, DAY_MIN - 180).toArray();
        showerQuarters = random.ints((long) sensors * days, 4, 24).toArray();
        int[][] slots = slots(random);
        for (int minute = 0; minute < days * DAY_MIN; minute++) {
            for (int s : slots[minute % SLOTS]) {
                put(s, minute, random);
            }
        }
        if (size != readings) {
            throw new AssertionError(size + " readings, not " + readings);
        }
    }

    /** Who reports in which of ten minutes, in no order. */
    private int[][] slots(Random random) {
        int[][] slots = new int[SLOTS][sensors];
        int[] count = new int[SLOTS];
        for (int s = 0; s < sensors; s++) {
            int slot = s / 10 % SLOTS;
            slots[slot][count[slot]++] = s;
            if (isRain(s)) {
                int other = (slot + SLOTS / 2) % SLOTS;
                slots[other][count[other]++] = s;
            }
        }
        for (int slot = 0; slot < SLOTS; slot++) {
            slots[slot] = Arrays.copyOf(slots[slot], count[slot]);
            for (int i = count[slot] - 1; i > 0; i--) {
                int k = random.nextInt(i + 1);
                int swapped = slots[slot][i];
                slots[slot][i] = slots[slot][k];
                slots[slot][k] = swapped;
            }
        }
        return slots;
    }

    private void put(int s, int minute, Random random) {
        sensor[size] = s;
        observedAtMs[size] = T0_MS + minute * MIN_MS;
        value[size] = isRain(s) ? rainMm(s, minute) : levelM(s, minute, random);
        size++;
    }

    private double levelM(int s, int minute, Random random) {
        int day = s * days + minute / DAY_MIN;
        double hour = minute % DAY_MIN / 60.0;
        double surge = peakM[day] * Math.exp(-Math.pow((hour - peakHour[day]) / widthHours[day], 2));
        double tide = 0.2 * Math.sin(2 * Math.PI * minute / 60.0 / 12.42 + phase[s]);
        double level = tide + surge + 0.01 * random.nextGaussian();
        int reading = minute / 10;
        if (reading % APART == APART / 2) {
            int kind = random.nextInt(16);
            if (kind == 0) {
                return OUT_OF_RANGE_M;
            }
            if (kind == 1 && surge < 0.1) {
                level += random.nextBoolean() ? 0.6 : -0.6;
            }
        }
        return Math.round(100 * level) / 100.0;
    }

    /** An hour's shower a day, heaviest in its middle. */
    private double rainMm(int s, int minute) {
        int day = s * days + minute / DAY_MIN;
        int into = minute % DAY_MIN - showerMin[day];
        if (into < 0 || into >= 60) {
            return 0;
        }
        return Math.round(showerQuarters[day] * (1 - Math.abs(into - 30) / 30.0)) / 4.0;
    }

    public static boolean isRain(int sensor) {
        return Fleet.isRain(sensor);
    }

    public int sensors() {
        return sensors;
    }

    public int size() {
        return size;
    }

    public int sensor(int i) {
        return sensor[i];
    }

    public long observedAtMs(int i) {
        return observedAtMs[i];
    }

    /** Level in metres, or rain in millimetres. */
    public double value(int i) {
        return value[i];
    }

    /** The first reading observed later than the i-th. */
    int endOfMinute(int i) {
        int end = i;
        while (end < size && observedAtMs[end] == observedAtMs[i]) {
            end++;
        }
        return end;
    }

    void copy(int from, int to, int[] sensorIndex, long[] times, double[] values) {
        System.arraycopy(sensor, from, sensorIndex, 0, to - from);
        System.arraycopy(observedAtMs, from, times, 0, to - from);
        System.arraycopy(value, from, values, 0, to - from);
    }

    @Override
    public String toString() {
        return String.format(
                "%,d sensors, %,d readings of %d days (%.0f h), seed %d",
                sensors, size, days, days * DAY_MIN * MIN_MS / HOUR_MS, seed);
    }

    /**
     * An exceedance that began or ended.
     *
     * @param sinceMs of one that began, the first reading beyond; of one that ended, the first below
     * @param atMs when the delay was over
     */
    public record Told(int sensor, Threshold.Kind kind, boolean began, long sinceMs, long atMs)
            implements Comparable<Told> {
        @Override
        public int compareTo(Told other) {
            int order = Integer.compare(sensor, other.sensor);
            order = order != 0 ? order : kind.compareTo(other.kind);
            order = order != 0 ? order : Long.compare(sinceMs, other.sinceMs);
            return order != 0 ? order : Boolean.compare(other.began, began);
        }
    }
}
