package dk.vandvagt.layer;

import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Station;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How a sensor or a station stands, in the words that are served; worst first. */
public enum SensorState {
    ACTIVE,
    PENDING,
    STALE,
    /** by an operator: whatever it reads raises nothing; that is not an all-clear */
    OUT_OF_SERVICE,
    /** never heard: silence is not an all-clear */
    UNKNOWN,
    NORMAL;

    private final String word = name().toLowerCase(Locale.ROOT);

    public String word() {
        return word;
    }

    static List<String> words() {
        return Arrays.stream(values()).map(SensorState::word).toList();
    }

    /** An active threshold outranks silence, so that an alert never looks milder because its sensor went quiet. */
    static SensorState of(LiveState live, int sensorIndex) {
        if (live.isOutOfService(live.catalogue().sensor(sensorIndex).id())) {
            return OUT_OF_SERVICE;
        }
        if (live.severity()[sensorIndex] > 0) {
            return ACTIVE;
        }
        if (live.observedAtMs()[sensorIndex] == 0) {
            return UNKNOWN;
        }
        if (live.pending()[sensorIndex]) {
            return PENDING;
        }
        return live.stale()[sensorIndex] ? STALE : NORMAL;
    }

    /** Of the highest active threshold; 0 as well while the sensor is out of service. */
    static int severity(LiveState live, int sensorIndex) {
        return live.isOutOfService(live.catalogue().sensor(sensorIndex).id()) ? 0 : live.severity()[sensorIndex];
    }

    /** The worst of its level and rain sensors; a flat battery says nothing about the water. */
    static SensorState of(LiveState live, Station station) {
        Catalogue catalogue = live.catalogue();
        SensorState worst = null;
        for (Sensor sensor : station.sensors()) {
            if (watchesWater(sensor)) {
                SensorState state = of(live, catalogue.sensorIndex(sensor.id()));
                worst = worst == null || state.ordinal() < worst.ordinal() ? state : worst;
            }
        }
        return worst == null ? UNKNOWN : worst;
    }

    static boolean watchesWater(Sensor sensor) {
        return sensor.parameter() == Parameter.LEVEL || sensor.parameter() == Parameter.RAIN;
    }
}
