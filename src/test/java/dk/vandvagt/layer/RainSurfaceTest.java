package dk.vandvagt.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.MultiPolygon;

/**
 * Figures marked NumPy were computed apart from this code, from the same files, with positions by PROJ's cs2cs and the formula of Franke and
 * Little as published.
 */
class RainSurfaceTest {
    private static final Path DATA = Path.of("../shared/data");
    private static final double[] LEVELS = RainfallSettings.USUAL.levels();

    @Test
    void shouldGiveTheGothenburgDayAsComputedElsewhere() throws IOException {
        RainSurface day = new RainSurface(gothenburg(0, 1440), 15_000);

        // NumPy
        assertThat(day.at(675_000, 6_398_000)).isCloseTo(24.224754, within(1e-4));
        assertThat(day.at(670_000, 6_401_000)).isCloseTo(31.059172, within(1e-4));
        assertThat(day.at(678_000, 6_400_500)).isCloseTo(18.682190, within(1e-4));
        assertThat(day.at(690_000, 6_390_000)).isCloseTo(24.772862, within(1e-4));
        RainSurface.Skill skill = day.leaveOneOut();
        assertThat(skill.places()).isEqualTo(10);
        assertThat(skill.rmseMm()).isCloseTo(5.148632, within(1e-4));
        assertThat(skill.biasMm()).isCloseTo(-1.380435, within(1e-4));
    }

    @Test
    void shouldDrawTheGothenburgDayInBandsThatPartitionTheReach() throws IOException {
        List<MultiPolygon> bands = RainfallLayer.areas(new RainSurface(gothenburg(0, 1440), 15_000), 15_000, LEVELS);

        IsobandsTest.isAPartition(bands);
        double reachKm2 = bands.stream().mapToDouble(Geometry::getArea).sum() / 1e6;
        // NumPy, by counting squares of 25 m
        assertThat(reachKm2).isCloseTo(1479.49, within(1479.49 * 0.006));
        assertThat(reachKm2).isLessThan(1479.49);
        assertThat(bands.get(6).getArea() / 1e6).isCloseTo(1001.2, within(15.0));
        assertThat(bands.get(7).getArea() / 1e6).isCloseTo(474.34, within(10.0));
        assertThat(bands.get(8).isEmpty() && bands.get(4).isEmpty()).isTrue();
    }

    @Test
    void shouldScoreShorterWindowsOfTheGothenburgDay() throws IOException {
        // NumPy
        hasSkill(gothenburgIn(30, 5_000), 432, 0.545624, -0.048223);
        hasSkill(gothenburgIn(60, 5_000), 216, 0.783959, -0.096447);
        hasSkill(gothenburgIn(180, 15_000), 80, 1.551676, -0.172554);
    }

    @Test
    void shouldScoreFiveYearsOfDaysInTheSauerland() throws IOException {
        List<RainSurface.Skill> days = new ArrayList<>();
        for (double[] sums : sauerlandDays()) {
            days.add(new RainSurface(gauges(SAUERLAND, sums), 15_000).leaveOneOut());
        }
        // NumPy
        hasSkill(days, 11_228, 2.928273, 0.086696);
    }

    private static void hasSkill(List<RainSurface.Skill> each, int n, double rmseMm, double biasMm) {
        int places = 0;
        double squares = 0;
        double sum = 0;
        for (RainSurface.Skill skill : each) {
            if (skill.places() > 0) {
                places += skill.places();
                squares += skill.places() * skill.rmseMm() * skill.rmseMm();
                sum += skill.places() * skill.biasMm();
            }
        }
        assertThat(places).isEqualTo(n);
        assertThat(Math.sqrt(squares / places)).isCloseTo(rmseMm, within(2e-5));
        assertThat(sum / places).isCloseTo(biasMm, within(2e-5));
    }

