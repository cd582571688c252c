package dk.vandvagt.shard;

import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Batches of readings that cross no threshold, in one of three orders of arrival. Levels swing with the tide, some rain falls;
 * every sensor's own time moves on by its interval from reading to reading.
 */
final class CalmWeather {
    /** Who reports next. */
    enum Arrival {
        /** round robin by index, each at its interval: neighbours in memory follow each other */
        IN_ORDER,
        /** the same, but the sensors of a round in an order without any pattern */
        PERMUTED,
        /** few sensors send most: the k-th busiest in proportion to 1/k; where it lies in memory has no pattern */
        SKEWED
    }

    static final int BATCH = 1024;
    static final long T0_MS = 1_700_000_400_000L;

    private static final long ROUND_MS = Fleet.LEVEL_INTERVAL_MS;
    private static final int TABLE = 1024;
    private static final int TIDES = 14;
    private static final int DRAWN = 1 << 21;
    private static final long SEED = 20231020;

    private final int sensors;
    private final Arrival arrival;
    private final int wetEvery;
    private final int[] order;
    private final int[] drawn;
    /** Readings each sensor has sent. */
    private final int[] sent;

    private final double[] levelM = new double[TABLE];
    private final int[] sensorIndex = new int[BATCH];
    private final long[] observedAtMs = new long[BATCH];
    private final double[] value = new double[BATCH];

    private long round;
    private int position;
    private int draw;
    private long clockMs = T0_MS;

    /**
     * @param sensors a multiple of 20
     * @param wetEvery of so many readings of a gauge one is wet
     */
    CalmWeather(int sensors, Arrival arrival, int wetEvery) {
        this.sensors = sensors;
        this.arrival = arrival;
        this.wetEvery = wetEvery;
        Random random = new Random(SEED);
        order = round(sensors, arrival == Arrival.IN_ORDER ? null : random);
        drawn = arrival == Arrival.SKEWED ? zipf(sensors, random) : new int[0];
        sent = new int[sensors];
        for (int i = 0; i < TABLE; i++) {
            double tide = 0.25 * Math.sin(2 * Math.PI * TIDES * i / TABLE);
            levelM[i] = Math.round(100 * (tide + 0.01 * random.nextGaussian())) / 100.0;
        }
    }

    /** One round of 10 min: level gauges once, rain gauges in both halves at the same place. */
    private static int[] round(int sensors, @Nullable Random random) {
        int[] first = new int[sensors];
        int[] second = new int[sensors];
        int half = 0;
        int others = 0;
        for (int s = 0; s < sensors; s++) {
            if (Fleet.isRain(s) || s / 10 % 2 == 0) {
                first[half++] = s;
            } else {
                second[others++] = s;
            }
        }
        if (random != null) {
            shuffle(first, half, random);
            shuffle(second, others, random);
        }
        int[] order = Arrays.copyOf(first, 2 * half);
        int next = 0;
        for (int i = 0; i < half; i++) {
            order[half + i] = Fleet.isRain(first[i]) ? first[i] : second[next++];
        }
        return order;
    }

    private static void shuffle(int[] a, int length, Random random) {
        for (int i = length - 1; i > 0; i--) {
            int k = random.nextInt(i + 1);
            int swapped = a[i];
            a[i] = a[k];
            a[k] = swapped;
        }
    }

    private static int[] zipf(int sensors, Random random) {
        double[] below = new double[sensors];
        double sum = 0;
        int[] place = new int[sensors];
        for (int k = 0; k < sensors; k++) {
            sum += 1.0 / (k + 1);
            below[k] = sum;
            place[k] = k;
        }
        shuffle(place, sensors, random);
        int[] drawn = new int[DRAWN];
        for (int i = 0; i < DRAWN; i++) {
            int k = Arrays.binarySearch(below, random.nextDouble() * sum);
            drawn[i] = place[Math.min(sensors - 1, k < 0 ? -k - 1 : k)];
        }
        return drawn;
    }

    int readingsPerRound() {
        return order.length;
    }

    /** The next readings, in round robin whatever the arrival: so that all windows fill. */
    Batch nextOfRound() {
        int n = Math.min(BATCH, order.length - position);
        for (int i = 0; i < n; i++) {
            int at = position + i;
            put(i, order[at], T0_MS + round * ROUND_MS + ROUND_MS * at / order.length);
        }
        position += n;
        clockMs = observedAtMs[n - 1];
        if (position == order.length) {
            position = 0;
            round++;
        }
        return new Batch(1, clockMs, clockMs, n, sensorIndex, observedAtMs, value, null);
    }

    Batch next() {
        if (arrival != Arrival.SKEWED) {
            return nextOfRound();
        }
        for (int i = 0; i < BATCH; i++) {
            int s = drawn[draw++ & DRAWN - 1];
            // the clock stands still, so that the quiet ones do not go stale; the round robin left off at a whole round
            long interval = Fleet.isRain(s) ? Fleet.RAIN_INTERVAL_MS : Fleet.LEVEL_INTERVAL_MS;
            put(i, s, firstAtMs(s) + sent[s] * interval);
        }
        return new Batch(1, clockMs, clockMs, BATCH, sensorIndex, observedAtMs, value, null);
    }

    private long firstAtMs(int s) {
        return T0_MS + ROUND_MS * s / sensors / 4;
    }

    private void put(int i, int s, long atMs) {
        sensorIndex[i] = s;
        observedAtMs[i] = atMs;
        int k = sent[s]++;
        value[i] = Fleet.isRain(s) ? ((k + 7 * s) % wetEvery == 0 ? 0.2 : 0) : levelM[(k + 31 * s) & TABLE - 1];
    }
}
