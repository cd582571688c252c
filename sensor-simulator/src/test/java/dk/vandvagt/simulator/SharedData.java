package dk.vandvagt.simulator;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The measured series beside the project; a test on them is skipped where they are missing, and fails in CI. */
final class SharedData {
    private static final Path SURGE = Path.of("../shared/data/baltic-surge-2023-10");

    private SharedData() {}

    static Path surgeOfOctober2023() {
        if (!Files.isDirectory(SURGE)) {
            if ("true".equals(System.getenv("CI"))) {
                fail(SURGE + " is missing");
            }
            assumeTrue(false, SURGE + " is missing: the measured series are not part of the project");
        }
        return SURGE;
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
