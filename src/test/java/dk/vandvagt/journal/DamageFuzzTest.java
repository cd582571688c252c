package dk.vandvagt.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of a log whose content is known are flipped, cut short, taken away, copied over each other and exchanged. Seeds are printed;
 * {@code -Dvandvagt.seed=N} plays one again.
 */
class DamageFuzzTest {
    private static final int ROUNDS = 400;
    private static final int FRAMES = 80;

    @TempDir
    Path folder;

    private final List<Finding> findings = new ArrayList<>();

    @Test
    void shouldReadEveryFrameThatIsWholeTellTheRestAndDeleteNothing() throws IOException {
        long seed = Long.getLong("vandvagt.seed", System.nanoTime());
        System.out.println("damaged journals: seed " + seed);
        Path whole = folder.resolve("whole");
        try (SegmentLog log = Logs.open(whole, Logs.SMALL, findings)) {
            Logs.append(log, 1, FRAMES);
        }
        Map<String, byte[]> original = read(whole);
        for (int round = 0; round < ROUNDS; round++) {
            Random random = new Random(seed + round);
            Path damaged = folder.resolve("damaged-" + round);
            Logs.copy(whole, damaged);
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                damage(damaged, random);
            }
            try {
                check(damaged, original);
            } catch (IOException | RuntimeException | AssertionError e) {
                throw new AssertionError("-Dvandvagt.seed=" + (seed + round) + " (round 0)", e);
            }
        }
    }

    private static void damage(Path damaged, Random random) throws IOException {
        List<Path> files = Logs.files(damaged, ".log");
        if (files.size() < 2) {
            return;
        }
        Path file = files.get(random.nextInt(files.size()));
        Path other = files.get(random.nextInt(files.size()));
        byte[] bytes = Files.readAllBytes(file);
        switch (random.nextInt(6)) {
            case 0 -> {
                for (int i = 1 + random.nextInt(5); i > 0 && bytes.length > 0; i--) {
                    Logs.flip(file, random.nextLong(8L * bytes.length));
                }
            }
            case 1 -> Files.write(file, Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
            case 2 -> Files.delete(file);
            case 3 -> Files.write(other, bytes);
            case 4 -> {
                byte[] others = Files.readAllBytes(other);
                Files.write(other, bytes);
                Files.write(file, others);
            }
            default -> {
                int from = random.nextInt(bytes.length + 1);
                Arrays.fill(bytes, from, from + random.nextInt(bytes.length - from + 1), (byte) random.nextInt(256));
                Files.write(file, bytes);
            }
        }
    }

    private void check(Path damaged, Map<String, byte[]> original) throws IOException {
        Map<String, byte[]> asFound = read(damaged);
        TreeSet<Long> whole = new TreeSet<>();
        asFound.forEach((name, bytes) -> whole.addAll(wholeFrames(original.getOrDefault(name, new byte[0]), bytes)));
        assertThat(JournalInspector.inspect(damaged).stream()
                        .mapToLong(JournalInspector.SegmentInfo::frames)
                        .sum())
                .isEqualTo(whole.size());
        findings.clear();
        long last;
        try (SegmentLog log = Logs.open(damaged, Logs.SMALL, findings)) {
            List<Logs.Read> read = Logs.readAll(log, 1);
            assertThat(read).allSatisfy(frame -> assertThat(frame.payload()).isEqualTo("reading " + frame.sequence()));
            assertThat(read).extracting(Logs.Read::sequence).containsExactlyElementsOf(whole);
            mustBeTold(damaged, original, asFound);
            last = Math.max(FRAMES, log.lastSequence());
            Logs.append(log, last + 1, last + 3);
            log.dropBefore(last);
        }
        mustBeKept(damaged, original, asFound);
        try (SegmentLog log = Logs.open(damaged, Logs.SMALL, findings)) {
            assertThat(Logs.sequences(log)).endsWith(last + 1, last + 2, last + 3);
        }
    }

    /** Of a segment's frames those that lie where they lay, unchanged. */
    private static List<Long> wholeFrames(byte[] original, byte[] found) {
        List<Long> sequences = new ArrayList<>();
        int at = SegmentFormat.HEADER_BYTES;
        while (at + SegmentFormat.FRAME_HEADER_BYTES <= original.length) {
            int end = at + SegmentFormat.FRAME_HEADER_BYTES + Bytes.intAt(original, at);
            if (end <= found.length && Arrays.equals(original, at, end, found, at, end)) {
                sequences.add(Bytes.longAt(original, at + 9));
            }
            at = end;
        }
        return sequences;
    }

    /** A file that ends between two frames is whole; what is missing then is seen by its sequences. */
    private void mustBeTold(Path damaged, Map<String, byte[]> original, Map<String, byte[]> asFound) {
        asFound.forEach((name, bytes) -> {
            byte[] good = original.getOrDefault(name, new byte[0]);
            boolean whole = bytes.length > SegmentFormat.HEADER_BYTES
                    && bytes.length <= good.length
                    && Arrays.equals(good, 0, bytes.length, bytes, 0, bytes.length)
                    && endsWithAFrame(good, bytes.length);
            // an older segment that has nothing but its header shows as missing sequences
            boolean bare = bytes.length == SegmentFormat.HEADER_BYTES
                    && Arrays.equals(good, 0, bytes.length, bytes, 0, bytes.length);
            if (!whole && !bare) {
                assertThat(findings)
                        .as(name)
                        .anySatisfy(finding -> assertThat(finding.text())
                                .startsWith(damaged.resolve(name).toString()));
            }
        });
    }

    private static boolean endsWithAFrame(byte[] good, int length) {
        int at = SegmentFormat.HEADER_BYTES;
        while (at < length) {
            at += SegmentFormat.FRAME_HEADER_BYTES + Bytes.intAt(good, at);
        }
        return at == length;
    }

    /** Each damaged file lies aside as it was found, or its torn end does. */
    private static void mustBeKept(Path damaged, Map<String, byte[]> original, Map<String, byte[]> asFound)
            throws IOException {
        Map<String, byte[]> after = read(damaged);
        for (Map.Entry<String, byte[]> file : asFound.entrySet()) {
            byte[] bytes = file.getValue();
            byte[] whole = original.getOrDefault(file.getKey(), new byte[0]);
            int good = Arrays.mismatch(whole, bytes);
            boolean untouched = good < 0 || (good == bytes.length && endsWithAFrame(whole, good));
            boolean kept = untouched
                    || bytes.length <= SegmentFormat.HEADER_BYTES
                    || after.entrySet().stream()
                            .filter(each -> each.getKey().startsWith(file.getKey())
                                    && !each.getKey().equals(file.getKey()))
                            .anyMatch(each -> endsWith(bytes, each.getValue()));
            assertThat(kept).as("%s of %s", file.getKey(), after.keySet()).isTrue();
        }
    }

    private static boolean endsWith(byte[] bytes, byte[] tail) {
        return tail.length > 0
                && tail.length <= bytes.length
                && Arrays.equals(bytes, bytes.length - tail.length, bytes.length, tail, 0, tail.length);
    }

    private static Map<String, byte[]> read(Path folder) throws IOException {
        Map<String, byte[]> files = new HashMap<>();
        for (Path file : Logs.files(folder, "")) {
            String name = file.getFileName().toString();
            if (!name.equals("lock")) {
                files.put(name, Files.readAllBytes(file));
            }
        }
        return files;
    }
}
