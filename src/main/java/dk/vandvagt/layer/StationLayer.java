package dk.vandvagt.layer;

import static dk.vandvagt.layer.Property.Type.INSTANT;
import static dk.vandvagt.layer.Property.Type.NUMBER;
import static dk.vandvagt.layer.Property.Type.TEXT;
import static dk.vandvagt.layer.Property.Type.TRUTH;
import static dk.vandvagt.layer.Property.Type.WHOLE;

import dk.vandvagt.alert.Alert;
import dk.vandvagt.quality.QualityTest;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Station;
import dk.vandvagt.station.Text;
import dk.vandvagt.station.Threshold;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One feature a station: where it is and how it stands, its sensors flattened into its properties. */
final class StationLayer {
    /** Windows of rain a station shows; its rain sensor's feature shows all of them. */
    private static final List<Long> RAIN_WINDOWS_MS =
            List.of(30 * 60_000L, 3_600_000L, 6 * 3_600_000L, 24 * 3_600_000L);

    static final LayerInfo INFO = new LayerInfo(
            "stations",
            new Text("Stationer", "Stations"),
            new Text(
                    "Hvor stationerne er, og hvordan hver af dem står nu. Tilstanden ukendt (unknown) eller tavs (stale) er ingen"
                            + " afblæsning. Lokale målinger, ikke varsler fra DMI.",
                    "Where the stations are and how each one stands now. State unknown or stale is no all-clear. Local measurements, not"
                            + " warnings by DMI."),
            schema());

    private final LiveState live;
    private final Catalogue catalogue;
    private final Map<String, Alert> worstAlert = new HashMap<>();
    private final Map<String, Integer> alertCount = new HashMap<>();

    private StationLayer(LiveState live) {
        this.live = live;
        this.catalogue = live.catalogue();
        for (Alert alert : live.alerts()) {
            if (alert.state() == Alert.State.ACTIVE && isAboutWater(alert)) {
                String stationId = alert.last().stationId();
                alertCount.merge(stationId, 1, Integer::sum);
                worstAlert.merge(
                        stationId,
                        alert,
                        (a, b) -> b.last().severity() > a.last().severity() ? b : a);
            }
        }
    }

    /** A flat battery is the operators', and colours no station on the map; a composite is the public's, whatever decided it. */
    private boolean isAboutWater(Alert alert) {
        if (alert.last().unit().equals(Threshold.Kind.COMPOSITE.unit())) {
            return true;
        }
        int i = catalogue.sensorIndexEvenRetired(alert.last().sensorId());
        return i < 0 || SensorState.watchesWater(catalogue.sensor(i));
    }

    private static Schema schema() {
        List<Property> properties = new ArrayList<>(List.of(
                Property.of("stationId", TEXT, "Station", "Station"),
                Property.of("name", TEXT, "Name", "Navn"),
                Property.of("datum", TEXT, "Vertical datum", "Højdesystem"),
                Property.of("source", TEXT, "Owner or source", "Ejer eller kilde"),
                Property.oneOf("state", "State", "Tilstand", SensorState.words()),
                Property.of("severity", WHOLE, "Severity, 0 to 3", "Alvor, 0 til 3"),
                Property.oneOf(
                        "severityColor", "Colour of the severity", "Alvorens farve", SensorText.severityColors()),
                Property.of(
                        "deviceSeverity",
                        WHOLE,
                        "Severity of the device's own alerts",
                        "Alvor af udstyrets egne alarmer"),
                Property.of("stale", TRUTH, "A sensor of water is silent", "En vandmåler er tavs"),
                Property.of("observedAt", INSTANT, "Newest observation", "Seneste måling"),
                Property.of("activeAlerts", WHOLE, "Active alerts", "Aktive alarmer"),
                Property.of("worstAlertId", TEXT, "Gravest alert", "Alvorligste alarm"),
                Property.of("worstThreshold", TEXT, "Its threshold", "Dens tærskel"),
                Property.of("levelSensorId", TEXT, "Sensor of the level", "Vandstandsmåler"),
                Property.of("levelM", NUMBER, "Water level in the datum", "Vandstand i højdesystemet", "m"),
                Property.of("levelDatum", TEXT, "Datum of the level", "Vandstandens højdesystem"),
                Property.of("levelObservedAt", INSTANT, "Level observed", "Vandstand målt"),
                Property.oneOf("levelFlag", "Quality flag of the level", "Vandstandens kvalitet", SensorText.flags()),
                Property.of("levelTest", TEXT, "Test that decided the flag", "Prøve der afgjorde kvaliteten"),
                Property.oneOf("levelState", "State of the level", "Vandstandens tilstand", SensorState.words()),
                Property.of("levelStale", TRUTH, "The level's sensor is silent", "Vandstandsmåleren er tavs")));
        properties.addAll(SensorText.trendProperties());
        properties.addAll(SensorText.levelProperties("level"));
        properties.addAll(List.of(
                Property.of("rainSensorId", TEXT, "Sensor of the rain", "Regnmåler"),
                Property.of("rainObservedAt", INSTANT, "Rain observed", "Regn målt"),
                Property.oneOf("rainState", "State of the rain", "Regnens tilstand", SensorState.words()),
                Property.of("rainStale", TRUTH, "The rain's sensor is silent", "Regnmåleren er tavs")));
        properties.addAll(SensorText.sumProperties("rainMm", "rain", RAIN_WINDOWS_MS));
        properties.addAll(SensorText.rainProperties("rain"));
        properties.addAll(List.of(
                Property.of("batteryV", NUMBER, "Battery", "Batteri", "V"),
                Property.of("signalDbm", NUMBER, "Signal", "Signal", "dBm"),
                Property.of("sensors", WHOLE, "Sensors", "Målere"),
                Property.of("sensorsHeard", WHOLE, "Sensors heard", "Målere der er hørt"),
                Property.of("sensorsStale", WHOLE, "Sensors that are silent", "Målere der er tavse"),
                Property.of("sensorIds", TEXT, "Ids of the sensors", "Målernes id")));
        return new Schema(Schema.Shape.POINT, properties);
    }

