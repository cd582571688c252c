package dk.vandvagt.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dk.vandvagt.shard.Arrival;
import dk.vandvagt.shard.Batch;
import dk.vandvagt.station.Catalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** On a file system of one mebibyte, which only root may mount. */
@Timeout(60)
class FullDiskTest {
    private static final long NOW = 1_697_839_200_000L;

    @TempDir
    Path folder;

    private Path disk = Path.of("");
    private boolean mounted;

    @BeforeEach
    void mount() throws IOException, InterruptedException {
        disk = Files.createDirectories(folder.resolve("disk"));
        mounted = run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString());
        assumeTrue(mounted, "a small file system can be mounted by root only");
    }

    @AfterEach
    void unmount() throws IOException, InterruptedException {
        if (mounted) {
            run("umount", disk.toString());
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException noSuchCommand) {
            return false;
        }
    }

    @Test
    void shouldStandAsBeforeWhenTheDiskIsFullAndGoOnOnceThereIsRoom() throws IOException {
        List<Finding> findings = new ArrayList<>();
        Path ballast = disk.resolve("ballast");
        Files.write(ballast, new byte[600_000]);
        try (SegmentLog log =
                Logs.open(disk.resolve("journal"), new SegmentLog.Settings(100_000, Long.MAX_VALUE), findings)) {
            long last = 0;
            JournalFullException full = null;
            while (full == null) {
                try {
                    log.append(1, last + 1, new byte[3_001]);
                    last++;
                } catch (JournalFullException e) {
                    full = e;
                }
            }
            assertThat(full).hasMessageContaining("no room on the disk");
            assertThat(Logs.sequences(log)).isEqualTo(SegmentLogTest.range(1, last));
            Files.delete(ballast);
            log.append(1, last + 1, new byte[3_001]);
            log.force();
            assertThat(Logs.sequences(log)).isEqualTo(SegmentLogTest.range(1, last + 1));
        }
        try (SegmentLog log = Logs.open(disk.resolve("journal"), SegmentLog.Settings.USUAL, findings)) {
            assertThat(log.lastSequence()).isGreaterThan(100);
        }
        assertThat(findings).isEmpty();
    }

    @Test
    void shouldAcknowledgeNothingMoreAndLoseNothingWhileTheDiskIsFull() throws Exception {
        Catalogue catalogue = Places.of("HAVN");
        List<Finding> findings = new ArrayList<>();
        List<Integer> settled = new ArrayList<>();
        List<Batch> said = new ArrayList<>();
        Path ballast = disk.resolve("ballast");
        Files.write(ballast, new byte[1_000_000]);
        try (SegmentLog log = Logs.open(disk.resolve("journal"), SegmentLog.Settings.USUAL, findings)) {
            Sequencer sequencer = new Sequencer(
                    new Sequencer.Settings(1000, 100, 1000, 100, 5000, 100),
                    log,
                    ServiceClock.wall(WallClock.Settings.USUAL, 0, NOW),
                    0,
                    catalogue,
                    batch -> {},
                    () -> NOW);
            sequencer.openWithoutThread();
            int offered = 0;
            while (sequencer.counts().trouble() == null) {
                for (int i = 0; i < 100; i++) {
                    int number = offered++;
                    sequencer.offer(new Arrival(
                            refusal -> settled.add(number),
                            null,
                            new int[] {0},
                            new long[] {NOW},
                            new double[] {number},
                            NOW));
                }
                sequencer.runOnce(NOW);
            }
            assertThat(settled).hasSize(offered - 100);
            assertThat(sequencer.counts().trouble()).contains("no room on the disk");
            Files.delete(ballast);
            sequencer.runOnce(NOW + 100);
            assertThat(sequencer.counts().trouble()).isNull();
            assertThat(settled).hasSize(offered).isSorted();
            JournalReplay.run(log, 0, catalogue, Places::read, said::add, findings::add);
            assertThat(said.stream().mapToInt(Batch::size).sum()).isEqualTo(offered);
        }
        assertThat(findings).isEmpty();
    }
}
