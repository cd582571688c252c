package dk.vandvagt.layer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Nearest;
import dk.vandvagt.station.Parameter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Geometry;

/**
 * GeoJSON to zones, or to its faults, each with its place; a place on the map is told in the system that the upload is in. Whatever the
 * bytes, it ends with one or the other.
 */
public final class ZoneReader {
    public static final int MOST_BYTES = 4 << 20;
    public static final int MOST_ZONES = 1000;
    private static final int MOST_BUILDINGS = 1_000_000;
    private static final int MOST_SENSORS = 20;
    private static final int LONGEST_NAME = 200;
    private static final List<String> PROPERTIES = List.of("name", "buildings", "vulnerability", "sensors");
    private static final ObjectMapper JSON = AreaReader.json(MOST_BYTES);

    private final Catalogue catalogue;
    private final AreaReader areas;

    private ZoneReader(Crs crs, Catalogue catalogue) {
        this.catalogue = catalogue;
        this.areas = new AreaReader(crs, catalogue);
    }

    /** Without id and time. */
    public record Drawn(String name, Geometry geometry, int buildings, double vulnerability, List<String> sensorIds) {
        public Drawn {
            sensorIds = List.copyOf(sensorIds);
        }

        public Zone zone(String id, long changedAtMs) {
            return new Zone(id, name, geometry, buildings, vulnerability, sensorIds, changedAtMs);
        }
    }

    /** @param drawn empty where there are faults */
    public record Upload(List<Drawn> drawn, List<ZoneFault> faults) {
        public Upload {
            drawn = List.copyOf(drawn);
            faults = List.copyOf(faults);
        }
    }

    /**
     * @param crs that the positions are in, in its own axis order
     * @param catalogue whose stations the zones lie around
     */
    public static Upload read(byte[] bytes, Crs crs, Catalogue catalogue) {
        ZoneReader reader = new ZoneReader(crs, catalogue);
        List<Drawn> drawn = new ArrayList<>();
        try {
            reader.read(bytes, drawn);
        } catch (AreaReader.Stop told) {
            // its fault is kept
        }
        return new Upload(reader.areas.faults().isEmpty() ? drawn : List.of(), reader.areas.faults());
    }

    private void read(byte[] bytes, List<Drawn> drawn) throws AreaReader.Stop {
        JsonNode root = parsed(bytes);
        areas.refuseAnotherCrs(root);
        String type = root.path("type").asText();
        if (type.equals("Feature")) {
            drawn.add(feature(root, ""));
            return;
        }
        JsonNode features = root.path("features");
        if (!type.equals("FeatureCollection") || !features.isArray()) {
            throw areas.stop(
                    "type", AreaReader.shown(root.get("type")), "a Feature, or a FeatureCollection with its features");
        }
        if (features.isEmpty() || features.size() > MOST_ZONES) {
            throw areas.stop("features", "a list of " + features.size(), "1 to " + MOST_ZONES + " features");
        }
        for (int i = 0; i < features.size() && !areas.isEnough(); i++) {
            try {
                drawn.add(feature(features.get(i), "features[" + i + "]."));
            } catch (AreaReader.Stop told) {
                // the others have faults to tell as well
            }
        }
    }

    private JsonNode parsed(byte[] bytes) throws AreaReader.Stop {
        if (bytes.length > MOST_BYTES) {
            throw areas.stop("body", bytes.length + " bytes", "at most " + MOST_BYTES);
        }
        try {
            JsonNode root = JSON.readTree(bytes);
            if (root != null && root.isObject()) {
                return root;
            }
        } catch (IOException notJson) {
            throw areas.notJson(notJson, "a GeoJSON Feature or FeatureCollection");
        }
        throw areas.stop("body", "no JSON object", "a GeoJSON Feature or FeatureCollection");
    }

