package dk.vandvagt.store;

import org.jspecify.annotations.Nullable;

/**
 * How the drain fares; counts are of this process.
 *
 * @param up whether it is connected and the last transaction went well
 * @param sequence committed in the database, -1 before it is known
 * @param clockMs the service's clock at that sequence, 0 before the first of this process
 * @param inserted new readings
 * @param duplicates redeliveries: nothing was written
 * @param corrections other value under a known key
 * @param reflags other flag of a known reading
 * @param quarantined rows the database refused for what they hold
 * @param batches transactions
 * @param lastCommitMs how long the last transaction took
 * @param reconnects connections lost and made again
 * @param missing sequences that the database had, lost when it was set back to an older copy, and the log no longer holds; at
 *     most, since some may have held no verdicts
 * @param lastError of the connection or the log, null once all is well again; never holds a password
 */
public record DrainCounts(
        boolean up,
        long sequence,
        long clockMs,
        long inserted,
        long duplicates,
        long corrections,
        long reflags,
        long quarantined,
        long batches,
        long lastCommitMs,
        long reconnects,
        long missing,
        @Nullable String lastError) {}
