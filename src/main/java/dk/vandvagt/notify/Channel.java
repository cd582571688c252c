package dk.vandvagt.notify;

import dk.vandvagt.shard.Outbox;
import dk.vandvagt.station.Catalogue;

/**
 * One way to tell people. {@link #tell} only wakes it: what is to be told it reads from the {@link DeliveryLog}, in order and
 * at least once, so nothing is kept in memory and nothing is lost with the process.
 */
public interface Channel extends Outbox, AutoCloseable {
    /** Under which the log remembers what it has told; the same after a restart. */
    String name();

    /** Returns at once; tells first what an earlier process left untold. */
    void start();

    /** The names and texts of this revision are used from here on. */
    void use(Catalogue catalogue);

    Tallies tallies();

    /** Stops after the message in hand. */
    @Override
    void close();

    /**
     * Counts since the channel was made.
     *
     * @param told messages the other side has confirmed
     * @param failures attempts that will be made again
     */
    record Tallies(long told, long failures, boolean connected) {}
}
