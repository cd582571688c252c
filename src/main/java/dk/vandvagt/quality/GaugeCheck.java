package dk.vandvagt.quality;

/**
 * The staff gauge beside a sensor, read by a person. It is the reference gauge, and what the sensor recorded then is held against it:
 * WMO-No. 1044, Manual on Stream Gauging, vol. I (2010), chapter 4; Sauer and Turnipseed, Stage measurement at gaging stations, USGS
 * Techniques and Methods 3-A7 (2010); ISO 4373:2022.
 *
 * @param number rises from check to check
 * @param observedAtMs when it was read
 * @param levelM as read, in the datum of the sensor's station
 * @param by who read it
 * @param recordedAtMs when the check came in, by the service's clock
 */
public record GaugeCheck(
        long number, String sensorId, long observedAtMs, double levelM, String by, String note, long recordedAtMs) {}
