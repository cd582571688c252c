package dk.vandvagt.station;

import java.util.List;

/**
 * Sensors that measure the same at one place, with the same thresholds: they raise one alert.
 *
 * @param id begins the ids of its rules, as a sensor's id begins its own
 */
public record Redundant(String id, List<String> sensorIds) {
    public Redundant {
        sensorIds = List.copyOf(sensorIds);
    }
}
