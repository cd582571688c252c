package dk.vandvagt.station;

import java.util.List;

/**
 * How far the extrapolated level of one sensor was from the observed one, by lead time, over its past storms: what the band about
 * a time to threshold is made of (split conformal prediction).
 *
 * @param windowMs of the rise that was extrapolated
 * @param dampingMs time after which the extrapolated rise has died away to 1/e
 * @param direction in which the level was moving when its errors were collected: of no other movement do they say anything
 * @param beyondM level, in the station's datum, at and above which they were collected (falling: at and below); infinite for all
 * @param leads in the order of their lead times; at least one
 * @param storms independent ones that it was learned from
 * @param fromMs of the history
 * @param toMs exclusive
 * @param source of the history
 */
public record ForecastErrors(
        long windowMs,
        long dampingMs,
        Threshold.Direction direction,
        double beyondM,
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

    /** Of rising water at all levels, with the usual damping. */
    public ForecastErrors(long windowMs, List<Lead> leads, int storms, long fromMs, long toMs, String source) {
        this(
                windowMs,
                USUAL_DAMPING_MS,
                Threshold.Direction.RISING,
                Double.NEGATIVE_INFINITY,
                leads,
                storms,
                fromMs,
                toMs,
                source);
    }

    /** Whether a level is among those that the errors were collected at; NaN is not. */
    public boolean covers(double levelM) {
        return direction == Threshold.Direction.RISING ? levelM >= beyondM : levelM <= beyondM;
    }

    /**
     * Quantiles of observed less extrapolated level, metres.
     *
     * @param q05M not above {@code q50M}, that not above {@code q95M}
     */
    public record Lead(long leadMs, double q05M, double q50M, double q95M) {}
}
