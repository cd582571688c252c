package dk.vandvagt.layer;

import org.jspecify.annotations.Nullable;
import org.locationtech.jts.algorithm.Orientation;
import org.locationtech.jts.geom.CoordinateSequence;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryCollection;
import org.locationtech.jts.geom.LineString;
import org.locationtech.jts.geom.LinearRing;
import org.locationtech.jts.geom.Point;
import org.locationtech.jts.geom.Polygon;

/**
 * Geometries as GeoJSON (RFC 7946, and OGC API – Features Part 2 for other systems than CRS84): outer rings counterclockwise, rounded
 * to a millimetre, never a third coordinate.
 */
final class GeoJsonText {
    private GeoJsonText() {}

    /** @param geometry in {@code crs}, x east; null is written as null */
    static void write(FlatJson json, @Nullable Geometry geometry, Crs crs) {
        if (geometry == null || geometry.isEmpty()) {
            json.nothing(Schema.GEOMETRY);
            return;
        }
        json.open(Schema.GEOMETRY);
        content(json, geometry, crs);
        json.close();
    }

    private static void content(FlatJson json, Geometry geometry, Crs crs) {
        json.text("type", geometry.getGeometryType());
        if (geometry.getClass() == GeometryCollection.class) {
            json.openList("geometries");
            for (int i = 0; i < geometry.getNumGeometries(); i++) {
                json.open();
                content(json, geometry.getGeometryN(i), crs);
                json.close();
            }
            json.closeList();
            return;
        }
        if (geometry instanceof Point point) {
            json.openList("coordinates");
            numbers(json, point.getCoordinateSequence(), 0, crs);
            json.closeList();
            return;
        }
        json.openList("coordinates");
        if (geometry instanceof GeometryCollection many) {
            for (int i = 0; i < many.getNumGeometries(); i++) {
                json.openList();
                part(json, many.getGeometryN(i), crs);
                json.closeList();
            }
        } else {
            part(json, geometry, crs);
        }
        json.closeList();
    }

    private static void part(FlatJson json, Geometry geometry, Crs crs) {
        switch (geometry) {
            case Point point -> numbers(json, point.getCoordinateSequence(), 0, crs);
            case LineString line -> line(json, line.getCoordinateSequence(), false, crs);
            case Polygon polygon -> {
                ring(json, polygon.getExteriorRing(), true, crs);
                for (int i = 0; i < polygon.getNumInteriorRing(); i++) {
                    ring(json, polygon.getInteriorRingN(i), false, crs);
                }
            }
            default -> throw new IllegalArgumentException(geometry.getGeometryType());
        }
    }

    private static void ring(FlatJson json, LinearRing ring, boolean counterclockwise, Crs crs) {
        CoordinateSequence positions = ring.getCoordinateSequence();
        json.openList();
        line(json, positions, Orientation.isCCW(positions) != counterclockwise, crs);
        json.closeList();
    }

    private static void line(FlatJson json, CoordinateSequence positions, boolean backwards, Crs crs) {
        int n = positions.size();
        for (int i = 0; i < n; i++) {
            json.openList();
            numbers(json, positions, backwards ? n - 1 - i : i, crs);
            json.closeList();
        }
    }

    private static void numbers(FlatJson json, CoordinateSequence positions, int i, Crs crs) {
        double x = rounded(positions.getX(i), crs);
        double y = rounded(positions.getY(i), crs);
        json.element(crs.isNorthFirst() ? y : x).element(crs.isNorthFirst() ? x : y);
    }

    private static double rounded(double value, Crs crs) {
        double scale = Math.pow(10, crs.decimals());
        return Math.rint(value * scale) / scale;
    }
}
