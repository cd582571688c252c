package dk.vandvagt.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What each format looks like, byte for byte, in files that the service's tests decode: so the two sides, which share no code, are held to one
 * another. After an intended change write them anew and read the difference: {@code -Dgolden.write=true}.
 */
class GoldenFormatsTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final Path FORMATS = GOLDEN.resolve("wire-formats");
    /** In the order in which one session must hear them. */
    private static final Path SPARKPLUG = GOLDEN.resolve("sparkplug-session");

    private static final boolean WRITE = Boolean.getBoolean("golden.write");
    private static final String SENSOR = "SIM-W";
    private static final Map<String, String> UNITS = Map.of(SENSOR, "m");
    private static final long AT = Instant.parse("2023-10-20T21:40:00Z").toEpochMilli();
    /** When the service's tests receive it, which is when a plain number was observed. */
    private static final long RECEIVED_AT = 1_700_000_000_000L;

    private static final List<Reading> BATCH = List.of(
            new Reading(SENSOR, AT, "2.27"),
            new Reading(SENSOR, AT + 600_500, "-0.310"),
            new Reading(SENSOR, AT + 1_200_000, "2"));

    @ParameterizedTest
    @EnumSource(
            value = Format.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"SPARKPLUG"})
    void shouldWriteTheGoldenMessage(Format format) throws IOException {
        hold(format, "--simulator", BATCH.subList(0, 1));
        if (format.encoder("t", UNITS).mostReadings() > 1) {
            hold(format, "--simulator-batch", BATCH);
        }
    }

    private static void hold(Format format, String what, List<Reading> readings) throws IOException {
        Encoder encoder = format.encoder(format.usualPrefix(), UNITS);
        Message message = encoder.messages(readings, AT).getFirst();
        List<String> expected = new ArrayList<>(List.of("topic " + message.topic()));
        for (Reading reading : readings) {
            long atMs = format == Format.PLAIN ? RECEIVED_AT : reading.observedAtMs();
            expected.add(SENSOR + ' ' + atMs + ' ' + Double.parseDouble(reading.value()));
        }
        Path file = FORMATS.resolve(format + what);
        Path beside = FORMATS.resolve(format + what + ".expected");
        if (WRITE) {
            Files.write(file, message.payload());
            Files.write(beside, expected);
        }
        assertThat(message.payload()).as(format.toString()).isEqualTo(Files.readAllBytes(file));
        assertThat(Files.readAllLines(beside)).isEqualTo(expected);
    }

    @Test
    void shouldWriteTheGoldenSparkplugSession() throws IOException {
        Encoder encoder = Format.SPARKPLUG.encoder(Format.SPARKPLUG.usualPrefix(), UNITS);
        List<Message> session = new ArrayList<>(encoder.messages(BATCH.subList(0, 1), AT));
        session.addAll(encoder.messages(BATCH.subList(1, 3), AT + 1_200_000));
        // a day later the node is born again, and its device with it
        long nextDay = AT + 25 * 3_600_000L;
        session.addAll(encoder.messages(List.of(new Reading(SENSOR, nextDay, "1.5")), nextDay));
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < session.size(); i++) {
            Message message = session.get(i);
            Path file = SPARKPLUG.resolve(String.valueOf(i + 1));
            if (WRITE) {
                Files.createDirectories(SPARKPLUG);
                Files.write(file, message.payload());
            }
            assertThat(message.payload()).as("message %d", i + 1).isEqualTo(Files.readAllBytes(file));
            expected.add("topic " + message.topic());
            expected.addAll(
                    switch (i) {
                        case 0, 3 -> List.of("not_a_reading");
                        case 1 -> List.of("SIM-W " + AT + " 2.27");
                        case 2 -> List.of("SIM-W " + (AT + 600_500) + " -0.31", "SIM-W " + (AT + 1_200_000) + " 2.0");
                        default -> List.of("SIM-W " + nextDay + " 1.5");
                    });
        }
        if (WRITE) {
            Files.write(SPARKPLUG.resolve("expected"), expected);
        }
        assertThat(Files.readAllLines(SPARKPLUG.resolve("expected"))).isEqualTo(expected);
    }
}
