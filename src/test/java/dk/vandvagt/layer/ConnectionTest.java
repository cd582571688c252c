package dk.vandvagt.layer;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.locationtech.jts.geom.Coordinate;

class ConnectionTest {
    @Test
    void shouldLeaveAHollowShieldedUntilTheSeaRisesOverItsRim() {
        Toy toy = Toy.drawn("~~4444", "~~4114", "~~4114", "~~4344", "~~2222");
        assertThat(toy.flooded(2.5, true)).containsExactly("44....", "44.ss.", "44.ss.", "44....", "443333");
        // at 3 the rim's lowest cell is just reached, and lies not below: nothing stands on it, the hollow fills
        assertThat(toy.flooded(3, true)).containsExactly("44....", "44.44.", "44.44.", "44....", "444444");
        assertThat(toy.flooded(3.1, true)).containsExactly("44....", "44.44.", "44.44.", "44.1..", "444444");
    }

    @Test
    void shouldTellDepthsByTheirLowerBound() {
        Toy toy = Toy.drawn("~11111");
        for (int column = 1; column < 6; column++) {
            toy.ground.set(toy.grid.number(0, column), new float[] {0, 2.02f, 2.00f, 1.82f, 1.52f, 1.02f}[column]);
        }
        assertThat(toy.flooded(2.02, true)).containsExactly("4.1234");
    }

    @Test
    void shouldPassADiagonalGapWithEightNeighboursOnly() {
        Toy toy = Toy.drawn("~~~5", "~~51", "~511", "5111");
        toy.neighbours = 4;
        assertThat(toy.flooded(2, true)).containsExactly("444.", "44.s", "4.ss", ".sss");
        toy.neighbours = 8;
        assertThat(toy.flooded(2, true)).containsExactly("444.", "44.4", "4.44", ".444");
    }

    @Test
    void shouldLetNothingPastADiagonalDikeWhateverTheNeighbours() {
        for (int neighbours : new int[] {4, 8}) {
            Toy toy = Toy.drawn("~~1111", "~11111", "111111", "111111", "111111", "111111");
            toy.neighbours = neighbours;
            toy.barriers = List.of(new Barrier(toy.line(-1, 5, 5, -1), 3));
            // it lies on the middles of the fourth cells, which are within it
            assertThat(toy.flooded(2, true))
                    .as("%d neighbours", neighbours)
                    .containsExactly("444sss", "44ssss", "4sssss", "ssssss", "ssssss", "ssssss");
            assertThat(toy.flooded(2, false))
                    .containsExactly("444444", "444444", "444444", "444444", "444444", "444444");
            assertThat(toy.flooded(3, true))
                    .containsExactly("444444", "444444", "444444", "444444", "444444", "444444");
            toy.barriers = List.of(new Barrier(toy.line(-1, 5.9, 5.9, -1), 3));
            assertThat(toy.flooded(2, true))
                    .as("%d neighbours", neighbours)
                    .containsExactly("4444ss", "444sss", "44ssss", "4sssss", "ssssss", "ssssss");
        }
    }

    @Test
    void shouldLetNothingThroughNodataOrInFromTheEdge() {
        Toy toy = Toy.drawn("~1?1", "~1?1", "~1?1");
        assertThat(toy.flooded(2, true)).containsExactly("44?s", "44?s", "44?s");
        Toy away = Toy.drawn("1111", "1?11", "1111");
        assertThat(away.flooded(2, true)).containsExactly("ssss", "s?ss", "ssss");
    }

    @Test
    void shouldTakeNodataForSeaWhereItIsGivenAsSea() {
        Toy toy = Toy.drawn("??11", "??31");
        toy.sea = List.of(toy.cellsAsArea(0, 0, 1, 1));
        assertThat(toy.flooded(2, true)).containsExactly("??44", "??.4");
    }

    @Test
    void shouldLeadWaterThroughACulvertFromItsInvertOn() {
        Toy toy = Toy.drawn("~~511", "~~511");
        toy.culverts = List.of(new Culvert(toy.middle(0, 1), toy.middle(0, 3), 2, false));
        assertThat(toy.flooded(1.9, true)).containsExactly("44.ss", "44.ss");
        assertThat(toy.flooded(2, true)).containsExactly("44.44", "44.44");
    }

