package dk.vandvagt.layer;

import dk.vandvagt.quality.Flag;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Station;
import dk.vandvagt.station.VerticalDatum;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;

/**
 * The water that threatens a zone: of the assigned level sensors the highest, otherwise the nearest one's. Sensors that were never heard, are
 * out of service, or whose newest reading failed its checks say nothing; silent ones say their last level.
 *
 * @param levelM in {@code datum}
 * @param distanceM from the zone to the sensor, 0 within
 */
record ZoneLevel(
        String sensorId,
        Station station,
        boolean assigned,
        double distanceM,
        double levelM,
        VerticalDatum datum,
        long observedAtMs,
        byte flag,
        boolean stale) {
    /** A nearest sensor beyond this is none: another coast. */
    static final double FARTHEST_M = 15_000;

    private static final Crs PLANE = Crs.EPSG_25832;

    /** Null where no sensor says anything. */
    static @Nullable ZoneLevel of(LiveState live, Zone zone) {
        Catalogue catalogue = live.catalogue();
        Geometry area = PLANE.fromCrs84(zone.geometry());
        ZoneLevel best = null;
        for (Station station : catalogue.stations()) {
            double[] xy = {station.lon(), station.lat()};
            PLANE.fromCrs84(xy);
            double distanceM = area.distance(Layer.GEOMETRY.createPoint(new Coordinate(xy[0], xy[1])));
            for (Sensor sensor : station.sensors()) {
                ZoneLevel level = of(live, zone, station, sensor, distanceM);
                if (level != null && (best == null || level.isBefore(best))) {
                    best = level;
                }
            }
        }
        return best;
    }

    private static @Nullable ZoneLevel of(LiveState live, Zone zone, Station station, Sensor sensor, double distanceM) {
        boolean assigned = !zone.sensorIds().isEmpty();
        if (sensor.parameter() != Parameter.LEVEL
                || assigned && !zone.sensorIds().contains(sensor.id())
                || !assigned && distanceM > FARTHEST_M) {
            return null;
        }
        int i = live.catalogue().sensorIndex(sensor.id());
        double levelM = SensorText.levelM(live, station, i);
        if (Double.isNaN(levelM) || live.flag()[i] == Flag.FAIL || live.isOutOfService(sensor.id())) {
            return null;
        }
        return new ZoneLevel(
                sensor.id(),
                station,
                assigned,
                distanceM,
                levelM,
                station.datum(),
                live.observedAtMs()[i],
                live.flag()[i],
                live.stale()[i]);
    }

    /** The higher of two that are assigned, the nearer of two that are not. */
    private boolean isBefore(ZoneLevel other) {
        return assigned ? levelM > other.levelM : distanceM < other.distanceM;
    }
}
