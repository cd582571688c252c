package dk.vandvagt.layer;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryFactory;
import org.locationtech.jts.geom.Point;

/**
 * A bounding box as it was asked for, borders included, in the system it was asked in: what is a box there has curved edges elsewhere, so
 * whatever lies near is brought into that system and held against the box.
 */
public final class Where {
    private static final GeometryFactory GEOMETRY = new GeometryFactory();

    private final Crs crs;
    private final List<Envelope> boxes = new ArrayList<>();
    private final List<Envelope> around84 = new ArrayList<>();

    /**
     * @param minX east of {@code maxX} in a geographic system: across the antimeridian
     * @throws IllegalArgumentException where the box lies outside the projection, or minY lies above maxY
     */
    public Where(Crs crs, double minX, double minY, double maxX, double maxY) {
        this.crs = crs;
        if (minY > maxY) {
            throw new IllegalArgumentException("upside down");
        }
        if (minX <= maxX) {
            add(new Envelope(minX, maxX, minY, maxY));
        } else if (crs.isGeographic()) {
            add(new Envelope(minX, 180, minY, maxY));
            add(new Envelope(-180, maxX, minY, maxY));
        } else {
            throw new IllegalArgumentException("west and east exchanged");
        }
    }

    private void add(Envelope box) {
        boxes.add(box);
        around84.add(crs.around84(box));
    }

    /** Whatever lies outside of these, in CRS84, cannot lie in the box. */
    List<Envelope> around84() {
        return around84;
    }

    /** @param geometry CRS84; one that cannot be brought into the system of the box is not in it */
    boolean touches(Geometry geometry) {
        Geometry here = here(geometry);
        if (here == null) {
            return false;
        }
        for (Envelope box : boxes) {
            boolean near = box.intersects(here.getEnvelopeInternal());
            if (near
                    && (here instanceof Point
                            || box.contains(here.getEnvelopeInternal())
                            || GEOMETRY.toGeometry(box).intersects(here))) {
                return true;
            }
        }
        return false;
    }

    /** Whether a position in CRS84 lies in it. */
    public boolean holds(double lon, double lat) {
        return touches(GEOMETRY.createPoint(new Coordinate(lon, lat)));
    }

    private @Nullable Geometry here(Geometry geometry) {
        try {
            return crs.fromCrs84(geometry);
        } catch (IllegalArgumentException outside) {
            return null;
        }
    }
}
