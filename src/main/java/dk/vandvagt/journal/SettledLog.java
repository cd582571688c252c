package dk.vandvagt.journal;

import dk.vandvagt.alert.SettledLetter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What became of letters, until the database has it. One thread adds; another reads and lets go.
 *
 * <p>Frames, each with a number of its own for a sequence: {@code LETTER}, JSON, n bytes v before it.
 */
public final class SettledLog implements AutoCloseable {
    private static final int LETTER = 1;

    public record Entry(long number, SettledLetter letter) {}

    private final SegmentLog log;

    public SettledLog(SegmentLog log) {
        this.log = log;
    }

    /** @throws JournalFullException the database has taken nothing for too long */
    public void add(SettledLetter letter) throws IOException {
        long number = log.lastSequence() + 1;
        log.prepare(number);
        log.append(LETTER, number, new Bytes().putBytes(Json.write(letter)));
    }

    public void force() throws IOException {
        log.force();
    }

    /** Oldest first. */
    public List<Entry> after(long number, int most) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (SegmentLog.Cursor cursor = log.cursor(number + 1)) {
            while (entries.size() < most && cursor.next()) {
                if (cursor.type() != LETTER) {
                    throw new IOException(
                            "%s: number %d has a frame of type %d, which this program does not know: run the newer program"
                                    .formatted(log.folder(), cursor.sequence(), cursor.type()));
                }
                entries.add(new Entry(cursor.sequence(), Json.read(cursor.payload(), SettledLetter.class)));
            }
        }
        return entries;
    }

    public long bytes() {
        return log.bytes();
    }

    /** Whole segments go; the newest stays. */
    public void letGo(long throughNumber) throws IOException {
        log.dropBefore(throughNumber + 1);
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
