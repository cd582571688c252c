package dk.vandvagt.peers;

import dk.vandvagt.shard.Storms;
import dk.vandvagt.station.Threshold;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * All rules of one gauge. One value of state per gauge, changed in place as the heap backend allows, since a reading then costs
 * one look-up; an on-delay is an event-time timer, and a reading that overtakes the watermark completes it as well.
 */
@NullUnmarked
public final class FlinkGauge extends KeyedProcessFunction<Integer, Reading, FlinkGauge.Edge> {
    private static final long serialVersionUID = 1;
    private static final byte NORMAL = 0;
    private static final byte PENDING = 1;
    private static final byte ACTIVE = 2;
    private static final byte CLEARING = 3;
    private static final int RAIN_ROOM = 8;

    /** What is told, as {@link Storms.Told}. */
    public static final class Edge {
        public int sensor;
        public int kind;
        public boolean began;
        public long sinceMs;
        public long atMs;
    }

    public static final class Rung {
        public byte state;
        public long sinceMs;
    }

    public static final class Level {
        public TrendWindow window = new TrendWindow();
        public Rung level = new Rung();
        public Rung rise = new Rung();
    }

    public static final class Rain {
        public long[] observedAtMs = new long[RAIN_ROOM];
        public double[] mm = new double[RAIN_ROOM];
        public int from;
        public int to;
        public double sum;
        public Rung rung = new Rung();
    }

    private transient ValueState<Level> levels;
    private transient ValueState<Rain> rains;

    @Override
    public void open(OpenContext context) {
        levels = getRuntimeContext().getState(new ValueStateDescriptor<>("level", Level.class));
        rains = getRuntimeContext().getState(new ValueStateDescriptor<>("rain", Rain.class));
    }

    @Override
    public void processElement(Reading reading, Context context, Collector<Edge> out) throws Exception {
        if (Storms.isRain(reading.sensor)) {
            rain(reading, out);
        } else {
            level(reading, context, out);
        }
    }

    private void level(Reading reading, Context context, Collector<Edge> out) throws Exception {
        @Nullable Level gauge = levels.value();
        if (gauge == null) {
            gauge = new Level();
            levels.update(gauge);
        }
        long atMs = reading.observedAtMs;
        double value = reading.value;
        long dueMs = gauge.level.sinceMs + Storms.LEVEL_ON_DELAY_MS;
        if (gauge.level.state == PENDING && atMs >= dueMs) {
            raise(gauge.level, reading.sensor, dueMs, out);
        }
        if (value < Storms.SENSOR_MIN_M || value > Storms.SENSOR_MAX_M) {
            return;
        }
        boolean suspect = value < Storms.USER_MIN_M || value > Storms.USER_MAX_M;
        gauge.window.add(atMs, value);
        gauge.window.evict(atMs);
        Rung rung = gauge.level;
        if (rung.state == NORMAL) {
            if (value >= Storms.LEVEL_RAISE_M) {
                rung.state = PENDING;
                rung.sinceMs = atMs;
                context.timerService().registerEventTimeTimer(atMs + Storms.LEVEL_ON_DELAY_MS);
            }
        } else if (rung.state == PENDING) {
            if (value < Storms.LEVEL_RAISE_M) {
                rung.state = NORMAL;
                context.timerService().deleteEventTimeTimer(dueMs);
            }
        } else {
            standing(rung, reading, Threshold.Kind.LEVEL, value < Storms.LEVEL_CLEAR_M, suspect, out);
        }
        double rise = gauge.window.risePerHour();
        if (!Double.isNaN(rise)) {
            judge(
                    gauge.rise,
                    reading,
                    Threshold.Kind.RISE,
                    rise >= Storms.RISE_RAISE_M_PER_HOUR,
                    rise < Storms.RISE_CLEAR_M_PER_HOUR,
                    suspect,
                    out);
        }
        levels.update(gauge);
    }

    private void rain(Reading reading, Collector<Edge> out) throws Exception {
        if (reading.value < 0 || reading.value > Storms.RAIN_MAX_MM) {
            return;
        }
        @Nullable Rain gauge = rains.value();
        if (gauge == null) {
            gauge = new Rain();
        }
        int newest = gauge.to++ & RAIN_ROOM - 1;
        gauge.observedAtMs[newest] = reading.observedAtMs;
        gauge.mm[newest] = reading.value;
        gauge.sum += reading.value;
        while (gauge.observedAtMs[gauge.from & RAIN_ROOM - 1] <= reading.observedAtMs - Storms.RAIN_WINDOW_MS) {
            gauge.sum -= gauge.mm[gauge.from++ & RAIN_ROOM - 1];
        }
        judge(
                gauge.rung,
                reading,
                Threshold.Kind.ACCUMULATION,
                gauge.sum >= Storms.RAIN_RAISE_MM,
                gauge.sum < Storms.RAIN_CLEAR_MM,
                false,
                out);
        rains.update(gauge);
    }

    /** A rung without an on-delay. */
    private static void judge(
            Rung rung,
            Reading reading,
            Threshold.Kind kind,
            boolean beyond,
            boolean below,
            boolean suspect,
            Collector<Edge> out) {
        if (rung.state != NORMAL) {
            standing(rung, reading, kind, below, suspect, out);
        } else if (beyond) {
            rung.state = ACTIVE;
            tell(reading.sensor, kind, true, reading.observedAtMs, reading.observedAtMs, out);
        }
    }

    private static void standing(
            Rung rung, Reading reading, Threshold.Kind kind, boolean below, boolean suspect, Collector<Edge> out) {
        if (!below) {
            rung.state = ACTIVE;
        } else if (!suspect) {
            if (rung.state == ACTIVE) {
                rung.state = CLEARING;
                rung.sinceMs = reading.observedAtMs;
            }
            if (reading.observedAtMs - rung.sinceMs >= Storms.OFF_DELAY_MS) {
                rung.state = NORMAL;
                tell(reading.sensor, kind, false, rung.sinceMs, reading.observedAtMs, out);
            }
        }
    }

    private static void raise(Rung rung, int sensor, long atMs, Collector<Edge> out) {
        rung.state = ACTIVE;
        tell(sensor, Threshold.Kind.LEVEL, true, rung.sinceMs, atMs, out);
    }

    private static void tell(
            int sensor, Threshold.Kind kind, boolean began, long sinceMs, long atMs, Collector<Edge> out) {
        Edge edge = new Edge();
        edge.sensor = sensor;
        edge.kind = kind.ordinal();
        edge.began = began;
        edge.sinceMs = sinceMs;
        edge.atMs = atMs;
        out.collect(edge);
    }

    @Override
    public void onTimer(long timestampMs, OnTimerContext context, Collector<Edge> out) throws Exception {
        Level gauge = levels.value();
        if (gauge.level.state == PENDING && gauge.level.sinceMs + Storms.LEVEL_ON_DELAY_MS == timestampMs) {
            raise(gauge.level, context.getCurrentKey(), timestampMs, out);
            levels.update(gauge);
        }
    }
}
