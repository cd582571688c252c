package dk.vandvagt.http;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Locale;

/**
 * {@code datetime} (OGC API – Features Part 1, 7.15.4): an instant or an interval, borders included.
 *
 * @param fromMs {@link Long#MIN_VALUE} for an open beginning
 * @param toMs {@link Long#MAX_VALUE} for an open end
 */
record DatetimeParameter(long fromMs, long toMs) {
    private static final DatetimeParameter ALWAYS = new DatetimeParameter(Long.MIN_VALUE, Long.MAX_VALUE);
    private static final String EXPECTED =
            "an instant in RFC 3339 with an offset, or an interval such as 2023-10-20T00:00:00Z/.. or ../2023-10-21T00:00:00Z";

    static DatetimeParameter read(Parameters parameters) {
        String text = parameters.text("datetime");
        if (text == null) {
            return ALWAYS;
        }
        int slash = text.indexOf('/');
        if (slash < 0) {
            long atMs = rfc3339(text, text);
            return new DatetimeParameter(atMs, atMs);
        }
        String begin = text.substring(0, slash);
        String end = text.substring(slash + 1);
        boolean openBegin = begin.isEmpty() || begin.equals("..");
        boolean openEnd = end.isEmpty() || end.equals("..");
        if (openBegin && openEnd) {
            throw Problem.badParameter("datetime", text, EXPECTED);
        }
        long fromMs = openBegin ? Long.MIN_VALUE : rfc3339(begin, text);
        long toMs = openEnd ? Long.MAX_VALUE : rfc3339(end, text);
        if (fromMs > toMs) {
            throw Problem.badParameter("datetime", text, "the earlier instant before the later one");
        }
        return new DatetimeParameter(fromMs, toMs);
    }

    private static long rfc3339(String instant, String datetime) {
        try {
            // an unescaped plus sign of an offset arrives as a space
            String text = instant.toUpperCase(Locale.ROOT);
            String offset = text.indexOf('T') > 0 ? text.replace(' ', '+') : "";
            return OffsetDateTime.parse(offset).toInstant().toEpochMilli();
        } catch (DateTimeException | ArithmeticException notAnInstant) {
            throw Problem.badParameter("datetime", datetime, EXPECTED);
        }
    }
}
