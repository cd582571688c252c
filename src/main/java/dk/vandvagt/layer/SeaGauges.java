package dk.vandvagt.layer;

import dk.vandvagt.quality.Flag;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Station;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** How high the sea stands along each stretch of a terrain model, by its gauges, to the centimetre. */
final class SeaGauges {
    private final Terrain terrain;
    private final List<FloodLayer.Gauges> gauges;

    SeaGauges(Terrain terrain, List<FloodLayer.Gauges> gauges) {
        this.terrain = terrain;
        this.gauges = List.copyOf(gauges);
    }

    List<FloodLayer.Gauges> all() {
        return gauges;
    }

    /**
     * Along all stretches.
     *
     * @param levelsM by stretch, NaN where no gauge can be relied on or the level is above what the terrain is prepared for
     * @param sensorIds by stretch, empty likewise
     */
    record Sea(List<Double> levelsM, List<String> sensorIds) {
        SeaLevels levels(boolean withDefences) {
            return new SeaLevels(levelsM.stream().mapToDouble(each -> each).toArray(), withDefences);
        }
    }

    Sea now(LiveState live) {
        Double[] levelsM = new Double[terrain.stretches().size()];
        String[] sensorIds = new String[levelsM.length];
        Arrays.fill(levelsM, Double.NaN);
        Arrays.fill(sensorIds, "");
        for (FloodLayer.Gauges each : gauges) {
            int stretch = terrain.stretch(each.stretchId());
            int sensor = stretch < 0 ? -1 : sensor(live, each.sensorIds());
            if (sensor >= 0) {
                double levelM = levelCm(live, sensor) / 100.0;
                if (levelM <= terrain.facts().highestLevelM()) {
                    levelsM[stretch] = levelM;
                    sensorIds[stretch] = live.catalogue().sensor(sensor).id();
                }
            }
        }
        return new Sea(List.of(levelsM), List.of(sensorIds));
    }

    /** Index of the first that is neither silent nor failing nor out of service, or -1. */
    static int sensor(LiveState live, List<String> sensorIds) {
        for (String id : sensorIds) {
            int i = live.catalogue().sensorIndex(id);
            if (i >= 0
                    && live.observedAtMs()[i] > 0
                    && !live.stale()[i]
                    && live.flag()[i] != Flag.FAIL
                    && live.flag()[i] != Flag.MISSING
                    && !live.isOutOfService(id)) {
                return i;
            }
        }
        return -1;
    }

    static long levelCm(LiveState live, int sensor) {
        Catalogue catalogue = live.catalogue();
        Station station = Objects.requireNonNull(
                catalogue.station(catalogue.sensor(sensor).stationId()));
        return Math.round(100 * (live.value()[sensor] + station.gaugeZeroM(live.observedAtMs()[sensor])));
    }
}
