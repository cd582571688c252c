package dk.vandvagt.station;

import dk.vandvagt.station.ReturnFault.Kind;
import java.util.List;

/** Return period against a value (a level, a depth): ln T is linear in the value between the points, and ends with them. */
final class ReturnCurve {
    private ReturnCurve() {}

    static void findPeriodFaults(double[] periods, ReturnSeries series, List<ReturnFault> faults) {
        if (periods.length < 2) {
            faults.add(new ReturnFault(
                    Kind.TOO_FEW_PERIODS, 0, "found " + periods.length + " return periods: at least two are needed"));
        }
        for (int i = 0; i < periods.length; i++) {
            double period = periods[i];
            if (!Double.isFinite(period)) {
                faults.add(new ReturnFault(Kind.NO_NUMBER, i, "return period " + period + " is no number of years"));
            } else if (period <= 0) {
                faults.add(new ReturnFault(
                        Kind.PERIOD_NOT_POSITIVE, i, "return period " + period + " years: must be above 0"));
            } else if (series == ReturnSeries.ANNUAL_MAXIMA && period <= 1) {
                faults.add(new ReturnFault(
                        Kind.PERIOD_NOT_OVER_ONE_YEAR,
                        i,
                        "return period " + period
                                + " years: of annual maxima it is above 1; is the table one of partial durations?"));
            }
            if (i > 0 && period <= periods[i - 1]) {
                faults.add(new ReturnFault(
                        Kind.PERIOD_NOT_RISING,
                        i,
                        "return period " + period + " follows " + periods[i - 1] + ": periods must rise"));
            }
        }
    }

    static void findValueFaults(double[] periods, double[] values, String what, List<ReturnFault> faults) {
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                faults.add(new ReturnFault(Kind.NO_NUMBER, i, what + " " + values[i] + " is no number"));
            }
            if (i > 0 && values[i] <= values[i - 1]) {
                faults.add(new ReturnFault(
                        Kind.VALUE_NOT_RISING,
                        i,
                        what + " " + values[i] + " of " + periods[i] + " years is not above " + values[i - 1] + " of "
                                + periods[i - 1] + " years"));
            }
        }
    }

    static void refuse(List<ReturnFault> faults) {
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(
                    String.join("; ", faults.stream().map(ReturnFault::text).toList()));
        }
    }

    /** The years within the curve, NaN outside it. */
    static double years(double[] periods, double[] values, double value) {
        int last = values.length - 1;
        if (!(value >= values[0] && value <= values[last])) {
            return Double.NaN;
        }
        int i = 1;
        while (values[i] < value) {
            i++;
        }
        double share = (value - values[i - 1]) / (values[i] - values[i - 1]);
        return periods[i - 1] * Math.pow(periods[i] / periods[i - 1], share);
    }

    static ReturnPeriod period(double[] periods, double[] values, double value, ReturnSeries series) {
        if (Double.isNaN(value)) {
            throw new IllegalArgumentException("a return period is asked for no number");
        }
        int last = values.length - 1;
        if (value < values[0]) {
            return new ReturnPeriod.LessThan(series.annualExceedanceProbability(periods[0]));
        }
        if (value > values[last]) {
            return new ReturnPeriod.MoreThan(series.annualExceedanceProbability(periods[last]));
        }
        return new ReturnPeriod.Of(series.annualExceedanceProbability(years(periods, values, value)));
    }

    /** The value of that return period, as the periods of the table are counted; NaN outside it. */
    static double value(double[] periods, double[] values, double years) {
        int last = periods.length - 1;
        if (!(years >= periods[0] && years <= periods[last])) {
            return Double.NaN;
        }
        int i = 1;
        while (periods[i] < years) {
            i++;
        }
        double share = Math.log(years / periods[i - 1]) / Math.log(periods[i] / periods[i - 1]);
        return values[i - 1] + share * (values[i] - values[i - 1]);
    }
}
