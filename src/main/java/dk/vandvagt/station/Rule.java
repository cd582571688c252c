package dk.vandvagt.station;

import java.util.List;

/**
 * The ladder of one sensor's thresholds of one kind, direction and window: what an alert is about.
 *
 * @param id unique in the catalogue and stable over revisions, such as {@code ASS-HAVN-W.level} or
 *     {@code ASS-HAVN-R.accumulation.30min}; safe as an MQTT topic level
 * @param rungs mildest first
 */
public record Rule(
        String id,
        int sensorIndex,
        Threshold.Kind kind,
        Threshold.Direction direction,
        long windowMs,
        List<Threshold> rungs) {
    public Rule {
        rungs = List.copyOf(rungs);
    }
}
