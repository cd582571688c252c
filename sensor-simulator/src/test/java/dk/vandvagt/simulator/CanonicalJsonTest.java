package dk.vandvagt.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class CanonicalJsonTest {
    private static final Pattern READING = Pattern.compile("\\{\"t\":\"([^\"]+)\",\"v\":([^}]+)}");
    private static final long AT = Instant.parse("2023-10-20T21:40:00Z").toEpochMilli();

    private final Encoder encoder = new CanonicalJson("vandvagt/v1/readings");

    @Test
    void shouldWriteOneReadingAsAnObject() {
        Message message = message(List.of(new Reading("Flensburg-W", AT, "2.270")));
        assertThat(message)
                .isEqualTo(Message.text(
                        "vandvagt/v1/readings/Flensburg-W", "{\"t\":\"2023-10-20T21:40:00Z\",\"v\":2.270}", 1, AT));
    }

    @Test
    void shouldWriteSeveralReadingsAsAnArray() {
        Message message = message(List.of(
                new Reading("A-W", AT, "-0.180"), new Reading("A-W", AT + 1, "1e-3"), new Reading("A-W", AT + 2, "7")));
        assertThat(message.text())
                .isEqualTo(
                        "[{\"t\":\"2023-10-20T21:40:00Z\",\"v\":-0.180},{\"t\":\"2023-10-20T21:40:00.001Z\",\"v\":1e-3},"
                                + "{\"t\":\"2023-10-20T21:40:00.002Z\",\"v\":7}]");
        assertThat(message.readings()).isEqualTo(3);
        assertThat(message.observedAtMs()).isEqualTo(AT + 2);
    }

    @Test
    void shouldKeepEveryReadingAndEachSensorsOrderHoweverItIsPacked() {
        Random random = new Random(1);
        List<Reading> readings = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            readings.add(new Reading("S" + random.nextInt(7), AT + i, String.valueOf(i)));
        }
        for (int perMessage : new int[] {1, 2, 13, 1000}) {
            List<Message> messages = new Telemetry(encoder, perMessage, Faults.none()).messages(readings);
            for (int sensor = 0; sensor < 7; sensor++) {
                String id = "S" + sensor;
                List<String> sent = messages.stream()
                        .filter(message -> message.topic().endsWith("/" + id))
                        .flatMap(message -> READING.matcher(message.text()).results())
                        .map(reading -> reading.group(2))
                        .toList();
                assertThat(sent)
                        .as("seed 1, %d per message", perMessage)
                        .isEqualTo(readings.stream()
                                .filter(reading -> reading.sensorId().equals(id))
                                .map(Reading::value)
                                .toList());
            }
        }
    }

    @Test
    void shouldWriteValuesThatParseBackToTheSameDouble() {
        long seed = 20231020;
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            double value = (random.nextInt(2_000_000) - 1_000_000) / Math.pow(10, random.nextInt(7));
            String text = String.valueOf(value);
            assertThat(Reading.isNumber(text)).as("seed %d: %s", seed, text).isTrue();
            String payload = message(List.of(new Reading("A-W", AT, text))).text();
            MatchResult reading = READING.matcher(payload).results().findFirst().orElseThrow();
            assertThat(Double.parseDouble(reading.group(2))).as("seed %d", seed).isEqualTo(value);
            assertThat(Instant.parse(reading.group(1)).toEpochMilli()).isEqualTo(AT);
        }
    }

    @Test
    void shouldTakeAsNumbersOnlyWhatJsonTakes() {
        for (String right : new String[] {"0", "-0", "2.270", "-0.180", "1e5", "1.5E-3"}) {
            assertThat(Reading.isNumber(right)).as(right).isTrue();
        }
        for (String wrong :
                new String[] {"", "+1", ".5", "5.", "01", "NaN", "Infinity", "0x1p3", "1e999", "1,5", "1 ", "2f"}) {
            assertThat(Reading.isNumber(wrong)).as(wrong).isFalse();
        }
    }

    private Message message(List<Reading> readings) {
        return encoder.messages(readings, readings.getLast().observedAtMs()).getFirst();
    }
}
