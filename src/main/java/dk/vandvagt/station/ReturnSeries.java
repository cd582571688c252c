package dk.vandvagt.station;

/**
 * Which extremes a return period was counted over. Stored is always the yearly probability of being reached; the period is another
 * way of showing it. Between the two kinds: W. B. Langbein, Annual floods and the partial-duration flood series, Transactions of
 * the American Geophysical Union 30 (1949), T_AM = 1/(1 − e^(−1/T_PDS)).
 */
public enum ReturnSeries {
    /** The greatest of each year: T is the inverse of the yearly probability, and never below one. */
    ANNUAL_MAXIMA {
        @Override
        public double annualExceedanceProbability(double returnPeriodYears) {
            return 1 / returnPeriodYears;
        }

        @Override
        public double returnPeriodYears(double annualExceedanceProbability) {
            return 1 / annualExceedanceProbability;
        }
    },
    /** Every independent event over a limit: T is the mean time between events, and may be below one. */
    PARTIAL_DURATION {
        @Override
        public double annualExceedanceProbability(double returnPeriodYears) {
            return -Math.expm1(-1 / returnPeriodYears);
        }

        @Override
        public double returnPeriodYears(double annualExceedanceProbability) {
            return -1 / Math.log1p(-annualExceedanceProbability);
        }
    };

    /** The probability, in 0 to 1, that a year reaches what has that return period in this kind of series. */
    public abstract double annualExceedanceProbability(double returnPeriodYears);

    /** The return period in this kind of series of what a year reaches with that probability. */
    public abstract double returnPeriodYears(double annualExceedanceProbability);
}
