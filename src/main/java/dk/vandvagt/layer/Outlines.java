package dk.vandvagt.layer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.geom.LinearRing;
import org.locationtech.jts.geom.MultiPolygon;
import org.locationtech.jts.geom.Polygon;

/**
 * From cells to polygons: the outlines of all cells of one kind, exactly along their edges, row by row. Kinds are 1 and up, 0 is
 * nothing.
 *
 * <p>Only corners are kept. Along a line of the grid a kind's outline begins at a corner and ends at the next, so corners are
 * joined as they come: to the one before in their row, and to the last one above. Cells that meet at a corner only are apart: each
 * outline turns around its own cell there. Where an outline so comes to the same point twice it is cut into two rings, which may
 * touch there, as the Simple Features standard asks.
 */
final class Outlines {
    private static final int NONE = -1;
    private static final GeometryFactory GEOMETRIES = new GeometryFactory();

    private final Grid grid;
    private final int columns;
    private final @Nullable Corners[] cornersOf;
    private final long[] cellsOf;
    private final double[] areaM2Of;

    /** One cell more at each end, which is nothing. */
    private byte[] above;

    private byte[] here;
    private int[] labelAbove;
    private int[] labelHere;
    private boolean isAboveEmpty = true;
    /** Cells of one kind that meet along an edge have labels that lead to the same one. */
    private int[] leadsTo = new int[1 << 10];

    private int labels;
    private int row;

    /** The corners of one kind, and which two of them a piece of outline joins. */
    private static final class Corners {
        int[] column = new int[64];
        int[] row = new int[64];
        int[] alongRow = new int[64];
        int[] alongColumn = new int[64];
        int[] label = new int[64];
        final BitSet hasTwinNext = new BitSet();
        int size;

        /** The last corner in this row whose outline goes on to the right. */
        int open = NONE;
        /** By column: the last corner whose outline goes on downwards. */
        final int[] openAbove;

        Corners(int columns) {
            openAbove = new int[columns + 1];
        }

        int add(int atColumn, int atRow, int itsLabel) {
            if (size == column.length) {
                int larger = Math.multiplyExact(size, 2);
                column = Arrays.copyOf(column, larger);
                row = Arrays.copyOf(row, larger);
                alongRow = Arrays.copyOf(alongRow, larger);
                alongColumn = Arrays.copyOf(alongColumn, larger);
                label = Arrays.copyOf(label, larger);
            }
            column[size] = atColumn;
            row[size] = atRow;
            label[size] = itsLabel;
            return size++;
        }

        void goOn(int corner, boolean fromLeft) {
            if (fromLeft) {
                alongRow[corner] = open;
                alongRow[open] = corner;
            } else {
                open = corner;
            }
        }

        void goOn(int corner, boolean fromAbove, int openHere) {
            if (fromAbove) {
                alongColumn[corner] = openHere;
                alongColumn[openHere] = corner;
            } else {
                openAbove[column[corner]] = corner;
            }
        }
    }

    /**
     * @param kinds the highest one
     */
    Outlines(Grid grid, int kinds) {
        this.grid = grid;
        columns = grid.columns();
        cornersOf = new Corners[kinds + 1];
        cellsOf = new long[kinds + 1];
        areaM2Of = new double[kinds + 1];
        above = new byte[columns + 2];
        here = new byte[columns + 2];
        labelAbove = new int[columns + 2];
        labelHere = new int[columns + 2];
    }

    /**
     * The next row.
     *
     * @param kinds by column, from {@code offset} on; null where all is nothing
     */
    void row(byte @Nullable [] kinds, int offset, double cellAreaM2) {
        if (kinds == null && isAboveEmpty) {
            row++;
            return;
        }
        if (kinds == null) {
            Arrays.fill(here, (byte) 0);
        } else {
            System.arraycopy(kinds, offset, here, 1, columns);
            label(cellAreaM2);
        }
        corners();
        byte[] cells = above;
        above = here;
        here = cells;
        int[] theirLabels = labelAbove;
        labelAbove = labelHere;
        labelHere = theirLabels;
        isAboveEmpty = kinds == null;
        row++;
    }

