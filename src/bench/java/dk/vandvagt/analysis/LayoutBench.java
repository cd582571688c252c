package dk.vandvagt.analysis;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/**
 * What the layout of a sensor's state costs: the same small judge (range, spike, level threshold with deadband and delays, slope
 * of 3 h) once with all that belongs to a sensor side by side, once with an array per field. Sensors report in an order without
 * pattern; both take turns, and must find the same.
 *
 * <p>The loser is the array per field, by little: alike up to 100,000 sensors (0.95 to 0.98 of the record's time), 1.14 times as
 * long at a million. A reading touches more lines of memory that way, but the processor fetches them at the same time, and the
 * settings' small arrays stay in the cache until there are very many sensors.
 *
 * <p>{@code main TURNS SENSORS…}
 */
public final class LayoutBench {
    private static final long INTERVAL_MS = 600_000;
    private static final long WINDOW_MS = 3 * 3_600_000L;
    private static final double MS_PER_HOUR = 3_600_000.0;
    private static final int RING = 32;
    private static final int LEAST = 5;

    private static final byte NORMAL = 0;
    private static final byte PENDING = 1;
    private static final byte ACTIVE = 2;
    private static final byte CLEARING = 3;

    private static final double SENSOR_MIN_M = -3;
    private static final double SENSOR_MAX_M = 4;
    private static final double SPIKE_FAIL_M = 0.4;
    private static final double RAISE_AT_M = 0.30;
    private static final double CLEAR_BELOW_M = 0.25;
    private static final long ON_DELAY_MS = 15 * 60_000;
    private static final long OFF_DELAY_MS = 30 * 60_000;

    private static final int TABLE = 1024;
    private static final int WARM_UP_ROUNDS = 34;
    private static final int CHUNK = 4096;
    private static final long TURN_NS = 100_000_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private LayoutBench() {}

    /** A judge that says how many exceedances began or ended, and keeps a sum of what it found. */
    private abstract static class Judge {
        double found;

        abstract int judge(int s, long atMs, double value);
    }

    /** All of a sensor side by side: settings, state, and a ring of readings, time and flag in one. */
    private static final class RecordPerSensor extends Judge {
        private static final int MIN = 0;
        private static final int MAX = 1;
        private static final int SPIKE = 2;
        private static final int RAISE = 3;
        private static final int CLEAR = 4;
        private static final int ON_DELAY = 5;
        private static final int OFF_DELAY = 6;
        private static final int STATE = 7;
        private static final int SINCE = 8;
        private static final int COUNT = 9;
        private static final int FIRST = 16;
        private static final int STRIDE = FIRST + 2 * RING;

        private final long[] all;

        RecordPerSensor(int sensors) {
            all = new long[Math.multiplyExact(sensors, STRIDE)];
            for (int s = 0; s < sensors; s++) {
                int at = s * STRIDE;
                all[at + MIN] = Double.doubleToLongBits(SENSOR_MIN_M);
                all[at + MAX] = Double.doubleToLongBits(SENSOR_MAX_M);
                all[at + SPIKE] = Double.doubleToLongBits(SPIKE_FAIL_M);
                all[at + RAISE] = Double.doubleToLongBits(RAISE_AT_M);
                all[at + CLEAR] = Double.doubleToLongBits(CLEAR_BELOW_M);
                all[at + ON_DELAY] = ON_DELAY_MS;
                all[at + OFF_DELAY] = OFF_DELAY_MS;
            }
        }

        private double figure(int at) {
            return Double.longBitsToDouble(all[at]);
        }

        private static int entry(int at, int i) {
            return at + FIRST + 2 * (i & RING - 1);
        }

        @Override
        int judge(int s, long atMs, double value) {
            int at = s * STRIDE;
            if (value < figure(at + MIN) || value > figure(at + MAX)) {
                return 0;
            }
            int count = (int) all[at + COUNT];
            if (count >= 2) {
                int middle = entry(at, count - 1);
                double up = figure(middle + 1) - figure(entry(at, count - 2) + 1);
                double down = figure(middle + 1) - value;
                if (up * down > 0 && Math.min(Math.abs(up), Math.abs(down)) > figure(at + SPIKE)) {
                    all[middle] |= 1;
                }
            }
            int newest = entry(at, count);
            all[newest] = atMs << 1;
            all[newest + 1] = Double.doubleToRawLongBits(value);
            all[at + COUNT] = ++count;
            int n = 0;
            double sx = 0;
            double sy = 0;
            double sxx = 0;
            double sxy = 0;
            for (int i = count - 1; i >= 0 && i > count - RING; i--) {
                int entry = entry(at, i);
                long time = all[entry];
                if (atMs - (time >> 1) > WINDOW_MS) {
                    break;
                }
                if ((time & 1) == 0) {
                    double x = ((time >> 1) - atMs) / MS_PER_HOUR;
                    double y = figure(entry + 1);
                    n++;
                    sx += x;
                    sy += y;
                    sxx += x * x;
                    sxy += x * y;
                }
            }
            found += n < LEAST ? 0 : (n * sxy - sx * sy) / (n * sxx - sx * sx);
            return rung(at, atMs, value);
        }

