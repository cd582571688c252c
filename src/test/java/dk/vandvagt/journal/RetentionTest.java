package dk.vandvagt.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
    @TempDir
    Path folder;

    @Test
    void shouldKeepWhatTheDatabaseOrTheOlderSnapshotStillNeeds() throws IOException {
        try (SegmentLog journal = Logs.open(folder, Logs.SMALL, new ArrayList<>())) {
            Logs.append(journal, 1, 100);
            int all = journal.segments();
            Retention retention = new Retention(journal);
            retention.committed(90);
            assertThat(journal.segments()).as("no snapshot").isEqualTo(all);
            retention.covered(50);
            assertThat(Logs.sequences(journal))
                    .containsAll(SegmentLogTest.range(51, 100))
                    .doesNotContain(1L);
            assertThat(retention.neededFrom()).isEqualTo(51);
            retention.covered(95);
            assertThat(Logs.sequences(journal))
                    .containsAll(SegmentLogTest.range(91, 100))
                    .doesNotContain(51L);
        }
    }
}
