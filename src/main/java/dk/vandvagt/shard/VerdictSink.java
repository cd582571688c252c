package dk.vandvagt.shard;

import java.io.IOException;

/** Keeps verdicts for the database to drain. One thread; by sequence. */
public interface VerdictSink {
    /** The last sequence it holds or has been told; a replay begins after a snapshot and may say sequences again. */
    void append(Verdicts verdicts) throws IOException;

    /** On disk up to and including what was appended; called before a snapshot is valid. */
    void force() throws IOException;
}
