package dk.vandvagt.terrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.layer.CellsInside;
import dk.vandvagt.layer.FloodDepths;
import dk.vandvagt.layer.FloodExtent;
import dk.vandvagt.layer.Grid;
import dk.vandvagt.layer.SeaLevels;
import dk.vandvagt.layer.Terrain;
import dk.vandvagt.station.Text;
import dk.vandvagt.station.VerticalDatum;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.geotools.geometry.jts.JTS;
import org.geotools.referencing.CRS;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryFactory;

class MeasuredTerrainTest {
    private static final Path DATA = Path.of("../shared/data");
    private static final GeometryFactory GEOMETRIES = new GeometryFactory();

    @TempDir
    Path folder;

    private static Path data(String name) {
        Path file = DATA.resolve(name);
        boolean there = Files.exists(file);
        assertThat(there || !"true".equals(System.getenv("CI")))
                .as("%s is there", file)
                .isTrue();
        assumeTrue(there, () -> "skipped: " + file + " is not there");
        return file;
    }

    private Terrain prepared(Path model, String sea, double highestLevelM) throws IOException {
        Path drawn = Files.writeString(folder.resolve("sea.geojson"), sea);
        TerrainOrder order = new TerrainOrder(
                null,
                new VerticalDatum("MSL"),
                1,
                8,
                highestLevelM,
                null,
                null,
                "",
                "",
                List.of(new TerrainOrder.Coast("all", Text.NONE, drawn, null)));
        Preparation.prepare(model, order, folder.resolve("terrain"), Models.NOBODY, 0);
        return TerrainFolder.open(folder.resolve("terrain"), order);
    }

    /** In the middle of the sound: neither on Ven nor on Peberholm. */
    private Terrain oresund(String file) throws IOException {
        return prepared(
                data("dem-oresund-gebco").resolve(file),
                "{\"type\": \"Polygon\", \"coordinates\": [[[12.63, 55.75], [12.65, 55.75], [12.65, 55.76], [12.63, 55.76], [12.63, 55.75]]]}",
                10);
    }

    /** Wet and shielded cells by a flood fill in NumPy, written for this and nothing else. */
    @Test
    void shouldFloodTheSoundAsAnotherProgramDoes() throws IOException {
        for (String file : List.of("oresund_gebco2020_15s.tif", "oresund_gebco2020_15s.asc")) {
            Terrain terrain = oresund(file);
            assertThat(terrain.facts().crs()).isEqualTo("EPSG:4326");
            assertThat(terrain.facts().isGeographic()).isTrue();
            Map<Double, long[]> expected = Map.of(
                    1.0, new long[] {27_401, 855},
                    2.0, new long[] {28_065, 902},
                    3.0, new long[] {28_675, 986},
                    5.0, new long[] {30_768, 132});
            expected.forEach((levelM, cells) -> {
                FloodExtent extent = FloodExtent.at(terrain, SeaLevels.everywhere(terrain, levelM, true));
                assertThat(cells(extent, true))
                        .as("wet at %s m, %s", levelM, file)
                        .isEqualTo(cells[0]);
                assertThat(cells(extent, false)).as("shielded at %s m", levelM).isEqualTo(cells[1]);
            });
        }
    }

    private static long cells(FloodExtent extent, boolean wet) {
        return extent.parts().stream()
                .filter(part -> part.depth().isWet() == wet)
                .mapToLong(FloodExtent.Part::cells)
                .sum();
    }

    /** A degree of longitude is shorter in the north; areas are those on the ground, here against UTM's. */
    @Test
    void shouldMeasureDegreesOnTheGround() throws Exception {
        Terrain terrain = oresund("oresund_gebco2020_15s.tif");
        var toUtm = CRS.findMathTransform(CRS.decode("EPSG:4326", true), CRS.decode("EPSG:25833", true), true);
        for (FloodExtent.Part part :
                FloodExtent.at(terrain, SeaLevels.everywhere(terrain, 2, true)).parts()) {
            double utmM2 = JTS.transform(part.area(), toUtm).getArea();
            // 2 degrees from its middle UTM stretches areas by 4 in 10,000 at most
            assertThat(part.areaM2()).isCloseTo(utmM2, within(utmM2 * 0.002));
        }
    }

