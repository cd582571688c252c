package dk.vandvagt.layer;

import java.util.List;
import org.locationtech.jts.geom.MultiPolygon;

/**
 * What lies under water, and what is shielded from it, at given sea levels.
 *
 * @param parts by stretch and depth class, in that order; what is empty is left out
 */
public record FloodExtent(SeaLevels levels, List<Part> parts) {
    /**
     * One depth class along one stretch.
     *
     * @param stretch place in {@link Terrain#stretches}
     * @param area along the cells' edges, in the terrain's CRS; valid; no two parts overlap
     * @param areaM2 on the ground: that of the cells
     */
    public record Part(int stretch, DepthClass depth, MultiPolygon area, long cells, double areaM2) {}

    public FloodExtent {
        parts = List.copyOf(parts);
    }

    /**
     * @throws IllegalArgumentException a level above {@link Terrain.Facts#highestLevelM}
     */
    public static FloodExtent at(Terrain terrain, SeaLevels levels) {
        throw new UnsupportedOperationException();
    }
}
