package dk.vandvagt.config;

import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Composite;
import dk.vandvagt.station.ForecastErrors;
import dk.vandvagt.station.Redundant;
import dk.vandvagt.station.Reference;
import dk.vandvagt.station.ReturnDepths;
import dk.vandvagt.station.ReturnLevels;
import dk.vandvagt.station.ReturnSource;
import dk.vandvagt.station.Rule;
import dk.vandvagt.station.SeaTide;
import dk.vandvagt.station.Sensor;
import dk.vandvagt.station.Station;
import dk.vandvagt.station.Threshold;
import dk.vandvagt.station.YearPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@code ./vandvagt check-config FILE} says about a settings file. */
public final class CheckConfig {
    private static final List<String> HEADER =
            List.of("severity", "raises", "clears", "on-delay", "off-delay", "verified", "name", "title");

    private CheckConfig() {}

    /** Ends with a line break. */
    public static String text(String fileName, Read read) {
        return switch (read) {
            case Read.Bad(List<Fault> faults) -> bad(fileName, faults);
            case Read.Good(Settings settings, Catalogue catalogue, List<Fault> warnings) ->
                good(fileName, settings, catalogue, warnings);
        };
    }

    private static String bad(String fileName, List<Fault> faults) {
        StringBuilder text = new StringBuilder();
        faults.forEach(fault -> text.append(fault.format(fileName)).append('\n'));
        return text.append(count(faults.size(), "fault"))
                .append(", nothing was taken from ")
                .append(fileName)
                .append('\n')
                .toString();
    }

    private static String good(String fileName, Settings settings, Catalogue catalogue, List<Fault> warnings) {
        long thresholds = catalogue.rules().stream()
                .filter(rule -> rule.sensorIndex() != Rule.NO_ONE_SENSOR)
                .mapToLong(rule -> rule.rungs().size())
                .sum();
        long sensors = catalogue.stations().stream()
                .mapToLong(station -> station.sensors().size())
                .sum();
        StringBuilder text = new StringBuilder();
        line(text, "%s is good.", fileName);
        line(
                text,
                "Place:    %s (%s), revision %s",
                settings.place().name(),
                settings.place().id(),
                catalogue.revision());
        line(
                text,
                "Holds:    %s, %s, %s",
                count(catalogue.stations().size(), "station"),
                count(sensors, "sensor"),
                count(thresholds, "threshold"));
        line(
                text,
                "Run:      %s, %s",
                settings.run().id(),
                written(settings.run().clock()));
        line(
                text,
                "HTTP:     %s port %d",
                settings.http().bind(),
                settings.http().port());
        line(
                text,
                "MQTT:     %s, topics below %s",
                written(settings.mqtt().broker()),
                settings.mqtt().topicPrefix());
        line(text, "Database: %s", written(settings.database()));
        line(
                text,
                "CAP:      %s",
                settings.cap() == null
                        ? "off: service.cap.sender is not set"
                        : "from " + settings.cap().sender());
        for (Station station : catalogue.stations()) {
            String datum = station.datum().isNone() ? "" : ", levels in " + station.datum();
            line(text, "%n%s, %s (%s E, %s N%s)", station.id(), station.name(), station.lon(), station.lat(), datum);
            for (Sensor sensor : station.sensors()) {
                sensor(text, catalogue, sensor);
            }
            for (Redundant redundant : station.redundant()) {
                line(text, "  %s: one alert of %s", redundant.id(), String.join(", ", redundant.sensorIds()));
            }
        }
        if (!catalogue.composites().isEmpty()) {
            line(text, "%nComposites:");
            catalogue.composites().forEach(composite -> composite(text, composite));
        }
        if (!warnings.isEmpty()) {
            line(text, "%n%s:", count(warnings.size(), "warning"));
            warnings.forEach(warning -> line(text, "%s", warning.format(fileName)));
        }
        return text.toString();
    }

    private static void sensor(StringBuilder text, Catalogue catalogue, Sensor sensor) {
        line(
                text,
                "  %s: %s in %s, every %s, stale after %s",
                sensor.id(),
                word(sensor.parameter()),
                sensor.unit().symbol(),
                duration(sensor.intervalMs()),
                duration(sensor.staleAfterMs()));
        reference(text, sensor.reference());
        List<Rule> rules = catalogue.rules(catalogue.sensorIndex(sensor.id()));
        if (rules.isEmpty()) {
            line(text, "    no thresholds: shown and stored, never alerted");
        }
        for (Rule rule : rules) {
            line(text, "    %s", rule.id());
            List<List<String>> rows = new ArrayList<>();
            rows.add(HEADER);
            rule.rungs().forEach(rung -> rows.add(row(rung, sensor)));
            table(text, rows);
        }
    }

