package dk.vandvagt.layer;

import java.util.List;

/**
 * How rain between gauges is drawn.
 *
 * @param bandsMm where bands begin, above 0, ascending, at most {@link #MOST_BANDS}; what lies below the first is a band too
 * @param reaches how far a gauge says something, by window, the shorter windows first; windows longer than all of them have the last
 *     one's
 * @param leastCoverage share of a window that must be known for a gauge to count in it, above 0, at most 1
 */
public record RainfallSettings(List<Double> bandsMm, List<Reach> reaches, double leastCoverage) {
    public static final int MOST_BANDS = 30;

    /** Below this many places, gauges are shown and nothing between them. */
    static final int FEWEST_PLACES = 5;

    public static final RainfallSettings USUAL = new RainfallSettings(
            List.of(0.1, 1.0, 5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0),
            List.of(new Reach(3_600_000, 5_000), new Reach(24 * 3_600_000L, 15_000)),
            0.9);

    /** For windows up to {@code windowMs}. */
    public record Reach(long windowMs, double reachM) {}

    public RainfallSettings {
        bandsMm = List.copyOf(bandsMm);
        reaches = List.copyOf(reaches);
    }

    /** A step, not a slope: nobody has measured how it grows between two windows. */
    double reachM(long windowMs) {
        for (Reach reach : reaches) {
            if (windowMs <= reach.windowMs) {
                return reach.reachM;
            }
        }
        return reaches.getLast().reachM;
    }

    double[] levels() {
        return bandsMm.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
