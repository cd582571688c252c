package dk.vandvagt.data;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The measured surge of October 2023 at seven gauges, read where it lies beside the project. */
public final class BalticSurge {
    public static final Path FOLDER = Path.of("..", "shared", "data", "baltic-surge-2023-10");
    public static final Path CATALOGUE = Path.of("config", "baltic-2023.yml");
    public static final List<String> GAUGES =
            List.of("Eckernfoerde", "Flensburg", "Kappeln", "KielHoltenau", "Luebeck", "Travemuende", "Warnemuende");

    private BalticSurge() {}

    /** @param levelM metres, near NHN */
    public record Row(String gauge, long observedAtMs, double levelM) {
        public String sensorId() {
            return gauge + "-W";
        }
    }

    /** Skips the calling test where the folder is missing, but fails it in CI. */
    public static void assumePresent() {
        boolean present = Files.isDirectory(FOLDER);
        if (!present && "true".equals(System.getenv("CI"))) {
            throw new AssertionError("CI must have the measured data at " + FOLDER);
        }
        assumeTrue(present, "no measured data at " + FOLDER + ": it lies beside the project, not in it");
    }

    /** All rows of all gauges in order of time. */
    public static List<Row> rows() {
        assumePresent();
        List<Row> rows = new ArrayList<>();
        GAUGES.forEach(gauge -> rows.addAll(rows(gauge)));
        rows.sort(Comparator.comparingLong(Row::observedAtMs).thenComparing(Row::gauge));
        return rows;
    }

    public static List<Row> rows(String gauge) {
        try {
            return Files.readAllLines(FOLDER.resolve(gauge + ".csv")).stream()
                    .skip(1)
                    .map(line -> line.split(",", -1))
                    .filter(cells -> !cells[1].isEmpty())
                    .map(cells -> new Row(gauge, Instant.parse(cells[0]).toEpochMilli(), Double.parseDouble(cells[1])))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** A span the level was exceeded. */
    public record Span(double raiseAt, long beganAtMs, long endedAtMs, double peak) {}

    /**
     * The exceedances of one gauge by the plainest reading of the rule: from the first value at or above the raising point to the
     * first of an unbroken run, at least {@code offDelayMs} long, below the clearing point.
     */
    public static List<Span> exceedances(List<Row> rows, double raiseAt, double clearBelow, long offDelayMs) {
        List<Span> spans = new ArrayList<>();
        int i = 0;
        while (i < rows.size()) {
            if (rows.get(i).levelM() < raiseAt) {
                i++;
                continue;
            }
            int began = i;
            double peak = rows.get(i).levelM();
            int belowSince = -1;
            long ended = 0;
            for (; i < rows.size() && ended == 0; i++) {
                double level = rows.get(i).levelM();
                peak = Math.max(peak, level);
                if (level >= clearBelow) {
                    belowSince = -1;
                } else {
                    belowSince = belowSince < 0 ? i : belowSince;
                    long sinceMs = rows.get(belowSince).observedAtMs();
                    if (rows.get(i).observedAtMs() - sinceMs >= offDelayMs) {
                        ended = sinceMs;
                    }
                }
            }
            spans.add(new Span(raiseAt, rows.get(began).observedAtMs(), ended, peak));
        }
        return spans;
    }
}
