package dk.vandvagt.simulator;

/**
 * What one MQTT publish carries: one sensor's readings in time order.
 *
 * @param observedAtMs of its last reading, the instant from which a device could have sent it
 */
record Message(String topic, String payload, int readings, long observedAtMs) {}
