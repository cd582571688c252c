package dk.vandvagt.store;

import dk.vandvagt.alert.Transition;
import org.jspecify.annotations.Nullable;

/**
 * An alert that is over.
 *
 * @param last its last step
 * @param acknowledgedAtMs 0 where nobody did
 */
public record PastAlert(
        Transition last,
        int highestSeverity,
        long raisedAtMs,
        @Nullable String acknowledgedBy,
        long acknowledgedAtMs,
        @Nullable String note) {}
