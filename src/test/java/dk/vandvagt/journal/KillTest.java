package dk.vandvagt.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dk.vandvagt.shard.Batch;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class KillTest {
    private static final int ROUNDS = 4;

    @TempDir
    Path folder;

    private final List<Finding> findings = new ArrayList<>();

    @Test
    void shouldHoldEveryReadingThatWasAcknowledgedBeforeAKill() throws Exception {
        long seed = System.nanoTime();
        System.out.println("kill -9: seed " + seed);
        Random random = new Random(seed);
        long acknowledged = -1;
        long next = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Process child = ChildService.start(folder, next);
            try (BufferedReader output = ChildService.output(child)) {
                long killAfter = next + 1 + random.nextInt(30_000);
                for (String line = output.readLine(); line != null; line = output.readLine()) {
                    if (!line.endsWith(".")) {
                        break;
                    }
                    acknowledged = Long.parseLong(line, 4, line.length() - 1, 10);
                    if (acknowledged >= killAfter) {
                        // the handle leaves the output open: what was acknowledged before the kill is still heard
                        child.toHandle().destroyForcibly();
                    }
                }
            }
            assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
            long[] kept = numbersInTheJournal();
            assertThat(kept.length).as("seed %d round %d", seed, round).isGreaterThan((int) acknowledged);
            for (int i = 0; i < kept.length; i++) {
                assertThat(kept[i]).as("seed %d round %d", seed, round).isEqualTo(i);
            }
            next = kept.length;
        }
        assertThat(findings).allSatisfy(finding -> assertThat(finding.kind()).isEqualTo(Finding.Kind.TORN_TAIL));
    }

    private long[] numbersInTheJournal() throws IOException, InterruptedException {
        List<Batch> batches = new ArrayList<>();
        try (SegmentLog journal = Logs.open(folder, SegmentLog.Settings.USUAL, findings)) {
            JournalReplay.run(
                    journal, 0, Places.of("HAVN", "BAAGOE", "FAABORG"), Places::read, batches::add, findings::add);
        }
        return batches.stream()
                .flatMapToDouble(batch -> Arrays.stream(batch.value(), 0, batch.size()))
                .mapToLong(value -> (long) value)
                .toArray();
    }

    @Test
    void shouldRefuseAFolderThatAnotherProcessUses() throws Exception {
        Process child = ChildService.start(folder, 0);
        try (BufferedReader output = ChildService.output(child)) {
            assertThat(output.readLine()).startsWith("ack");
            assertThatThrownBy(() -> Logs.open(folder))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use by process " + child.pid());
        } finally {
            child.destroyForcibly();
        }
        assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
        try (SegmentLog journal = Logs.open(folder)) {
            assertThat(journal.lastSequence()).isPositive();
        }
    }
}
