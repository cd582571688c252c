package dk.vandvagt.station;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dk.vandvagt.station.ReturnFault.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReturnDepthsTest {
    private static final Path TABLE = Path.of("../shared/data/idf-reference-ehyd112086/idf_table_UNIX.csv");
    private static final long MINUTE = 60_000;
    private static final ReturnSource SOURCE = new ReturnSource("eHYD 112086, fit of a repository", "fb8b25d5", 2016);
    private static final ReturnDepths SMALL = new ReturnDepths(
            SOURCE, ReturnSeries.PARTIAL_DURATION, new double[] {1, 10, 100}, new double[] {10, 40}, new double[][] {
                {10, 20, 30},
                {16, 36, 60}
            });

    /** The published table: periods, durations, depths. */
    private record Published(double[] periods, double[] durationsMin, double[][] depthsMm) {
        static Published read() throws IOException {
            boolean there = Files.exists(TABLE);
            assertThat(there || !"true".equals(System.getenv("CI")))
                    .as(TABLE + " is there")
                    .isTrue();
            assumeTrue(there, TABLE + " is not there");
            List<String> lines = Files.readAllLines(TABLE);
            double[][] rows = lines.subList(3, lines.size()).stream()
                    .map(Published::numbers)
                    .toArray(double[][]::new);
            double[] durations = Stream.of(rows).mapToDouble(row -> row[0]).toArray();
            double[][] depths = Stream.of(rows)
                    .map(row -> Arrays.copyOfRange(row, 1, row.length))
                    .toArray(double[][]::new);
            return new Published(numbers(lines.get(0).substring(lines.get(0).indexOf(',') + 1)), durations, depths);
        }

        private static double[] numbers(String line) {
            return Stream.of(line.split(",", -1))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
        }

        ReturnDepths table() {
            return new ReturnDepths(SOURCE, ReturnSeries.PARTIAL_DURATION, periods, durationsMin, depthsMm);
        }
    }

    @Test
    void shouldGiveThePublishedTableBack() throws IOException {
        Published published = Published.read();
        ReturnDepths table = published.table();
        assertThat(published.periods()).hasSize(11);
        assertThat(published.durationsMin()).hasSize(21);
        for (int d = 0; d < published.durationsMin().length; d++) {
            long windowMs = (long) published.durationsMin()[d] * MINUTE;
            for (int p = 0; p < published.periods().length; p++) {
                double years = published.periods()[p];
                double depth = published.depthsMm()[d][p];
                assertThat(table.depthMm(years, windowMs)).isCloseTo(depth, within(1e-9));
                ReturnPeriod found = table.returnPeriod(depth, windowMs);
                assertThat(found).isInstanceOf(ReturnPeriod.Of.class);
                assertThat(found.years(table.series())).isCloseTo(years, within(1e-9 * years));
            }
        }
    }

    /** Each row was fitted as u + w·ln T: with ln T linear in depth, every period between the columns comes out of the fit too. */
    @Test
    void shouldFollowTheFormulaBehindTheTableBetweenItsPeriods() throws IOException {
        Published published = Published.read();
        ReturnDepths table = published.table();
        for (int d = 0; d < published.durationsMin().length; d++) {
            long windowMs = (long) published.durationsMin()[d] * MINUTE;
            double u = published.depthsMm()[d][0];
            double w = (published.depthsMm()[d][10] - u) / Math.log(100);
            for (double years = 1; years <= 100; years *= 1.13) {
                double depth = u + w * Math.log(years);
                assertThat(table.depthMm(years, windowMs)).isCloseTo(depth, within(0.011));
            }
        }
        // 60 min: 30.60 + 9.524 ln T
        assertThat(table.depthMm(7, 60 * MINUTE)).isCloseTo(30.60 + 9.524 * Math.log(7), within(0.01));
        assertThat(table.returnPeriod(30.60 + 9.524 * Math.log(42), 60 * MINUTE).years(table.series()))
                .isCloseTo(42, within(0.1));
    }

    @Test
    void shouldInterpolateDurationsLogLog() {
        // 20 min is halfway between 10 and 40 on a logarithmic axis
        assertThat(SMALL.depthMm(1, 20 * MINUTE)).isCloseTo(Math.sqrt(10 * 16), within(1e-9));
        assertThat(SMALL.depthMm(10, 20 * MINUTE)).isCloseTo(Math.sqrt(20 * 36), within(1e-9));
        double between = (Math.sqrt(20 * 36) + Math.sqrt(30 * 60)) / 2;
        assertThat(SMALL.returnPeriod(between, 20 * MINUTE).years(ReturnSeries.PARTIAL_DURATION))
                .isCloseTo(Math.sqrt(10 * 100), within(1e-9));
    }

    /** Each row left out in turn comes back from its neighbours within a few per cent: what log–log between durations is worth. */
    @Test
    void shouldFindALeftOutDurationFromItsNeighbours() throws IOException {
        Published published = Published.read();
        double greatest = 0;
        for (int out = 1; out < published.durationsMin().length - 1; out++) {
            double[] durations =
                    new double[] {published.durationsMin()[out - 1], published.durationsMin()[out + 1]};
            double[][] depths = {published.depthsMm()[out - 1], published.depthsMm()[out + 1]};
            ReturnDepths table =
                    new ReturnDepths(SOURCE, ReturnSeries.PARTIAL_DURATION, published.periods(), durations, depths);
            for (int p = 0; p < published.periods().length; p++) {
                double found =
                        table.depthMm(published.periods()[p], (long) published.durationsMin()[out] * MINUTE);
                greatest = Math.max(greatest, Math.abs(found / published.depthsMm()[out][p] - 1));
            }
        }
        assertThat(greatest).isLessThan(0.07);
    }

    @Test
    void shouldSayNoMoreThanTheSideOutsideTheTable() {
        double often = -Math.expm1(-1.0);
        double rare = -Math.expm1(-0.01);

        assertThat(SMALL.returnPeriod(9.9, 10 * MINUTE)).isEqualTo(new ReturnPeriod.LessThan(often));
        assertThat(SMALL.returnPeriod(0, 30 * MINUTE)).isEqualTo(new ReturnPeriod.LessThan(often));
        assertThat(SMALL.returnPeriod(60.1, 40 * MINUTE)).isEqualTo(new ReturnPeriod.MoreThan(rare));
        assertThat(SMALL.returnPeriod(25, 5 * MINUTE)).isEqualTo(new ReturnPeriod.NoSuchDuration(10, 40));
        assertThat(SMALL.returnPeriod(25, 41 * MINUTE)).isEqualTo(new ReturnPeriod.NoSuchDuration(10, 40));
        assertThat(SMALL.returnPeriod(25, 5 * MINUTE).years(ReturnSeries.ANNUAL_MAXIMA))
                .isNaN();
        assertThat(SMALL.depthMm(10, 5 * MINUTE)).isNaN();
        assertThat(SMALL.depthMm(101, 10 * MINUTE)).isNaN();
        assertThat(SMALL.hasDuration(10 * MINUTE)).isTrue();
        assertThat(SMALL.hasDuration(10 * MINUTE - 1)).isFalse();
        assertThatThrownBy(() -> SMALL.returnPeriod(Double.NaN, 10 * MINUTE)).hasMessageContaining("no number");
    }

    /** The published table counts partial durations: its yearly rain is reached in 63 years of a hundred, not in every one. */
    @Test
    void shouldStoreTheYearlyProbabilityOfAPartialSeries() {
        ReturnPeriod yearly = SMALL.returnPeriod(10, 10 * MINUTE);

        assertThat(yearly.annualExceedanceProbability()).isCloseTo(0.632, within(0.001));
        assertThat(yearly.years(ReturnSeries.PARTIAL_DURATION)).isCloseTo(1, within(1e-9));
        assertThat(yearly.years(ReturnSeries.ANNUAL_MAXIMA)).isCloseTo(1.58, within(0.01));
    }

    @Test
    void shouldNameEveryFaultOfATable() {
        assertThat(faults(new double[] {1, 10}, new double[] {10, 5}, new double[][] {{10, 20}, {16, 36}}))
                .containsExactly(Kind.DURATION_NOT_RISING);
        assertThat(faults(new double[] {1, 10}, new double[] {10, 20}, new double[][] {{10, 20}, {16, 19}}))
                .containsExactly(Kind.DEPTH_FALLS_WITH_DURATION);
        assertThat(faults(new double[] {1, 10}, new double[] {10, 20}, new double[][] {{10, 10}, {16, 36}}))
                .containsExactly(Kind.VALUE_NOT_RISING);
        assertThat(faults(new double[] {1, 10}, new double[] {10, 20}, new double[][] {{10, 20}, {16}}))
                .containsExactly(Kind.ROW_OF_OTHER_LENGTH);
        assertThat(faults(new double[] {1, 10}, new double[] {0, 20}, new double[][] {{0, 20}, {16, 36}}))
                .containsExactly(Kind.DURATION_NOT_POSITIVE, Kind.DEPTH_NOT_POSITIVE);
        assertThat(faults(new double[] {1}, new double[] {}, new double[][] {{10}}))
                .containsExactly(Kind.TOO_FEW_PERIODS, Kind.TOO_FEW_DURATIONS);
        assertThat(faults(new double[] {1, 10}, new double[] {10, 20}, new double[][] {{10, Double.NaN}, {16, 36}}))
                .containsExactly(Kind.NO_NUMBER);
    }

    private static List<Kind> faults(double[] periods, double[] durations, double[][] depths) {
        return ReturnDepths.faults(ReturnSeries.PARTIAL_DURATION, periods, durations, depths).stream()
                .map(ReturnFault::kind)
                .toList();
    }
}
