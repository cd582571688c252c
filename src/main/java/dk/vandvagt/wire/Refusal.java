package dk.vandvagt.wire;

import java.util.Locale;

/** Why a message was not taken. Each is counted under its own name; a refused message is acknowledged and changes nothing. */
public enum Refusal {
    /** larger than 64 KiB */
    OVERSIZED,
    EMPTY,
    NOT_UTF8,
    /** not of the shape the payload's format asks for */
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
    /** SenML: a unit that the sensor is not measured in */
    UNIT_MISMATCH,
    /** SenML: a field whose name says that whoever does not know it must refuse */
    MUST_UNDERSTAND,
    /** SenML: a later version than what is read here */
    UNSUPPORTED_VERSION,
    /** a device that the settings do not name, or not with a profile */
    UNKNOWN_DEVICE,
    /** a network's event that holds no readings, such as a join */
    NOT_A_READING,
    /** the network could not decode the device's bytes, or has no codec for them */
    NOT_DECODED,
    /** none of the device's mapped fields is in the message */
    NO_MAPPED_FIELD,
    /** an uplink taken before, told by another gateway or network server, that adds nothing but how that one heard it */
    DUPLICATE_UPLINK,
    /** Sparkplug: data of a node or device whose birth has not been seen, or not since a gap in its sequence */
    NO_BIRTH,
    /** Sparkplug: a message is missing before this one; nothing is known until the next birth */
    SEQUENCE_GAP,
    /** Sparkplug: an alias that the birth did not give */
    UNKNOWN_ALIAS,
    /** observed further ahead of the service's clock than {@code maxFuture} allows */
    FAR_FUTURE;

    private final String tag = name().toLowerCase(Locale.ROOT);

    /** The name under which it is counted, such as {@code far_future}. */
    public String tag() {
        return tag;
    }
}
