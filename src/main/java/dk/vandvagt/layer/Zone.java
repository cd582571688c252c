package dk.vandvagt.layer;

import java.util.List;
import org.locationtech.jts.geom.Geometry;

/**
 * An area that a planner has drawn.
 *
 * @param geometry CRS84, longitude first: valid, one or several polygons
 * @param buildings in it, -1 where the planner has not said
 * @param vulnerability 0 to 1, the planner's; NaN where not said
 * @param sensorIds level sensors whose water threatens it; empty for the nearest one
 * @param changedAtMs when it was last put, wall clock
 */
public record Zone(
        String id,
        String name,
        Geometry geometry,
        int buildings,
        double vulnerability,
        List<String> sensorIds,
        long changedAtMs) {
    public Zone {
        sensorIds = List.copyOf(sensorIds);
    }
}
