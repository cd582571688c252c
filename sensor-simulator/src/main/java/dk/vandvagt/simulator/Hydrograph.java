package dk.vandvagt.simulator;

/**
 * A smooth curve through given points that never overshoots between them: piecewise cubic Hermite with the slopes of
 * Fritsch and Butland (1984), constant beyond its ends.
 */
final class Hydrograph {
    private final double[] hours;
    private final double[] values;
    private final double[] slopes;

    /** @param hoursAndValues hour, value, hour, value, …; hours ascend */
    Hydrograph(double... hoursAndValues) {
        int n = hoursAndValues.length / 2;
        hours = new double[n];
        values = new double[n];
        slopes = new double[n];
        for (int i = 0; i < n; i++) {
            hours[i] = hoursAndValues[2 * i];
            values[i] = hoursAndValues[2 * i + 1];
        }
        for (int i = 1; i < n - 1; i++) {
            double before = hours[i] - hours[i - 1];
            double after = hours[i + 1] - hours[i];
            double riseBefore = (values[i] - values[i - 1]) / before;
            double riseAfter = (values[i + 1] - values[i]) / after;
            if (riseBefore * riseAfter > 0) {
                double weightBefore = 2 * after + before;
                double weightAfter = after + 2 * before;
                slopes[i] = (weightBefore + weightAfter) / (weightBefore / riseBefore + weightAfter / riseAfter);
            }
        }
    }

    double at(double hour) {
        int last = hours.length - 1;
        if (hour <= hours[0]) {
            return values[0];
        }
        if (hour >= hours[last]) {
            return values[last];
        }
        int i = 0;
        while (hour > hours[i + 1]) {
            i++;
        }
        double width = hours[i + 1] - hours[i];
        double s = (hour - hours[i]) / width;
        return (1 + 2 * s) * (1 - s) * (1 - s) * values[i]
                + s * (1 - s) * (1 - s) * width * slopes[i]
                + s * s * (3 - 2 * s) * values[i + 1]
                + s * s * (s - 1) * width * slopes[i + 1];
    }
}
