package dk.vandvagt.station;

/**
 * Settings of judging that hold for all sensors of a place; part of the catalogue, since a replay must use what then held.
 *
 * @param latenessWindowMs readings no older than this against the sensor's newest are put in their place; older ones are
 *     stored and flagged, nothing more
 * @param maxFutureMs a reading further ahead of the service's clock is refused
 * @param implausibleStepM a step between two readings beyond this, per {@code implausibleStepMs}, is held back from the public
 *     until the next reading confirms it
 */
public record Judging(long latenessWindowMs, long maxFutureMs, double implausibleStepM, long implausibleStepMs) {
    public static final Judging USUAL = new Judging(3 * 3_600_000L, 10 * 60_000L, 0.5, 10 * 60_000L);
}
