package dk.vandvagt.station;

/**
 * Settings of a sensor's quality tests, by QARTOD's names; NaN switches a test off. Ranges are on the sensor's own zero.
 *
 * @param sensorMin what the instrument can read at all, kept unit; outside fails
 * @param userMin what the place can plausibly have, kept unit; outside is suspect
 * @param spikeSuspect size of a spike that is suspect, kept unit
 * @param spikeFail size of a spike that fails, kept unit
 * @param rateOfChangePerHour largest plausible change, kept unit per hour; beyond is suspect
 */
public record QualityLimits(
        double sensorMin,
        double sensorMax,
        double userMin,
        double userMax,
        double spikeSuspect,
        double spikeFail,
        double rateOfChangePerHour) {
    public static final QualityLimits NONE =
            new QualityLimits(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
}
