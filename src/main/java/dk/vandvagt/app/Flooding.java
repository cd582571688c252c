package dk.vandvagt.app;

import dk.vandvagt.config.Settings;
import dk.vandvagt.layer.FloodHazard;
import dk.vandvagt.layer.FloodLayer;
import dk.vandvagt.layer.Plans;
import dk.vandvagt.layer.Terrain;
import dk.vandvagt.layer.TerrainBuildings;
import dk.vandvagt.layer.TerrainHazard;
import dk.vandvagt.terrain.TerrainFolder;
import dk.vandvagt.terrain.TerrainOrder;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is made of the settings' terrain.
 *
 * @param hazard for the other layers
 */
record Flooding(FloodLayer layer, FloodHazard hazard) {
    private static final Logger LOG = LoggerFactory.getLogger(Flooding.class);

    /** Null where the settings have no terrain, or where it cannot be used: that is told, and the service goes on without it. */
    static @Nullable Flooding of(Settings settings, DataFolder data, Plans plans) {
        TerrainOrder order = TerrainCommand.order(settings);
        if (order == null) {
            return null;
        }
        try {
            Terrain terrain = TerrainFolder.open(TerrainCommand.folder(data), order);
            List<FloodLayer.Gauges> gauges = Objects.requireNonNull(settings.terrain()).coast().stream()
                    .map(coast -> new FloodLayer.Gauges(coast.id(), coast.sensors()))
                    .toList();
            TerrainBuildings buildings = new TerrainBuildings(terrain, TerrainFolder.fromCrs84(terrain));
            return new Flooding(
                    new FloodLayer(terrain, gauges, TerrainFolder.toCrs84(terrain), buildings, plans),
                    new TerrainHazard(terrain, gauges, TerrainFolder.fromCrs84(terrain), buildings));
        } catch (IOException unusable) {
            LOG.error("there is no flood-extent: {}", unusable.getMessage());
            return null;
        }
    }
}
