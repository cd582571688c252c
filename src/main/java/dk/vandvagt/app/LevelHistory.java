package dk.vandvagt.app;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/**
 * Measured levels of one gauge from a table of comma-separated values, plain or gzipped: what can be used of them, in order of time,
 * and what was left out and why.
 */
final class LevelHistory {
    private static final Set<String> TIME_NAMES = Set.of("time_utc", "time", "t", "timestamp", "datetime", "date");
    private static final String VALUE_NAME = "value";
    private static final String QC_NAME = "qc";
    private static final int SHOWN = 5;
    private static final int TELL_EVERY_LINES = 1_000_000;
    /** A gauge that shows the very same value for so long is stuck. */
    private static final long STUCK_MS = 6 * 3_600_000L;
    /** The greatest true step between two readings at seven gauges was 0.15 m in ten minutes. */
    private static final double SPIKE_M = 0.5;

    /** What was found to be wrong with some lines, the first few by their number. */
    static final class Refused {
        private final String why;
        private final StringBuilder examples = new StringBuilder();
        private int count;

        private Refused(String why) {
            this.why = why;
        }

        private void add(long line, String found) {
            count++;
            if (count <= SHOWN) {
                examples.append(examples.isEmpty() ? "" : ", ").append("line ").append(line);
                if (!found.isEmpty()) {
                    examples.append(" '")
                            .append(found, 0, Math.min(found.length(), 40))
                            .append('\'');
                }
            }
        }

        int count() {
            return count;
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%,9d left out: %s%s", count, why, "")
                    + (examples.isEmpty() ? "" : " (" + examples + (count > SHOWN ? ", …" : "") + ")");
        }
    }

    private record Row(long atMs, double levelM, long line) {}

    private final Refused unreadable = new Refused("no instant and number, such as 2023-10-20T21:40:00Z,2.27");
    private final Refused zoneless = new Refused("time without Z or offset: name the column time_utc, if it is UTC");
    private final Refused empty = new Refused("no value");
    private final Refused flagged = new Refused("flagged in the column " + QC_NAME);
    private final Refused twice = new Refused("the instant was there before, with another value");
    private final Refused spikes = new Refused(String.format(
            Locale.ROOT, "more than %.1f m above or below both the reading before and the one after", SPIKE_M));
    private final Refused stuck = new Refused("the same value for six hours or longer");
    private final double metresPerUnit;
    private final double zeroM;
    private final Set<String> goodFlags;
    private final Consumer<String> told;
    private final List<Row> rows = new ArrayList<>();
    private long lines;
    private boolean utc;
    private int timeColumn;
    private int valueColumn = 1;
    private int qcColumn = -1;
    private long[] timesMs = new long[0];
    private double[] levelsM = new double[0];

    private LevelHistory(double metresPerUnit, double zeroM, Set<String> goodFlags, Consumer<String> told) {
        this.metresPerUnit = metresPerUnit;
        this.zeroM = zeroM;
        this.goodFlags = goodFlags;
        this.told = told;
    }

