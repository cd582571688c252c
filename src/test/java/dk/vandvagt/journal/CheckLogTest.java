package dk.vandvagt.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.quality.GaugeCheck;
import dk.vandvagt.quality.GaugeOffset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

class CheckLogTest {
    private static final long NOON = 1_697_803_200_000L;
    private static final GaugeOffset OFFSET = new GaugeOffset(GaugeOffset.How.INTERPOLATED, 1.22, NOON - 120_000, 0.02);

    @TempDir
    Path folder;

    private static void write(CheckLog log) throws IOException {
        log.add("HAVN", NOON, 1.20, "Anna", "måtte vente på bølgerne", NOON + 60_000);
        GaugeCheck second = log.add("HAVN", NOON + 1, 1.21, "Bo", "", NOON + 90_000);
        log.settle(second.number(), OFFSET);
    }

    private static void shouldHoldIt(List<CheckLog.Entry> all) {
        assertThat(all)
                .containsExactly(
                        new CheckLog.Entry(
                                new GaugeCheck(1, "HAVN", NOON, 1.20, "Anna", "måtte vente på bølgerne", NOON + 60_000),
                                null),
                        new CheckLog.Entry(new GaugeCheck(2, "HAVN", NOON + 1, 1.21, "Bo", "", NOON + 90_000), OFFSET));
    }

    @Test
    void shouldHoldWhatWasAddedOverARestartAndNumberOn() throws IOException {
        try (CheckLog log = CheckLog.open(Logs.open(folder))) {
            write(log);
            shouldHoldIt(log.all());
        }
        try (CheckLog log = CheckLog.open(Logs.open(folder))) {
            shouldHoldIt(log.all());
            log.settle(1, GaugeOffset.MISSING);
            assertThat(log.add("HAVN", NOON + 2, 1.2, "Bo", "", NOON).number()).isGreaterThan(2);
        }
        try (CheckLog log = CheckLog.open(Logs.open(folder))) {
            assertThat(log.all()).hasSize(3);
            assertThat(log.all().getFirst().offset()).isEqualTo(GaugeOffset.MISSING);
        }
    }

    /** Whatever a crash leaves of the last write: what was answered for is there, and nothing is there in part. */
    @Test
    void shouldHoldWhatWasAnsweredForWhateverACrashLeavesOfTheNext() throws IOException {
        long whole;
        try (CheckLog log = CheckLog.open(Logs.open(folder))) {
            write(log);
            whole = size();
            log.add("HAVN", NOON + 2, 1.2, "Carl", "", NOON);
        }
        byte[] bytes = Files.readAllBytes(file());
        for (int left = (int) whole; left < bytes.length; left += 7) {
            Files.write(file(), java.util.Arrays.copyOf(bytes, left));
            try (CheckLog log =
                    CheckLog.open(SegmentLog.open(folder, SegmentLog.Settings.USUAL, () -> NOON, finding -> {}))) {
                shouldHoldIt(log.all());
            }
        }
    }

    private Path file() throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(each -> each.toString().endsWith(".log"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private long size() throws IOException {
        return Files.size(file());
    }

    @Test
    @EnabledIfSystemProperty(named = "golden.write.checks", matches = ".+")
    void shouldWriteTheFilesOfThisFormat() throws IOException {
        try (CheckLog log = CheckLog.open(Logs.open(Path.of(System.getProperty("golden.write.checks"))))) {
            write(log);
        }
    }

    @Test
    void shouldReadWhatTheFirstFormatWrote() throws Exception {
        String name = "00000000000000000001.log";
        Path golden = Path.of(Objects.requireNonNull(getClass().getResource("/golden/checks/" + name))
                .toURI());
        Files.copy(golden, folder.resolve(name));
        try (CheckLog log = CheckLog.open(Logs.open(folder))) {
            shouldHoldIt(log.all());
        }
    }
}
