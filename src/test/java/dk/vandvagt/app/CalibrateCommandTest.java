package dk.vandvagt.app;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import picocli.CommandLine;

class CalibrateCommandTest {
    private static final long T0 = Instant.parse("2015-01-01T00:00:00Z").toEpochMilli();
    private static final long TEN_MIN = 600_000;

    @TempDir
    Path folder;

    private record Said(int code, String out, String err) {}

    private static Said run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = new CommandLine(new CalibrateCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
        return new Said(code, out.toString(), err.toString());
    }

    /** Storms three days apart, some higher than others. */
    private static StringBuilder storms(int count) {
        StringBuilder csv = new StringBuilder("time_utc,value,qc\n");
        for (int i = 0; i < count * 3 * 144; i++) {
            double hours = i % (3 * 144) / 6.0;
            double peak = 1.0 + 0.1 * (i / (3 * 144) % 7);
            double level = Math.max(0, peak - 0.2 * Math.abs(hours - 36));
            row(csv, i, String.format(Locale.ROOT, "%.3f", level + 0.004 * (i % 3)), "1");
        }
        return csv;
    }

    private static void row(StringBuilder csv, int i, String value, String qc) {
        csv.append(Instant.ofEpochMilli(T0 + i * TEN_MIN))
                .append(',')
                .append(value)
                .append(',')
                .append(qc)
                .append('\n');
    }