        private int rung(int at, long atMs, double value) {
            boolean beyond = value >= figure(at + RAISE);
            switch ((int) all[at + STATE]) {
                case NORMAL -> {
                    if (beyond) {
                        all[at + STATE] = PENDING;
                        all[at + SINCE] = atMs;
                    }
                }
                case PENDING -> {
                    if (!beyond) {
                        all[at + STATE] = NORMAL;
                    } else if (atMs - all[at + SINCE] >= all[at + ON_DELAY]) {
                        all[at + STATE] = ACTIVE;
                        return 1;
                    }
                }
                default -> {
                    if (value >= figure(at + CLEAR)) {
                        all[at + STATE] = ACTIVE;
                    } else if (all[at + STATE] == ACTIVE) {
                        all[at + STATE] = CLEARING;
                        all[at + SINCE] = atMs;
                    } else if (atMs - all[at + SINCE] >= all[at + OFF_DELAY]) {
                        all[at + STATE] = NORMAL;
                        return 1;
                    }
                }
            }
            return 0;
        }
    }

    /** The same, an array for each field. */
    private static final class ArrayPerField extends Judge {
        private final double[] min;
        private final double[] max;
        private final double[] spike;
        private final double[] raise;
        private final double[] clear;
        private final long[] onDelay;
        private final long[] offDelay;
        private final byte[] state;
        private final long[] since;
        private final int[] counts;
        private final long[] times;
        private final double[] values;
        private final boolean[] spikes;

        ArrayPerField(int sensors) {
            min = filled(sensors, SENSOR_MIN_M);
            max = filled(sensors, SENSOR_MAX_M);
            spike = filled(sensors, SPIKE_FAIL_M);
            raise = filled(sensors, RAISE_AT_M);
            clear = filled(sensors, CLEAR_BELOW_M);
            onDelay = new long[sensors];
            Arrays.fill(onDelay, ON_DELAY_MS);
            offDelay = new long[sensors];
            Arrays.fill(offDelay, OFF_DELAY_MS);
            state = new byte[sensors];
            since = new long[sensors];
            counts = new int[sensors];
            times = new long[sensors * RING];
            values = new double[sensors * RING];
            spikes = new boolean[sensors * RING];
        }

        private static double[] filled(int sensors, double with) {
            double[] filled = new double[sensors];
            Arrays.fill(filled, with);
            return filled;
        }

        private static int entry(int s, int i) {
            return s * RING + (i & RING - 1);
        }

        @Override
        int judge(int s, long atMs, double value) {
            if (value < min[s] || value > max[s]) {
                return 0;
            }
            int count = counts[s];
            if (count >= 2) {
                int middle = entry(s, count - 1);
                double up = values[middle] - values[entry(s, count - 2)];
                double down = values[middle] - value;
                if (up * down > 0 && Math.min(Math.abs(up), Math.abs(down)) > spike[s]) {
                    spikes[middle] = true;
                }
            }
            int newest = entry(s, count);
            times[newest] = atMs;
            values[newest] = value;
            spikes[newest] = false;
            counts[s] = ++count;
            int n = 0;
            double sx = 0;
            double sy = 0;
            double sxx = 0;
            double sxy = 0;
            for (int i = count - 1; i >= 0 && i > count - RING; i--) {
                int entry = entry(s, i);
                long time = times[entry];
                if (atMs - time > WINDOW_MS) {
                    break;
                }
                if (!spikes[entry]) {
                    double x = (time - atMs) / MS_PER_HOUR;
                    double y = values[entry];
                    n++;
                    sx += x;
                    sy += y;
                    sxx += x * x;
                    sxy += x * y;
                }
            }
            found += n < LEAST ? 0 : (n * sxy - sx * sy) / (n * sxx - sx * sx);
            return rung(s, atMs, value);
        }

