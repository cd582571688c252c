package dk.vandvagt.analysis;

import static dk.vandvagt.analysis.RainGauges.HOUR;
import static dk.vandvagt.analysis.RainGauges.MIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.quality.Flag;
import dk.vandvagt.quality.Recent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rise and its error, held against published slopes, commons-math, Theil–Sen on measured water, and known noise. */
class TrendTest {
    private static final long T0 = 1_700_000_400_000L;
    private static final long WINDOW = 3 * HOUR;
    private static final double RESOLUTION = 0.01;

    private final Trend trend = new Trend();

    /** @param level metres by minutes after {@link #T0} */
    private static Recent window(long[] minutes, DoubleUnaryOperator level) {
        Recent recent = new Recent(new int[] {minutes.length + 16});
        for (long minute : minutes) {
            put(recent, T0 + minute * MIN, level.applyAsDouble(minute), Flag.PASS);
        }
        return recent;
    }

    private static void put(Recent recent, long atMs, double level, byte flag) {
        recent.insert(0, recent.size(0), atMs, level, flag, (byte) 0);
    }

    private static long[] every(long stepMin, long untilMin) {
        return IntStream.rangeClosed(0, (int) (untilMin / stepMin))
                .mapToLong(i -> i * stepMin)
                .toArray();
    }

    private boolean estimate(Recent recent) {
        return trend.estimate(recent, 0, WINDOW, RESOLUTION);
    }

    // published slopes

    private static JsonNode vectors() throws IOException {
        return new ObjectMapper()
                .readTree(RainGauges.data("trend-mannkendall")
                        .resolve("pymannkendall_vectors.json")
                        .toFile());
    }

    private static double[] values(JsonNode column) {
        double[] values = new double[column.size()];
        Arrays.setAll(
                values, i -> column.get(i).isNull() ? Double.NaN : column.get(i).asDouble());
        return values;
    }

    private static double[] column(JsonNode rows, int k) {
        double[] values = new double[rows.size()];
        Arrays.setAll(
                values,
                i -> rows.get(i).get(k).isNull()
                        ? Double.NaN
                        : rows.get(i).get(k).asDouble());
        return values;
    }

    private static double[] count(int n) {
        return IntStream.range(0, n).asDoubleStream().toArray();
    }

    private static double published(String test, String figure) throws IOException {
        return vectors()
                .get("tests")
                .get(test)
                .get(0)
                .get("expected")
                .get(figure)
                .asDouble();
    }

    /** A value that is missing keeps its place in time. */
    @Test
    void shouldHaveAnOracleThatFindsThePublishedSlopes() throws IOException {
        double[] y = values(vectors().get("arbitrary_1d_data"));
        double[] x = count(y.length);
        double slope = SensSlope.of(x, y);
        assertThat(slope).isEqualTo(published("sens_slope", "slope"));
        double[] kept = IntStream.range(0, y.length)
                .filter(i -> !Double.isNaN(y[i]))
                .asDoubleStream()
                .toArray();
        assertThat(SensSlope.median(DoubleStream.of(y)) - SensSlope.median(DoubleStream.of(kept)) * slope)
                .isEqualTo(published("sens_slope", "intercept"), within(1e-12));

        DoubleStream bySeason = DoubleStream.empty();
        for (int month = 0; month < 12; month++) {
            int first = month;
            double[] years = IntStream.range(0, y.length / 12)
                    .mapToDouble(year -> y[12 * year + first])
                    .toArray();
            bySeason = DoubleStream.concat(bySeason, SensSlope.slopes(count(years.length), years));
        }
        assertThat(SensSlope.median(bySeason)).isEqualTo(published("seasonal_sens_slope", "slope"));

        JsonNode rows = vectors().get("arbitrary_2d_data");
        double[] first = column(rows, 0);
        double[] second = column(rows, 1);
        double[] steps = count(rows.size());
        double ofBoth =
                SensSlope.median(DoubleStream.concat(SensSlope.slopes(steps, first), SensSlope.slopes(steps, second)));
        assertThat(ofBoth).isEqualTo(published("regional_test", "slope"));
        assertThat(ofBoth).isEqualTo(published("correlated_multivariate_test", "slope"));
        assertThat(SensSlope.of(steps, first)).isEqualTo(published("partial_test", "slope"));
    }

