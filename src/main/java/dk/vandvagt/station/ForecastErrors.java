package dk.vandvagt.station;

import java.util.List;

/**
 * How far the extrapolated level of one sensor was from the observed one, by lead time, over its past storms: what the band about
 * a time to threshold is made of (split conformal prediction).
 *
 * @param windowMs of the rise that was extrapolated
 * @param dampingMs time after which the extrapolated rise has died away to 1/e
 * @param aboveM level, in the station's datum, at and above which the errors were collected: a storm lasts as long as the level is
 *     no lower; -∞ for all levels
 * @param leads in the order of their lead times; at least one
 * @param storms independent ones that it was learned from
 * @param fromMs of the history
 * @param toMs exclusive
 * @param source of the history
 */
public record ForecastErrors(
        long windowMs,
        long dampingMs,
        double aboveM,
        List<Lead> leads,
        int storms,
        long fromMs,
        long toMs,
        String source) {
    /** Best of those tried at two gauges, see docs/adr/0013. */
    public static final long USUAL_DAMPING_MS = 90 * 60_000L;

    public ForecastErrors {
        leads = List.copyOf(leads);
    }

    /** Of all levels, with the usual damping. */
    public ForecastErrors(long windowMs, List<Lead> leads, int storms, long fromMs, long toMs, String source) {
        this(windowMs, USUAL_DAMPING_MS, Double.NEGATIVE_INFINITY, leads, storms, fromMs, toMs, source);
    }

    /**
     * Quantiles of observed less extrapolated level, metres.
     *
     * @param q05M not above {@code q50M}, that not above {@code q95M}
     */
    public record Lead(long leadMs, double q05M, double q50M, double q95M) {}
}