    @Test
    void shouldLetNothingInThroughAFlapThatHolds() {
        Toy toy = Toy.drawn("~~511", "~~511");
        toy.culverts = List.of(new Culvert(toy.middle(0, 1), toy.middle(0, 3), 0, true));
        assertThat(toy.flooded(4, true)).containsExactly("44.ss", "44.ss");
        assertThat(toy.flooded(4, false)).containsExactly("44.44", "44.44");
    }

    @Test
    void shouldLetWaterOutThroughAFlap() {
        // the basin on the right is open to the sea in the south; its flap leads into the shielded one in the middle
        Toy toy = Toy.drawn("~5151", "~5151", "~5551", "~1111");
        toy.culverts = List.of(new Culvert(toy.middle(0, 2), toy.middle(0, 4), 0, true));
        assertThat(toy.flooded(2, true)).containsExactly("4.4.4", "4.4.4", "4...4", "44444");
    }

    @Test
    void shouldAgreeWithBruteForceOnRandomTerrains() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("ConnectionTest.shouldAgreeWithBruteForceOnRandomTerrains: -Dseed=" + seed);
        int wet = 0;
        int shielded = 0;
        for (int round = 0; round < 1_000; round++) {
            Random random = new Random(seed + round);
            Toy toy = random(random);
            BruteForce brute = new BruteForce(toy);
            for (boolean withDefences : new boolean[] {true, false}) {
                Plane level = toy.connected(withDefences);
                double[][] expected = brute.levels(withDefences);
                for (int row = 0; row < toy.grid.rows(); row++) {
                    for (int column = 0; column < toy.grid.columns(); column++) {
                        float found = level.of(toy.grid.number(row, column));
                        assertThat((double) found)
                                .as(
                                        "seed %d, round %d, %d neighbours, defences %s, row %d, column %d",
                                        seed, round, toy.neighbours, withDefences, row, column)
                                .isEqualTo(expected[row][column]);
                        wet += Float.isFinite(found) ? 1 : 0;
                        shielded += found == Float.POSITIVE_INFINITY ? 1 : 0;
                    }
                }
            }
        }
        assertThat(wet).isGreaterThan(50_000);
        assertThat(shielded).isGreaterThan(10_000);
    }

    /** Few heights, so that there are many ties; lines in any direction, some through middles and corners of cells. */
    private static Toy random(Random random) {
        int columns = 1 + random.nextInt(14);
        int rows = 1 + random.nextInt(14);
        boolean northUp = random.nextInt(4) > 0;
        double dx = random.nextBoolean() ? 1 : 0.4;
        double dy = random.nextBoolean() ? dx : 2.5;
        Toy toy = new Toy(
                new Grid(columns, rows, 560_000, northUp ? 6_120_000 + rows * dy : 6_120_000, dx, northUp ? -dy : dy));
        toy.neighbours = random.nextBoolean() ? 8 : 4;
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                if (random.nextInt(8) > 0) {
                    toy.ground.set(toy.grid.number(row, column), random.nextInt(9) - 2 + random.nextInt(2) * 0.25f);
                }
            }
        }
        int seaRow = random.nextInt(rows);
        int seaColumn = random.nextInt(columns);
        toy.sea = List.of(toy.cellsAsArea(
                seaRow,
                seaColumn,
                Math.min(rows - 1, seaRow + random.nextInt(3)),
                Math.min(columns - 1, seaColumn + random.nextInt(3))));
        List<Barrier> barriers = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            double[] line = new double[2 * (2 + random.nextInt(3))];
            for (int at = 0; at < line.length; at++) {
                double along = (at % 2 == 0 ? columns : rows) * (random.nextDouble() * 1.4 - 0.2);
                line[at] = switch (random.nextInt(3)) {
                    case 0 -> Math.rint(along);
                    case 1 -> Math.rint(along) + 0.5;
                    default -> along;
                };
            }
            barriers.add(new Barrier(toy.line(line), random.nextInt(8)));
        }
        toy.barriers = barriers;
        List<Culvert> culverts = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            culverts.add(new Culvert(
                    toy.middle(random.nextInt(rows), random.nextInt(columns)),
                    toy.middle(random.nextInt(rows), random.nextInt(columns)),
                    random.nextInt(6) - 1,
                    random.nextBoolean()));
        }
        toy.culverts = culverts;
        return toy;
    }

    /** The definition itself: over and over, until no way is better; moves that cross a line found in whole numbers. */
    private static final class BruteForce {
        private final Toy toy;
        /** By cell, and row and column of the other one. */
        private final double[][][] crest;

        BruteForce(Toy toy) {
            this.toy = toy;
            crest = new double[toy.grid.rows()][toy.grid.columns()][9];
            for (int row = 0; row < toy.grid.rows(); row++) {
                for (int column = 0; column < toy.grid.columns(); column++) {
                    for (int to = 0; to < 9; to++) {
                        crest[row][column][to] = crest(row, column, row + to / 3 - 1, column + to % 3 - 1);
                    }
                }
            }
        }

        double[][] levels(boolean withDefences) {
            Grid grid = toy.grid;
            double[][] level = new double[grid.rows()][grid.columns()];
            for (double[] row : level) {
                Arrays.fill(row, Double.POSITIVE_INFINITY);
            }
            for (int row = 0; row < grid.rows(); row++) {
                for (int column = 0; column < grid.columns(); column++) {
                    if (toy.sea.getFirst().contains(Toy.GEOMETRIES.createPoint(toy.middle(row, column)))) {
                        float z = toy.ground.of(grid.number(row, column));
                        level[row][column] = Float.isNaN(z) ? Double.NEGATIVE_INFINITY : z;
                    }
                }
            }
            boolean better = true;
            while (better) {
                better = false;
                for (int row = 0; row < grid.rows(); row++) {
                    for (int column = 0; column < grid.columns(); column++) {
                        for (int toRow = row - 1; toRow <= row + 1; toRow++) {
                            for (int toColumn = column - 1; toColumn <= column + 1; toColumn++) {
                                boolean isNext = toRow == row || toColumn == column || toy.neighbours == 8;
                                if (isNext && grid.holds(toRow, toColumn)) {
                                    double sill = withDefences
                                            ? crest[row][column][(toRow - row + 1) * 3 + toColumn - column + 1]
                                            : -1e9;
                                    better |= improve(level, row, column, toRow, toColumn, sill);
                                }
                            }
                        }
                    }
                }
                for (Culvert culvert : toy.culverts) {
                    Coordinate sea = grid.inCells(culvert.seaEnd());
                    Coordinate land = grid.inCells(culvert.landEnd());
                    if (!culvert.flap() || !withDefences) {
                        better |=
                                improve(level, (int) sea.y, (int) sea.x, (int) land.y, (int) land.x, culvert.invertM());
                    }
                    better |= improve(level, (int) land.y, (int) land.x, (int) sea.y, (int) sea.x, culvert.invertM());
                }
            }
            return level;
        }

        private boolean improve(double[][] level, int row, int column, int toRow, int toColumn, double sill) {
            double z = toy.ground.of(toy.grid.number(toRow, toColumn));
            double way = Math.max(Math.max(level[row][column], sill), z);
            if (way < level[toRow][toColumn]) {
                level[toRow][toColumn] = way;
                return true;
            }
            return false;
        }

        private double crest(int row, int column, int toRow, int toColumn) {
            double highest = -1e9;
            Coordinate from = new Coordinate(column + 0.5, row + 0.5);
            Coordinate to = new Coordinate(toColumn + 0.5, toRow + 0.5);
            for (Barrier barrier : toy.barriers) {
                Coordinate[] line = barrier.line().getCoordinates();
                for (int i = 1; i < line.length; i++) {
                    if (meet(toy.grid.inCells(line[i - 1]), toy.grid.inCells(line[i]), from, to)) {
                        highest = Math.max(highest, barrier.crestM());
                    }
                }
            }
            return highest;
        }

        private static boolean meet(Coordinate a, Coordinate b, Coordinate c, Coordinate d) {
            boolean boxes = Math.max(a.x, b.x) >= Math.min(c.x, d.x)
                    && Math.max(c.x, d.x) >= Math.min(a.x, b.x)
                    && Math.max(a.y, b.y) >= Math.min(c.y, d.y)
                    && Math.max(c.y, d.y) >= Math.min(a.y, b.y);
            return boxes && side(a, b, c) * side(a, b, d) <= 0 && side(c, d, a) * side(c, d, b) <= 0;
        }

        private static int side(Coordinate a, Coordinate b, Coordinate p) {
            BigDecimal left =
                    exact(b.x).subtract(exact(a.x)).multiply(exact(p.y).subtract(exact(a.y)));
            BigDecimal right =
                    exact(b.y).subtract(exact(a.y)).multiply(exact(p.x).subtract(exact(a.x)));
            return left.compareTo(right);
        }

        private static BigDecimal exact(double value) {
            return new BigDecimal(value);
        }
    }
}
