package dk.vandvagt.analysis;

/** Told of each deadline that has come; may {@linkplain TimerWheel#schedule schedule} its sensor anew. */
public interface DeadlineHandler {
    /** @param deadlineMs as it was scheduled last, so not after the instant advanced to */
    void onDeadline(int sensor, long deadlineMs);
}
