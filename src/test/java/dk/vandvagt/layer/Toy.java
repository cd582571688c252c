package dk.vandvagt.layer;

import dk.vandvagt.station.Text;
import dk.vandvagt.station.VerticalDatum;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryFactory;

/** Small terrains, drawn: a character a cell. */
public final class Toy {
    static final GeometryFactory GEOMETRIES = new GeometryFactory();
    static final double HIGHEST_M = 100;

    final Grid grid;
    final Plane ground;
    int neighbours = 8;
    List<Geometry> sea = List.of();
    List<Barrier> barriers = List.of();
    List<Culvert> culverts = List.of();

    Toy(Grid grid) {
        this.grid = grid;
        ground = Plane.inMemory(grid);
    }

    /**
     * @param rows northernmost first: digits are ground in metres, {@code ~} sea floor at -3 m that the sea is given as, {@code ?}
     *     nodata; cells of 1 m, the lower left corner at (0, 0)
     */
    public static Toy drawn(String... rows) {
        Toy toy = new Toy(new Grid(rows[0].length(), rows.length, 0, rows.length, 1, -1));
        for (int row = 0; row < rows.length; row++) {
            for (int column = 0; column < rows[row].length(); column++) {
                char drawn = rows[row].charAt(column);
                if (drawn != '?') {
                    toy.ground.set(toy.grid.number(row, column), drawn == '~' ? -3 : drawn - '0');
                }
                if (drawn == '~') {
                    toy.sea = append(toy.sea, toy.cellAsArea(row, column));
                }
            }
        }
        return toy;
    }

    private static List<Geometry> append(List<Geometry> list, Geometry more) {
        Geometry[] all = list.toArray(new Geometry[list.size() + 1]);
        all[list.size()] = more;
        return List.of(all);
    }

    Geometry cellAsArea(int row, int column) {
        return cellsAsArea(row, column, row, column);
    }

    Geometry cellsAsArea(int firstRow, int firstColumn, int lastRow, int lastColumn) {
        Envelope box = new Envelope(
                new Coordinate(grid.x(firstColumn), grid.y(firstRow)),
                new Coordinate(grid.x(lastColumn + 1), grid.y(lastRow + 1)));
        return GEOMETRIES.toGeometry(box);
    }

    Coordinate middle(int row, int column) {
        return new Coordinate(grid.x(column + 0.5), grid.y(row + 0.5));
    }

    /** Columns and rows from the outer corner of the first cell. */
    Geometry line(double... columnsAndRows) {
        Coordinate[] corners = new Coordinate[columnsAndRows.length / 2];
        Arrays.setAll(corners, i -> new Coordinate(grid.x(columnsAndRows[2 * i]), grid.y(columnsAndRows[2 * i + 1])));
        return GEOMETRIES.createLineString(corners);
    }

    Plane connected(boolean withDefences) {
        Plane level = Plane.inMemory(grid);
        Ways ways = new Ways(grid, neighbours, withDefences ? barriers : List.of(), culverts, withDefences);
        Connection.levels(grid, ground, level, sea, ways, neighbours, HIGHEST_M, reached -> {});
        return level;
    }

    public Terrain terrain() {
        float[] lowest = new float[grid.tiles()];
        Arrays.fill(lowest, Float.POSITIVE_INFINITY);
        for (int row = 0; row < grid.rows(); row++) {
            for (int column = 0; column < grid.columns(); column++) {
                long cell = grid.number(row, column);
                if (!Float.isNaN(ground.of(cell))) {
                    lowest[Grid.tile(cell)] = Math.min(lowest[Grid.tile(cell)], ground.of(cell));
                }
            }
        }
        double[] areas = new double[grid.rows()];
        Arrays.fill(areas, grid.cellArea());
        @Nullable Plane undefended = barriers.isEmpty() && culverts.isEmpty() ? null : connected(false);
        return new Terrain(
                grid,
                new Terrain.Facts("EPSG:25832", false, new VerticalDatum("DVR90"), neighbours, HIGHEST_M, 0, "toy", ""),
                List.of(new Terrain.Stretch("all", new Text("alt", "all"))),
                ground,
                connected(true),
                undefended,
                Stretches.inMemory(grid),
                lowest,
                areas);
    }

    /** As drawn: {@code .} dry, {@code s} shielded, 1 to 4 the depth class, {@code ?} nodata. */
    String[] flooded(double levelM, boolean withDefences) {
        FloodExtent extent = FloodExtent.at(terrain(), SeaLevels.everywhere(terrain(), levelM, withDefences));
        char[][] map = new char[grid.rows()][grid.columns()];
        for (int row = 0; row < map.length; row++) {
            for (int column = 0; column < map[row].length; column++) {
                map[row][column] = Float.isNaN(ground.of(grid.number(row, column))) ? '?' : '.';
            }
        }
        for (FloodExtent.Part part : extent.parts()) {
            char mark = part.depth().isWet() ? (char) ('1' + part.depth().ordinal()) : 's';
            new CellsInside(grid, part.area()).forEach((row, from, to) -> Arrays.fill(map[row], from, to, mark));
        }
        return Arrays.stream(map).map(String::new).toArray(String[]::new);
    }
}
