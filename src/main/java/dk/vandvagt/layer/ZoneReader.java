package dk.vandvagt.layer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Nearest;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.Station;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.geom.LinearRing;
import org.locationtech.jts.geom.Polygon;
import org.locationtech.jts.operation.valid.IsValidOp;
import org.locationtech.jts.operation.valid.TopologyValidationError;

/**
 * GeoJSON to zones, or to its faults, each with its place; a place on the map is told in the system that the upload is in. Whatever the
 * bytes, it ends with one or the other.
 */
public final class ZoneReader {
    public static final int MOST_BYTES = 4 << 20;
    public static final int MOST_ZONES = 1000;
    static final int MOST_POSITIONS = 20_000;
    private static final int MOST_FAULTS = 20;
    private static final int MOST_BUILDINGS = 1_000_000;
    private static final int MOST_SENSORS = 20;
    private static final int LONGEST_NAME = 200;
    /** Around the stations, in degrees: about 50 km at Danish latitudes. */
    private static final double AROUND_LON = 0.8;

    private static final double AROUND_LAT = 0.45;
    private static final List<String> PROPERTIES = List.of("name", "buildings", "vulnerability", "sensors");
    private static final Pattern EPSG =
            Pattern.compile("(?i)(?:urn:ogc:def:crs:)?(?:EPSG|OGC)[:/.0-9]*[:/]([A-Z]*[0-9]+)");

    private static final GeometryFactory SHAPES = new GeometryFactory();
    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(12)
                            .maxDocumentLength(MOST_BYTES)
                            .maxStringLength(10_000)
                            .maxNumberLength(100)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();

    private final Crs crs;
    private final Catalogue catalogue;
    private final List<ZoneFault> faults = new ArrayList<>();
    private int positions;

