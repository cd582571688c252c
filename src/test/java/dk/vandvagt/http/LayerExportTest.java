package dk.vandvagt.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dk.vandvagt.layer.Crs;
import dk.vandvagt.layer.FlatGeobufFile;
import dk.vandvagt.layer.Gdal;
import dk.vandvagt.layer.Layer;
import dk.vandvagt.layer.LayerInfo;
import dk.vandvagt.layer.Property;
import dk.vandvagt.layer.Query;
import dk.vandvagt.layer.Schema;
import dk.vandvagt.layer.Stamp;
import dk.vandvagt.station.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.io.ParseException;
import org.locationtech.jts.io.WKTReader;

/** Files for a GIS, opened by GDAL. */
class LayerExportTest {
    private static final GeometryFactory SHAPES = new GeometryFactory();

    @TempDir
    Path folder;

    private static Geometry geometry(String wkt) {
        try {
            return new WKTReader().read(wkt);
        } catch (ParseException e) {
            throw new AssertionError(e);
        }
    }

    private static Layer layer(Schema.Shape shape, @Nullable Geometry... geometries) {
        Schema schema = Schema.timed(
                shape,
                List.of(
                        Property.of("name", Property.Type.TEXT, "Name", "Navn"),
                        Property.of("severity", Property.Type.WHOLE, "Severity", "Alvor"),
                        Property.of("levelM", Property.Type.NUMBER, "Level", "Vandstand", "m"),
                        Property.of("stale", Property.Type.TRUTH, "Stale", "Tavs")));
        Layer.Writer writer = new Layer.Writer(
                new LayerInfo("flood-things", new Text("Ting", "Things"), new Text("", "For a test"), schema),
                new Stamp("run", 7, 1_700_000_000_000L, "r1"));
        for (int i = 0; i < geometries.length; i++) {
            int n = i;
            writer.feature(
                    "f" + n,
                    "%06d".formatted(n),
                    geometries[n],
                    1_697_800_000_123L,
                    Long.MAX_VALUE,
                    json -> json.text("name", n == 1 ? null : "Ærø \"" + n + "\", '=1+1'")
                            .whole("severity", n)
                            .number("levelM", n == 1 ? Double.NaN : n - 0.25)
                            .truth("stale", n % 2 == 1));
        }
        return writer.done();
    }

    private static int[] all(Layer layer) {
        return layer.select(Query.ALL).rows();
    }

    private static byte[] written(String format, Layer layer, int[] rows, Crs crs, int @Nullable [] properties) {
        return format.equals("gpkg")
                ? GeoPackageFile.of(layer, rows, crs, properties)
                : FlatGeobufFile.of(layer, rows, crs, properties);
    }

