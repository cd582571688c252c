package dk.vandvagt.layer;

import dk.vandvagt.station.VerticalDatum;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Geometry;

/** The hazard in an area by the prepared terrain model. Any thread. */
public final class TerrainHazard implements FloodHazard {
    private final Terrain terrain;
    private final SeaGauges gauges;
    private final UnaryOperator<Geometry> fromCrs84;
    private final TerrainBuildings buildings;

    /**
     * @param gauges of stretches of the terrain
     * @param fromCrs84 into the terrain's CRS; may refuse what lies outside of it
     * @param buildings on this terrain
     */
    public TerrainHazard(
            Terrain terrain,
            List<FloodLayer.Gauges> gauges,
            UnaryOperator<Geometry> fromCrs84,
            TerrainBuildings buildings) {
        this.terrain = terrain;
        this.gauges = new SeaGauges(terrain, gauges);
        this.buildings = buildings;
        this.fromCrs84 = fromCrs84;
    }

    @Override
    public VerticalDatum datum() {
        return terrain.facts().datum();
    }

    @Override
    public double highestLevelM() {
        return terrain.facts().highestLevelM();
    }

    @Override
    public Hazard of(Geometry area, double levelM) {
        return isWithin(levelM) ? hazard(area, depths(levelM)) : Hazard.UNKNOWN;
    }

    @Override
    public FloodDepths.Buildings buildings(Geometry area, Footprints footprints, double levelM) {
        return isWithin(levelM) ? buildings.in(area, footprints, depths(levelM)) : FloodDepths.Buildings.UNKNOWN;
    }

    @Override
    public Sea sea(LiveState live) {
        return new SeaNow(this, gauges.now(live));
    }

    private record SeaNow(TerrainHazard terrain, SeaGauges.Sea now) implements Sea {
        @Override
        public Hazard of(Geometry area) {
            return terrain.hazard(area, new FloodDepths(terrain.terrain, now.levels(true)));
        }

        @Override
        public @Nullable String sensorIds() {
            String ids = now.sensorIds().stream()
                    .filter(id -> !id.isEmpty())
                    .distinct()
                    .collect(Collectors.joining(","));
            return ids.isEmpty() ? null : ids;
        }
    }

    private Hazard hazard(Geometry area, FloodDepths depths) {
        try {
            FloodDepths.Area found = depths.area(fromCrs84.apply(area));
            return new Hazard(found.hazard(), found.deepestM(), found.knownShare());
        } catch (IllegalArgumentException outside) {
            return Hazard.UNKNOWN;
        }
    }

    private FloodDepths depths(double levelM) {
        return new FloodDepths(terrain, SeaLevels.everywhere(terrain, levelM, true));
    }

    private boolean isWithin(double levelM) {
        return !Double.isNaN(levelM) && levelM <= highestLevelM();
    }
}
