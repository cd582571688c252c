package dk.vandvagt.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.station.Unit;
import dk.vandvagt.wire.ReferenceDecoder.Outcome;
import dk.vandvagt.wire.ReferenceDecoder.Reading;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CanonicalJsonTest {
    static final Path GOLDEN = Path.of("src/test/resources/golden/wire");
    private static final int MUTATED_MESSAGES = 200_000;
    private static final String READING = "{\"t\":\"2023-10-20T21:40:00Z\",\"v\":2.27}";

    private final CanonicalJson json = new CanonicalJson();
    private final ReadingBuffer buffer = new ReadingBuffer();

    static Stream<String> goldenFiles() throws IOException {
        try (Stream<Path> files = Files.list(GOLDEN)) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("goldenFiles")
    void shouldTakeOrRefuseAsTheFileIsNamed(String name) throws IOException {
        byte[] payload = Files.readAllBytes(GOLDEN.resolve(name));
        String outcome = name.substring(0, name.indexOf('-'));

        Outcome decoded = decode(Unit.M, payload);

        if (outcome.equals("taken")) {
            Path expected = GOLDEN.resolve(name.replace(".json", ".expected"));
            assertThat(decoded.refusal()).isNull();
            assertThat(decoded.readings().stream()
                            .map(r -> Instant.ofEpochMilli(r.observedAtMs()) + " " + r.keptValue()))
                    .containsExactlyElementsOf(Files.readAllLines(expected).stream()
                            .map(CanonicalJsonTest::inJavasWords)
                            .toList());
        } else {
            assertThat(decoded.refusal()).isEqualTo(Refusal.valueOf(outcome.toUpperCase(Locale.ROOT)));
        }
        assertThat(ReferenceDecoder.decode(Unit.M, payload)).isEqualTo(decoded);
    }

    private static String inJavasWords(String expected) {
        String[] words = expected.split(" ");
        return Instant.parse(words[0]) + " " + Double.parseDouble(words[1]);
    }

    @Test
    void shouldRefuseMoreThan64KiBWhateverItHolds() {
        byte[] fits = (READING + " ".repeat(65_536 - READING.length())).getBytes(StandardCharsets.UTF_8);
        byte[] oneMore = (READING + " ".repeat(65_537 - READING.length())).getBytes(StandardCharsets.UTF_8);

        assertThat(decode(Unit.M, fits).refusal()).isNull();
        assertThat(decode(Unit.M, oneMore).refusal()).isEqualTo(Refusal.OVERSIZED);
    }

    @Test
    void shouldRefuseMoreReadingsThanAMessageMayHold() {
        String most = "[" + "{},".repeat(4_095) + "{}]";
        String oneMore = "[" + "{},".repeat(4_096) + "{}]";

        assertThat(decode(Unit.M, bytes(most)).refusal()).isEqualTo(Refusal.MISSING_TIME);
        assertThat(decode(Unit.M, bytes(oneMore)).refusal()).isEqualTo(Refusal.TOO_MANY_READINGS);
    }

    @Test
    void shouldKeepCentimetresAsTheNearestDoubleInMetres() {
        assertThat(decode(Unit.CM, bytes(READING.replace("2.27", "227"))).readings())
                .extracting(Reading::keptValue)
                .containsExactly(2.27);
    }

    @Test
    void shouldLeaveTheBufferAsItWasWhenItRefusesTheLastOfManyReadings() {
        buffer.add(7, 1, 1.5);
        byte[] payload = bytes("[" + (READING + ",").repeat(100) + "{\"v\":1}]");

        Refusal refusal = json.decode(0, Unit.M, payload, 0, payload.length, buffer);

        assertThat(refusal).isEqualTo(Refusal.MISSING_TIME);
        assertThat(buffer.size()).isEqualTo(1);
        assertThat(buffer.sensorIndexes()).containsExactly(7);
        assertThat(buffer.values()).containsExactly(1.5);
    }

    @Test
    void shouldReadOnlyTheSliceItIsGiven() {
        byte[] around = bytes("[[[" + READING + "]]]");

        assertThat(json.decode(3, Unit.M, around, 3, around.length - 6, buffer)).isNull();
        assertThat(buffer.sensorIndex(0)).isEqualTo(3);
        assertThat(json.decode(3, Unit.M, around, 3, around.length - 7, buffer)).isEqualTo(Refusal.MALFORMED);
    }

    @Test
    void shouldRefuseEveryMessageCutShort() {
        byte[] payload = bytes(
                "[{\"x\":[1.5e+3,\"\\u00e6\\n\",true,null],\"t\":\"2023-10-20T21:40:00.5+02:00\",\"v\":-2.27e0}]");
        for (int length = 1; length < payload.length; length++) {
            assertThat(decode(Unit.M, Arrays.copyOf(payload, length)).refusal())
                    .as("first %s bytes", length)
                    .isEqualTo(Refusal.MALFORMED);
        }
    }

    @Test
    void shouldAgreeWithTheReferenceOnRandomDocuments() {
        Random random = Seed.random("random documents");
        for (int i = 0; i < 30_000; i++) {
            assertAgreement(bytes(new RandomDocument(random).canonical()));
        }
    }

    @Test
    void shouldAgreeWithTheReferenceOnMutatedMessages() throws IOException {
        Random random = Seed.random("mutated messages");
        List<byte[]> corpus = new ArrayList<>();
        for (String name : goldenFiles().toList()) {
            corpus.add(Files.readAllBytes(GOLDEN.resolve(name)));
        }
        int taken = 0;
        for (int i = 0; i < MUTATED_MESSAGES; i++) {
            byte[] seedling = i % 4 == 0
                    ? bytes(new RandomDocument(random).canonical())
                    : corpus.get(random.nextInt(corpus.size()));
            if (assertAgreement(Mutation.of(seedling, corpus, random))) {
                taken++;
            }
        }
        assertThat(taken).as("mutated messages that were still good").isGreaterThan(MUTATED_MESSAGES / 100);
    }

    private boolean assertAgreement(byte[] payload) {
        Outcome decoded = decode(Unit.CM, payload);
        Outcome expected = ReferenceDecoder.decode(Unit.CM, payload);
        if (!decoded.equals(expected)) {
            assertThat(decoded)
                    .as(
                            "%s%n%s",
                            new String(payload, StandardCharsets.UTF_8),
                            HexFormat.of().formatHex(payload))
                    .isEqualTo(expected);
        }
        return decoded.refusal() == null;
    }

    private Outcome decode(Unit unit, byte[] payload) {
        buffer.clear();
        Refusal refusal = json.decode(0, unit, payload, 0, payload.length, buffer);
        List<Reading> readings = new ArrayList<>();
        for (int i = 0; i < buffer.size(); i++) {
            readings.add(new Reading(buffer.observedAtMs(i), buffer.value(i)));
        }
        return new Outcome(refusal, readings);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
