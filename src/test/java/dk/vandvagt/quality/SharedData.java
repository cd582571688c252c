package dk.vandvagt.quality;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** Measured and reference data that lie beside the project. */
final class SharedData {
    private static final Path FOLDER = Path.of("..", "shared", "data");

    private SharedData() {}

    /** @param level metres; NaN where the provider left the value out */
    record Row(long observedAtMs, double level, int flag) {}

    /** Skips the calling test where the file is missing, but fails it in CI. */
    static Path file(String name) {
        Path file = FOLDER.resolve(name);
        boolean present = Files.exists(file);
        if (!present && "true".equals(System.getenv("CI"))) {
            throw new AssertionError("CI must have the data at " + file);
        }
        assumeTrue(present, "no data at " + file + ": it lies beside the project, not in it");
        return file;
    }

    static List<List<String>> cells(String name) {
        try {
            return Files.readAllLines(file(name)).stream()
                    .skip(1)
                    .map(line -> List.of(line.split(",", -1)))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Time, level and, where there is a third column, the provider's flag. */
    static List<Row> rows(String name) {
        return cells(name).stream()
                .map(cells -> new Row(
                        Instant.parse(cells.get(0)).toEpochMilli(),
                        cells.get(1).isEmpty() ? Double.NaN : Double.parseDouble(cells.get(1)),
                        cells.size() > 2 ? Integer.parseInt(cells.get(2)) : 0))
                .toList();
    }
}
