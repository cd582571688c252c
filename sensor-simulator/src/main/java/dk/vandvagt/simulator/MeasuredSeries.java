package dk.vandvagt.simulator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A folder of measured water levels: {@code stations.csv} names the series by {@code file_key}, each lies beside it as
 * {@code <file_key>.csv} or {@code .csv.gz} with the columns {@code time_utc}, {@code water_level_m}.
 *
 * @param readings of all chosen stations merged in time order; at one instant in the order of {@code stations.csv}
 * @param rows data rows within the chosen span, the empty ones among them
 * @param emptyValues rows without a value, which are left out
 */
record MeasuredSeries(List<Reading> readings, List<String> stations, long rows, long emptyValues) {
    private static final int FAULTS_SHOWN = 20;

    /** What to read. Bounds are both inclusive; no stations means all. */
    record Selection(
            Path folder,
            List<String> stations,
            String sensorPattern,
            String valueColumn,
            @Nullable Instant from,
            @Nullable Instant to) {}

    /** @param paths one folder with its {@code stations.csv}, or files, each the series of the station that it is named for */
    static MeasuredSeries read(List<Path> paths, Selection selection) throws IOException, SeriesFault {
        if (paths.size() == 1 && !isSeries(paths.getFirst())) {
            return read(selection);
        }
        Loader loader = new Loader(selection);
        List<String> keys = new ArrayList<>();
        for (Path path : paths) {
            if (!isSeries(path)) {
                throw new SeriesFault(
                        path + ": expected one folder, or files that end in .csv or .csv.gz, or in .json");
            }
            String key = path.getFileName().toString().replaceFirst("\\.csv(\\.gz)?$", "");
            if (selection.stations().isEmpty() || selection.stations().contains(key)) {
                keys.add(key);
                loader.load(key, path);
            }
        }
        return loader.inStep(keys);
    }

    private static boolean isSeries(Path path) {
        return Files.isRegularFile(path) && path.toString().matches(".*\\.csv(\\.gz)?");
    }

    static MeasuredSeries read(Selection selection) throws IOException, SeriesFault {
        List<String> known = stationKeys(selection.folder().resolve("stations.csv"));
        for (String wanted : selection.stations()) {
            if (!known.contains(wanted)) {
                throw new SeriesFault("--station " + wanted + ": found no such file_key in "
                        + selection.folder().resolve("stations.csv") + "; it has " + String.join(", ", known));
            }
        }
        List<String> chosen = selection.stations().isEmpty()
                ? known
                : known.stream().filter(selection.stations()::contains).toList();

        Loader loader = new Loader(selection);
        for (String key : chosen) {
            loader.load(key);
        }
        return loader.inStep(chosen);
    }

    /** The same series moved in time. */
    MeasuredSeries shiftedBy(long millis) {
        List<Reading> shifted = readings.stream()
                .map(reading -> new Reading(reading.sensorId(), reading.observedAtMs() + millis, reading.value()))
                .toList();
        return new MeasuredSeries(shifted, stations, rows, emptyValues);
    }

