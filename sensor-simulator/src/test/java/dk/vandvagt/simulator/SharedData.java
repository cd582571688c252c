package dk.vandvagt.simulator;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** The measured series beside the project; a test on them is skipped where they are missing, and fails in CI. */
final class SharedData {
    private static final Path SURGE = Path.of("../shared/data/baltic-surge-2023-10");
    private static final Path GOERLITZ = Path.of("../shared/data/rain-goerlitz-5min/wet_steps_1991-2020.csv.gz");

    private SharedData() {}

    static Path surgeOfOctober2023() {
        return there(SURGE);
    }

    private static Path there(Path path) {
        if (!Files.exists(path)) {
            if ("true".equals(System.getenv("CI"))) {
                fail(path + " is missing");
            }
            assumeTrue(false, path + " is missing: the measured series are not part of the project");
        }
        return path;
    }

    /** Rain of five minutes in mm by its time stamp, 1991 to 2020, wet ones only, read without the code under test. */
    static TreeMap<Instant, Double> goerlitz() throws IOException {
        TreeMap<Instant, Double> depths = new TreeMap<>();
        try (InputStream packed = Files.newInputStream(there(GOERLITZ));
                BufferedReader lines = new BufferedReader(
                        new InputStreamReader(new GZIPInputStream(packed), StandardCharsets.UTF_8))) {
            lines.lines().skip(1).forEach(line -> {
                String[] fields = line.split(",", -1);
                depths.put(Instant.parse(fields[0]), Double.valueOf(fields[1]));
            });
        }
        return depths;
    }

    /** Data lines of a series, read without the code under test. */
    static List<String> lines(String key) throws IOException {
        try (Stream<String> lines = Files.lines(surgeOfOctober2023().resolve(key + ".csv"))) {
            return lines.skip(1).filter(line -> !line.isBlank()).toList();
        }
    }

    /** Level in m by instant, read without the code under test. */
    static TreeMap<Instant, Double> levels(String key) throws IOException {
        TreeMap<Instant, Double> levels = new TreeMap<>();
        for (String line : lines(key)) {
            String[] fields = line.split(",", -1);
            levels.put(Instant.parse(fields[0]), Double.valueOf(fields[1]));
        }
        return levels;
    }
}
