package dk.vandvagt.layer;

import java.util.List;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.geom.Geometry;

/** What planners have put, the same at any time. */
record Planned(Plan now) implements Plans {
    static final Planned NOTHING = new Planned(Plan.NONE);

    static Planned zones(Zone... zones) {
        return new Planned(new Plan(List.of(zones), Footprints.NONE));
    }

    /** A house of some metres, CRS84. */
    static Geometry house(double lon, double lat) {
        return Layer.GEOMETRY.toGeometry(new Envelope(lon, lon + 1e-4, lat, lat + 1e-4));
    }

    @Override
    public Plan asOf(long atMs) {
        return now;
    }
}
