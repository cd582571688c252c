package dk.vandvagt.layer;

import dk.vandvagt.station.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.geom.LineString;
import org.locationtech.jts.geom.LinearRing;
import org.locationtech.jts.geom.Polygon;

/** What both encodings of CQL2 make of the same parts. */
final class Cql2Functions {
    static final GeometryFactory SHAPES = new GeometryFactory();

    /** Of a ring, the closing one included. */
    private static final int FEWEST_POINTS_OF_RING = 4;

    private Cql2Functions() {}

    static Cql2Fault unknown(Cql2Place at, String name, boolean ofArrays) {
        if (ofArrays) {
            return new Cql2Fault(at, Cql2Fault.quoted(name), "no array function: no property here is a list");
        }
        List<String> known = new ArrayList<>(List.of("CASEI", "ACCENTI", "DATE", "TIMESTAMP", "INTERVAL", "BBOX"));
        for (SpatialRelation each : SpatialRelation.values()) {
            known.add(each.name());
        }
        for (TemporalRelation each : TemporalRelation.values()) {
            known.add(each.name());
        }
        return new Cql2Fault(
                at,
                "the function " + Cql2Fault.quoted(name),
                "one of " + String.join(", ", known),
                Nearest.to(name.toUpperCase(Locale.ROOT), known));
    }

    /** A bound of an interval, or null where it is none. */
    static @Nullable Cql2 bound(Cql2Place at, String text) {
        if (text.equals("..")) {
            return new Cql2.Open(at);
        }
        Long day = Rfc3339.day(text);
        if (day != null) {
            return new Cql2.Day(at, day);
        }
        Long atMs = Rfc3339.timestamp(text);
        return atMs == null ? null : new Cql2.Timestamp(at, atMs);
    }

    /** Of four numbers, or six with heights. */
    static Cql2.Bbox box(Cql2Place at, List<Double> numbers) {
        int axes = numbers.size() / 2;
        return new Cql2.Bbox(at, numbers.get(0), numbers.get(1), numbers.get(axes), numbers.get(axes + 1));
    }

    static LineString line(Cql2Place at, List<Coordinate> coordinates) throws Cql2Fault {
        if (coordinates.size() < 2) {
            throw new Cql2Fault(at, "a line of one position", "at least two");
        }
        return SHAPES.createLineString(coordinates.toArray(Coordinate[]::new));
    }

    static LinearRing ring(Cql2Place at, List<Coordinate> coordinates) throws Cql2Fault {
        if (coordinates.size() < FEWEST_POINTS_OF_RING) {
            throw new Cql2Fault(at, "a ring of " + coordinates.size() + " positions", "at least four");
        }
        if (!coordinates.getFirst().equals2D(coordinates.getLast())) {
            throw new Cql2Fault(at, "a ring that does not close", "the first position again as the last");
        }
        return SHAPES.createLinearRing(coordinates.toArray(Coordinate[]::new));
    }

    static Polygon polygon(List<LinearRing> rings) {
        return SHAPES.createPolygon(
                rings.getFirst(), rings.subList(1, rings.size()).toArray(LinearRing[]::new));
    }
}
