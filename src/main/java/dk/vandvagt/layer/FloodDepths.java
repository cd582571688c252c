package dk.vandvagt.layer;

import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;

/** How deep it would be at given places; their geometries are in the terrain's CRS. May be asked by several threads. */
public final class FloodDepths {
    /** Water of more than this at a house counts as damage. */
    public static final double DAMAGE_M = 0.2;

    private final Terrain terrain;
    private final Plane connected;
    private final Water[] water;

    /**
     * @throws IllegalArgumentException a level above {@link Terrain.Facts#highestLevelM}
     */
    public FloodDepths(Terrain terrain, SeaLevels levels) {
        this.terrain = terrain;
        this.connected = terrain.connected(levels.withDefences());
        this.water = Water.of(terrain, levels);
    }

    /**
     * Of an area.
     *
     * @param hazard mean of min(1, depth / 1 m) over the cells that are known: 0 to 1, NaN where none is
     * @param deepestM 0 where it is dry, NaN where no cell is known
     * @param knownShare of its cells, those with ground and a level: 0 to 1
     */
    public record Area(double hazard, double deepestM, double knownShare) {}

    /** Buildings by the water around them; {@code unknown} ones are neither wet nor damaged. */
    public record Buildings(int wet, int damaged, int unknown) {
        public static final Buildings UNKNOWN = new Buildings(0, 0, 0);
    }

    /**
     * The deepest water around a building.
     *
     * @param depthM 0 where it is dry, NaN where no cell of the ring is known
     * @param depth that the deepest cell lies in; null where it is dry or not known
     */
    public record Around(double depthM, @Nullable DepthClass depth) {
        static final Around UNKNOWN = new Around(Double.NaN, null);

        boolean isWet() {
            return depthM > 0;
        }

        boolean isDamaged() {
            return depthM > DAMAGE_M;
        }
    }

    /** Over the cells whose middle lies in an area; over the one cell it lies in where it is smaller than that. */
    public Area area(Geometry area) {
        Tally tally = new Tally();
        new CellsInside(terrain.grid(), area).forEach((row, from, to) -> {
            for (int column = from; column < to; column++) {
                tally.add(depthM(row, column));
            }
        });
        if (tally.cells == 0 && !area.isEmpty()) {
            Coordinate at = terrain.grid().inCells(area.getInteriorPoint().getCoordinate());
            tally.add(depthM((int) Math.floor(at.y), (int) Math.floor(at.x)));
        }
        return tally.area();
    }

    private static final class Tally {
        private long cells;
        private long known;
        private double sum;
        private double deepestM;

        void add(double depthM) {
            cells++;
            if (!Double.isNaN(depthM)) {
                known++;
                sum += Math.min(1, depthM);
                deepestM = Math.max(deepestM, depthM);
            }
        }

        Area area() {
            return known == 0
                    ? new Area(Double.NaN, Double.NaN, 0)
                    : new Area(sum / known, deepestM, known / (double) cells);
        }
    }

    /** Metres, 0 where it is dry; NaN outside of the model, at nodata, and where the level is not known. */
    private double depthM(int row, int column) {
        if (!terrain.grid().holds(row, column)) {
            return Double.NaN;
        }
        long cell = terrain.grid().number(row, column);
        float z = terrain.ground().of(cell);
        int stretch = terrain.stretchOfCell().of(cell) - 1;
        if (Float.isNaN(z) || stretch < 0 || !water[stretch].isKnown()) {
            return Double.NaN;
        }
        return z < water[stretch].level() && connected.of(cell) <= water[stretch].level()
                ? water[stretch].depthM(z)
                : 0;
    }

    /**
     * The most in a ring of one cell around a building's outline: ground below a house is often made up. Cells whose middle lies
     * in the outline are the house's; so is the one cell it lies in where it is smaller than that.
     *
     * @param footprint in the terrain's CRS
     */
    public Around around(Geometry footprint) {
        if (footprint.isEmpty()) {
            return Around.UNKNOWN;
        }
        int[] box = CellsInside.box(terrain.grid(), footprint);
        int firstRow = box[0] - 1;
        int firstColumn = box[1] - 1;
        int rows = box[2] - firstRow + 2;
        int columns = box[3] - firstColumn + 2;
        if (rows < 3 || columns < 3) {
            return Around.UNKNOWN;
        }
        boolean[] house = new boolean[Math.multiplyExact(rows, columns)];
        boolean[] any = {false};
        new CellsInside(terrain.grid(), footprint).forEach((row, from, to) -> {
            for (int column = from; column < to; column++) {
                house[(row - firstRow) * columns + column - firstColumn] = true;
                any[0] = true;
            }
        });
        if (!any[0]) {
            Coordinate at = terrain.grid().inCells(footprint.getInteriorPoint().getCoordinate());
            int row = (int) Math.floor(at.y) - firstRow;
            int column = (int) Math.floor(at.x) - firstColumn;
            if (row < 1 || row >= rows - 1 || column < 1 || column >= columns - 1) {
                return Around.UNKNOWN;
            }
            house[row * columns + column] = true;
        }
        double deepestM = Double.NaN;
        long deepest = -1;
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                if (!house[row * columns + column] && isBeside(house, rows, columns, row, column)) {
                    double depthM = depthM(firstRow + row, firstColumn + column);
                    if (!(depthM <= deepestM) && !Double.isNaN(depthM)) {
                        deepestM = depthM;
                        deepest = terrain.grid().number(firstRow + row, firstColumn + column);
                    }
                }
            }
        }
        return new Around(deepestM, deepestM > 0 ? depthClass(deepest) : null);
    }

    private DepthClass depthClass(long cell) {
        return water[terrain.stretchOfCell().of(cell) - 1].depthClass(
                terrain.ground().of(cell), connected.of(cell));
    }

    private static boolean isBeside(boolean[] house, int rows, int columns, int row, int column) {
        for (int r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++) {
            for (int c = Math.max(0, column - 1); c <= Math.min(columns - 1, column + 1); c++) {
                if (house[r * columns + c]) {
                    return true;
                }
            }
        }
        return false;
    }

    /** @param footprints in the terrain's CRS */
    public Buildings buildings(Iterable<? extends Geometry> footprints) {
        int wet = 0;
        int damaged = 0;
        int unknown = 0;
        for (Geometry footprint : footprints) {
            Around around = around(footprint);
            unknown += Double.isNaN(around.depthM) ? 1 : 0;
            wet += around.isWet() ? 1 : 0;
            damaged += around.isDamaged() ? 1 : 0;
        }
        return new Buildings(wet, damaged, unknown);
    }
}
