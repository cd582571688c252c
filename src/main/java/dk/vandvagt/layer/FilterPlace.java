package dk.vandvagt.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.locationtech.jts.densify.Densifier;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.Polygon;
import org.locationtech.jts.operation.valid.IsValidOp;
import org.locationtech.jts.operation.valid.TopologyValidationError;

/** Geometries of a condition in CRS84: sound, and on the Earth. */
final class FilterPlace {
    /** A side of a box that bends on the way to CRS84 is cut into so many. */
    private static final int PIECES_OF_A_SIDE = 32;

    private static final double HALF_TURN = 180;
    private static final double QUARTER_TURN = 90;

    private final UnaryOperator<Geometry> toCrs84;

    FilterPlace(UnaryOperator<Geometry> toCrs84) {
        this.toCrs84 = toCrs84;
    }

    Geometry of(Cql2.Shape shape) throws Cql2Fault {
        TopologyValidationError error = new IsValidOp(shape.geometry()).getValidationError();
        if (error != null) {
            Coordinate where = error.getCoordinate();
            throw new Cql2Fault(
                    shape.at(),
                    "a geometry that is not sound: " + error.getMessage()
                            + (where == null ? "" : " at " + where.x + " " + where.y),
                    "a simple one");
        }
        return placed(shape.geometry(), shape.at());
    }

    Geometry of(Cql2.Bbox box) throws Cql2Fault {
        if (box.low1() > box.high1() || box.low2() > box.high2()) {
            return acrossTheAntimeridian(box);
        }
        Geometry flat = Cql2Functions.SHAPES.toGeometry(new Envelope(box.low1(), box.high1(), box.low2(), box.high2()));
        if (!(flat instanceof Polygon)) {
            return placed(flat, box.at());
        }
        double longest = Math.max(box.high1() - box.low1(), box.high2() - box.low2());
        Geometry placed = placed(Densifier.densify(flat, longest / PIECES_OF_A_SIDE), box.at());
        return isStraight(placed) ? placed.getEnvelope() : placed;
    }

    /** A rectangle along the axes, which is quicker to compare with than one of many pieces. */
    private static boolean isStraight(Geometry box) {
        Envelope around = box.getEnvelopeInternal();
        for (Coordinate each : box.getCoordinates()) {
            boolean onSide = each.x == around.getMinX()
                    || each.x == around.getMaxX()
                    || each.y == around.getMinY()
                    || each.y == around.getMaxY();
            if (!onSide) {
                return false;
            }
        }
        return true;
    }

    /** A western edge east of the eastern one; only where the axes are longitude and latitude, in either order. */
    private Geometry acrossTheAntimeridian(Cql2.Bbox box) throws Cql2Fault {
        Coordinate low = corner(box.low1(), box.low2(), box);
        Coordinate high = corner(box.high1(), box.high2(), box);
        Coordinate other = corner(box.low1(), box.high2(), box);
        boolean straight = (other.x == low.x && other.y == high.y) || (other.x == high.x && other.y == low.y);
        if (!straight || low.y > high.y) {
            throw new Cql2Fault(
                    box.at(),
                    "a box from " + box.low1() + ", " + box.low2() + " to " + box.high1() + ", " + box.high2(),
                    "its lower corner first");
        }
        List<Polygon> halves = new ArrayList<>();
        for (Envelope half : List.of(
                new Envelope(low.x, HALF_TURN, low.y, high.y), new Envelope(-HALF_TURN, high.x, low.y, high.y))) {
            if (Cql2Functions.SHAPES.toGeometry(half) instanceof Polygon polygon) {
                halves.add(polygon);
            }
        }
        return Cql2Functions.SHAPES.createMultiPolygon(halves.toArray(Polygon[]::new));
    }

    private Coordinate corner(double first, double second, Cql2.Bbox box) throws Cql2Fault {
        return placed(Cql2Functions.SHAPES.createPoint(new Coordinate(first, second)), box.at())
                .getCoordinate();
    }

    private Geometry placed(Geometry geometry, Cql2Place at) throws Cql2Fault {
        Geometry placed;
        try {
            placed = toCrs84.apply(geometry);
        } catch (RuntimeException e) {
            throw new Cql2Fault(
                    at, "a geometry that has no longitude and latitude", "one within the area of filter-crs");
        }
        for (Coordinate each : placed.getCoordinates()) {
            boolean onEarth = Math.abs(each.x) <= HALF_TURN && Math.abs(each.y) <= QUARTER_TURN;
            if (!onEarth) {
                throw new Cql2Fault(
                        at,
                        "a position at longitude " + each.x + ", latitude " + each.y,
                        "longitudes from -180 to 180 and latitudes from -90 to 90, in the axis order of filter-crs");
            }
        }
        return placed;
    }
}