    @Test
    void shouldKeepToItsGaugesAndBetweenTheirExtremes() throws IOException {
        List<RainSurface.Gauge> gauges = gothenburg(0, 1440);
        RainSurface day = new RainSurface(gauges, 15_000);
        for (RainSurface.Gauge gauge : gauges) {
            assertThat(day.at(gauge.x(), gauge.y())).isEqualTo(gauge.mm());
        }
        for (double x = 650_000; x < 700_000; x += 1700) {
            for (double y = 6_380_000; y < 6_420_000; y += 1700) {
                double mm = day.at(x, y);
                assertThat(Double.isNaN(mm)).isEqualTo(day.insideM(x, y) < 0);
                assertThat(Double.isNaN(mm) || (mm >= 17 && mm <= 36.6 + 1e-9)).isTrue();
            }
        }
    }

    @Test
    void shouldHaveNoStepWhereAReachEndsWithinAnother() {
        RainSurface two = surface(new double[][] {{0, 0, 0}, {4000, 0, 10}});

        double before = two.at(-999.9, 0);
        double after = two.at(-1000.1, 0);

        assertThat(after).isZero();
        assertThat(before).isCloseTo(0, within(1e-6));
        assertThat(two.at(2000, 0)).isCloseTo(5, within(1e-12));
    }

    @Test
    void shouldBeExactlyZeroOrExactlyEqualWhereAllGaugesAre() {
        double[][] places = {{0, 0, 0}, {3000, 100, 0}, {100, 4000, 0}, {2500, 2500, 0}, {5000, 5000, 0}};
        List<MultiPolygon> dry = RainfallLayer.areas(surface(places), 5000, LEVELS);
        for (double[] place : places) {
            place[2] = 5;
        }
        List<MultiPolygon> equal = RainfallLayer.areas(surface(places), 5000, LEVELS);

        assertThat(dry.stream().filter(band -> !band.isEmpty())).containsExactly(dry.getFirst());
        // 5 mm is where a band begins
        assertThat(equal.stream().filter(band -> !band.isEmpty())).containsExactly(equal.get(3));
        assertThat(equal.get(3).getArea()).isEqualTo(dry.getFirst().getArea());
        assertThat(surface(places).leaveOneOut()).isEqualTo(new RainSurface.Skill(5, 0, 0));
    }

    @Test
    void shouldTakeTwoGaugesAtOnePlaceForOne() {
        RainSurface twin = surface(new double[][] {{0, 0, 2}, {0.2, 0, 4}, {3000, 0, 9}});

        assertThat(twin.places()).isEqualTo(2);
        assertThat(twin.at(0, 0)).isEqualTo(3);
        assertThat(twin.leaveOneOut().places()).isEqualTo(2);
    }

    @Test
    void shouldDrawADiscAroundOneGaugeAlone() {
        RainSurface alone = surface(new double[][] {{1000, 1000, 7}});

        List<MultiPolygon> bands = RainfallLayer.areas(alone, 5000, LEVELS);

        IsobandsTest.isAPartition(bands);
        assertThat(bands.get(3).getArea()).isCloseTo(Math.PI * 25e6, within(Math.PI * 25e6 * 0.01));
        assertThat(Arrays.stream(bands.get(3).getCoordinates()))
                .allMatch(each -> Math.hypot(each.x - 1000, each.y - 1000) <= 5000);
        assertThat(alone.leaveOneOut().places()).isZero();
        assertThat(alone.leaveOneOut().rmseMm()).isNaN();
    }

    @Test
    void shouldDrawGaugesOnOneLine() {
        RainSurface line = surface(
                new double[][] {{0, 0, 0}, {2000, 0, 3}, {4000, 0, 12}, {6000, 0, 50}, {8000, 0, 80}, {10_000, 0, 0}});

        List<MultiPolygon> bands = RainfallLayer.areas(line, 5000, LEVELS);

        IsobandsTest.isAPartition(bands);
        assertThat(bands.get(9).isEmpty()).isFalse();
    }

