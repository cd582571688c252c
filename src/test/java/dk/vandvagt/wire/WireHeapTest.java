package dk.vandvagt.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WireHeapTest {
    /** A multiple of the messages, of which the last two are refused. */
    private static final int DECODES = 7 * 150_000;
    /**
     * Of so many rounds one must leave nothing at all: what the virtual machine now and then puts on this thread's account comes once,
     * what a decoder allocates comes in every round.
     */
    private static final int ROUNDS = 3;

    private static final String TOPIC = "vandvagt/v1/readings/ASS-W";

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Decoder.Session session = new CanonicalReadings("vandvagt/v1").open(Places.with("ASS-W"));
    private final ReadingBuffer buffer = new ReadingBuffer();
    private int taken;

    @Test
    void shouldAllocateNothingOverAMillionMessages() {
        byte[][] messages = {
            bytes("{\"t\":\"2023-10-20T21:40:00Z\",\"v\":2.27}"),
            bytes("{\"t\":1697838000000,\"v\":-0.31,\"q\":{\"battery\":[3.61,\"V\"]}}"),
            bytes("{\"t\":\"2023-10-20T23:40:00.123+02:00\",\"v\":2.2699999809265137}"),
            bytes("[{\"t\":\"2023-10-20T21:40:00Z\",\"v\":2.27},{\"t\":\"2023-10-20T21:50:00Z\",\"v\":22.5e-1}]"),
            bytes("{\"\\u0074\":\"2023\\u002d10-20T21:40:00Z\",\"v\":2.27}"),
            bytes("{\"t\":\"2023-10-20T21:40:00Z\",\"v\":NaN}"),
            bytes("{\"t\":\"2023-10-20T21:40:00Z\",\"v\":2.27")
        };
        decodeAll(messages, 100_000);

        assertThat(leastAllocated(() -> {
                    taken = 0;
                    decodeAll(messages, DECODES);
                }))
                .as("bytes")
                .isZero();
        assertThat(taken).isEqualTo(DECODES / 7 * 5);
    }

    /** Canonical CBOR, and SenML in JSON and CBOR: the golden messages, whatever becomes of them. */
    @ParameterizedTest
    @EnumSource(names = {"CANONICAL_CBOR", "SENML_JSON", "SENML_CBOR"})
    void shouldAllocateNothingInAFormatThatSaysSo(Format format) {
        Decoder.Session ofFormat = Formats.open(format, Formats.catalogue());
        List<Formats.Message> golden =
                Formats.messages().filter(message -> message.format() == format).toList();
        byte[][] payloads = golden.stream().map(Formats.Message::payload).toArray(byte[][]::new);
        String topic = golden.getFirst().topic();
        decodeAll(ofFormat, topic, payloads, 1_000_000);

        assertThat(leastAllocated(() -> decodeAll(ofFormat, topic, payloads, 1_000_000)))
                .as("bytes")
                .isZero();
    }

    private long leastAllocated(Runnable round) {
        long self = Thread.currentThread().threadId();
        // asking allocates too, the first time
        threads.getThreadAllocatedBytes(self);
        long least = Long.MAX_VALUE;
        for (int i = 0; i < ROUNDS && least > 0; i++) {
            long before = threads.getThreadAllocatedBytes(self);
            round.run();
            least = Math.min(least, threads.getThreadAllocatedBytes(self) - before);
        }
        return least;
    }

    private void decodeAll(Decoder.Session ofFormat, String topic, byte[][] payloads, int count) {
        for (int i = 0; i < count; i++) {
            buffer.clear();
            byte[] message = payloads[i % payloads.length];
            ofFormat.decode(topic, message, 0, message.length, Formats.RECEIVED_AT_MS, buffer);
        }
    }

    private void decodeAll(byte[][] messages, int count) {
        for (int i = 0; i < count; i++) {
            buffer.clear();
            byte[] message = messages[i % messages.length];
            if (session.decode(TOPIC, message, 0, message.length, 0L, buffer) == null) {
                taken++;
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
