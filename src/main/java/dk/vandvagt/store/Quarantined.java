package dk.vandvagt.store;

/**
 * What the database refused for its data.
 *
 * @param kind {@code observation}, {@code exceedance} or {@code transition}
 * @param record as text, NUL shown as ␀
 * @param sqlState PostgreSQL's code of the reason
 */
public record Quarantined(
        String runId,
        long sequence,
        String kind,
        String sensorId,
        String record,
        String sqlState,
        String reason,
        long quarantinedAtMs) {}
