package dk.vandvagt.layer;

import java.util.Arrays;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.Polygon;
import org.locationtech.jts.geom.util.PolygonExtracter;

/** The cells of a grid whose middle lies in an area: of areas that meet along an edge, exactly one has each cell. */
public final class CellsInside {
    /** From a column up to before another, in one row. */
    public interface Run {
        void cells(int row, int fromColumn, int toColumn);
    }

    private final Grid grid;
    private final double[] x1;
    private final double[] y1;
    private final double[] x2;
    private final double[] y2;
    private final int firstRow;
    private final int lastRow;

    /**
     * @param area polygons, valid, in the grid's CRS; other geometries hold no cell
     */
    public CellsInside(Grid grid, Geometry area) {
        this.grid = grid;
        double[][] edges = edges(grid, area);
        x1 = edges[0];
        y1 = edges[1];
        x2 = edges[2];
        y2 = edges[3];
        double top = Arrays.stream(y1).min().orElse(0);
        double bottom = Arrays.stream(y2).max().orElse(-1);
        firstRow = (int) Math.max(0, Math.floor(top));
        lastRow = (int) Math.min(grid.rows() - 1, Math.ceil(bottom));
    }

    /** Edges in cells, the end with the smaller y first; level ones say nothing of rows. */
    private static double[][] edges(Grid grid, Geometry area) {
        double[][] edges = new double[4][area.getNumPoints()];
        int n = 0;
        for (Object each : PolygonExtracter.getPolygons(area)) {
            Polygon polygon = (Polygon) each;
            for (int ring = 0; ring <= polygon.getNumInteriorRing(); ring++) {
                Coordinate[] corners =
                        (ring == 0 ? polygon.getExteriorRing() : polygon.getInteriorRingN(ring - 1)).getCoordinates();
                for (int i = 1; i < corners.length; i++) {
                    Coordinate a = grid.inCells(corners[i - 1]);
                    Coordinate b = grid.inCells(corners[i]);
                    if (a.y != b.y) {
                        Coordinate upper = a.y < b.y ? a : b;
                        Coordinate lower = a.y < b.y ? b : a;
                        edges[0][n] = upper.x;
                        edges[1][n] = upper.y;
                        edges[2][n] = lower.x;
                        edges[3][n++] = lower.y;
                    }
                }
            }
        }
        for (int i = 0; i < 4; i++) {
            edges[i] = Arrays.copyOf(edges[i], n);
        }
        return edges;
    }

    /** Row by row, from left to right. */
    public void forEach(Run run) {
        double[] crossings = new double[x1.length];
        for (int row = firstRow; row <= lastRow; row++) {
            double y = row + 0.5;
            int n = 0;
            for (int i = 0; i < x1.length; i++) {
                if (y1[i] <= y && y < y2[i]) {
                    crossings[n++] = x1[i] + (y - y1[i]) / (y2[i] - y1[i]) * (x2[i] - x1[i]);
                }
            }
            Arrays.sort(crossings, 0, n);
            for (int i = 0; i + 1 < n; i += 2) {
                int from = firstMiddleFrom(crossings[i]);
                int to = firstMiddleFrom(crossings[i + 1]);
                if (from < to) {
                    run.cells(row, from, to);
                }
            }
        }
    }

    /** The first column whose middle is at x or to the right of it, within the grid. */
    private int firstMiddleFrom(double x) {
        return (int) Math.clamp(Math.ceil(x - 0.5), 0, grid.columns());
    }

    /** Rows and columns that may hold some: {@code [firstRow, firstColumn, lastRow, lastColumn]}, within the grid, may be empty. */
    static int[] box(Grid grid, Geometry area) {
        Envelope inCells = new Envelope();
        Envelope box = area.getEnvelopeInternal();
        if (!box.isNull()) {
            inCells.expandToInclude(grid.inCells(new Coordinate(box.getMinX(), box.getMinY())));
            inCells.expandToInclude(grid.inCells(new Coordinate(box.getMaxX(), box.getMaxY())));
        }
        return new int[] {
            (int) Math.clamp(Math.floor(inCells.getMinY()), 0, grid.rows()),
            (int) Math.clamp(Math.floor(inCells.getMinX()), 0, grid.columns()),
            (int) Math.clamp(Math.floor(inCells.getMaxY()), -1, grid.rows() - 1),
            (int) Math.clamp(Math.floor(inCells.getMaxX()), -1, grid.columns() - 1)
        };
    }
}
