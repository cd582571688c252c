package dk.vandvagt.store;

/**
 * An observation as the database has it now.
 *
 * @param value kept unit, on the sensor's own zero; NaN for a missing one
 * @param flag QARTOD
 * @param test code of the deciding {@link dk.vandvagt.quality.QualityTest}
 */
public record StoredReading(long observedAtMs, double value, int flag, int test) {}
