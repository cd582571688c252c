package dk.vandvagt.simulator;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A shower that travels over the gauges: in its path a depth of {@code heartMm}, fallen as two bells one within the other, and less to either
 * side.
 *
 * @param passesFirstGaugeAtHour when its centre does, in hours from the peak of the water
 * @param headingDegrees where it goes, clockwise from north
 * @param offTrackKm how far to the right of the first gauge it passes
 * @param widthKm standard deviation across its path
 * @param narrowShare of the depth that falls in the bell of {@code narrowMinutes} (a standard deviation)
 */
record Cell(
        double passesFirstGaugeAtHour,
        double headingDegrees,
        double speedKmPerHour,
        double offTrackKm,
        double widthKm,
        double heartMm,
        double narrowShare,
        double narrowMinutes,
        double wideShare,
        double wideMinutes) {
    static final double USUAL_HEADING = 60;
    private static final double USUAL_WIDTH_KM = 7;
    private static final double NARROW_MINUTES = 3;
    private static final double WIDE_MINUTES = 10;
    /** Of the normal distribution, within ±5 and ±15 min: erf(x/√2) at 5/3, 15/3, 5/10 and 15/10. */
    private static final double NARROW_IN_10 = 0.904419;

    private static final double NARROW_IN_30 = 0.9999994;
    private static final double WIDE_IN_10 = 0.382925;
    private static final double WIDE_IN_30 = 0.866386;

    private static final Set<String> KEYS = Set.of("at", "in10min", "in30min", "heading", "speed", "offTrack", "width");

    /** The one that a seed's storm has: some 25 mm in 10 min, 30 to 35 mm in 30 min, three hours before the peak of the water. */
    static Cell usual(long seed) {
        Noise cell = new Noise(seed, "cloudburst");
        double passes = cell.between(0, -3.5, -2.5);
        double speed = cell.between(1, 30, 50);
        double heart = cell.between(2, 32.0, 34.0);
        double offTrack = cell.between(3, -0.5, 0.5);
        return new Cell(passes, USUAL_HEADING, speed, offTrack, USUAL_WIDTH_KM, heart, 0.82, 3.0, 0.18, 7.5);
    }

    /** With these depths at the first gauge, where it passes over it on a full five minutes. */
    static Cell leaving(
            double in10MinMm,
            double in30MinMm,
            double atHour,
            double heading,
            double speed,
            double offTrackKm,
            double widthKm) {
        double wide = (in30MinMm * NARROW_IN_10 - in10MinMm * NARROW_IN_30)
                / (WIDE_IN_30 * NARROW_IN_10 - WIDE_IN_10 * NARROW_IN_30);
        double narrow = (in30MinMm - WIDE_IN_30 * wide) / NARROW_IN_30;
        if (!(wide >= 0 && narrow >= 0 && wide + narrow > 0)) {
            throw new IllegalArgumentException("a cell with in10min=" + in10MinMm + " and in30min=" + in30MinMm
                    + ": expected in30min to be 1.11 to 2.26 times in10min");
        }
        double heart = narrow + wide;
        return new Cell(
                atHour,
                heading,
                speed,
                offTrackKm,
                widthKm,
                heart,
                narrow / heart,
                NARROW_MINUTES,
                wide / heart,
                WIDE_MINUTES);
    }

    /**
     * As on the command line: {@code at=-3h,in10min=26.7,in30min=34.2}, and where they are not the usual ones {@code heading} (degrees),
     * {@code speed} (km/h), {@code offTrack} and {@code width} (km).
     *
     * @throws IllegalArgumentException with a message for people
     */
    static Cell of(String text) {
        Map<String, String> keys = new LinkedHashMap<>();
        for (String part : text.split(",")) {
            int equals = part.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException(
                        "'" + part + "' in '" + text + "': expected key=value, such as at=-3h");
            }
            keys.put(part.substring(0, equals), part.substring(equals + 1));
        }
        String at = keys.getOrDefault("at", "-3h");
        double hours = (at.startsWith("-") ? -Spans.millis(at.substring(1)) : Spans.millis(at)) / 3_600_000.0;
        return of(keys, hours);
    }

    /** @throws IllegalArgumentException with a message for people */
    static Cell of(Map<String, String> keys, double atHour) {
        for (String key : keys.keySet()) {
            if (!KEYS.contains(key)) {
                throw new IllegalArgumentException("a cell has no '" + key
                        + "'; it has at, in10min, in30min, heading, speed," + " offTrack, width");
            }
        }
        return leaving(
                number(keys, "in10min", "26.7"),
                number(keys, "in30min", "34.2"),
                atHour,
                number(keys, "heading", "60"),
                number(keys, "speed", "40"),
                number(keys, "offTrack", "0"),
                number(keys, "width", String.valueOf(USUAL_WIDTH_KM)));
    }

    private static double number(Map<String, String> keys, String key, String usual) {
        String text = keys.getOrDefault(key, usual);
        if (!Reading.isNumber(text)) {
            throw new IllegalArgumentException("a cell's " + key + "='" + text + "': expected a number");
        }
        return Double.parseDouble(text);
    }
}
