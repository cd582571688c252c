package dk.vandvagt.store;

import dk.vandvagt.alert.Transition;
import org.jspecify.annotations.Nullable;

/**
 * An alert that is over, or was not yet at an instant of the past.
 *
 * @param last its last step until then
 * @param silent it stood then, with its sensor silent
 * @param acknowledgedAtMs 0 where nobody did
 */
public record PastAlert(
        Transition last,
        int highestSeverity,
        long raisedAtMs,
        boolean silent,
        @Nullable String acknowledgedBy,
        long acknowledgedAtMs,
        @Nullable String note) {}
