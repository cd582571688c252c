package dk.vandvagt.simulator;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When a message of a given event time is due on the wall clock: event time runs {@code speed} times as fast until it
 * has caught up with now, then goes with it, since a device cannot send what it has not yet measured.
 */
record Pace(double speed, long eventStartMs, long startedAtMs) {
    static final double MAX = Double.POSITIVE_INFINITY;

    private static final Pattern SPEED = Pattern.compile("[x×]?([0-9]+(?:\\.[0-9]+)?)");

    long dueAtMs(long eventMs) {
        long atSpeed = startedAtMs + Math.round((eventMs - eventStartMs) / speed);
        return Math.max(atSpeed, eventMs);
    }

    /** @throws IllegalArgumentException with a message for people */
    static double parseSpeed(String text) {
        if (text.equals("max")) {
            return MAX;
        }
        Matcher number = SPEED.matcher(text);
        double speed = number.matches() ? Double.parseDouble(number.group(1)) : 0;
        if (!(speed > 0)) {
            throw new IllegalArgumentException(
                    "'" + text
                            + "' is no speed; expected a number above 0 such as 3600 (one hour of event time per second), or max");
        }
        return speed;
    }
}
