package dk.vandvagt.station;

import java.util.List;

/** Where a kind of device puts its values in its messages. */
public record DeviceProfile(String id, List<ProfileField> fields) {
    public static final DeviceProfile NONE = new DeviceProfile("", List.of());

    public DeviceProfile {
        fields = List.copyOf(fields);
    }
}
