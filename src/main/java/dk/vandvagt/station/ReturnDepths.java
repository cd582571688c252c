package dk.vandvagt.station;

import dk.vandvagt.station.ReturnFault.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * A published depth–duration–frequency table of rain (IDF, KOSTRA). Between durations the depth of each period is log–log; at the
 * duration ln T is linear in depth. Nothing is extrapolated. Immutable.
 */
public final class ReturnDepths {
    private static final double MS_PER_MINUTE = 60_000;

    private final ReturnSource source;
    private final ReturnSeries series;
    private final double[] periods;
    private final double[] durationsMin;
    /** By duration, then period. */
    private final double[][] depthsMm;

    /**
     * @param returnPeriodYears rising
     * @param durationsMin rising, in minutes
     * @param depthsMm one row a duration, one column a period; rising along the row, not falling down the column
     * @throws IllegalArgumentException with all {@link #faults} of the table
     */
    public ReturnDepths(
            ReturnSource source,
            ReturnSeries series,
            double[] returnPeriodYears,
            double[] durationsMin,
            double[][] depthsMm) {
        ReturnCurve.refuse(faults(series, returnPeriodYears, durationsMin, depthsMm));
        this.source = source;
        this.series = series;
        periods = returnPeriodYears.clone();
        this.durationsMin = durationsMin.clone();
        this.depthsMm = new double[depthsMm.length][];
        for (int d = 0; d < depthsMm.length; d++) {
            this.depthsMm[d] = depthsMm[d].clone();
        }
    }

    /** All that is wrong with such a table; empty where nothing is. */
    public static List<ReturnFault> faults(
            ReturnSeries series, double[] returnPeriodYears, double[] durationsMin, double[][] depthsMm) {
        List<ReturnFault> faults = new ArrayList<>();
        ReturnCurve.findPeriodFaults(returnPeriodYears, series, faults);
        findDurationFaults(durationsMin, depthsMm.length, faults);
        for (int d = 0; d < depthsMm.length; d++) {
            double[] row = depthsMm[d];
            if (row.length != returnPeriodYears.length) {
                faults.add(new ReturnFault(
                        Kind.ROW_OF_OTHER_LENGTH,
                        d,
                        "row " + (d + 1) + " has " + row.length + " depths for " + returnPeriodYears.length
                                + " return periods"));
                continue;
            }
            ReturnCurve.findValueFaults(returnPeriodYears, row, "depth", faults);
            if (row.length > 0 && row[0] <= 0) {
                faults.add(new ReturnFault(Kind.DEPTH_NOT_POSITIVE, d, "depth " + row[0] + " mm: must be above 0"));
            }
            for (int p = 0; d > 0 && p < Math.min(row.length, depthsMm[d - 1].length); p++) {
                if (row[p] < depthsMm[d - 1][p]) {
                    faults.add(new ReturnFault(
                            Kind.DEPTH_FALLS_WITH_DURATION,
                            d,
                            "depth " + row[p] + " mm of " + returnPeriodYears[p] + " years is below "
                                    + depthsMm[d - 1][p] + " mm of the shorter duration"));
                }
            }
        }
        return faults;
    }

    private static void findDurationFaults(double[] durationsMin, int rows, List<ReturnFault> faults) {
        if (durationsMin.length < 1 || durationsMin.length != rows) {
            faults.add(new ReturnFault(
                    Kind.TOO_FEW_DURATIONS,
                    0,
                    "found " + durationsMin.length + " durations for " + rows + " rows: one a row is needed"));
        }
        for (int d = 0; d < durationsMin.length; d++) {
            if (!(durationsMin[d] > 0 && Double.isFinite(durationsMin[d]))) {
                faults.add(new ReturnFault(
                        Kind.DURATION_NOT_POSITIVE, d, "duration " + durationsMin[d] + " min: must be above 0"));
            }
            if (d > 0 && durationsMin[d] <= durationsMin[d - 1]) {
                faults.add(new ReturnFault(
                        Kind.DURATION_NOT_RISING,
                        d,
                        "duration " + durationsMin[d] + " min follows " + durationsMin[d - 1]
                                + " min: durations must rise"));
            }
        }
    }

    /** Whether the table says anything of accumulations over that window. */
    public boolean hasDuration(long windowMs) {
        double minutes = windowMs / MS_PER_MINUTE;
        return minutes >= durationsMin[0] && minutes <= durationsMin[durationsMin.length - 1];
    }

    /**
     * How rare that depth within that window is.
     *
     * @throws IllegalArgumentException where the depth is no number
     */
    public ReturnPeriod returnPeriod(double depthMm, long windowMs) {
        if (!hasDuration(windowMs)) {
            return new ReturnPeriod.NoSuchDuration(durationsMin[0], durationsMin[durationsMin.length - 1]);
        }
        return ReturnCurve.period(periods, depthsAt(windowMs), depthMm, series);
    }

    /**
     * The depth of that return period, counted as the table counts.
     *
     * @return NaN outside the table's periods and durations
     */
    public double depthMm(double returnPeriodYears, long windowMs) {
        return hasDuration(windowMs) ? ReturnCurve.value(periods, depthsAt(windowMs), returnPeriodYears) : Double.NaN;
    }

    private double[] depthsAt(long windowMs) {
        double minutes = windowMs / MS_PER_MINUTE;
        int d = 0;
        while (durationsMin[d] < minutes) {
            d++;
        }
        if (durationsMin[d] == minutes) {
            return depthsMm[d];
        }
        double share = Math.log(minutes / durationsMin[d - 1]) / Math.log(durationsMin[d] / durationsMin[d - 1]);
        double[] depths = new double[periods.length];
        for (int p = 0; p < depths.length; p++) {
            depths[p] = depthsMm[d - 1][p] * Math.pow(depthsMm[d][p] / depthsMm[d - 1][p], share);
        }
        return depths;
    }

    public ReturnSource source() {
        return source;
    }

    public ReturnSeries series() {
        return series;
    }

    public double shortestPeriodYears() {
        return periods[0];
    }

    public double longestPeriodYears() {
        return periods[periods.length - 1];
    }
}