    private Drawn feature(JsonNode feature, String at) throws AreaReader.Stop {
        if (!feature.path("type").asText().equals("Feature")) {
            throw areas.stop(at + "type", AreaReader.shown(feature.get("type")), "Feature");
        }
        JsonNode properties = feature.path("properties");
        if (!properties.isObject()) {
            throw areas.stop(
                    at + "properties",
                    AreaReader.shown(feature.get("properties")),
                    "an object with the name of the zone");
        }
        String in = at + "properties.";
        refuseMistyped(properties, in);
        int before = areas.faults().size();
        String name = name(properties.get("name"), in + "name");
        int buildings = buildings(properties.get("buildings"), in + "buildings");
        double vulnerability = vulnerability(properties.get("vulnerability"), in + "vulnerability");
        List<String> sensorIds = sensors(properties.get("sensors"), in + "sensors");
        Geometry geometry = areas.geometry(feature.path("geometry"), at + "geometry");
        if (areas.faults().size() > before) {
            throw new AreaReader.Stop();
        }
        return new Drawn(name, geometry, buildings, vulnerability, sensorIds);
    }

    /** A GIS sends columns of its own along, which are none of ours; but a near miss is one. */
    private void refuseMistyped(JsonNode properties, String in) {
        properties.fieldNames().forEachRemaining(key -> {
            String meant = PROPERTIES.contains(key) ? null : Nearest.to(key, PROPERTIES);
            if (meant != null && !properties.has(meant)) {
                areas.told(
                        in + key, "unknown", "one of " + String.join(", ", PROPERTIES) + Nearest.hint(key, PROPERTIES));
            }
        });
    }

    private String name(@Nullable JsonNode found, String at) {
        String name = found != null && found.isTextual() ? found.textValue().strip() : "";
        if (name.isEmpty() || name.length() > LONGEST_NAME || name.chars().anyMatch(Character::isISOControl)) {
            areas.told(at, AreaReader.shown(found), "one line of 1 to " + LONGEST_NAME + " characters");
        }
        return name;
    }

    private int buildings(@Nullable JsonNode found, String at) {
        if (found == null || found.isNull()) {
            return -1;
        }
        double number = found.isNumber() ? found.doubleValue() : Double.NaN;
        if (!(number >= 0 && number <= MOST_BUILDINGS && number == Math.rint(number))) {
            areas.told(at, AreaReader.shown(found), "a whole number from 0 to " + MOST_BUILDINGS);
            return -1;
        }
        return (int) number;
    }

    private double vulnerability(@Nullable JsonNode found, String at) {
        if (found == null || found.isNull()) {
            return Double.NaN;
        }
        double number = found.isNumber() ? found.doubleValue() : Double.NaN;
        if (!(number >= 0 && number <= 1)) {
            areas.told(at, AreaReader.shown(found), "a number from 0 to 1");
        }
        return number;
    }

    /** A list, or the ids in one text with commas between, as GIS tables hold no lists. */
    private List<String> sensors(@Nullable JsonNode found, String at) {
        List<String> ids = new ArrayList<>();
        if (found == null || found.isNull()) {
            return ids;
        }
        if (found.isArray() && found.size() <= MOST_SENSORS) {
            found.forEach(each -> ids.add(each.isTextual() ? each.textValue().strip() : AreaReader.shown(each)));
        } else if (found.isTextual()) {
            for (String id : found.textValue().split(",", -1)) {
                if (!id.isBlank()) {
                    ids.add(id.strip());
                }
            }
        } else {
            areas.told(at, AreaReader.shown(found), "ids of level sensors, at most " + MOST_SENSORS);
        }
        if (ids.size() > MOST_SENSORS) {
            areas.told(at, ids.size() + " ids", "at most " + MOST_SENSORS);
            return List.of();
        }
        for (String id : ids) {
            int i = catalogue.sensorIndex(id);
            if (i < 0 || catalogue.sensor(i).parameter() != Parameter.LEVEL) {
                areas.told(at, "'" + id + "'", "ids of level sensors of these settings");
            }
        }
        return ids.stream().distinct().toList();
    }
}
