package dk.vandvagt.layer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.alert.Alert;
import dk.vandvagt.alert.OutOfService;
import dk.vandvagt.quality.Flag;
import dk.vandvagt.quality.QualityTest;
import dk.vandvagt.station.Station;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayersTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int HALF_HOUR = 0;
    private static final int THIRTY_MINUTES_OF_RAIN = 2;

    private final LiveState live = Shore.silent(Shore.assens());

    private Layers layers() {
        return Layers.of(Shore.at(live, 7, Shore.NOON, List.of()));
    }

    private static JsonNode feature(Layer layer, String id) {
        int row = layer.row(id);
        assertThat(row).as("row of %s", id).isNotNegative();
        return read(layer.feature(row));
    }

    private static JsonNode read(byte[] json) {
        try {
            return JSON.readTree(new String(json, StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private JsonNode station(String id) {
        return feature(layers().stations(), id).get("properties");
    }

    private int sensor(String id) {
        return live.catalogue().sensorIndex(id);
    }

    @Test
    void shouldBeGeoJsonWithFlatProperties() {
        Shore.hear(live, "ASS-HAVN-W", Shore.NOON, 1.31);
        Layers layers = Layers.of(Shore.at(live, 7, Shore.NOON, List.of(Shore.alert("a1", "ASS-HAVN", Shore.NOON, 2))));
        for (Layer layer : layers.all()) {
            assertThat(layer.size()).isPositive();
            for (int row = 0; row < layer.size(); row++) {
                JsonNode feature = read(layer.feature(row));
                assertThat(feature.get("type").asText()).isEqualTo("Feature");
                assertThat(feature.get("id").asText()).isEqualTo(layer.id(row));
                JsonNode position = feature.get("geometry").get("coordinates");
                assertThat(position).hasSize(2);
                assertThat(position.get(0).asDouble()).as("longitude first").isBetween(9.0, 11.0);
                assertThat(position.get(1).asDouble()).isBetween(55.0, 56.0);
                feature.get("properties")
                        .properties()
                        .forEach(member -> assertThat(member.getValue().isValueNode())
                                .as(member.getKey())
                                .isTrue());
                assertThat(feature.get("properties").get("asOf").asText()).isEqualTo("2023-10-20T12:00:00.000Z");
                assertThat(feature.get("properties").get("sequence").asLong()).isEqualTo(7);
                assertThat(feature.get("properties").get("runId").asText()).isEqualTo("live-1");
                assertThat(feature.get("properties").get("catalogueRevision").asText())
                        .isEqualTo(live.catalogue().revision());
            }
        }
    }

    @Test
    void shouldSayUnknownAndNotNormalWhereNothingWasHeard() {
        assertThat(station("ASS-NEES").get("state").asText()).isEqualTo("unknown");
        assertThat(station("ASS-NEES").get("levelM").isNull()).isTrue();
        assertThat(station("ASS-NEES").get("observedAt").isNull()).isTrue();
        JsonNode observation = feature(layers().observations(), "ASS-NEES-W").get("properties");
        assertThat(observation.get("value").isNull()).isTrue();
        assertThat(observation.get("flag").isNull()).isTrue();
        assertThat(observation.get("state").asText()).isEqualTo("unknown");
    }

    @Test
    void shouldNotCallAStationNormalWhileItsRainGaugeWasNeverHeard() {
        Shore.hear(live, "ASS-HAVN-W", Shore.NOON, 0.4);
        assertThat(station("ASS-HAVN").get("state").asText()).isEqualTo("unknown");
        Shore.hear(live, "ASS-HAVN-R", Shore.NOON, 0);
        assertThat(station("ASS-HAVN").get("state").asText()).isEqualTo("normal");
    }

    @Test
    void shouldShowTheWorstOfAStationsSensors() {
        Shore.hear(live, "ASS-HAVN-W", Shore.NOON, 1.31);
        Shore.hear(live, "ASS-HAVN-R", Shore.NOON, 0);
        live.stale()[sensor("ASS-HAVN-R")] = true;
        assertThat(station("ASS-HAVN").get("state").asText()).isEqualTo("stale");
        live.pending()[sensor("ASS-HAVN-W")] = true;
        assertThat(station("ASS-HAVN").get("state").asText()).isEqualTo("pending");
        live.severity()[sensor("ASS-HAVN-W")] = 2;
        assertThat(station("ASS-HAVN").get("state").asText()).isEqualTo("active");
        assertThat(station("ASS-HAVN").get("severityColor").asText()).isEqualTo("orange");
        assertThat(station("ASS-HAVN").get("stale").asBoolean()).isTrue();
    }

    @Test
    void shouldKeepAnAlertingSensorActiveWhenItGoesSilent() {
        Shore.hear(live, "ASS-HAVN-W", Shore.NOON, 1.31);
        live.severity()[sensor("ASS-HAVN-W")] = 2;
        live.stale()[sensor("ASS-HAVN-W")] = true;
        JsonNode observation = feature(layers().observations(), "ASS-HAVN-W").get("properties");
        assertThat(observation.get("state").asText()).isEqualTo("active");
        assertThat(observation.get("stale").asBoolean()).isTrue();
    }

    @Test
    void shouldNotCallAStationStaleForItsBattery() {
        Shore.hear(live, "ASS-HAVN-W", Shore.NOON, 0.4);
        Shore.hear(live, "ASS-HAVN-R", Shore.NOON, 0);
        Shore.hear(live, "ASS-HAVN-B", Shore.NOON - 86_400_000, 11.9);
        live.stale()[sensor("ASS-HAVN-B")] = true;
        assertThat(station("ASS-HAVN").get("state").asText()).isEqualTo("normal");
        assertThat(station("ASS-HAVN").get("stale").asBoolean()).isFalse();
        assertThat(station("ASS-HAVN").get("batteryV").asDouble()).isEqualTo(11.9);
        assertThat(station("ASS-HAVN").get("sensorsStale").asInt()).isEqualTo(1);
    }

    private JsonNode stationWith(LiveState state, Alert alert) {
        Layers layers = Layers.of(Shore.at(state, 7, Shore.NOON, List.of(alert)));
        return feature(layers.stations(), "ASS-HAVN").get("properties");
    }

    @Test
    void shouldBeActiveWhileACompositeStandsWhateverSensorDecidedIt() {
        Shore.hear(live, "ASS-HAVN-W", Shore.NOON, 0.4);
        Shore.hear(live, "ASS-HAVN-R", Shore.NOON, 0);
        for (String decided : List.of("ASS-HAVN-W", "ASS-HAVN-B")) {
            Alert composite = Shore.of("OUTFALL", decided, "members", Shore.alert("c1", "ASS-HAVN", Shore.NOON, 3));
            JsonNode station = stationWith(live, composite);
            assertThat(station.get("state").asText()).as(decided).isEqualTo("active");
            assertThat(station.get("severity").asInt()).isEqualTo(3);
            assertThat(station.get("severityColor").asText()).isEqualTo("red");
            assertThat(station.get("worstAlertId").asText()).isEqualTo("c1");
            JsonNode over = stationWith(live, Shore.cleared(composite, Shore.NOON));
            assertThat(over.get("state").asText()).isEqualTo("normal");
            assertThat(over.get("severity").asInt()).isZero();
        }
    }

    @Test
    void shouldNotBeActiveForAnAlertOfItsBattery() {
        Shore.hear(live, "ASS-HAVN-W", Shore.NOON, 0.4);
        Shore.hear(live, "ASS-HAVN-R", Shore.NOON, 0);
        Alert flat = Shore.of("ASS-HAVN-B.level", "ASS-HAVN-B", "V", Shore.alert("b1", "ASS-HAVN", Shore.NOON, 2));
        assertThat(stationWith(live, flat).get("state").asText()).isEqualTo("normal");
        assertThat(stationWith(live, flat).get("severity").asInt()).isZero();
    }

    @Test
    void shouldBeActiveWhileAPlacesAlertStandsWithAllItsSensorsOutOfService() {
        Shore.hear(live, "ASS-HAVN-W", Shore.NOON, 1.31);
        LiveState out = live.with(
                List.of(),
                List.of(),
                List.of(
                        new OutOfService("ASS-HAVN-W", Shore.NOON, 0, "vagt", ""),
                        new OutOfService("ASS-HAVN-R", Shore.NOON, 0, "vagt", "")),
                List.of());
        Alert place = Shore.of("ASS-HAVN-K.level", "ASS-HAVN-W", "m", Shore.alert("p1", "ASS-HAVN", Shore.NOON, 2));
        JsonNode station = stationWith(out, place);
        assertThat(station.get("state").asText()).isEqualTo("active");
        assertThat(station.get("severityColor").asText()).isEqualTo("orange");
        assertThat(station.get("levelState").asText()).isEqualTo("out_of_service");
    }

    @Test
    void shouldUseTheGaugeZeroOfTheTimeOfObservation() {
        Shore.hear(live, "ASS-HAVN-W", Instant.parse("2019-12-31T23:59:59Z").toEpochMilli(), 1.05);
        assertThat(station("ASS-HAVN").get("levelM").asDouble()).isEqualTo(1.17);
        Shore.hear(live, "ASS-HAVN-W", Instant.parse("2020-01-01T00:00:00Z").toEpochMilli(), 1.05);
        assertThat(station("ASS-HAVN").get("levelM").asDouble()).isEqualTo(1.05);
        JsonNode observation = feature(layers().observations(), "ASS-HAVN-W").get("properties");
        assertThat(observation.get("value").asDouble())
                .as("raw is never edited")
                .isEqualTo(1.05);
        assertThat(observation.get("datum").asText()).isEqualTo("DVR90");
    }

    @Test
    void shouldServeWhatIsNotANumberAsNull() {
        Shore.hear(live, "ASS-HAVN-W", Shore.NOON, Double.NaN);
        Shore.hear(live, "ASS-HAVN-R", Shore.NOON, 0.2);
        JsonNode station = station("ASS-HAVN");
        assertThat(station.get("levelM").isNull()).isTrue();
        assertThat(station.get("riseMPerHour30min").isNull()).isTrue();
        assertThat(station.get("trend30min").isNull())
                .as("unknown is not steady")
                .isTrue();
        assertThat(station.get("rainMm30min").isNull()).isTrue();
        assertThat(layers().stations().toString()).doesNotContain("NaN");
    }

    @Test
    void shouldTellTrendFlagAndAccumulations() {
        Shore.hear(live, "ASS-HAVN-W", Shore.NOON, 1.31);
        int level = sensor("ASS-HAVN-W");
        live.riseMPerHour()[HALF_HOUR][level] = 0.12;
        live.riseStandardError()[HALF_HOUR][level] = 0.01;
        live.riseSign()[HALF_HOUR][level] = 1;
        live.flag()[level] = Flag.SUSPECT;
        live.test()[level] = QualityTest.RATE_OF_CHANGE.code();
        Shore.hear(live, "ASS-HAVN-R", Shore.NOON, 2.5);
        live.accumulationMm()[THIRTY_MINUTES_OF_RAIN][sensor("ASS-HAVN-R")] = 15.3;

        JsonNode observation = feature(layers().observations(), "ASS-HAVN-W").get("properties");
        assertThat(observation.get("riseMPerHour30min").asDouble()).isEqualTo(0.12);
        assertThat(observation.get("riseStandardError30min").asDouble()).isEqualTo(0.01);
        assertThat(observation.get("trend30min").asText()).isEqualTo("rising");
        assertThat(observation.get("flag").asInt()).isEqualTo(3);
        assertThat(observation.get("test").asText()).isEqualTo("rate_of_change");
        JsonNode rain = feature(layers().observations(), "ASS-HAVN-R").get("properties");
        assertThat(rain.get("accumulationMm30min").asDouble()).isEqualTo(15.3);
        assertThat(rain.has("levelM")).isFalse();
        assertThat(rain.properties().stream().filter(m -> m.getKey().startsWith("accumulationMm")))
                .extracting(java.util.Map.Entry::getKey)
                .containsExactly(
                        "accumulationMm5min",
                        "accumulationMm10min",
                        "accumulationMm30min",
                        "accumulationMm1h",
                        "accumulationMm3h",
                        "accumulationMm6h",
                        "accumulationMm12h",
                        "accumulationMm24h",
                        "accumulationMm48h",
                        "accumulationMm7d");
        assertThat(station("ASS-HAVN").get("rainMm30min").asDouble()).isEqualTo(15.3);
    }

    @Test
    void shouldListAlertsNewestFirstAndLeaveThoseWithoutAStationWithoutAPosition() {
        Layer alerts = Layers.of(Shore.at(
                        live,
                        7,
                        Shore.NOON,
                        List.of(
                                Shore.alert("old", "ASS-HAVN", Shore.NOON - 5000, 1),
                                Shore.alert("new", "ASS-NEES", Shore.NOON, 2),
                                Shore.cleared(
                                        Shore.alert("gone", "NO-LONGER", Shore.NOON - 9000, 1), Shore.NOON - 8000))))
                .alerts();
        assertThat(List.of(alerts.id(0), alerts.id(1), alerts.id(2))).containsExactly("new", "old", "gone");
        assertThat(feature(alerts, "gone").get("geometry").isNull()).isTrue();
        JsonNode newest = feature(alerts, "new").get("properties");
        assertThat(newest.get("state").asText()).isEqualTo("active");
        assertThat(newest.get("titleDa").asText()).isEqualTo("Nordre Havnevej lukkes");
        assertThat(newest.get("raiseAt").asDouble()).isEqualTo(1.25);
        assertThat(newest.get("endedAt").isNull()).isTrue();
        Where box = where(9.9, 55.2, 9.95, 55.24);
        assertThat(alerts.select(new Query(box, Long.MIN_VALUE, Long.MAX_VALUE, null, List.of(), null, 10))
                        .rows())
                .as("a feature without a position matches every box")
                .containsExactly(0, 2);
        assertThat(alerts.select(new Query(null, Shore.NOON - 8500, Shore.NOON - 8100, null, List.of(), null, 10))
                        .rows())
                .as("only the one that stood then")
                .containsExactly(2);
    }

    @Test
    void shouldFindOnlyWhatLiesInTheBox() {
        Layer stations = layers().stations();
        assertThat(ids(stations, where(9.88, 55.26, 9.89, 55.28))).containsExactly("ASS-HAVN");
        assertThat(ids(stations, where(9.8869, 55.2702, 9.8869, 55.2702)))
                .as("the border belongs to it")
                .containsExactly("ASS-HAVN");
        assertThat(ids(stations, where(170, -90, -170, 90)))
                .as("across the antimeridian")
                .isEmpty();
        assertThat(ids(stations, where(9.95, -90, 9.89, 90)))
                .as("the long way round")
                .containsExactly("ASS-EBBERUP", "ASS-HAVN");
    }

    private static Where where(double west, double south, double east, double north) {
        return new Where(Crs.CRS84, west, south, east, north);
    }

    private static List<String> ids(Layer layer, Where box) {
        Layer.Selection selection =
                layer.select(new Query(box, Long.MIN_VALUE, Long.MAX_VALUE, null, List.of(), null, 100));
        return java.util.Arrays.stream(selection.rows()).mapToObj(layer::id).toList();
    }

    @Test
    void shouldJoinPickedFeaturesIntoAList() throws Exception {
        Layer stations = layers().stations();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write('[');
        stations.writeTo(out, new int[] {0, 1, 3}, Crs.CRS84, null);
        out.write(']');
        JsonNode list = JSON.readTree(out.toByteArray());
        assertThat(list)
                .extracting(feature -> feature.get("id").asText())
                .containsExactly("ASS-EBBERUP", "ASS-HAVN", "ASS-TORO");
    }

    @Test
    void shouldTellWhichStationsChangedAndNotMindTheStamp() {
        Shore.hear(live, "ASS-HAVN-W", Shore.NOON, 1.0);
        Layers before = Layers.of(Shore.at(live, 7, Shore.NOON, List.of()));
        Shore.hear(live, "ASS-NEES-W", Shore.NOON + 1000, 0.5);
        Layers now = Layers.of(Shore.at(live, 8, Shore.NOON + 1000, List.of()));
        assertThat(now.stations().changedSince(before.stations()))
                .containsExactly(now.stations().row("ASS-NEES"));
    }

    @Test
    void shouldNotServeASensorThatLeftTheSettings() {
        Station havn = Shore.stations().getFirst();
        List<Station> fewer = List.of(new Station(
                havn.id(),
                havn.name(),
                havn.lon(),
                havn.lat(),
                havn.datum(),
                havn.gaugeZeros(),
                "",
                List.of(Shore.level("ASS-HAVN"))));
        LiveState reloaded = Shore.silent(dk.vandvagt.station.Catalogue.of(
                "fewer", "Assens", dk.vandvagt.station.Judging.USUAL, fewer, live.catalogue()));
        Layers layers = Layers.of(reloaded);
        assertThat(layers.stations().size()).isEqualTo(1);
        assertThat(layers.observations().size()).isEqualTo(1);
    }
}
