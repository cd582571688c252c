package dk.vandvagt.wire;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Device;
import dk.vandvagt.station.ProfileField;
import dk.vandvagt.station.Unit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The devices of one revision of the catalogue, each with what its profile's fields feed. Ids are the same in either case. */
final class Devices {
    /**
     * One field of one device.
     *
     * @param unit the field's, by which what was sent becomes what is kept
     */
    record Feed(
            ProfileField field,
            JsonPointer pointer,
            JsonPointer unless,
            int sensorIndex,
            Unit unit,
            double mountingHeightM) {
        /** Whether the device itself says that this value is not to be trusted. */
        boolean isDoubted(JsonNode part) {
            return !field.unlessPointer().isEmpty()
                    && part.at(unless).asText("").equals(field.unlessIs());
        }

        /** In the unit the sensor's parameter is kept in; not finite where what was sent is not. */
        double keep(double sent) {
            double inUnit = sent * field.scale() + field.offset();
            double kept = unit.keep(inUnit);
            // minus zero becomes zero: the same water, and a redelivery must equal it
            return (field.distance() ? mountingHeightM - kept : kept) + 0.0;
        }
    }

    private final Map<String, List<Feed>> feedsByDevice = new HashMap<>();

    Devices(Catalogue catalogue) {
        for (Device device : catalogue.devices()) {
            List<Feed> feeds = new ArrayList<>();
            for (ProfileField field : device.profile().fields()) {
                String sensorId = device.sensorByField().get(field.id());
                int index = sensorId == null ? -1 : catalogue.sensorIndex(sensorId);
                Unit unit = index < 0 ? null : catalogue.sensor(index).unitOf(field.unit());
                if (unit != null) {
                    feeds.add(new Feed(
                            field,
                            JsonPointer.compile(field.pointer()),
                            JsonPointer.compile(field.unlessPointer()),
                            index,
                            unit,
                            device.mountingHeightM()));
                }
            }
            feedsByDevice.put(key(device.id()), List.copyOf(feeds));
        }
    }

    private static String key(String deviceId) {
        return deviceId.toLowerCase(Locale.ROOT);
    }

    /** What the device feeds; empty where it has no profile, null where no such device is known. */
    @Nullable
    List<Feed> feeds(String deviceId) {
        return feedsByDevice.get(key(deviceId));
    }
}
