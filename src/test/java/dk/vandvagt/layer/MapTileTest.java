package dk.vandvagt.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dk.vandvagt.station.Text;
import io.github.sebasbaumh.mapbox.vectortile.VectorTile;
import io.github.sebasbaumh.mapbox.vectortile.adapt.jts.MvtReader;
import io.github.sebasbaumh.mapbox.vectortile.adapt.jts.TagKeyValueMapConverter;
import io.github.sebasbaumh.mapbox.vectortile.adapt.jts.model.JtsLayer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.util.GeometricShapeFactory;

/** Tiles, decoded again: what is in them, where it lies, and that it is sound. */
class MapTileTest {
    private static final Schema SCHEMA = Schema.timed(
            Schema.Shape.ANY,
            List.of(
                    Property.of("name", Property.Type.TEXT, "Name", "Navn"),
                    Property.of("severity", Property.Type.WHOLE, "Severity", "Alvor"),
                    Property.of("levelM", Property.Type.NUMBER, "Level", "Vandstand", "m"),
                    Property.of("stale", Property.Type.TRUTH, "Stale", "Tavs")));
    private static final GeometryFactory SHAPES = new GeometryFactory();

    static Layer layer(Geometry... geometries) {
        Layer.Writer writer = new Layer.Writer(
                new LayerInfo("things", new Text("Ting", "Things"), new Text("", ""), SCHEMA),
                new Stamp("run", 7, 1_700_000_000_000L, "r1"));
        for (int i = 0; i < geometries.length; i++) {
            int n = i;
            writer.feature(
                    "f" + n,
                    "%06d".formatted(n),
                    geometries[n],
                    1_697_800_000_000L,
                    Long.MAX_VALUE,
                    json -> json.text("name", "Målestation \"" + n + "\"")
                            .whole("severity", n % 4)
                            .number("levelM", n == 1 ? Double.NaN : n / 2.0)
                            .truth("stale", n % 2 == 1));
        }
        return writer.done();
    }

    private static int[] all(Layer layer) {
        return layer.select(Query.ALL).rows();
    }

