package dk.vandvagt.analysis;

import static dk.vandvagt.analysis.RainGauges.HOUR;
import static dk.vandvagt.analysis.RainGauges.MIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dk.vandvagt.station.RainGauge;
import dk.vandvagt.station.Threshold;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** Thirty years of Görlitz, a day of Gothenburg, five years of the Sauerland. */
class RainMeasuredTest {
    private static final long STEP = 5 * MIN;
    private static final long[] NINE = Threshold.ACCUMULATION_WINDOWS_MS.stream()
            .mapToLong(Long::longValue)
            .limit(9)
            .toArray();
    private static final long UNKNOWN = -1;

    private static List<String> lines(Path file) throws IOException {
        if (!file.toString().endsWith(".gz")) {
            return Files.readAllLines(file);
        }
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        }
    }

    /** Thousandths of a millimetre by step of five minutes since 1991. */
    private static long[] goerlitz(long startMs) throws IOException {
        Path folder = RainGauges.data("rain-goerlitz-5min");
        long endMs = Instant.parse("2021-01-01T00:00:00Z").toEpochMilli();
        long[] steps = new long[Math.toIntExact((endMs - startMs) / STEP)];
        for (String line : lines(folder.resolve("wet_steps_1991-2020.csv.gz")).stream()
                .skip(1)
                .toList()) {
            String[] cells = line.split(",", -1);
            int i = Math.toIntExact((Instant.parse(cells[0]).toEpochMilli() - startMs) / STEP);
            steps[i] = Math.round(Double.parseDouble(cells[1]) * 1000);
        }
        for (String line :
                lines(folder.resolve("missing_runs.csv")).stream().skip(1).toList()) {
            String[] cells = line.split(",", -1);
            int first = Math.toIntExact((Instant.parse(cells[0]).toEpochMilli() - startMs) / STEP);
            int last = Math.toIntExact((Instant.parse(cells[1]).toEpochMilli() - startMs) / STEP);
            Arrays.fill(steps, first, last + 1, UNKNOWN);
        }
        return steps;
    }

    @Test
    void shouldFindTheLargestAccumulationsOfEachYearAtGoerlitz() throws IOException {
        long startMs = Instant.parse("1991-01-01T00:00:00Z").toEpochMilli();
        long[] steps = goerlitz(startMs);
        Rain rain = RainGauges.rain(RainGauge.USUAL, STEP, NINE);
        long[][] largest = new long[30][NINE.length];
        long[][] byBruteForce = new long[30][NINE.length];
        long[] before = new long[steps.length + 1];
        for (int i = 0; i < steps.length; i++) {
            before[i + 1] = before[i] + Math.max(0, steps[i]);
        }
        long unlike = 0;
        long notKnown = 0;
        for (int i = 0; i < steps.length; i++) {
            if (steps[i] == UNKNOWN) {
                continue;
            }
            long atMs = startMs + i * STEP;
            rain.add(0, atMs, steps[i] / 1000.0, false);
            int year = Instant.ofEpochMilli(atMs).atOffset(ZoneOffset.UTC).getYear() - 1991;
            for (int w = 0; w < NINE.length; w++) {
                int n = Math.toIntExact(NINE[w] / STEP);
                long plain = before[i + 1] - before[Math.max(0, i + 1 - n)];
                long found = Math.round(rain.lowerMm(0, w) * 1000);
                largest[year][w] = Math.max(largest[year][w], found);
                byBruteForce[year][w] = Math.max(byBruteForce[year][w], plain);
                unlike += found == plain && rain.upperMm(0, w) * 1000 - found < 1e-6 ? 0 : 1;
                notKnown += rain.isKnown(0, w) ? 0 : 1;
            }
        }
        assertThat(unlike).as("sums of %d steps in nine windows", steps.length).isZero();
        assertThat(largest).isDeepEqualTo(byBruteForce);
        assertThat(notKnown).as("windows that reach into a missing run").isBetween(1_000L, 20_000L);
        // what the folder's README tells
        assertThat(largest[2000 - 1991][0]).isEqualTo(15_938);
        assertThat(largest[2012 - 1991][0]).isCloseTo(12_500L, within(50L));
        assertThat(largest[2017 - 1991][0]).isCloseTo(10_900L, within(50L));
        for (long[] year : largest) {
            assertThat(year).isSorted();
        }
        System.out.println("largest at Görlitz, thousandths of a mm: "
                + Arrays.toString(Arrays.stream(largest).reduce(new long[NINE.length], RainMeasuredTest::larger)));
    }

    private static long[] larger(long[] a, long[] b) {
        long[] larger = new long[a.length];
        Arrays.setAll(larger, i -> Math.max(a[i], b[i]));
        return larger;
    }

    @Test
    void shouldFindTolleredsHalfHourInGothenburg() throws IOException {
        List<String> lines = lines(RainGauges.data("rain-gothenburg-openmrg").resolve("city_1min_2015-08-27.csv"));
        List<String> names = List.of(lines.getFirst().split(",", -1));
        double[] largest = new double[names.size()];
        double[] day = new double[names.size()];
        for (int gauge = 1; gauge < names.size(); gauge++) {
            Rain rain = RainGauges.rain(RainGauge.USUAL, MIN, NINE);
            for (String line : lines.stream().skip(1).toList()) {
                String[] cells = line.split(",", -1);
                if (!cells[gauge].isEmpty()) {
                    double mm = Double.parseDouble(cells[gauge]);
                    day[gauge] += mm;
                    rain.add(0, Instant.parse(cells[0]).toEpochMilli(), mm, false);
                    largest[gauge] = Math.max(largest[gauge], rain.lowerMm(0, 2));
                }
            }
            assertThat(rain.lowerMm(0, rain.window(24 * HOUR)))
                    .as(names.get(gauge))
                    .isCloseTo(day[gauge], within(1e-9));
        }
        assertThat(largest[names.indexOf("Tole")]).isCloseTo(11.5, within(0.05));
        assertThat(Arrays.stream(largest).max().orElseThrow()).isEqualTo(largest[names.indexOf("Tole")]);
        assertThat(Arrays.stream(day).skip(1)).allMatch(mm -> mm >= 16.5 && mm <= 37.5);
    }

    @Test
    void shouldKnowWhichHoursOfTheSauerlandAreMissing() throws IOException {
        List<String> lines = lines(RainGauges.data("rain-dwd-hourly-11-gauges").resolve("hourly_2006-2010_mm.csv.gz"));
        List<String> names = List.of(lines.getFirst().split(",", -1));
        int gauge = names.indexOf("DE_04488");
        Rain rain = RainGauges.rain(RainGauge.USUAL, HOUR, NINE);
        int day = rain.window(24 * HOUR);
        double largest = 0;
        double[] last = new double[24];
        Arrays.fill(last, Double.NaN);
        for (int i = 1; i < lines.size(); i++) {
            String[] cells = lines.get(i).split(",", -1);
            last[i % 24] = cells[gauge].isEmpty() ? Double.NaN : Double.parseDouble(cells[gauge]);
            if (cells[gauge].isEmpty()) {
                continue;
            }
            rain.add(
                    0,
                    LocalDateTime.parse(cells[0].replace(' ', 'T').replace("Z", ""))
                            .toInstant(ZoneOffset.UTC)
                            .toEpochMilli(),
                    last[i % 24],
                    false);
            largest = Math.max(largest, rain.lowerMm(0, rain.window(HOUR)));
            double sum = Arrays.stream(last).filter(mm -> !Double.isNaN(mm)).sum();
            long known = Arrays.stream(last).filter(mm -> !Double.isNaN(mm)).count();
            assertThat(rain.lowerMm(0, day)).as(cells[0]).isCloseTo(sum, within(1e-9));
            assertThat(rain.coverage(0, day)).as(cells[0]).isCloseTo(known / 24.0, within(1e-12));
        }
        assertThat(largest).isEqualTo(53.3);
    }
}
