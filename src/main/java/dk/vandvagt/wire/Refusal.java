package dk.vandvagt.wire;

import java.util.Locale;

/** Why a message was not taken. Each is counted under its own name; a refused message is acknowledged and changes nothing. */
public enum Refusal {
    /** larger than 64 KiB */
    OVERSIZED,
    EMPTY,
    NOT_UTF8,
    /** not the JSON the payload's format asks for */
    MALFORMED,
    MISSING_TIME,
    /** a time that is neither RFC 3339 with an offset nor epoch milliseconds */
    BAD_TIME,
    MISSING_VALUE,
    /** a value that is not a number */
    BAD_VALUE,
    /** NaN, infinite, or beyond a double */
    NOT_FINITE,
    /** a member that stands twice: which one is meant is not known */
    DUPLICATE_MEMBER,
    /** more readings than one message may hold */
    TOO_MANY_READINGS,
    /** a topic that is not one of the source's */
    UNKNOWN_TOPIC,
    UNKNOWN_SENSOR,
    /** observed further ahead of the service's clock than {@code maxFuture} allows */
    FAR_FUTURE;

    private final String tag = name().toLowerCase(Locale.ROOT);

    /** The name under which it is counted, such as {@code far_future}. */
    public String tag() {
        return tag;
    }
}
