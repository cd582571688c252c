package dk.vandvagt.journal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the database is known to be, in a file beside the logs: so that it is seen when the folder is older than the database,
 * also where the database is asked only long after. Sequences would be given again, and the database would take the new ones for those
 * it has. Any thread.
 *
 * <p>The file: {@code committed N}, and {@code asked} or {@code not asked since M}, the sequence that the folder reached when it was
 * opened and the database had not answered yet.
 */
public final class CommitMark {
    private static final Pattern FORM = Pattern.compile("committed (\\d+)\\s+(?:asked|not asked since (\\d+))\\s*");

    private static final Logger LOG = LoggerFactory.getLogger(CommitMark.class);

    private record Marks(long committed, long unaskedSince) {
        private static final long ASKED = -1;
        private static final Marks NONE = new Marks(0, ASKED);
    }

    private final Path file;
    private Marks marks;

    private CommitMark(Path file, Marks marks) {
        this.file = file;
        this.marks = marks;
    }

    public static CommitMark in(Path folder) throws IOException {
        Path file = folder.resolve("committed");
        return new CommitMark(file, read(file).orElse(Marks.NONE));
    }

    /** The last sequence known to be in the database, 0 where none is: also beside the running service. */
    public static long committedIn(Path folder) throws IOException {
        return read(folder.resolve("committed")).orElse(Marks.NONE).committed;
    }

    /** Nothing where the file is not there or not whole: then less is known, and nothing wrong. */
    private static Optional<Marks> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Matcher found = FORM.matcher(Files.readString(file, StandardCharsets.US_ASCII));
        if (!found.matches()) {
            return Optional.empty();
        }
        String since = found.group(2);
        return Optional.of(
                new Marks(Long.parseLong(found.group(1)), since == null ? Marks.ASKED : Long.parseLong(since)));
    }

    public synchronized long committed() {
        return marks.committed;
    }

    /**
     * A full disk must stop no start: then it is not written, and a folder that is too old is seen only if the database answers this
     * process.
     *
     * @param reaches the highest sequence that anything in the folder has seen
     */
    public synchronized void opened(long reaches) {
        long since = marks.unaskedSince == Marks.ASKED ? reaches : Math.min(marks.unaskedSince, reaches);
        marks = new Marks(marks.committed, since);
        try {
            write();
        } catch (IOException e) {
            LOG.warn("{} could not be written; it is tried again with the next snapshot", file, e);
        }
    }

    /** @return false where the database is at a sequence that this folder had not reached: then nothing has been noted */
    public synchronized boolean agrees(long committed) throws IOException {
        if (marks.unaskedSince != Marks.ASKED && committed > marks.unaskedSince) {
            return false;
        }
        boolean first = marks.unaskedSince != Marks.ASKED;
        marks = new Marks(Math.max(marks.committed, committed), Marks.ASKED);
        if (first) {
            write();
        }
        return true;
    }

    /** The sequence that the folder had reached when it was opened without the database. */
    public synchronized long reached() {
        return marks.unaskedSince;
    }

    /** Under a new name to the database nothing is committed, and nothing to be compared. */
    public synchronized void forget() throws IOException {
        marks = new Marks(0, Marks.ASKED);
        write();
    }

    public synchronized void write() throws IOException {
        String text = "committed %d\n%s\n"
                .formatted(
                        marks.committed,
                        marks.unaskedSince == Marks.ASKED ? "asked" : "not asked since " + marks.unaskedSince);
        Path unfinished = file.resolveSibling("committed.tmp");
        try (RandomAccessFile out = new RandomAccessFile(unfinished.toFile(), "rw")) {
            out.setLength(0);
            out.write(text.getBytes(StandardCharsets.US_ASCII));
            out.getFD().sync();
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
