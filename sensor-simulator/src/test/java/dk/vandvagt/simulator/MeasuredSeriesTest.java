package dk.vandvagt.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dk.vandvagt.simulator.MeasuredSeries.Selection;
import dk.vandvagt.simulator.MeasuredSeries.SeriesFault;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeasuredSeriesTest {
    private static final List<String> STATIONS =
            List.of("Eckernfoerde", "Flensburg", "Kappeln", "KielHoltenau", "Luebeck", "Travemuende", "Warnemuende");

    @Nested
    class OfTheSurgeOfOctober2023 {
        private Path folder = Path.of("");

        @BeforeEach
        void find() {
            folder = SharedData.surgeOfOctober2023();
        }

        @Test
        void shouldHaveEveryRowOfEveryFileAsItStandsThere() throws IOException, SeriesFault {
            MeasuredSeries series = MeasuredSeries.read(all(folder));
            int rows = 0;
            for (String station : STATIONS) {
                List<String> expected = SharedData.lines(station).stream()
                        .map(line -> line.substring(0, line.lastIndexOf(',')))
                        .toList();
                List<String> found = series.readings().stream()
                        .filter(reading -> reading.sensorId().equals(station + "-W"))
                        .map(reading -> Instant.ofEpochMilli(reading.observedAtMs()) + "," + reading.value())
                        .toList();
                assertThat(found).isEqualTo(expected);
                rows += expected.size();
            }
            assertThat(series.readings()).hasSize(rows).hasSize(11_695);
            assertThat(series.rows()).isEqualTo(rows);
            assertThat(series.emptyValues()).isZero();
            assertThat(series.stations()).isEqualTo(STATIONS);
        }

        @Test
        void shouldMergeAllStationsIntoOneOrderOfTime() throws IOException, SeriesFault {
            List<Reading> readings = MeasuredSeries.read(all(folder)).readings();
            assertThat(readings)
                    .isSortedAccordingTo(Comparator.comparingLong(Reading::observedAtMs)
                            .thenComparing(reading -> STATIONS.indexOf(reading.sensorId()
                                    .substring(0, reading.sensorId().length() - 2))));
        }

        @Test
        void shouldCarryFlensburgsHighestLevelToItsMinute() throws IOException, SeriesFault {
            MeasuredSeries series = MeasuredSeries.read(
                    new Selection(folder, List.of("Flensburg"), "{key}-W", "water_level_m", null, null));
            assertThat(series.readings().stream().max(Comparator.comparingDouble(r -> Double.parseDouble(r.value()))))
                    .contains(new Reading(
                            "Flensburg-W", Instant.parse("2023-10-20T21:40:00Z").toEpochMilli(), "2.270"));
        }

        @Test
        void shouldTakeBothBoundsOfASpanIn() throws IOException, SeriesFault {
            Instant from = Instant.parse("2023-10-20T21:00:00Z");
            MeasuredSeries series = MeasuredSeries.read(new Selection(
                    folder, List.of("Flensburg", "Luebeck"), "{key}-W", "water_level_m", from, from.plusSeconds(3600)));
            assertThat(series.readings()).hasSize(14);
            assertThat(series.readings().getFirst().observedAtMs()).isEqualTo(from.toEpochMilli());
            assertThat(series.readings().getLast().observedAtMs())
                    .isEqualTo(from.plusSeconds(3600).toEpochMilli());
        }
    }

    @Nested
    class OfAFolder {
        @TempDir
        private Path folder = Path.of("");

        @Test
        void shouldSkipAndCountEmptyValues() throws IOException, SeriesFault {
            write("stations.csv", "file_key,name\nA,\"Assens, Havn\"\n");
            write("A.csv", "time_utc,water_level_m,qc\n2023-10-20T00:00:00Z,,9\n\n2023-10-20T00:10:00Z,1.0,1\n");
            MeasuredSeries series = MeasuredSeries.read(all(folder));
            assertThat(series.readings()).hasSize(1);
            assertThat(series.emptyValues()).isEqualTo(1);
            assertThat(series.rows()).isEqualTo(2);
        }

        @Test
        void shouldFindItsColumnsByNameInPackedFilesWithAByteOrderMark() throws IOException, SeriesFault {
            write("stations.csv", "\uFEFFfile_key\nA\n");
            try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve("A.csv.gz")))) {
                out.write("qc,water_level_m,time_utc\n1,-0.5,2023-10-20T02:00:00+02:00\n"
                        .getBytes(StandardCharsets.UTF_8));
            }
            assertThat(MeasuredSeries.read(all(folder)).readings())
                    .containsExactly(new Reading(
                            "A-W", Instant.parse("2023-10-20T00:00:00Z").toEpochMilli(), "-0.5"));
        }

        @Test
        void shouldTellAllFaultsOfAFileAtOnceWithTheirLines() throws IOException {
            write("stations.csv", "file_key\nA\n");
            write(
                    "A.csv",
                    "time_utc,water_level_m\n2023-10-20,1.0\n2023-10-20T00:00:00Z,NaN\n2023-10-20T00:10:00Z,1\n");
            assertThatThrownBy(() -> MeasuredSeries.read(all(folder)))
                    .isInstanceOf(SeriesFault.class)
                    .hasMessageContaining("A.csv:2: time_utc is '2023-10-20'; expected an instant")
                    .hasMessageContaining("A.csv:3: water_level_m is 'NaN'; expected a number");
        }

        @Test
        void shouldSayWhatIsMissing() throws IOException {
            assertFault(folder.resolve("stations.csv") + ": not found; --data must name a folder");
            write("stations.csv", "id\nA\n");
            assertFault("stations.csv:1: expected a header with the column file_key, found id");
            write("stations.csv", "file_key\nA\nA\n");
            assertFault("stations.csv:3: file_key A stands there twice");
            write("stations.csv", "file_key\nA\n");
            assertFault("A.csv: not found, but stations.csv lists A");
            write("A.csv", "time,level\n");
            assertFault("A.csv:1: expected a header with the column time_utc, found time,level");
            write("A.csv", "");
            assertFault("A.csv:1: expected a header with the column time_utc, found ");
        }

        private void assertFault(String message) {
            assertThatThrownBy(() -> MeasuredSeries.read(all(folder)))
                    .isInstanceOf(SeriesFault.class)
                    .hasMessageContaining(message);
        }

        private void write(String name, String text) throws IOException {
            Files.writeString(folder.resolve(name), text);
        }
    }

    private static Selection all(Path folder) {
        @Nullable Instant open = null;
        return new Selection(folder, List.of(), "{key}-W", "water_level_m", open, open);
    }
}
