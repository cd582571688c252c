package dk.vandvagt.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.ThreadMXBean;
import dk.vandvagt.analysis.Tide.Harmonic;
import dk.vandvagt.analysis.Tide.MeanLevel;
import dk.vandvagt.analysis.Tide.YearlyCycle;
import dk.vandvagt.station.VerticalDatum;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.junit.jupiter.api.Test;

class TideTest {
    private static final Path DATA = Path.of("../shared/data");
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final VerticalDatum MLLW = new VerticalDatum("MLLW");
    private static final MeanLevel ZERO =
            new MeanLevel(0, new VerticalDatum("NHN"), LocalDate.of(2006, 1, 1), LocalDate.of(2025, 1, 1));

    private static Path data(String name) {
        Path path = DATA.resolve(name);
        boolean there = Files.exists(path);
        assertThat(there || !"true".equals(System.getenv("CI")))
                .as(path + " is there")
                .isTrue();
        assumeTrue(there, path + " is not there");
        return path;
    }

    private static long at(String instant) {
        return Instant.parse(instant).toEpochMilli();
    }

    private static Harmonic harmonic(String name, double amplitudeM, double phaseLagDeg) {
        return new Harmonic(Constituent.named(name).orElseThrow(), amplitudeM, phaseLagDeg);
    }

    private static List<Harmonic> noaaHonolulu() throws IOException {
        List<Harmonic> harmonics = new ArrayList<>();
        for (String line : Files.readAllLines(data("tide-honolulu-noaa-predictions/harmonic_constants.csv"))
                .subList(1, 38)) {
            List<String> columns = List.of(line.split(",", -1));
            harmonics.add(
                    harmonic(columns.get(0), Double.parseDouble(columns.get(1)), Double.parseDouble(columns.get(2))));
        }
        return harmonics;
    }

    /** Constants of a station, with the names that are no constituent here. */
    private record Station(JsonNode json, List<Harmonic> harmonics, List<String> unknown) {
        static Station named(String name) throws IOException {
            for (JsonNode station : new ObjectMapper()
                    .readTree(data("tide-constants-neaps/stations.json").toFile())) {
                if (station.get("name").asText().equals(name)) {
                    List<Harmonic> harmonics = new ArrayList<>();
                    List<String> unknown = new ArrayList<>();
                    for (JsonNode line : station.get("harmonic_constituents")) {
                        Constituent.named(line.get("name").asText())
                                .ifPresentOrElse(
                                        constituent -> harmonics.add(new Harmonic(
                                                constituent,
                                                line.get("amplitude").asDouble(),
                                                line.get("phase").asDouble())),
                                        () -> unknown.add(line.get("name").asText()));
                    }
                    return new Station(station, harmonics, unknown);
                }
            }
            throw new AssertionError("no station " + name);
        }

        Tide tide() {
            return new Tide(ZERO, YearlyCycle.IN_TIDE, harmonics);
        }

        double datum(String name) {
            return json.get("datums").get(name).asDouble();
        }
    }

    /** The predictions are above MLLW; that they lie 0.251 m lower about the mean is in the data of the station. */
    @Test
    void shouldPredictHonoluluAsNoaaDoes() throws IOException {
        MeanLevel mean = new MeanLevel(0.251, MLLW, LocalDate.of(1983, 1, 1), LocalDate.of(2002, 1, 1));
        Tide tide = new Tide(mean, YearlyCycle.IN_TIDE, noaaHonolulu());
        double sum = 0;
        double squares = 0;
        double greatest = 0;
        int n = 0;
        for (String line : Files.readAllLines(data("tide-honolulu-noaa-predictions/noaa_predictions_6min.csv"))
                .subList(1, 100)) {
            List<String> columns = List.of(line.split(",", -1));
            double residual = tide.residualM(Double.parseDouble(columns.get(1)), at(columns.get(0)));
            sum += residual;
            squares += residual * residual;
            greatest = Math.max(greatest, Math.abs(residual));
            n++;
        }
        assertThat(n).isEqualTo(99);
        assertThat(Math.sqrt(squares / n)).as("rms in the datum").isLessThan(0.010);
        assertThat(Math.sqrt(squares / n - sum / n * (sum / n)))
                .as("rms about the mean")
                .isLessThan(0.003);
        assertThat(greatest).isLessThan(0.015);
    }

