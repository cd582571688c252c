package dk.vandvagt.journal;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets segments of the input journal go once both need them no longer: the database, which has committed what they gave, and
 * the older of the two snapshots, which covers them. Any thread.
 */
public final class Retention {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    private final SegmentLog journal;
    private long committedSequence;
    private long coveredSequence;

    public Retention(SegmentLog journal) {
        this.journal = journal;
    }

    public synchronized void committed(long sequence) {
        committedSequence = Math.max(committedSequence, sequence);
        letGo();
    }

    /** @param sequence of the older snapshot, as {@link SnapshotFolder#write} returns it */
    public synchronized void covered(long sequence) {
        coveredSequence = sequence;
        letGo();
    }

    /** What comes before this is neither wanted by the database nor ever said again. */
    public synchronized long neededFrom() {
        return Math.min(committedSequence, coveredSequence) + 1;
    }

    private void letGo() {
        try {
            journal.dropBefore(neededFrom());
        } catch (IOException e) {
            LOG.warn("a segment that is no longer needed could not be removed; it is tried again", e);
        }
    }
}
