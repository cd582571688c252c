package dk.vandvagt.simulator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Writes readings as canonical payloads: {@code {"t":"2023-10-20T21:40:00Z","v":2.27}}, or an array of such. */
final class Encoder {
    /** RFC 8259, section 6. */
    private static final Pattern JSON_NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

    private final String topicPrefix;

    Encoder(String topicPrefix) {
        this.topicPrefix = topicPrefix;
    }

    static boolean isNumber(String text) {
        return JSON_NUMBER.matcher(text).matches() && Double.isFinite(Double.parseDouble(text));
    }

    /** One message of one sensor's readings, which stand in time order. */
    Message message(List<Reading> readings) {
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
        return new Message(
                topicPrefix + '/' + last.sensorId(), payload.toString(), readings.size(), last.observedAtMs());
    }

    /**
     * Packs each sensor's readings into messages of {@code perMessage}; a message stands where its last reading stood,
     * and what is left over at the end follows in the sensors' order of appearance.
     */
    List<Message> messages(List<Reading> readings, int perMessage) {
        List<Message> messages = new ArrayList<>(readings.size() / perMessage + 16);
        Map<String, List<Reading>> open = new LinkedHashMap<>();
        for (Reading reading : readings) {
            List<Reading> batch = open.computeIfAbsent(reading.sensorId(), _ -> new ArrayList<>());
            batch.add(reading);
            if (batch.size() == perMessage) {
                messages.add(message(batch));
                batch.clear();
            }
        }
        for (List<Reading> batch : open.values()) {
            if (!batch.isEmpty()) {
                messages.add(message(batch));
            }
        }
        return messages;
    }

    private static void append(Reading reading, StringBuilder to) {
        to.append("{\"t\":\"")
                .append(Instant.ofEpochMilli(reading.observedAtMs()))
                .append("\",\"v\":")
                .append(reading.value())
                .append('}');
    }
}
