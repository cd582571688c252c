package dk.vandvagt.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dk.vandvagt.station.Unit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What one canonical message costs, beside a streaming parse of the same by Jackson and java.time. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DecodeBench {
    private static final String READING = "{\"t\":\"2023-10-20T21:40:00Z\",\"v\":2.27}";

    private final byte[] one = READING.getBytes(StandardCharsets.UTF_8);
    private final byte[] epoch = "{\"t\":1697838000000,\"v\":2.27}".getBytes(StandardCharsets.UTF_8);
    private final byte[] widened =
            "{\"t\":\"2023-10-20T21:40:00Z\",\"v\":2.2699999809265137}".getBytes(StandardCharsets.UTF_8);
    private final byte[] twenty = ("[" + (READING + ",").repeat(19) + READING + "]").getBytes(StandardCharsets.UTF_8);
    private final CanonicalJson json = new CanonicalJson();
    private final ReadingBuffer buffer = new ReadingBuffer();
    private final JsonFactory jackson = new JsonFactory();

    @Benchmark
    public @Nullable Refusal one() {
        return decode(one);
    }

    @Benchmark
    public @Nullable Refusal oneByEpochMilliseconds() {
        return decode(epoch);
    }

    @Benchmark
    public @Nullable Refusal oneWithSeventeenDigits() {
        return decode(widened);
    }

    @Benchmark
    public @Nullable Refusal twentyInAnArray() {
        return decode(twenty);
    }

    @Benchmark
    public double oneByJackson() throws IOException {
        double sum = 0;
        try (JsonParser parser = jackson.createParser(one)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.VALUE_STRING) {
                    sum += OffsetDateTime.parse(parser.getText()).toInstant().toEpochMilli();
                } else if (parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
                    sum += parser.getDoubleValue();
                }
            }
        }
        return sum;
    }

    private @Nullable Refusal decode(byte[] payload) {
        buffer.clear();
        return json.decode(0, Unit.M, payload, 0, payload.length, buffer);
    }
}
