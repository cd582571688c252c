package dk.vandvagt.station;

import java.util.List;

/**
 * A place with sensors.
 *
 * @param lon degrees east, WGS 84
 * @param lat degrees north, WGS 84
 * @param gaugeZeros in order of {@code validFromMs}; at least one where the station has a level sensor
 * @param redundant of its sensors, those that stand in for each other
 * @param area id of the part of the municipality it is in, which is told of as a whole; empty for none
 * @param alertArea corners of the area its alerts are about, in order, the last joined to the first; empty where none is given
 */
public record Station(
        String id,
        String name,
        double lon,
        double lat,
        VerticalDatum datum,
        List<GaugeZero> gaugeZeros,
        String source,
        List<Sensor> sensors,
        List<Redundant> redundant,
        List<Corner> alertArea,
        String area) {
    /** Degrees, WGS 84. */
    public record Corner(double lon, double lat) {}

    public Station {
        gaugeZeros = List.copyOf(gaugeZeros);
        sensors = List.copyOf(sensors);
        redundant = List.copyOf(redundant);
        alertArea = List.copyOf(alertArea);
    }

    /** In no area. */
    public Station(
            String id,
            String name,
            double lon,
            double lat,
            VerticalDatum datum,
            List<GaugeZero> gaugeZeros,
            String source,
            List<Sensor> sensors,
            List<Redundant> redundant,
            List<Corner> alertArea) {
        this(id, name, lon, lat, datum, gaugeZeros, source, sensors, redundant, alertArea, "");
    }

    /** Without an area of its own. */
    public Station(
            String id,
            String name,
            double lon,
            double lat,
            VerticalDatum datum,
            List<GaugeZero> gaugeZeros,
            String source,
            List<Sensor> sensors,
            List<Redundant> redundant) {
        this(id, name, lon, lat, datum, gaugeZeros, source, sensors, redundant, List.of());
    }

    /** Each sensor by itself. */
    public Station(
            String id,
            String name,
            double lon,
            double lat,
            VerticalDatum datum,
            List<GaugeZero> gaugeZeros,
            String source,
            List<Sensor> sensors) {
        this(id, name, lon, lat, datum, gaugeZeros, source, sensors, List.of(), List.of());
    }

    /** Height of the gauge's zero in the station's datum at an instant, metres; 0 where none is declared. */
    public double gaugeZeroM(long atMs) {
        double zeroM = gaugeZeros.isEmpty() ? 0 : gaugeZeros.getFirst().zeroM();
        // by index: an iterator would be an object a reading
        for (int i = 0; i < gaugeZeros.size(); i++) {
            if (gaugeZeros.get(i).validFromMs() <= atMs) {
                zeroM = gaugeZeros.get(i).zeroM();
            }
        }
        return zeroM;
    }
}
