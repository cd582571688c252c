package dk.vandvagt.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TideArgumentsTest {
    private static final double NODAL_CYCLE_DAYS = 6798.38;
    private static final long DAY_MS = 86_400_000;

    private final AstronomicalArguments arguments = new AstronomicalArguments();
    private final TideNodes nodes = new TideNodes();

    private static long at(String instant) {
        return Instant.parse(instant).toEpochMilli();
    }

    private static Constituent constituent(String name) {
        return Constituent.named(name).orElseThrow();
    }

    private static double apart(double a, double b) {
        return Math.abs(AstronomicalArguments.wrapped(a - b));
    }

    /** Mean longitudes of J2000.0 by Meeus, Astronomical Algorithms (1998), chapters 25 and 47: another theory, half a century on. */
    @Test
    void shouldPlaceMoonAndSunWhereModernTheoryDoes() {
        arguments.setTo(at("2000-01-01T12:00:00Z"));

        assertThat(apart(arguments.moon(), 218.3164)).isLessThan(0.02);
        assertThat(apart(arguments.sun(), 280.4665)).isLessThan(0.02);
        assertThat(apart(arguments.perigee(), 83.3532)).isLessThan(0.02);
        assertThat(apart(arguments.node(), 125.0445)).isLessThan(0.02);
        assertThat(apart(arguments.perihelion(), 282.9373)).isLessThan(0.02);
    }

    @Test
    void shouldCountTheHourAngleFromTheSunsUpperTransit() {
        arguments.setTo(at("2023-10-20T12:00:00Z"));
        assertThat(apart(arguments.hourAngle(), 0)).isLessThan(1e-9);
        arguments.setTo(at("1931-02-28T18:00:00Z"));
        assertThat(apart(arguments.hourAngle(), 90)).isLessThan(1e-9);
    }

    /** Schureman, paragraph 25: I lies between 18.3° and 28.6°, ν within 13.0°, ξ within 11.8°. */
    @Test
    void shouldKeepTheMoonsOrbitWithinSchuremansBounds() {
        double leastI = 90;
        double greatestI = 0;
        double greatestNu = 0;
        double greatestXi = 0;
        long start = at("2000-01-01T00:00:00Z");
        for (int day = 0; day < NODAL_CYCLE_DAYS; day++) {
            arguments.setTo(start + day * DAY_MS);
            double i = Math.toDegrees(arguments.obliquityOfOrbit());
            leastI = Math.min(leastI, i);
            greatestI = Math.max(greatestI, i);
            greatestNu = Math.max(greatestNu, Math.abs(arguments.nu()));
            greatestXi = Math.max(greatestXi, Math.abs(arguments.xi()));
        }
        assertThat(leastI).isCloseTo(23.452 - 5.145, within(0.001));
        assertThat(greatestI).isCloseTo(23.452 + 5.145, within(0.001));
        assertThat(greatestNu).isCloseTo(13.02, within(0.03));
        assertThat(greatestXi).isCloseTo(11.8, within(0.2));
    }

    /**
     * Greenwich equilibrium arguments V + u at the start of the year, u of its middle, and node factors of its middle, as XTide's
     * own program (congen, D. Flater) tabulates them; carried in the repository openwatersio/neaps, benchmarks/congen_output.txt.
     */
    @ParameterizedTest
    @CsvSource({
        "J1, 1700, 295.66, 0.8453",
        "J1, 2020, 165.67, 1.0336",
        "J1, 2100, 341.57, 1.1591",
        "K1, 1700, 6.70, 0.8933",
        "K1, 2023, 6.43, 1.1009",
        "K1, 2100, 13.22, 1.1083",
        "K2, 1700, 194.11, 0.7642",
        "K2, 2023, 192.41, 1.2736",
        "K2, 2100, 206.74, 1.3000",
        "L2, 1700, 225.39, 1.0710",
        "L2, 2023, 74.18, 1.0393",
        "L2, 2100, 7.76, 0.9176",
        "M2, 1700, 105.23, 1.0350",
        "M2, 2023, 146.39, 0.9683",
        "M2, 2024, 247.82, 0.9639",
        "M2, 2100, 242.89, 0.9652",
        "M3, 1700, 157.85, 1.0529",
        "M3, 2023, 219.58, 0.9528",
        "M4, 1700, 210.47, 1.0712",
        "M4, 2023, 292.78, 0.9376",
        "M4, 2100, 125.78, 0.9315",
        "M6, 1700, 315.70, 1.1087",
        "O1, 1700, 100.68, 0.8249",
        "O1, 2023, 141.56, 1.1631",
        "O1, 2100, 228.67, 1.1754",
        "OO1, 1700, 88.43, 0.5232",
        "OO1, 2023, 48.09, 1.6750",
        "OO1, 2100, 339.76, 1.7400",
        "P1, 1700, 349.38, 1",
        "P1, 2023, 349.60, 1",
        "P1, 2100, 349.26, 1",
        "Q1, 1700, 169.58, 0.8249",
        "Q1, 2023, 54.10, 1.1631",
        "Q1, 2100, 261.33, 1.1754",
        "2Q1, 1700, 238.47, 0.8249",
        "2Q1, 2023, 326.64, 1.1631",
        "2Q1, 2100, 293.98, 1.1754",
        "R2, 1700, 182.84, 1",
        "SA, 1700, 280.62, 1",
        "SA, 2023, 280.40, 1",
        "SA-IOS, 1700, 2.84, 1",
        "SSA, 1700, 201.25, 1",
        "SSA, 2100, 201.49, 1",
        "MF, 1700, 83.87, 0.6573",
        "MF, 2023, 43.26, 1.3967",
        "MF, 2100, 325.54, 1.4309",
        "MSF, 1700, 254.77, 1.0350",
        "MSF, 2023, 213.61, 0.9683",
        "MSF, 2100, 117.11, 0.9652",
        "MM, 1700, 291.10, 1.1212",
        "MM, 2023, 87.46, 0.8888",
        "MM, 2100, 327.35, 0.8781"
    })
    void shouldMeetTheTablesOfXTide(String name, int year, double argument, double factor) {
        Constituent line = constituent(name);
        toStartOf(year);
        toMiddleOf(year);

        assertThat(apart(line.argument(arguments) + line.nodeAngle(nodes), argument))
                .isLessThan(0.03);
        assertThat(line.nodeFactor(nodes)).isCloseTo(factor, within(0.0005));
    }

    /** In those tables the whole of M1's argument but T, s and h is of the year's middle; here it is of the instant. */
    @ParameterizedTest
    @CsvSource({
        "1700, 113.70, 1.2008",
        "1701, 6.88, 1.6531",
        "1702, 256.49, 1.6502",
        "1704, 108.08, 1.1353",
        "2020, 206.58, 1.9806"
    })
    void shouldMeetTheTablesOfXTideInM1(int year, double argument, double factor) {
        Constituent line = constituent("M1");
        toStartOf(year);
        toMiddleOf(year);
        double growthOfPerigee = nodes.arguments().perigee() - arguments.perigee();

        assertThat(apart(line.argument(arguments) + line.nodeAngle(nodes) + growthOfPerigee, argument))
                .isLessThan(0.1);
        assertThat(line.nodeFactor(nodes)).isCloseTo(factor, within(0.001));
    }

    private void toStartOf(int year) {
        arguments.setTo(LocalDate.of(year, 1, 1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant()
                .toEpochMilli());
    }

    private void toMiddleOf(int year) {
        nodes.setTo(
                LocalDate.of(year, 7, 2).atTime(12, 0).toInstant(ZoneOffset.UTC).toEpochMilli());
    }

    /** K1's node depends on N alone and comes round with it; the mean of f over a cycle is near one. */
    @ParameterizedTest
    @CsvSource({"MM", "MF", "O1", "K1", "J1", "OO1", "M2", "K2", "M4", "MS4", "2MS6", "M3", "MSF", "ETA2"})
    void shouldComeRoundWithTheNode(String name) {
        Constituent line = constituent(name);
        long start = at("2004-02-29T00:00:00Z");
        double sum = 0;
        int n = 1000;
        for (int i = 0; i < n; i++) {
            long now = start + Math.round(i * NODAL_CYCLE_DAYS / n * DAY_MS);
            nodes.setTo(now);
            double f = line.nodeFactor(nodes);
            double u = line.nodeAngle(nodes);
            sum += f;
            nodes.setTo(now + Math.round(NODAL_CYCLE_DAYS * DAY_MS));
            assertThat(line.nodeFactor(nodes)).isCloseTo(f, within(1e-4));
            assertThat(apart(line.nodeAngle(nodes), u)).isLessThan(0.01);
        }
        assertThat(sum / n).isCloseTo(1, within(0.11));
    }

    /** f is even and u odd in N. */
    @ParameterizedTest
    @CsvSource({"MF", "O1", "K1", "J1", "OO1", "M2", "K2"})
    void shouldMirrorAtTheNodesPassage(String name) {
        Constituent line = constituent(name);
        // The node passes the equinox where N = 0, on 2006-06-19 or so: found by bisection
        long low = at("2006-01-01T00:00:00Z");
        long high = at("2007-01-01T00:00:00Z");
        while (high - low > 1000) {
            long middle = (low + high) / 2;
            arguments.setTo(middle);
            if (AstronomicalArguments.wrapped(arguments.node()) > 0) {
                low = middle;
            } else {
                high = middle;
            }
        }
        for (int days = 100; days < 3300; days += 400) {
            nodes.setTo(low - days * DAY_MS);
            double before = line.nodeFactor(nodes);
            double uBefore = line.nodeAngle(nodes);
            nodes.setTo(low + days * DAY_MS);
            assertThat(line.nodeFactor(nodes)).isCloseTo(before, within(1e-4));
            assertThat(line.nodeAngle(nodes)).isCloseTo(-uBefore, within(0.01));
        }
    }

    @Test
    void shouldNotJumpAnywhereInACentury() {
        String[] names = {"M1", "NO1", "L2", "K1", "K2", "M2", "O1", "OO1", "MF", "J1"};
        Constituent[] lines = new Constituent[names.length];
        double[] f = new double[names.length];
        double[] u = new double[names.length];
        for (int i = 0; i < names.length; i++) {
            lines[i] = constituent(names[i]);
        }
        long start = at("1950-01-01T00:00:00Z");
        for (int day = 0; day < 36_525; day++) {
            nodes.setTo(start + day * DAY_MS);
            for (int i = 0; i < names.length; i++) {
                double fNow = lines[i].nodeFactor(nodes);
                double uNow = lines[i].nodeAngle(nodes);
                if (day > 0) {
                    assertThat(fNow).as(names[i]).isCloseTo(f[i], within(0.01));
                    assertThat(uNow).as(names[i]).isCloseTo(u[i], within(0.5));
                }
                f[i] = fNow;
                u[i] = uNow;
            }
        }
    }

    @Test
    void shouldRunOnThroughLeapDaysAndNewYears() {
        Constituent m2 = constituent("M2");
        for (String day :
                new String[] {"2024-02-29", "2024-03-01", "2023-12-31", "2000-02-29", "2100-02-28", "1970-01-01"}) {
            long noon = at(day + "T12:00:00Z");
            arguments.setTo(noon);
            double before = m2.argument(arguments);
            arguments.setTo(noon + DAY_MS);
            assertThat(apart(m2.argument(arguments), before + 24 * m2.speedDegPerHour()))
                    .as(day)
                    .isLessThan(1e-3);
        }
    }
}
