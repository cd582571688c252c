package dk.vandvagt.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.locationtech.jts.algorithm.locate.IndexedPointInAreaLocator;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.geom.Location;
import org.locationtech.jts.geom.MultiPolygon;
import org.locationtech.jts.geom.Point;
import org.locationtech.jts.operation.union.UnaryUnionOp;

class IsobandsTest {
    private static final GeometryFactory SHAPES = new GeometryFactory();
    private static final Isobands.Field EVERYWHERE = (x, y) -> x >= 0 && x <= 100 && y >= 0 && y <= 100 ? 1 : -1;
    private static final Envelope HUNDRED = new Envelope(0, 100, 0, 100);

    @Test
    void shouldCutASlopeIntoStripesOfKnownWidth() {
        List<MultiPolygon> bands = Isobands.of((x, y) -> x, EVERYWHERE, HUNDRED, 10, new double[] {26, 52, 78});

        double height = 100;
        assertThat(bands).hasSize(4);
        assertThat(bands.get(1).getArea() / height).isCloseTo(26, within(0.3));
        assertThat(bands.get(2).getArea() / height).isCloseTo(26, within(0.3));
        // away from the border, where corners keep apart
        assertThat(Arrays.stream(bands.get(1).getCoordinates()).filter(each -> each.y > 10 && each.y < 90))
                .isNotEmpty()
                .allMatch(each -> each.x == 26 || each.x == 52);
        isAPartition(bands);
    }

    @Test
    void shouldDrawARingAroundAHillWithAHoleInIt() {
        Isobands.Field hill = (x, y) -> 100 - Math.hypot(x - 500, y - 500);
        Envelope box = new Envelope(0, 1000, 0, 1000);
        Isobands.Field disc = (x, y) -> 450 - Math.hypot(x - 500, y - 500);

        List<MultiPolygon> bands = Isobands.of(hill, disc, box, 20, new double[] {-200, 0});

        assertThat(bands.get(2).getArea()).isCloseTo(Math.PI * 100 * 100, within(Math.PI * 100 * 100 * 0.02));
        assertThat(bands.get(1).getArea())
                .isCloseTo(Math.PI * (300 * 300 - 100 * 100), within(Math.PI * 300 * 300 * 0.01));
        assertThat(bands.get(0).getArea())
                .isCloseTo(Math.PI * (450 * 450 - 300 * 300), within(Math.PI * 450 * 450 * 0.01));
        assertThat(bands.get(1).getNumGeometries()).isEqualTo(1);
        assertThat(((org.locationtech.jts.geom.Polygon) bands.get(1).getGeometryN(0)).getNumInteriorRing())
                .isEqualTo(1);
        isAPartition(bands);
    }

    @Test
    void shouldLetTheMiddleDecideASaddle() {
        // high at two opposite corners of one square; its middle is high, so the high ground is one
        double[][] high = {{1, 0}, {0, 1}};
        Isobands.Field saddle = (x, y) -> x == 5 && y == 5
                ? 0.9
                : high[(int) Math.clamp(Math.round(y / 10), 0, 1)][(int) Math.clamp(Math.round(x / 10), 0, 1)];
        Isobands.Field square = (x, y) -> x >= 0 && x <= 10 && y >= 0 && y <= 10 ? 1 : -1;
        Isobands.Field low = (x, y) -> x == 5 && y == 5 ? 0.1 : saddle.at(x, y);

        List<MultiPolygon> joined = Isobands.of(saddle, square, new Envelope(0, 10, 0, 10), 10, new double[] {0.5});
        List<MultiPolygon> parted = Isobands.of(low, square, new Envelope(0, 10, 0, 10), 10, new double[] {0.5});

        assertThat(joined.get(1).getNumGeometries()).isEqualTo(1);
        assertThat(joined.get(0).getNumGeometries()).isEqualTo(2);
        assertThat(parted.get(1).getNumGeometries()).isEqualTo(2);
        assertThat(parted.get(0).getNumGeometries()).isEqualTo(1);
        isAPartition(joined);
        isAPartition(parted);
    }

    @Test
    void shouldPutWhatLiesExactlyOnALevelAboveIt() {
        List<MultiPolygon> bands = Isobands.of((x, y) -> 5, EVERYWHERE, HUNDRED, 10, new double[] {1, 5, 10});

        assertThat(bands.get(2).getArea()).isCloseTo(100 * 100, within(250.0));
        assertThat(bands.get(0).isEmpty() && bands.get(1).isEmpty() && bands.get(3).isEmpty())
                .isTrue();
    }

