package dk.vandvagt.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.station.Catalogue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Damaged messages through all decoders: 200,000 of them, or as many as
 * {@code mvn -pl src test -Dtest=FormatsFuzzTest -Dvandvagt.fuzz=10000000} says. None may throw,
 * leave readings of a refused message behind, or give one that is not finite.
 */
class FormatsFuzzTest {
    private static final long MESSAGES = Long.getLong("vandvagt.fuzz", 200_000);
    private static final long MOST_GROWTH_BYTES = 96L << 20;

    @Test
    void shouldAnswerToAnyBytesWithReadingsOrANamedRefusal() throws Exception {
        Random random = Seed.random("FormatsFuzzTest");
        Catalogue catalogue = Formats.catalogue();
        List<Formats.Message> seeds = new ArrayList<>(Formats.messages().toList());
        Path index = Path.of("..", "shared", "data", "mqtt-payloads", "sparkplug-b", "index.json");
        assumeTrue(Files.exists(index) || "true".equals(System.getenv("CI")), "no data at " + index);
        for (JsonNode each : new ObjectMapper().readTree(index.toFile())) {
            byte[] payload =
                    Base64.getDecoder().decode(each.path("payload_base64").asText());
            seeds.add(new Formats.Message(
                    "sparkplug", Format.SPARKPLUG, each.path("topic").asText(), payload, List.of()));
        }
        List<Decoder.Session> sessions = new ArrayList<>();
        for (Format format : Format.values()) {
            sessions.add(Formats.open(format, catalogue));
        }
        long[] refused = new long[Refusal.values().length];
        long taken = 0;
        long heldBefore = 0;
        ReadingBuffer into = new ReadingBuffer();
        for (long i = 0; i < MESSAGES; i++) {
            Formats.Message seed = seeds.get(random.nextInt(seeds.size()));
            // now and then another format's bytes
            Format format =
                    random.nextInt(20) == 0 ? Format.values()[random.nextInt(Format.values().length)] : seed.format();
            byte[] payload = damaged(seed.payload(), random);
            into.clear();
            Decoder.Session session = sessions.get(format.ordinal());
            Refusal refusal = session.decode(seed.topic(), payload, 0, payload.length, Formats.RECEIVED_AT_MS, into);
            if (refusal == null) {
                taken++;
                for (int r = 0; r < into.size(); r++) {
                    assertThat(Double.isFinite(into.value(r)))
                            .as("message %d", i)
                            .isTrue();
                }
            } else {
                refused[refusal.ordinal()]++;
                assertThat(into.size()).as("message %d", i).isZero();
            }
            if (i % 50_000 == 0) {
                sessions.forEach(each -> each.use(catalogue));
            }
            if (i == MESSAGES / 4) {
                heldBefore = held();
            }
        }
        long growth = held() - heldBefore;
        long all = taken + Arrays.stream(refused).sum();
        StringBuilder counts = new StringBuilder("taken " + taken);
        for (Refusal each : Refusal.values()) {
            if (refused[each.ordinal()] > 0) {
                counts.append(", ").append(each.tag()).append(' ').append(refused[each.ordinal()]);
            }
        }
        System.out.println(
                "FormatsFuzzTest: " + counts + "; retained " + growth / 1024 + " KiB more than after a quarter");
        assertThat(all).isEqualTo(MESSAGES);
        assertThat(growth).as("retained bytes").isLessThan(MOST_GROWTH_BYTES);
    }

    private static byte[] damaged(byte[] good, Random random) {
        byte[] bytes = good.clone();
        int damages = random.nextInt(5);
        for (int d = 0; d < damages && bytes.length > 0; d++) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes = Arrays.copyOf(bytes, at);
                case 3 -> {
                    int to = Math.min(bytes.length, at + random.nextInt(12));
                    byte[] more = Arrays.copyOf(bytes, bytes.length + to - at);
                    System.arraycopy(bytes, at, more, to, bytes.length - at);
                    bytes = more;
                }
                default -> {
                    int to = Math.min(bytes.length, at + random.nextInt(6));
                    byte[] less = Arrays.copyOf(bytes, bytes.length - (to - at));
                    System.arraycopy(bytes, to, less, at, bytes.length - to);
                    bytes = less;
                }
            }
        }
        return bytes;
    }

    private static long held() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
