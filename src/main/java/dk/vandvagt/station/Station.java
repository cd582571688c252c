package dk.vandvagt.station;

import java.util.List;

/**
 * A place with sensors.
 *
 * @param lon degrees east, WGS 84
 * @param lat degrees north, WGS 84
 * @param gaugeZeros in order of {@code validFromMs}; at least one where the station has a level sensor
 */
public record Station(
        String id,
        String name,
        double lon,
        double lat,
        VerticalDatum datum,
        List<GaugeZero> gaugeZeros,
        String source,
        List<Sensor> sensors) {
    public Station {
        gaugeZeros = List.copyOf(gaugeZeros);
        sensors = List.copyOf(sensors);
    }

    /** Height of the gauge's zero in the station's datum at an instant, metres; 0 where none is declared. */
    public double gaugeZeroM(long atMs) {
        double zeroM = gaugeZeros.isEmpty() ? 0 : gaugeZeros.getFirst().zeroM();
        for (GaugeZero zero : gaugeZeros) {
            if (zero.validFromMs() <= atMs) {
                zeroM = zero.zeroM();
            }
        }
        return zeroM;
    }
}
