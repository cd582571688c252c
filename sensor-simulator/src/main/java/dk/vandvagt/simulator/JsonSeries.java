package dk.vandvagt.simulator;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Measured series as two public services answer them, saved to files: DMI's oceanObs and metObs (a GeoJSON FeatureCollection of observations,
 * newest first, one or many stations) and PEGELONLINE's {@code measurements.json} (an array of timestamp and value of one station, which the
 * file is named for). Levels come in cm and are replayed in m, to the digit; everything else stays as it is.
 */
final class JsonSeries {
    /** DMI's parameters that are levels in cm. */
    private static final List<String> IN_CENTIMETRES = List.of("sealev_dvr", "sealev_ln", "sea_reg");

    private final @Nullable String parameter;
    private final List<String> stations;
    private final @Nullable Instant from;
    private final @Nullable Instant to;
    private final String sensorPattern;
    /** By station and instant: a file may hold what another holds too, and then it is the same reading. */
    private final Map<String, TreeMap<Long, String>> readings = new LinkedHashMap<>();

    private final Map<String, String> units = new HashMap<>();
    private long rows;
    private long emptyValues;

    private JsonSeries(@Nullable String parameter, MeasuredSeries.Selection selection) {
        this.parameter = parameter;
        stations = selection.stations();
        from = selection.from();
        to = selection.to();
        sensorPattern = selection.sensorPattern();
    }

    /** @param parameter of DMI's answers, null where they hold one only */
    static MeasuredSeries read(List<Path> files, @Nullable String parameter, MeasuredSeries.Selection selection)
            throws IOException, MeasuredSeries.SeriesFault {
        JsonSeries series = new JsonSeries(parameter, selection);
        for (Path file : files) {
            series.take(file);
        }
        for (String wanted : selection.stations()) {
            if (!series.readings.containsKey(wanted)) {
                throw new MeasuredSeries.SeriesFault("--station " + wanted + ": found no such station; there are "
                        + String.join(", ", series.readings.keySet()));
            }
        }
        return series.inStep();
    }

    private void take(Path file) throws IOException, MeasuredSeries.SeriesFault {
        Object root;
        try {
            // JSON is YAML too
            LoadSettings settings = LoadSettings.builder()
                    .setLabel(file.toString())
                    .setCodePointLimit(Integer.MAX_VALUE)
                    .build();
            root = new Load(settings).loadFromString(Files.readString(file, StandardCharsets.UTF_8));
        } catch (YamlEngineException e) {
            throw new MeasuredSeries.SeriesFault(file + ": no JSON: " + e.getMessage());
        }
        if (root instanceof Map<?, ?> collection && collection.get("features") instanceof List<?> features) {
            for (Object feature : features) {
                dmi(file, feature);
            }
        } else if (root instanceof List<?> measurements) {
            String station = file.getFileName().toString().replaceFirst("\\.json$", "");
            for (Object measurement : measurements) {
                if (!(measurement instanceof Map<?, ?> keys)) {
                    throw unlike(file);
                }
                add(file, station, keys.get("timestamp"), keys.get("value"), true);
            }
        } else {
            throw unlike(file);
        }
    }

    private static MeasuredSeries.SeriesFault unlike(Path file) {
        return new MeasuredSeries.SeriesFault(
                file + ": neither a FeatureCollection of observations as DMI answers it nor"
                        + " an array of timestamp and value as PEGELONLINE does");
    }

    private void dmi(Path file, @Nullable Object feature) throws MeasuredSeries.SeriesFault {
        if (!(feature instanceof Map<?, ?> keys) || !(keys.get("properties") instanceof Map<?, ?> properties)) {
            throw unlike(file);
        }
        String found = String.valueOf(properties.get("parameterId"));
        if (parameter != null && !parameter.equals(found)) {
            return;
        }
        String station = String.valueOf(properties.get("stationId"));
        String other = units.putIfAbsent(station, found);
        if (other != null && !other.equals(found)) {
            throw new MeasuredSeries.SeriesFault(file + ": station " + station + " has " + other + " and " + found
                    + "; choose one with --parameter");
        }
        add(file, station, properties.get("observed"), properties.get("value"), IN_CENTIMETRES.contains(found));
    }

    private void add(Path file, String station, @Nullable Object time, @Nullable Object value, boolean centimetres)
            throws MeasuredSeries.SeriesFault {
        long atMs;
        try {
            atMs = OffsetDateTime.parse(String.valueOf(time)).toInstant().toEpochMilli();
        } catch (DateTimeParseException _) {
            throw new MeasuredSeries.SeriesFault(
                    file + ": station " + station + ": time is '" + time + "'; expected an instant with an offset");
        }
        TreeMap<Long, String> series = readings.computeIfAbsent(station, _ -> new TreeMap<>());
        if ((from != null && atMs < from.toEpochMilli())
                || (to != null && atMs > to.toEpochMilli())
                || !(stations.isEmpty() || stations.contains(station))) {
            return;
        }
        rows++;
        if (value == null) {
            emptyValues++;
            return;
        }
        if (!(value instanceof Number)) {
            throw new MeasuredSeries.SeriesFault(
                    file + ": station " + station + ": value is '" + value + "'; expected a number");
        }
        BigDecimal exact = new BigDecimal(String.valueOf(value));
        if (centimetres) {
            exact = exact.movePointLeft(2);
        }
        series.put(atMs, exact.toPlainString());
    }

    private MeasuredSeries inStep() {
        List<Reading> all = new ArrayList<>();
        List<String> chosen = stations.isEmpty() ? List.copyOf(readings.keySet()) : stations;
        for (String station : chosen) {
            String sensorId = sensorPattern.replace("{key}", station);
            readings.getOrDefault(station, new TreeMap<>())
                    .forEach((atMs, value) -> all.add(new Reading(sensorId, atMs, value)));
        }
        // stable, so that simultaneous readings keep the stations' order
        all.sort(Comparator.comparingLong(Reading::observedAtMs));
        return new MeasuredSeries(List.copyOf(all), chosen, rows, emptyValues);
    }
}
