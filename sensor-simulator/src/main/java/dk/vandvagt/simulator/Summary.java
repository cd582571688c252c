package dk.vandvagt.simulator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * How a transmission went, for people and for scripts.
 *
 * @param fault why not everything was acknowledged; null when it was
 */
record Summary(
        Plan plan,
        Publisher.Tally tally,
        double seconds,
        long lastEventMs,
        @Nullable String fault) {
    private static final double[] PERCENTILES = {50, 90, 99, 99.9};

    int exitCode() {
        return fault == null ? 0 : 1;
    }

    String text() {
        Histogram latency = tally.latencyUs();
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%s: %d readings in %d messages acknowledged in %.1f s (%.0f messages/s)",
                plan.command(),
                tally.readingsAcknowledged(),
                tally.acknowledged(),
                seconds,
                messagesPerSecond()));
        plan.notes().forEach((name, value) -> lines.add("  " + name + " " + value.replace("\"", "")));
        if (tally.republished() > 0
                || tally.reconnects() > 0
                || !tally.refusals().isEmpty()) {
            lines.add("  published again " + tally.republished() + ", connected again " + tally.reconnects()
                    + (tally.refusals().isEmpty() ? "" : ", refused " + Publisher.describe(tally.refusals())));
        }
        if (latency.getTotalCount() > 0) {
            lines.add(String.format(
                    Locale.ROOT,
                    "  publish to PUBACK: p50 %.1f ms, p99 %.1f ms, longest %.1f ms",
                    latency.getValueAtPercentile(50) / 1e3,
                    latency.getValueAtPercentile(99) / 1e3,
                    latency.getMaxValue() / 1e3));
        }
        return String.join(System.lineSeparator(), lines);
    }

    String json() {
        Map<String, String> members = new LinkedHashMap<>();
        members.put("command", quoted(plan.command()));
        members.putAll(plan.notes());
        members.put("eventMessages", String.valueOf(plan.eventMessages()));
        members.put("sent", String.valueOf(tally.sent()));
        members.put("acknowledged", String.valueOf(tally.acknowledged()));
        members.put("readingsAcknowledged", String.valueOf(tally.readingsAcknowledged()));
        members.put("republished", String.valueOf(tally.republished()));
        members.put("reconnects", String.valueOf(tally.reconnects()));
        Map<String, String> refusals = new LinkedHashMap<>();
        tally.refusals().forEach((code, count) -> refusals.put(String.format("0x%02X", code), String.valueOf(count)));
        members.put("refusals", object(refusals));
        members.put(
                "lastEventTime",
                lastEventMs == 0
                        ? "null"
                        : quoted(Instant.ofEpochMilli(lastEventMs).toString()));
        members.put("seconds", String.format(Locale.ROOT, "%.3f", seconds));
        members.put("messagesPerSecond", String.format(Locale.ROOT, "%.1f", messagesPerSecond()));
        Map<String, String> latency = new LinkedHashMap<>();
        if (tally.latencyUs().getTotalCount() > 0) {
            for (double percentile : PERCENTILES) {
                latency.put(
                        "p" + String.valueOf(percentile).replaceFirst("\\.0$", ""),
                        millis(tally.latencyUs().getValueAtPercentile(percentile)));
            }
            latency.put("max", millis(tally.latencyUs().getMaxValue()));
        }
        members.put("latencyMs", object(latency));
        members.put("fault", fault == null ? "null" : quoted(fault));
        return object(members);
    }

    /** A JSON string: RFC 8259, section 7. */
    static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < 0x20) {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }

    private double messagesPerSecond() {
        return seconds > 0 ? tally.acknowledged() / seconds : 0;
    }

    private static String millis(long micros) {
        return String.format(Locale.ROOT, "%.3f", micros / 1e3);
    }

    private static String object(Map<String, String> members) {
        List<String> parts = new ArrayList<>();
        members.forEach((name, value) -> parts.add(quoted(name) + ':' + value));
        return '{' + String.join(",", parts) + '}';
    }
}
