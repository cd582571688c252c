package dk.vandvagt.config;

import com.google.common.collect.ImmutableMap;
import dk.vandvagt.layer.Stretches;
import dk.vandvagt.station.Nearest;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Station;
import dk.vandvagt.station.Text;
import dk.vandvagt.station.VerticalDatum;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code terrain} and {@code coast}: how a terrain model is to be understood, and which sensors say how high the sea stands where. */
final class TerrainReader {
    private static final Pattern CRS = Pattern.compile("EPSG:\\d{4,6}");
    private static final String A_DATUM = "the datum of the model's heights, such as DVR90";

    private final Path folder;
    private final List<Station> stations;
    private final Set<String> ids = new HashSet<>();
    private final List<Field<Path>> areas = new ArrayList<>();

    TerrainReader(Path folder, List<Station> stations) {
        this.folder = folder;
        this.stations = stations;
    }

    /** Null where the file names none. */
    Settings.@Nullable Terrain terrain(Section file) {
        if (!file.has("terrain")) {
            if (file.has("coast")) {
                file.fault("coast", "goes with terrain: that says how the model it floods is to be understood");
                file.list("coast", coast -> coast(coast, VerticalDatum.NONE));
            }
            return null;
        }
        return file.section("terrain", terrain -> {
            VerticalDatum datum =
                    new VerticalDatum(terrain.text("verticalDatum").required(A_DATUM, ""));
            List<Settings.Coast> coast = file.listOfSome("coast", "stretch of coast", each -> coast(each, datum));
            if (coast.size() > 1) {
                areas.forEach(area ->
                        area.required("a GeoJSON file of what this stretch's level is for: there are several", folder));
            }
            if (coast.size() > Stretches.MOST) {
                file.fault("coast", "found " + coast.size() + ", at most " + Stretches.MOST + " stretches");
            }
            return new Settings.Terrain(
                    terrain.matching("crs", CRS, "like EPSG:25832").orNull(),
                    datum,
                    terrain.choice("unit", ImmutableMap.of("m", 1.0, "dm", 0.1, "cm", 0.01, "mm", 0.001))
                            .required("the unit of the model's heights: m, dm, cm or mm", 1.0),
                    terrain.choice("neighbours", ImmutableMap.of("8", 8, "4", 4))
                            .or(8),
                    terrain.number("highestLevel")
                            .check(level -> level > 0 && level <= 100, "metres in the datum, above 0 and at most 100")
                            .or(5.0),
                    terrain.file("barriers", folder).orNull(),
                    terrain.file("culverts", folder).orNull(),
                    terrain.text("source").required("whose model it is, and of when", ""),
                    terrain.text("licence").or(""),
                    coast);
        });
    }

    private Settings.Coast coast(Section coast, VerticalDatum datum) {
        String id = coast.id("id")
                .refuse(taken -> !ids.add(taken), "found it twice: each stretch has an id of its own")
                .required("a short name such as assens-by", "");
        Text name = coast.textForPeople("name", new Text(id, id));
        List<String> sensors = new ArrayList<>();
        List<Field<String>> written = coast.texts("sensors");
        for (Field<String> each : written) {
            each.refuse(
                            sensor -> find(sensor) == null,
                            "found " + each.written() + ", which is no sensor" + Nearest.hint(each.or(""), levels()))
                    .refuse(this::measuresNoLevel, "found " + each.written() + ", which measures no level")
                    .refuse(
                            sensor -> !datum.isNone() && !datum.equals(datumOf(sensor)),
                            "found " + each.written() + ", whose levels are in " + datumOf(each.or(""))
                                    + ", but the terrain is in " + datum
                                    + ": heights in unlike datums are never combined");
            if (each.isGood()) {
                sensors.add(each.or(""));
            }
        }
        if (!coast.has("sensors")) {
            coast.missing(
                    "sensors", "the sensors whose level is the sea's there, the first that can be relied on counting");
        }
        Path sea =
                coast.file("sea", folder).required("a GeoJSON file of polygons of sea, where water comes from", folder);
        Field<Path> area = coast.file("area", folder);
        areas.add(area);
        return new Settings.Coast(id, name, List.copyOf(sensors), sea, area.orNull());
    }

    private @Nullable Sensor find(String sensorId) {
        for (Station station : stations) {
            for (Sensor sensor : station.sensors()) {
                if (sensor.id().equals(sensorId)) {
                    return sensor;
                }
            }
        }
        return null;
    }

    private boolean measuresNoLevel(String sensorId) {
        Sensor sensor = find(sensorId);
        return sensor == null || sensor.parameter() != Parameter.LEVEL;
    }

    private VerticalDatum datumOf(String sensorId) {
        for (Station station : stations) {
            if (station.sensors().stream().anyMatch(sensor -> sensor.id().equals(sensorId))) {
                return station.datum();
            }
        }
        return VerticalDatum.NONE;
    }

    private List<String> levels() {
        return stations.stream()
                .flatMap(station -> station.sensors().stream())
                .filter(sensor -> sensor.parameter() == Parameter.LEVEL)
                .map(Sensor::id)
                .toList();
    }
}
