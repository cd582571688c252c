package dk.vandvagt.peers;

import dk.vandvagt.shard.Spent;
import dk.vandvagt.shard.Storms;
import dk.vandvagt.shard.Storms.Told;
import dk.vandvagt.station.Threshold;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** The rules as a DataStream job in an embedded MiniCluster: object reuse, state on the heap, no Kryo, no checkpoints. */
final class FlinkJob {
    private static final Queue<FlinkGauge.Edge> EDGES = new ConcurrentLinkedQueue<>();
    private static final AtomicReference<Spent> ENDED = new AtomicReference<>(Spent.NONE);

    private final List<Told> told = new ArrayList<>();
    private final Spent spent;

    /**
     * @param shuffled by {@code keyBy}, which hands every reading through the network stack; otherwise source and rules are
     *     chained in one thread, since the lanes already part the sensors: the least that Flink can cost
     */
    FlinkJob(Storms storms, int parallelism, boolean shuffled) throws Exception {
        Configuration settings = new Configuration();
        settings.set(PipelineOptions.OBJECT_REUSE, true);
        settings.set(PipelineOptions.GENERIC_TYPES, false);
        settings.set(StateBackendOptions.STATE_BACKEND, "hashmap");
        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.createLocalEnvironment(parallelism, settings);
        DataStream<Reading> readings = environment.fromSource(
                new StormSource(storms, parallelism),
                WatermarkStrategy.<Reading>forMonotonousTimestamps()
                        .withTimestampAssigner((reading, given) -> reading.observedAtMs),
                "storms",
                TypeInformation.of(Reading.class));
        KeyedStream<Reading, Integer> bySensor = shuffled
                ? readings.keyBy(reading -> reading.sensor, Types.INT)
                : DataStreamUtils.reinterpretAsKeyedStream(readings, reading -> reading.sensor, Types.INT);
        bySensor.process(new FlinkGauge(), TypeInformation.of(FlinkGauge.Edge.class))
                .sinkTo(new Edges());
        EDGES.clear();
        ENDED.set(Spent.NONE);
        environment.execute();
        spent = ENDED.get().since(StormSource.began());
        for (FlinkGauge.Edge edge : EDGES) {
            told.add(new Told(edge.sensor, Threshold.Kind.values()[edge.kind], edge.began, edge.sinceMs, edge.atMs));
        }
    }

    List<Told> told() {
        return told;
    }

    /** From the first reading taken to the last judged: starting the cluster and the job is not counted. */
    Spent spent() {
        return spent;
    }

    private static final class Edges implements Sink<FlinkGauge.Edge> {
        private static final long serialVersionUID = 1;

        @Override
        public SinkWriter<FlinkGauge.Edge> createWriter(WriterInitContext context) {
            return new SinkWriter<>() {
                @Override
                public void write(FlinkGauge.Edge edge, Context context) {
                    EDGES.add(edge);
                }

                @Override
                public void flush(boolean endOfInput) {
                    if (endOfInput) {
                        // the last of the lanes sets it last
                        ENDED.set(Spent.now());
                    }
                }

                @Override
                public void close() {}
            };
        }
    }
}
