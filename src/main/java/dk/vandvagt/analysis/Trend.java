package dk.vandvagt.analysis;

import dk.vandvagt.quality.Flag;
import dk.vandvagt.quality.Recent;
import java.util.Arrays;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * Rise over the trailing window: median of three, then least squares about the window's own means (recomputed from the readings
 * each time, so nothing can drift). The standard error is √(s²/Sxx)·√((1+r)/(1−r)): s² the residuals' variance, at least that of
 * the resolution's rounding (Sheppard: resolution²/12), r their lag-1 correlation, not below 0 (effective sample size for an
 * AR(1) process: Wilks, Statistical Methods in the Atmospheric Sciences, §5.2.4), less its bias. Of six readings the interval is
 * still too narrow, since smoothing takes spread away: how often it holds the truth is in {@code TrendTest}. One thread; the
 * result is read off it.
 */
public final class Trend {
    private static final int MIN_READINGS = 5;
    private static final double MIN_SPAN = 0.8;
    private static final double MAX_CORRELATION = 0.99;
    private static final int LEAST_FREE = 3;
    /** Residuals of a share of the rounding's variance below this are the computer's own rounding, which is correlated too. */
    private static final double NEGLIGIBLE = 1e-6;

    private static final double MS_PER_HOUR = 3_600_000.0;
    private static final double HOURS_PER_MS = 1 / MS_PER_HOUR;
    private static final int FIRST_ROOM = 1024;
    /** Two-sided 95 % quantile of Student's t by degrees of freedom. */
    private static final double[] T_975 = quantiles();

    private double[] hours = new double[FIRST_ROOM];
    private double[] values = new double[FIRST_ROOM];
    private int n;
    private double sxx;
    private double rise = Double.NaN;
    private double standardError = Double.NaN;
    private int sign;

    private static double[] quantiles() {
        double[] quantiles = new double[200];
        for (int df = 1; df < quantiles.length; df++) {
            quantiles[df] = new TDistribution(df).inverseCumulativeProbability(0.975);
        }
        return quantiles;
    }

    /**
     * Estimates the rise over {@code [newest − window, newest]}; failed observations are left out. Allocates only where a window
     * holds more readings than any before.
     *
     * @param resolution of the sensor, in the value's unit
     * @return whether there were enough readings over enough of the window
     */
    public boolean estimate(Recent recent, int sensor, long windowMs, double resolution) {
        return estimate(recent, sensor, recent.size(sensor) - 1, windowMs, resolution);
    }

    /**
     * The rise alone, as it was when the observation at that place was the newest: one pass over the window, newest first.
     *
     * @return NaN where there were too few readings, or over too little of the window
     */
    public double rise(Recent recent, int sensor, int newest, long windowMs) {
        n = 0;
        if (newest < MIN_READINGS - 1) {
            return Double.NaN;
        }
        long newestMs = recent.observedAtMs(sensor, newest);
        // counted from near their middles, so that the sums of squares lose nothing
        double middleMs = -0.5 * windowMs;
        double level = recent.value(sensor, newest);
        double sumX = 0;
        double sumY = 0;
        double sumXx = 0;
        double sumXy = 0;
        double later = 0;
        double x = 0;
        double y = 0;
        long oldestMs = newestMs;
        long latestMs = newestMs;
        int readings = 0;
        int at = recent.entry(sensor, newest);
        for (int i = newest; i >= 0; i--, at = Recent.before(at)) {
            long atMs = recent.observedAtMsOf(at);
            if (newestMs - atMs > windowMs) {
                break;
            }
            if (recent.flagOf(at) == Flag.FAIL) {
                continue;
            }
            double next = recent.valueOf(at) - level;
            if (readings == 0) {
                latestMs = atMs;
                later = next;
            } else {
                // each inner value gives way to the median of itself and its neighbours; the newest is its own
                // neighbour
                double smooth = Math.max(Math.min(later, y), Math.min(Math.max(later, y), next));
                sumX += x;
                sumY += smooth;
                sumXx += x * x;
                sumXy += x * smooth;
                later = y;
            }
            y = next;
            x = (atMs - newestMs - middleMs) * HOURS_PER_MS;
            oldestMs = atMs;
            readings++;
        }
        n = readings;
        if (readings < MIN_READINGS || latestMs - oldestMs < MIN_SPAN * windowMs) {
            return Double.NaN;
        }
        sumX += x;
        sumY += y;
        sumXx += x * x;
        sumXy += x * y;
        sxx = sumXx - sumX * sumX / readings;
        return (sumXy - sumX * sumY / readings) / sxx;
    }

    /** The same as it was when the observation at that place was the newest. */
    public boolean estimate(Recent recent, int sensor, int newest, long windowMs, double resolution) {
        standardError = Double.NaN;
        sign = 0;
        rise = rise(recent, sensor, newest, windowMs);
        if (Double.isNaN(rise)) {
            return false;
        }
        makeRoom(n);
        long newestMs = recent.observedAtMs(sensor, newest);
        int k = n;
        for (int i = newest; k > 0; i--) {
            if (recent.flag(sensor, i) != Flag.FAIL) {
                k--;
                hours[k] = (recent.observedAtMs(sensor, i) - newestMs) / MS_PER_HOUR;
                values[k] = recent.value(sensor, i);
            }
        }
        medianOfThree(n);
        double meanHours = 0;
        double meanValue = 0;
        for (int i = 0; i < n; i++) {
            meanHours += hours[i];
            meanValue += values[i];
        }
        meanHours /= n;
        meanValue /= n;
        double squares = 0;
        double lagged = 0;
        double previous = 0;
        for (int i = 0; i < n; i++) {
            double residual = values[i] - meanValue - rise * (hours[i] - meanHours);
            squares += residual * residual;
            lagged += residual * previous;
            previous = residual;
        }
        double variance = squares / (n - 2);
        double ofRounding = resolution * resolution / 12;
        double correlation = variance > NEGLIGIBLE * ofRounding ? unbiased(lagged / squares) : 0;
        variance = Math.max(variance, ofRounding);
        standardError = Math.sqrt(variance / sxx) * Math.sqrt((1 + correlation) / (1 - correlation));
        double half = T_975[Math.min(n - 2, T_975.length - 1)] * standardError;
        sign = rise > half ? 1 : rise < -half ? -1 : 0;
        return true;
    }

    /** Residuals about a fitted line show r = ρ − (2 + 4ρ)/n on average: Marriott and Pope, Biometrika 41 (1954). */
    private double unbiased(double r) {
        return Math.clamp((n * r + 2) / Math.max(n - 4, LEAST_FREE), 0, MAX_CORRELATION);
    }

    private void makeRoom(int readings) {
        if (readings > hours.length) {
            int room = Integer.highestOneBit(readings - 1) << 1;
            hours = Arrays.copyOf(hours, room);
            values = Arrays.copyOf(values, room);
        }
    }

    /** Replaces each inner value by the median of itself and its neighbours; the ends stay. */
    private void medianOfThree(int n) {
        double before = values[0];
        for (int i = 1; i < n - 1; i++) {
            double value = values[i];
            double after = values[i + 1];
            values[i] = Math.max(Math.min(before, value), Math.min(Math.max(before, value), after));
            before = value;
        }
    }

    /** Signed, rising positive, value's unit per hour; NaN where the estimate was refused. */
    public double risePerHour() {
        return rise;
    }

    public double standardError() {
        return standardError;
    }

    /** 1 rising, -1 falling, 0 where the 95 % interval holds zero. */
    public int sign() {
        return sign;
    }
}
