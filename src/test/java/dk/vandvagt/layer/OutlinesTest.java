package dk.vandvagt.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.LineString;
import org.locationtech.jts.geom.MultiPolygon;
import org.locationtech.jts.geom.Polygon;
import org.locationtech.jts.operation.valid.IsValidOp;

class OutlinesTest {

    private static Outlines outlines(byte[][] cells, Grid grid, int kinds) {
        Outlines outlines = new Outlines(grid, kinds);
        for (byte[] row : cells) {
            boolean any = false;
            for (byte kind : row) {
                any |= kind != 0;
            }
            outlines.row(any ? row : null, 0, grid.cellArea());
        }
        return outlines;
    }

    private static MultiPolygon drawn(String... rows) {
        byte[][] cells = new byte[rows.length][rows[0].length()];
        for (int row = 0; row < rows.length; row++) {
            for (int column = 0; column < rows[0].length(); column++) {
                cells[row][column] = (byte) (rows[row].charAt(column) == '#' ? 1 : 0);
            }
        }
        return outlines(cells, new Grid(rows[0].length(), rows.length, 0, rows.length, 1, -1), 1)
                .polygons(1);
    }

    @Test
    void shouldKeepCornersOnly() {
        assertThat(drawn("....", ".##.", ".##.", "....").toText())
                .isEqualTo("MULTIPOLYGON (((1 3, 1 1, 3 1, 3 3, 1 3)))");
    }

    @Test
    void shouldKeepCellsApartThatMeetAtACorner() {
        assertThat(drawn("#.", ".#").getNumGeometries()).isEqualTo(2);
        assertThat(drawn(".#", "#.").getNumGeometries()).isEqualTo(2);
    }

    @Test
    void shouldCutARingThatComesBackToACorner() {
        MultiPolygon ring = drawn("###", "#.#", "##.");
        assertThat(ring.isValid()).isTrue();
        assertThat(ring.getNumGeometries()).isEqualTo(1);
        assertThat(((Polygon) ring.getGeometryN(0)).getNumInteriorRing()).isEqualTo(1);
        assertThat(ring.getArea()).isEqualTo(7);
    }

    @Test
    void shouldLetTwoHolesTouch() {
        MultiPolygon ring = drawn("####", "#.##", "##.#", "####");
        assertThat(ring.isValid()).isTrue();
        assertThat(((Polygon) ring.getGeometryN(0)).getNumInteriorRing()).isEqualTo(2);
    }

    @Test
    void shouldPutAnIslandIntoALakeAsAPolygonOfItsOwn() {
        MultiPolygon island = drawn("#####", "#...#", "#.#.#", "#...#", "#####");
        assertThat(island.isValid()).isTrue();
        assertThat(island.getNumGeometries()).isEqualTo(2);
    }

    @Test
    void shouldGiveRandomCellsBackExactlyAsValidPolygons() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("OutlinesTest.shouldGiveRandomCellsBackExactlyAsValidPolygons: -Dseed=" + seed);
        int holes = 0;
        for (int round = 0; round < 300; round++) {
            Random random = new Random(seed + round);
            int rows = 1 + random.nextInt(24);
            int columns = 1 + random.nextInt(24);
            int kinds = 1 + random.nextInt(3);
            double fullness = new double[] {0.2, 0.5, 0.8, 0.95}[random.nextInt(4)];
            byte[][] cells = new byte[rows][columns];
            for (byte[] row : cells) {
                for (int column = 0; column < columns; column++) {
                    row[column] = (byte) (random.nextDouble() < fullness ? 1 + random.nextInt(kinds) : 0);
                }
            }
            double dx = random.nextBoolean() ? 0.4 : -0.4;
            double dy = random.nextBoolean() ? 0.4 : -1.6;
            Grid grid = new Grid(columns, rows, 575_000.2, 6_130_000.6, dx, dy);
            Outlines outlines = outlines(cells, grid, kinds);
            Geometry before = Toy.GEOMETRIES.createPolygon();
            byte[][] back = new byte[rows][columns];
            for (int kind = 1; kind <= kinds; kind++) {
                MultiPolygon polygons = outlines.polygons(kind);
                IsValidOp valid = new IsValidOp(polygons);
                assertThat(valid.isValid())
                        .as("seed %d, round %d, kind %d: %s", seed, round, kind, valid.getValidationError())
                        .isTrue();
                assertThat(polygons.getArea())
                        .as("seed %d, round %d", seed, round)
                        .isCloseTo(outlines.cells(kind) * grid.cellArea(), within(1e-6));
                assertThat(polygons.getNumGeometries())
                        .as("seed %d, round %d, kind %d", seed, round, kind)
                        .isEqualTo(connectedParts(cells, kind));
                holes += cornersOnly(polygons);
                int here = kind;
                new CellsInside(grid, polygons).forEach((row, from, to) -> {
                    for (int column = from; column < to; column++) {
                        back[row][column] += (byte) here;
                    }
                });
                assertThat(before.intersection(polygons).getArea())
                        .as("seed %d, round %d", seed, round)
                        .isZero();
                before = before.union(polygons);
            }
            assertThat(back).as("seed %d, round %d", seed, round).isDeepEqualTo(cells);
        }
        assertThat(holes).isGreaterThan(100);
    }

    /** How many holes; each point of a ring is a corner, outer rings are counter-clockwise. */
    private static int cornersOnly(MultiPolygon polygons) {
        int holes = 0;
        for (int i = 0; i < polygons.getNumGeometries(); i++) {
            Polygon polygon = (Polygon) polygons.getGeometryN(i);
            holes += polygon.getNumInteriorRing();
            for (int ring = -1; ring < polygon.getNumInteriorRing(); ring++) {
                LineString line = ring < 0 ? polygon.getExteriorRing() : polygon.getInteriorRingN(ring);
                Coordinate[] points = line.getCoordinates();
                for (int at = 1; at < points.length; at++) {
                    Coordinate next = points[at == points.length - 1 ? 1 : at + 1];
                    assertThat(points[at - 1].x == points[at].x).isNotEqualTo(points[at].x == next.x);
                }
                assertThat(org.locationtech.jts.algorithm.Orientation.isCCW(points))
                        .isEqualTo(ring < 0);
            }
        }
        return holes;
    }

    private static int connectedParts(byte[][] cells, int kind) {
        boolean[][] been = new boolean[cells.length][cells[0].length];
        int parts = 0;
        for (int row = 0; row < cells.length; row++) {
            for (int column = 0; column < cells[0].length; column++) {
                if (cells[row][column] == kind && !been[row][column]) {
                    parts++;
                    Deque<int[]> open = new ArrayDeque<>();
                    open.add(new int[] {row, column});
                    been[row][column] = true;
                    while (!open.isEmpty()) {
                        int[] at = open.remove();
                        int[][] next = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}};
                        for (int[] step : next) {
                            int r = at[0] + step[0];
                            int c = at[1] + step[1];
                            if (r >= 0
                                    && r < cells.length
                                    && c >= 0
                                    && c < cells[0].length
                                    && cells[r][c] == kind
                                    && !been[r][c]) {
                                been[r][c] = true;
                                open.add(new int[] {r, c});
                            }
                        }
                    }
                }
            }
        }
        return parts;
    }
}
