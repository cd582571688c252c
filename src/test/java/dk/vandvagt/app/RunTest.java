package dk.vandvagt.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dk.vandvagt.config.Read;
import dk.vandvagt.config.SettingsReader;
import dk.vandvagt.shard.Arrival;
import dk.vandvagt.station.Catalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run is opened where what lies on disk, the settings and the database do not go together. */
@Timeout(60)
class RunTest {
    private static final long NOW = 1_697_839_200_000L;
    private static final Path CONFIG = Path.of("config/assens.yml");

    @TempDir
    Path folder;

    @Test
    void shouldTakeANewNameWhereTheDatabaseIsFurtherThanTheFolderEverWas() throws Exception {
        String name;
        try (Run older = open()) {
            name = older.logId();
            give(older, 3);
            long journalled = older.sequencer().counts().lastSequence();
            for (int asked = 0; asked < 2; asked++) {
                assertThatThrownBy(() -> older.verdicts().committed(journalled + 100))
                        .hasMessageContaining("has sequence " + (journalled + 100))
                        .hasMessageContaining("older copy")
                        .hasMessageContaining("restarted");
            }
            assertThat(older.verdicts().committedSequence()).isZero();
        }
        try (Run again = open()) {
            assertThat(again.logId()).isNotEqualTo(name);
            // the database does not know that name: all that is held is drained
            assertThat(again.verdicts().read(-1, 1000, 1000)).isNotEmpty();
            again.verdicts().committed(again.sequencer().counts().lastSequence());
        }
    }

    @Test
    void shouldSeeThatAlsoWhenTheDatabaseAnswersOnlyAfterTheFolderHasGrownPastIt() throws Exception {
        long opened;
        try (Run older = open()) {
            opened = older.sequencer().counts().lastSequence();
        }
        try (Run grown = open()) {
            give(grown, 10);
        }
        try (Run grown = open()) {
            assertThat(grown.sequencer().counts().lastSequence()).isGreaterThan(opened + 5);
            assertThatThrownBy(() -> grown.verdicts().committed(opened + 5)).hasMessageContaining("older copy");
        }
    }

    @Test
    void shouldGiveNoSequenceAgainWhereTheJournalIsLost() throws Exception {
        long reached;
        try (Run run = open()) {
            give(run, 5);
            assertThat(run.verdicts().read(-1, 1000, 1000)).isNotEmpty();
            run.verdicts().committed(2);
            reached = run.sequencer().counts().lastSequence();
        }
        for (Path segment : files("journal", ".log")) {
            Files.delete(segment);
        }
        try (Run run = open()) {
            give(run, 1);
            assertThat(run.sequencer().counts().lastSequence()).isEqualTo(reached + 1);
        }
    }

    @Test
    void shouldKeepVerdictsThatNoReplayCanMakeAgain() throws Exception {
        try (Run run = open()) {
            give(run, 5);
        }
        for (Path file : Stream.concat(files("journal", ".log").stream(), files("snapshots", ".snapshot").stream())
                .toList()) {
            Files.delete(file);
        }
        byte[] verdicts = Files.readAllBytes(files("judged", ".log").getLast());
        try (Run run = open()) {
            assertThat(run.kept().damaged()).isEqualTo(1);
        }
        assertThat(files("judged", ".damaged"))
                .singleElement()
                .satisfies(aside -> assertThat(Files.readAllBytes(aside)).isEqualTo(verdicts));
    }

    @Test
    void shouldStartWithTodaysSettingsWhereJournalledOnesAreRefusedByThisVersion() throws Exception {
        Catalogue good = good().catalogue();
        Catalogue refused = Catalogue.of(
                text().replace("version: 1", "version: 1\nthresholdsOfOldTimes: yes"),
                good.placeName(),
                good.judging(),
                good.stations(),
                good);
        try (Run run = open()) {
            run.use(refused).toCompletableFuture().get(10, TimeUnit.SECONDS);
            give(run, 2);
        }
        for (int start = 0; start < 2; start++) {
            try (Run run = open()) {
                assertThat(run.catalogue().revision()).isEqualTo(good.revision());
                give(run, 1);
            }
        }
    }

    private Run open() throws IOException, InterruptedException {
        return Run.open(good().settings(), text(), folder, transitions -> {}, () -> NOW);
    }

    private static String text() throws IOException {
        return Files.readString(CONFIG);
    }

    private static Read.Good good() throws IOException {
        Read read = SettingsReader.read(text(), CONFIG.toString(), null);
        assertThat(read).isInstanceOf(Read.Good.class);
        return (Read.Good) read;
    }

    private List<Path> files(String log, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(log))) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    /** One message after the other, so that each has a sequence of its own. */
    private static void give(Run run, int readings) throws InterruptedException {
        for (int i = 0; i < readings; i++) {
            CountDownLatch settled = new CountDownLatch(1);
            long observedAtMs = NOW - 60_000 + run.sequencer().counts().lastSequence();
            boolean taken = run.sequencer()
                    .offer(new Arrival(
                            refusal -> settled.countDown(),
                            null,
                            new int[] {0},
                            new long[] {observedAtMs},
                            new double[] {0.1},
                            NOW));
            assertThat(taken).isTrue();
            assertThat(settled.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
