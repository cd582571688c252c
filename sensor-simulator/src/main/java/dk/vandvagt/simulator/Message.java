package dk.vandvagt.simulator;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What one MQTT publish carries: readings of one device in time order.
 *
 * @param observedAtMs of its last reading, by the device's own clock
 * @param sentAtMs the instant of event time at which the device hands it over
 */
record Message(String topic, byte[] payload, int readings, long observedAtMs, long sentAtMs) {
    static Message text(String topic, String payload, int readings, long observedAtMs) {
        return new Message(topic, payload.getBytes(StandardCharsets.UTF_8), readings, observedAtMs, observedAtMs);
    }

    String text() {
        return new String(payload, StandardCharsets.UTF_8);
    }

    Message with(byte[] otherPayload) {
        return new Message(topic, otherPayload, readings, observedAtMs, sentAtMs);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Message message
                && topic.equals(message.topic)
                && Arrays.equals(payload, message.payload)
                && readings == message.readings
                && observedAtMs == message.observedAtMs
                && sentAtMs == message.sentAtMs;
    }

    @Override
    public int hashCode() {
        return 31 * topic.hashCode() + Arrays.hashCode(payload);
    }
}