    static Layer of(LiveState live, Stamp stamp) {
        StationLayer layer = new StationLayer(live);
        Layer.Writer writer = new Layer.Writer(INFO, stamp);
        live.catalogue().stations().stream()
                .sorted(Comparator.comparing(Station::id))
                .forEach(station -> writer.feature(
                        station.id(),
                        station.id(),
                        station.lon(),
                        station.lat(),
                        Layer.NO_TIME,
                        Layer.NO_TIME,
                        json -> layer.write(json, station)));
        return writer.done();
    }

    private void write(FlatJson json, Station station) {
        int severity = 0;
        int deviceSeverity = 0;
        int heard = 0;
        int staleSensors = 0;
        boolean stale = false;
        long newestMs = 0;
        for (Sensor sensor : station.sensors()) {
            int i = catalogue.sensorIndex(sensor.id());
            if (SensorState.watchesWater(sensor)) {
                severity = Math.max(severity, SensorState.severity(live, i));
            } else {
                deviceSeverity = Math.max(deviceSeverity, SensorState.severity(live, i));
            }
            newestMs = Math.max(newestMs, live.observedAtMs()[i]);
            heard += live.observedAtMs()[i] == 0 ? 0 : 1;
            staleSensors += live.stale()[i] ? 1 : 0;
            stale |= live.stale()[i] && SensorState.watchesWater(sensor);
        }
        Alert worst = worstAlert.get(station.id());
        if (worst != null) {
            // a composite may be graver than what it rests on, and a place's stand though its sensors are out of
            // service
            severity = Math.max(severity, worst.last().severity());
        }
        json.text("stationId", station.id())
                .text("name", station.name())
                .text("datum", station.datum().name())
                .text("source", station.source())
                .text("state", (worst == null ? SensorState.of(live, station) : SensorState.ACTIVE).word())
                .whole("severity", severity)
                .text("severityColor", SensorText.severityColor(severity))
                .whole("deviceSeverity", deviceSeverity)
                .truth("stale", stale)
                .instant("observedAt", newestMs);
        writeAlert(json, station);
        writeLevel(json, station);
        writeRain(json, station);
        writeHousekeeping(json, station);
        json.whole("sensors", station.sensors().size())
                .whole("sensorsHeard", heard)
                .whole("sensorsStale", staleSensors)
                .text("sensorIds", station.sensors().stream().map(Sensor::id).collect(Collectors.joining(",")));
    }

    private void writeAlert(FlatJson json, Station station) {
        Alert worst = worstAlert.get(station.id());
        json.whole("activeAlerts", alertCount.getOrDefault(station.id(), 0))
                .text("worstAlertId", worst == null ? null : worst.id())
                .text("worstThreshold", worst == null ? null : worst.last().threshold());
    }

    private void writeLevel(FlatJson json, Station station) {
        Sensor sensor = first(station, Parameter.LEVEL);
        if (sensor == null) {
            return;
        }
        int i = catalogue.sensorIndex(sensor.id());
        boolean heard = live.observedAtMs()[i] != 0;
        json.text("levelSensorId", sensor.id())
                .number("levelM", SensorText.levelM(live, station, i))
                .text("levelDatum", station.datum().name())
                .instant("levelObservedAt", live.observedAtMs()[i])
                .text("levelFlag", heard ? SensorText.flag(live.flag()[i]) : null)
                .text("levelTest", heard ? QualityTest.ofCode(live.test()[i]).tag() : null)
                .text("levelState", SensorState.of(live, i).word())
                .truth("levelStale", live.stale()[i]);
        SensorText.writeTrends(json, live, i);
        SensorText.writeLevel(json, "level", live, station, sensor, i);
    }

    private void writeRain(FlatJson json, Station station) {
        Sensor sensor = first(station, Parameter.RAIN);
        if (sensor == null) {
            return;
        }
        int i = catalogue.sensorIndex(sensor.id());
        json.text("rainSensorId", sensor.id())
                .instant("rainObservedAt", live.observedAtMs()[i])
                .text("rainState", SensorState.of(live, i).word())
                .truth("rainStale", live.stale()[i]);
        SensorText.writeSums(json, "rainMm", "rain", live, RAIN_WINDOWS_MS, i);
        SensorText.writeRain(json, "rain", live, sensor, i);
    }

    private void writeHousekeeping(FlatJson json, Station station) {
        Sensor battery = first(station, Parameter.BATTERY);
        if (battery != null) {
            json.number("batteryV", newest(battery));
        }
        Sensor signal = first(station, Parameter.SIGNAL);
        if (signal != null) {
            json.number("signalDbm", newest(signal));
        }
    }

    private double newest(Sensor sensor) {
        int i = catalogue.sensorIndex(sensor.id());
        return live.observedAtMs()[i] == 0 ? Double.NaN : live.value()[i];
    }

    private static @Nullable Sensor first(Station station, Parameter parameter) {
        for (Sensor sensor : station.sensors()) {
            if (sensor.parameter() == parameter) {
                return sensor;
            }
        }
        return null;
    }
}
