package dk.vandvagt.config;

import com.google.common.collect.ImmutableMap;
import dk.vandvagt.station.Device;
import dk.vandvagt.station.DeviceProfile;
import dk.vandvagt.station.Nearest;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.ProfileField;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Station;
import dk.vandvagt.station.Unit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The devices of a settings file and the profiles their messages are read by, once its stations are read. */
final class DeviceReader {
    private static final Pattern POINTER = Pattern.compile("(/([^/~]|~[01])*)+");
    private static final Map<String, ProfileField.Part> PARTS =
            ImmutableMap.of("payload", ProfileField.Part.PAYLOAD, "message", ProfileField.Part.MESSAGE);
    private static final double HIGHEST_MOUNTING_M = 100;

    private final Map<String, Sensor> sensors = new TreeMap<>();
    private final Map<String, DeviceProfile> profiles = new LinkedHashMap<>();
    private final Map<String, Field<String>> ids = new HashMap<>();
    /** Who feeds a sensor already. */
    private final Map<String, Field<String>> feeds = new HashMap<>();

    DeviceReader(List<Station> stations) {
        stations.forEach(station -> station.sensors().forEach(sensor -> sensors.put(sensor.id(), sensor)));
    }

    List<Device> devices(Section file) {
        file.list("profiles", this::profile);
        return file.list("devices", this::device);
    }

    private DeviceProfile profile(Section at) {
        Field<String> id = at.id("id");
        String profileId = id.required("an id such as dragino-ldds75", "");
        Set<String> fieldIds = new LinkedHashSet<>();
        List<ProfileField> fields = at.list("fields", field -> field(field, fieldIds));
        if (!at.has("fields")) {
            at.missing("fields", "a list of at least one, such as {id: level, pointer: /distance, unit: mm}");
        }
        Map<String, ProfileField> byId = new LinkedHashMap<>();
        fields.forEach(field -> byId.putIfAbsent(field.id(), field));
        DeviceProfile profile = new DeviceProfile(profileId, List.copyOf(byId.values()));
        if (id.isGood() && profiles.putIfAbsent(profileId, profile) != null) {
            id.fault(id.named() + " is the id of another profile: ids are unique");
        }
        return profile;
    }

    private static ProfileField field(Section at, Set<String> before) {
        Field<String> id = at.id("id");
        String fieldId = id.required("an id such as level", "");
        if (id.isGood() && !before.add(fieldId)) {
            id.fault(id.named() + " is the id of another field of this profile: ids are unique");
        }
        String pointer = pointer(at, "pointer").required("a JSON pointer such as /distance", "/");
        Map<String, String> symbols = new LinkedHashMap<>();
        for (Unit unit : Unit.values()) {
            symbols.put(unit.symbol(), unit.symbol());
        }
        String unit = at.choice("unit", symbols).required("the unit it is sent in, such as mm", "m");
        double scale = at.number("scale")
                .check(by -> by != 0, "another number than 0, or every reading would be alike")
                .or(1.0);
        boolean distance = at.flag("distance").or(false);
        String[] unless = at.has("unless") ? at.section("unless", DeviceReader::unless) : new String[] {"", ""};
        return new ProfileField(
                fieldId,
                pointer,
                at.choice("of", PARTS).or(ProfileField.Part.PAYLOAD),
                unit,
                scale,
                at.number("offset").or(0.0),
                distance,
                unless[0],
                unless[1]);
    }

    private static String[] unless(Section at) {
        return new String[] {
            pointer(at, "pointer").required("a JSON pointer such as /tilt", "/"),
            at.text("is").required("what stands there when the value is not to be trusted", "")
        };
    }

    private static Field<String> pointer(Section at, String key) {
        return at.matching(key, POINTER, "a JSON pointer such as /distance or /distance/value");
    }

