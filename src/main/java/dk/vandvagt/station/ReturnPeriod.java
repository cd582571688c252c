package dk.vandvagt.station;

/** What a table says of how rare something is; outside the table it says no more than the side. */
public sealed interface ReturnPeriod {
    /** The yearly probability: of the thing itself, or of the table's end that it lies beyond; NaN where there is neither. */
    double annualExceedanceProbability();

    /** Within the table. */
    record Of(double annualExceedanceProbability) implements ReturnPeriod {}

    /** More frequent than the table's first period: {@code < T1}. */
    record LessThan(double annualExceedanceProbability) implements ReturnPeriod {}

    /** Rarer than the table's last period: {@code > Tn}. */
    record MoreThan(double annualExceedanceProbability) implements ReturnPeriod {}

    /** The table does not reach to that duration: it says nothing. */
    record NoSuchDuration(double shortestMin, double longestMin) implements ReturnPeriod {
        @Override
        public double annualExceedanceProbability() {
            return Double.NaN;
        }
    }

    /** In years, as a series of that kind counts them: to be shown with the sign of {@link LessThan} and {@link MoreThan}. */
    default double years(ReturnSeries series) {
        return series.returnPeriodYears(annualExceedanceProbability());
    }
}