    /** The same cells as polygons by GDAL: as many, as large. */
    @Test
    void shouldDrawTheOutlinesThatGdalDraws() throws IOException, InterruptedException {
        Path polygonize = Path.of("/usr/bin/gdal_polygonize.py");
        boolean there = Files.isExecutable(polygonize);
        assertThat(there || !"true".equals(System.getenv("CI")))
                .as("%s is there (Debian: gdal-bin, python3-gdal)", polygonize)
                .isTrue();
        assumeTrue(there, "skipped: gdal_polygonize.py is not installed");
        Terrain terrain = oresund("oresund_gebco2020_15s.tif");
        Grid grid = terrain.grid();
        FloodExtent extent = FloodExtent.at(terrain, SeaLevels.everywhere(terrain, 5, true));
        int[][] classes = new int[grid.rows()][grid.columns()];
        Map<Integer, double[]> ours = new TreeMap<>();
        for (FloodExtent.Part part : extent.parts()) {
            int number = part.depth().ordinal() + 1;
            new CellsInside(grid, part.area()).forEach((row, from, to) -> Arrays.fill(classes[row], from, to, number));
            ours.put(
                    number,
                    new double[] {part.area().getNumGeometries(), part.area().getArea()});
        }
        StringBuilder text = new StringBuilder("ncols " + grid.columns() + "\nnrows " + grid.rows() + "\nxllcorner "
                + grid.x0() + "\nyllcorner " + (grid.y0() + grid.rows() * grid.dy()) + "\ncellsize " + grid.dx()
                + "\nNODATA_value 0\n");
        for (int[] row : classes) {
            Arrays.stream(row).forEach(number -> text.append(number).append(' '));
            text.append('\n');
        }
        Path raster = Files.writeString(folder.resolve("classes.asc"), text);
        Path polygons = folder.resolve("classes.geojson");
        Process gdal = new ProcessBuilder(
                        polygonize.toString(), "-q", raster.toString(), "-f", "GeoJSON", polygons.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("gdal.log").toFile())
                .start();
        assertThat(gdal.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(gdal.exitValue())
                .as(Files.readString(folder.resolve("gdal.log")))
                .isZero();
        Map<Integer, double[]> theirs = new TreeMap<>();
        for (JsonNode feature : new ObjectMapper().readTree(polygons.toFile()).path("features")) {
            double[] sum =
                    theirs.computeIfAbsent(feature.path("properties").path("DN").asInt(), none -> new double[2]);
            sum[0]++;
            sum[1] += area(feature.path("geometry").path("coordinates"));
        }
        assertThat(theirs.keySet()).isEqualTo(ours.keySet());
        theirs.forEach((number, sum) -> {
            assertThat(Objects.requireNonNull(ours.get(number))[0])
                    .as("polygons of class %d", number)
                    .isEqualTo(sum[0]);
            assertThat(Objects.requireNonNull(ours.get(number))[1])
                    .as("area of class %d", number)
                    .isCloseTo(sum[1], within(1e-9));
        });
    }

    private static double area(JsonNode rings) {
        double area = 0;
        for (int ring = 0; ring < rings.size(); ring++) {
            area += (ring == 0 ? 1 : -1) * polygon(rings.get(ring)).getArea();
        }
        return area;
    }

    private static Geometry polygon(JsonNode ring) {
        Coordinate[] corners = new Coordinate[ring.size()];
        Arrays.setAll(
                corners,
                i -> new Coordinate(
                        ring.get(i).get(0).asDouble(), ring.get(i).get(1).asDouble()));
        return GEOMETRIES.createPolygon(corners);
    }

    /**
     * What was seen in Merewether in June 2007 was water running down streets: five metres lower at one end than at the other. A level
     * surface is no model of that. What can be held against it is the ground below the peaks, which at one of the five points lies above
     * what was seen; and the houses, whose water is that around them.
     */
    @Test
    void shouldStandAsDeepAsThePeaksSeenInMerewetherLieAboveTheGround() throws IOException {
        Path data = data("dem-merewether");
        Terrain terrain = prepared(
                data.resolve("merewether_1m.tif"),
                "{\"type\": \"Polygon\", \"crs\": {\"properties\": {\"name\": \"EPSG:32756\"}}, \"coordinates\": [[[382250, 6354300], "
                        + "[382565, 6354300], [382565, 6354675], [382250, 6354675], [382250, 6354300]]]}",
                40);
        assertThat(terrain.facts().crs()).isEqualTo("EPSG:32756");
        List<String> lines = Files.readAllLines(data.resolve("ObservationPoints.csv"));
        int points = 0;
        for (String line : lines.subList(1, lines.size())) {
            String[] fields = line.split(",");
            if (fields.length < 5) {
                continue;
            }
            double peakM = Double.parseDouble(fields[4].strip());
            Geometry at = GEOMETRIES
                    .createPoint(new Coordinate(Double.parseDouble(fields[0]), Double.parseDouble(fields[1])))
                    .buffer(0.1);
            FloodDepths.Area there = new FloodDepths(terrain, SeaLevels.everywhere(terrain, peakM, true)).area(at);
            assertThat(there.deepestM())
                    .as("depth at point %s, peak %s m", fields[2].strip(), peakM)
                    .isCloseTo(
                            switch (fields[2].strip()) {
                                case "0" -> 0.49;
                                case "1" -> 0.69;
                                // the model's ground is 0.22 m above the peak that was seen there: what a terrain's
                                // error does
                                case "2" -> 0;
                                case "3" -> 0.06;
                                default -> 0.44;
                            },
                            within(0.02));
            points++;
        }
        assertThat(points).isEqualTo(5);
        JsonNode houses = new ObjectMapper()
                .readTree(data.resolve("houses_epsg32756.geojson").toFile())
                .path("features");
        FloodDepths depths = new FloodDepths(terrain, SeaLevels.everywhere(terrain, 23, true));
        int wet = 0;
        int damaged = 0;
        for (JsonNode house : houses) {
            Geometry outline =
                    polygon(house.path("geometry").path("coordinates").get(0));
            double aroundM = depths.around(outline).depthM();
            if (!Double.isNaN(aroundM)) {
                // the ring lies within one and a half cells of the outline
                double nearbyM = depths.area(outline.buffer(1.6)).deepestM();
                assertThat(aroundM).isLessThanOrEqualTo(nearbyM);
                wet += aroundM > 0 ? 1 : 0;
                damaged += aroundM > FloodDepths.DAMAGE_M ? 1 : 0;
            }
        }
        assertThat(houses).hasSize(60);
        assertThat(wet).isBetween(10, 59);
        assertThat(damaged).isBetween(5, wet);
    }
}
