package dk.vandvagt.station;

import java.util.List;

/**
 * Settings of a sensor's quality tests, by QARTOD's names; NaN, or a duration of 0, switches a test or a part of it off. Ranges
 * are on the sensor's own zero.
 *
 * @param sensorMin what the instrument can read at all, kept unit; outside fails
 * @param userMin what the place can plausibly have, kept unit; outside is suspect
 * @param spikeSuspect size of a spike that is suspect, kept unit
 * @param spikeFail size of a spike that fails, kept unit
 * @param rateOfChangePerHour largest plausible change, kept unit per hour; beyond is suspect
 * @param gapMs silence after which the reading that should have come is missing; 0 for when the sensor is stale
 * @param climatology what each season can plausibly have; seasons do not overlap
 */
public record QualityLimits(
        double sensorMin,
        double sensorMax,
        double userMin,
        double userMax,
        double spikeSuspect,
        double spikeFail,
        SpikeMethod spikeMethod,
        double rateOfChangePerHour,
        long gapMs,
        List<Season> climatology,
        FlatLine flatLine,
        AttenuatedSignal attenuatedSignal,
        Neighbour neighbour) {
    public static final QualityLimits NONE =
            new QualityLimits(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);

    public QualityLimits {
        climatology = List.copyOf(climatology);
    }

    /** Ranges, spike (by differences) and rate of change; every other test off. */
    public QualityLimits(
            double sensorMin,
            double sensorMax,
            double userMin,
            double userMax,
            double spikeSuspect,
            double spikeFail,
            double rateOfChangePerHour) {
        this(
                sensorMin,
                sensorMax,
                userMin,
                userMax,
                spikeSuspect,
                spikeFail,
                SpikeMethod.DIFFERENTIAL,
                rateOfChangePerHour,
                0,
                List.of(),
                FlatLine.OFF,
                AttenuatedSignal.OFF,
                Neighbour.NONE);
    }

    /** What the middle one of three readings is held against. */
    public enum SpikeMethod {
        /** the mean of its neighbours, as the manual has it */
        AVERAGE,
        /** each neighbour by itself: the smaller of the steps up to it and down from it */
        DIFFERENTIAL
    }

    /**
     * @param tolerance readings no further apart than this are taken for one, kept unit; at least the sensor's resolution
     * @param suspectMs standing still for so long is suspect
     * @param failMs and for so long fails
     */
    public record FlatLine(double tolerance, long suspectMs, long failMs) {
        public static final FlatLine OFF = new FlatLine(Double.NaN, 0, 0);

        public boolean isOff() {
            return suspectMs == 0 && failMs == 0;
        }
    }

    /**
     * @param windowMs trailing window over which the signal must show itself
     * @param suspect a smaller spread is suspect, kept unit
     * @param fail and one smaller than this fails, kept unit
     */
    public record AttenuatedSignal(long windowMs, Spread spread, double suspect, double fail) {
        public static final AttenuatedSignal OFF = new AttenuatedSignal(0, Spread.RANGE, Double.NaN, Double.NaN);

        public boolean isOff() {
            return windowMs == 0;
        }
    }

    /** How far the readings of a window lie apart. */
    public enum Spread {
        /** highest minus lowest */
        RANGE,
        /** of all readings of the window, so with n and not n − 1 */
        STANDARD_DEVIATION
    }

    /**
     * @param sensorId measures the same parameter at another station; empty for none
     * @param suspect a difference beyond this is suspect; of levels in their datum, otherwise kept unit
     * @param fail and one beyond this fails
     */
    public record Neighbour(String sensorId, double suspect, double fail) {
        public static final Neighbour NONE = new Neighbour("", Double.NaN, Double.NaN);

        public boolean isNone() {
            return sensorId.isEmpty();
        }
    }
}
