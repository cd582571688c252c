package dk.vandvagt.layer;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code full-date} and {@code date-time} of RFC 3339. */
final class Rfc3339 {
    private static final Pattern DAY = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
    private static final Pattern TIMESTAMP = Pattern.compile(
            "(\\d{4}-\\d{2}-\\d{2})[Tt](\\d{2}):(\\d{2}):(\\d{2})(?:\\.(\\d{1,30}))?(?:[Zz]|([+-])(\\d{2}):(\\d{2}))");
    private static final long SECOND_MS = 1000;
    private static final long MINUTE_MS = 60_000;
    private static final long HOUR_MS = 3_600_000;
    static final long DAY_MS = 86_400_000;

    private Rfc3339() {}

    /** Days since 1970-01-01, or null where it is no date. */
    static @Nullable Long day(String text) {
        if (!DAY.matcher(text).matches()) {
            return null;
        }
        try {
            return LocalDate.parse(text).toEpochDay();
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** Epoch milliseconds, finer digits cut, or null where it is no timestamp; a leap second is the one after it. */
    static @Nullable Long timestamp(String text) {
        Matcher parts = TIMESTAMP.matcher(text);
        if (!parts.matches()) {
            return null;
        }
        Long day = day(parts.group(1));
        int hour = Integer.parseInt(parts.group(2));
        int minute = Integer.parseInt(parts.group(3));
        int second = Integer.parseInt(parts.group(4));
        if (day == null || hour > 23 || minute > 59 || second > 60) {
            return null;
        }
        String fraction = parts.group(5) == null ? "" : parts.group(5);
        long ms = Long.parseLong((fraction + "000").substring(0, 3));
        long offsetMs = 0;
        if (parts.group(6) != null) {
            int offsetHours = Integer.parseInt(parts.group(7));
            int offsetMinutes = Integer.parseInt(parts.group(8));
            if (offsetHours > 23 || offsetMinutes > 59) {
                return null;
            }
            offsetMs = (offsetHours * HOUR_MS + offsetMinutes * MINUTE_MS)
                    * (parts.group(6).equals("-") ? -1 : 1);
        }
        return day * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS + ms - offsetMs;
    }
}
