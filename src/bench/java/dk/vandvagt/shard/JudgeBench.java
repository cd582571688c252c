package dk.vandvagt.shard;

import com.sun.management.ThreadMXBean;
import dk.vandvagt.shard.CalmWeather.Arrival;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Judging;
import dk.vandvagt.station.QualityLimits;
import dk.vandvagt.station.Threshold;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What judging one reading costs, beside merely touching the same state ({@link Touch}): gross range, spike, level thresholds
 * with deadband and on-delay, a threshold on the rise of 3 h; of rain, gross range and thresholds on the accumulation of 30 min.
 * Both take turns every tenth of a second, and the thread's own processor time is counted, so that what else runs costs cache
 * only, and both alike. Prints rows of a table.
 *
 * <pre>
 * main judge SENSORS ARRIVAL LEVEL_THRESHOLDS TURNS
 * main heap SENSORS
 * </pre>
 */
public final class JudgeBench {
    /** Longer than lateness and trend window, and than it takes the windows to slide once. */
    private static final int WARM_UP_ROUNDS = 60;
    /** At a million sensors: just the windows. */
    private static final int LEAST_WARM_UP_ROUNDS = 25;

    private static final int MANY_READINGS = 20_000_000;
    private static final long TURN_NS = 100_000_000;
    static final int WET_SELDOM = 256;
    private static final int WET_ONE_IN = 12;
    private static final long WEEK_ROUNDS = 7 * 24 * 6;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static long sink;