    private ZoneReader(Crs crs, Catalogue catalogue) {
        this.crs = crs;
        this.catalogue = catalogue;
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

    /** Stops the reading of one feature; the fault is kept. */
    private static final class Stop extends Exception {
        private static final long serialVersionUID = 1;

        Stop() {
            super(null, null, false, false);
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
        } catch (Stop told) {
            // its fault is kept
        }
        return new Upload(reader.faults.isEmpty() ? drawn : List.of(), reader.faults);
    }

    private void read(byte[] bytes, List<Drawn> drawn) throws Stop {
        JsonNode root = parsed(bytes);
        refuseAnotherCrs(root);
        String type = root.path("type").asText();
        if (type.equals("Feature")) {
            drawn.add(feature(root, ""));
            return;
        }
        JsonNode features = root.path("features");
        if (!type.equals("FeatureCollection") || !features.isArray()) {
            throw stop("type", shown(root.get("type")), "a Feature, or a FeatureCollection with its features");
        }
        if (features.isEmpty() || features.size() > MOST_ZONES) {
            throw stop("features", "a list of " + features.size(), "1 to " + MOST_ZONES + " features");
        }
        for (int i = 0; i < features.size() && faults.size() < MOST_FAULTS; i++) {
            try {
                drawn.add(feature(features.get(i), "features[" + i + "]."));
            } catch (Stop told) {
                // the others have faults to tell as well
            }
        }
    }

    private JsonNode parsed(byte[] bytes) throws Stop {
        if (bytes.length > MOST_BYTES) {
            throw stop("body", bytes.length + " bytes", "at most " + MOST_BYTES);
        }
        try {
            JsonNode root = JSON.readTree(bytes);
            if (root != null && root.isObject()) {
                return root;
            }
        } catch (JsonProcessingException notJson) {
            var at = notJson.getLocation();
            String place = at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
            throw stop("body", "no JSON that can be read" + place, "a GeoJSON Feature or FeatureCollection");
        } catch (IOException notJson) {
            throw stop("body", "no JSON that can be read", "a GeoJSON Feature or FeatureCollection");
        }
        throw stop("body", "no JSON object", "a GeoJSON Feature or FeatureCollection");
    }

    /** The member {@code crs} of older GeoJSON: it may repeat what the request says, but not contradict it. */
    private void refuseAnotherCrs(JsonNode root) throws Stop {
        if (!root.has("crs") || root.get("crs").isNull()) {
            return;
        }
        String name = root.at("/crs/properties/name").asText();
        Matcher epsg = EPSG.matcher(name);
        String told = crs == Crs.CRS84 ? "CRS84" : Integer.toString(crs.epsg());
        if (!epsg.matches() || !epsg.group(1).toUpperCase(Locale.ROOT).equals(told)) {
            throw stop(
                    "crs",
                    shown(root.get("crs")),
                    crs.uri() + ", which the request says; name another one by Content-Crs or the parameter crs");
        }
    }

    private Drawn feature(JsonNode feature, String at) throws Stop {
        if (!feature.path("type").asText().equals("Feature")) {
            throw stop(at + "type", shown(feature.get("type")), "Feature");
        }
        JsonNode properties = feature.path("properties");
        if (!properties.isObject()) {
            throw stop(at + "properties", shown(feature.get("properties")), "an object with the name of the zone");
        }
        String in = at + "properties.";
        refuseMistyped(properties, in);
        int before = faults.size();
        String name = name(properties.get("name"), in + "name");
        int buildings = buildings(properties.get("buildings"), in + "buildings");
        double vulnerability = vulnerability(properties.get("vulnerability"), in + "vulnerability");
        List<String> sensorIds = sensors(properties.get("sensors"), in + "sensors");
        Geometry geometry = geometry(feature.path("geometry"), at + "geometry");
        if (faults.size() > before) {
            throw new Stop();
        }
        return new Drawn(name, geometry, buildings, vulnerability, sensorIds);
    }

    /** A GIS sends columns of its own along, which are none of ours; but a near miss is one. */
    private void refuseMistyped(JsonNode properties, String in) {
        properties.fieldNames().forEachRemaining(key -> {
            String meant = PROPERTIES.contains(key) ? null : Nearest.to(key, PROPERTIES);
            if (meant != null && !properties.has(meant)) {
                told(in + key, "unknown", "one of " + String.join(", ", PROPERTIES) + Nearest.hint(key, PROPERTIES));
            }
        });
    }

    private String name(@Nullable JsonNode found, String at) {
        String name = found != null && found.isTextual() ? found.textValue().strip() : "";
        if (name.isEmpty() || name.length() > LONGEST_NAME || name.chars().anyMatch(Character::isISOControl)) {
            told(at, shown(found), "one line of 1 to " + LONGEST_NAME + " characters");
        }
        return name;
    }

    private int buildings(@Nullable JsonNode found, String at) {
        if (found == null || found.isNull()) {
            return -1;
        }
        double number = found.isNumber() ? found.doubleValue() : Double.NaN;
        if (!(number >= 0 && number <= MOST_BUILDINGS && number == Math.rint(number))) {
            told(at, shown(found), "a whole number from 0 to " + MOST_BUILDINGS);
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
            told(at, shown(found), "a number from 0 to 1");
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
            found.forEach(each -> ids.add(each.isTextual() ? each.textValue().strip() : shown(each)));
        } else if (found.isTextual()) {
            for (String id : found.textValue().split(",", -1)) {
                if (!id.isBlank()) {
                    ids.add(id.strip());
                }
            }
        } else {
            told(at, shown(found), "ids of level sensors, at most " + MOST_SENSORS);
        }
        if (ids.size() > MOST_SENSORS) {
            told(at, ids.size() + " ids", "at most " + MOST_SENSORS);
            return List.of();
        }
        for (String id : ids) {
            int i = catalogue.sensorIndex(id);
            if (i < 0 || catalogue.sensor(i).parameter() != Parameter.LEVEL) {
                told(at, "'" + id + "'", "ids of level sensors of these settings");
            }
        }
        return ids.stream().distinct().toList();
    }

    // the geometry

    private Geometry geometry(JsonNode found, String at) throws Stop {
        JsonNode coordinates = found.path("coordinates");
        positions = 0;
        List<Polygon> polygons = new ArrayList<>();
        switch (found.path("type").asText()) {
            case "Polygon" -> polygons.add(polygon(coordinates, at + ".coordinates"));
            case "MultiPolygon" -> {
                if (!coordinates.isArray() || coordinates.isEmpty()) {
                    throw stop(at + ".coordinates", shown(coordinates), "a list of polygons");
                }
                for (int i = 0; i < coordinates.size(); i++) {
                    polygons.add(polygon(coordinates.get(i), at + ".coordinates[" + i + "]"));
                }
            }
            default -> throw stop(at + ".type", shown(found.get("type")), "Polygon or MultiPolygon");
        }
        Geometry geometry = polygons.size() == 1
                ? polygons.getFirst()
                : SHAPES.createMultiPolygon(polygons.toArray(Polygon[]::new));
        TopologyValidationError error = new IsValidOp(geometry).getValidationError();
        if (error != null) {
            Coordinate where = error.getCoordinate();
            throw stop(
                    at,
                    error.getMessage().toLowerCase(Locale.ROOT) + (where == null ? "" : " at " + place(where)),
                    "polygons whose sides do not cross, with holes inside of them");
        }
        Geometry on84 = in84(geometry, at);
        if (!new IsValidOp(on84).isValid() || on84.getArea() == 0) {
            throw stop(at, "too narrow to be kept to a millimetre", "polygons that are wider");
        }
        return on84;
    }

    private Polygon polygon(JsonNode rings, String at) throws Stop {
        if (!rings.isArray() || rings.isEmpty()) {
            throw stop(at, shown(rings), "a list of rings, the outer one first");
        }
        LinearRing outer = ring(rings.get(0), at + "[0]");
        LinearRing[] holes = new LinearRing[rings.size() - 1];
        for (int i = 0; i < holes.length; i++) {
            holes[i] = ring(rings.get(i + 1), at + "[" + (i + 1) + "]");
        }
        return SHAPES.createPolygon(outer, holes);
    }

    private LinearRing ring(JsonNode ring, String at) throws Stop {
        if (!ring.isArray() || ring.size() < 4) {
            throw stop(at, shown(ring), "a ring of at least four positions");
        }
        positions += ring.size();
        if (positions > MOST_POSITIONS) {
            throw stop(at, "more than " + MOST_POSITIONS + " positions in one zone", "at most as many");
        }
        Coordinate[] corners = new Coordinate[ring.size()];
        for (int i = 0; i < corners.length; i++) {
            corners[i] = position(ring.get(i), at + "[" + i + "]");
        }
        if (!corners[0].equals2D(corners[corners.length - 1])) {
            throw stop(
                    at,
                    "a ring that is not closed: it begins at " + place(corners[0]) + " and ends at "
                            + place(corners[corners.length - 1]),
                    "its last position the same as its first");
        }
        return SHAPES.createLinearRing(corners);
    }

    /** A height may follow, and is left: heights are properties. */
    private Coordinate position(JsonNode position, String at) throws Stop {
        if (!position.isArray() || position.size() < 2 || position.size() > 3) {
            throw stop(at, shown(position), "a position of two numbers");
        }
        double first = number(position.get(0));
        double second = number(position.get(1));
        if (Double.isNaN(first) || Double.isNaN(second)) {
            throw stop(at, shown(position), "two finite numbers");
        }
        Coordinate corner = crs.isNorthFirst() ? new Coordinate(second, first) : new Coordinate(first, second);
        Envelope around = surroundings();
        if (!around.isNull() && !isWithin(around, corner)) {
            boolean swapped = isWithin(around, new Coordinate(corner.y, corner.x));
            throw stop(
                    at,
                    place(corner) + (swapped ? ", which lies here with its numbers swapped" : ""),
                    (crs.isNorthFirst() ? "north first, then east, as " : "east first, then north, as ")
                            + (crs == Crs.CRS84 ? "CRS84" : "EPSG:" + crs.epsg())
                            + " has it, and a place no further than about 50 km from the stations");
        }
        return corner;
    }

    private static double number(JsonNode number) {
        return number.isNumber() && Double.isFinite(number.doubleValue()) ? number.doubleValue() : Double.NaN;
    }

    private boolean isWithin(Envelope around, Coordinate corner) {
        if (crs.isGeographic()) {
            return around.contains(corner);
        }
        double[] xy = {corner.x, corner.y};
        // what a projection may hold at all; far beyond, its formulas give nonsense
        if (Math.abs(corner.x) > 2.1e7 || Math.abs(corner.y) > 2.1e7) {
            return false;
        }
        try {
            crs.toCrs84(xy);
        } catch (IllegalArgumentException outside) {
            return false;
        }
        return around.contains(xy[0], xy[1]);
    }

    private Envelope surroundings() {
        Envelope around = new Envelope();
        for (Station station : catalogue.stations()) {
            around.expandToInclude(station.lon(), station.lat());
        }
        if (!around.isNull()) {
            around.expandBy(AROUND_LON, AROUND_LAT);
        }
        return around;
    }

    private Geometry in84(Geometry geometry, String at) throws Stop {
        try {
            Geometry copy = crs.toCrs84(geometry).copy();
            copy.apply((Coordinate each) -> {
                each.x = Math.rint(each.x * 1e8) / 1e8;
                each.y = Math.rint(each.y * 1e8) / 1e8;
            });
            copy.geometryChanged();
            return copy;
        } catch (IllegalArgumentException outside) {
            throw stop(at, "outside of what the projection can hold", "a place near the stations");
        }
    }

    /** As the upload has it. */
    private String place(Coordinate corner) {
        double first = crs.isNorthFirst() ? corner.y : corner.x;
        double second = crs.isNorthFirst() ? corner.x : corner.y;
        return "[" + plain(first) + ", " + plain(second) + "]";
    }

    private String plain(double number) {
        return Math.abs(number) < 1e9
                ? String.format(Locale.ROOT, crs.isGeographic() ? "%.7f" : "%.3f", number)
                : "" + number;
    }

    private Stop stop(String member, String found, String expected) {
        told(member, found, expected);
        return new Stop();
    }

    private void told(String member, String found, String expected) {
        if (faults.size() < MOST_FAULTS) {
            faults.add(new ZoneFault(member, found, expected));
        }
    }

    private static String shown(@Nullable JsonNode node) {
        if (node == null || node.isMissingNode()) {
            return "missing";
        }
        String text = node.isArray() ? "a list of " + node.size() : node.isObject() ? "an object" : node.toString();
        return text.length() <= 100 ? text : text.substring(0, 100) + "…";
    }
}
