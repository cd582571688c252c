package dk.vandvagt.http;

import dk.vandvagt.station.Parameter;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a station's series.
 *
 * @param stepMs 0 for every reading
 * @param sensorId null for all
 * @param parameter null for level and rain
 * @param asOfMs whose knowledge is asked for; {@link Past.SeriesRequest#PRESENT} for the present
 */
record SeriesQuery(
        long fromMs,
        long toMs,
        long stepMs,
        @Nullable String sensorId,
        @Nullable Parameter parameter,
        long asOfMs) {
    static final int MOST_ROWS = 50_000;
    private static final long USUAL_SPAN_MS = 24 * 3_600_000L;
    private static final long SHORTEST_STEP_MS = 1000;

    /** @param nowMs where the span ends unless asked otherwise */
    static SeriesQuery of(Parameters parameters, long nowMs) {
        parameters.format("json");
        // the end is not in the span, but the newest reading should be
        long asOfMs = parameters.pastMs("asOf", nowMs);
        long toMs = parameters.instantMs("to", Math.min(nowMs, asOfMs) + 1);
        long fromMs = parameters.instantMs("from", toMs - USUAL_SPAN_MS);
        String step = parameters.text("step");
        String sensorId = parameters.text("sensor");
        Parameter parameter = parameters.word("parameter", Parameter.class);
        parameters.end();
        if (fromMs >= toMs) {
            throw Problem.badParameter("from", from(parameters, fromMs), "an instant before to");
        }
        if (step != null && asOfMs != Past.SeriesRequest.PRESENT) {
            throw Problem.badParameter("step", step, "either a step or asOf, which gives every reading");
        }
        long stepMs = step == null ? 0 : stepMs(step, toMs - fromMs);
        return new SeriesQuery(fromMs, toMs, stepMs, sensorId, parameter, asOfMs);
    }

    private static String from(Parameters parameters, long fromMs) {
        String text = parameters.text("from");
        return text == null ? Long.toString(fromMs) : text;
    }

    private static long stepMs(String text, long spanMs) {
        OptionalLong stepMs = Times.durationMs(text);
        if (stepMs.isEmpty() || stepMs.getAsLong() < SHORTEST_STEP_MS) {
            throw Problem.badParameter("step", text, Times.DURATION + ", at least a second");
        }
        if (spanMs / stepMs.getAsLong() > MOST_ROWS) {
            throw Problem.badParameter(
                    "step", text, "no more than " + MOST_ROWS + " steps in the span: a longer step or a shorter span");
        }
        return stepMs.getAsLong();
    }
}
