package dk.vandvagt.layer;

import dk.vandvagt.station.VerticalDatum;
import java.util.function.UnaryOperator;
import org.locationtech.jts.geom.Geometry;

/** The hazard in an area by the prepared terrain model, with its defences holding. Any thread. */
public final class TerrainHazard implements FloodHazard {
    private final Terrain terrain;
    private final UnaryOperator<Geometry> fromCrs84;

    /** @param fromCrs84 into the terrain's CRS; may refuse what lies outside of it */
    public TerrainHazard(Terrain terrain, UnaryOperator<Geometry> fromCrs84) {
        this.terrain = terrain;
        this.fromCrs84 = fromCrs84;
    }

    @Override
    public VerticalDatum datum() {
        return terrain.facts().datum();
    }

    @Override
    public Hazard of(Geometry area, double levelM) {
        if (Double.isNaN(levelM) || levelM > terrain.facts().highestLevelM()) {
            return Hazard.UNKNOWN;
        }
        try {
            FloodDepths.Area depths =
                    new FloodDepths(terrain, SeaLevels.everywhere(terrain, levelM, true)).area(fromCrs84.apply(area));
            return new Hazard(depths.hazard(), depths.deepestM(), depths.knownShare());
        } catch (IllegalArgumentException outside) {
            return Hazard.UNKNOWN;
        }
    }
}
