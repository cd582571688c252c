package dk.vandvagt.layer;

import org.locationtech.jts.geom.Geometry;

/** How deep it would be at given places; their geometries are in the terrain's CRS. */
public final class FloodDepths {
    private final Terrain terrain;
    private final SeaLevels levels;

    public FloodDepths(Terrain terrain, SeaLevels levels) {
        this.terrain = terrain;
        this.levels = levels;
    }

    /**
     * Of an area.
     *
     * @param hazard mean of min(1, depth / 1 m) over the cells that are known: 0 to 1, NaN where none is
     * @param deepestM 0 where it is dry, NaN where no cell is known
     * @param knownShare of its cells, those with ground and a level: 0 to 1
     */
    public record Area(double hazard, double deepestM, double knownShare) {}

    /** Over the cells whose middle lies in an area; over the one cell it lies in where it is smaller than that. */
    public Area area(Geometry area) {
        throw new UnsupportedOperationException();
    }

    /**
     * The most in a ring of one cell around a building's outline: ground below a house is often made up.
     *
     * @return metres, 0 where it is dry, NaN where no cell of the ring is known
     */
    public double aroundM(Geometry footprint) {
        throw new UnsupportedOperationException();
    }

    /** Buildings by the water around them; those that nothing is known of are in neither. */
    public record Buildings(int wet, int damaged, int unknown) {}

    /** Water of more than this at a house counts as damage. */
    public static final double DAMAGE_M = 0.2;

    public Buildings buildings(Iterable<? extends Geometry> footprints) {
        throw new UnsupportedOperationException();
    }
}
