package dk.vandvagt.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentLogTest {
    @TempDir
    Path folder;

    private final List<Finding> findings = new ArrayList<>();

    @Test
    void shouldGiveBackWhatWasAppendedOverManySegmentsAndAfterOpeningAgain() throws IOException {
        try (SegmentLog log = Logs.open(folder, Logs.SMALL, findings)) {
            Logs.append(log, 1, 100);
            assertThat(Logs.sequences(log)).isEqualTo(range(1, 100));
            assertThat(log.segments()).isGreaterThan(5);
        }
        try (SegmentLog log = Logs.open(folder, Logs.SMALL, findings)) {
            assertThat(log.firstSequence()).isEqualTo(1);
            assertThat(log.lastSequence()).isEqualTo(100);
            assertThat(Logs.readAll(log, 37)).hasSize(64).first().isEqualTo(new Logs.Read(1, 37, "reading 37"));
            Logs.append(log, 101, 110);
            assertThat(Logs.sequences(log)).isEqualTo(range(1, 110));
            assertThat(log.bytes())
                    .isEqualTo(Logs.files(folder, ".log").stream()
                            .mapToLong(file -> file.toFile().length())
                            .sum());
        }
        assertThat(findings).isEmpty();
    }

    @Test
    void shouldCutATornTailWhereverTheCrashCameAndGoOnAfterIt() throws IOException {
        try (SegmentLog log = Logs.open(folder.resolve("whole"))) {
            Logs.append(log, 1, 5);
        }
        Path whole = Logs.files(folder.resolve("whole"), ".log").getFirst();
        byte[] bytes = Files.readAllBytes(whole);
        int lastFrameBytes = SegmentFormat.FRAME_HEADER_BYTES + Logs.payload(5).length;
        int lastFrameAt = bytes.length - lastFrameBytes;
        for (int end = lastFrameAt; end < bytes.length; end++) {
            for (boolean zeroed : new boolean[] {false, true}) {
                Path torn = folder.resolve("torn-" + end + zeroed);
                Files.createDirectories(torn);
                byte[] left = java.util.Arrays.copyOf(bytes, end);
                // a file whose length reached the disk before its last block did
                Files.write(
                        torn.resolve(whole.getFileName()), zeroed ? java.util.Arrays.copyOf(left, bytes.length) : left);
                findings.clear();
                try (SegmentLog log = Logs.open(torn, SegmentLog.Settings.USUAL, findings)) {
                    assertThat(log.lastSequence()).isEqualTo(4);
                    Logs.append(log, 5, 6);
                    assertThat(Logs.sequences(log)).isEqualTo(range(1, 6));
                }
                if (end == lastFrameAt && !zeroed) {
                    assertThat(findings).isEmpty();
                } else {
                    assertThat(findings).extracting(Finding::kind).containsExactly(Finding.Kind.TORN_TAIL);
                }
                assertThat(Logs.files(torn, ".damaged")).isEmpty();
                byte[] asFound = zeroed ? java.util.Arrays.copyOf(left, bytes.length) : left;
                byte[] tail = java.util.Arrays.copyOfRange(asFound, lastFrameAt, asFound.length);
                List<Path> kept = Logs.files(torn, ".torn");
                assertThat(kept).hasSize(tail.length == 0 ? 0 : 1);
                for (Path file : kept) {
                    assertThat(Files.readAllBytes(file)).isEqualTo(tail);
                }
            }
        }
    }

    @Test
    void shouldKeepAndTellWhatIsDamagedAtTheEndOfTheNewestSegmentAndGoOnInAnother() throws IOException {
        try (SegmentLog log = Logs.open(folder)) {
            Logs.append(log, 1, 10);
        }
        Path only = Logs.files(folder, ".log").getFirst();
        int frame = SegmentFormat.FRAME_HEADER_BYTES + Logs.payload(9).length;
        long size = Files.size(only);
        for (long at : new long[] {size - 5, size - frame - 10}) {
            Logs.flip(only, 8 * at);
        }
        byte[] asFound = Files.readAllBytes(only);
        try (SegmentLog log = Logs.open(folder, SegmentLog.Settings.USUAL, findings)) {
            assertThat(log.lastSequence()).isEqualTo(8);
            assertThat(findings).singleElement().satisfies(finding -> {
                assertThat(finding.kind()).isEqualTo(Finding.Kind.DAMAGED);
                assertThat(finding.text()).contains("kept aside as " + only.getFileName() + ".damaged");
            });
            Logs.append(log, 11, 12);
            assertThat(Logs.sequences(log)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 11L, 12L);
            log.dropBefore(12);
        }
        assertThat(Logs.files(folder, ".damaged"))
                .singleElement()
                .satisfies(aside -> assertThat(Files.readAllBytes(aside)).isEqualTo(asFound));
    }

    @Test
    void shouldRenameANewestSegmentOfWhichNothingIsWholeAndNeverDeleteIt() throws IOException {
        try (SegmentLog log = Logs.open(folder, Logs.SMALL, findings)) {
            Logs.append(log, 1, 30);
        }
        for (int start = 1; start <= 2; start++) {
            Path newest = Logs.files(folder, ".log").getLast();
            byte[] bytes = Files.readAllBytes(newest);
            java.util.Arrays.fill(bytes, SegmentFormat.HEADER_BYTES, bytes.length, (byte) (0x50 + start));
            Files.write(newest, bytes);
            findings.clear();
            long first = SegmentFormat.firstSequence(newest);
            try (SegmentLog log = Logs.open(folder, Logs.SMALL, findings)) {
                assertThat(log.lastSequence()).isEqualTo(first - 1);
                Logs.append(log, first, 30);
            }
            assertThat(findings).extracting(Finding::kind).containsExactly(Finding.Kind.DAMAGED);
            Path aside = newest.resolveSibling(newest.getFileName() + (start == 1 ? ".damaged" : ".2.damaged"));
            assertThat(Files.readAllBytes(aside)).isEqualTo(bytes);
        }
    }

    @Test
    void shouldNeverGiveAWrongFrameWhateverBitsFlip() throws IOException {
        long seed = System.nanoTime();
        System.out.println("bit flips: seed " + seed);
        Random random = new Random(seed);
        try (SegmentLog log = Logs.open(folder.resolve("whole"), Logs.SMALL, findings)) {
            Logs.append(log, 1, 60);
        }
        List<Path> files = Logs.files(folder.resolve("whole"), ".log");
        for (int round = 0; round < 300; round++) {
            Path damaged = folder.resolve("damaged-" + round);
            Logs.copy(folder.resolve("whole"), damaged);
            int flips = 1 + random.nextInt(4);
            Set<String> flipped = new HashSet<>();
            while (flipped.size() < flips) {
                Path file =
                        damaged.resolve(files.get(random.nextInt(files.size())).getFileName());
                long bit = random.nextLong(8 * Files.size(file));
                if (flipped.add(file + " " + bit)) {
                    Logs.flip(file, bit);
                }
            }
            findings.clear();
            List<Logs.Read> read;
            try (SegmentLog log = Logs.open(damaged, Logs.SMALL, findings)) {
                read = Logs.readAll(log, 1);
            } catch (IOException newerFormat) {
                throw new AssertionError("seed " + seed + " round " + round, newerFormat);
            }
            assertThat(read)
                    .as("seed %d round %d", seed, round)
                    .allSatisfy(frame -> assertThat(frame.payload()).isEqualTo("reading " + frame.sequence()))
                    .hasSizeGreaterThanOrEqualTo(60 - flips);
            assertThat(findings).as("seed %d round %d", seed, round).isNotEmpty();
        }
    }

    @Test
    void shouldReadOnBehindADamagedFrameInTheMiddleAndKeepTheDamagedFile() throws IOException {
        try (SegmentLog log = Logs.open(folder, Logs.SMALL, findings)) {
            Logs.append(log, 1, 30);
        }
        Path second = Logs.files(folder, ".log").get(1);
        long firstOfSecond = SegmentFormat.firstSequence(second);
        Logs.flip(second, 8L * (SegmentFormat.HEADER_BYTES + 20));
        byte[] asFound = Files.readAllBytes(second);
        try (SegmentLog log = Logs.open(folder, Logs.SMALL, findings)) {
            List<Long> expected = new ArrayList<>(range(1, 30));
            expected.remove(firstOfSecond);
            assertThat(Logs.sequences(log)).isEqualTo(expected);
            assertThat(findings).singleElement().satisfies(finding -> {
                assertThat(finding.kind()).isEqualTo(Finding.Kind.DAMAGED);
                assertThat(finding.text()).contains(second.toString()).contains("kept aside");
            });
            log.dropBefore(31);
            assertThat(Logs.files(folder, ".damaged"))
                    .singleElement()
                    .satisfies(aside -> assertThat(Files.readAllBytes(aside)).isEqualTo(asFound));
            assertThat(second).doesNotExist();
        }
    }

    @Test
    void shouldNotAppendToANewestSegmentThatIsDamagedBeforeItsEnd() throws IOException {
        try (SegmentLog log = Logs.open(folder)) {
            Logs.append(log, 1, 10);
        }
        Path only = Logs.files(folder, ".log").getFirst();
        Logs.flip(only, 8L * (SegmentFormat.HEADER_BYTES + 30));
        byte[] asFound = Files.readAllBytes(only);
        try (SegmentLog log = Logs.open(folder, SegmentLog.Settings.USUAL, findings)) {
            assertThat(log.lastSequence()).isEqualTo(10);
            Logs.append(log, 11, 12);
            assertThat(Logs.sequences(log)).hasSize(11).doesNotContain(2L).endsWith(10L, 11L, 12L);
        }
        assertThat(Files.readAllBytes(only)).isEqualTo(asFound);
        assertThat(findings).extracting(Finding::kind).containsExactly(Finding.Kind.DAMAGED);
    }

    @Test
    void shouldShowAReaderOnlyWholeFramesWhileAnotherThreadAppends() throws Exception {
        int frames = 20_000;
        try (SegmentLog log = Logs.open(folder, new SegmentLog.Settings(10_000, Long.MAX_VALUE), findings);
                SegmentLog.Cursor cursor = log.cursor(1)) {
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
                try {
                    Logs.append(log, 1, frames);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            List<Logs.Read> read = new ArrayList<>();
            while (!writer.isDone() || read.size() < frames) {
                read.addAll(Logs.rest(cursor));
                if (writer.isDone()) {
                    read.addAll(Logs.rest(cursor));
                    break;
                }
            }
            writer.get(10, TimeUnit.SECONDS);
            assertThat(read).hasSize(frames);
            assertThat(read).allSatisfy(frame -> assertThat(frame.payload()).isEqualTo("reading " + frame.sequence()));
        }
        assertThat(findings).isEmpty();
    }

    @Test
    void shouldGiveContextOfTheSegmentBeforeTheSequenceAskedFor() throws IOException {
        try (SegmentLog log = Logs.open(folder)) {
            log.append(SegmentFormat.CONTEXT | 1, 1, new byte[] {'c'});
            Logs.append(log, 1, 5);
            assertThat(Logs.readAll(log, 5))
                    .containsExactly(new Logs.Read(0x81, 1, "c"), new Logs.Read(1, 5, "reading 5"));
        }
    }

    @Test
    void shouldForgetWhatCameAfterASequence() throws IOException {
        for (long after : new long[] {0, 1, 7, 20, 29, 30}) {
            Path here = folder.resolve("after-" + after);
            try (SegmentLog log = Logs.open(here, Logs.SMALL, findings)) {
                Logs.append(log, 1, 30);
                log.truncateAfter(after);
                assertThat(log.lastSequence()).isEqualTo(after);
                assertThat(Logs.sequences(log)).isEqualTo(range(1, after));
                Logs.append(log, after + 1, 40);
                assertThat(Logs.sequences(log)).isEqualTo(range(1, 40));
            }
            try (SegmentLog log = Logs.open(here, Logs.SMALL, findings)) {
                assertThat(Logs.sequences(log)).isEqualTo(range(1, 40));
            }
        }
        assertThat(findings).isEmpty();
    }

    @Test
    void shouldDropOnlyWholeSegmentsAndNeverTheNewest() throws IOException {
        try (SegmentLog log = Logs.open(folder, Logs.SMALL, findings)) {
            Logs.append(log, 1, 30);
            log.dropBefore(12);
            assertThat(log.firstSequence()).isLessThanOrEqualTo(12);
            assertThat(Logs.sequences(log)).containsAll(range(12, 30)).doesNotContain(1L);
            log.dropBefore(1000);
            assertThat(log.segments()).isEqualTo(1);
            assertThat(log.lastSequence()).isEqualTo(30);
        }
    }

    @Test
    void shouldRefuseWhatPassesItsLimitAndTakeItOnceThereIsRoom() throws IOException {
        try (SegmentLog log = Logs.open(folder, new SegmentLog.Settings(200, 600), findings)) {
            long last = 0;
            JournalFullException full = null;
            while (full == null) {
                try {
                    Logs.append(log, last + 1, last + 1);
                    last++;
                } catch (JournalFullException e) {
                    full = e;
                }
            }
            assertThat(full).hasMessageContaining("its limit of 600");
            assertThat(log.bytes()).isLessThanOrEqualTo(600);
            assertThat(log.lastSequence()).isEqualTo(last);
            log.dropBefore(last);
            Logs.append(log, last + 1, last + 1);
            assertThat(Logs.sequences(log)).endsWith(last, last + 1);
        }
    }

    @Test
    void shouldRefuseASecondHolderOfItsFolder() throws IOException {
        try (SegmentLog log = Logs.open(folder)) {
            Logs.append(log, 1, 1);
            assertThatThrownBy(() -> Logs.open(folder))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(
                            "in use by process " + ProcessHandle.current().pid())
                    .hasMessageContaining("only one may use a data folder");
        }
        try (SegmentLog log = Logs.open(folder)) {
            assertThat(log.lastSequence()).isEqualTo(1);
        }
    }

    @Test
    void shouldRefuseAFileOfALaterFormatRatherThanTakeItForDamaged() throws IOException {
        try (SegmentLog log = Logs.open(folder)) {
            Logs.append(log, 1, 1);
        }
        Path file = Logs.files(folder, ".log").getFirst();
        byte[] bytes = Files.readAllBytes(file);
        Bytes.setInt(bytes, 8, SegmentFormat.VERSION + 1);
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(bytes, 0, 12);
        crc.update(bytes, 16, 16);
        Bytes.setInt(bytes, 12, (int) crc.getValue());
        Files.write(file, bytes);
        for (int start = 0; start < 2; start++) {
            assertThatThrownBy(() -> Logs.open(folder))
                    .hasMessageContaining(file + " has format 2")
                    .hasMessageContaining("run the newer program");
            assertThat(Logs.files(folder, "")).containsExactlyInAnyOrder(file, folder.resolve("lock"));
            assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
        }
    }

    @Test
    void shouldWriteAgainWhatAFailedFsyncMayHaveLostAndSeeWhenItIsGone() throws IOException {
        try (SegmentLog log = Logs.open(folder)) {
            Logs.append(log, 1, 3);
            log.force();
            Logs.append(log, 4, 6);
            log.distrustPages();
            log.force();
            assertThat(Logs.sequences(log)).isEqualTo(range(1, 6));
            Logs.append(log, 7, 7);
            log.distrustPages();
            Path file = Logs.files(folder, ".log").getFirst();
            Logs.flip(file, 8 * (Files.size(file) - 1));
            assertThatThrownBy(log::force).hasMessageContaining("the disk lost what had been written");
            Logs.flip(file, 8 * (Files.size(file) - 1));
            log.force();
        }
    }

    @Test
    void shouldSurviveAnInterruptOfTheAppendingThread() throws IOException {
        try (SegmentLog log = Logs.open(folder)) {
            Thread.currentThread().interrupt();
            Logs.append(log, 1, 3);
            log.force();
            assertThat(Logs.sequences(log)).isEqualTo(range(1, 3));
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    static List<Long> range(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }
}
