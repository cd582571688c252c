package dk.vandvagt.terrain;

import dk.vandvagt.layer.Grid;
import dk.vandvagt.station.Text;
import dk.vandvagt.station.VerticalDatum;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Small terrain models on disk, and what is drawn around them. */
final class Models {
    static final VerticalDatum DVR90 = new VerticalDatum("DVR90");
    static final Preparation.Watch NOBODY = new Preparation.Watch() {
        @Override
        public void begins(Preparation.Step step, long of) {}

        @Override
        public void reached(long soFar) {}

        @Override
        public void found(Preparation.Model model) {}
    };

    private Models() {}

    /** In EPSG:25832, the lower left corner at (560000, 6120000); -9999 is nodata. */
    static Path arcGrid(Path file, double cell, double[]... rows) throws IOException {
        StringBuilder text = new StringBuilder("ncols " + rows[0].length + "\nnrows " + rows.length
                + "\nxllcorner 560000\nyllcorner 6120000\ncellsize " + cell + "\nNODATA_value -9999\n");
        for (double[] row : rows) {
            for (double z : row) {
                text.append(z).append(' ');
            }
            text.append('\n');
        }
        return Files.writeString(file, text.toString());
    }

    /** Rolling hills and hollows that slope up from a sea in the west. */
    static double[][] hills(int columns, int rows, long seed) {
        Random random = new Random(seed);
        double[][] hills = new double[rows][columns];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                double z = -2 + 6.0 * column / columns + 1.5 * Math.sin(row / 17.0) * Math.cos(column / 23.0);
                hills[row][column] = Math.rint(100 * (z + 0.3 * random.nextDouble())) / 100;
            }
        }
        return hills;
    }

    /**
     * A polygon in EPSG:25832, by its corners in metres from (560000, 6120000).
     */
    static Path box(Path file, double west, double south, double east, double north) throws IOException {
        return Files.writeString(
                file,
                "{\"type\": \"FeatureCollection\", \"crs\": {\"type\": \"name\", \"properties\": {\"name\": "
                        + "\"urn:ogc:def:crs:EPSG::25832\"}}, \"features\": [{\"type\": \"Feature\", \"properties\": {}, \"geometry\": "
                        + "{\"type\": \"Polygon\", \"coordinates\": [["
                        + position(west, south) + "," + position(east, south) + "," + position(east, north) + ","
                        + position(west, north) + "," + position(west, south) + "]]}}]}");
    }

    /** A line with properties, likewise. */
    static Path line(Path file, String properties, double... metres) throws IOException {
        StringBuilder positions = new StringBuilder();
        for (int i = 0; i < metres.length; i += 2) {
            positions.append(i == 0 ? "" : ",").append(position(metres[i], metres[i + 1]));
        }
        return Files.writeString(
                file,
                "{\"type\": \"FeatureCollection\", \"crs\": {\"type\": \"name\", \"properties\": {\"name\": "
                        + "\"urn:ogc:def:crs:EPSG::25832\"}}, \"features\": [{\"type\": \"Feature\", \"properties\": "
                        + properties + ", \"geometry\": {\"type\": \"LineString\", \"coordinates\": [" + positions
                        + "]}}]}");
    }

    private static String position(double x, double y) {
        return "[" + (560_000 + x) + "," + (6_120_000 + y) + "]";
    }

    static TerrainOrder order(@Nullable String crs, Path sea) {
        return new TerrainOrder(
                crs,
                DVR90,
                1,
                8,
                5,
                null,
                null,
                "made up",
                "",
                List.of(new TerrainOrder.Coast("all", new Text("alt", "all"), sea, null)));
    }

    static TerrainOrder with(TerrainOrder order, @Nullable Path barriers, @Nullable Path culverts) {
        return new TerrainOrder(
                order.crs(),
                order.datum(),
                order.unitM(),
                order.neighbours(),
                order.highestLevelM(),
                barriers,
                culverts,
                order.source(),
                order.licence(),
                order.coast());
    }

    static boolean same(Path one, Path other) throws IOException {
        return Files.mismatch(one, other) < 0;
    }

    static Grid grid(Path folder) throws IOException {
        return TerrainHead.read(folder.resolve(TerrainFolder.HEAD)).grid();
    }
}
