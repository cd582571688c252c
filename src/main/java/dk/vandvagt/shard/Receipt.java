package dk.vandvagt.shard;

import dk.vandvagt.wire.Refusal;
import org.jspecify.annotations.Nullable;

/** How a source learns that a message may be acknowledged. */
public interface Receipt {
    /** For messages nobody waits for. */
    Receipt NOBODY = refusal -> {};

    /**
     * Called once, in order of receipt, on the sequencer's thread: must return at once and not throw.
     *
     * @param refusal null when all readings are fsynced in the journal; otherwise why the message was refused, which has been
     *     counted
     */
    void settled(@Nullable Refusal refusal);
}