    private String read(String name, byte[] bytes, String... options) throws IOException {
        Path file = folder.resolve(name);
        Files.write(file, bytes);
        String[] command = {"ogrinfo", "-ro", "-al"};
        String[] words = Arrays.copyOf(command, command.length + options.length + 1);
        System.arraycopy(options, 0, words, command.length, options.length);
        words[words.length - 1] = file.toString();
        return Gdal.run(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpkg", "fgb"})
    void shouldTellGdalEveryPropertyInItsType(String format) throws IOException {
        Gdal.assumePresent();
        Layer layer = layer(Schema.Shape.POINT, geometry("POINT(9.89 55.27)"), geometry("POINT(10.5 55.1)"));
        assertThat(read("things." + format, written(format, layer, all(layer), Crs.CRS84, null)))
                .contains("Feature Count: 2", "Geometry: Point", "EPSG\",4326")
                .contains("id (String) = f0", "name (String) = Ærø \"0\", '=1+1'", "levelM (Real) = -0.25")
                .containsPattern("severity: Integer64")
                .containsPattern("severity \\(Integer64\\) = 1")
                .containsPattern("stale: Integer\\(Boolean\\)")
                .containsPattern("stale \\(Integer\\(Boolean\\)\\) = 1")
                .containsPattern("time_start \\(DateTime\\) = 2023/10/20 11:06:40.123\\+00")
                .contains("POINT (9.89 55.27)")
                .doesNotContain("Warning", "ERROR");
    }

    @ParameterizedTest
    @EnumSource(Crs.class)
    void shouldLieWhereTheReferenceSystemHasIt(Crs crs) throws IOException {
        Gdal.assumePresent();
        Layer layer = layer(Schema.Shape.POINT, geometry("POINT(9.89 55.27)"));
        int epsg = crs.epsg() == 0 ? 4326 : crs.epsg();
        for (String format : List.of("gpkg", "fgb")) {
            Path file = folder.resolve("at." + format);
            Files.write(file, written(format, layer, all(layer), crs, new int[0]));
            assertThat(Gdal.run("ogrinfo", "-ro", "-al", "-so", file.toString()))
                    .contains("ID[\"EPSG\"," + epsg + "]]");
            // PROJ brings it back
            Path csv = folder.resolve(format + ".csv");
            Gdal.run(
                    "ogr2ogr",
                    "-f",
                    "CSV",
                    "-t_srs",
                    "OGC:CRS84",
                    "-lco",
                    "GEOMETRY=AS_XY",
                    csv.toString(),
                    file.toString());
            String[] xy = Files.readAllLines(csv).get(1).split(",");
            assertThat(Double.parseDouble(xy[0])).isCloseTo(9.89, within(1e-7));
            assertThat(Double.parseDouble(xy[1])).isCloseTo(55.27, within(1e-7));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpkg", "fgb"})
    void shouldMakeAreasOfOnePartAndOfManyOneKind(String format) throws IOException {
        Gdal.assumePresent();
        Layer layer = layer(
                Schema.Shape.POLYGON,
                geometry("POLYGON((9 55,10 55,10 56,9 56,9 55),(9.2 55.2,9.4 55.2,9.4 55.4,9.2 55.2))"),
                geometry("MULTIPOLYGON(((11 55,12 55,12 56,11 55)),((13 55,14 55,14 56,13 55)))"));
        assertThat(read("areas." + format, written(format, layer, all(layer), Crs.CRS84, null)))
                .contains("Geometry: Multi Polygon", "Feature Count: 2")
                .contains("MULTIPOLYGON (((9 55,10 55,10 56,9 56,9 55),(9.2 55.2,9.4 55.2,9.4 55.4,9.2 55.2)))")
                .contains("MULTIPOLYGON (((11 55,12 55,12 56,11 55)),((13 55,14 55,14 56,13 55)))");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpkg", "fgb"})
    void shouldHoldAnySelectionOfFeaturesAndProperties(String format) throws IOException {
        Gdal.assumePresent();
        Layer layer = layer(
                Schema.Shape.ANY,
                geometry("POINT(9.89 55.27)"),
                null,
                geometry("LINESTRING(9 55,10 56)"),
                geometry("POLYGON((9 55,10 55,10 56,9 55))"));
        int severity = layer.schema().index("severity");
        assertThat(read("some." + format, written(format, layer, new int[] {1, 2}, Crs.CRS84, new int[] {severity})))
                .contains("Feature Count: 2", "LINESTRING (9 55,10 56)", "severity (Integer64) = 1")
                .doesNotContain("levelM", "= f0", "= f3");
        assertThat(read("none." + format, written(format, layer, new int[0], Crs.CRS84, null)))
                .contains("Feature Count: 0");
    }

    @Test
    void shouldFindByFlatGeobufsIndexWhatLiesInABox() throws IOException {
        Gdal.assumePresent();
        Geometry[] points = IntStream.range(0, 2000)
                .mapToObj(i -> SHAPES.createPoint(new Coordinate(8 + i % 50 / 10.0, 54 + i / 50 / 10.0)))
                .toArray(Geometry[]::new);
        Layer layer = layer(Schema.Shape.POINT, points);
        byte[] file = FlatGeobufFile.of(layer, all(layer), Crs.CRS84, null);
        assertThat(read("many.fgb", file, "-so")).contains("Feature Count: 2000");
        long inBox = Arrays.stream(points)
                .map(Geometry::getCoordinate)
                .filter(c -> c.x >= 9.05 && c.x <= 10.05 && c.y >= 55.05 && c.y <= 56.05)
                .count();
        assertThat(read("many.fgb", file, "-so", "-spat", "9.05", "55.05", "10.05", "56.05"))
                .contains("Feature Count: " + inBox);
    }

    @Test
    void shouldBeATableOfPointsThatNoSpreadsheetTakesForFormulas() {
        Schema schema =
                new Schema(Schema.Shape.POINT, List.of(Property.of("name", Property.Type.TEXT, "Name", "Navn")));
        Layer.Writer writer = new Layer.Writer(
                new LayerInfo("things", new Text("Ting", "Things"), new Text("", ""), schema),
                new Stamp("run", 7, 0, "r1"));
        writer.feature(
                "=f",
                "1",
                geometry("POINT(9.89 -0.5)"),
                Layer.NO_TIME,
                Layer.NO_TIME,
                json -> json.text("name", "@SUM(1)"));
        writer.feature("g", "2", null, Layer.NO_TIME, Layer.NO_TIME, json -> json.text("name", "a,\"b\""));
        Layer layer = writer.done();
        int[] name = {0};
        assertThat(LayerCsv.of(layer, all(layer), Crs.CRS84, name).buffer().toString())
                .isEqualTo("id,lon,lat,name\r\n'=f,9.89,-0.5,'@SUM(1)\r\ng,,,\"a,\"\"b\"\"\"\r\n");
        assertThat(LayerCsv.of(layer, new int[] {1}, Crs.EPSG_25832, name)
                        .buffer()
                        .toString())
                .startsWith("id,easting,northing,name\r\n");
    }

    @Test
    void shouldBeATableWithWellKnownTextThatGdalReads() throws IOException {
        Gdal.assumePresent();
        Layer layer = layer(Schema.Shape.POLYGON, geometry("POLYGON((9 55,10 55,10 56,9 55))"), null);
        assertThat(read(
                        "areas.csv",
                        LayerCsv.of(layer, all(layer), Crs.CRS84, null).buffer().getBytes()))
                .contains("Feature Count: 2", "POLYGON ((9 55,10 55,10 56,9 55))", "Ærø \"0\", '=1+1'");
    }
}
