package dk.vandvagt.quality;

import java.util.Arrays;

/**
 * A whole series flagged by the tests of {@link Qartod} and {@link FlatRuns}, with ioos_qc's rules for the ends, for values that
 * are missing (NaN, masked neighbours) and for turning durations into counts of the median interval.
 */
final class Series {
    private static final double MS_PER_HOUR = 3_600_000.0;

    private final double[] values;
    private final long[] timesMs;

    Series(double[] values, long[] timesMs) {
        this.values = values;
        this.timesMs = timesMs;
    }

    private interface Test {
        byte flag(int i);
    }

    private int[] each(Test test) {
        int[] flags = new int[values.length];
        for (int i = 0; i < flags.length; i++) {
            flags[i] = Double.isNaN(values[i]) ? Flag.MISSING : test.flag(i);
        }
        return flags;
    }

    int[] grossRange(double sensorMin, double sensorMax, double userMin, double userMax) {
        return each(i -> Qartod.grossRange(values[i], sensorMin, sensorMax, userMin, userMax));
    }

    int[] spike(boolean byMean, double suspect, double fail) {
        return each(i -> {
            if (i == 0 || i == values.length - 1 || Double.isNaN(values[i - 1]) || Double.isNaN(values[i + 1])) {
                return Flag.NOT_EVALUATED;
            }
            return byMean
                    ? Qartod.spike(values[i - 1], values[i], values[i + 1], suspect, fail)
                    : Qartod.spikeByDifferences(values[i - 1], values[i], values[i + 1], suspect, fail);
        });
    }

    /** ioos_qc passes what has nothing before it. */
    int[] rateOfChange(double suspectPerSecond, double failPerSecond) {
        return each(i -> i == 0 || Double.isNaN(values[i - 1])
                ? Flag.PASS
                : Qartod.rateOfChange(
                        values[i - 1],
                        values[i],
                        timesMs[i] - timesMs[i - 1],
                        suspectPerSecond * MS_PER_HOUR / 1000,
                        failPerSecond * MS_PER_HOUR / 1000));
    }

    /**
     * ioos_qc counts observations: as many as whole median intervals go into the duration. So each counts for one median
     * interval here, and durations are cut to whole ones.
     *
     * @param quantum of which the values are whole multiples; the tolerance is beyond it
     */
    int[] flatLine(double suspectSeconds, double failSeconds, double tolerance, double quantum) {
        if (values.length < 2) {
            return each(i -> Qartod.flatLine(0, 1, 1));
        }
        long intervalMs = medianIntervalMs();
        long suspectMs = wholeIntervals(suspectSeconds, intervalMs);
        long failMs = wholeIntervals(failSeconds, intervalMs);
        // strictly less than the tolerance apart
        int within = (int) Math.ceil(tolerance / quantum - 1e-6) - 1;
        FlatRuns runs = new FlatRuns(1, within);
        return each(i -> {
            runs.add(0, i * intervalMs, Math.round(values[i] / quantum), Long.MAX_VALUE);
            return Qartod.flatLine(i * intervalMs - runs.sinceMs(0, within), suspectMs, failMs);
        });
    }

    private static long wholeIntervals(double seconds, long intervalMs) {
        return (long) (seconds * 1000) / intervalMs * intervalMs;
    }

    private long medianIntervalMs() {
        long[] intervals = new long[values.length - 1];
        Arrays.setAll(intervals, i -> timesMs[i + 1] - timesMs[i]);
        Arrays.sort(intervals);
        int half = intervals.length / 2;
        return intervals.length % 2 == 1 ? intervals[half] : (intervals[half - 1] + intervals[half]) / 2;
    }

    /**
     * @param windowMs trailing, its older end open; 0 for the whole series, before and after
     */
    int[] attenuatedSignal(long windowMs, int needed, boolean range, double suspect, double fail) {
        return each(i -> {
            double[] window = java.util.stream.IntStream.range(0, windowMs == 0 ? values.length : i + 1)
                    .filter(k -> windowMs == 0 || timesMs[k] > timesMs[i] - windowMs)
                    .mapToDouble(k -> values[k])
                    .filter(value -> !Double.isNaN(value))
                    .toArray();
            double spread = range
                    ? Arrays.stream(window).max().orElse(0)
                            - Arrays.stream(window).min().orElse(0)
                    : standardDeviation(window);
            return Qartod.attenuatedSignal(spread, window.length, needed, suspect, fail);
        });
    }

    private static double standardDeviation(double[] window) {
        double mean = Arrays.stream(window).average().orElse(0);
        return Math.sqrt(Arrays.stream(window)
                .map(value -> (value - mean) * (value - mean))
                .average()
                .orElse(0));
    }
}
