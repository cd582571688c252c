package dk.vandvagt.layer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.locationtech.jts.algorithm.LineIntersector;
import org.locationtech.jts.algorithm.RobustLineIntersector;
import org.locationtech.jts.geom.Coordinate;

/**
 * How water gets from cell to cell other than over their ground: past barriers and through culverts.
 *
 * <p>A move is the straight line between the middles of two cells. A barrier stands in the way of each move that it crosses or
 * touches, so whatever a line separates, no chain of moves gets past it below its crest, straight or diagonal, however thin
 * the line: a chain of moves is itself an unbroken line. The ground is left as it is, and so are the depths on both sides.
 */
public final class Ways {
    /** Row and column steps to neighbours; those with four neighbours use the even ones. */
    static final int[] ROW_STEP = {0, 1, 1, 1, 0, -1, -1, -1};

    static final int[] COLUMN_STEP = {1, 1, 0, -1, -1, -1, 0, 1};

    private final Grid grid;
    private final boolean[] tileHasSome;
    /** Number of the cell times eight and direction, sorted. */
    private final long[] blockedMove;

    private final float[] crestM;
    private final Map<Long, List<Pipe>> pipesFrom = new HashMap<>();

    record Pipe(long toCell, float invertM) {}

    private record Block(long move, float crestM) {}

    /**
     * @param flapsHold false: as if there were no flaps
     */
    public Ways(Grid grid, int neighbours, List<Barrier> barriers, List<Culvert> culverts, boolean flapsHold) {
        this.grid = grid;
        tileHasSome = new boolean[grid.tiles()];
        List<Block> blocks = new ArrayList<>();
        for (Barrier barrier : barriers) {
            for (Coordinate[] part : barrier.parts()) {
                for (int i = 1; i < part.length; i++) {
                    block(
                            grid.inCells(part[i - 1]),
                            grid.inCells(part[i]),
                            (float) barrier.crestM(),
                            neighbours == 8 ? 1 : 2,
                            blocks);
                }
            }
        }
        blocks.sort(Comparator.comparingLong(Block::move)
                .thenComparing(Comparator.comparingDouble(Block::crestM).reversed()));
        long[] moves = new long[blocks.size()];
        float[] crests = new float[blocks.size()];
        int n = 0;
        for (Block block : blocks) {
            if (n == 0 || moves[n - 1] != block.move) {
                moves[n] = block.move;
                crests[n++] = block.crestM;
            }
        }
        blockedMove = Arrays.copyOf(moves, n);
        crestM = Arrays.copyOf(crests, n);
        for (Culvert culvert : culverts) {
            if (!(culvert.flap() && flapsHold)) {
                join(culvert.seaEnd(), culvert.landEnd(), culvert.invertM());
            }
            join(culvert.landEnd(), culvert.seaEnd(), culvert.invertM());
        }
    }

    /** Over the ground only. */
    public static Ways open(Grid grid) {
        return new Ways(grid, 8, List.of(), List.of(), true);
    }

    /** Whether an end of a culvert lies on the model. */
    static boolean holds(Grid grid, Coordinate end) {
        Coordinate at = grid.inCells(end);
        return grid.holds((int) Math.floor(at.y), (int) Math.floor(at.x));
    }

    private void join(Coordinate from, Coordinate to, double invertM) {
        if (holds(grid, from) && holds(grid, to)) {
            long cell = cellAt(from);
            tileHasSome[Grid.tile(cell)] = true;
            pipesFrom.computeIfAbsent(cell, none -> new ArrayList<>()).add(new Pipe(cellAt(to), (float) invertM));
        }
    }

    private long cellAt(Coordinate inCrs) {
        Coordinate at = grid.inCells(inCrs);
        return grid.number((int) Math.floor(at.y), (int) Math.floor(at.x));
    }

    /** Each move between cells beside a piece of a line that it crosses or touches. */
    private void block(Coordinate a, Coordinate b, float crest, int directionStep, List<Block> blocks) {
        LineIntersector lines = new RobustLineIntersector();
        int firstRow = (int) Math.max(0, Math.floor(Math.min(a.y, b.y)) - 1);
        int lastRow = (int) Math.min(grid.rows() - 1, Math.floor(Math.max(a.y, b.y)) + 1);
        for (int row = firstRow; row <= lastRow; row++) {
            // where the piece is within reach of moves that begin in this row
            double low = xWithin(a, b, row - 1, row + 2, Math.min(a.x, b.x), true);
            double high = xWithin(a, b, row - 1, row + 2, Math.max(a.x, b.x), false);
            int first = (int) Math.max(0, Math.floor(low) - 2);
            int last = (int) Math.min(grid.columns() - 1, Math.floor(high) + 2);
            for (int column = first; column <= last; column++) {
                Coordinate middle = new Coordinate(column + 0.5, row + 0.5);
                for (int direction = 0; direction < 4; direction += directionStep) {
                    int toRow = row + ROW_STEP[direction];
                    int toColumn = column + COLUMN_STEP[direction];
                    if (!grid.holds(toRow, toColumn)) {
                        continue;
                    }
                    lines.computeIntersection(a, b, middle, new Coordinate(toColumn + 0.5, toRow + 0.5));
                    if (lines.hasIntersection()) {
                        add(grid.number(row, column), direction, crest, blocks);
                        add(grid.number(toRow, toColumn), direction + 4, crest, blocks);
                    }
                }
            }
        }
    }

    private void add(long cell, int direction, float crest, List<Block> blocks) {
        tileHasSome[Grid.tile(cell)] = true;
        blocks.add(new Block(cell * 8 + direction, crest));
    }

    /** Least or greatest x of the piece from a to b where its y lies between two bounds, and not beyond its end. */
    private static double xWithin(Coordinate a, Coordinate b, double top, double bottom, double end, boolean least) {
        if (a.y == b.y) {
            return end;
        }
        double slope = (b.x - a.x) / (b.y - a.y);
        double xTop = a.x + (Math.max(top, Math.min(a.y, b.y)) - a.y) * slope;
        double xBottom = a.x + (Math.min(bottom, Math.max(a.y, b.y)) - a.y) * slope;
        return least ? Math.max(end, Math.min(xTop, xBottom)) : Math.min(end, Math.max(xTop, xBottom));
    }

    /** Whether any begins in that tile. */
    boolean any(int tile) {
        return tileHasSome[tile];
    }

    /** What a move must rise above; minus infinity where nothing is in its way. */
    float crestM(long cell, int direction) {
        int at = Arrays.binarySearch(blockedMove, cell * 8 + direction);
        return at < 0 ? Float.NEGATIVE_INFINITY : crestM[at];
    }

    List<Pipe> pipesFrom(long cell) {
        return pipesFrom.getOrDefault(cell, List.of());
    }
}
