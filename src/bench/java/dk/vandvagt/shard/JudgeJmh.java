package dk.vandvagt.shard;

import dk.vandvagt.shard.CalmWeather.Arrival;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The same as {@link JudgeBench} under JMH: a reading judged, and one that is merely touched, each in a process of its own. A batch is
 * made before each invocation, outside what is measured. For the ratio on a noisy machine ask {@link JudgeBench}, where both take
 * turns.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(CalmWeather.BATCH)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx6g")
public class JudgeJmh {
    @Param({"1000", "10000", "100000", "1000000"})
    public int sensors;

    @Param({"IN_ORDER", "PERMUTED", "SKEWED"})
    public String arrival = "";

    @Param({"1", "4", "16"})
    public int levelThresholds;

    private CalmWeather weather = new CalmWeather(20, Arrival.IN_ORDER, JudgeBench.WET_SELDOM);
    private ShardState state = new ShardState(JudgeBench.catalogue(20, 1), 0, 1);
    private Touch touch = new Touch(20, 2);
    private final ShardOutput out = new ShardOutput(2 * CalmWeather.BATCH);
    private Batch batch = Batch.tick(0, 0, 0);

    /** Fills the windows of both. */
    @Setup(Level.Trial)
    public void fill() {
        weather = new CalmWeather(sensors, Arrival.valueOf(arrival), JudgeBench.WET_SELDOM);
        state = new ShardState(JudgeBench.catalogue(sensors, levelThresholds), 0, 1);
        touch = new Touch(sensors, levelThresholds + 1);
        long readings = (long) JudgeBench.warmUpRounds(sensors) * weather.readingsPerRound();
        for (long i = 0; i < readings; i += batch.size()) {
            batch = weather.nextOfRound();
            out.clear();
            state.judge(batch, out);
            out.clear();
            touch.judge(batch, out);
        }
    }

    @Setup(Level.Invocation)
    public void next() {
        batch = weather.next();
        out.clear();
    }

    @Benchmark
    public int judge() {
        state.judge(batch, out);
        return out.size();
    }

    @Benchmark
    public long touch() {
        return touch.judge(batch, out);
    }
}
