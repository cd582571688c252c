package dk.vandvagt.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One file of {@code src/test/resources/scenario}: the settings of the gauges, what happens, and what people are told, in that order,
 * with a line of dashes in between. Lines that begin with {@code #} are for the reader. See the {@code README.md} there.
 *
 * @param happens in the order written
 * @param told as {@link World#told} has it
 */
record Story(String name, String settings, List<Event> happens, List<String> told) {
    static final ZoneId LOCAL = ZoneId.of("Europe/Copenhagen");
    private static final Path FOLDER = Path.of("src/test/resources/scenario");
    private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
    private static final String HEADER = """
            version: 1
            place: {id: assens, name: Assens, timeZone: Europe/Copenhagen}
            service: {run: live, clock: wall, shards: %d}
            """;

    /**
     * @param words the line after its time
     */
    record Event(long atMs, LocalDate date, List<String> words, String line) {
        /** An instant written as a time of that day, or with a date before it. */
        long instant(String written) {
            LocalDateTime local =
                    written.contains("T") ? LocalDateTime.parse(written) : date.atTime(LocalTime.parse(written));
            return local.atZone(LOCAL).toInstant().toEpochMilli();
        }
    }

    static List<Story> all() throws IOException {
        List<Story> stories = new ArrayList<>();
        try (var files = Files.list(FOLDER)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".txt"))
                    .sorted()
                    .toList()) {
                stories.add(read(file));
            }
        }
        return stories;
    }

    private static Story read(Path file) throws IOException {
        String[] parts = Files.readString(file).split("(?m)^-{3,}\n", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException(
                    file + ": settings, what happens, what is told: " + parts.length + " parts");
        }
        return new Story(
                file.getFileName().toString().replace(".txt", ""),
                parts[0],
                happens(file, parts[1]),
                parts[2].lines()
                        .filter(line -> !line.isBlank() && !line.startsWith("#"))
                        .map(String::stripTrailing)
                        .toList());
    }

    private static List<Event> happens(Path file, String text) {
        List<Event> events = new ArrayList<>();
        LocalDate date = LocalDate.EPOCH;
        for (String line : text.lines().map(String::strip).toList()) {
            if (DATE.matcher(line).matches()) {
                date = LocalDate.parse(line);
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                List<String> words = List.of(line.split(" +"));
                try {
                    long atMs = date.atTime(LocalTime.parse(words.getFirst()))
                            .atZone(LOCAL)
                            .toInstant()
                            .toEpochMilli();
                    events.add(new Event(atMs, date, words.subList(1, words.size()), line));
                } catch (RuntimeException notATime) {
                    throw new IllegalArgumentException(file + ": " + line, notATime);
                }
            }
        }
        return events;
    }

    /** The whole settings, for so many shards. */
    String settingsFor(int shards) {
        return HEADER.formatted(shards) + settings;
    }

    @Override
    public String toString() {
        return name.replace('-', ' ');
    }
}