    /**
     * Least squares on the hourly year of 2010 with this class's V, u and f, against the same by UTide (Matlab), which has its node
     * factors from the satellites of Cartwright and Edden instead of Schureman. Where UTide means another line by the name, ours
     * has the suffix.
     */
    @Test
    void shouldFindTheConstantsThatUtideFindsInAYear() throws IOException {
        JsonNode solution = new ObjectMapper()
                .readTree(data("tide-honolulu-utide/utide_matlab_coefficients.json")
                        .toFile())
                .get("HNL2010");
        Map<String, String> ours = Map.of("OQ2", "OQ2-IOS", "S1", "S1-IOS", "SA", "SA-IOS");
        List<Constituent> lines = new ArrayList<>();
        List<JsonNode> theirs = new ArrayList<>();
        for (JsonNode line : solution.get("constituents")) {
            String name = line.get("name").asText();
            lines.add(Constituent.named(ours.getOrDefault(name, name))
                    .orElseThrow(() -> new AssertionError(name + " is not known")));
            theirs.add(line);
        }
        assertThat(lines).hasSize(59);
        List<long[]> levels = honolulu2010();
        assertThat(levels).hasSize(8760);
        double[] found = leastSquares(lines, levels);

        assertThat(found[0]).isCloseTo(solution.get("mean_mm").asDouble(), within(0.5));
        for (int i = 0; i < lines.size(); i++) {
            String name = theirs.get(i).get("name").asText();
            double amplitude = theirs.get(i).get("amplitude_mm").asDouble();
            double share = switch (name) {
                case "M2", "S2", "N2", "K1", "O1", "K2", "SSA", "NU2", "MU2" -> 0.012;
                // Where the two schools' nodes differ most
                case "MF", "TAU1", "BET1" -> 0.45;
                default -> 0.15;
            };
            assertThat(apart(
                            found,
                            i,
                            amplitude,
                            theirs.get(i).get("greenwich_phase_deg").asDouble()))
                    .as(name)
                    .isLessThan(Math.max(share * amplitude, 0.02));
        }
    }

    /**
     * Eleven years of Flensburg against the constants that TICON-4 found there: its conventions are NOAA's, in SA, S1, MA2 and MB2
     * as well, where the schools differ.
     */
    @Test
    void shouldFindTheConstantsThatTiconFindsAtFlensburg() throws IOException {
        List<Harmonic> known = Station.named("Flensburg").harmonics().stream()
                .filter(harmonic -> harmonic.amplitudeM() >= 0.005)
                .filter(harmonic -> harmonic.constituent().species() > 0
                        || harmonic.constituent().name().equals("SA"))
                .toList();
        List<Constituent> lines = known.stream().map(Harmonic::constituent).toList();
        assertThat(lines)
                .extracting(Constituent::name)
                .contains("M2", "N2", "S2", "MU2", "K1", "O1", "SA", "S1", "MA2", "MB2");
        List<long[]> levels = new ArrayList<>();
        for (String line : packed("baltic-flensburg-hourly-2014-2025/Flensburg_hourly.csv.gz")) {
            List<String> columns = List.of(line.split(",", -1));
            double levelM = Double.parseDouble(columns.get(1));
            if (Math.abs(levelM) < 2.5) {
                levels.add(new long[] {at(columns.get(0)), Math.round(1000 * levelM)});
            }
        }
        double[] found = leastSquares(lines, levels);

        for (int i = 0; i < lines.size(); i++) {
            assertThat(apart(
                            found,
                            i,
                            1000 * known.get(i).amplitudeM(),
                            known.get(i).phaseLagDeg()))
                    .as(lines.get(i).name())
                    .isLessThan(lines.get(i).isSeasonal() ? 8 : 4);
        }
    }