    private static void composite(StringBuilder text, Composite composite) {
        Threshold rung = composite.threshold();
        line(
                text,
                "  %s at %s, %s, verified %s: %s",
                composite.id(),
                composite.stationId(),
                severity(rung.severity()),
                rung.verified() ? "yes" : "no",
                rung.title().en());
        line(
                text,
                "    at least %d of %s; on-delay %s, off-delay %s",
                composite.atLeast(),
                composite.members(),
                duration(rung.onDelayMs()),
                duration(rung.offDelayMs()));
        if (!composite.inhibits().isEmpty()) {
            line(text, "    meanwhile not told: %s", composite.inhibits());
        }
    }

    private static void reference(StringBuilder text, Reference reference) {
        SeaTide tide = reference.tide();
        if (tide != null) {
            line(
                    text,
                    "    tide: %s about %.2f m %s, range %.2f m, %s",
                    count(tide.constants().size(), "constituent"),
                    tide.meanLevelM(),
                    tide.datum(),
                    tide.equivalentRangeM(),
                    tide.source());
        }
        ReturnLevels levels = reference.returnLevels();
        if (levels != null) {
            returnTable(text, "levels", levels.shortestPeriodYears(), levels.longestPeriodYears(), levels.source());
        }
        ReturnDepths depths = reference.returnDepths();
        if (depths != null) {
            returnTable(text, "depths", depths.shortestPeriodYears(), depths.longestPeriodYears(), depths.source());
        }
        ForecastErrors errors = reference.forecastErrors();
        if (errors != null) {
            line(
                    text,
                    "    forecast errors: up to %s ahead, of %s, %s",
                    duration(errors.leads().getLast().leadMs()),
                    count(errors.storms(), "storm"),
                    errors.source());
        }
    }

    private static void returnTable(
            StringBuilder text, String of, double shortestYears, double longestYears, ReturnSource source) {
        line(
                text,
                "    return %s: %s to %s years, %s, %s",
                of,
                number(shortestYears),
                number(longestYears),
                source.title(),
                source.edition());
    }

    private static List<String> row(Threshold rung, Sensor sensor) {
        boolean falling = rung.direction() == Threshold.Direction.FALLING;
        String beyond = falling ? "<" : ">";
        String raises = rung.comparison() == Threshold.Comparison.BEYOND ? beyond : beyond + "=";
        String unit = " " + rung.kind().unit(sensor.parameter());
        return List.of(
                severity(rung.severity()),
                raises + " " + number(rung.raiseAt()) + unit,
                (falling ? "> " : "< ") + number(rung.clearBelow()) + unit,
                duration(rung.onDelayMs()),
                duration(rung.offDelayMs()),
                rung.verified() ? "yes" : "no",
                rung.name(),
                rung.title().en() + season(rung.season()));
    }

    private static String season(YearPart season) {
        return season.equals(YearPart.ALL)
                ? ""
                : String.format(
                        Locale.ROOT,
                        " (%02d-%02d to %02d-%02d)",
                        season.fromMonthDay() / 100,
                        season.fromMonthDay() % 100,
                        season.toMonthDay() / 100,
                        season.toMonthDay() % 100);
    }

    private static void table(StringBuilder text, List<List<String>> rows) {
        int[] width = new int[HEADER.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < width.length; i++) {
                width[i] = Math.max(width[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder("     ");
            for (int i = 0; i < width.length; i++) {
                line.append(' ')
                        .append(row.get(i))
                        .repeat(' ', width[i] - row.get(i).length() + 1);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
    }

    private static String written(Settings.Clock clock) {
        return switch (clock) {
            case Settings.Clock.Wall() -> "wall clock";
            case Settings.Clock.Stream(var maxStep) ->
                "time of the readings, one sensor alone moves it at most " + duration(maxStep.toMillis());
        };
    }

    private static String written(Settings.Broker broker) {
        return switch (broker) {
            case Settings.Broker.Embedded(String bind, int port, int ignored) ->
                "embedded broker, " + bind + " port " + port;
            case Settings.Broker.Outside outside -> outside.url();
        };
    }

    private static String written(Settings.Database database) {
        return switch (database) {
            case Settings.Database.Embedded embedded -> "embedded, port " + embedded.port();
            case Settings.Database.Outside outside -> outside.url();
        };
    }

    private static String severity(int severity) {
        return switch (severity) {
            case 1 -> "yellow";
            case 2 -> "orange";
            default -> "red";
        };
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    /** As the settings file writes it. */
    static String duration(long ms) {
        if (ms >= 86_400_000 && ms % 86_400_000 == 0) {
            return ms / 86_400_000 + "d";
        }
        if (ms >= 3_600_000 && ms % 3_600_000 == 0) {
            return ms / 3_600_000 + "h";
        }
        if (ms % 60_000 == 0) {
            return ms / 60_000 + "min";
        }
        if (ms > 60_000 && ms % 30_000 == 0) {
            return ms / 60_000 + ".5min";
        }
        return ms % 1_000 == 0 ? ms / 1_000 + "s" : ms + "ms";
    }

    private static String count(long n, String thing) {
        return n + " " + thing + (n == 1 ? "" : "s");
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
