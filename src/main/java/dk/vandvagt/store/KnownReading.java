package dk.vandvagt.store;

/**
 * An observation as it was known at an instant.
 *
 * @param value kept unit, on the sensor's own zero
 * @param flag QARTOD
 * @param test code of the test that decided
 */
public record KnownReading(String sensorId, long observedAtMs, long receivedAtMs, double value, int flag, int test) {}
