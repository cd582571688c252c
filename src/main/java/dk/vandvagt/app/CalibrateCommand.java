package dk.vandvagt.app;

import dk.vandvagt.analysis.Calibration;
import dk.vandvagt.analysis.Expectation;
import dk.vandvagt.analysis.Tide;
import dk.vandvagt.config.CheckConfig;
import dk.vandvagt.config.Read;
import dk.vandvagt.config.SettingsFile;
import dk.vandvagt.station.ForecastErrors;
import dk.vandvagt.station.Parameter;
import dk.vandvagt.station.SeaTide;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Threshold.Direction;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/**
 * Learns from a gauge's history how far its extrapolated level may be off, and writes it as the settings file has it: on standard
 * output the YAML alone, everything for the reader on standard error.
 */
@Command(
        name = "calibrate",
        mixinStandardHelpOptions = true,
        versionProvider = Vandvagt.Version.class,
        sortOptions = false,
        description =
                "Learns from a gauge's history how far ahead its level can be extrapolated, and how well: prints the "
                        + "forecastErrors block for its sensor in the settings.",
        footer = {
            "",
            "HISTORY holds comma-separated values with a header such as time_utc,value,qc: ISO 8601 instants (2023-10-20T21:40Z;",
            "without a zone only where the column is called time_utc), levels, and, where there is a column qc, only what it calls",
            "good. It may be gzipped.",
            "",
            "Try:  vandvagt calibrate --interval 30min --resolution 0.01 --source \"DMI\" history.csv.gz > errors.yml",
            "  or  vandvagt calibrate --config config/assens.yml --sensor ASS-W --source \"DMI\" history.csv.gz > errors.yml"
        })