    /** Mean, drift over the years, then f·cos(V + u) and f·sin(V + u) of each line. */
    private static double[] leastSquares(List<Constituent> lines, List<long[]> levelsMm) {
        int unknowns = 2 + 2 * lines.size();
        double[][] normal = new double[unknowns][unknowns];
        double[] right = new double[unknowns];
        double[] row = new double[unknowns];
        TideNodes nodes = new TideNodes();
        long middle = levelsMm.get(levelsMm.size() / 2)[0];
        for (long[] level : levelsMm) {
            nodes.setTo(level[0]);
            row[0] = 1;
            row[1] = (level[0] - middle) / (double) (365 * DAY);
            for (int i = 0; i < lines.size(); i++) {
                double f = lines.get(i).nodeFactor(nodes);
                double angle = Math.toRadians(AstronomicalArguments.wrapped(
                        lines.get(i).argument(nodes.arguments()) + lines.get(i).nodeAngle(nodes)));
                row[2 + 2 * i] = f * Math.cos(angle);
                row[3 + 2 * i] = f * Math.sin(angle);
            }
            for (int j = 0; j < unknowns; j++) {
                right[j] += row[j] * level[1];
                for (int k = 0; k < unknowns; k++) {
                    normal[j][k] += row[j] * row[k];
                }
            }
        }
        return new CholeskyDecomposition(new Array2DRowRealMatrix(normal, false))
                .getSolver()
                .solve(new ArrayRealVector(right))
                .toArray();
    }

    /** Millimetres between what was found for a line and what was published, as points in the plane. */
    private static double apart(double[] found, int line, double amplitudeMm, double phaseDeg) {
        double phase = Math.toRadians(phaseDeg);
        return Math.hypot(
                found[2 + 2 * line] - amplitudeMm * Math.cos(phase),
                found[3 + 2 * line] - amplitudeMm * Math.sin(phase));
    }

    private static List<long[]> honolulu2010() throws IOException {
        List<long[]> levels = new ArrayList<>();
        for (String line : packed("tide-honolulu-utide/honolulu_2010_hourly.csv.gz")) {
            int comma = line.indexOf(',');
            levels.add(new long[] {at(line.substring(0, comma)), Long.parseLong(line.substring(comma + 1))});
        }
        return levels;
    }

