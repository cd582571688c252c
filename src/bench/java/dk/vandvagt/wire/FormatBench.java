package dk.vandvagt.wire;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What one message costs in each format: golden messages that are taken. Uplinks are redeliveries after the first. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FormatBench {
    @Param({
        "canonical-cbor--map",
        "senml-json--base-fields",
        "senml-cbor--base-fields",
        "chirpstack--up",
        "ttn--counter-left-out-is-zero",
        "os2iot--decoded",
        "plain--number",
        "csv--lines"
    })
    public String message = "";

    private final ReadingBuffer buffer = new ReadingBuffer();
    private Decoder.@Nullable Session session;
    private String topic = "";
    private byte[] payload = {};

    @Setup
    public void open() {
        Formats.Message golden = Formats.messages()
                .filter(each -> each.name().equals(message))
                .findAny()
                .orElseThrow();
        topic = golden.topic();
        payload = golden.payload();
        session = Formats.open(golden.format(), Formats.catalogue());
        if (message() != null || buffer.size() == 0) {
            throw new IllegalStateException(message + " gives no reading");
        }
    }

    @Benchmark
    public @Nullable Refusal message() {
        buffer.clear();
        return Objects.requireNonNull(session)
                .decode(topic, payload, 0, payload.length, Formats.RECEIVED_AT_MS, buffer);
    }
}
