package dk.vandvagt.quality;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.config.Fault;
import dk.vandvagt.config.Read;
import dk.vandvagt.config.SettingsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every call that ioos_qc's own tests make, with the flags it gave. What it refuses by an exception, settings refuse here; a
 * position, which it flags per observation, is a station's, and settings refuse it likewise.
 */
class IoosVectorsTest {
    private static final String VECTORS = "qartod-ioos/qartod_vectors.json";
    private static final int CALLS = 84;

    /** ioos_qc's complaints that no settings can give rise to: arguments of the wrong type or of unlike lengths. */
    private static final List<String> ONLY_IN_PYTHON = List.of(
            "Required: list/tuple",
            "could not convert string to float",
            "are different sizes",
            "Unknown value for range_method");

    @TempDir
    private Path folder = Path.of("");

    private static List<JsonNode> cases() throws IOException {
        JsonNode root = new ObjectMapper().readTree(SharedData.file(VECTORS).toFile());
        List<JsonNode> cases = new ArrayList<>();
        root.get("cases").forEach(cases::add);
        return cases;
    }

    @Test
    void shouldHaveAllCalls() throws IOException {
        assertThat(cases()).hasSize(CALLS);
    }

    @TestFactory
    List<DynamicTest> shouldFlagAsIoosQcDoes() throws IOException {
        return cases().stream()
                .map(each -> DynamicTest.dynamicTest(
                        each.get("id").asText() + " " + each.get("case").asText(), () -> check(each)))
                .toList();
    }

    private void check(JsonNode call) throws IOException {
        JsonNode args = call.get("args");
        String test = call.get("test").asText();
        if (call.has("raises")) {
            checkRefused(test, args, call.get("message").asText());
            return;
        }
        JsonNode expected = call.get("expected_flags");
        int[] flags = ints(expected.isArray() ? expected : expected.get("data"));
        if (test.equals("location_test")) {
            checkLocations(args, flags);
        } else {
            assertThat(run(test, args)).isEqualTo(flags);
        }
    }

    private static int[] run(String test, JsonNode args) {
        double[] values = doubles(args.get("inp"));
        long[] times = args.has("tinp") ? times(args.get("tinp")) : new long[values.length];
        Series series = new Series(values, times);
        return switch (test) {
            case "gross_range_test" ->
                series.grossRange(
                        args.get("fail_span").get(0).asDouble(),
                        args.get("fail_span").get(1).asDouble(),
                        args.get("suspect_span").get(0).asDouble(),
                        args.get("suspect_span").get(1).asDouble());
            case "spike_test" ->
                series.spike(
                        !args.path("method").asText("average").equals("differential"),
                        number(args, "suspect_threshold"),
                        number(args, "fail_threshold"));
            case "rate_of_change_test" ->
                series.rateOfChange(number(args, "threshold"), number(args, "fail_threshold"));
            case "flat_line_test" -> {
                double tolerance = number(args, "tolerance");
                yield series.flatLine(
                        number(args, "suspect_threshold"),
                        number(args, "fail_threshold"),
                        tolerance,
                        // fine enough for the values of each call
                        tolerance / 1000);
            }
            case "attenuated_signal_test" -> {
                long windowMs = (long) (1000 * args.path("test_period").asDouble(0));
                int needed = args.path("min_period").isNumber()
                        ? (int) (1000 * args.get("min_period").asLong() / (times[1] - times[0]))
                        : args.path("min_obs").asInt(0);
                yield series.attenuatedSignal(
                        windowMs,
                        needed,
                        args.get("check_type").asText().equals("range"),
                        number(args, "suspect_threshold"),
                        number(args, "fail_threshold"));
            }
            default -> throw new AssertionError(test);
        };
    }

    private void checkRefused(String test, JsonNode args, String message) throws IOException {
        if (message.startsWith("Suspect Span")) {
            List<String> faults = faults(
                    55,
                    9,
                    "{sensorSpan: " + span(args.get("fail_span"), 0.1) + ", userSpan: "
                            + span(args.get("suspect_span"), 0.1) + "}");
            assertThat(faults).singleElement().asString().contains("should lie within sensorSpan");
        } else if (message.startsWith("Unknown method")) {
            assertThat(test).isEqualTo("spike_test");
            List<String> faults = faults(
                    55,
                    9,
                    "{spike: {suspect: 0.5, fail: 1, method: "
                            + args.get("method").asText() + "}}");
            assertThat(faults).singleElement().asString().contains("should be one of differential, average");
        } else {
            assertThat(ONLY_IN_PYTHON).as(message).anyMatch(message::contains);
        }
    }

    /** ioos_qc's spans of no width are widened a little: a span has two different ends here. */
    private static String span(JsonNode span, double width) {
        return "[" + span.get(0).asDouble() + ", " + (span.get(1).asDouble() + width) + "]";
    }

    private void checkLocations(JsonNode args, int[] flags) throws IOException {
        for (int i = 0; i < flags.length; i++) {
            JsonNode lat = args.get("lat").get(i);
            JsonNode lon = args.get("lon").get(i);
            boolean good = faults(
                            lat.isNull() ? Double.NaN : lat.asDouble(),
                            lon.isNull() ? Double.NaN : lon.asDouble(),
                            "{}")
                    .isEmpty();
            assertThat(good).as("%s %s", lat, lon).isEqualTo(flags[i] == Flag.PASS);
        }
    }

    /** What is wrong with a settings file of one station there and one sensor judged so; NaN: not said. */
    private List<String> faults(double lat, double lon, String quality) throws IOException {
        String text = """
                version: 1
                place: {id: here, name: Here}
                stations:
                  - id: ST
                    name: Somewhere
                %s%s    datum: DVR90
                    gaugeZero: 0.0
                    sensors:
                      - {id: ST-W, parameter: level, unit: m, interval: 10min, quality: %s}
                """.formatted(
                        Double.isNaN(lat) ? "" : "    lat: " + lat + "\n",
                        Double.isNaN(lon) ? "" : "    lon: " + lon + "\n",
                        quality);
        Path file = folder.resolve("call.yml");
        Files.writeString(file, text);
        return switch (SettingsFile.load(file, null)) {
            case Read.Good good -> List.of();
            case Read.Bad bad -> bad.faults().stream().map(Fault::message).toList();
        };
    }

    private static double number(JsonNode args, String name) {
        return args.path(name).isNumber() ? args.get(name).asDouble() : Double.NaN;
    }

    private static double[] doubles(JsonNode list) {
        double[] values = new double[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = list.get(i).isNull() ? Double.NaN : list.get(i).asDouble();
        }
        return values;
    }

    private static int[] ints(JsonNode list) {
        int[] values = new int[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = list.get(i).asInt();
        }
        return values;
    }

    private static long[] times(JsonNode list) {
        long[] times = new long[list.size()];
        for (int i = 0; i < times.length; i++) {
            JsonNode time = list.get(i);
            times[i] = time.isTextual() ? Instant.parse(time.asText()).toEpochMilli() : 1000 * time.asLong();
        }
        return times;
    }
}
