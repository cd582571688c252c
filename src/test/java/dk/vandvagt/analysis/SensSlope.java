package dk.vandvagt.analysis;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * Sen's slope (Theil–Sen): the median of the slopes of all pairs, by brute force. Sen 1968, Estimates of the regression coefficient
 * based on Kendall's tau, J. Am. Stat. Assoc. 63. Values that are NaN are left out.
 */
final class SensSlope {
    private SensSlope() {}

    static double of(double[] x, double[] y) {
        return median(slopes(x, y));
    }

    static DoubleStream slopes(double[] x, double[] y) {
        DoubleStream.Builder slopes = DoubleStream.builder();
        for (int i = 0; i < x.length; i++) {
            for (int j = i + 1; j < x.length; j++) {
                double slope = (y[j] - y[i]) / (x[j] - x[i]);
                if (!Double.isNaN(slope)) {
                    slopes.add(slope);
                }
            }
        }
        return slopes.build();
    }

    static double median(DoubleStream values) {
        double[] sorted = values.filter(value -> !Double.isNaN(value)).toArray();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