    private void label(double cellAreaM2) {
        for (int i = 1; i <= columns; i++) {
            int kind = here[i];
            if (kind == 0) {
                continue;
            }
            cellsOf[kind & 0xFF]++;
            areaM2Of[kind & 0xFF] += cellAreaM2;
            boolean left = here[i - 1] == kind;
            boolean up = above[i] == kind;
            if (left) {
                labelHere[i] = labelHere[i - 1];
                if (up && labelAbove[i] != labelHere[i]) {
                    join(labelAbove[i], labelHere[i]);
                }
            } else if (up) {
                labelHere[i] = labelAbove[i];
            } else {
                labelHere[i] = newLabel();
            }
        }
    }

    private int newLabel() {
        if (labels == leadsTo.length) {
            leadsTo = Arrays.copyOf(leadsTo, Math.multiplyExact(labels, 2));
        }
        leadsTo[labels] = labels;
        return labels++;
    }

    private int last(int label) {
        int at = label;
        while (leadsTo[at] != at) {
            leadsTo[at] = leadsTo[leadsTo[at]];
            at = leadsTo[at];
        }
        return at;
    }

    private void join(int one, int other) {
        int a = last(one);
        int b = last(other);
        leadsTo[Math.max(a, b)] = Math.min(a, b);
    }

    /** Between this row and the one above. */
    private void corners() {
        for (int i = 1; i <= columns + 1; i++) {
            byte nw = above[i - 1];
            byte ne = above[i];
            byte sw = here[i - 1];
            byte se = here[i];
            if (nw == ne && sw == se || nw == sw && ne == se) {
                continue; // a straight edge, or none
            }
            corner(nw, i);
            if (ne != nw) {
                corner(ne, i);
            }
            if (sw != nw && sw != ne) {
                corner(sw, i);
            }
            if (se != nw && se != ne && se != sw) {
                corner(se, i);
            }
        }
    }

    /** Of one kind, at the left edge of column {@code i} (from 1). */
    private void corner(byte kind, int i) {
        if (kind == 0) {
            return;
        }
        boolean nw = above[i - 1] == kind;
        boolean ne = above[i] == kind;
        boolean sw = here[i - 1] == kind;
        boolean se = here[i] == kind;
        boolean left = nw != sw;
        boolean up = nw != ne;
        boolean right = ne != se;
        boolean down = sw != se;
        if (!(left || right) || !(up || down)) {
            return;
        }
        Corners corners = cornersOf[kind & 0xFF];
        if (corners == null) {
            corners = new Corners(columns);
            cornersOf[kind & 0xFF] = corners;
        }
        int openHere = corners.openAbove[i - 1];
        if (left && right) {
            // two cells that meet here only
            int first = corners.add(i - 1, row, nw ? labelAbove[i - 1] : labelHere[i - 1]);
            int second = corners.add(i - 1, row, nw ? labelHere[i] : labelAbove[i]);
            corners.hasTwinNext.set(first);
            corners.goOn(first, true);
            corners.goOn(second, false);
            corners.goOn(first, nw, openHere);
            corners.goOn(second, !nw, openHere);
            return;
        }
        int label = nw ? labelAbove[i - 1] : ne ? labelAbove[i] : sw ? labelHere[i - 1] : labelHere[i];
        int corner = corners.add(i - 1, row, label);
        corners.goOn(corner, left);
        corners.goOn(corner, up, openHere);
    }

    /** A closed outline that does not come to a point twice. */
    private record Ring(int component, Coordinate[] points, double area) {}

    long cells(int kind) {
        return cellsOf[kind];
    }

    double areaM2(int kind) {
        return areaM2Of[kind];
    }

