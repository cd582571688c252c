package dk.vandvagt.http;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Instants and durations as people write them in an address. */
final class Times {
    static final String INSTANT = "RFC 3339 with an offset, such as 2023-10-20T21:40:00Z, or epoch milliseconds";
    static final String DURATION = "10min, 1h, 1d or an ISO 8601 duration such as PT10M";

    /** Beyond these no gauge has measured, and a database's own limits are not met. */
    private static final long EARLIEST_MS =
            Instant.parse("1700-01-01T00:00:00Z").toEpochMilli();

    private static final long LATEST_MS = Instant.parse("2300-01-01T00:00:00Z").toEpochMilli();

    private static final Pattern EPOCH_MS = Pattern.compile("-?[0-9]{1,15}");
    private static final Pattern SPOKEN = Pattern.compile("([0-9]{1,6})(s|min|h|d)");

    private Times() {}

    static OptionalLong instantMs(String text) {
        try {
            // an unescaped plus sign of an offset arrives as a space
            long atMs = EPOCH_MS.matcher(text).matches()
                    ? Long.parseLong(text)
                    : OffsetDateTime.parse(text.replace(' ', '+')).toInstant().toEpochMilli();
            return atMs >= EARLIEST_MS && atMs <= LATEST_MS ? OptionalLong.of(atMs) : OptionalLong.empty();
        } catch (DateTimeException | ArithmeticException notATime) {
            return OptionalLong.empty();
        }
    }

    static OptionalLong durationMs(String text) {
        Matcher spoken = SPOKEN.matcher(text);
        if (spoken.matches()) {
            long unitMs = switch (spoken.group(2)) {
                case "s" -> 1000;
                case "min" -> 60_000;
                case "h" -> 3_600_000;
                default -> 86_400_000;
            };
            return OptionalLong.of(Long.parseLong(spoken.group(1)) * unitMs);
        }
        try {
            return OptionalLong.of(Duration.parse(text).toMillis());
        } catch (DateTimeException | ArithmeticException notADuration) {
            return OptionalLong.empty();
        }
    }
}
