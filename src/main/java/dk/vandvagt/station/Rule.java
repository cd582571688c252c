package dk.vandvagt.station;

import java.util.List;

/**
 * The ladder of a sensor's, or of redundant sensors', thresholds of one kind, direction and window, or a composite: what an
 * alert is about.
 *
 * @param id unique in the catalogue and stable over revisions, such as {@code ASS-HAVN-W.level} or
 *     {@code ASS-HAVN-R.accumulation.30min}; safe as an MQTT topic level
 * @param stationId the place it is about
 * @param sensorIndex {@link #NO_ONE_SENSOR} where it rests on several: each edge of it names the one that decided
 * @param rungs mildest first
 */
public record Rule(
        String id,
        String stationId,
        int sensorIndex,
        Threshold.Kind kind,
        Threshold.Direction direction,
        long windowMs,
        List<Threshold> rungs) {
    public static final int NO_ONE_SENSOR = -1;

    public Rule {
        rungs = List.copyOf(rungs);
    }
}