    // least squares by others

    /** Median of three as one would write it down, and all else of commons-math; the correlation apart. */
    private static final class Plain {
        final SimpleRegression line = new SimpleRegression();
        final double correlation;

        Plain(double[] hours, double[] values) {
            double[] smooth = values.clone();
            for (int i = 1; i < values.length - 1; i++) {
                double[] three = {values[i - 1], values[i], values[i + 1]};
                Arrays.sort(three);
                smooth[i] = three[1];
            }
            for (int i = 0; i < hours.length; i++) {
                line.addData(hours[i], smooth[i]);
            }
            double lagged = 0;
            double squares = 0;
            for (int i = 0; i < hours.length; i++) {
                double residual = smooth[i] - line.predict(hours[i]);
                squares += residual * residual;
                lagged += i == 0 ? 0 : residual * (smooth[i - 1] - line.predict(hours[i - 1]));
            }
            // less its bias about a fitted line
            int n = hours.length;
            correlation = Math.clamp((n * lagged / squares + 2) / Math.max(3, n - 4), 0, 0.99);
        }
    }

    @Test
    void shouldEqualCommonsMathOnIrregularReadings() {
        long seed = 20_231_020;
        Random random = new Random(seed);
        int uncorrelated = 0;
        int signs = 0;
        for (int run = 0; run < 2000; run++) {
            int n = 5 + random.nextInt(60);
            long[] atMs = new long[n];
            double[] hours = new double[n];
            double[] values = new double[n];
            double slope = random.nextGaussian() * 0.1;
            Recent recent = new Recent(new int[] {n + 16});
            for (int i = 0; i < n; i++) {
                double share = (i + 0.9 * random.nextDouble()) / n;
                atMs[i] = i == 0 ? T0 : i == n - 1 ? T0 + WINDOW : T0 + (long) (share * WINDOW);
                hours[i] = (atMs[i] - T0) / (double) HOUR;
                values[i] = 2 + slope * hours[i] + 0.05 * random.nextGaussian();
                put(recent, atMs[i], values[i], Flag.PASS);
            }
            Plain plain = new Plain(hours, values);
            assertThat(trend.estimate(recent, 0, WINDOW, 1e-6)).isTrue();
            assertThat(trend.risePerHour())
                    .as("seed %d, run %d", seed, run)
                    .isEqualTo(plain.line.getSlope(), within(1e-12));
            double correlation = plain.correlation;
            double expected = plain.line.getSlopeStdErr() * Math.sqrt((1 + correlation) / (1 - correlation));
            assertThat(trend.standardError())
                    .as("seed %d, run %d", seed, run)
                    .isEqualTo(expected, within(1e-9 * expected));
            if (correlation == 0) {
                uncorrelated++;
                double half = plain.line.getSlopeConfidenceInterval(0.05);
                double rise = plain.line.getSlope();
                assertThat(trend.sign()).isEqualTo(rise > half ? 1 : rise < -half ? -1 : 0);
                signs += trend.sign() * trend.sign();
            }
        }
        assertThat(uncorrelated).isGreaterThan(50);
        assertThat(signs).isBetween(uncorrelated / 10, uncorrelated);
    }

