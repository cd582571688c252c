package dk.vandvagt.station;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.station.ReturnFault.Kind;
import dk.vandvagt.station.ReturnLevels.Point;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReturnLevelsTest {
    private static final Path DATA = Path.of("../shared/data/extremes-reference");
    private static final VerticalDatum DVR90 = new VerticalDatum("DVR90");
    private static final ReturnSource SOURCE = new ReturnSource("Invented levels for a test", "2nd", 2017);

    /** Rising by 12 cm each time the period doubles or thereabouts, as in many a Danish harbour. */
    private static final ReturnLevels LEVELS = new ReturnLevels(
            SOURCE,
            DVR90,
            ReturnSeries.ANNUAL_MAXIMA,
            List.of(new Point(20, 1.48), new Point(50, 1.60), new Point(100, 1.69)));

    private static Path data(String name) {
        Path path = DATA.resolve(name);
        boolean there = Files.exists(path);
        assertThat(there || !"true".equals(System.getenv("CI")))
                .as(path + " is there")
                .isTrue();
        assumeTrue(there, path + " is not there");
        return path;
    }

    @Test
    void shouldTellThePeriodOfEachPublishedLevel() {
        assertThat(LEVELS.returnPeriod(1.60, DVR90)).isInstanceOfSatisfying(ReturnPeriod.Of.class, found -> {
            assertThat(found.years(ReturnSeries.ANNUAL_MAXIMA)).isCloseTo(50, within(1e-9));
            assertThat(found.annualExceedanceProbability()).isCloseTo(0.02, within(1e-12));
        });
        assertThat(LEVELS.returnPeriod(1.48, DVR90)).isInstanceOf(ReturnPeriod.Of.class);
        assertThat(LEVELS.returnPeriod(1.69, DVR90)).isInstanceOf(ReturnPeriod.Of.class);
    }

    @Test
    void shouldInterpolateTheLogarithmOfThePeriodInLevel() {
        double halfway = LEVELS.returnPeriod(1.645, DVR90).years(ReturnSeries.ANNUAL_MAXIMA);

        assertThat(halfway).isCloseTo(Math.sqrt(50 * 100), within(1e-9));
        assertThat(LEVELS.levelM(Math.sqrt(20 * 50))).isCloseTo(1.54, within(1e-12));
        assertThat(LEVELS.levelMOfProbability(0.01)).isCloseTo(1.69, within(1e-9));
    }

    @Test
    void shouldSayNoMoreThanTheSideOutsideTheTable() {
        assertThat(LEVELS.returnPeriod(1.47, DVR90)).isEqualTo(new ReturnPeriod.LessThan(1.0 / 20));
        assertThat(LEVELS.returnPeriod(2.02, DVR90)).isEqualTo(new ReturnPeriod.MoreThan(1.0 / 100));
        assertThat(LEVELS.returnPeriod(Double.POSITIVE_INFINITY, DVR90)).isInstanceOf(ReturnPeriod.MoreThan.class);
        assertThat(LEVELS.levelM(19.9)).isNaN();
        assertThat(LEVELS.levelM(101)).isNaN();
        assertThat(LEVELS.levelM(Double.NaN)).isNaN();
    }

    @Test
    void shouldGoThereAndBack() {
        for (double years = 20; years <= 100; years += 0.37) {
            ReturnPeriod back = LEVELS.returnPeriod(LEVELS.levelM(years), DVR90);
            assertThat(back.years(ReturnSeries.ANNUAL_MAXIMA)).isCloseTo(years, within(1e-9));
        }
    }

    @Test
    void shouldRefuseALevelInAnotherDatum() {
        assertThatThrownBy(() -> LEVELS.returnPeriod(1.6, new VerticalDatum("DNN")))
                .hasMessage("a level in DNN against return levels in DVR90");
        assertThatThrownBy(() -> LEVELS.returnPeriod(Double.NaN, DVR90)).hasMessageContaining("no number");
        assertThatThrownBy(() -> new ReturnLevels(
                        SOURCE,
                        VerticalDatum.NONE,
                        ReturnSeries.ANNUAL_MAXIMA,
                        List.of(new Point(2, 1), new Point(3, 2))))
                .hasMessageContaining("no datum");
        assertThatThrownBy(() -> new ReturnSource("Levels", " ", 2017)).hasMessageContaining("edition");
    }

    @Test
    void shouldNameEveryFaultOfATable() {
        List<Point> points = List.of(
                new Point(20, 1.48),
                new Point(20, 1.50),
                new Point(50, 1.50),
                new Point(100, Double.NaN),
                new Point(-1, 1.9),
                new Point(1, 2.0));

        assertThat(ReturnLevels.faults(ReturnSeries.ANNUAL_MAXIMA, points))
                .extracting(ReturnFault::kind, ReturnFault::row)
                .containsExactly(
                        tuple(Kind.PERIOD_NOT_RISING, 1),
                        tuple(Kind.PERIOD_NOT_POSITIVE, 4),
                        tuple(Kind.PERIOD_NOT_RISING, 4),
                        tuple(Kind.PERIOD_NOT_OVER_ONE_YEAR, 5),
                        tuple(Kind.VALUE_NOT_RISING, 2),
                        tuple(Kind.NO_NUMBER, 3));
        assertThat(ReturnLevels.faults(ReturnSeries.PARTIAL_DURATION, List.of(new Point(0.5, 1), new Point(1, 2))))
                .isEmpty();
        assertThat(ReturnLevels.faults(ReturnSeries.PARTIAL_DURATION, List.of()))
                .extracting(ReturnFault::kind)
                .containsExactly(Kind.TOO_FEW_PERIODS);
        assertThatThrownBy(() -> new ReturnLevels(
                        SOURCE,
                        DVR90,
                        ReturnSeries.ANNUAL_MAXIMA,
                        List.of(new Point(50, 1.60), new Point(20, 1.48), new Point(100, 1.69))))
                .hasMessage("return period 20.0 follows 50.0: periods must rise; "
                        + "level 1.48 of 20.0 years is not above 1.6 of 50.0 years");
    }

    /** The pairs of Langbein's paper (1949) as textbooks carry them: 0.5 of partial duration is 1.16 of annual maxima, and so on. */
    @ParameterizedTest
    @CsvSource({"0.5, 1.16", "1, 1.58", "1.45, 2.0", "2, 2.54", "5, 5.52", "10, 10.5", "50, 50.5", "100, 100.5"})
    void shouldConvertAsLangbeinDoes(double partialDuration, double annualMaxima) {
        double probability = ReturnSeries.PARTIAL_DURATION.annualExceedanceProbability(partialDuration);

        assertThat(ReturnSeries.ANNUAL_MAXIMA.returnPeriodYears(probability)).isCloseTo(annualMaxima, within(0.011));
        assertThat(ReturnSeries.PARTIAL_DURATION.returnPeriodYears(probability))
                .isCloseTo(partialDuration, within(1e-9));
    }

    /**
     * At The Battery, peaks over 1.35 m and the greatest of each year were drawn from one record: the share of years that reached a
     * level is what Langbein makes of the mean time between peaks that did.
     */
    @ParameterizedTest
    @ValueSource(doubles = {1.4, 1.5, 1.6, 1.7, 1.8})
    void shouldMeetLangbeinAtTheBattery(double levelM) throws IOException {
        List<Double> greatest = levels("battery_extremes_bm_high.csv");
        List<Double> peaks = levels("battery_extremes_pot_high.csv");
        double years = greatest.size();
        double reached = greatest.stream().filter(level -> level >= levelM).count() / years;
        double between = years / peaks.stream().filter(level -> level >= levelM).count();

        assertThat(ReturnSeries.PARTIAL_DURATION.annualExceedanceProbability(between))
                .isCloseTo(reached, within(2 * Math.sqrt(reached * (1 - reached) / years)));
    }

    private static List<Double> levels(String file) throws IOException {
        List<String> lines = Files.readAllLines(data(file));
        return lines.subList(1, lines.size()).stream()
                .map(line -> Double.parseDouble(line.substring(line.indexOf(',') + 1)))
                .toList();
    }

    /**
     * Tables made of published fits (Port Pirie: Coles 2001; Venice: Smith 1986) give their levels back; between the rows they
     * stay within a centimetre of the very curve they were taken from.
     */
    @ParameterizedTest
    @CsvSource({"port_pirie, 1, 0.010", "venice_r1, 100, 0.010"})
    void shouldStayNearTheFitThatATableWasTakenFrom(String name, double perMetre, double apartM) throws IOException {
        JsonNode fit = new ObjectMapper()
                .readTree(data("reference_fits.json").toFile())
                .get(name);
        VerticalDatum gauge = new VerticalDatum(name);
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < fit.get("return_periods").size(); i++) {
            points.add(new Point(
                    fit.get("return_periods").get(i).asDouble(),
                    fit.get("return_levels_gev_mle").get(i).asDouble() / perMetre));
        }
        ReturnLevels table = new ReturnLevels(
                new ReturnSource(name, "GEV, maximum likelihood", 1981), gauge, ReturnSeries.ANNUAL_MAXIMA, points);
        double location = fit.at("/gev_mle/location").asDouble() / perMetre;
        double scale = fit.at("/gev_mle/scale").asDouble() / perMetre;
        double shape = fit.at("/gev_mle/shape_xi").asDouble();

        for (Point point : points) {
            assertThat(table.returnPeriod(point.levelM(), gauge).years(ReturnSeries.ANNUAL_MAXIMA))
                    .isCloseTo(point.returnPeriodYears(), within(1e-6));
        }
        for (double years = 2; years <= 200; years *= 1.07) {
            double level = location + scale / shape * (Math.pow(-Math.log1p(-1 / years), -shape) - 1);
            assertThat(table.levelM(years)).as(years + " years").isCloseTo(level, within(apartM));
            assertThat(table.returnPeriod(level, gauge).years(ReturnSeries.ANNUAL_MAXIMA))
                    .as(years + " years")
                    .isCloseTo(years, within(0.06 * years));
        }
        assertThat(table.returnPeriod(points.getLast().levelM() + 0.01, gauge))
                .isInstanceOf(ReturnPeriod.MoreThan.class);
    }

    /** Coles (2001): 4.30 m in ten years, 4.69 m in a hundred. */
    @Test
    void shouldHoldTheLevelsColesPublished() {
        ReturnLevels table = new ReturnLevels(
                new ReturnSource("Coles, An Introduction to Statistical Modeling of Extreme Values", "2001", 1987),
                new VerticalDatum("Port Pirie"),
                ReturnSeries.ANNUAL_MAXIMA,
                List.of(new Point(10, 4.30), new Point(100, 4.69)));

        assertThat(table.levelM(30)).isBetween(4.47, 4.51);
        assertThat(table.shortestPeriodYears()).isEqualTo(10);
        assertThat(table.longestPeriodYears()).isEqualTo(100);
        assertThat(table.source().referenceYear()).isEqualTo(1987);
    }
}
