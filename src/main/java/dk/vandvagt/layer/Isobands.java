package dk.vandvagt.layer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.locationtech.jts.algorithm.Orientation;
import org.locationtech.jts.algorithm.PointLocation;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.geom.LinearRing;
import org.locationtech.jts.geom.MultiPolygon;
import org.locationtech.jts.geom.Polygon;

/**
 * The areas in which a field lies between given levels, as polygons that neither overlap nor leave a gap: marching squares, each cut into
 * four triangles that meet in its middle, where the field is asked as well. So no square is ambiguous: a saddle is what its
 * middle says. Positions are metres, kept to a millimetre.
 *
 * <p>Every corner of a polygon lies on an edge of a triangle and is computed from that edge alone, so the areas on both sides have the very
 * same one. Corners on an edge keep apart from its ends and from each other by a share of it; so no area is so thin
 * that rounding could turn it over, and every area is a valid polygon as it is put together.
 */
final class Isobands {
    private static final GeometryFactory SHAPES = new GeometryFactory();
    private static final double MM = 1000;
    /** Share of an edge by which the border keeps away from a node, and levels from nodes, border and each other. */
    private static final double BORDER_APART = 0.05;

    private static final double LEVELS_APART = 0.01;
    private static final int HALVINGS = 24;

    private final Field value;
    private final Field inside;
    private final double[] levels;
    /** By band: the sides of its outline, the area on the left. */
    private final List<Set<Side>> outlines = new ArrayList<>();

    /** Over the plane. */
    interface Field {
        double at(double x, double y);
    }

    /** @param band how many levels it lies at or above; -1 for outside */
    private record Corner(Coordinate at, double value, int band) {}

    private record Side(Coordinate from, Coordinate to) {}

    private Isobands(Field value, Field inside, double[] levels) {
        this.value = value;
        this.inside = inside;
        this.levels = levels.clone();
        for (int band = 0; band <= levels.length; band++) {
            outlines.add(new LinkedHashSet<>());
        }
    }

    /**
     * @param value where it is no number, it counts as outside
     * @param inside continuous; the area is where it is 0 or more
     * @param box around all of the area
     * @param cellM side of a square; squares lie at multiples of it, so that they stay where they are when the box grows
     * @param levels ascending
     * @return one more than levels: the first is below all of them, each next one from its level on to below the level after it
     */
    static List<MultiPolygon> of(Field value, Field inside, Envelope box, double cellM, double[] levels) {
        Isobands bands = new Isobands(value, inside, levels);
        if (!box.isNull()) {
            bands.march(box, cellM);
        }
        return bands.outlines.stream().map(Isobands::polygons).toList();
    }

    private void march(Envelope box, double cellM) {
        long west = (long) Math.floor(box.getMinX() / cellM) - 1;
        long south = (long) Math.floor(box.getMinY() / cellM) - 1;
        int columns = (int) (Math.ceil(box.getMaxX() / cellM) + 1 - west);
        int rows = (int) (Math.ceil(box.getMaxY() / cellM) + 1 - south);
        Corner[] below = nodes(west, south, columns, cellM);
        for (int row = 0; row < rows; row++) {
            Corner[] above = nodes(west, south + row + 1, columns, cellM);
            for (int column = 0; column < columns; column++) {
                Corner[] square = {below[column], below[column + 1], above[column + 1], above[column]};
                Corner middle = corner((west + column + 0.5) * cellM, (south + row + 0.5) * cellM);
                march(square, middle);
            }
            below = above;
        }
    }

    private Corner[] nodes(long west, long row, int columns, double cellM) {
        Corner[] nodes = new Corner[columns + 1];
        Arrays.setAll(nodes, column -> corner((west + column) * cellM, row * cellM));
        return nodes;
    }

    private Corner corner(double x, double y) {
        double here = insideAt(x, y) ? value.at(x, y) : Double.NaN;
        return new Corner(rounded(x, y), here, Double.isNaN(here) ? -1 : band(here));
    }

    private boolean insideAt(double x, double y) {
        return inside.at(x, y) >= 0 && !Double.isNaN(value.at(x, y));
    }

    private int band(double here) {
        int band = 0;
        while (band < levels.length && here >= levels[band]) {
            band++;
        }
        return band;
    }

    private static Coordinate rounded(double x, double y) {
        return new Coordinate(Math.rint(x * MM) / MM, Math.rint(y * MM) / MM);
    }

    private void march(Corner[] square, Corner middle) {
        boolean same = true;
        for (Corner each : square) {
            same &= each.band == middle.band;
        }
        if (same) {
            if (middle.band >= 0) {
                add(middle.band, List.of(square[0].at, square[1].at, square[2].at, square[3].at));
            }
            return;
        }
        for (int i = 0; i < 4; i++) {
            triangle(List.of(square[i], square[(i + 1) % 4], middle));
        }
    }

    private void triangle(List<Corner> corners) {
        List<Corner> within = new ArrayList<>(4);
        for (int i = 0; i < 3; i++) {
            Corner from = corners.get(i);
            Corner to = corners.get((i + 1) % 3);
            if (from.band >= 0) {
                within.add(from);
            }
            if ((from.band < 0) != (to.band < 0)) {
                within.add(from.band < 0 ? border(to, from) : border(from, to));
            }
        }
        // in threes, as over more corners than that a field is no plane
        for (int i = 2; i < within.size(); i++) {
            cut(List.of(within.getFirst(), within.get(i - 1), within.get(i)));
        }
    }

