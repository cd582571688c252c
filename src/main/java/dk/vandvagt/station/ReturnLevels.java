package dk.vandvagt.station;

import java.util.ArrayList;
import java.util.List;

/**
 * Published sea levels and their return periods at one place. Levels are of the source's reference year: the rise of the mean since
 * then is the caller's to add. Nothing is extrapolated, and nothing is fitted to an own record. Immutable.
 */
public final class ReturnLevels {
    /**
     * A row of the publication.
     *
     * @param levelM in the table's datum
     */
    public record Point(double returnPeriodYears, double levelM) {}

    private final ReturnSource source;
    private final VerticalDatum datum;
    private final ReturnSeries series;
    private final double[] periods;
    private final double[] levelsM;

    /**
     * @param points in the order of their periods
     * @throws IllegalArgumentException with all {@link #faults} of the table
     */
    public ReturnLevels(ReturnSource source, VerticalDatum datum, ReturnSeries series, List<Point> points) {
        if (datum.isNone()) {
            throw new IllegalArgumentException("return levels of " + source.title() + " name no datum");
        }
        ReturnCurve.refuse(faults(series, points));
        this.source = source;
        this.datum = datum;
        this.series = series;
        periods = points.stream().mapToDouble(Point::returnPeriodYears).toArray();
        levelsM = points.stream().mapToDouble(Point::levelM).toArray();
    }

    /** All that is wrong with such a table; empty where nothing is. */
    public static List<ReturnFault> faults(ReturnSeries series, List<Point> points) {
        List<ReturnFault> faults = new ArrayList<>();
        double[] periods = points.stream().mapToDouble(Point::returnPeriodYears).toArray();
        double[] levelsM = points.stream().mapToDouble(Point::levelM).toArray();
        ReturnCurve.findPeriodFaults(periods, series, faults);
        ReturnCurve.findValueFaults(periods, levelsM, "level", faults);
        return faults;
    }

    /**
     * How rare that level is.
     *
     * @throws IllegalArgumentException where the level is counted in another datum, or is no number
     */
    public ReturnPeriod returnPeriod(double levelM, VerticalDatum datum) {
        if (!datum.equals(this.datum)) {
            throw new IllegalArgumentException("a level in " + datum + " against return levels in " + this.datum);
        }
        return ReturnCurve.period(periods, levelsM, levelM, series);
    }

    /**
     * The level of that return period, counted as the table counts.
     *
     * @return metres in {@link #datum}; NaN outside {@link #shortestPeriodYears} to {@link #longestPeriodYears}
     */
    public double levelM(double returnPeriodYears) {
        return ReturnCurve.value(periods, levelsM, returnPeriodYears);
    }

    /** The level that a year reaches with that probability; NaN outside the table. */
    public double levelMOfProbability(double annualExceedanceProbability) {
        return levelM(series.returnPeriodYears(annualExceedanceProbability));
    }

    public ReturnSource source() {
        return source;
    }

    public VerticalDatum datum() {
        return datum;
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
