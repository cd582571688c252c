package dk.vandvagt.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.station.Catalogue;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every format through the seam that sources use, over golden messages and over vendors' own examples. */
class FormatsTest {
    private static final Path VECTORS = Path.of("..", "shared", "data", "mqtt-payloads");

    private final Catalogue catalogue = Formats.catalogue();

    static Stream<Formats.Message> messages() {
        return Formats.messages();
    }

    @ParameterizedTest
    @MethodSource("messages")
    void shouldDecodeTheGoldenMessage(Formats.Message message) {
        Decoder.Session session = Formats.open(message.format(), catalogue);
        assertThat(Formats.decode(catalogue, session, message.topic(), message.payload()))
                .isEqualTo(message.expected());
    }

    @Test
    void shouldGiveAnUplinkTheTimeItHadFirstThoughTwoGatewaysTellIt() {
        Formats.Message up = golden("chirpstack--up");
        Decoder.Session session = Formats.open(Format.CHIRPSTACK, catalogue);
        assertThat(Formats.decode(catalogue, session, up.topic(), up.payload())).hasSize(3);
        byte[] later = text(up).replace("21:40:00Z", "21:40:01.5Z").getBytes(StandardCharsets.UTF_8);
        String[] asFirst = {"HAVN-W 1697838000000 2.27", "HAVN-B 1697838000000 3.4"};
        assertThat(Formats.decode(catalogue, session, up.topic(), later)).containsExactly(asFirst);
        session.use(catalogue);
        assertThat(Formats.decode(catalogue, session, up.topic(), later))
                .as("a reload forgets nothing")
                .containsExactly(asFirst);
        assertThat(Formats.decode(catalogue, session, up.topic(), up.payload()))
                .as("the very same message again, whose first may not have been stored")
                .isEqualTo(up.expected());
    }

    @Test
    void shouldTakeTheSameCounterAgainAfterTheDeviceJoinedAgain() {
        Formats.Message up = golden("chirpstack--up");
        Decoder.Session session = Formats.open(Format.CHIRPSTACK, catalogue);
        Formats.decode(catalogue, session, up.topic(), up.payload());
        byte[] joined = text(up).replace("00189440", "00189441")
                .replace("21:40:00Z", "21:45:00Z")
                .getBytes(StandardCharsets.UTF_8);
        assertThat(Formats.decode(catalogue, session, up.topic(), joined)).hasSize(3);
    }

    @Test
    void shouldFollowSparkplugFromItsBirth() throws IOException {
        needVectors();
        Decoder.Session session = Formats.open(Format.SPARKPLUG, catalogue);
        JsonNode index = json("sparkplug-b/index.json");
        assertThat(sparkplug(session, index, 2)).as("data before any birth").containsExactly("no_birth");
        assertThat(sparkplug(session, index, 0)).containsExactly("not_a_reading");
        assertThat(sparkplug(session, index, 1)).containsExactly("GW-W 1697835600000 2.11", "GW-B 1697835600000 3.5");
        assertThat(sparkplug(session, index, 2)).containsExactly("GW-W 1697838000000 2.27");
        assertThat(sparkplug(session, index, 2)).as("sent again").containsExactly("GW-W 1697838000000 2.27");
        assertThat(sparkplug(session, index, 3)).as("null").containsExactly("not_a_reading");
        assertThat(sparkplug(session, index, 4)).as("historical").containsExactly("GW-W 1697837400000 2.2");
        assertThat(sparkplug(session, index, 2)).as("out of order").containsExactly("sequence_gap");
        assertThat(sparkplug(session, index, 3)).as("until born again").containsExactly("no_birth");
        assertThat(sparkplug(session, index, 0)).containsExactly("not_a_reading");
        assertThat(sparkplug(session, index, 1)).hasSize(2);
    }