    /** Where the area ends on the way from one node to another, found by halving: the same from both sides of the edge. */
    private Corner border(Corner in, Corner out) {
        double least = 0;
        double most = 1;
        for (int i = 0; i < HALVINGS; i++) {
            double share = (least + most) / 2;
            if (insideAt(between(in.at.x, out.at.x, share), between(in.at.y, out.at.y, share))) {
                least = share;
            } else {
                most = share;
            }
        }
        double share = Math.clamp(least, BORDER_APART, 1 - BORDER_APART);
        double x = between(in.at.x, out.at.x, share);
        double y = between(in.at.y, out.at.y, share);
        double here = insideAt(x, y) ? value.at(x, y) : in.value;
        return new Corner(rounded(x, y), here, band(here));
    }

    private static double between(double from, double to, double share) {
        return from + share * (to - from);
    }

    /** Cuts a triangle, over which the field is taken for a plane, into its bands. */
    private void cut(List<Corner> piece) {
        int lowest = levels.length;
        int highest = 0;
        for (Corner each : piece) {
            lowest = Math.min(lowest, each.band);
            highest = Math.max(highest, each.band);
        }
        List<List<Coordinate>> parts = new ArrayList<>();
        for (int band = lowest; band <= highest; band++) {
            parts.add(new ArrayList<>(6));
        }
        for (int i = 0; i < piece.size(); i++) {
            Corner from = piece.get(i);
            Corner to = piece.get((i + 1) % piece.size());
            parts.get(from.band - lowest).add(from.at);
            int up = Integer.signum(to.band - from.band);
            for (int band = from.band; band != to.band; band += up) {
                Coordinate at = up > 0 ? crossing(from, to, band) : crossing(to, from, band - 1);
                parts.get(band - lowest).add(at);
                parts.get(band + up - lowest).add(at);
            }
        }
        for (int band = lowest; band <= highest; band++) {
            add(band, parts.get(band - lowest));
        }
    }

    /** Where a level lies on an edge; computed from its lower end upwards, whichever side asks. */
    private Coordinate crossing(Corner low, Corner high, int level) {
        double share = 0;
        for (int each = low.band; each <= level; each++) {
            double meant = (levels[each] - low.value) / (high.value - low.value);
            share = Math.min(Math.max(share + LEVELS_APART, meant), 1 - LEVELS_APART * (high.band - each));
        }
        return rounded(between(low.at.x, high.at.x, share), between(low.at.y, high.at.y, share));
    }

    /** What two pieces share is no outline. */
    private void add(int band, List<Coordinate> piece) {
        Set<Side> outline = outlines.get(band);
        for (int i = 0; i < piece.size(); i++) {
            Coordinate from = piece.get(i);
            Coordinate to = piece.get((i + 1) % piece.size());
            if (!outline.remove(new Side(to, from))) {
                outline.add(new Side(from, to));
            }
        }
    }

    /** No two outlines meet, so that from each corner one side goes on: with the area on its left, outer rings run counterclockwise. */
    private static MultiPolygon polygons(Set<Side> sides) {
        Map<Coordinate, Coordinate> next = LinkedHashMap.newLinkedHashMap(sides.size());
        for (Side side : sides) {
            Coordinate other = next.put(side.from, side.to);
            assert other == null : "outlines meet at " + side.from;
        }
        List<LinearRing> shells = new ArrayList<>();
        List<LinearRing> holes = new ArrayList<>();
        while (!next.isEmpty()) {
            LinearRing ring = ring(next);
            (Orientation.isCCW(ring.getCoordinateSequence()) ? shells : holes).add(ring);
        }
        Map<LinearRing, List<LinearRing>> holesOf = new HashMap<>();
        for (LinearRing hole : holes) {
            holesOf.computeIfAbsent(around(hole, shells), shell -> new ArrayList<>())
                    .add(hole);
        }
        return SHAPES.createMultiPolygon(shells.stream()
                .map(shell -> SHAPES.createPolygon(
                        shell, holesOf.getOrDefault(shell, List.of()).toArray(LinearRing[]::new)))
                .toArray(Polygon[]::new));
    }

    private static LinearRing ring(Map<Coordinate, Coordinate> next) {
        Coordinate first = next.keySet().iterator().next();
        List<Coordinate> ring = new ArrayList<>();
        Coordinate at = first;
        do {
            ring.add(at);
            at = Objects.requireNonNull(next.remove(at), "an outline is open");
        } while (!at.equals2D(first));
        ring.add(first);
        return SHAPES.createLinearRing(ring.toArray(Coordinate[]::new));
    }

    /** The smallest that a hole lies in. */
    private static LinearRing around(LinearRing hole, List<LinearRing> shells) {
        Coordinate corner = hole.getCoordinateN(0);
        return shells.stream()
                .filter(shell -> shell.getEnvelopeInternal().contains(hole.getEnvelopeInternal())
                        && PointLocation.isInRing(corner, shell.getCoordinates()))
                .min(Comparator.comparingDouble(shell -> shell.getEnvelopeInternal().getArea()))
                .orElseThrow();
    }
}