    /** The sign turns where the rise leaves the interval, not before; by Student's t of so many readings. */
    @ParameterizedTest
    @CsvSource({"5", "6", "19", "37", "181", "400"})
    void shouldTellASignOnlyWhereTheIntervalExcludesZero(int n) {
        double quantile = new TDistribution(n - 2).inverseCumulativeProbability(0.975);
        for (int s = -60; s <= 60; s++) {
            double slope = s / 20.0;
            Recent recent = new Recent(new int[] {n + 16});
            for (int i = 0; i < n; i++) {
                long atMs = T0 + i * WINDOW / (n - 1);
                double noise = new Random(i).nextGaussian();
                put(recent, atMs, slope * (atMs - T0) / HOUR + noise, Flag.PASS);
            }
            assertThat(estimate(recent)).isTrue();
            double ratio = trend.risePerHour() / trend.standardError();
            int expected = Math.abs(ratio) > quantile ? (int) Math.signum(ratio) : 0;
            // of long windows the quantile is rounded up a little
            boolean nearly = Math.abs(ratio) > quantile && Math.abs(ratio) < 1.01 * quantile;
            assertThat(trend.sign()).as("%f of %d", ratio, n).isIn(expected, nearly ? 0 : expected);
        }
    }

    // what counts

    @Test
    void shouldRefuseFewerThanFiveReadings() {
        assertThat(estimate(window(new long[] {0, 50, 100, 180}, m -> m))).isFalse();
        assertThat(trend.risePerHour()).isNaN();
        assertThat(trend.standardError()).isNaN();
        assertThat(trend.sign()).isZero();
        assertThat(estimate(window(new long[] {0, 50, 100, 140, 180}, m -> m))).isTrue();
    }

    @Test
    void shouldRefuseLessThanFourFifthsOfTheWindow() {
        assertThat(estimate(window(new long[] {0, 40, 80, 120, 143}, m -> m))).isFalse();
        assertThat(estimate(window(new long[] {0, 40, 80, 120, 144}, m -> m))).isTrue();
    }

    @Test
    void shouldTakeTheReadingsOfTheWindowAndNoOlder() {
        // the one a whole window ago is the window's first
        long[] minutes = {0, 1, 2, 20, 50, 80, 110, 140, 170, 182};
        assertThat(estimate(window(minutes, m -> m < 2 ? 1000 : m / 60))).isTrue();
        assertThat(trend.risePerHour()).isEqualTo(1, within(1e-9));
    }

    @Test
    void shouldLeaveOutWhatFailed() {
        Recent recent = new Recent(new int[] {40});
        for (int i = 0; i <= 18; i++) {
            boolean failed = i == 0 || i % 3 == 1 || i == 18;
            put(recent, T0 + i * 10 * MIN, failed ? 16.71 : 0.3 * i / 6.0, failed ? Flag.FAIL : Flag.SUSPECT);
        }
        assertThat(estimate(recent)).isTrue();
        assertThat(trend.risePerHour()).isEqualTo(0.3, within(1e-12));
        assertThat(trend.sign()).isEqualTo(1);
        for (int i = 3; i < 18; i++) {
            recent.setFlag(0, i, Flag.FAIL, (byte) 0);
        }
        assertThat(estimate(recent)).isFalse();
    }

    @Test
    void shouldFindTheSlopeOfALineWhateverTheSpacing() {
        long[] minutes = {0, 1, 2, 3, 90, 91, 170, 179, 180};
        assertThat(estimate(window(minutes, m -> 0.7 - 0.24 * m / 60))).isTrue();
        assertThat(trend.risePerHour()).isEqualTo(-0.24, within(1e-12));
        assertThat(trend.sign()).isEqualTo(-1);
    }

    /** Of readings without noise nothing is known but their rounding, however large they are; rounding errors have no say. */
    @ParameterizedTest
    @CsvSource({"0, 0", "1.1, 0", "-0.37, 0", "1e6, 0", "0.3, 0.05", "1e6, 0.05", "2.27, -0.3"})
    void shouldBeNoSurerThanTheResolution(double level, double risePerHour) {
        long[] minutes = every(10, 180);
        assertThat(estimate(window(minutes, m -> level + risePerHour * m / 60))).isTrue();
        assertThat(trend.risePerHour()).isEqualTo(risePerHour, within(1e-9));
        double sxx = Arrays.stream(minutes)
                .mapToDouble(m -> (m - 90) * (m - 90) / 3600.0)
                .sum();
        double floor = Math.sqrt(RESOLUTION * RESOLUTION / 12 / sxx);
        assertThat(trend.standardError()).isEqualTo(floor, within(1e-3 * floor));
        assertThat(trend.sign()).isEqualTo((int) Math.signum(risePerHour));
    }

