package dk.vandvagt.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;

/** Short ways to open a log and to see what is in it. */
final class Logs {
    static final long CREATED_AT_MS = 1_697_760_000_000L;
    static final SegmentLog.Settings SMALL = new SegmentLog.Settings(200, Long.MAX_VALUE);

    /** NaN is NaN, and -0.0 is not 0.0. */
    static final RecursiveComparisonConfiguration TO_THE_BIT = RecursiveComparisonConfiguration.builder()
            .withComparatorForType(Comparator.naturalOrder(), Double.class)
            .build();

    /** A frame as a test compares it. */
    record Read(int type, long sequence, String payload) {}

    private Logs() {}

    static SegmentLog open(Path folder) throws IOException {
        return open(folder, SegmentLog.Settings.USUAL, new ArrayList<>());
    }

    static SegmentLog open(Path folder, SegmentLog.Settings settings, List<Finding> findings) throws IOException {
        return SegmentLog.open(folder, settings, () -> CREATED_AT_MS, findings::add);
    }

    static byte[] payload(long sequence) {
        return ("reading " + sequence).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    static void append(SegmentLog log, long from, long to) throws IOException {
        for (long sequence = from; sequence <= to; sequence++) {
            log.append(1, sequence, payload(sequence));
        }
    }

    static List<Read> readAll(SegmentLog log, long from) throws IOException {
        try (SegmentLog.Cursor cursor = log.cursor(from)) {
            return rest(cursor);
        }
    }

    static List<Read> rest(SegmentLog.Cursor cursor) throws IOException {
        List<Read> frames = new ArrayList<>();
        while (cursor.next()) {
            byte[] payload = new byte[cursor.payload().remaining()];
            cursor.payload().get(payload);
            frames.add(new Read(
                    cursor.type(), cursor.sequence(), new String(payload, java.nio.charset.StandardCharsets.UTF_8)));
        }
        return frames;
    }

    static List<Long> sequences(SegmentLog log) throws IOException {
        return readAll(log, 1).stream().map(Read::sequence).toList();
    }

    static List<Path> files(Path folder, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    static void flip(Path file, long bit) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) (bit / 8)] ^= (byte) (1 << (bit % 8));
        Files.write(file, bytes);
    }

    static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        for (Path file : files(from, ".log")) {
            Files.copy(file, to.resolve(file.getFileName()));
        }
    }
}
