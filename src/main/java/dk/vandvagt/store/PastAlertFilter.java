package dk.vandvagt.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which alerts that are over; null asks for any.
 *
 * @param stations ids
 * @param severityFrom of the highest they reached
 * @param fromMs they lasted until then or longer
 * @param toMs they were raised before
 */
public record PastAlertFilter(
        @Nullable String runId,
        @Nullable List<String> stations,
        @Nullable Integer severityFrom,
        @Nullable Long fromMs,
        @Nullable Long toMs,
        @Nullable Long asOfMs,
        int limit) {}
