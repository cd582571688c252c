package dk.vandvagt.layer;

import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Station;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All layers of one copy of the live state, encoded once, and beside them those that take longer, each with its own stamp.
 *
 * @param newestObservedAtMs over all sensors, 0 for none
 * @param newestReceivedAtMs wall clock, 0 for none
 * @param slower in the order they are listed in
 */
public record Layers(
        LiveState live,
        Stamp stamp,
        Layer stations,
        Layer observations,
        Layer alerts,
        long newestObservedAtMs,
        long newestReceivedAtMs,
        List<Layer> slower) {
    public static Layers of(LiveState live) {
        Stamp stamp = Stamp.of(live);
        Catalogue catalogue = live.catalogue();
        long newestObservedAtMs = 0;
        long newestReceivedAtMs = 0;
        for (Station station : catalogue.stations()) {
            for (Sensor sensor : station.sensors()) {
                int i = catalogue.sensorIndex(sensor.id());
                newestObservedAtMs = Math.max(newestObservedAtMs, live.observedAtMs()[i]);
                newestReceivedAtMs = Math.max(newestReceivedAtMs, live.receivedAtMs()[i]);
            }
        }
        return new Layers(
                live,
                stamp,
                StationLayer.of(live, stamp),
                ObservationLayer.of(live, stamp),
                AlertLayer.of(live, stamp),
                newestObservedAtMs,
                newestReceivedAtMs,
                List.of());
    }

    /** What every service has, whatever its settings. */
    public static List<LayerInfo> infos() {
        return List.of(StationLayer.INFO, ObservationLayer.INFO, AlertLayer.INFO);
    }

    public Layers with(List<Layer> layers) {
        return new Layers(
                live,
                stamp,
                stations,
                observations,
                alerts,
                newestObservedAtMs,
                newestReceivedAtMs,
                List.copyOf(layers));
    }

    /** In the order they are listed to people. */
    public List<Layer> all() {
        List<Layer> all = new ArrayList<>(List.of(stations, observations, alerts));
        all.addAll(slower);
        return all;
    }

    public @Nullable Layer layer(String id) {
        for (Layer layer : all()) {
            if (layer.id().equals(id)) {
                return layer;
            }
        }
        return null;
    }
}
