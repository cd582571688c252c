package dk.vandvagt.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers in the shape that DMI's open data and PEGELONLINE's REST API 2 have. */
class JsonSeriesTest {
    private static final String DMI = """
            {"type":"FeatureCollection","features":[
            {"type":"Feature","id":"b","geometry":{"type":"Point","coordinates":[9.8897,55.2706]},
             "properties":{"created":"2023-10-20T21:43:11.123456Z","observed":"2023-10-20T21:40:00Z","parameterId":"sealev_dvr","stationId":"9020201","value":197}},
            {"type":"Feature","id":"t","geometry":{"type":"Point","coordinates":[9.8897,55.2706]},
             "properties":{"observed":"2023-10-20T21:40:00Z","parameterId":"tw","stationId":"9020201","value":12.4}},
            {"type":"Feature","id":"c","geometry":{"type":"Point","coordinates":[10.08,55.09]},
             "properties":{"observed":"2023-10-20T21:30:00Z","parameterId":"sealev_dvr","stationId":"28548","value":-3.5}},
            {"type":"Feature","id":"a","geometry":{"type":"Point","coordinates":[9.8897,55.2706]},
             "properties":{"observed":"2023-10-20T21:30:00Z","parameterId":"sealev_dvr","stationId":"9020201","value":195}}
            ],"timeStamp":"2023-10-21T08:00:00Z","numberReturned":4,"links":[]}
            """;
    private static final String RAIN = """
            {"type":"FeatureCollection","features":[
            {"geometry":{"coordinates":[10.3,55.4],"type":"Point"},"id":"r","type":"Feature",
             "properties":{"created":"2023-06-26T13:13:00Z","observed":"2023-06-26T13:10:00Z","parameterId":"precip_past10min","stationId":"06126","value":26.7}}
            ]}
            """;
    private static final String PEGELONLINE = """
            [{"timestamp":"2023-10-20T23:30:00+02:00","value":726.0},
             {"timestamp":"2023-10-20T23:40:00+02:00","value":727.0}]
            """;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void shouldReadWhatDmiAnswersOldestFirstInMetres() throws Exception {
        assertThat(read("sealev_dvr", file("dmi.json", DMI)).readings())
                .containsExactly(
                        reading("9020201", "2023-10-20T21:30:00Z", "1.95"),
                        reading("28548", "2023-10-20T21:30:00Z", "-0.035"),
                        reading("9020201", "2023-10-20T21:40:00Z", "1.97"));
    }

    @Test
    void shouldLeaveRainInItsMillimetres() throws Exception {
        assertThat(read(null, file("rain.json", RAIN)).readings())
                .containsExactly(reading("06126", "2023-06-26T13:10:00Z", "26.7"));
    }

    @Test
    void shouldReadWhatPegelonlineAnswersUnderTheFilesName() throws Exception {
        MeasuredSeries series = read("sealev_dvr", file("FLENSBURG.json", PEGELONLINE), file("dmi.json", DMI));
        assertThat(series.stations()).containsExactly("FLENSBURG", "9020201", "28548");
        assertThat(series.readings().getFirst()).isEqualTo(reading("FLENSBURG", "2023-10-20T21:30:00Z", "7.260"));
        assertThat(series.readings())
                .hasSize(5)
                .isSortedAccordingTo((a, b) -> Long.compare(a.observedAtMs(), b.observedAtMs()));
    }

    @Test
    void shouldTakeTwoPagesThatOverlapAsOneSeries() throws Exception {
        assertThat(read("sealev_dvr", file("1.json", DMI), file("2.json", DMI)).readings())
                .hasSize(3);
    }

    @Test
    void shouldSayWhatIsWrongWithAnAnswer() {
        assertThatThrownBy(() -> read(null, file("dmi.json", DMI)))
                .hasMessageContaining("station 9020201 has sealev_dvr and tw; choose one with --parameter");
        assertThatThrownBy(() -> read(null, file("error.json", "{\"message\":\"Unauthorized\"}")))
                .hasMessageContaining("neither a FeatureCollection of observations as DMI answers it nor an array");
        assertThatThrownBy(() -> read(null, file("cut.json", PEGELONLINE.substring(0, 60))))
                .hasMessageContaining("no JSON");
        assertThatThrownBy(
                        () -> read(null, file("local.json", "[{\"timestamp\":\"2023-10-20T23:30:00\",\"value\":1}]")))
                .hasMessageContaining("expected an instant with an offset");
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private static MeasuredSeries read(@Nullable String parameter, Path... files) throws Exception {
        return JsonSeries.read(
                List.of(files),
                parameter,
                new MeasuredSeries.Selection(files[0], List.of(), "{key}", "water_level_m", null, null));
    }

    private static Reading reading(String sensorId, String at, String value) {
        return new Reading(sensorId, Instant.parse(at).toEpochMilli(), value);
    }
}
