package dk.vandvagt.layer;

import org.locationtech.jts.geom.Coordinate;

/**
 * How a terrain model's cells lie in its CRS, and how they are numbered where they are kept: in tiles of {@link #TILE} by
 * {@link #TILE}, one after the other, each row by row, so that what lies together is read together. Tiles at the edge are
 * filled up with nodata.
 *
 * @param x0 outer corner of the first cell of the first row, {@code y0} likewise, in the CRS
 * @param dx from a column to the next, may be negative; {@code dy} from a row to the next, negative where rows run southwards
 */
public record Grid(int columns, int rows, double x0, double y0, double dx, double dy) {
    public static final int TILE = 256;
    static final int TILE_BITS = 8;
    static final int CELLS_OF_TILE = TILE * TILE;
    /** A cell's number is kept in 32 bits: some 65,000 by 65,000 cells. */
    public static final long MOST_CELLS = (1L << 32) - 1;

    public Grid {
        if (columns < 1 || rows < 1 || !(Math.abs(dx) > 0) || !(Math.abs(dy) > 0)) {
            throw new IllegalArgumentException("no cells: " + columns + " by " + rows + ", cell " + dx + " by " + dy);
        }
    }

    public int tilesAcross() {
        return (columns + TILE - 1) / TILE;
    }

    public int tilesDown() {
        return (rows + TILE - 1) / TILE;
    }

    public int tiles() {
        return Math.multiplyExact(tilesAcross(), tilesDown());
    }

    /** Those that fill up the tiles at the edge included. */
    public long kept() {
        return (long) tiles() * CELLS_OF_TILE;
    }

    /** Without them. */
    public long cells() {
        return (long) columns * rows;
    }

    public long number(int row, int column) {
        return ((long) (row >> TILE_BITS) * tilesAcross() + (column >> TILE_BITS) << 2 * TILE_BITS)
                + ((row & TILE - 1) << TILE_BITS)
                + (column & TILE - 1);
    }

    int row(long number) {
        int tile = tile(number);
        return tile / tilesAcross() * TILE + (int) (number >> TILE_BITS & TILE - 1);
    }

    int column(long number) {
        int tile = tile(number);
        return tile % tilesAcross() * TILE + (int) (number & TILE - 1);
    }

    static int tile(long number) {
        return (int) (number >>> 2 * TILE_BITS);
    }

    boolean holds(int row, int column) {
        return row >= 0 && row < rows && column >= 0 && column < columns;
    }

    double x(double column) {
        return x0 + column * dx;
    }

    double y(double row) {
        return y0 + row * dy;
    }

    /** In columns and rows from the outer corner of the first cell, whose middle is (0.5, 0.5). */
    Coordinate inCells(Coordinate inCrs) {
        return new Coordinate((inCrs.x - x0) / dx, (inCrs.y - y0) / dy);
    }

    public double cellArea() {
        return Math.abs(dx * dy);
    }
}