    private static List<String> stationKeys(Path file) throws IOException, SeriesFault {
        if (!Files.isRegularFile(file)) {
            throw new SeriesFault(file + ": not found; --data must name a folder that holds stations.csv and one"
                    + " <file_key>.csv per station");
        }
        List<String> keys = new ArrayList<>();
        try (BufferedReader lines = open(file)) {
            int keyColumn = column(file, lines.readLine(), "file_key");
            int number = 1;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (line.isBlank()) {
                    continue;
                }
                String key = field(line, keyColumn);
                if (key.isEmpty()) {
                    throw new SeriesFault(file + ":" + number + ": file_key is empty; expected a file name's stem");
                }
                if (keys.contains(key)) {
                    throw new SeriesFault(file + ":" + number + ": file_key " + key + " stands there twice");
                }
                keys.add(key);
            }
        }
        if (keys.isEmpty()) {
            throw new SeriesFault(file + ": lists no station");
        }
        return keys;
    }

    private static BufferedReader open(Path file) throws IOException {
        InputStream bytes = Files.newInputStream(file);
        try {
            InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes;
            return new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8));
        } catch (IOException e) {
            bytes.close();
            throw e;
        }
    }

    private static int column(Path file, @Nullable String header, String name) throws SeriesFault {
        // spreadsheets put a byte order mark before the first column's name
        List<String> columns = header == null ? List.of() : fields(header.replaceFirst("^\uFEFF", ""));
        int index = columns.indexOf(name);
        if (index < 0) {
            throw new SeriesFault(
                    file + ":1: expected a header with the column " + name + ", found " + String.join(",", columns));
        }
        return index;
    }

    private static String field(String line, int column) {
        List<String> fields = fields(line);
        return column < fields.size() ? fields.get(column) : "";
    }

    /** RFC 4180 without line breaks inside quotes. */
    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quoted && c == '"' && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                field.append('"');
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                fields.add(field.toString().strip());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString().strip());
        return fields;
    }

    /** A series that cannot be replayed as it lies there; the message names file, line, what was found and expected. */
    static final class SeriesFault extends Exception {
        private static final long serialVersionUID = 1L;

        SeriesFault(String message) {
            super(message);
        }
    }

    private static final class Loader {
        private final Selection selection;
        private final List<Reading> readings = new ArrayList<>();
        private final List<String> faults = new ArrayList<>();
        private long rows;
        private long emptyValues;

        Loader(Selection selection) {
            this.selection = selection;
        }

        MeasuredSeries inStep(List<String> chosen) throws SeriesFault {
            if (!faults.isEmpty()) {
                List<String> shown = faults.subList(0, Math.min(FAULTS_SHOWN, faults.size()));
                String more = faults.size() > FAULTS_SHOWN
                        ? System.lineSeparator() + "and " + (faults.size() - FAULTS_SHOWN) + " more"
                        : "";
                throw new SeriesFault(String.join(System.lineSeparator(), shown) + more);
            }
            // stable, so that simultaneous readings keep the stations' order
            readings.sort(Comparator.comparingLong(Reading::observedAtMs));
            return new MeasuredSeries(List.copyOf(readings), chosen, rows, emptyValues);
        }

        void load(String key) throws IOException, SeriesFault {
            Path plain = selection.folder().resolve(key + ".csv");
            Path packed = selection.folder().resolve(key + ".csv.gz");
            Path file = Files.isRegularFile(plain) ? plain : packed;
            if (!Files.isRegularFile(file)) {
                throw new SeriesFault(plain + ": not found, but stations.csv lists " + key
                        + "; --station KEY (repeatable) chooses only some");
            }
            load(key, file);
        }

        void load(String key, Path file) throws IOException, SeriesFault {
            String sensorId = selection.sensorPattern().replace("{key}", key);
            try (BufferedReader lines = open(file)) {
                String header = lines.readLine();
                int timeColumn = column(file, header, "time_utc");
                int valueColumn = column(file, header, selection.valueColumn());
                int number = 1;
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    number++;
                    if (!line.isBlank()) {
                        List<String> fields = fields(line);
                        row(
                                file + ":" + number,
                                sensorId,
                                timeColumn < fields.size() ? fields.get(timeColumn) : "",
                                valueColumn < fields.size() ? fields.get(valueColumn) : "");
                    }
                }
            }
        }

        private void row(String place, String sensorId, String time, String value) {
            Instant observedAt;
            try {
                observedAt = OffsetDateTime.parse(time).toInstant();
            } catch (DateTimeParseException _) {
                faults.add(place + ": time_utc is '" + time + "'; expected an instant such as 2023-10-20T21:40:00Z");
                return;
            }
            Instant from = selection.from();
            Instant to = selection.to();
            if ((from != null && observedAt.isBefore(from)) || (to != null && observedAt.isAfter(to))) {
                return;
            }
            rows++;
            if (value.isEmpty()) {
                emptyValues++;
            } else if (!Reading.isNumber(value)) {
                faults.add(place + ": " + selection.valueColumn() + " is '" + value
                        + "'; expected a number such as 2.270, or nothing");
            } else {
                readings.add(new Reading(sensorId, observedAt.toEpochMilli(), value));
            }
        }
    }
}
