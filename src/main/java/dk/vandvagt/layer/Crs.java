package dk.vandvagt.layer;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.geotools.api.parameter.ParameterValueGroup;
import org.geotools.api.referencing.FactoryException;
import org.geotools.api.referencing.operation.MathTransform;
import org.geotools.api.referencing.operation.TransformException;
import org.geotools.referencing.operation.DefaultMathTransformFactory;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.CoordinateSequence;
import org.locationtech.jts.geom.CoordinateSequenceFilter;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.Geometry;

/**
 * The coordinate reference systems that are served. Everything is kept in CRS84 (WGS 84, degrees, longitude first); ETRS89 is taken for
 * WGS 84, which is a null transformation by convention (EPSG:1149, accuracy 1 m): the two drift apart by 2.5 cm a year, and
 * nothing here is placed that closely. Inside, x is always east and y north; the order in which an authority wants them is a matter
 * of reading and writing ({@link #isNorthFirst}).
 */
public enum Crs {
    CRS84("http://www.opengis.net/def/crs/OGC/1.3/CRS84", false, 8),
    EPSG_4326("http://www.opengis.net/def/crs/EPSG/0/4326", true, 8),
    /** ETRS89 / UTM zone 32N: what Danish municipalities keep their maps in. */
    EPSG_25832("http://www.opengis.net/def/crs/EPSG/0/25832", false, 3),
    EPSG_25833("http://www.opengis.net/def/crs/EPSG/0/25833", false, 3),
    EPSG_3857("http://www.opengis.net/def/crs/EPSG/0/3857", false, 3);

    /** The system planners keep their maps in. */
    public static final Crs STORAGE = EPSG_25832;

    private static final double WGS84_MAJOR_M = 6_378_137;
    private static final double WGS84_MINOR_M = 6_356_752.314245179;
    private static final double GRS80_MINOR_M = 6_356_752.314140356;

    private final String uri;
    private final boolean northFirst;
    private final int decimals;

    Crs(String uri, boolean northFirst, int decimals) {
        this.uri = uri;
        this.northFirst = northFirst;
        this.decimals = decimals;
    }

    public String uri() {
        return uri;
    }

    /** Whether latitude or northing comes first in what is read and written. */
    public boolean isNorthFirst() {
        return northFirst;
    }

    /** As many as make a millimetre. */
    public int decimals() {
        return decimals;
    }

    public boolean isGeographic() {
        return this == CRS84 || this == EPSG_4326;
    }

    /** EPSG's number, 0 for CRS84. */
    public int epsg() {
        return this == CRS84 ? 0 : Integer.parseInt(uri.substring(uri.lastIndexOf('/') + 1));
    }

    /** By its URI; null for one that is not served. */
    public static @Nullable Crs of(String uri) {
        for (Crs each : values()) {
            if (each.uri.equals(uri)) {
                return each;
            }
        }
        return null;
    }

    /** By its code, such as {@code EPSG:25832}; null for one that is not served. */
    public static @Nullable Crs ofEpsg(String code) {
        return code.startsWith("EPSG:") ? of("http://www.opengis.net/def/crs/EPSG/0/" + code.substring(5)) : null;
    }

    public static List<String> uris() {
        return Arrays.stream(values()).map(Crs::uri).toList();
    }

    /**
     * @param xy x, y, x, y … in this system, changed to CRS84 in place
     * @throws IllegalArgumentException where a position lies outside what the projection can hold
     */
    public void toCrs84(double[] xy) {
        if (!isGeographic()) {
            transform(Projections.of(this).inverse, xy);
        }
    }

    /** @param lonLat CRS84, changed to this system in place; see {@link #toCrs84(double[])} */
    public void fromCrs84(double[] lonLat) {
        if (!isGeographic()) {
            transform(Projections.of(this).forward, lonLat);
        }
    }

    /** A copy in CRS84; x of what is given is east. */
    public Geometry toCrs84(Geometry geometry) {
        return isGeographic() ? geometry : transformed(geometry, Projections.of(this).inverse);
    }

    /** A copy in this system, x east; straight edges stay straight, as every client draws them. */
    public Geometry fromCrs84(Geometry geometry) {
        return isGeographic() ? geometry : transformed(geometry, Projections.of(this).forward);
    }

