package dk.vandvagt.alert;

/**
 * A sensor whose readings raise nothing until somebody puts it into service again.
 *
 * @param atMs since when, by the service's clock
 * @param by who did it
 * @param note why
 */
public record OutOfService(String sensorId, long atMs, String by, String note) {}
