package dk.vandvagt.shard;

/** Where sources hand in what arrived; any number of threads. */
public interface Inlet {
    /**
     * Never blocks.
     *
     * @return false when full or not open: the message is not taken, and the source holds it, unacknowledged, and offers it
     *     again before any later one of its own
     */
    boolean offer(Arrival arrival);
}
