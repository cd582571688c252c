package dk.vandvagt.shard;

/** Takes batches in order of sequence, each once; live and in a replay alike. */
public interface BatchHandler {
    /** May block while the shards' inboxes are full: that is the back-pressure. */
    void onBatch(Batch batch) throws InterruptedException;
}
