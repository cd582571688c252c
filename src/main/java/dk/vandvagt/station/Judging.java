package dk.vandvagt.station;

/**
 * Settings of judging that hold for all sensors of a place; part of the catalogue, since a replay must use what then held.
 *
 * @param latenessWindowMs readings no older than this against the sensor's newest are put in their place; older ones are
 *     stored and flagged, nothing more
 * @param maxFutureMs a reading further ahead of the service's clock is refused
 * @param implausibleStepM a step between two readings beyond this, per {@code implausibleStepMs}, is held back from the public
 *     until the next reading confirms it
 * @param staffGauge how sensors are held against the staff gauges beside them
 */
public record Judging(
        long latenessWindowMs,
        long maxFutureMs,
        double implausibleStepM,
        long implausibleStepMs,
        StaffGauge staffGauge) {
    public static final Judging USUAL = new Judging(3 * 3_600_000L, 10 * 60_000L, 0.5, 10 * 60_000L);

    public Judging(long latenessWindowMs, long maxFutureMs, double implausibleStepM, long implausibleStepMs) {
        this(latenessWindowMs, maxFutureMs, implausibleStepM, implausibleStepMs, StaffGauge.USUAL);
    }

    /**
     * @param toleranceM operators are called when a sensor shows more or less by more than this
     * @param spanMs the sensor's readings further from the time of a check than this say nothing about it
     */
    public record StaffGauge(double toleranceM, long spanMs) {
        public static final StaffGauge USUAL = new StaffGauge(0.03, 30 * 60_000L);
    }
}
