package dk.vandvagt.simulator;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** Canonical payloads: {@code {"t":"2023-10-20T21:40:00Z","v":2.27}}, or an array of such. */
final class CanonicalJson implements Encoder {
    private final String topicPrefix;

    CanonicalJson(String topicPrefix) {
        this.topicPrefix = topicPrefix;
    }

    @Override
    public int mostReadings() {
        return Format.MOST_READINGS;
    }

    @Override
    public List<Message> messages(List<Reading> readings, long sentAtMs) {
        Reading last = readings.getLast();
        StringBuilder payload = new StringBuilder(48 * readings.size());
        if (readings.size() == 1) {
            append(last, payload);
        } else {
            char separator = '[';
            for (Reading reading : readings) {
                payload.append(separator);
                append(reading, payload);
                separator = ',';
            }
            payload.append(']');
        }
        byte[] bytes = payload.toString().getBytes(StandardCharsets.UTF_8);
        return List.of(new Message(
                topicPrefix + '/' + last.sensorId(), bytes, readings.size(), last.observedAtMs(), sentAtMs));
    }

    private static void append(Reading reading, StringBuilder to) {
        to.append("{\"t\":\"")
                .append(Instant.ofEpochMilli(reading.observedAtMs()))
                .append("\",\"v\":")
                .append(reading.value())
                .append('}');
    }
}
