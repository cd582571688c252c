package dk.vandvagt.alert;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;

/**
 * When only red is told; the rest follows when they end. By the clock on the wall, so across a change of daylight saving they are an hour
 * shorter or longer.
 *
 * @param from first quiet minute of the day, 0 to 1439
 * @param to first minute after them; below {@code from} they last over midnight
 */
public record QuietHours(int from, int to) {
    /** When the quiet hours that hold this instant end, or this instant where none do. */
    public long endsMs(long nowMs, ZoneId zone) {
        ZonedDateTime now = Instant.ofEpochMilli(nowMs).atZone(zone);
        int minute = now.toLocalTime().toSecondOfDay() / 60;
        boolean quiet = from <= to ? from <= minute && minute < to : minute >= from || minute < to;
        if (!quiet) {
            return nowMs;
        }
        ZonedDateTime end = now.toLocalDate()
                .plusDays(minute >= to ? 1 : 0)
                .atTime(LocalTime.of(to / 60, to % 60))
                .atZone(zone);
        if (!end.isAfter(now)) {
            // the hour that comes twice: what is meant is its second time
            end = end.withLaterOffsetAtOverlap();
        }
        return Math.max(nowMs + 1, end.toInstant().toEpochMilli());
    }
}
