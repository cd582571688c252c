package dk.vandvagt.http;

import org.jspecify.annotations.Nullable;

/**
 * Which entries of the threshold-event log are asked for.
 *
 * @param stationId null for all
 */
record ThresholdEventsQuery(@Nullable String stationId, long fromMs, long toMs, int limit) {
    private static final int USUAL_LIMIT = 100;
    private static final int MOST = 10_000;
    private static final long USUAL_SPAN_MS = 30 * 24 * 3_600_000L;

    static ThresholdEventsQuery of(Parameters parameters, long nowMs) {
        parameters.format("json");
        String stationId = parameters.text("station");
        long toMs = parameters.instantMs("to", nowMs + 1);
        long fromMs = parameters.instantMs("from", toMs - USUAL_SPAN_MS);
        int limit = parameters.limit(USUAL_LIMIT, MOST);
        parameters.end();
        if (fromMs >= toMs) {
            throw Problem.badParameter("from", Long.toString(fromMs), "an instant before to");
        }
        return new ThresholdEventsQuery(stationId, fromMs, toMs, limit);
    }
}
