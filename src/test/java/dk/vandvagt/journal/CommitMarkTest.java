package dk.vandvagt.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitMarkTest {
    @TempDir
    Path folder;

    @Test
    void shouldSeeADatabaseThatIsAheadAlsoAfterStartsAtWhichItWasNotAsked() throws IOException {
        CommitMark.in(folder).opened(1000);
        CommitMark grown = CommitMark.in(folder);
        grown.opened(2000);
        assertThat(grown.agrees(1500)).isFalse();
        assertThat(grown.reached()).isEqualTo(1000);
        assertThat(grown.agrees(900)).isTrue();
        assertThat(grown.agrees(1500)).as("its own, from here on").isTrue();
    }

    @Test
    void shouldRememberHowFarTheDatabaseWas() throws IOException {
        CommitMark mark = CommitMark.in(folder);
        mark.opened(10);
        assertThat(mark.agrees(7)).isTrue();
        assertThat(mark.agrees(12)).isTrue();
        mark.write();
        assertThat(CommitMark.committedIn(folder)).isEqualTo(12);
        CommitMark next = CommitMark.in(folder);
        next.opened(12);
        assertThat(next.committed()).isEqualTo(12);
        assertThat(next.agrees(13)).isFalse();
    }

    @Test
    void shouldKnowNothingFromAFileThatIsNotWhole() throws IOException {
        Files.writeString(folder.resolve("committed"), "commit");
        assertThat(CommitMark.in(folder).committed()).isZero();
    }
}
