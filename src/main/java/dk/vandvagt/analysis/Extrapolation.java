package dk.vandvagt.analysis;

import dk.vandvagt.quality.Recent;
import org.jspecify.annotations.Nullable;

/**
 * One sensor's level some hours ahead: the newest level, the tide's own change, and the rise beyond the tide's, which dies away
 * (damped trend: Gardner and McKenzie, Management Science 31, 1985), rise·τ·(1 − e^(−lead/τ)). Past and live are extrapolated here
 * alike. One thread.
 */
final class Extrapolation {
    private static final double MS_PER_HOUR = 3_600_000.0;
    /** Of the tide over the trend's window: its slope is that of the straight line through them. */
    private static final int TIDE_POINTS = 7;

    private final long windowMs;
    private final double resolution;
    private final @Nullable Tide tide;

    private long atMs;
    private double levelM = Double.NaN;
    private double riseMPerHour = Double.NaN;
    private double tideNowM;

    Extrapolation(long windowMs, double resolution, @Nullable Tide tide) {
        this.windowMs = windowMs;
        this.resolution = resolution;
        this.tide = tide;
    }

    /** How many hours of the rise are still to come: {@code leadMs} itself where nothing is damped. */
    static double dampedHours(long leadMs, long dampingMs) {
        double hours = leadMs / MS_PER_HOUR;
        if (dampingMs == 0) {
            return 0;
        }
        double damping = dampingMs / MS_PER_HOUR;
        return Math.min(hours, -damping * Math.expm1(-hours / damping));
    }

    /**
     * Begins at the newest reading.
     *
     * @param zeroM of the gauge in its datum
     * @return whether its rise is known
     */
    boolean begin(Trend trend, Recent recent, int sensor, double zeroM) {
        if (!trend.estimate(recent, sensor, windowMs, resolution)) {
            return false;
        }
        int newest = recent.size(sensor) - 1;
        long newestMs = recent.observedAtMs(sensor, newest);
        begin(newestMs, recent.value(sensor, newest) + zeroM, trend.risePerHour() - tideRise(newestMs));
        return true;
    }

    /** @param riseMPerHour beyond the tide's */
    void begin(long atMs, double levelM, double riseMPerHour) {
        this.atMs = atMs;
        this.levelM = levelM;
        this.riseMPerHour = riseMPerHour;
        tideNowM = tide == null ? 0 : tide.tideM(atMs);
    }

    private double tideRise(long newestMs) {
        if (tide == null) {
            return 0;
        }
        double step = windowMs / MS_PER_HOUR / (TIDE_POINTS - 1);
        double products = 0;
        double squares = 0;
        for (int i = 0; i < TIDE_POINTS; i++) {
            double fromMiddle = i - (TIDE_POINTS - 1) / 2.0;
            products += fromMiddle * tide.tideM(newestMs - windowMs + i * windowMs / (TIDE_POINTS - 1));
            squares += fromMiddle * fromMiddle;
        }
        return products / squares / step;
    }

    /** @param dampedHours of that lead */
    double levelM(long leadMs, double dampedHours) {
        double tideChange = tide == null ? 0 : tide.tideM(atMs + leadMs) - tideNowM;
        return levelM + tideChange + riseMPerHour * dampedHours;
    }

    long atMs() {
        return atMs;
    }

    double levelM() {
        return levelM;
    }

    double riseMPerHour() {
        return riseMPerHour;
    }
}
