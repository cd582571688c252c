package dk.vandvagt.layer;

import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;

/**
 * A wall, a gate or a dike's crest that the terrain model does not show.
 *
 * @param line in the terrain's CRS
 * @param crestM water passes from this level on, in the terrain's datum
 */
public record Barrier(Geometry line, double crestM) {
    Coordinate[][] parts() {
        Coordinate[][] parts = new Coordinate[line.getNumGeometries()][];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = line.getGeometryN(i).getCoordinates();
        }
        return parts;
    }
}