    /**
     * @param zeroM height of the values' zero in the station's datum
     * @param goodFlags of the column {@code qc}, where there is one
     * @param told what is being done, line by line
     */
    static LevelHistory read(
            Path file, double metresPerUnit, double zeroM, Set<String> goodFlags, Consumer<String> told)
            throws IOException {
        LevelHistory history = new LevelHistory(metresPerUnit, zeroM, goodFlags, told);
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file));
                BufferedReader reader =
                        new BufferedReader(new InputStreamReader(unpacked(raw), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                history.take(line);
            }
        }
        history.settle();
        return history;
    }

    private static InputStream unpacked(InputStream raw) throws IOException {
        raw.mark(2);
        boolean gzip = raw.read() == 0x1f && raw.read() == 0x8b;
        raw.reset();
        return gzip ? new GZIPInputStream(raw) : raw;
    }

    private void take(String line) {
        lines++;
        if (lines % TELL_EVERY_LINES == 0) {
            told.accept(String.format(Locale.ROOT, "%,d lines read ...", lines));
        }
        String[] cells = line.split(line.indexOf(';') >= 0 ? ";" : ",", -1);
        if (lines == 1 && isHeader(cells)) {
            head(cells);
            return;
        }
        if (line.isBlank() || line.startsWith("#")) {
            return;
        }
        if (cells.length <= Math.max(timeColumn, valueColumn)) {
            unreadable.add(lines, line);
            return;
        }
        String value = cells[valueColumn].strip();
        if (value.isEmpty() || "nan".equalsIgnoreCase(value)) {
            empty.add(lines, "");
            return;
        }
        if (qcColumn >= 0 && (qcColumn >= cells.length || !goodFlags.contains(cells[qcColumn].strip()))) {
            flagged.add(lines, "");
            return;
        }
        try {
            double level = Double.parseDouble(value) * metresPerUnit + zeroM;
            if (!Double.isFinite(level)) {
                unreadable.add(lines, line);
                return;
            }
            rows.add(new Row(instantMs(cells[timeColumn].strip()), level, lines));
        } catch (NumberFormatException notANumber) {
            unreadable.add(lines, line);
        } catch (DateTimeException noInstant) {
            (isLocalTime(cells[timeColumn].strip()) ? zoneless : unreadable).add(lines, line);
        }
    }

    private static boolean isHeader(String[] cells) {
        return Arrays.stream(cells).noneMatch(cell -> cell.strip().matches("[-+]?\\d.*"));
    }

    private void head(String[] cells) {
        timeColumn = -1;
        valueColumn = -1;
        for (int i = 0; i < cells.length; i++) {
            String name = cells[i].strip().replace("\uFEFF", "").toLowerCase(Locale.ROOT);
            if (timeColumn < 0 && TIME_NAMES.contains(name)) {
                timeColumn = i;
                utc = name.endsWith("_utc");
            } else if (QC_NAME.equals(name)) {
                qcColumn = i;
            } else if (valueColumn < 0 || VALUE_NAME.equals(name)) {
                valueColumn = i;
            }
        }
        if (timeColumn < 0 || valueColumn < 0) {
            throw new IllegalArgumentException("line 1: found columns " + String.join(", ", cells)
                    + ", should be time_utc (or time) and value, and may be qc");
        }
        told.accept("columns: time from " + cells[timeColumn].strip() + ", level from " + cells[valueColumn].strip()
                + (qcColumn < 0 ? "" : ", only with " + QC_NAME + " " + String.join(" or ", goodFlags)));
    }

    private long instantMs(String text) {
        if (utc && isLocalTime(text)) {
            return LocalDateTime.parse(text.replace(' ', 'T'))
                    .toInstant(ZoneOffset.UTC)
                    .toEpochMilli();
        }
        return OffsetDateTime.parse(text.replace(' ', 'T')).toInstant().toEpochMilli();
    }

    private static boolean isLocalTime(String text) {
        return text.matches("\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?");
    }

    private void settle() {
        rows.sort((a, b) -> a.atMs() != b.atMs() ? Long.compare(a.atMs(), b.atMs()) : Long.compare(a.line(), b.line()));
        List<Row> once = new ArrayList<>(rows.size());
        for (Row row : rows) {
            if (once.isEmpty() || once.getLast().atMs() != row.atMs()) {
                once.add(row);
            } else if (once.getLast().levelM() != row.levelM()) {
                twice.add(row.line(), "");
            }
        }
        List<Row> moving = withoutStuck(once);
        List<Row> sound = new ArrayList<>(moving.size());
        for (int i = 0; i < moving.size(); i++) {
            if (i > 0 && i + 1 < moving.size() && isSpike(moving.get(i - 1), moving.get(i), moving.get(i + 1))) {
                spikes.add(moving.get(i).line(), "");
            } else {
                sound.add(moving.get(i));
            }
        }
        rows.clear();
        timesMs = sound.stream().mapToLong(Row::atMs).toArray();
        levelsM = sound.stream().mapToDouble(Row::levelM).toArray();
    }

    private List<Row> withoutStuck(List<Row> all) {
        List<Row> moving = new ArrayList<>(all.size());
        int from = 0;
        for (int i = 1; i <= all.size(); i++) {
            if (i == all.size() || all.get(i).levelM() != all.get(from).levelM()) {
                if (all.get(i - 1).atMs() - all.get(from).atMs() >= STUCK_MS) {
                    all.subList(from, i).forEach(row -> stuck.add(row.line(), ""));
                } else {
                    moving.addAll(all.subList(from, i));
                }
                from = i;
            }
        }
        return moving;
    }

    private static boolean isSpike(Row before, Row at, Row after) {
        double up = at.levelM() - before.levelM();
        double down = at.levelM() - after.levelM();
        return up * down > 0 && Math.min(Math.abs(up), Math.abs(down)) > SPIKE_M;
    }

    long[] timesMs() {
        return timesMs.clone();
    }

    double[] levelsM() {
        return levelsM.clone();
    }

    int size() {
        return timesMs.length;
    }

    /** What was left out, for each reason that there was. */
    List<Refused> refused() {
        return List.of(unreadable, zoneless, empty, flagged, twice, spikes, stuck).stream()
                .filter(refused -> refused.count() > 0)
                .toList();
    }

    /** The usual spacing of its readings: the median. */
    long spacingMs() {
        if (timesMs.length < 2) {
            return 0;
        }
        long[] spacing = new long[timesMs.length - 1];
        Arrays.setAll(spacing, i -> timesMs[i + 1] - timesMs[i]);
        Arrays.sort(spacing);
        return spacing[spacing.length / 2];
    }

    /** The level below which a share of the readings lies. */
    double quantileM(double share) {
        double[] sorted = levelsM.clone();
        Arrays.sort(sorted);
        return sorted[(int) (share * (sorted.length - 1))];
    }

    /** Keeps one reading an interval, as the sensor will send them. */
    void thinTo(long intervalMs) {
        int kept = 0;
        for (int i = 0; i < timesMs.length; i++) {
            // a clock's jitter does not cost a reading
            if (kept == 0 || timesMs[i] - timesMs[kept - 1] >= intervalMs - intervalMs / 10) {
                timesMs[kept] = timesMs[i];
                levelsM[kept] = levelsM[i];
                kept++;
            }
        }
        timesMs = Arrays.copyOf(timesMs, kept);
        levelsM = Arrays.copyOf(levelsM, kept);
    }
}
