package dk.vandvagt.layer;

import java.util.List;
import java.util.function.LongConsumer;
import org.locationtech.jts.geom.Geometry;

/**
 * From which level on the sea reaches each cell: the least, over all ways from the sea, of the highest ground, crest and invert on
 * the way, the cell's own ground included. One pass by priority-flood, that is, from the sea inwards, always on from the lowest
 * cell reached; what is not higher than the water there follows at once, without the queue (R. Barnes, C. Lehman, D. Mulla,
 * "Priority-flood: an optimal depression-filling and watershed-labeling algorithm for digital elevation models", Computers &amp;
 * Geosciences 62, 2014, algorithm 2).
 *
 * <p>There it begins at the edge of the model; here in given areas of sea only, never at the edge or at nodata. Nodata lets
 * nothing through, but in those areas, where it is sea.
 */
public final class Connection {
    private static final float UNREACHED = Float.POSITIVE_INFINITY;
    private static final long TOLD_EVERY = 1 << 20;

    private final Grid grid;
    private final Plane ground;
    private final Plane level;
    private final Ways ways;
    private final int directionStep;
    private final float highestM;
    private final LongConsumer reachedSoFar;

    private final LevelQueue queue = new LevelQueue();
    /** Cells reached at the present level, to go on from before the queue is asked. */
    private final CellRing following = new CellRing();

    private long reached;

    private Connection(
            Grid grid,
            Plane ground,
            Plane level,
            Ways ways,
            int neighbours,
            double highestM,
            LongConsumer reachedSoFar) {
        this.grid = grid;
        this.ground = ground;
        this.level = level;
        this.ways = ways;
        this.directionStep = neighbours == 8 ? 1 : 2;
        this.highestM = (float) highestM;
        this.reachedSoFar = reachedSoFar;
    }

    /**
     * @param level is written: infinite where the sea does not come up to {@code highestM}
     * @param sea polygons in the grid's CRS
     * @param neighbours 8 or 4
     * @param highestM ground above it is not looked at
     * @param reachedSoFar told now and then how many cells are reached
     * @return how many cells are sea
     */
    public static long levels(
            Grid grid,
            Plane ground,
            Plane level,
            List<? extends Geometry> sea,
            Ways ways,
            int neighbours,
            double highestM,
            LongConsumer reachedSoFar) {
        if (neighbours != 8 && neighbours != 4) {
            throw new IllegalArgumentException("8 or 4 neighbours, found " + neighbours);
        }
        Connection connection = new Connection(grid, ground, level, ways, neighbours, highestM, reachedSoFar);
        level.fill(UNREACHED);
        long seaCells = connection.beginIn(sea);
        connection.flood();
        return seaCells;
    }

    private long beginIn(List<? extends Geometry> sea) {
        long[] cells = {0};
        for (Geometry each : sea) {
            new CellsInside(grid, each).forEach((row, from, to) -> {
                for (int column = from; column < to; column++) {
                    long cell = grid.number(row, column);
                    float z = ground.of(cell);
                    if (Float.isNaN(z) || z <= highestM) {
                        cells[0] += level.of(cell) == UNREACHED ? 1 : 0;
                        level.set(cell, Float.isNaN(z) ? Float.NEGATIVE_INFINITY : z);
                    }
                }
            });
        }
        // only those that something can begin from, so that a wide sea does not fill the queue
        for (Geometry each : sea) {
            new CellsInside(grid, each).forEach((row, from, to) -> {
                for (int column = from; column < to; column++) {
                    long cell = grid.number(row, column);
                    float z = level.of(cell);
                    if (z != UNREACHED && leadsOn(row, column, cell)) {
                        queue.add(z, cell);
                    }
                }
            });
        }
        return cells[0];
    }

    private boolean leadsOn(int row, int column, long cell) {
        for (int direction = 0; direction < 8; direction++) {
            int toRow = row + Ways.ROW_STEP[direction];
            int toColumn = column + Ways.COLUMN_STEP[direction];
            if (grid.holds(toRow, toColumn) && level.of(grid.number(toRow, toColumn)) == UNREACHED) {
                return true;
            }
        }
        return ways.any(Grid.tile(cell));
    }

    private void flood() {
        while (!queue.isEmpty()) {
            long entry = queue.removeFirst();
            float water = LevelQueue.level(entry);
            long cell = LevelQueue.cell(entry);
            float known = level.of(cell);
            if (known == UNREACHED) {
                // over a crest or through a culvert, at the level that takes
                reach(cell, water);
            } else if (known == water) {
                goOn(cell, water);
            }
            while (!following.isEmpty()) {
                goOn(following.removeFirst(), water);
            }
        }
        reachedSoFar.accept(reached);
    }

    private void goOn(long cell, float water) {
        int inTile = (int) cell & Grid.CELLS_OF_TILE - 1;
        int rowInTile = inTile >> Grid.TILE_BITS;
        int columnInTile = inTile & Grid.TILE - 1;
        boolean special = ways.any(Grid.tile(cell));
        boolean inner = rowInTile > 0 && rowInTile < Grid.TILE - 1 && columnInTile > 0 && columnInTile < Grid.TILE - 1;
        if (inner && !special) {
            for (int direction = 0; direction < 8; direction += directionStep) {
                reach(cell + Ways.ROW_STEP[direction] * Grid.TILE + Ways.COLUMN_STEP[direction], water);
            }
            return;
        }
        int row = grid.row(cell);
        int column = grid.column(cell);
        for (int direction = 0; direction < 8; direction += directionStep) {
            int toRow = row + Ways.ROW_STEP[direction];
            int toColumn = column + Ways.COLUMN_STEP[direction];
            if (grid.holds(toRow, toColumn)) {
                reachOver(
                        grid.number(toRow, toColumn),
                        water,
                        special ? ways.crestM(cell, direction) : Float.NEGATIVE_INFINITY);
            }
        }
        if (special) {
            for (Ways.Pipe pipe : ways.pipesFrom(cell)) {
                reachOver(pipe.toCell(), water, pipe.invertM());
            }
        }
    }

    /** Past something that water must rise above first: it waits in the queue until it has. */
    private void reachOver(long cell, float water, float sill) {
        if (sill <= water) {
            reach(cell, water);
        } else if (sill <= highestM && level.of(cell) == UNREACHED && !Float.isNaN(ground.of(cell))) {
            queue.add(sill, cell);
        }
    }

    /** The first to reach a cell does so at the lowest level there is, as levels only rise. */
    private void reach(long cell, float water) {
        if (level.of(cell) != UNREACHED) {
            return;
        }
        float z = ground.of(cell);
        if (z <= water) {
            level.set(cell, water);
            following.add(cell);
        } else if (z <= highestM) {
            level.set(cell, z);
            queue.add(z, cell);
        } else {
            return; // too high, or nodata
        }
        if ((++reached & TOLD_EVERY - 1) == 0) {
            reachedSoFar.accept(reached);
        }
    }
}
