package dk.vandvagt.analysis;

/** What the thresholds found, told as it happens; {@code rung} is the index in {@link Ladders}. */
public interface ExceedanceHandler {
    /**
     * @param beganAtMs first observation beyond the raising point
     * @param atMs event time at which the on-delay was complete
     * @param observedAtMs of the deciding observation
     * @param unconfirmed the sensor went silent before the on-delay, or a confirming reading, had come
     */
    void onExceedanceBegan(
            int rung, long beganAtMs, long atMs, long observedAtMs, double value, byte flag, boolean unconfirmed);

    /** What was {@linkplain Ladders#isPossible possible} is now sure, by this observation. */
    void onExceedanceConfirmed(int rung, long observedAtMs, double value, byte flag);

    /** The exceedance has a new extreme. */
    void onExceedancePeak(int rung, double peak, long peakAtMs);

    /** @param endedAtMs first observation below the clearing point of the run that completed the off-delay */
    void onExceedanceEnded(int rung, long endedAtMs, long atMs, double value, byte flag);

    /** Only suspect readings say that it is over, and have for long: a person must look. */
    void onDoubt(int rung, long observedAtMs);

    /** No reading bears it out any more: it should not have been told. */
    void onExceedanceWithdrawn(int rung, long observedAtMs, long atMs);
}
