package dk.vandvagt.simulator;

import java.time.Instant;
import java.util.List;

/** The canonical payload in CBOR: a map of {@code t} (RFC 3339 text) and {@code v}, or an array of such. */
final class CanonicalCbor implements Encoder {
    private final String topicPrefix;

    CanonicalCbor(String topicPrefix) {
        this.topicPrefix = topicPrefix;
    }

    @Override
    public int mostReadings() {
        return Format.MOST_READINGS;
    }

    @Override
    public List<Message> messages(List<Reading> readings, long sentAtMs) {
        Reading last = readings.getLast();
        CborWriter cbor = new CborWriter();
        if (readings.size() > 1) {
            cbor.array(readings.size());
        }
        for (Reading reading : readings) {
            cbor.map(2)
                    .text("t")
                    .text(Instant.ofEpochMilli(reading.observedAtMs()).toString())
                    .text("v")
                    .number(reading.value());
        }
        return List.of(new Message(
                topicPrefix + '/' + last.sensorId(), cbor.bytes(), readings.size(), last.observedAtMs(), sentAtMs));
    }
}
