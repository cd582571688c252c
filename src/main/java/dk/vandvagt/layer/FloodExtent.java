package dk.vandvagt.layer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.locationtech.jts.geom.MultiPolygon;

/**
 * What lies under water, and what is shielded from it, at given sea levels: wet where the ground is below the level and the sea
 * finds a way at that level. Only tiles with ground below the level are looked at.
 *
 * @param parts by stretch and depth class, in that order; what is empty is left out
 */
public record FloodExtent(SeaLevels levels, List<Part> parts) {
    private static final int CLASSES = DepthClass.values().length;

    /**
     * One depth class along one stretch.
     *
     * @param stretch place in {@link Terrain#stretches}
     * @param area along the cells' edges, in the terrain's CRS; valid; no two parts overlap
     * @param areaM2 on the ground: that of the cells
     */
    public record Part(int stretch, DepthClass depth, MultiPolygon area, long cells, double areaM2) {}

    public FloodExtent {
        parts = List.copyOf(parts);
    }

    /**
     * @throws IllegalArgumentException a level above {@link Terrain.Facts#highestLevelM}
     */
    public static FloodExtent at(Terrain terrain, SeaLevels levels) {
        Water[] water = Water.of(terrain, levels);
        Grid grid = terrain.grid();
        Outlines outlines = new Outlines(grid, water.length * CLASSES);
        float highest = Float.NEGATIVE_INFINITY;
        for (Water each : water) {
            highest = Float.isNaN(each.level()) ? highest : Math.max(highest, each.level());
        }
        byte[] band = new byte[Grid.TILE * grid.columns()];
        for (int tileRow = 0; tileRow < grid.tilesDown(); tileRow++) {
            int firstRow = tileRow * Grid.TILE;
            int rows = Math.min(Grid.TILE, grid.rows() - firstRow);
            boolean any = false;
            for (int tileColumn = 0; tileColumn < grid.tilesAcross(); tileColumn++) {
                if (terrain.lowestOfTile(tileRow * grid.tilesAcross() + tileColumn) < highest) {
                    if (!any) {
                        Arrays.fill(band, (byte) 0);
                    }
                    any = true;
                    classify(terrain, levels.withDefences(), water, firstRow, rows, tileColumn * Grid.TILE, band);
                }
            }
            for (int row = 0; row < rows; row++) {
                outlines.row(any ? band : null, row * grid.columns(), terrain.cellAreaM2(firstRow + row));
            }
        }
        List<Part> parts = new ArrayList<>();
        for (int stretch = 0; stretch < water.length; stretch++) {
            for (DepthClass depth : DepthClass.values()) {
                int kind = stretch * CLASSES + depth.ordinal() + 1;
                if (outlines.cells(kind) > 0) {
                    parts.add(new Part(
                            stretch, depth, outlines.polygons(kind), outlines.cells(kind), outlines.areaM2(kind)));
                }
            }
        }
        return new FloodExtent(levels, parts);
    }

    private static void classify(
            Terrain terrain,
            boolean withDefences,
            Water[] water,
            int firstRow,
            int rows,
            int firstColumn,
            byte[] band) {
        Grid grid = terrain.grid();
        Plane ground = terrain.ground();
        Plane connected = terrain.connected(withDefences);
        Stretches stretchOfCell = terrain.stretchOfCell();
        int columns = Math.min(Grid.TILE, grid.columns() - firstColumn);
        for (int row = 0; row < rows; row++) {
            long cell = grid.number(firstRow + row, firstColumn);
            int at = row * grid.columns() + firstColumn;
            for (int column = 0; column < columns; column++, cell++, at++) {
                int stretch = stretchOfCell.of(cell) - 1;
                if (stretch >= 0) {
                    float z = ground.of(cell);
                    if (z < water[stretch].level()) {
                        DepthClass depth = water[stretch].depthClass(z, connected.of(cell));
                        band[at] = (byte) (stretch * CLASSES + depth.ordinal() + 1);
                    }
                }
            }
        }
    }
}