    private JudgeBench() {}

    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        int sensors = Integer.parseInt(args[1]);
        if (args[0].equals("heap")) {
            heap(sensors);
        } else {
            judge(
                    sensors,
                    Arrival.valueOf(args[2].toUpperCase(Locale.ROOT)),
                    Integer.parseInt(args[3]),
                    Integer.parseInt(args[4]));
        }
    }

    static Catalogue catalogue(int sensors, int levelThresholds) {
        QualityLimits levelRange = new QualityLimits(-3, 4, -1.6, 2.6, 0.2, 0.4, Double.NaN);
        QualityLimits rainRange = new QualityLimits(0, 60, 0, 40, Double.NaN, Double.NaN, Double.NaN);
        List<Threshold> level = new ArrayList<>();
        List<Threshold> rain = new ArrayList<>();
        for (int i = 0; i < levelThresholds; i++) {
            level.add(Fleet.level("level " + i, 1 + 0.1 * i, 0.95 + 0.1 * i, 15 * Fleet.MIN_MS, 30 * Fleet.MIN_MS));
            rain.add(Fleet.accumulation("rain " + i, 15 + i, 10 + i, 30 * Fleet.MIN_MS));
        }
        level.add(Fleet.rise("fast", 0.5, 0.3, 30 * Fleet.MIN_MS));
        return Fleet.catalogue(sensors, levelRange, rainRange, s -> Fleet.isRain(s) ? rain : level, Judging.USUAL);
    }

    /** Until the windows have slid once. */
    static int warmUpRounds(int sensors) {
        return Math.clamp(MANY_READINGS / sensors, LEAST_WARM_UP_ROUNDS, WARM_UP_ROUNDS);
    }

    private static void judge(int sensors, Arrival arrival, int levelThresholds, int turns) {
        ShardState state = new ShardState(catalogue(sensors, levelThresholds), 0, 1);
        Touch touch = new Touch(sensors, levelThresholds + 1);
        CalmWeather judged = new CalmWeather(sensors, arrival, WET_SELDOM);
        CalmWeather touched = new CalmWeather(sensors, arrival, WET_SELDOM);
        ShardOutput out = new ShardOutput(2 * CalmWeather.BATCH);
        int rounds = warmUpRounds(sensors);
        for (long i = 0; i < (long) rounds * judged.readingsPerRound(); ) {
            out.clear();
            Batch batch = judged.nextOfRound();
            state.judge(batch, out);
            touched.nextOfRound();
            out.clear();
            sink += touch.judge(batch, out);
            i += batch.size();
        }
        // the code's own warm-up, in the order that is measured
        Cost warm = new Cost();
        for (int i = 0; i < 10; i++) {
            run(state, judged, out, warm);
            run(touch, touched, out, warm);
        }
        double[] judgeNs = new double[turns];
        double[] touchNs = new double[turns];
        double[] ratio = new double[turns];
        long bytes = 0;
        long readings = 0;
        Cost cost = new Cost();
        for (int turn = 0; turn < turns; turn++) {
            run(touch, touched, out, cost);
            touchNs[turn] = cost.nsPerReading();
            run(state, judged, out, cost);
            judgeNs[turn] = cost.nsPerReading();
            bytes += cost.bytes;
            readings += cost.readings;
            ratio[turn] = judgeNs[turn] / touchNs[turn];
        }
        System.out.printf(
                "| %,d | %s | %d | %s | %s | %s | %.2f |%n",
                sensors,
                arrival.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                levelThresholds,
                spread(judgeNs, "%.0f"),
                spread(touchNs, "%.0f"),
                spread(ratio, "%.2f"),
                (double) bytes / readings);
        System.err.println("heap after GC " + usedMiB() + " MiB of both; checksum " + sink);
    }

    private static final class Cost {
        private long ns;
        private long bytes;
        private long readings;

        double nsPerReading() {
            return (double) ns / readings;
        }
    }

    private static void run(ShardState state, CalmWeather weather, ShardOutput out, Cost cost) {
        begin(cost);
        while (cost.ns < TURN_NS) {
            Batch batch = weather.next();
            out.clear();
            long bytes = allocated();
            long began = THREADS.getCurrentThreadCpuTime();
            state.judge(batch, out);
            cost.ns += THREADS.getCurrentThreadCpuTime() - began;
            cost.bytes += allocated() - bytes;
            cost.readings += batch.size();
            if (!out.edges().isEmpty()) {
                throw new IllegalStateException("not calm: " + out.edges().getFirst());
            }
        }
    }

    private static void run(Touch touch, CalmWeather weather, ShardOutput out, Cost cost) {
        begin(cost);
        while (cost.ns < TURN_NS) {
            Batch batch = weather.next();
            out.clear();
            long began = THREADS.getCurrentThreadCpuTime();
            sink += touch.judge(batch, out);
            cost.ns += THREADS.getCurrentThreadCpuTime() - began;
            cost.readings += batch.size();
        }
    }

    private static void begin(Cost cost) {
        cost.ns = 0;
        cost.bytes = 0;
        cost.readings = 0;
    }

    private static long allocated() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }

    /** Heap of one shard with its catalogue, after a week in which it rains as in Denmark. */
    private static void heap(int sensors) {
        long before = usedMiB();
        Catalogue catalogue = catalogue(sensors, 3);
        long withCatalogue = usedMiB();
        ShardState state = new ShardState(catalogue, 0, 1);
        ShardOutput out = new ShardOutput(2 * CalmWeather.BATCH);
        CalmWeather weather = new CalmWeather(sensors, Arrival.IN_ORDER, WET_ONE_IN);
        long readings = WEEK_ROUNDS * weather.readingsPerRound();
        while (state.judged() < readings) {
            out.clear();
            state.judge(weather.nextOfRound(), out);
        }
        long after = usedMiB();
        if (state.judged() != readings || state.counts().overflowed() > 0) {
            throw new IllegalStateException(
                    state.judged() + " judged, " + state.counts().overflowed() + " overflowed");
        }
        // the weather's own arrays, made after the state, are not the service's
        long weatherMiB = Math.max(0, 2L * 4 * sensors >> 20);
        System.out.printf(
                "| %,d | %,d MiB | %,d MiB | %,d MiB |%n",
                sensors, after - before - weatherMiB, withCatalogue - before, after - withCatalogue - weatherMiB);
        Reference.reachabilityFence(catalogue);
        Reference.reachabilityFence(weather);
    }

    private static long usedMiB() {
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
        }
        return used >> 20;
    }

    /** Median, and in brackets lowest and highest. */
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
