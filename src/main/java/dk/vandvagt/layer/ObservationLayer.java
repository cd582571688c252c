package dk.vandvagt.layer;

import static dk.vandvagt.layer.Property.Type.INSTANT;
import static dk.vandvagt.layer.Property.Type.NUMBER;
import static dk.vandvagt.layer.Property.Type.TEXT;
import static dk.vandvagt.layer.Property.Type.TRUTH;
import static dk.vandvagt.layer.Property.Type.WHOLE;

import dk.vandvagt.quality.QualityTest;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Station;
import dk.vandvagt.station.Text;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** One feature a sensor: its newest observation, with what was made of it. */
final class ObservationLayer {
    static final LayerInfo INFO = new LayerInfo(
            "observations",
            new Text("Seneste målinger", "Newest observations"),
            new Text(
                    "Hver målers seneste måling med kvalitetsflag (QARTOD): vandstandens tendens, residual og sjældenhed, regnens"
                            + " summer og sjældenhed. Tider til næste niveau er fremskrivninger, ikke varsler.",
                    "The newest observation of each sensor with its quality flag (QARTOD): trend, residual and rarity of levels,"
                            + " accumulations and rarity of rain. Times to the next level are extrapolations, not warnings."),
            schema());

    private record Mounted(Station station, Sensor sensor) {}

    private ObservationLayer() {}

    private static Schema schema() {
        List<Property> properties = new ArrayList<>(List.of(
                Property.of("sensorId", TEXT, "Sensor", "Måler"),
                Property.of("stationId", TEXT, "Station", "Station"),
                Property.of("stationName", TEXT, "Name of the station", "Stationens navn"),
                Property.of("titleDa", TEXT, "What it measures (Danish)", "Hvad den måler"),
                Property.of("titleEn", TEXT, "What it measures", "Hvad den måler (engelsk)"),
                Property.oneOf("parameter", "Parameter", "Parameter", SensorText.parameters()),
                Property.of("value", NUMBER, "Value on the sensor's own zero", "Værdi fra målerens eget nulpunkt"),
                Property.of("unit", TEXT, "Unit of the value", "Værdiens enhed"),
                Property.of("observedAt", INSTANT, "Observed", "Målt"),
                Property.of("receivedAt", INSTANT, "Received", "Modtaget"),
                Property.oneOf("state", "State", "Tilstand", SensorState.words()),
                Property.of("severity", WHOLE, "Severity, 0 to 3", "Alvor, 0 til 3"),
                Property.oneOf(
                        "severityColor", "Colour of the severity", "Alvorens farve", SensorText.severityColors()),
                Property.of("stale", TRUTH, "The sensor is silent", "Måleren er tavs"),
                Property.of("flag", WHOLE, "Quality flag (QARTOD)", "Kvalitetsflag (QARTOD)"),
                Property.oneOf("flagName", "Quality", "Kvalitet", SensorText.flags()),
                Property.of("test", TEXT, "Test that decided the flag", "Prøve der afgjorde kvaliteten"),
                Property.of("levelM", NUMBER, "Water level in the datum", "Vandstand i højdesystemet", "m"),
                Property.of(
                        "gaugeZeroM",
                        NUMBER,
                        "Zero of the gauge in the datum",
                        "Målerens nulpunkt i højdesystemet",
                        "m"),
                Property.of("datum", TEXT, "Vertical datum", "Højdesystem")));
        properties.addAll(SensorText.trendProperties());
        properties.addAll(SensorText.levelProperties(""));
        properties.add(Property.of("rainInput", TEXT, "What the gauge sends", "Hvad regnmåleren sender"));
        properties.addAll(
                SensorText.sumProperties("accumulationMm", "accumulation", LiveState.ACCUMULATION_WINDOWS_MS));
        properties.addAll(SensorText.rainProperties(""));
        // the rarity of a level and of rain go by the same names
        return Schema.timed(Schema.Shape.POINT, properties.stream().distinct().toList());
    }

    static Layer of(LiveState live, Stamp stamp) {
        Catalogue catalogue = live.catalogue();
        Layer.Writer writer = new Layer.Writer(INFO, stamp);
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
