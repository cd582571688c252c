package dk.vandvagt.layer;

import dk.vandvagt.quality.QualityTest;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Station;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;

/** One feature a sensor: its newest observation, with what was made of it. */
final class ObservationLayer {
    private record Mounted(Station station, Sensor sensor) {}

    private ObservationLayer() {}

    static Layer of(LiveState live, Stamp stamp) {
        Catalogue catalogue = live.catalogue();
        Layer.Writer writer = new Layer.Writer("observations", stamp);
        Stream<Mounted> mounted = catalogue.stations().stream()
                .flatMap(station -> station.sensors().stream().map(sensor -> new Mounted(station, sensor)));
        mounted.sorted(Comparator.comparing((Mounted m) -> m.sensor.id())).forEach(m -> {
            int i = catalogue.sensorIndex(m.sensor.id());
            long observedAtMs = live.observedAtMs()[i];
            long timeMs = observedAtMs == 0 ? Layer.NO_TIME : observedAtMs;
            writer.feature(
                    m.sensor.id(),
                    m.sensor.id(),
                    m.station.lon(),
                    m.station.lat(),
                    timeMs,
                    timeMs,
                    json -> write(json, live, m.station, m.sensor, i));
        });
        return writer.done();
    }

    private static void write(FlatJson json, LiveState live, Station station, Sensor sensor, int i) {
        boolean heard = live.observedAtMs()[i] != 0;
        json.text("sensorId", sensor.id())
                .text("stationId", station.id())
                .text("stationName", station.name())
                .text("titleDa", sensor.title().da())
                .text("titleEn", sensor.title().en())
                .text("parameter", SensorText.parameter(sensor.parameter()))
                .number("value", heard ? live.value()[i] : Double.NaN)
                .text("unit", sensor.keptUnit())
                .instant("observedAt", live.observedAtMs()[i])
                .instant("receivedAt", live.receivedAtMs()[i])
                .text("state", SensorState.of(live, i).word())
                .whole("severity", SensorState.severity(live, i))
                .text("severityColor", SensorText.severityColor(SensorState.severity(live, i)))
                .truth("stale", live.stale()[i]);
        if (heard) {
            json.whole("flag", live.flag()[i])
                    .text("flagName", SensorText.flag(live.flag()[i]))
                    .text("test", QualityTest.ofCode(live.test()[i]).tag());
        } else {
            json.nothing("flag").nothing("flagName").nothing("test");
        }
        if (sensor.parameter() == Parameter.LEVEL) {
            json.number("levelM", SensorText.levelM(live, station, i))
                    .number("gaugeZeroM", heard ? station.gaugeZeroM(live.observedAtMs()[i]) : Double.NaN)
                    .text("datum", station.datum().name());
            SensorText.writeTrends(json, live, i);
            SensorText.writeLevel(json, "", live, station, sensor, i);
        }
        if (sensor.parameter() == Parameter.RAIN) {
            json.text("rainInput", sensor.rain().input().name().toLowerCase(Locale.ROOT));
            SensorText.writeSums(json, "accumulationMm", "accumulation", live, LiveState.ACCUMULATION_WINDOWS_MS, i);
            SensorText.writeRain(json, "", live, sensor, i);
        }
    }
}
