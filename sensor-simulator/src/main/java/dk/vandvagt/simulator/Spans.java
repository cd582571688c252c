package dk.vandvagt.simulator;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as they are written in settings and on the command line: {@code 90min}, {@code 3h}. */
final class Spans {
    private static final Pattern SPAN = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ms|s|min|h|d)");

    private Spans() {}

    /** @throws IllegalArgumentException with a message for people */
    static long millis(String text) {
        Matcher span = SPAN.matcher(text);
        if (!span.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no duration; expected a number and a unit: 500ms, 30s, 10min, 3h, 2d");
        }
        double unitMs = switch (span.group(2)) {
            case "ms" -> 1;
            case "s" -> 1000;
            case "min" -> 60_000;
            case "h" -> 3_600_000;
            default -> 86_400_000;
        };
        return Math.round(Double.parseDouble(span.group(1)) * unitMs);
    }
}
