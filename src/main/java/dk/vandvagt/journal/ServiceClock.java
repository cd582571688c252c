package dk.vandvagt.journal;

/**
 * The one value that is time for all shards: decided before the journal, carried in it, monotonic. Pure; one thread.
 */
public sealed interface ServiceClock permits WallClock, StreamClock {
    /** What the batch being made will carry; 0 before the first reading or tick. */
    long nowMs();

    /** Lets wall time pass, for modes that follow it. */
    void tick(long wallMs);

    /**
     * Hears of one message, in order of receipt.
     *
     * @param newestMs its newest observation
     * @param witness who says so: messages of one witness do not confirm each other
     * @param witnesses how many there are in the catalogue
     * @param maxFutureMs how far ahead of the clock an observation may be
     * @return false when it is too far ahead: the message is to be refused, and the clock has not moved
     */
    boolean hear(long newestMs, int witness, int witnesses, long maxFutureMs, long wallMs);

    /** The sources have their connections: from here on, no arrivals means that nothing is queued. */
    void sourcesConnected(long wallMs);

    /** Whether it still follows what had queued up while the service was down. */
    boolean catchingUp();

    /** The wall clock, in service. */
    static ServiceClock wall(WallClock.Settings settings, long lastClockMs, long startedAtMs) {
        return new WallClock(settings, lastClockMs, startedAtMs);
    }

    /**
     * The newest observation, for replay, drill and backtest.
     *
     * @param lastClockMs of the journal, 0 where it is empty
     * @param maxStepMs how far one message may move it that nobody confirms
     */
    static ServiceClock stream(long lastClockMs, long maxStepMs) {
        return new StreamClock(lastClockMs, maxStepMs);
    }
}
