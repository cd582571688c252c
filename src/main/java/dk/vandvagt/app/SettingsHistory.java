package dk.vandvagt.app;

import dk.vandvagt.station.Catalogue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The settings of a run by the instant from which they were in force, one file a revision, {@code 0600}: what an instant of the past is shown
 * by. Any thread.
 */
final class SettingsHistory {
    private static final String SUFFIX = ".yml";

    private final Path folder;
    private final Function<String, Catalogue> reader;
    private final TreeMap<Long, Path> files = new TreeMap<>();
    private final Map<Path, Catalogue> read = new ConcurrentHashMap<>();

    /** @param reader of a settings file's text */
    SettingsHistory(Path folder, Function<String, Catalogue> reader) throws IOException {
        this.folder = folder;
        this.reader = reader;
        try (Stream<Path> there = Files.list(folder)) {
            there.filter(file -> file.getFileName().toString().matches("[0-9]{1,18}\\" + SUFFIX))
                    .forEach(file -> files.put(fromMs(file), file));
        }
    }

    private static long fromMs(Path file) {
        String name = file.getFileName().toString();
        return Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
    }

    /** In force from that instant on; what is in force already is not written again. */
    synchronized void inForce(Catalogue catalogue, long fromMs) throws IOException {
        Map.Entry<Long, Path> last = files.lastEntry();
        if (last != null && Files.readString(last.getValue()).equals(catalogue.text())) {
            return;
        }
        long from = last == null ? fromMs : Math.max(fromMs, last.getKey() + 1);
        Path file = folder.resolve(from + SUFFIX);
        OwnFile.replace(file, out -> out.write(catalogue.text().getBytes(StandardCharsets.UTF_8)));
        files.put(from, file);
        read.put(file, catalogue);
    }

    /** Those in force then; before the first, the first. */
    synchronized Catalogue at(long atMs) {
        Map.Entry<Long, Path> then = files.floorEntry(atMs);
        Path file =
                Objects.requireNonNull(then == null ? files.firstEntry() : then).getValue();
        return read.computeIfAbsent(file, it -> {
            try {
                return reader.apply(Files.readString(it));
            } catch (IOException gone) {
                throw new UncheckedIOException(gone);
            }
        });
    }
}