    @Test
    void shouldTakeEveryReadingOfASensorThatReportsEachSecond() {
        int n = 3 * 3600;
        Recent recent = new Recent(new int[] {2 * n});
        for (int i = 0; i <= n; i++) {
            // turns in the middle
            put(recent, T0 + i * 1000L, Math.abs(i - n / 2.0) / 3600, Flag.PASS);
        }
        assertThat(estimate(recent)).isTrue();
        assertThat(trend.risePerHour()).isEqualTo(0, within(1e-6));
        assertThat(trend.sign()).isZero();
    }

    /** Plain least squares would be off by up to 2.7 m/h. */
    @Test
    void shouldHardlyHeedOneOutlier() {
        long[] minutes = every(10, 180);
        double[] hours = Arrays.stream(minutes).mapToDouble(m -> m / 60.0).toArray();
        for (int at = 1; at < 18; at++) {
            int outlier = 10 * at;
            DoubleUnaryOperator level = m -> m == outlier ? 16.71 : 0.1 * m / 60 + 0.02 * Math.sin(m);
            assertThat(estimate(window(minutes, level))).isTrue();
            double sen = SensSlope.of(
                    hours,
                    Arrays.stream(minutes).mapToDouble(level::applyAsDouble).toArray());
            assertThat(trend.risePerHour()).as("outlier at %d min", outlier).isEqualTo(sen, within(0.01));
            assertThat(trend.sign()).isEqualTo(1);
        }
    }

    /** At an end nobody can tell it from a surge: then the interval is wide. */
    @Test
    void shouldBeUnsureOfAnOutlierThatIsTheNewest() {
        assertThat(estimate(window(every(10, 180), m -> m == 180 ? 16.71 : 0))).isTrue();
        assertThat(trend.risePerHour()).isBetween(0.5, 5.0);
        assertThat(trend.sign()).isZero();
    }

    // measured water

    private record Water(long[] atMs, double[] level) {
        /** Rows that the provider flagged are left out, as quality control would. */
        static Water read(Path file) throws IOException {
            List<String[]> rows = new ArrayList<>();
            for (String line : lines(file)) {
                String[] cells = line.split(",", -1);
                if (!cells[0].startsWith("time")
                        && !cells[1].isEmpty()
                        && (cells.length < 3 || cells[2].compareTo("3") < 0)) {
                    rows.add(cells);
                }
            }
            return new Water(
                    rows.stream()
                            .mapToLong(cells -> Instant.parse(cells[0]).toEpochMilli())
                            .toArray(),
                    rows.stream()
                            .mapToDouble(cells -> Double.parseDouble(cells[1]))
                            .toArray());
        }

        private static List<String> lines(Path file) throws IOException {
            if (!file.toString().endsWith(".gz")) {
                return Files.readAllLines(file);
            }
            try (BufferedReader reader = new BufferedReader(
                    new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
                return reader.lines().toList();
            }
        }
    }

    private static List<Path> series(String folder) throws IOException {
        try (var files = Files.list(RainGauges.data(folder))) {
            return files.filter(file -> file.toString().contains(".csv") && !file.endsWith("stations.csv"))
                    .sorted()
                    .toList();
        }
    }

