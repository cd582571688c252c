package dk.vandvagt.station;

import java.util.Map;

/**
 * What sends readings under a name of its own: a LoRaWAN node, a Sparkplug node or device, a SenML name, a topic.
 *
 * @param id its name on the wire
 * @param profile how its messages are read; {@link DeviceProfile#NONE} where it sends one value
 * @param mountingHeightM the device above the sensor's own zero, for distances; NaN where it has none
 * @param sensorId what its one value feeds; empty where it has a profile
 * @param sensorByField by the profile's field id, what that feeds
 */
public record Device(
        String id, DeviceProfile profile, double mountingHeightM, String sensorId, Map<String, String> sensorByField) {
    public Device {
        sensorByField = Map.copyOf(sensorByField);
    }

    public static Device ofOneValue(String id, String sensorId) {
        return new Device(id, DeviceProfile.NONE, Double.NaN, sensorId, Map.of());
    }
}