    /** The box around what a box in this system is in CRS84: its edges are curved there. */
    public Envelope around84(Envelope box) {
        if (isGeographic()) {
            return box;
        }
        int steps = 32;
        Envelope around = new Envelope();
        double[] xy = new double[2];
        for (int i = 0; i <= steps; i++) {
            double x = box.getMinX() + i * box.getWidth() / steps;
            double y = box.getMinY() + i * box.getHeight() / steps;
            for (double[] corner :
                    new double[][] {{x, box.getMinY()}, {x, box.getMaxY()}, {box.getMinX(), y}, {box.getMaxX(), y}}) {
                xy[0] = corner[0];
                xy[1] = corner[1];
                toCrs84(xy);
                around.expandToInclude(xy[0], xy[1]);
            }
        }
        // between two steps an edge bulges by far less
        around.expandBy(around.getWidth() / 100 + 1e-6, around.getHeight() / 100 + 1e-6);
        return around;
    }

    private static void transform(MathTransform transform, double[] xy) {
        try {
            transform.transform(xy, 0, xy, 0, xy.length / 2);
        } catch (TransformException outside) {
            throw new IllegalArgumentException("outside the projection: " + outside.getMessage(), outside);
        }
        for (double each : xy) {
            if (!Double.isFinite(each)) {
                throw new IllegalArgumentException("outside the projection");
            }
        }
    }

    private static Geometry transformed(Geometry geometry, MathTransform transform) {
        Geometry copy = geometry.copy();
        double[] xy = new double[2];
        copy.apply(new CoordinateSequenceFilter() {
            @Override
            public void filter(CoordinateSequence sequence, int i) {
                xy[0] = sequence.getOrdinate(i, Coordinate.X);
                xy[1] = sequence.getOrdinate(i, Coordinate.Y);
                transform(transform, xy);
                sequence.setOrdinate(i, Coordinate.X, xy[0]);
                sequence.setOrdinate(i, Coordinate.Y, xy[1]);
            }

            @Override
            public boolean isDone() {
                return false;
            }

            @Override
            public boolean isGeometryChanged() {
                return true;
            }
        });
        return copy;
    }

    /** Made when first asked for. Straight from their parameters: GeoTools' database of systems takes seconds to open. */
    private record Projections(MathTransform forward, MathTransform inverse) {
        private static final Projections UTM_32 = transverseMercator(9);
        private static final Projections UTM_33 = transverseMercator(15);
        private static final Projections WEB = webMercator();

        static Projections of(Crs crs) {
            return switch (crs) {
                case EPSG_25832 -> UTM_32;
                case EPSG_25833 -> UTM_33;
                case EPSG_3857 -> WEB;
                case CRS84, EPSG_4326 -> throw new IllegalArgumentException(crs + " is not projected");
            };
        }

        private static Projections transverseMercator(double centralMeridian) {
            return made("Transverse_Mercator", GRS80_MINOR_M, parameters -> {
                parameters.parameter("latitude_of_origin").setValue(0);
                parameters.parameter("central_meridian").setValue(centralMeridian);
                parameters.parameter("scale_factor").setValue(0.9996);
                parameters.parameter("false_easting").setValue(500_000);
                parameters.parameter("false_northing").setValue(0);
            });
        }

        private static Projections webMercator() {
            return made("Popular Visualisation Pseudo Mercator", WGS84_MINOR_M, parameters -> {});
        }

        private static Projections made(String method, double minorM, Consumer<ParameterValueGroup> setting) {
            try {
                DefaultMathTransformFactory factory = new DefaultMathTransformFactory();
                ParameterValueGroup parameters = factory.getDefaultParameters(method);
                parameters.parameter("semi_major").setValue(WGS84_MAJOR_M);
                parameters.parameter("semi_minor").setValue(minorM);
                setting.accept(parameters);
                MathTransform forward = factory.createParameterizedTransform(parameters);
                return new Projections(forward, forward.inverse());
            } catch (FactoryException | TransformException e) {
                throw new IllegalStateException("GeoTools cannot make the projection " + method, e);
            }
        }
    }
}
