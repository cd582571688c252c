package dk.vandvagt.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dk.vandvagt.alert.Transition;
import dk.vandvagt.shard.Arrival;
import dk.vandvagt.shard.Batch;
import dk.vandvagt.shard.Verdicts;
import dk.vandvagt.station.Catalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
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

    /** Frames of 3 kB or so, until there is no room; then room, and the same once more. */
    private interface Attempt {
        void append(long number) throws IOException;
    }

    private long untilFullThenOnceMore(Attempt attempt) throws IOException {
        Path ballast = disk.resolve("ballast");
        Files.write(ballast, new byte[600_000]);
        long number = 1;
        try {
            for (; number < 10_000; number++) {
                attempt.append(number);
            }
            throw new AssertionError("the disk is never full");
        } catch (JournalFullException full) {
            assertThat(full).hasMessageContaining("no room on the disk");
        }
        Files.delete(ballast);
        attempt.append(number);
        return number;
    }

    @Test
    void shouldHoldEveryVerdictOnceThereIsRoom() throws Exception {
        List<Finding> findings = new ArrayList<>();
        try (SegmentLog log =
                        Logs.open(disk.resolve("judged"), new SegmentLog.Settings(100_000, Long.MAX_VALUE), findings);
                VerdictLog verdicts = new VerdictLog(log, committed -> {})) {
            long last = untilFullThenOnceMore(number -> verdicts.append(VerdictLogTest.verdicts(number, 100, true)));
            verdicts.force();
            assertThat(verdicts.read(0, Integer.MAX_VALUE, 0))
                    .extracting(Verdicts::sequence)
                    .isEqualTo(SegmentLogTest.range(1, last));
        }
        assertThat(findings).isEmpty();
    }

    @Test
    void shouldTellEveryTransitionOnceThereIsRoom() throws Exception {
        List<Finding> findings = new ArrayList<>();
        SegmentLog.Settings small = new SegmentLog.Settings(100_000, Long.MAX_VALUE);
        long last;
        try (SegmentLog log = Logs.open(disk.resolve("alerts"), small, findings)) {
            TransitionLog transitions = TransitionLog.open(log);
            last = untilFullThenOnceMore(number -> transitions.append(List.of(
                    VerdictLogTest.transition("a/" + number, number, Transition.Kind.RAISED),
                    VerdictLogTest.transition("b/" + number, number, Transition.Kind.CLEARED))));
            assertThat(transitions.all()).hasSize(Math.toIntExact(2 * last)).doesNotHaveDuplicates();
        }
        try (SegmentLog log = Logs.open(disk.resolve("alerts"), small, findings)) {
            assertThat(TransitionLog.open(log).all())
                    .hasSize(Math.toIntExact(2 * last))
                    .extracting(Transition::id)
                    .doesNotHaveDuplicates()
                    .contains("a/" + last, "b/" + last);
        }
        assertThat(findings).isEmpty();
    }

    @Test
    void shouldKeepTheSnapshotBeforeWhereThereIsNoRoomForAnother() throws Exception {
        List<Finding> findings = new ArrayList<>();
        Path ballast = disk.resolve("ballast");
        SnapshotFolder snapshots = SnapshotFolder.open(disk.resolve("snapshots"), () -> NOW, findings::add);
        byte[] state = new byte[300_000];
        new Random(1).nextBytes(state);
        snapshots.write(new Snapshot(1, NOW, "HAVN", Map.of("shard-0", state)));
        Files.write(ballast, new byte[600_000]);
        Snapshot second = new Snapshot(2, NOW, "HAVN", Map.of("shard-0", state));
        assertThatThrownBy(() -> snapshots.write(second)).isInstanceOf(IOException.class);
        assertThat(SnapshotFolder.open(disk.resolve("snapshots"), () -> NOW, findings::add)
                        .newest())
                .isNotNull()
                .extracting(Snapshot::sequence)
                .isEqualTo(1L);
        Files.delete(ballast);
        assertThat(snapshots.write(second)).isEqualTo(1);
        assertThat(snapshots.newest()).usingRecursiveComparison().isEqualTo(second);
        assertThat(findings).isEmpty();
    }
}
