package dk.vandvagt.simulator;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code replay}: measured series go out again, all stations in one order of time. */
@Command(
        name = "replay",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = "Replays measured series, all stations in step.",
        footer = {
            "",
            "A folder holds stations.csv, whose column file_key names the series, and one <file_key>.csv (or .csv.gz)",
            "each with the columns time_utc and water_level_m; rows without a value are skipped and counted. A file is a",
            "series of such, or a saved answer: of DMI's oceanObs and metObs (a FeatureCollection of observations), or of",
            "PEGELONLINE (measurements.json, saved under the station's name). Their levels in cm are sent in m."
        })
final class ReplayCommand implements Callable<Integer> {
    /** Keeps an array of readings below the service's 64 KiB a message. */
    private static final int LARGEST_BATCH = 1000;

    @ParentCommand
    private @Nullable Simulator simulator;

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Option(
            names = "--data",
            paramLabel = "PATH",
            required = true,
            order = 1,
            description = "folder of measured series, or a file (.csv, .csv.gz, .json), repeatable")
    private List<Path> data = List.of();

    @Option(
            names = "--value-column",
            paramLabel = "NAME",
            defaultValue = "water_level_m",
            order = 1,
            description = "of CSV (default: ${DEFAULT-VALUE})")
    private String valueColumn = "";

    @Option(
            names = "--parameter",
            paramLabel = "ID",
            order = 1,
            description = "of DMI's answers, such as sealev_dvr (default: the only one they hold)")
    private @Nullable String parameter;

    @Option(
            names = "--station",
            paramLabel = "KEY",
            order = 2,
            description = "only the station with this file_key; repeatable (default: all)")
    private List<String> stations = List.of();

    @Option(names = "--from", paramLabel = "INSTANT", order = 3, description = "first instant, inclusive, as measured")
    private @Nullable Instant from;

    @Option(names = "--to", paramLabel = "INSTANT", order = 4, description = "last instant, inclusive, as measured")
    private @Nullable Instant to;

    @Option(names = "--shift-to-now", order = 5, description = "move the series so that its last row falls on now")
    private boolean shiftToNow;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "1",
            order = 6,
            description = "readings per message: 1 sends an object, more an array (default: ${DEFAULT-VALUE})")
    private int batch;

    @Option(
            names = "--repeat",
            paramLabel = "N",
            defaultValue = "1",
            order = 7,
            description = "send the whole series this many times (default: ${DEFAULT-VALUE})")
    private int repeat;

    @Option(
            names = "--sensor-pattern",
            paramLabel = "PATTERN",
            defaultValue = "{key}-W",
            order = 8,
            description = "sensor id made from the file_key (default: ${DEFAULT-VALUE})")
    private String sensorPattern = "";

    @Override
    public Integer call() {
        Simulator main = Objects.requireNonNull(simulator);
        return common.carryOut(plan(main), main);
    }

    private Plan plan(Simulator main) {
        if (batch < 1 || batch > LARGEST_BATCH) {
            throw common.fault("--batch " + batch + ": expected 1 to " + LARGEST_BATCH + " readings per message");
        }
        if (repeat < 1) {
            throw common.fault("--repeat " + repeat + ": expected a whole number of at least 1");
        }
        if (from != null && to != null && from.isAfter(to)) {
            throw common.fault("--from " + from + " lies after --to " + to);
        }
        if (!sensorPattern.contains("{key}")) {
            throw common.fault(
                    "--sensor-pattern " + sensorPattern + ": expected {key} in it, or all stations share one id");
        }
        MeasuredSeries series = series();
        for (String key : series.stations()) {
            common.checkedSensorId(sensorPattern.replace("{key}", key), "--sensor-pattern " + sensorPattern);
        }
        if (series.readings().isEmpty()) {
            throw common.fault("--data " + shown() + ": no readings"
                    + (from == null && to == null ? "" : " within --from and --to")
                    + ", " + series.emptyValues() + " rows without a value");
        }
        if (shiftToNow) {
            Instant now = main.clock().instant().truncatedTo(ChronoUnit.SECONDS);
            series = series.shiftedBy(
                    now.toEpochMilli() - series.readings().getLast().observedAtMs());
        }
        Map<String, String> notes = new LinkedHashMap<>();
        notes.put("stations", String.valueOf(series.stations().size()));
        notes.put("rows", String.valueOf(series.rows()));
        notes.put("emptyValuesSkipped", String.valueOf(series.emptyValues()));
        return new Plan(
                "replay",
                units(series),
                common.telemetry(units(series), batch, List.of(), 1, series.readings())
                        .messages(series.readings()),
                repeat,
                Collections.emptyIterator(),
                notes);
    }

    private Map<String, String> units(MeasuredSeries series) {
        Map<String, String> units = new LinkedHashMap<>();
        series.stations().forEach(key -> units.put(sensorPattern.replace("{key}", key), "m"));
        return units;
    }

    private MeasuredSeries series() {
        MeasuredSeries.Selection selection =
                new MeasuredSeries.Selection(data.getFirst(), stations, sensorPattern, valueColumn, from, to);
        try {
            boolean json = data.stream().allMatch(file -> file.toString().endsWith(".json"));
            return json ? JsonSeries.read(data, parameter, selection) : MeasuredSeries.read(data, selection);
        } catch (MeasuredSeries.SeriesFault e) {
            throw common.fault(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw common.fault("--data " + shown() + ": cannot be read (" + e + ")");
        }
    }

    private String shown() {
        return String.join(" ", data.stream().map(Path::toString).toList());
    }
}
