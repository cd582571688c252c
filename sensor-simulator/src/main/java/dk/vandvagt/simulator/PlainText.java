package dk.vandvagt.simulator;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** One number and nothing else, or lines of {@code time,value}. */
final class PlainText implements Encoder {
    private final String topicPrefix;
    private final boolean lines;

    PlainText(String topicPrefix, boolean lines) {
        this.topicPrefix = topicPrefix;
        this.lines = lines;
    }

    @Override
    public int mostReadings() {
        return lines ? Format.MOST_READINGS : 1;
    }

    @Override
    public List<Message> messages(List<Reading> readings, long sentAtMs) {
        Reading last = readings.getLast();
        StringBuilder text = new StringBuilder();
        if (lines) {
            for (Reading reading : readings) {
                text.append(Instant.ofEpochMilli(reading.observedAtMs()))
                        .append(',')
                        .append(reading.value())
                        .append('\n');
            }
        } else {
            text.append(last.value());
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        return List.of(new Message(
                topicPrefix + '/' + last.sensorId(),
                bytes,
                lines ? readings.size() : 1,
                last.observedAtMs(),
                sentAtMs));
    }
}