final class CalibrateCommand implements Callable<Integer> {
    private static final int CANNOT = 2;
    private static final long MINUTE_MS = 60_000;
    private static final long HOUR_MS = 60 * MINUTE_MS;
    private static final long USUAL_WINDOW_MS = 3 * HOUR_MS;
    private static final int FEWEST_INTERVALS = 5;
    private static final double USUAL_STORM_SHARE = 0.98;
    private static final List<Long> LEADS_MS = List.of(
            30 * MINUTE_MS, HOUR_MS, 90 * MINUTE_MS, 2 * HOUR_MS, 3 * HOUR_MS, 4 * HOUR_MS, 5 * HOUR_MS, 6 * HOUR_MS);

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init")
    private CommandLine.Model.CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "settings to take the sensor's interval, resolution and tide from")
    @Nullable
    Path config;

    @Option(names = "--sensor", paramLabel = "ID", description = "which sensor in the settings")
    @Nullable
    String sensorId;

    @Option(
            names = "--interval",
            paramLabel = "DURATION",
            converter = Duration.class,
            description = "how often the sensor reports: 10min")
    @Nullable
    Long interval;

    @Option(names = "--resolution", paramLabel = "M", description = "smallest step it can tell apart, metres: 0.01")
    @Nullable
    Double step;

    @Option(
            names = "--window",
            paramLabel = "DURATION",
            converter = Duration.class,
            description = "of the rise that is extrapolated (3h, or five intervals where that is longer)")
    @Nullable
    Long windowMs;

    @Option(
            names = "--damping",
            paramLabel = "DURATION",
            converter = Duration.class,
            description = "time in which the rise dies away to 1/e (90min)")
    private long dampingMs = ForecastErrors.USUAL_DAMPING_MS;

    @Option(
            names = "--storm-above",
            paramLabel = "M",
            description =
                    "level from which on expectations are made, and storms counted: some way below the lowest threshold "
                            + "(the level that 2 %% of the history is above)")
    @Nullable
    Double stormAboveM;

    @Option(
            names = "--storm-below",
            paramLabel = "M",
            description = "for low water instead: the level below which expectations are made of falling water")
    @Nullable
    Double stormBelowM;

    @Option(
            names = "--heights",
            split = ",",
            paramLabel = "M",
            description = "levels for which times are tried, such as the thresholds (three by the peaks of the storms)")
    private List<Double> heightsM = List.of();

    @Option(names = "--unit", paramLabel = "m|cm|mm", description = "of the history's values (m)")
    private String unit = "m";

    @Option(
            names = "--zero",
            paramLabel = "M",
            description =
                    "height of the values' zero in the station's datum: 0 where they are levels, the gauge's zero where "
                            + "they are stages (0)")
    private double zeroM;

    @Option(names = "--good", split = ",", paramLabel = "FLAG", description = "what the column qc calls good (1,2)")
    private Set<String> goodFlags = new TreeSet<>(Set.of("1", "2"));

    @Option(names = "--source", paramLabel = "TEXT", description = "whose measurements they are (the file's name)")
    @Nullable
    String source;

    @Parameters(paramLabel = "HISTORY", description = "measured levels, .csv or .csv.gz")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    private long intervalMs;
    private double resolution;
    private @Nullable Tide tide;

    /** As settings files write them. */
    static final class Duration implements ITypeConverter<Long> {
        private static final Pattern FORM = Pattern.compile("(\\d{1,6}(?:\\.\\d{1,3})?) ?(s|min|h|d)");

        @Override
        public Long convert(String text) {
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException("found '" + text + "', should be like 10min, 1.5h or 30s");
            }
            long unitMs = switch (matcher.group(2)) {
                case "s" -> 1000;
                case "min" -> MINUTE_MS;
                case "h" -> HOUR_MS;
                default -> 24 * HOUR_MS;
            };
            return Math.round(Double.parseDouble(matcher.group(1)) * unitMs);
        }

        static String written(long ms) {
            if (ms % HOUR_MS == 0) {
                return ms / HOUR_MS + "h";
            }
            return ms % MINUTE_MS == 0 ? ms / MINUTE_MS + "min" : ms / 1000 + "s";
        }
    }

    @Override
    public Integer call() throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        List<String> faults = new ArrayList<>();
        if (takeSensor(faults)) {
            check(faults);
        }
        if (!faults.isEmpty()) {
            faults.forEach(err::println);
            err.println("vandvagt calibrate --help tells what each option means.");
            err.flush();
            return CANNOT;
        }
        LevelHistory history;
        try {
            history = LevelHistory.read(file, metresPerUnit(), zeroM, goodFlags, said -> {
                err.println(said);
                err.flush();
            });
        } catch (IllegalArgumentException noTable) {
            err.println(file + ": " + noTable.getMessage());
            err.flush();
            return CANNOT;
        }
        history.refused().forEach(err::println);
        String unfit = unfit(history);
        if (unfit != null) {
            err.println(unfit);
            err.flush();
            return CANNOT;
        }
        history.thinTo(intervalMs);
        Calibration.Terms terms = terms(history);
        Calibration calibration = new Calibration(history.timesMs(), history.levelsM(), terms);
        told(err, history, calibration, terms);
        ForecastErrors table =
                calibration.table(source == null ? file.getFileName().toString() : source);
        List<Double> tried = heights(calibration);
        Calibration.Score score = table == null ? null : calibration.tryOut(tried);
        if (table == null || score == null) {
            err.printf(
                    Locale.ROOT,
                    "Too few storms: %d with readings at every lead, and %d are needed: %d to learn from and one to try it "
                            + "on.%nGive a longer history, or a milder --storm-%s.%n",
                    calibration.storms(),
                    Expectation.FEWEST_STORMS + 1,
                    Expectation.FEWEST_STORMS,
                    isRising() ? "above" : "below");
            err.flush();
            return CANNOT;
        }
        tell(err, terms, score, history, calibration, tried);
        spec.commandLine().getOut().print(yaml(table, history, score));
        spec.commandLine().getOut().flush();
        return CommandLine.ExitCode.OK;
    }

    private boolean isRising() {
        return stormBelowM == null;
    }

    /** Who the sensor is, by the settings or by the options; these rule. */
    private boolean takeSensor(List<String> faults) {
        if ((config == null) != (sensorId == null)) {
            faults.add("--config and --sensor: found one, should be both or none");
            return false;
        }
        Long everyMs = interval;
        Double resolves = step;
        if (config != null && sensorId != null) {
            Sensor sensor = sensor(config, sensorId, faults);
            if (sensor == null) {
                return false;
            }
            everyMs = everyMs == null ? Long.valueOf(sensor.intervalMs()) : everyMs;
            resolves = resolves == null ? Double.valueOf(sensor.resolution()) : resolves;
            SeaTide published = sensor.reference().tide();
            tide = published == null ? null : Tide.of(published);
        }
        if (everyMs == null || resolves == null) {
            faults.add(
                    "--interval and --resolution of the sensor are needed, or --config and --sensor to take them from");
            return false;
        }
        intervalMs = everyMs;
        resolution = resolves;
        return true;
    }

    private static @Nullable Sensor sensor(Path settings, String id, List<String> faults) {
        switch (SettingsFile.load(settings, null)) {
            case Read.Bad bad ->
                faults.add(CheckConfig.text(settings.toString(), bad).stripTrailing());
            case Read.Good good -> {
                int index = good.catalogue().sensorIndex(id);
                if (index < 0) {
                    faults.add("--sensor: found " + id + ", should be a sensor of " + settings);
                } else if (good.catalogue().sensor(index).parameter() != Parameter.LEVEL) {
                    faults.add("--sensor: found " + id + ", which measures "
                            + good.catalogue().sensor(index).parameter().name().toLowerCase(Locale.ROOT)
                            + ", should be one that measures a level");
                } else {
                    return good.catalogue().sensor(index);
                }
            }
        }
        return null;
    }

    private void check(List<String> faults) {
        if (intervalMs <= 0 || intervalMs > 2 * HOUR_MS) {
            faults.add("--interval: found " + Duration.written(intervalMs) + ", should be more than 0 and at most 2h");
        }
        if (!(resolution > 0 && resolution < 1)) {
            faults.add("--resolution: found " + resolution + ", should be metres, such as 0.01");
        }
        if (windowMs != null && windowMs < FEWEST_INTERVALS * intervalMs) {
            faults.add("--window: found " + Duration.written(windowMs) + ", should be at least "
                    + Duration.written(FEWEST_INTERVALS * intervalMs) + ", five intervals");
        }
        if (dampingMs <= 0) {
            faults.add("--damping: found 0, should be more");
        }
        if (stormAboveM != null && stormBelowM != null) {
            faults.add("--storm-above and --storm-below: found both, should be one");
        }
        if (!Set.of("m", "cm", "mm").contains(unit)) {
            faults.add("--unit: found " + unit + ", should be m, cm or mm");
        }
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            faults.add("HISTORY: there is no file " + file + " that can be read");
        }
    }

    private double metresPerUnit() {
        return switch (unit) {
            case "cm" -> 0.01;
            case "mm" -> 0.001;
            default -> 1;
        };
    }

    /** Why nothing can be learned from it, or null. */
    private @Nullable String unfit(LevelHistory history) {
        if (history.size() < 2) {
            return file + ": no levels in it that can be used";
        }
        long spacingMs = history.spacingMs();
        if (spacingMs > intervalMs + intervalMs / 2) {
            return String.format(
                    "%s: found a reading every %s, should be every %s or more often: the rise over a window of fewer readings "
                            + "has other errors. Give a finer history, or calibrate as if the sensor reported so seldom "
                            + "(--interval %s --window %s) and read in docs/OPERATIONS.md what that costs.",
                    file,
                    Duration.written(spacingMs),
                    Duration.written(intervalMs),
                    Duration.written(spacingMs),
                    Duration.written(Math.max(USUAL_WINDOW_MS, FEWEST_INTERVALS * spacingMs)));
        }
        return null;
    }

    private Calibration.Terms terms(LevelHistory history) {
        double beyondM = stormBelowM != null
                ? stormBelowM
                : stormAboveM != null ? stormAboveM : history.quantileM(USUAL_STORM_SHARE);
        return new Calibration.Terms(
                intervalMs,
                resolution,
                windowMs != null ? windowMs : Math.max(USUAL_WINDOW_MS, FEWEST_INTERVALS * intervalMs),
                dampingMs,
                isRising() ? Direction.RISING : Direction.FALLING,
                Math.round(beyondM * 100) / 100.0,
                LEADS_MS.stream()
                        // between readings near one another the level is known, between hourly ones it is not
                        .filter(leadMs -> leadMs % intervalMs == 0 || intervalMs <= 15 * MINUTE_MS)
                        .toList(),
                tide);
    }

    private void told(PrintWriter err, LevelHistory history, Calibration calibration, Calibration.Terms terms) {
        err.printf(
                Locale.ROOT,
                "%,d readings from %s to %s, every %s.%n",
                history.size(),
                day(history.timesMs()[0]),
                day(history.timesMs()[history.size() - 1]),
                Duration.written(intervalMs));
        err.printf(
                Locale.ROOT,
                "%d storms %s %.2f m, at least a day apart; %,d expectations in them, made while the water %s (rise over %s, "
                        + "damped in %s%s).%n",
                calibration.storms(),
                isRising() ? "at or above" : "at or below",
                terms.beyondM(),
                calibration.expectations(),
                isRising() ? "rose" : "fell",
                Duration.written(terms.windowMs()),
                Duration.written(terms.dampingMs()),
                tide == null ? "" : ", beyond the tide");
        err.flush();
    }

    private static String day(long atMs) {
        return Instant.ofEpochMilli(atMs).atOffset(ZoneOffset.UTC).toLocalDate().toString();
    }

    /** Those asked for, or the levels that half, a quarter and a tenth of the storms go beyond. */
    private List<Double> heights(Calibration calibration) {
        if (!heightsM.isEmpty() || calibration.storms() == 0) {
            return heightsM;
        }
        double[] peaks = new double[calibration.storms()];
        Arrays.setAll(peaks, calibration::stormPeakM);
        Arrays.sort(peaks);
        return Stream.of(0.5, 0.75, 0.9)
                .map(share -> peaks[(int) ((isRising() ? share : 1 - share) * (peaks.length - 1))])
                .map(peak -> Math.round(peak * 20) / 20.0)
                .distinct()
                .toList();
    }

    private void tell(
            PrintWriter err,
            Calibration.Terms terms,
            Calibration.Score score,
            LevelHistory history,
            Calibration calibration,
            List<Double> tried) {
        err.println(
                "Tried on storms that it was not learned from; persistence: as it is now, learned alike; least squares: the");
        err.println("textbook's 90 % interval. A band should hold 90 %; each storm counts alike.");
        Calibration.Score persistence = tryDamping(history, terms, 0, tried);
        Calibration.Score undamped = tryDamping(history, terms, Long.MAX_VALUE, tried);
        Calibration.Score leastSquares = calibration.tryLeastSquares(0, calibration.storms(), tried);
        err.println();
        err.println("         this band               persistence   undamped      least squares");
        err.println("  lead   holds  width  middle    holds  width  holds  width  holds  width");
        err.println("                       is off by");
        for (int i = 0; i < score.leads().size(); i++) {
            Calibration.LeadScore lead = score.leads().get(i);
            err.printf(
                    Locale.ROOT,
                    "  %-6s %4.0f %% %5.2f m %5.2f m  %s%s%s%n",
                    Duration.written(lead.leadMs()),
                    100 * lead.coverage(),
                    lead.widthM(),
                    lead.errorM(),
                    band(persistence, i),
                    band(undamped, i),
                    band(leastSquares, i));
        }
        err.println();
        err.println("Times told for a height, over all expectations made before it was reached:");
        err.println();
        err.println(
                "  height  within 6 h   reached as told   before the    after the   reached, but   not reached,   least");
        err.println(
                "          reached      (of them open)    earliest      latest      no time told   but promised   squares wrong");
        for (int i = 0; i < tried.size(); i++) {
            Calibration.CrossingScore crossing = score.crossings().get(i);
            err.printf(
                    Locale.ROOT,
                    "  %5.2f m  %5d of %-6d %4d (%d) %12d %12d %12d %14d     %3.0f %% (this: %.0f %%)%n",
                    crossing.heightM(),
                    crossing.reached(),
                    crossing.reached() + crossing.notReached(),
                    crossing.inside(),
                    crossing.open(),
                    crossing.early(),
                    crossing.late(),
                    crossing.untold(),
                    crossing.missed(),
                    100 * wrong(leastSquares.crossings().get(i)),
                    100 * wrong(crossing));
        }
        err.println();
        err.flush();
    }

    private static Calibration.@Nullable Score tryDamping(
            LevelHistory history, Calibration.Terms terms, long dampingMs, List<Double> tried) {
        return new Calibration(history.timesMs(), history.levelsM(), terms.withDamping(dampingMs)).tryOut(tried);
    }

    private static String band(Calibration.@Nullable Score score, int lead) {
        if (score == null) {
            return "              ";
        }
        return String.format(
                Locale.ROOT,
                "%4.0f %% %4.2f m ",
                100 * score.leads().get(lead).coverage(),
                score.leads().get(lead).widthM());
    }

    private static double wrong(Calibration.CrossingScore crossing) {
        int all = crossing.reached() + crossing.notReached();
        return (crossing.early() + crossing.late() + crossing.untold() + crossing.missed()) / (double) Math.max(all, 1);
    }

    private String yaml(ForecastErrors table, LevelHistory history, Calibration.Score score) {
        StringBuilder yaml = new StringBuilder();
        yaml.append(
                "# Made by vandvagt calibrate. Share of levels within the band, in storms that it was not learned from:\n# ");
        List<String> held = new ArrayList<>();
        for (Calibration.LeadScore lead : score.leads()) {
            held.add(String.format(Locale.ROOT, "%s %.0f %%", Duration.written(lead.leadMs()), 100 * lead.coverage()));
        }
        yaml.append(String.join(", ", held)).append('\n');
        yaml.append("forecastErrors:\n");
        line(yaml, "window: %s", Duration.written(table.windowMs()));
        line(yaml, "damping: %s", Duration.written(table.dampingMs()));
        line(yaml, "%s: %.2f", isRising() ? "above" : "below", table.beyondM());
        line(yaml, "storms: %d", table.storms());
        line(yaml, "from: %s", day(table.fromMs()));
        line(yaml, "to: %s", day(history.timesMs()[history.size() - 1] + 24 * HOUR_MS));
        line(yaml, "source: \"%s\"", table.source().replace("\\", "\\\\").replace("\"", "\\\""));
        line(yaml, "leads:");
        for (ForecastErrors.Lead lead : table.leads()) {
            // rounded away from the middle, so that the band holds what it held
            line(
                    yaml,
                    "  - {lead: %s, q05: %.3f, q50: %.3f, q95: %.3f}",
                    Duration.written(lead.leadMs()),
                    Math.floor(lead.q05M() * 1000) / 1000,
                    lead.q50M(),
                    Math.ceil(lead.q95M() * 1000) / 1000);
        }
        return yaml.toString();
    }

    private static void line(StringBuilder yaml, String format, Object... values) {
        yaml.append("  ").append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
