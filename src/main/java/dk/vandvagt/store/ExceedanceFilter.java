package dk.vandvagt.store;

import org.jspecify.annotations.Nullable;

/**
 * Which exceedances; null asks for any.
 *
 * @param severityFrom those at least that severe
 * @param fromMs those that end at or after it, or last
 * @param toMs those that began before it
 */
public record ExceedanceFilter(
        @Nullable String runId,
        @Nullable String stationId,
        @Nullable String sensorId,
        @Nullable Integer severityFrom,
        @Nullable Long fromMs,
        @Nullable Long toMs,
        int limit) {}
