package dk.vandvagt.alert;

/**
 * A sensor whose readings raise nothing until somebody puts it into service again, or until its maintenance is over.
 *
 * @param atMs since when, by the service's clock
 * @param untilMs when its maintenance ends by itself, by the same clock; 0 where nothing but a person ends it, and in states of
 *     before there was maintenance
 * @param by who did it
 * @param note why
 */
public record OutOfService(String sensorId, long atMs, long untilMs, String by, String note) {
    /** It is maintenance. */
    public boolean endsByItself() {
        return untilMs != 0;
    }
}