    private Device device(Section at) {
        Field<String> id = at.text("id").check(name -> name.length() <= 200, "at most 200 characters");
        String deviceId = id.required("its name on the wire, such as the DevEUI A84041E2D1825D2C", "");
        if (id.isGood()) {
            Field<String> first = ids.putIfAbsent(deviceId.toLowerCase(Locale.ROOT), id);
            if (first != null) {
                id.fault(id.named() + " is the id of another device, in line " + first.line() + ": ids are unique");
            }
        }
        Field<String> profileId = at.text("profile");
        Field<String> only = at.text("sensor");
        Field<Double> height = at.number("mountingHeight")
                .check(
                        metres -> Math.abs(metres) <= HIGHEST_MOUNTING_M,
                        "metres above the sensor's own zero, at most " + (int) HIGHEST_MOUNTING_M);
        if (!profileId.isWritten()) {
            String sensorId = only.required("the sensor that its one value feeds; or profile: how it is read", "");
            height.refuseIfWritten("goes with a profile that has a distance only");
            if (at.has("sensors")) {
                at.fault("sensors", "goes with a profile only; what its one value feeds is named by sensor");
            }
            if (only.isGood()) {
                sensorOf(only, id);
            }
            return Device.ofOneValue(deviceId, sensorId);
        }
        only.refuseIfWritten("stands beside profile: name what each field feeds by sensors");
        DeviceProfile profile = profiles.get(profileId.or(""));
        if (profile == null) {
            if (profileId.isGood()) {
                profileId.fault("found " + profileId.written() + ", which is no profile of this file"
                        + Nearest.hint(profileId.or(""), profiles.keySet()));
            }
            // what its fields are called is not known
            at.has("sensors");
            return new Device(deviceId, DeviceProfile.NONE, height.or(Double.NaN), "", Map.of());
        }
        Map<String, String> fed = at.section("sensors", entry -> sensors(entry, profile, id));
        boolean distance = profile.fields().stream().anyMatch(field -> field.distance() && fed.containsKey(field.id()));
        if (distance) {
            height.required("metres from the sensor's own zero up to the device, as the profile has a distance", 0.0);
        } else {
            height.refuseIfWritten("goes with a profile that has a distance only");
        }
        return new Device(deviceId, profile, height.or(Double.NaN), "", fed);
    }

    private Map<String, String> sensors(Section at, DeviceProfile profile, Field<String> deviceId) {
        Map<String, String> fed = new LinkedHashMap<>();
        boolean any = false;
        for (ProfileField field : profile.fields()) {
            Field<String> named = at.text(field.id());
            any |= named.isWritten();
            if (!named.isGood()) {
                continue;
            }
            fed.put(field.id(), named.or(""));
            Sensor sensor = sensorOf(named, deviceId);
            if (sensor == null) {
                continue;
            }
            if (field.distance() && sensor.parameter() != Parameter.LEVEL) {
                named.fault("found " + named.written() + ", which is no level: a distance becomes a stage");
            } else if (sensor.unitOf(field.unit()) == null) {
                named.fault("found " + named.written() + ", which measures in "
                        + sensor.unit().symbol() + ", while the profile's field is in " + field.unit());
            }
        }
        if (!any) {
            deviceId.fault(
                    deviceId.named() + " feeds nothing: name at least one of its profile's fields, such as sensors: {"
                            + (profile.fields().isEmpty()
                                    ? "level"
                                    : profile.fields().getFirst().id()) + ": ASS-HAVN-W}");
        }
        return fed;
    }

    private @Nullable Sensor sensorOf(Field<String> named, Field<String> deviceId) {
        Sensor sensor = sensors.get(named.or(""));
        if (sensor == null) {
            named.fault("found " + named.written() + ", which is no sensor of this file"
                    + Nearest.hint(named.or(""), sensors.keySet()));
            return null;
        }
        Field<String> first = feeds.putIfAbsent(sensor.id(), deviceId);
        if (first != null) {
            named.fault("found " + named.written() + ", which is fed already by the device in line " + first.line()
                    + ": a sensor has one source");
        }
        return sensor;
    }
}
