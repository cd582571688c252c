package dk.vandvagt.app;

import static org.assertj.core.api.Assertions.assertThat;

import dk.vandvagt.alert.SettledLetter;
import dk.vandvagt.alert.Subscription;
import dk.vandvagt.journal.SegmentLog;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database is a set that comes and goes. */
class DeliveryCopyTest {
    private static final int FRAME = 300;

    @TempDir
    private Path folder = Path.of("");

    private final Set<SettledLetter> database = new LinkedHashSet<>();
    private final List<Integer> batches = new ArrayList<>();
    private int answersLeft = Integer.MAX_VALUE;

    @SuppressWarnings("NullAway.Init")
    private DeliveryCopy copy;

    @BeforeEach
    void open() throws IOException {
        copy = new DeliveryCopy(folder, this::keep, () -> 0, new SegmentLog.Settings(20 * FRAME, 4_000 * FRAME));
    }

    @AfterEach
    void close() throws IOException {
        copy.close();
    }

    private void keep(List<SettledLetter> letters) throws SQLException {
        if (answersLeft-- <= 0) {
            throw new SQLException("away");
        }
        batches.add(letters.size());
        database.addAll(letters);
    }

    private static SettledLetter letter(int number) {
        return new SettledLetter(
                "1-a-0-" + number,
                1,
                Subscription.Way.SMS,
                "1-a-0",
                number,
                1,
                List.of("a/" + number),
                1,
                2,
                1,
                true,
                "");
    }

    private void add(int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            copy.add(letter(i));
        }
        copy.force();
    }

    private static List<SettledLetter> letters(int to) {
        return IntStream.range(0, to).mapToObj(DeliveryCopyTest::letter).toList();
    }

    @Test
    void shouldCopyWhatTheDatabaseMissedOnceItIsBack() throws IOException {
        answersLeft = 1;
        add(0, 1_200);
        copy.copy();
        assertThat(database).as("it went away in the middle").containsExactlyElementsOf(letters(500));
        copy.copy();
        answersLeft = Integer.MAX_VALUE;
        add(1_200, 1_210);
        copy.copy();
        assertThat(database).containsExactlyElementsOf(letters(1_210));
        assertThat(batches.stream().mapToInt(Integer::intValue).sum())
                .as("each told once")
                .isEqualTo(1_210);
    }

    @Test
    void shouldStillHoldOverARestartWhatTheDatabaseHasNot() throws IOException {
        add(0, 100);
        answersLeft = 0;
        copy.copy();
        copy.close();
        answersLeft = Integer.MAX_VALUE;
        open();
        copy.copy();
        assertThat(database).containsExactlyElementsOf(letters(100));

        // and lets go of what it has, but for the segment it is in
        copy.close();
        batches.clear();
        open();
        copy.copy();
        assertThat(batches.getFirst()).isLessThan(50);
        add(100, 101);
        copy.copy();
        assertThat(database).containsExactlyElementsOf(letters(101));
    }

    @Test
    void shouldGoOnTellingPeopleWhereThereIsNoRoomForTheRecord() throws IOException {
        answersLeft = 0;
        int to = 0;
        while (copy.lost() == 0 && to < 20_000) {
            add(to, ++to);
        }
        assertThat(copy.lost()).isEqualTo(1);
        answersLeft = Integer.MAX_VALUE;
        copy.copy();
        assertThat(database).hasSize(to - 1);
        add(to, to + 1);
        assertThat(copy.lost()).as("there is room again").isEqualTo(1);
    }
}