    /** The lines below the heading. */
    private static List<String> packed(String name) throws IOException {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(data(name))), StandardCharsets.UTF_8))) {
            return lines.lines().skip(1).toList();
        }
    }

    /** NOAA's constants of its 1983 to 2001 epoch against the gauge of 2010: what remains is weather and mean level. */
    @Test
    void shouldLeaveLittleOfHonolulusYear() throws IOException {
        Tide tide = new Tide(
                new MeanLevel(1.412, new VerticalDatum("STND"), LocalDate.of(1983, 1, 1), LocalDate.of(2002, 1, 1)),
                YearlyCycle.IN_TIDE,
                noaaHonolulu());
        double sum = 0;
        double squares = 0;
        double levelSum = 0;
        double levelSquares = 0;
        List<long[]> levels = honolulu2010();
        for (long[] level : levels) {
            double levelM = level[1] / 1000.0;
            double residual = tide.residualM(levelM, level[0]);
            sum += residual;
            squares += residual * residual;
            levelSum += levelM;
            levelSquares += levelM * levelM;
        }
        int n = levels.size();
        double residualVariance = squares / n - sum / n * (sum / n);
        double levelVariance = levelSquares / n - levelSum / n * (levelSum / n);
        assertThat(residualVariance / levelVariance).isLessThan(0.07);
        assertThat(Math.abs(sum / n)).isLessThan(0.05);
    }

    /** Harbour gauges' mean high and low water, published beside the constants, follow from a year of prediction. */
    @Test
    void shouldGiveTheHighAndLowWatersThatAreKnown() throws IOException {
        Station esbjerg = Station.named("Esbjerg");
        double[] mean = meanHighAndLowM(esbjerg.tide());
        assertThat(mean[0] - mean[1]).isCloseTo(esbjerg.datum("MHW") - esbjerg.datum("MLW"), within(0.08));

        Station battery = Station.named("New York (The Battery)");
        mean = meanHighAndLowM(battery.tide());
        assertThat(mean[0] - mean[1]).isCloseTo(battery.datum("MHW") - battery.datum("MLW"), within(0.04));
        assertThat(mean[0]).isCloseTo(battery.datum("MHW") - battery.datum("MSL"), within(0.04));
    }

    private static double[] meanHighAndLowM(Tide tide) {
        double high = 0;
        double low = 0;
        int highs = 0;
        int lows = 0;
        long from = at("2010-01-01T00:00:00Z");
        double before = tide.tideM(from - 10 * MINUTE);
        double now = tide.tideM(from);
        for (long t = from; t < from + 365 * DAY; t += 10 * MINUTE) {
            double after = tide.tideM(t + 10 * MINUTE);
            if (now >= before && now > after) {
                high += now;
                highs++;
            } else if (now <= before && now < after) {
                low += now;
                lows++;
            }
            before = now;
            now = after;
        }
        return new double[] {high / highs, low / lows};
    }

    /** Four names of TICON-4 mean different lines to different authors; they are told, not guessed. */
    @Test
    void shouldKnowNearlyEveryPublishedConstituent() throws IOException {
        for (String name :
                List.of("Esbjerg", "Gedser", "Hornbaek", "Flensburg", "Husum", "Eckernfrde", "Listaufsylt")) {
            Station station = Station.named(name);
            assertThat(station.unknown()).as(name).containsExactlyInAnyOrder("3L2", "3N2", "T3", "R3");
            assertThat(station.tide().tideM(0)).isBetween(-3.0, 3.0);
        }
        for (String name : List.of("New York (The Battery)", "Honolulu", "San Francisco (Golden Gate)", "Boston")) {
            assertThat(Station.named(name).unknown()).as(name).isEmpty();
        }
    }

    @Test
    void shouldSayWhichCoastIsNearlyTideless() throws IOException {
        for (String name : List.of("Flensburg", "Gedser", "Langballigau", "Eckernfrde", "Hornbaek")) {
            assertThat(Station.named(name).tide().isNearlyTideless()).as(name).isTrue();
        }
        for (String name : List.of("Esbjerg", "Husum", "Honolulu", "Boston")) {
            assertThat(Station.named(name).tide().isNearlyTideless()).as(name).isFalse();
        }
    }

    /** A single constituent is checked by hand: h is greatest when V + u passes g. */
    @Test
    void shouldCrestWhereTheArgumentPassesThePhaseLag() {
        TideNodes nodes = new TideNodes();
        long t = at("2023-10-20T21:40:00Z");
        nodes.setTo(t);
        Constituent m2 = Constituent.named("M2").orElseThrow();
        double g = AstronomicalArguments.wrapped(m2.argument(nodes.arguments()) + m2.nodeAngle(nodes));
        Tide tide = new Tide(ZERO, YearlyCycle.IN_RESIDUAL, List.of(new Harmonic(m2, 0.5, g)));

        double crest = 0.5 * m2.nodeFactor(nodes);
        assertThat(tide.tideM(t)).isCloseTo(crest, within(tide.errorBoundM()));
        assertThat(tide.tideM(t + 37 * MINUTE)).isLessThan(crest);
        assertThat(tide.tideM(t - 37 * MINUTE)).isLessThan(crest);
        long halfAPeriod = Math.round(180 / m2.speedDegPerHour() * HOUR);
        assertThat(tide.tideM(t + halfAPeriod)).isCloseTo(-crest, within(1e-4));
        assertThat(tide.residualM(1.0, t)).isCloseTo(1.0 - crest, within(tide.errorBoundM()));
    }

    @Test
    void shouldStayWithinItsErrorBoundOfTheSum() throws IOException {
        for (String name : List.of("Husum", "Esbjerg", "Boston", "Flensburg")) {
            Tide tide = Station.named(name).tide();
            long seed = System.nanoTime();
            Random random = new Random(seed);
            double greatest = 0;
            for (int i = 0; i < 20_000; i++) {
                long t = at("1990-01-01T00:00:00Z") + (long) (random.nextDouble() * 50 * 365.25 * DAY);
                greatest = Math.max(greatest, Math.abs(tide.tideM(t) - tide.sumM(t)));
            }
            assertThat(greatest).as(name + ", seed " + seed).isLessThan(tide.errorBoundM());
            assertThat(tide.errorBoundM()).as(name).isLessThan(1e-3);
            assertThat(greatest)
                    .as("the bound of " + name + " is no empty promise")
                    .isGreaterThan(1e-9);
        }
    }

    @Test
    void shouldNotDependOnTheOrderOfAsking() throws IOException {
        List<Harmonic> harmonics = noaaHonolulu();
        Tide inOrder = new Tide(ZERO, YearlyCycle.IN_TIDE, harmonics);
        Tide shuffled = new Tide(ZERO, YearlyCycle.IN_TIDE, harmonics);
        long from = at("2024-02-28T00:00:00Z");
        double[] expected = new double[3 * 240];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = inOrder.tideM(from + i * 6 * MINUTE);
        }
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int k = 0; k < 5_000; k++) {
            int i = random.nextInt(expected.length);
            assertThat(shuffled.tideM(from + i * 6 * MINUTE)).as("seed " + seed).isEqualTo(expected[i]);
        }
    }

    @Test
    void shouldRunOnSmoothlyOverQuarterHours() throws IOException {
        Tide tide = Station.named("Husum").tide();
        long node = at("2024-02-29T00:00:00Z");
        for (int quarter = 0; quarter < 400; quarter++) {
            long t = node + quarter * 15 * MINUTE;
            double before = tide.tideM(t - 1);
            double on = tide.tideM(t);
            double after = tide.tideM(t + 1);
            assertThat(on - before).isCloseTo(after - on, within(1e-9));
        }
    }

    @Test
    void shouldLeaveTheYearlyCycleInTheResidualWhereSaid() {
        List<Harmonic> harmonics =
                List.of(harmonic("M2", 0.1, 30), harmonic("SA", 0.134, 229.8), harmonic("SSA", 0.036, 210));
        Tide with = new Tide(ZERO, YearlyCycle.IN_TIDE, harmonics);
        Tide without = new Tide(ZERO, YearlyCycle.IN_RESIDUAL, harmonics);
        // h = 229.8° in mid November: the yearly cycle of the North Sea crests
        long november = at("2023-11-11T00:00:00Z");

        assertThat(with.tideM(november) - without.tideM(november)).isBetween(0.09, 0.17);
        assertThat(with.yearlyCycle()).isEqualTo(YearlyCycle.IN_TIDE);
        assertThat(with.equivalentRangeM()).isEqualTo(without.equivalentRangeM());
        assertThat(with.equivalentRangeM()).isCloseTo(0.2, within(1e-12));
    }

    @Test
    void shouldTellWhatIsWrongWithTheConstants() {
        assertThatThrownBy(() -> new Tide(ZERO, YearlyCycle.IN_TIDE, List.of(harmonic("M2", 0.1, 30))))
                .hasMessageContaining("neither SA nor SSA");
        assertThatThrownBy(() -> new Tide(
                        ZERO, YearlyCycle.IN_RESIDUAL, List.of(harmonic("LDA2", 0.1, 30), harmonic("LAM2", 0.1, 30))))
                .hasMessageContaining("LAM2 is given twice");
        assertThatThrownBy(() -> new Tide(ZERO, YearlyCycle.IN_RESIDUAL, List.of(harmonic("SA", 0.1, 30))))
                .hasMessageContaining("at least one");
        assertThatThrownBy(() -> harmonic("M2", -0.1, 30)).hasMessageContaining("amplitude -0.1 m of M2");
        assertThatThrownBy(() -> harmonic("M2", Double.NaN, 30)).hasMessageContaining("amplitude");
        assertThatThrownBy(() -> harmonic("M2", 0.1, Double.NaN)).hasMessageContaining("phase lag");
        assertThatThrownBy(() -> new MeanLevel(0, MLLW, LocalDate.of(2020, 1, 1), LocalDate.of(2001, 1, 1)))
                .hasMessageContaining("must end after it begins");
    }

    @Test
    void shouldAllocateNothingInAMillionPredictions() throws IOException {
        Tide tide = new Tide(ZERO, YearlyCycle.IN_TIDE, noaaHonolulu());
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().threadId();
        double sum = predict(tide, 20_000);
        threads.getThreadAllocatedBytes(self);
        long before = threads.getThreadAllocatedBytes(self);
        sum += predict(tide, 1_000_000);
        long allocated = threads.getThreadAllocatedBytes(self) - before;

        assertThat(sum).isNotNaN();
        assertThat(allocated).isLessThan(4096);
    }

    private static double predict(Tide tide, int n) {
        long t = at("2024-01-01T00:00:00Z");
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += tide.residualM(0.5, t);
            t += MINUTE;
        }
        return sum;
    }
}
