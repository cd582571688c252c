package dk.vandvagt.layer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dk.vandvagt.station.Catalogue;
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
 * GeoJSON's polygons as planners upload them: each is valid and near the stations, or its fault is kept, with a place in the system that
 * the upload is in.
 */
final class AreaReader {
    static final int MOST_POSITIONS = 20_000;
    private static final int MOST_FAULTS = 20;
    /** Around the stations, in degrees: about 50 km at Danish latitudes. */
    private static final double AROUND_LON = 0.8;

    private static final double AROUND_LAT = 0.45;
    private static final Pattern EPSG =
            Pattern.compile("(?i)(?:urn:ogc:def:crs:)?(?:EPSG|OGC)[:/.0-9]*[:/]([A-Z]*[0-9]+)");
    private static final GeometryFactory SHAPES = new GeometryFactory();

    private final Crs crs;
    private final Envelope around;
    private final List<ZoneFault> faults = new ArrayList<>();
    private int positions;

    /**
     * @param crs that the positions are in, in its own axis order
     * @param catalogue whose stations they lie around
     */
    AreaReader(Crs crs, Catalogue catalogue) {
        this.crs = crs;
        this.around = surroundings(catalogue);
    }

    /** Stops the reading of one feature; the fault is kept. */
    static final class Stop extends Exception {
        private static final long serialVersionUID = 1;

        Stop() {
            super(null, null, false, false);
        }
    }

    /** Reads JSON of no more than so many bytes, no deeper than GeoJSON is, each member once. */
    static ObjectMapper json(int mostBytes) {
        return JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(12)
                                .maxDocumentLength(mostBytes)
                                .maxStringLength(10_000)
                                .maxNumberLength(100)
                                .build())
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build())
                .build();
    }

    Stop notJson(IOException fault, String expected) {
        JsonLocation at = fault instanceof JsonProcessingException told ? told.getLocation() : null;
        String place = at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
        return stop("body", "no JSON that can be read" + place, expected);
    }

    List<ZoneFault> faults() {
        return faults;
    }

    boolean isEnough() {
        return faults.size() >= MOST_FAULTS;
    }

    /** The member {@code crs} of older GeoJSON: it may repeat what the request says, but not contradict it. */
    void refuseAnotherCrs(JsonNode root) throws Stop {
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

    /** In CRS84. */
    Geometry geometry(JsonNode found, String at) throws Stop {
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
            throw stop(at, "more than " + MOST_POSITIONS + " positions in one feature", "at most as many");
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
        if (!around.isNull() && !isWithin(corner)) {
            boolean swapped = isWithin(new Coordinate(corner.y, corner.x));
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

    private boolean isWithin(Coordinate corner) {
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

    private static Envelope surroundings(Catalogue catalogue) {
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

    Stop stop(String member, String found, String expected) {
        told(member, found, expected);
        return new Stop();
    }

    void told(String member, String found, String expected) {
        if (faults.size() < MOST_FAULTS) {
            faults.add(new ZoneFault(member, found, expected));
        }
    }

    static String shown(@Nullable JsonNode node) {
        if (node == null || node.isMissingNode()) {
            return "missing";
        }
        String text = node.isArray() ? "a list of " + node.size() : node.isObject() ? "an object" : node.toString();
        return text.length() <= 100 ? text : text.substring(0, 100) + "…";
    }
}