        private int rung(int s, long atMs, double value) {
            boolean beyond = value >= raise[s];
            switch (state[s]) {
                case NORMAL -> {
                    if (beyond) {
                        state[s] = PENDING;
                        since[s] = atMs;
                    }
                }
                case PENDING -> {
                    if (!beyond) {
                        state[s] = NORMAL;
                    } else if (atMs - since[s] >= onDelay[s]) {
                        state[s] = ACTIVE;
                        return 1;
                    }
                }
                default -> {
                    if (value >= clear[s]) {
                        state[s] = ACTIVE;
                    } else if (state[s] == ACTIVE) {
                        state[s] = CLEARING;
                        since[s] = atMs;
                    } else if (atMs - since[s] >= offDelay[s]) {
                        state[s] = NORMAL;
                        return 1;
                    }
                }
            }
            return 0;
        }
    }

    /** Feeds one judge, and counts its processor time. */
    private static final class Feed {
        private final Judge judge;
        private final int[] order;
        private final double[] levelM;
        private final int[] sensor = new int[CHUNK];
        private final double[] value = new double[CHUNK];
        private int next;
        private int round;
        private long edges;
        private long readings;

        Feed(Judge judge, int[] order, double[] levelM) {
            this.judge = judge;
            this.order = order;
            this.levelM = levelM;
        }

        /** Nanoseconds of so many readings of one round. */
        long chunk() {
            int size = Math.min(CHUNK, order.length - next);
            for (int i = 0; i < size; i++) {
                sensor[i] = order[next + i];
                value[i] = levelM[round + 31 * sensor[i] & TABLE - 1];
            }
            long atMs = (1L + round) * INTERVAL_MS;
            int found = 0;
            long before = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < size; i++) {
                found += judge.judge(sensor[i], atMs, value[i]);
            }
            long ns = THREADS.getCurrentThreadCpuTime() - before;
            edges += found;
            readings += size;
            next += size;
            if (next == order.length) {
                next = 0;
                round++;
            }
            return ns;
        }

        double turn() {
            long before = readings;
            long ns = 0;
            while (ns < TURN_NS) {
                ns += chunk();
            }
            return (double) ns / (readings - before);
        }
    }

    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        System.out.println(
                "| sensors | record per sensor, ns/reading | array per field, ns/reading | array / record |");
        System.out.println("|---|---|---|---|");
        for (int i = 1; i < args.length; i++) {
            measure(Integer.parseInt(args[i]), Integer.parseInt(args[0]));
        }
    }

    private static void measure(int sensors, int turns) {
        Random random = new Random(20231020);
        double[] levelM = new double[TABLE];
        for (int i = 0; i < TABLE; i++) {
            levelM[i] = 0.35 * Math.sin(2 * Math.PI * 14 * i / TABLE) + 0.01 * random.nextGaussian();
        }
        int[] order = new int[sensors];
        for (int s = 0; s < sensors; s++) {
            int k = random.nextInt(s + 1);
            order[s] = order[k];
            order[k] = s;
        }
        Feed records = new Feed(new RecordPerSensor(sensors), order, levelM);
        Feed arrays = new Feed(new ArrayPerField(sensors), order, levelM);
        for (long left = (long) WARM_UP_ROUNDS * sensors; left > 0; left -= CHUNK) {
            records.chunk();
            arrays.chunk();
        }
        for (int i = 0; i < 5; i++) {
            records.turn();
            arrays.turn();
        }
        double[] record = new double[turns];
        double[] array = new double[turns];
        double[] ratio = new double[turns];
        for (int turn = 0; turn < turns; turn++) {
            record[turn] = records.turn();
            array[turn] = arrays.turn();
            ratio[turn] = array[turn] / record[turn];
        }
        requireSame(records, arrays);
        System.out.printf(
                "| %,d | %s | %s | %s |%n",
                sensors, spread(record, "%.0f"), spread(array, "%.0f"), spread(ratio, "%.2f"));
    }

    /** Brings both to the same reading first. */
    private static void requireSame(Feed a, Feed b) {
        while (a.readings != b.readings) {
            (a.readings < b.readings ? a : b).chunk();
        }
        if (a.edges == 0 || a.edges != b.edges || a.judge.found != b.judge.found) {
            throw new IllegalStateException(a.edges + " edges and " + a.judge.found + ", but " + b.edges + " and "
                    + b.judge.found + " by the other layout");
        }
    }

    private static String spread(double[] values, String format) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return String.format(
                format + " (" + format + "–" + format + ")",
                sorted[sorted.length / 2],
                sorted[0],
                sorted[sorted.length - 1]);
    }
}