    private String file(String name, CharSequence text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    @Test
    void shouldPrintTheBlockForTheSettingsAndNothingElseOnStandardOutput() throws IOException {
        String history = file("history.csv", storms(40));
        Said said = run(
                "--interval",
                "10min",
                "--resolution",
                "0.01",
                "--storm-above",
                "0.50",
                "--source",
                "the \"harbour\"",
                history);
        assertThat(said.err()).contains("40 storms at or above 0.50 m").contains("least squares");
        assertThat(said.code()).isZero();
        Object yaml = new Load(LoadSettings.builder().build()).loadFromString(said.out());
        Map<?, ?> block = (Map<?, ?>) requireNonNull(((Map<?, ?>) yaml).get("forecastErrors"));
        assertThat(block.keySet().stream().map(Object::toString))
                .containsExactly("window", "damping", "above", "storms", "from", "to", "source", "leads");
        assertThat(block.get("window")).isEqualTo("3h");
        assertThat(block.get("damping")).isEqualTo("90min");
        assertThat(block.get("above")).isEqualTo(0.5);
        assertThat(block.get("storms")).isEqualTo(40);
        assertThat(block.get("from")).isEqualTo("2015-01-01");
        assertThat(block.get("to")).isEqualTo("2015-05-01");
        assertThat(block.get("source")).isEqualTo("the \"harbour\"");
        List<?> leads = (List<?>) requireNonNull(block.get("leads"));
        assertThat(leads).hasSize(8);
        Map<?, ?> first = (Map<?, ?>) leads.getFirst();
        assertThat(first.get("lead")).isEqualTo("30min");
        assertThat((Double) first.get("q05")).isLessThanOrEqualTo((Double) first.get("q50"));
        assertThat((Double) first.get("q95")).isGreaterThanOrEqualTo((Double) first.get("q50"));
    }

    @Test
    void shouldReadWhatIsGzippedAndNameEveryLineLeftOut() throws IOException {
        StringBuilder csv = storms(40);
        csv.append("yesterday,1.00,1\n");
        csv.append("2016-02-01T00:00:00,1.00,1\n");
        csv.append("2016-02-01T00:10:00Z,wet,1\n");
        csv.append("2016-02-01T00:20:00Z,,1\n");
        csv.append("2016-02-01T00:30:00Z,1.00,4\n");
        csv.append("2015-01-01T00:00:00Z,9.00,1\n");
        csv.append("2016-02-01T01:00:00Z\n");
        for (int i = 0; i < 40; i++) {
            csv.append(Instant.parse("2016-03-01T00:00:00Z").plusSeconds(600L * i))
                    .append(",0.77,1\n");
        }
        csv.append("2016-04-01T00:00:00Z,0.10,1\n2016-04-01T00:10:00Z,7.00,1\n2016-04-01T00:20:00Z,0.12,1\n");
        Path gzip = folder.resolve("history.csv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
            out.write(csv.toString().getBytes(StandardCharsets.UTF_8));
        }
        Said said = run("--interval", "10min", "--resolution", "0.01", "--storm-above", "0.5", gzip.toString());
        assertThat(said.code()).as(said.err()).isZero();
        int lines = 1 + 40 * 3 * 144;
        assertThat(said.err())
                .contains("3 left out: no instant and number")
                .contains("line " + (lines + 1) + " 'yesterday,1.00,1'")
                .contains("1 left out: no value (line " + (lines + 4) + ")")
                .contains("1 left out: flagged in the column qc (line " + (lines + 5) + ")")
                .contains("1 left out: the instant was there before, with another value (line " + (lines + 6) + ")")
                .contains("40 left out: the same value for six hours or longer (line " + (lines + 8) + ",")
                .contains("1 left out: more than 0.5 m above or below both the reading before and the one after (line "
                        + (lines + 49) + ")");
        assertThat(said.err()).doesNotContain("without Z").as("the column is called time_utc");
    }

    @Test
    void shouldNotGuessAZone() throws IOException {
        String history = file(
                "local.csv", storms(40).toString().replace("time_utc", "time").replace("Z,", ","));
        Said said = run("--interval", "10min", "--resolution", "0.01", history);
        assertThat(said.code()).isEqualTo(2);
        assertThat(said.err())
                .contains("left out: time without Z or offset: name the column time_utc, if it is UTC")
                .contains("no levels in it that can be used");
        assertThat(said.out()).isEmpty();
    }

    @Test
    void shouldTakeValuesInOtherUnitsAboveAnotherZero() throws IOException {
        StringBuilder csv = new StringBuilder("time;stage_cm\n");
        storms(40).toString().lines().skip(1).forEach(line -> {
            String[] cells = line.split(",", -1);
            csv.append(cells[0])
                    .append(';')
                    .append(Math.round(Double.parseDouble(cells[1]) * 100) + 500)
                    .append('\n');
        });
        Said said = run(
                "--interval",
                "10min",
                "--resolution",
                "0.01",
                "--unit",
                "cm",
                "--zero",
                "-5.0",
                "--storm-above",
                "0.5",
                file("cm.csv", csv));
        assertThat(said.code()).as(said.err()).isZero();
        assertThat(said.err()).contains("level from stage_cm").contains("40 storms at or above 0.50 m");
    }

    @Test
    void shouldSayWhatIsMissingWhereThereAreTooFewStorms() throws IOException {
        Said said =
                run("--interval", "10min", "--resolution", "0.01", "--storm-above", "0.5", file("few.csv", storms(12)));
        assertThat(said.code()).isEqualTo(2);
        assertThat(said.out()).isEmpty();
        assertThat(said.err())
                .contains("Too few storms: 12")
                .contains("20 are needed")
                .contains("Give a longer history, or a milder --storm-above");
        Said none =
                run("--interval", "10min", "--resolution", "0.01", "--storm-above", "9", file("none.csv", storms(12)));
        assertThat(none.err()).contains("Too few storms: 0");
    }

    @Test
    void shouldRefuseAHistoryThatIsCoarserThanTheSensor() throws IOException {
        String history = file("history.csv", storms(40));
        Said said = run("--interval", "1min", "--resolution", "0.01", history);
        assertThat(said.code()).isEqualTo(2);
        assertThat(said.err())
                .contains("found a reading every 10min, should be every 1min or more often")
                .contains("--interval 10min --window 3h");
    }

    @Test
    void shouldTellAllFaultsOfTheOptionsAtOnce() {
        Said said = run(
                "--interval",
                "10min",
                "--resolution",
                "1.5",
                "--window",
                "20min",
                "--unit",
                "ft",
                "--storm-above",
                "1",
                "--storm-below",
                "0",
                "nowhere.csv");
        assertThat(said.code()).isEqualTo(2);
        assertThat(said.err())
                .contains("--resolution: found 1.5")
                .contains("--window: found 20min, should be at least 50min")
                .contains("--unit: found ft")
                .contains("--storm-above and --storm-below: found both")
                .contains("there is no file nowhere.csv");
        assertThat(run("nowhere.csv").err()).contains("--interval and --resolution of the sensor are needed");
        assertThat(run("--interval", "ten", "--resolution", "0.01", "x.csv").err())
                .contains("found 'ten', should be like 10min");
        assertThat(run("--interval", "10min", "--resolution", "0.01").err()).contains("HISTORY");
    }

    @Test
    void shouldTakeTheSensorFromTheSettings() throws IOException {
        String history = file("history.csv", storms(40));
        Said said = run("--config", "config/assens.yml", "--sensor", "ASS-HAVN-W", "--storm-above", "0.5", history);
        assertThat(said.err()).contains("40 storms");
        assertThat(said.code()).isZero();
        assertThat(run("--config", "config/assens.yml", "--sensor", "NO-ONE", history)
                        .err())
                .contains("--sensor: found NO-ONE, should be a sensor of config/assens.yml");
        assertThat(run("--config", "config/assens.yml", history).err()).contains("found one, should be both");
    }

    @Test
    void shouldLearnLowWaterToo() throws IOException {
        StringBuilder csv = new StringBuilder("time_utc,value\n");
        storms(40).toString().lines().skip(1).forEach(line -> {
            String[] cells = line.split(",", -1);
            csv.append(cells[0])
                    .append(',')
                    .append(-Double.parseDouble(cells[1]))
                    .append('\n');
        });
        String low = file("low.csv", csv);
        Said said = run("--interval", "10min", "--resolution", "0.01", "--storm-below", "-0.5", low);
        assertThat(said.code()).as(said.err()).isZero();
        assertThat(said.out()).contains("  below: -0.50\n");
        Said high = run(
                "--interval", "10min", "--resolution", "0.01", "--storm-above", "0.5", file("high.csv", storms(40)));
        assertThat(quantile(said.out(), "q05")).isCloseTo(-quantile(high.out(), "q95"), within(0.0011));
    }

    private static double quantile(String yaml, String name) {
        String line = yaml.lines()
                .filter(text -> text.contains("lead: 2h"))
                .findFirst()
                .orElseThrow();
        String text = line.substring(line.indexOf(name) + name.length() + 2);
        return Double.parseDouble(text.split("[,}]", 2)[0]);
    }
}
