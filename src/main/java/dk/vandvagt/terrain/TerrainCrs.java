package dk.vandvagt.terrain;

import dk.vandvagt.layer.Grid;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.geotools.api.referencing.FactoryException;
import org.geotools.api.referencing.crs.CoordinateReferenceSystem;
import org.geotools.api.referencing.crs.GeographicCRS;
import org.geotools.api.referencing.operation.TransformException;
import org.geotools.geometry.jts.JTS;
import org.geotools.referencing.CRS;
import org.geotools.referencing.crs.DefaultGeographicCRS;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Coordinate;

/**
 * In which CRS a terrain model lies, and how large its cells are on the ground.
 *
 * @param code such as {@code EPSG:25832}
 * @param crs x first
 */
record TerrainCrs(String code, CoordinateReferenceSystem crs) {
    /** A projection may stretch by this share; UTM does by 0.0004 in its middle and 0.001 at its edges. */
    private static final double MOST_STRETCH = 0.005;

    /**
     * @param declared by the settings; null where they leave it to the file
     * @param inFile null where the file says none
     */
    static TerrainCrs of(Path file, @Nullable String declared, @Nullable CoordinateReferenceSystem inFile)
            throws TerrainException {
        try {
            Integer number = inFile == null ? null : CRS.lookupEpsgCode(inFile, true);
            if (declared == null && number == null) {
                throw new TerrainException(file + ": "
                        + (inFile == null
                                ? "says no CRS that can be read"
                                : "its CRS " + inFile.getName() + " is none that EPSG has a number for")
                        + ", and none is assumed: say it in the settings, such as terrain: {crs: EPSG:25832}");
            }
            if (declared != null && number != null && !declared.equals("EPSG:" + number)) {
                throw new TerrainException(file + ": its CRS is EPSG:" + number
                        + ", but terrain.crs in the settings is " + declared + ": one of them is wrong");
            }
            String code = declared == null ? "EPSG:" + number : declared;
            return new TerrainCrs(code, CRS.decode(code, true));
        } catch (FactoryException unknown) {
            throw new TerrainException(file + ": CRS " + declared + " is not known: " + unknown.getMessage()
                    + "; should be like EPSG:25832");
        }
    }

    boolean isGeographic() {
        return crs instanceof GeographicCRS;
    }

    /**
     * Of one cell of each row: in degrees by the ellipsoid, otherwise as the CRS counts metres.
     *
     * @throws TerrainException the CRS does not count metres as they are on the ground, as Web Mercator does not
     */
    double[] cellAreaM2(Path file, Grid grid) throws TerrainException {
        double[] areas = new double[grid.rows()];
        if (isGeographic()) {
            for (int row = 0; row < areas.length; row++) {
                areas[row] = Ellipsoid.areaM2(
                        grid.y0() + row * grid.dy(), grid.y0() + (row + 1) * grid.dy(), Math.abs(grid.dx()));
            }
            return areas;
        }
        for (double atRow : new double[] {0, grid.rows()}) {
            for (double atColumn : new double[] {0, grid.columns()}) {
                double stretch = stretch(grid, atRow, atColumn);
                if (!(Math.abs(stretch - 1) < MOST_STRETCH)) {
                    throw new TerrainException(String.format(
                            Locale.ROOT,
                            "%s: a square metre of its CRS %s is %.3f m² on the ground there, so areas would be wrong: bring it into a "
                                    + "CRS that counts metres as they are, such as gdalwarp -t_srs EPSG:25832",
                            file,
                            code,
                            stretch));
                }
            }
        }
        Arrays.fill(areas, grid.cellArea());
        return areas;
    }

    /** Square metres on the ground to one of the CRS's. */
    private double stretch(Grid grid, double row, double column) throws TerrainException {
        try {
            var toDegrees = CRS.findMathTransform(crs, DefaultGeographicCRS.WGS84, true);
            double x = grid.x0() + column * grid.dx();
            double y = grid.y0() + row * grid.dy();
            Coordinate at = JTS.transform(new Coordinate(x, y), new Coordinate(), toDegrees);
            Coordinate east = JTS.transform(new Coordinate(x + 10, y), new Coordinate(), toDegrees);
            Coordinate north = JTS.transform(new Coordinate(x, y + 10), new Coordinate(), toDegrees);
            return Ellipsoid.areaM2(at.y, east.x - at.x, east.y - at.y, north.x - at.x, north.y - at.y) / 100;
        } catch (FactoryException | TransformException | IllegalArgumentException outside) {
            throw new TerrainException(
                    "a corner of the model lies where " + code + " does not reach: " + outside.getMessage());
        }
    }

    /** WGS 84's. */
    private static final class Ellipsoid {
        private static final double A_M = 6_378_137;
        private static final double F = 1 / 298.257223563;
        private static final double E = Math.sqrt(F * (2 - F));

        /** Between two parallels, over some degrees of longitude (J. Snyder, Map Projections, 1987, equation 3-12). */
        static double areaM2(double latitude, double otherLatitude, double degreesEast) {
            double bandM2 = A_M * A_M / 2 * Math.abs(q(otherLatitude) - q(latitude));
            return bandM2 * Math.toRadians(degreesEast);
        }

        /** Of the parallelogram of two short steps, degrees. */
        static double areaM2(double latitude, double east1, double north1, double east2, double north2) {
            double sin = Math.sin(Math.toRadians(latitude));
            double w = 1 - E * E * sin * sin;
            double northM = Math.toRadians(A_M * (1 - E * E) / (w * Math.sqrt(w)));
            double eastM = Math.toRadians(A_M / Math.sqrt(w)) * Math.cos(Math.toRadians(latitude));
            return Math.abs(east1 * north2 - east2 * north1) * eastM * northM;
        }

        private static double q(double latitude) {
            double sin = Math.sin(Math.toRadians(latitude));
            return (1 - E * E) * (sin / (1 - E * E * sin * sin) - Math.log((1 - E * sin) / (1 + E * sin)) / (2 * E));
        }
    }
}
