package dk.vandvagt.simulator;

import java.util.regex.Pattern;

/**
 * One measurement of one sensor.
 *
 * @param value a JSON number, digit for digit as it goes on the wire: measured series are never re-rounded here
 */
record Reading(String sensorId, long observedAtMs, String value) {
    /** RFC 8259, section 6. */
    private static final Pattern JSON_NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

    static boolean isNumber(String text) {
        return JSON_NUMBER.matcher(text).matches() && Double.isFinite(Double.parseDouble(text));
    }

    Reading at(long otherMs) {
        return new Reading(sensorId, otherMs, value);
    }

    Reading saying(String otherValue) {
        return new Reading(sensorId, observedAtMs, otherValue);
    }
}
