package dk.vandvagt.simulator;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;

/**
 * When a fault begins: an instant, so long after the first reading of the event ({@code +26h}), or at a sensor's highest reading
 * ({@code peak}, {@code peak-2h}, {@code peak+90min}).
 */
record Moment(Anchor anchor, long offsetMs) {
    enum Anchor {
        EPOCH,
        START,
        PEAK
    }

    static final Moment START = new Moment(Anchor.START, 0);

    /** @throws IllegalArgumentException with a message for people */
    static Moment of(String text) {
        try {
            if (text.startsWith("+")) {
                return new Moment(Anchor.START, Spans.millis(text.substring(1)));
            }
            if (text.equals("peak")) {
                return new Moment(Anchor.PEAK, 0);
            }
            if (text.startsWith("peak+") || text.startsWith("peak-")) {
                long offsetMs = Spans.millis(text.substring(5));
                return new Moment(Anchor.PEAK, text.charAt(4) == '-' ? -offsetMs : offsetMs);
            }
            Instant instant = OffsetDateTime.parse(text).toInstant();
            return new Moment(Anchor.EPOCH, instant.toEpochMilli());
        } catch (IllegalArgumentException | DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "'" + text
                            + "' is no moment; expected an instant such as 2023-10-20T21:40:00Z, +26h, peak or peak-2h",
                    e);
        }
    }

    long atMs(long startMs, long peakMs) {
        return offsetMs
                + switch (anchor) {
                    case EPOCH -> 0;
                    case START -> startMs;
                    case PEAK -> peakMs;
                };
    }
}