    @Test
    void shouldLeaveOutWhereTheFieldIsNotKnown() {
        List<MultiPolygon> bands = Isobands.of(
                (x, y) -> x > 40 && x < 60 && y > 40 && y < 60 ? Double.NaN : 5, EVERYWHERE, HUNDRED, 5, new double[] {});

        Geometry all = bands.getFirst();
        assertThat(all.isValid()).isTrue();
        assertThat(all.contains(point(50, 50))).isFalse();
        assertThat(all.contains(point(20, 20))).isTrue();
        assertThat(all.getArea()).isCloseTo(100 * 100 - 20 * 20, within(250.0));
    }

    @Test
    void shouldGiveNothingForNothing() {
        assertThat(Isobands.of((x, y) -> 1, (x, y) -> -1, new Envelope(), 10, new double[] {1}))
                .allMatch(Geometry::isEmpty);
        assertThat(Isobands.of((x, y) -> 1, (x, y) -> -1, HUNDRED, 10, new double[] {1}))
                .allMatch(Geometry::isEmpty);
    }

    /** Rough ones, where many levels lie on one edge and values lie on levels. */
    @Test
    void shouldPartitionTheAreaWhateverTheField() {
        long seed = Long.getLong("vandvagt.seed", System.nanoTime());
        System.out.println("IsobandsTest seed " + seed);
        Random random = new Random(seed);
        for (int trial = 0; trial < 5; trial++) {
            double[][] noise = new double[40][40];
            for (double[] row : noise) {
                for (int i = 0; i < row.length; i++) {
                    row[i] = random.nextInt(4) == 0 ? random.nextInt(12) : random.nextDouble() * 12;
                }
            }
            double cellM = 50;
            Isobands.Field rough = (x, y) ->
                    noise[Math.floorMod(Math.round(2 * y / cellM), 40)][Math.floorMod(Math.round(2 * x / cellM), 40)];
            double[] xs = random.doubles(5, 300, 1200).toArray();
            double[] ys = random.doubles(5, 300, 1200).toArray();
            Isobands.Field discs = (x, y) -> {
                double most = -1e9;
                for (int i = 0; i < xs.length; i++) {
                    most = Math.max(most, 260 - Math.hypot(x - xs[i], y - ys[i]));
                }
                return most;
            };
            List<MultiPolygon> bands = Isobands.of(
                    rough, discs, new Envelope(0, 1500, 0, 1500), cellM, new double[] {1, 2, 2.5, 3, 5, 8, 11});
            isAPartition(bands);
            agreesWithTheMiddles(bands, rough, discs, cellM);
        }
    }

    /** By brute force: in the middle of each square the band is that of the field, if the square is well within. */
    private static void agreesWithTheMiddles(
            List<MultiPolygon> bands, Isobands.Field field, Isobands.Field inside, double cellM) {
        double[] levels = {1, 2, 2.5, 3, 5, 8, 11};
        List<IndexedPointInAreaLocator> locators =
                bands.stream().map(IndexedPointInAreaLocator::new).toList();
        for (double x = cellM / 2; x < 1500; x += cellM) {
            for (double y = cellM / 2; y < 1500; y += cellM) {
                if (inside.at(x, y) > 0) {
                    int band = 0;
                    while (band < levels.length && field.at(x, y) >= levels[band]) {
                        band++;
                    }
                    assertThat(locators.get(band).locate(new Coordinate(x, y)))
                            .as("band " + band + " at " + x + " " + y)
                            .isNotEqualTo(Location.EXTERIOR);
                }
            }
        }
    }

    static void isAPartition(List<MultiPolygon> bands) {
        List<Geometry> some = new ArrayList<>();
        double sum = 0;
        for (MultiPolygon band : bands) {
            assertThat(band.isValid()).as("valid").isTrue();
            sum += band.getArea();
            if (!band.isEmpty()) {
                some.add(band);
            }
        }
        for (int i = 0; i < some.size(); i++) {
            for (int j = 0; j < i; j++) {
                assertThat(some.get(i).relate(some.get(j), "T********"))
                        .as("bands share inner points")
                        .isFalse();
            }
        }
        double union = UnaryUnionOp.union(some).getArea();
        assertThat(sum).isCloseTo(union, within(1e-6 * Math.max(1, union)));
    }

    private static Point point(double x, double y) {
        return SHAPES.createPoint(new Coordinate(x, y));
    }
}
