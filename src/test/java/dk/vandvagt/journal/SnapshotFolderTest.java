package dk.vandvagt.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotFolderTest {
    @TempDir
    Path folder;

    private final List<Finding> findings = new ArrayList<>();

    private SnapshotFolder snapshots() throws IOException {
        return SnapshotFolder.open(folder, () -> Logs.CREATED_AT_MS, findings::add);
    }

    private static Snapshot snapshot(long sequence) {
        byte[] state = ("state at " + sequence).getBytes(StandardCharsets.UTF_8);
        return new Snapshot(
                sequence, 1000 + sequence, "HAVN,BAAGØ", Map.of("shard-0", state, "alerts", new byte[70_000]));
    }

    @Test
    void shouldGiveBackTheNewestAndKeepTheOneBefore() throws IOException {
        assertThat(snapshots().newest()).isNull();
        assertThat(snapshots().write(snapshot(100))).isZero();
        assertThat(snapshots().write(snapshot(200))).isEqualTo(100);
        assertThat(snapshots().write(snapshot(300))).isEqualTo(200);
        assertThat(snapshots().newest()).usingRecursiveComparison().isEqualTo(snapshot(300));
        assertThat(Logs.files(folder, ".snapshot")).hasSize(2);
        assertThat(snapshots().write(snapshot(300))).as("said twice").isEqualTo(200);
        assertThat(findings).isEmpty();
    }

    @Test
    void shouldFallBackToTheOneBeforeWhateverBitOfTheNewestFlipped() throws IOException {
        long seed = System.nanoTime();
        System.out.println("snapshot bit flips: seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            snapshots().write(snapshot(100));
            snapshots().write(snapshot(200));
            Path newest = Logs.files(folder, ".snapshot").getLast();
            Logs.flip(newest, random.nextLong(8 * Files.size(newest)));
            findings.clear();
            assertThat(snapshots().newest())
                    .as("seed %d round %d", seed, round)
                    .usingRecursiveComparison()
                    .isEqualTo(snapshot(100));
            assertThat(findings).extracting(Finding::kind).containsExactly(Finding.Kind.UNREADABLE_SNAPSHOT);
            assertThat(Logs.files(folder, ".damaged")).hasSize(1);
        }
    }

    @Test
    void shouldFallBackFromATruncatedOneAndIgnoreAnUnfinishedOne() throws IOException {
        snapshots().write(snapshot(100));
        snapshots().write(snapshot(200));
        Path newest = Logs.files(folder, ".snapshot").getLast();
        Files.write(newest, java.util.Arrays.copyOf(Files.readAllBytes(newest), 9));
        Files.write(folder.resolve("snapshot.tmp"), new byte[] {1, 2, 3});
        assertThat(snapshots().newest()).usingRecursiveComparison().isEqualTo(snapshot(100));
        assertThat(snapshots().write(snapshot(300))).isEqualTo(100);
        assertThat(snapshots().newest()).usingRecursiveComparison().isEqualTo(snapshot(300));
    }
}