    /** Of all rows that came; in the grid's CRS, outer rings counter-clockwise. */
    MultiPolygon polygons(int kind) {
        while (!isAboveEmpty) {
            row(null, 0, 0);
        }
        Corners corners = cornersOf[kind];
        if (corners == null) {
            return GEOMETRIES.createMultiPolygon();
        }
        List<Ring> rings = rings(corners);
        // of the rings of cells that hang together the largest is around all others
        rings.sort(Comparator.comparingInt(Ring::component)
                .thenComparing(Comparator.comparingDouble((Ring ring) -> Math.abs(ring.area))
                        .reversed()));
        List<Polygon> polygons = new ArrayList<>();
        for (int i = 0; i < rings.size(); ) {
            Ring shell = rings.get(i);
            int end = i + 1;
            while (end < rings.size() && rings.get(end).component == shell.component) {
                end++;
            }
            LinearRing[] holes = new LinearRing[end - i - 1];
            for (int hole = 0; hole < holes.length; hole++) {
                holes[hole] = turned(rings.get(i + 1 + hole), false);
            }
            polygons.add(GEOMETRIES.createPolygon(turned(shell, true), holes));
            i = end;
        }
        return GEOMETRIES.createMultiPolygon(polygons.toArray(Polygon[]::new));
    }

    private LinearRing turned(Ring ring, boolean counterClockwise) {
        if (ring.area > 0 != counterClockwise) {
            List<Coordinate> points = Arrays.asList(ring.points);
            Collections.reverse(points);
        }
        return GEOMETRIES.createLinearRing(ring.points);
    }

    private List<Ring> rings(Corners corners) {
        List<Ring> rings = new ArrayList<>();
        BitSet been = new BitSet(corners.size);
        int[] placeInWalk = new int[corners.size];
        Arrays.fill(placeInWalk, NONE);
        int[] walk = new int[64];
        for (int start = been.nextClearBit(0); start < corners.size; start = been.nextClearBit(start)) {
            int length = 0;
            int at = start;
            boolean alongRow = true;
            do {
                been.set(at);
                int twin = twin(corners, at);
                int place = twin == NONE ? NONE : placeInWalk[twin];
                if (place != NONE) {
                    rings.add(ring(corners, walk, place, length));
                    for (int i = place; i < length; i++) {
                        placeInWalk[walk[i]] = NONE;
                    }
                    length = place;
                }
                if (length == walk.length) {
                    walk = Arrays.copyOf(walk, 2 * length);
                }
                if (twin != NONE) {
                    placeInWalk[at] = length;
                }
                walk[length++] = at;
                at = alongRow ? corners.alongRow[at] : corners.alongColumn[at];
                alongRow = !alongRow;
            } while (at != start);
            rings.add(ring(corners, walk, 0, length));
            for (int i = 0; i < length; i++) {
                placeInWalk[walk[i]] = NONE;
            }
        }
        return rings;
    }

    private static int twin(Corners corners, int corner) {
        if (corners.hasTwinNext.get(corner)) {
            return corner + 1;
        }
        return corner > 0 && corners.hasTwinNext.get(corner - 1) ? corner - 1 : NONE;
    }

    private Ring ring(Corners corners, int[] walk, int from, int to) {
        Coordinate[] points = new Coordinate[to - from + 1];
        long twiceArea = 0;
        for (int i = from; i < to; i++) {
            int a = walk[i];
            int b = walk[i + 1 < to ? i + 1 : from];
            points[i - from] = new Coordinate(grid.x(corners.column[a]), grid.y(corners.row[a]));
            twiceArea += (long) corners.column[a] * corners.row[b] - (long) corners.column[b] * corners.row[a];
        }
        points[to - from] = points[0].copy();
        return new Ring(last(corners.label[walk[from]]), points, twiceArea / 2.0 * grid.dx() * grid.dy());
    }
}
