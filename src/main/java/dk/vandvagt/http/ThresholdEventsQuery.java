package dk.vandvagt.http;

import org.jspecify.annotations.Nullable;

/**
 * Which entries of the threshold-event log are asked for.
 *
 * @param stationId null for all
 * @param severityFrom null for all
 */
record ThresholdEventsQuery(
        Form form, @Nullable String stationId, @Nullable Integer severityFrom, long fromMs, long toMs, int limit) {
    private static final int USUAL_LIMIT = 100;
    private static final int MOST = 10_000;
    private static final long USUAL_SPAN_MS = 30 * 24 * 3_600_000L;

    enum Form {
        JSON,
        GEOJSON,
        CSV
    }

    static ThresholdEventsQuery ofEvents(Parameters parameters, long nowMs) {
        return of(parameters, nowMs, true);
    }

    /** All there are: thresholds are few. */
    static ThresholdEventsQuery ofStatistics(Parameters parameters, long nowMs) {
        return of(parameters, nowMs, false);
    }

    private static ThresholdEventsQuery of(Parameters parameters, long nowMs, boolean events) {
        if (events) {
            parameters.format("json", "geojson", "csv");
        } else {
            parameters.format("json", "csv");
        }
        Form asked = parameters.word("f", Form.class);
        String stationId = parameters.text("station");
        Integer severityFrom = parameters.severityFrom();
        long toMs = parameters.instantMs("to", nowMs + 1);
        long fromMs = parameters.instantMs("from", toMs - USUAL_SPAN_MS);
        int limit = events ? parameters.limit(USUAL_LIMIT, MOST) : MOST;
        parameters.end();
        if (fromMs >= toMs) {
            throw Problem.badParameter("from", Long.toString(fromMs), "an instant before to");
        }
        return new ThresholdEventsQuery(
                asked == null ? Form.JSON : asked, stationId, severityFrom, fromMs, toMs, limit);
    }

    Past.ExceedanceRequest request() {
        // one more tells whether there are more
        return new Past.ExceedanceRequest(stationId, severityFrom, fromMs, toMs, limit + 1);
    }
}