    @Test
    void shouldFollowTheSimulatorsSparkplug() throws IOException {
        Path folder = Path.of("src/test/resources/golden/sparkplug-session");
        Decoder.Session session = Formats.open(Format.SPARKPLUG, catalogue);
        List<String> expected = Files.readAllLines(folder.resolve("expected"));
        List<String> found = new ArrayList<>();
        int message = 0;
        for (String line : expected) {
            if (line.startsWith("topic ")) {
                message++;
                found.add(line);
                found.addAll(Formats.decode(
                        catalogue,
                        session,
                        line.substring("topic ".length()),
                        Files.readAllBytes(folder.resolve(String.valueOf(message)))));
            }
        }
        assertThat(message).isEqualTo(5);
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void shouldReadWhatVendorsPublished() throws IOException {
        needVectors();
        JsonNode vectors = json("lorawan_codec_vectors.json").path("vectors");
        String topic = "application/1/device/a84041e2d1825d2c/event/up";
        String up = text(golden("chirpstack--up"));
        String object = new ObjectMapper()
                .readTree(up)
                .path("object")
                .toString()
                .replace(":", ": ")
                .replace(",", ", ");
        String only = up.replace(object, "OBJECT").replace("\"rssi\"", "\"no\"");
        for (JsonNode vector : vectors) {
            Decoder.Session session = Formats.open(Format.CHIRPSTACK, catalogue);
            byte[] message = only.replace(
                            "OBJECT", vector.path("expected_decoded").toString())
                    .getBytes(StandardCharsets.UTF_8);
            String device = vector.path("device").asText();
            List<String> found = Formats.decode(catalogue, session, topic, message);
            JsonNode distance = vector.path("expected_decoded").path("distance");
            String expected = vector.path("expected_decoded").has("errors")
                    ? "not_decoded"
                    : vector.path("expected_decoded").has("Bat")
                            ? "HAVN-B 1697838000000 3.387"
                            : distance.isTextual() || distance.isObject()
                                    ? "bad_value"
                                    : distance.isMissingNode()
                                                    || vector.path("expected_decoded")
                                                            .has("tilt")
                                            ? "no_mapped_field"
                                            : "HAVN-W 1697838000000 "
                                                    + Math.round((4.35 - distance.asDouble() / 1000) * 1e9) / 1e9;
            assertThat(found).as(device).containsExactly(expected);
        }
    }

    @Test
    void shouldRefuseTheNetworksOtherEventsAndBrokenExamples() throws IOException {
        needVectors();
        try (Stream<Path> files = Files.list(VECTORS.resolve("chirpstack-v4"))) {
            for (Path file : files.sorted().toList()) {
                String event = file.getFileName().toString().replace(".json", "");
                List<String> found = Formats.decode(
                        catalogue,
                        Formats.open(Format.CHIRPSTACK, catalogue),
                        "application/1/device/0101010101010101/event/" + event,
                        Files.readAllBytes(file));
                assertThat(found).as(event).containsExactly(event.equals("up") ? "unknown_device" : "not_a_reading");
            }
        }
        try (Stream<Path> files = Files.list(VECTORS.resolve("ttn-v3"))) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                List<String> found = Formats.decode(
                        catalogue,
                        Formats.open(Format.TTN, catalogue),
                        "v3/app1/devices/dev1/up",
                        Files.readAllBytes(file));
                assertThat(found).as(name).containsExactly(name.contains("INVALID") ? "malformed" : "not_a_reading");
            }
        }
    }

    @Test
    void shouldReadAnUplinkAsUtf8AndGuessNoOtherEncoding() {
        Formats.Message up = golden("chirpstack--up");
        Decoder.Session session = Formats.open(Format.CHIRPSTACK, catalogue);
        for (byte[] payload : List.of(
                text(up).getBytes(StandardCharsets.UTF_16BE),
                text(up).getBytes(StandardCharsets.UTF_16LE),
                text(up).getBytes(Charset.forName("UTF-32BE")),
                // Jackson takes it for UTF-32 in an order that it cannot read
                new byte[] {0, 0, '{', 0, '}'})) {
            assertThat(Formats.decode(catalogue, session, up.topic(), payload)).containsExactly("malformed");
        }
    }

    @Test
    void shouldResolveTheExamplesOfRfc8428() throws IOException {
        needVectors();
        for (int example = 1; example <= 13; example++) {
            byte[] pack = Files.readAllBytes(VECTORS.resolve("senml-rfc8428/ex" + example + ".json"));
            List<String> found = Formats.decode(catalogue, Formats.open(Format.SENML_JSON, catalogue), "", pack);
            // the only name that a device here has; its 120.1 V were measured "now"
            assertThat(found)
                    .as("example %d", example)
                    .containsExactly(example == 2 ? "OW-B " + Formats.RECEIVED_AT_MS + " 120.1" : "unknown_sensor");
        }
        byte[] binary = Files.readAllBytes(VECTORS.resolve("senml-rfc8428/ex3.gen.cbor"));
        assertThat(Formats.decode(catalogue, Formats.open(Format.SENML_CBOR, catalogue), "", binary))
                .containsExactly("unknown_sensor");
    }

    private List<String> sparkplug(Decoder.Session session, JsonNode index, int message) {
        JsonNode at = index.get(message);
        byte[] payload = Base64.getDecoder().decode(at.path("payload_base64").asText());
        return Formats.decode(catalogue, session, at.path("topic").asText(), payload);
    }

    /** Skips the calling test where the data do not lie beside the project. */
    private static void needVectors() {
        assumeTrue(Files.isDirectory(VECTORS) || "true".equals(System.getenv("CI")), "no data at " + VECTORS);
    }

    private static JsonNode json(String name) throws IOException {
        return new ObjectMapper().readTree(VECTORS.resolve(name).toFile());
    }

    private static Formats.Message golden(String name) {
        return Formats.messages()
                .filter(message -> message.name().equals(name))
                .findAny()
                .orElseThrow();
    }

    private static String text(Formats.Message message) {
        return new String(message.payload(), StandardCharsets.UTF_8);
    }
}
