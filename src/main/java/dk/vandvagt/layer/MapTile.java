package dk.vandvagt.layer;

import io.github.sebasbaumh.mapbox.vectortile.VectorTile;
import io.github.sebasbaumh.mapbox.vectortile.adapt.jts.JtsAdapter;
import io.github.sebasbaumh.mapbox.vectortile.build.MvtLayerParams;
import io.github.sebasbaumh.mapbox.vectortile.build.MvtLayerProps;
import io.github.sebasbaumh.mapbox.vectortile.util.MvtUtil;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.CoordinateFilter;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryCollection;
import org.locationtech.jts.geom.PrecisionModel;
import org.locationtech.jts.geom.util.AffineTransformation;
import org.locationtech.jts.operation.overlayng.OverlayNG;
import org.locationtech.jts.operation.overlayng.OverlayNGRobust;
import org.locationtech.jts.precision.GeometryPrecisionReducer;
import org.locationtech.jts.simplify.TopologyPreservingSimplifier;

/**
 * One tile of WebMercatorQuad (OGC 17-083r4, annex D) as a Mapbox Vector Tile, version 2.1: a layer of the collection's name,
 * 4,096 units a side. Geometries are cut where they leave the tile by more than a buffer, simplified by less than a
 * quarter of a pixel of 1/256 of the tile, and sound on the tile's grid; an area that is smaller than the grid at this zoom is left out.
 *
 * @param z from 0
 * @param x column, from the west
 * @param y row, from the north
 */
public record MapTile(int z, int x, int y) {
    public static final String MEDIA_TYPE = "application/vnd.mapbox-vector-tile";

    /** At 24 a unit of the tile is 0.6 mm. */
    public static final int DEEPEST = 24;

    private static final int EXTENT = 4096;
    /** So that a symbol or a line's width at the edge is drawn by both neighbours: 16 pixels of 256. */
    private static final int BUFFER = 256;
    /** In units of the tile; 16 of them are a pixel. */
    private static final double TOLERANCE = 4;

    /** Half the side of the square that the whole Earth is in EPSG:3857. */
    private static final double HALF_SIDE_M = Math.PI * 6_378_137;

    /** Beyond it the square of the projection ends. */
    private static final double NORTHERNMOST = 85.05112877980659;

    private static final MvtLayerParams UNITS = new MvtLayerParams(EXTENT);
    private static final PrecisionModel WHOLE_UNITS = new PrecisionModel(1);

    /** Null where there is no such tile. */
    public static @Nullable MapTile of(int z, int x, int y) {
        boolean exists = z >= 0 && z <= DEEPEST && x >= 0 && y >= 0 && x < 1 << z && y < 1 << z;
        return exists ? new MapTile(z, x, y) : null;
    }

    /** Whose features may show in it. */
    public Where where() {
        double buffer = BUFFER * unitM();
        double east = Math.min(HALF_SIDE_M, westM() + sideM() + buffer);
        double north = Math.min(HALF_SIDE_M, northM() + buffer);
        double west = Math.max(-HALF_SIDE_M, westM() - buffer);
        double south = Math.max(-HALF_SIDE_M, northM() - sideM() - buffer);
        return new Where(Crs.EPSG_3857, west, south, east, north);
    }

    /**
     * @param picked rows of the layer, such as those {@link #where}; any others are left out
     * @param properties indexes of those to be told, text, number or truth (instants as RFC 3339); the feature's {@code id} is
     *     always told; null for all
     * @return of no bytes where nothing shows
     */
    public byte[] of(Layer layer, int[] picked, int @Nullable [] properties) {
        VectorTile.Tile.Layer.Builder tile = MvtUtil.newLayerBuilder(layer.id(), UNITS);
        MvtLayerProps dictionary = new MvtLayerProps();
        for (int row : picked) {
            Geometry geometry = layer.geometry(row);
            Geometry drawn = geometry == null ? null : drawn(geometry);
            if (drawn != null) {
                // the encoder asks for tags only where there are user data
                drawn.setUserData(layer.id(row));
                JtsAdapter.addFeatures(tile, drawn, dictionary, (data, props, feature) -> {
                    tell(props, feature, "id", data);
                    tell(layer, row, properties, props, feature);
                });
            }
        }
        if (tile.getFeaturesCount() == 0) {
            return new byte[0];
        }
        MvtUtil.writeProps(tile, dictionary);
        return VectorTile.Tile.newBuilder().addLayers(tile).build().toByteArray();
    }