    @Test
    void shouldPassOverWhatIsNoNumber() {
        RainSurface holed = surface(new double[][] {{0, 0, Double.NaN}, {Double.NaN, 0, 4}, {100, 0, 4}});

        assertThat(holed.places()).isEqualTo(1);
        assertThat(holed.at(0, 0)).isEqualTo(4);
        assertThat(new RainSurface(List.of(), 5000).at(0, 0)).isNaN();
        assertThat(RainfallLayer.areas(new RainSurface(List.of(), 5000), 5000, LEVELS))
                .allMatch(Geometry::isEmpty);
    }

    private static RainSurface surface(double[][] places) {
        return new RainSurface(
                Arrays.stream(places)
                        .map(each -> new RainSurface.Gauge(each[0], each[1], each[2]))
                        .toList(),
                5000);
    }

    // Jarn, Torp, Bergsj, Torsl, Chalm, Tole, Barl, Drakeg, Lbom, Askim
    static final double[][] GOTHENBURG = {
        {11.94314, 57.64607},
        {12.03557, 57.71861},
        {12.0733, 57.75113},
        {11.78533, 57.71207},
        {11.98083, 57.68324},
        {11.91175, 57.73104},
        {11.93762, 57.7001},
        {11.99308, 57.70603},
        {11.96709, 57.71474},
        {11.94358, 57.63251}
    };

    // DE_00310, 00389, 00390, 01300, 02718, 03215, 04313, 04488, 06264, 06303
    private static final double[][] SAUERLAND = {
        {8.5373, 51.0662},
        {8.4318, 51.0148},
        {8.3679, 50.9837},
        {8.1565, 51.254},
        {8.7928, 51.288},
        {8.7129, 51.1681},
        {8.4342, 51.4966},
        {8.2672, 51.2129},
        {8.6498, 51.4143},
        {8.5907, 51.2884}
    };

    private static List<RainSurface.Gauge> gauges(double[][] lonLats, double[] mm) {
        List<RainSurface.Gauge> gauges = new ArrayList<>();
        for (int i = 0; i < mm.length; i++) {
            double[] xy = lonLats[i].clone();
            Crs.EPSG_25832.fromCrs84(xy);
            gauges.add(new RainSurface.Gauge(xy[0], xy[1], mm[i]));
        }
        return gauges;
    }

    private static List<RainSurface.Gauge> gothenburg(int fromMinute, int toMinute) throws IOException {
        return gauges(GOTHENBURG, gothenburgSums(fromMinute, toMinute));
    }

    /** Millimetres of the ten gauges in these minutes of 27 August 2015. */
    static double[] gothenburgSums(int fromMinute, int toMinute) throws IOException {
        List<String> lines = Files.readAllLines(DATA.resolve("rain-gothenburg-openmrg/city_1min_2015-08-27.csv"));
        double[] sums = new double[GOTHENBURG.length];
        for (String line : lines.subList(1 + fromMinute, 1 + toMinute)) {
            add(line, sums);
        }
        return sums;
    }

    private static void add(String line, double[] sums) {
        String[] cells = line.split(",", -1);
        for (int i = 0; i < sums.length; i++) {
            sums[i] += cells[i + 1].isEmpty() ? Double.NaN : Double.parseDouble(cells[i + 1]);
        }
    }

    private static List<RainSurface.Skill> gothenburgIn(int minutes, double reachM) throws IOException {
        List<RainSurface.Skill> skills = new ArrayList<>();
        for (int from = 0; from < 1440; from += minutes) {
            skills.add(new RainSurface(gothenburg(from, from + minutes), reachM).leaveOneOut());
        }
        return skills;
    }

    private static List<double[]> sauerlandDays() throws IOException {
        List<double[]> days = new ArrayList<>();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(
                        Files.newInputStream(DATA.resolve("rain-dwd-hourly-11-gauges/hourly_2006-2010_mm.csv.gz"))),
                StandardCharsets.US_ASCII))) {
            in.readLine();
            double[] day = new double[SAUERLAND.length];
            int hours = 0;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                add(line, day);
                if (++hours % 24 == 0) {
                    days.add(day);
                    day = new double[SAUERLAND.length];
                }
            }
        }
        return days;
    }
}
