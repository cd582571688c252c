package dk.vandvagt.wire;

import com.fasterxml.jackson.core.JsonPointer;
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
    record Feed(ProfileField field, JsonPointer pointer, int sensorIndex, Unit unit, double mountingHeightM) {
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
                if (index >= 0) {
                    feeds.add(feed(device, field, index));
                }
            }
            feedsByDevice.put(key(device.id()), List.copyOf(feeds));
        }
    }

    private static Feed feed(Device device, ProfileField field, int index) {
        return new Feed(
                field, JsonPointer.compile(field.pointer()), index, field.unit(), device.mountingHeightM());
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