    /**
     * Half of the windows within half a standard error of Sen's slope, nine in ten within 2.5, and none with a sign against it. The
     * last figure is how far 99 % are off at most, m/h; water that turns within the window is where they differ.
     */
    @ParameterizedTest
    @CsvSource({
        "baltic-surge-2023-10, 180, 6, 0.010, 0.012",
        "baltic-surge-2023-10, 50, 6, 0.010, 0.040",
        "baltic-1min-2015-11, 30, 15, 0.010, 0.050",
        "baltic-1min-2015-11, 180, 60, 0.010, 0.025",
        "noaa-new-london-2013-6min, 180, 41, 0.001, 0.025",
        "noaa-new-london-2013-6min, 30, 41, 0.001, 0.025"
    })
    void shouldAgreeWithTheilAndSenOnMeasuredWater(
            String folder, long windowMin, int stride, double resolution, double offMPerHour) throws IOException {
        List<Double> inErrors = new ArrayList<>();
        List<Double> inMetres = new ArrayList<>();
        int opposite = 0;
        int signs = 0;
        for (Path file : series(folder)) {
            Water water = Water.read(file);
            Recent recent = new Recent(new int[] {1024});
            int first = 0;
            for (int i = 0; i < water.atMs.length; i++) {
                put(recent, water.atMs[i], water.level[i], Flag.PASS);
                while (water.atMs[i] - water.atMs[first] > windowMin * MIN) {
                    first++;
                }
                if (i % stride != 0 || !trend.estimate(recent, 0, windowMin * MIN, resolution)) {
                    continue;
                }
                double[] hours = Arrays.stream(water.atMs, first, i + 1)
                        .mapToDouble(atMs -> (atMs - water.atMs[water.atMs.length - 1]) / (double) HOUR)
                        .toArray();
                double sen = SensSlope.of(hours, Arrays.copyOfRange(water.level, first, i + 1));
                inErrors.add(Math.abs(trend.risePerHour() - sen) / trend.standardError());
                inMetres.add(Math.abs(trend.risePerHour() - sen));
                signs += trend.sign() * trend.sign();
                opposite += trend.sign() * sen < 0 ? 1 : 0;
            }
        }
        double[] errors =
                inErrors.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        double[] metres =
                inMetres.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int n = errors.length;
        assertThat(n).isGreaterThan(500);
        assertThat(errors[n / 2]).isLessThan(0.5);
        assertThat(errors[n * 9 / 10]).isLessThan(2.5);
        assertThat(metres[n * 99 / 100]).isLessThan(offMPerHour);
        assertThat(signs).isGreaterThan(n / 3);
        assertThat(opposite).isZero();
    }

    // known noise

    /**
     * Share of the nominal 95 % intervals that hold the truth, by the lag-1 correlation r of the noise. They hold it too seldom
     * where readings are few: the median of three takes off more of the spread than the correlation, estimated from so few, gives
     * back. From three hours of ten minutes on it is as said, but for noise that hangs together for an hour.
     */
    @ParameterizedTest
    @CsvSource({
        "0.0, 6, 0.85",
        "0.4, 6, 0.83",
        "0.8, 6, 0.75",
        "0.0, 19, 0.93",
        "0.2, 19, 0.945",
        "0.4, 19, 0.94",
        "0.6, 19, 0.93",
        "0.8, 19, 0.89",
        "0.0, 31, 0.945",
        "0.4, 31, 0.955",
        "0.8, 31, 0.93",
        "0.0, 181, 0.96",
        "0.2, 181, 0.97",
        "0.4, 181, 0.98",
        "0.6, 181, 0.98",
        "0.8, 181, 0.98"
    })
    void shouldCoverTheTruthAsOftenAsKnown(double r, int n, double share) {
        long seed = 19;
        Random random = new Random(seed);
        int runs = 4000;
        double quantile = new TDistribution(n - 2).inverseCumulativeProbability(0.975);
        int covered = 0;
        for (int run = 0; run < runs; run++) {
            Recent recent = new Recent(new int[] {n + 16});
            double noise = random.nextGaussian() / Math.sqrt(1 - r * r);
            for (int i = 0; i < n; i++) {
                put(recent, T0 + i * WINDOW / (n - 1), 0.03 * noise, Flag.PASS);
                noise = r * noise + random.nextGaussian();
            }
            assertThat(trend.estimate(recent, 0, WINDOW, 0.001)).isTrue();
            covered += Math.abs(trend.risePerHour()) <= quantile * trend.standardError() ? 1 : 0;
        }
        assertThat(covered / (double) runs).as("seed %d", seed).isEqualTo(share, within(0.015));
    }
}
