package dk.vandvagt.shard;

import dk.vandvagt.alert.Edge;
import dk.vandvagt.shard.Storms.Told;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Judging;
import dk.vandvagt.station.QualityLimits;
import dk.vandvagt.station.Rule;
import dk.vandvagt.station.Threshold;
import java.util.ArrayList;
import java.util.List;

/** The core, given {@link Storms}: one shard on the calling thread, a batch a minute, as the clock goes. */
public final class StormJudge {
    private final List<Told> told = new ArrayList<>();
    private final Spent spent;

    /** Judges all of it by a new shard. */
    public StormJudge(Storms storms) {
        ShardState state = new ShardState(catalogue(storms.sensors()), 0, 1);
        int room = storms.sensors();
        ShardOutput out = new ShardOutput(2 * room);
        int[] sensorIndex = new int[room];
        long[] observedAtMs = new long[room];
        double[] value = new double[room];
        Spent before = Spent.now();
        for (int from = 0; from < storms.size(); ) {
            int to = storms.endOfMinute(from);
            storms.copy(from, to, sensorIndex, observedAtMs, value);
            long clockMs = observedAtMs[0];
            out.clear();
            state.judge(new Batch(1, clockMs, clockMs, to - from, sensorIndex, observedAtMs, value, null), out);
            take(out.edges());
            from = to;
        }
        spent = Spent.now().since(before);
        if (state.judged() != storms.size()) {
            throw new IllegalStateException(state.judged() + " judged of " + storms);
        }
    }

    private void take(List<Edge> edges) {
        for (Edge edge : edges) {
            Rule rule = edge.rule();
            if (rule == null || edge.kind() == Edge.Kind.WITHDRAWN) {
                throw new IllegalStateException("the input is to keep away from " + edge);
            }
            if (edge.kind() == Edge.Kind.BEGAN) {
                told.add(new Told(edge.sensorIndex(), rule.kind(), true, edge.beganAtMs(), edge.atMs()));
            } else if (edge.kind() == Edge.Kind.ENDED) {
                told.add(new Told(edge.sensorIndex(), rule.kind(), false, edge.atMs(), edge.observedAtMs()));
            }
        }
    }

    private static Catalogue catalogue(int sensors) {
        List<Threshold> level = List.of(
                Fleet.level(
                        "level",
                        Storms.LEVEL_RAISE_M,
                        Storms.LEVEL_CLEAR_M,
                        Storms.LEVEL_ON_DELAY_MS,
                        Storms.OFF_DELAY_MS),
                Fleet.rise("fast", Storms.RISE_RAISE_M_PER_HOUR, Storms.RISE_CLEAR_M_PER_HOUR, Storms.OFF_DELAY_MS));
        List<Threshold> rain =
                List.of(Fleet.accumulation("rain", Storms.RAIN_RAISE_MM, Storms.RAIN_CLEAR_MM, Storms.OFF_DELAY_MS));
        QualityLimits levelRange = new QualityLimits(
                Storms.SENSOR_MIN_M,
                Storms.SENSOR_MAX_M,
                Storms.USER_MIN_M,
                Storms.USER_MAX_M,
                Storms.SPIKE_SUSPECT_M,
                Storms.SPIKE_FAIL_M,
                Double.NaN);
        QualityLimits rainRange =
                new QualityLimits(0, Storms.RAIN_MAX_MM, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
        Judging judging = new Judging(
                Judging.USUAL.latenessWindowMs(),
                Judging.USUAL.maxFutureMs(),
                Double.POSITIVE_INFINITY,
                Judging.USUAL.implausibleStepMs());
        return Fleet.catalogue(sensors, levelRange, rainRange, s -> Fleet.isRain(s) ? rain : level, judging);
    }

    public List<Told> told() {
        return told;
    }

    /** From the first reading to the last. */
    public Spent spent() {
        return spent;
    }
}
