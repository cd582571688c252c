package dk.vandvagt.shard;

import java.io.IOException;
import java.util.List;

/** What the store drains; one thread, not the one that appends. */
public interface VerdictSource {
    /**
     * The next verdicts after a sequence, in order.
     *
     * @param maxObservations stop after the batch that reaches this many
     * @param timeoutMs how long to wait for the first
     * @return empty when nothing came in time
     */
    List<Verdicts> read(long afterSequence, int maxObservations, long timeoutMs)
            throws IOException, InterruptedException;

    /** The database has committed everything up to and including this sequence. */
    void committed(long sequence);
}