    private static List<Geometry> decoded(byte[] tile) throws IOException {
        List<Geometry> geometries = new ArrayList<>();
        for (JtsLayer each : MvtReader.loadMvt(
                        new ByteArrayInputStream(tile),
                        SHAPES,
                        new TagKeyValueMapConverter(),
                        MvtReader.RING_CLASSIFIER_V2_1)
                .getLayers()) {
            geometries.addAll(each.getGeometries());
        }
        return geometries;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> tags(Geometry geometry) {
        return (Map<String, Object>) geometry.getUserData();
    }

    private static MapTile tile(int z, int x, int y) {
        return Objects.requireNonNull(MapTile.of(z, x, y));
    }

    @Test
    void shouldPutAPointWhereWebMercatorHasIt() throws IOException {
        Layer layer = layer(Places.geometry("POINT(0 0)"), Places.geometry("POINT(9.886 55.27)"));

        List<Geometry> world = decoded(tile(0, 0, 0).of(layer, all(layer), null));
        assertThat(world.getFirst().getCoordinate()).isEqualTo(new Coordinate(2048, 2048));

        // by the tile formulas of the OpenStreetMap wiki
        double column = (9.886 + 180) / 360 * (1 << 10);
        double latitude = Math.toRadians(55.27);
        double row = (1 - Math.log(Math.tan(latitude) + 1 / Math.cos(latitude)) / Math.PI) / 2 * (1 << 10);
        List<Geometry> near = decoded(tile(10, (int) column, (int) row).of(layer, all(layer), null));
        assertThat(near).hasSize(1);
        assertThat(near.getFirst().getCoordinate().x).isCloseTo((column - (int) column) * 4096, within(0.51));
        assertThat(near.getFirst().getCoordinate().y).isCloseTo((row - (int) row) * 4096, within(0.51));
    }

    @Test
    void shouldTellTheIdAndTheProperties() throws IOException {
        Layer layer = layer(Places.geometry("POINT(9 55)"), Places.geometry("POINT(10 55)"));
        List<Geometry> both = decoded(tile(0, 0, 0).of(layer, all(layer), null));
        assertThat(tags(both.getFirst()))
                .containsEntry("id", "f0")
                .containsEntry("name", "Målestation \"0\"")
                .containsEntry("severity", 0L)
                .containsEntry("levelM", 0.0)
                .containsEntry("stale", false)
                .containsEntry("time_start", "2023-10-20T11:06:40.000Z")
                .doesNotContainKey("time_end");
        assertThat(tags(both.get(1))).containsEntry("id", "f1").doesNotContainKey("levelM");

        int[] severityOnly = {SCHEMA.index("severity")};
        assertThat(tags(decoded(tile(0, 0, 0).of(layer, all(layer), severityOnly))
                        .get(1)))
                .isEqualTo(Map.of("id", "f1", "severity", 1L));
    }

    @Test
    void shouldBeVersion2WithOneLayerOf4096Units() throws IOException {
        Layer layer = layer(Places.geometry("POINT(9 55)"));
        VectorTile.Tile tile = VectorTile.Tile.parseFrom(tile(0, 0, 0).of(layer, all(layer), null));
        assertThat(tile.getLayersCount()).isOne();
        assertThat(tile.getLayers(0).getVersion()).isEqualTo(2);
        assertThat(tile.getLayers(0).getExtent()).isEqualTo(4096);
        assertThat(tile.getLayers(0).getName()).isEqualTo("things");
    }

    @Test
    void shouldCutAnAreaAtTheBufferAndLetNeighboursMeet() throws IOException {
        Layer layer = layer(Places.geometry("POLYGON((8 54,13 54,13 58,8 58,8 54))"));
        // 10/540/320 lies within, 10/538/318 beside it
        for (int x = 538; x < 541; x++) {
            Geometry drawn =
                    decoded(tile(10, x, 320).of(layer, all(layer), null)).getFirst();
            assertThat(drawn.getEnvelopeInternal()).isEqualTo(new Envelope(-256, 4352, -256, 4352));
            assertThat(drawn.getArea()).isEqualTo(4608.0 * 4608);
        }
        assertThat(tile(10, 100, 100).of(layer, all(layer), null)).isEmpty();
    }

    @Test
    void shouldLeaveOutWhatIsSmallerThanTheGrid() {
        Layer layer = layer(Places.geometry("POLYGON((10 55,10.00001 55,10.00001 55.00001,10 55.00001,10 55))"));
        assertThat(tile(2, 2, 1).of(layer, all(layer), null)).isEmpty();
        MapTile deep = tile(18, (int) ((10.000005 + 180) / 360 * (1 << 18)), 0);
        Layer.Selection none =
                layer.select(new Query(deep.where(), Long.MIN_VALUE, Long.MAX_VALUE, null, List.of(), null, 100));
        assertThat(none.matched()).isZero();
    }

    @Test
    void shouldStaySoundAtEveryZoomWithRingsWoundAsTheSpecificationAsks() throws IOException {
        long seed = Long.getLong("seed", new Random().nextLong());
        System.out.println("MapTileTest seed " + seed);
        Random random = new Random(seed);
        Geometry[] blobs = new Geometry[12];
        for (int i = 0; i < blobs.length; i++) {
            blobs[i] = blob(random);
        }
        Layer layer = layer(blobs);
        for (int z = 4; z <= 13; z++) {
            int column = (int) ((10.0 + 180) / 360 * (1 << z));
            double latitude = Math.toRadians(55.4);
            int row = (int) ((1 - Math.log(Math.tan(latitude) + 1 / Math.cos(latitude)) / Math.PI) / 2 * (1 << z));
            MapTile tile = tile(z, column, row);
            int[] picked = layer.select(
                            new Query(tile.where(), Long.MIN_VALUE, Long.MAX_VALUE, null, List.of(), null, 100))
                    .rows();
            byte[] bytes = tile.of(layer, picked, null);
            assertThat(bytes).as("what the index leaves out does not show").isEqualTo(tile.of(layer, all(layer), null));
            assertThat(bytes.length).as("z " + z).isPositive();
            for (Geometry drawn : decoded(bytes)) {
                assertThat(drawn.isValid()).as("z " + z + " " + drawn).isTrue();
                assertThat(new Envelope(-256, 4352, -256, 4352).contains(drawn.getEnvelopeInternal()))
                        .isTrue();
            }
            if (z == 8) {
                assertThatAreasAgree(layer, bytes);
            }
        }
    }

    /** By the decoder's own ring rule (exterior rings of positive area) and against the areas as they were. */
    private static void assertThatAreasAgree(Layer layer, byte[] tile) throws IOException {
        for (Geometry drawn : decoded(tile)) {
            int row = layer.row(String.valueOf(tags(drawn).get("id")));
            Geometry whole = Crs.EPSG_3857.fromCrs84(Objects.requireNonNull(layer.geometry(row)));
            double unitM = 2 * Math.PI * 6_378_137 / 256 / 4096;
            boolean uncut = new Envelope(0, 4096, 0, 4096).contains(drawn.getEnvelopeInternal());
            if (uncut) {
                double expected = whole.getArea() / unitM / unitM;
                assertThat(drawn.getArea()).isCloseTo(expected, within(whole.getLength() / unitM * 8 + 20));
            }
        }
    }

    /** A ring with dents and a hole. */
    private static Geometry blob(Random random) {
        GeometricShapeFactory shapes = new GeometricShapeFactory();
        shapes.setCentre(new Coordinate(9.5 + random.nextDouble(), 55.1 + random.nextDouble() * 0.6));
        shapes.setSize(0.02 + random.nextDouble());
        shapes.setNumPoints(300);
        Geometry blob = shapes.createCircle();
        for (int i = 0; i < 6; i++) {
            shapes.setCentre(new Coordinate(9.5 + random.nextDouble(), 55.1 + random.nextDouble() * 0.6));
            shapes.setSize(0.01 + random.nextDouble() / 5);
            blob = blob.difference(shapes.createCircle());
        }
        return blob;
    }

    @Test
    void shouldRefuseTilesThatDoNotExist() {
        assertThat(MapTile.of(-1, 0, 0)).isNull();
        assertThat(MapTile.of(3, 8, 0)).isNull();
        assertThat(MapTile.of(3, 0, -1)).isNull();
        assertThat(MapTile.of(25, 0, 0)).isNull();
        assertThat(MapTile.of(24, (1 << 24) - 1, 0)).isNotNull();
    }

    @Test
    void shouldBeReadByGdal(@TempDir Path folder) throws IOException {
        Gdal.assumePresent();
        Layer layer = layer(
                Places.geometry("POINT(9.89 55.27)"),
                Places.geometry(
                        "POLYGON((9.8 55.2,10 55.2,10 55.3,9.8 55.3,9.8 55.2),(9.85 55.22,9.9 55.22,9.9 55.25,9.85 55.22))"));
        Path file = folder.resolve("tile.mvt");
        Files.write(file, tile(8, 135, 80).of(layer, all(layer), null));
        String printed = Gdal.run(
                "ogrinfo", "-al", "-oo", "X=135", "-oo", "Y=80", "-oo", "Z=8", "-oo", "CLIP=NO", file.toString());
        assertThat(printed)
                .contains("Layer name: things")
                .contains("Feature Count: 2")
                .contains("id (String) = f0")
                .contains("levelM (Real) = 0")
                .contains("POLYGON");
        Coordinate there =
                Crs.EPSG_3857.fromCrs84(Places.geometry("POINT(9.89 55.27)")).getCoordinate();
        String point = printed.lines()
                .filter(line -> line.contains("POINT ("))
                .findFirst()
                .orElseThrow();
        String[] xy = point.replaceAll("[^0-9. -]", "").trim().split(" ");
        double unitM = 2 * Math.PI * 6_378_137 / 256 / 4096;
        assertThat(Double.parseDouble(xy[0])).isCloseTo(there.x, within(unitM));
        assertThat(Double.parseDouble(xy[1])).isCloseTo(there.y, within(unitM));
    }
}
