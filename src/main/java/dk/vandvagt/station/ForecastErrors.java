package dk.vandvagt.station;

import java.util.List;

/**
 * How far the extrapolated level of one sensor was from the observed one, by lead time, over its past storms: what the band about
 * a time to threshold is made of (split conformal prediction).
 *
 * @param windowMs of the rise that was extrapolated
 * @param leads in the order of their lead times; at least one
 * @param storms independent ones that it was learned from
 * @param fromMs of the history
 * @param toMs exclusive
 * @param source of the history
 */
public record ForecastErrors(long windowMs, List<Lead> leads, int storms, long fromMs, long toMs, String source) {
    public ForecastErrors {
        leads = List.copyOf(leads);
    }

    /**
     * Quantiles of observed less extrapolated level, metres.
     *
     * @param q05M not above {@code q50M}, that not above {@code q95M}
     */
    public record Lead(long leadMs, double q05M, double q50M, double q95M) {}
}