    private static void tell(
            Layer layer,
            int row,
            int @Nullable [] properties,
            MvtLayerProps props,
            VectorTile.Tile.Feature.Builder feature) {
        List<Property> all = layer.schema().properties();
        int n = properties == null ? all.size() : properties.length;
        for (int i = 0; i < n; i++) {
            int property = properties == null ? i : properties[i];
            Object value = layer.value(row, property);
            Object told = value instanceof Instant instant ? FlatJson.rfc3339(instant.toEpochMilli()) : value;
            if (told != null) {
                tell(props, feature, all.get(property).name(), told);
            }
        }
    }

    private static void tell(MvtLayerProps props, VectorTile.Tile.Feature.Builder feature, String name, Object value) {
        feature.addTags(props.addKey(name)).addTags(props.addValue(value));
    }

    /** On the grid of the tile, y down; null where nothing shows. */
    private @Nullable Geometry drawn(Geometry geometry84) {
        Envelope on84 = geometry84.getEnvelopeInternal();
        if (on84.getMaxY() > NORTHERNMOST || on84.getMinY() < -NORTHERNMOST) {
            return null;
        }
        Geometry onTile = Crs.EPSG_3857.fromCrs84(geometry84).copy();
        double unitsAMetre = 1 / unitM();
        onTile.apply(new AffineTransformation(
                unitsAMetre, 0, -westM() * unitsAMetre, 0, -unitsAMetre, northM() * unitsAMetre));
        Envelope shown = new Envelope(-BUFFER, EXTENT + BUFFER, -BUFFER, EXTENT + BUFFER);
        if (!shown.intersects(onTile.getEnvelopeInternal())) {
            return null;
        }
        int dimension = onTile.getDimension();
        if (dimension == 0) {
            onTile.apply((CoordinateFilter) WHOLE_UNITS::makePrecise);
            return onTile;
        }
        Geometry simple = TopologyPreservingSimplifier.simplify(onTile, TOLERANCE);
        Geometry cut = shown.contains(simple.getEnvelopeInternal())
                ? simple
                : OverlayNGRobust.overlay(simple, Layer.GEOMETRY.toGeometry(shown), OverlayNG.INTERSECTION);
        Geometry onGrid = GeometryPrecisionReducer.reduce(cut, WHOLE_UNITS);
        Geometry whole = parts(onGrid, dimension);
        return whole.isEmpty() ? null : whole;
    }

    /** Without the points and lines at which an area merely touches the edge. */
    private static Geometry parts(Geometry geometry, int dimension) {
        if (geometry.getClass() != GeometryCollection.class) {
            return geometry.getDimension() == dimension ? geometry : Layer.GEOMETRY.createGeometryCollection();
        }
        List<Geometry> parts = new ArrayList<>();
        for (int i = 0; i < geometry.getNumGeometries(); i++) {
            if (geometry.getGeometryN(i).getDimension() == dimension) {
                parts.add(geometry.getGeometryN(i));
            }
        }
        return Layer.GEOMETRY.buildGeometry(parts);
    }

    private double sideM() {
        return 2 * HALF_SIDE_M / (1L << z);
    }

    private double unitM() {
        return sideM() / EXTENT;
    }

    private double westM() {
        return x * sideM() - HALF_SIDE_M;
    }

    private double northM() {
        return HALF_SIDE_M - y * sideM();
    }
}
