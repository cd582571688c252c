package dk.vandvagt.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.station.Station;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.operation.valid.IsValidOp;

class RainfallLayerTest {
    private static final long DAY_MS = 24 * 3_600_000L;
    private static final int HOUR = LiveState.ACCUMULATION_WINDOWS_MS.indexOf(3_600_000L);
    private static final int DAY = LiveState.ACCUMULATION_WINDOWS_MS.indexOf(DAY_MS);

    private final RainfallLayer maker = new RainfallLayer(RainfallSettings.USUAL);

    @Test
    void shouldDrawTheGothenburgDayWithItsSkill() throws IOException {
        LiveState live = gothenburg();

        Layer layer = maker.make(live, Stamp.of(live));

        List<JsonNode> day = features(layer, "24h");
        assertThat(day)
                .extracting(each -> each.at("/id").asText())
                .containsExactly("24h-from-15mm", "24h-from-20mm", "24h-from-30mm");
        JsonNode most = day.get(1);
        assertThat(most.at("/geometry/type").asText()).isEqualTo("MultiPolygon");
        JsonNode said = most.get("properties");
        assertThat(said.get("fromMm").asDouble()).isEqualTo(20);
        assertThat(said.get("belowMm").asDouble()).isEqualTo(30);
        assertThat(said.get("n").asInt()).isEqualTo(10);
        assertThat(said.get("rmseMm").asDouble()).isCloseTo(5.1486, within(1e-3));
        assertThat(said.get("biasMm").asDouble()).isCloseTo(-1.3804, within(1e-3));
        assertThat(said.get("reachKm").asDouble()).isEqualTo(15);
        assertThat(said.get("areaKm2").asDouble()).isCloseTo(1001.2, within(15.0));
        assertThat(said.get("time_end").asText()).isEqualTo("2023-10-20T12:00:00.000Z");
        assertThat(said.get("time_start").asText()).isEqualTo("2023-10-19T12:00:00.000Z");
        assertThat(said.get("asOf").asText()).isEqualTo("2023-10-20T12:01:00.000Z");
        assertThat(said).allMatch(JsonNode::isValueNode);
        assertThat(about(layer, "24h").get("rmseMm").asDouble()).isCloseTo(5.1486, within(1e-3));
        assertThat(layer.about()).contains("Peaks between gauges are not seen", "Toppe mellem målerne ses ikke");
    }

    /** As a GIS reads them: rounded to what is served, in each system. */
    @Test
    void shouldServeAreasThatAreValidAndDoNotOverlapWhenRounded() throws Exception {
        LiveState live = gothenburg();
        Layer layer = maker.make(live, Stamp.of(live));
        for (Crs crs : new Crs[] {Crs.CRS84, Crs.EPSG_25832}) {
            Map<String, List<Geometry>> byWindow = new TreeMap<>();
            for (int row = 0; row < layer.size(); row++) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                layer.feature(bytes, row, crs, null);
                JsonNode feature = new ObjectMapper().readTree(bytes.toByteArray());
                Geometry area = multiPolygon(feature.at("/geometry/coordinates"));
                assertThat(new IsValidOp(area).getValidationError())
                        .as("%s in %s", feature.get("id"), crs)
                        .isNull();
                byWindow.computeIfAbsent(feature.at("/properties/window").asText(), window -> new ArrayList<>())
                        .add(area);
            }
            assertThat(byWindow).hasSize(LiveState.ACCUMULATION_WINDOWS_MS.size());
            byWindow.forEach((window, areas) -> {
                for (Geometry one : areas) {
                    for (Geometry other : areas) {
                        double both = one == other ? 0 : one.intersection(other).getArea();
                        assertThat(both).as("shared in %s, %s", window, crs).isLessThan(1e-7 * one.getArea());
                    }
                }
            });
        }
    }

    private static Geometry multiPolygon(JsonNode coordinates) {
        List<String> polygons = new ArrayList<>();
        for (JsonNode polygon : coordinates) {
            List<String> rings = new ArrayList<>();
            for (JsonNode ring : polygon) {
                List<String> corners = new ArrayList<>();
                ring.forEach(each ->
                        corners.add(each.get(0).asText() + " " + each.get(1).asText()));
                rings.add("(" + String.join(", ", corners) + ")");
            }
            polygons.add("(" + String.join(", ", rings) + ")");
        }
        return Places.geometry("MULTIPOLYGON (" + String.join(", ", polygons) + ")");
    }

    @Test
    void shouldReachFiveKilometresInAnHourAndFifteenInADay() throws IOException {
        LiveState live = gothenburg();
        Layer layer = maker.make(live, Stamp.of(live));

        assertThat(features(layer, "1h").getFirst().at("/properties/reachKm").asDouble())
                .isEqualTo(5);
        assertThat(features(layer, "3h").getFirst().at("/properties/reachKm").asDouble())
                .isEqualTo(15);
        assertThat(features(layer, "7d").getFirst().at("/properties/reachKm").asDouble())
                .isEqualTo(15);
        double hourKm2 = features(layer, "1h").stream()
                .mapToDouble(each -> each.at("/properties/areaKm2").asDouble())
                .sum();
        assertThat(hourKm2).isLessThan(10 * Math.PI * 25);
    }

    @Test
    void shouldLeaveOutAndCountWhatIsStaleOrUnknown() throws IOException {
        LiveState live = gothenburg();
        live.stale()[live.catalogue().sensorIndex("G1-R")] = true;
        live.rain().coverage()[DAY][live.catalogue().sensorIndex("G2-R")] = 0.89;
        live.observedAtMs()[live.catalogue().sensorIndex("G3-R")] = 0;
        // its hour ended before the others' began
        live.observedAtMs()[live.catalogue().sensorIndex("G4-R")] = Shore.NOON - 3_600_000;

        Layer layer = maker.make(live, Stamp.of(live));

        JsonNode day = about(layer, "24h");
        assertThat(day.get("gauges").asInt()).isEqualTo(7);
        assertThat(day.get("leftOutSilent").asInt()).isEqualTo(2);
        assertThat(day.get("leftOutUnknown").asInt()).isEqualTo(1);
        assertThat(day.get("leftOutOtherTime").asInt()).isZero();
        assertThat(about(layer, "1h").get("leftOutOtherTime").asInt()).isEqualTo(1);
        assertThat(features(layer, "24h")
                        .getFirst()
                        .at("/properties/gaugesLeftOut")
                        .asInt())
                .isEqualTo(3);
    }

    @Test
    void shouldShowOnlyTheGaugesWhereFewerThanFivePlacesReport() throws IOException {
        LiveState live = gothenburg();
        for (int i = 4; i < 10; i++) {
            live.accumulationMm()[HOUR][live.catalogue().sensorIndex("G" + i + "-R")] = Double.NaN;
        }
        live.rain().atMostMm()[HOUR][live.catalogue().sensorIndex("G0-R")] = 99;

        Layer layer = maker.make(live, Stamp.of(live));

        List<JsonNode> hour = features(layer, "1h");
        assertThat(hour)
                .extracting(each -> each.at("/id").asText())
                .containsExactly("1h-G0-R", "1h-G1-R", "1h-G2-R", "1h-G3-R");
        JsonNode first = hour.getFirst();
        assertThat(first.at("/geometry/type").asText()).isEqualTo("Point");
        assertThat(first.at("/properties/kind").asText()).isEqualTo("gauge");
        assertThat(first.at("/properties/atMostMm").asDouble()).isEqualTo(99);
        assertThat(first.at("/properties/coverage").asDouble()).isEqualTo(1);
        assertThat(first.at("/properties").has("rmseMm")).isFalse();
        assertThat(about(layer, "1h").get("shown").asText()).isEqualTo("gauges");
        assertThat(features(layer, "24h").getFirst().at("/properties/kind").asText())
                .isEqualTo("area");
    }

    @Test
    void shouldBeEmptyWithoutGauges() {
        LiveState silent = Shore.silent(Shore.assens());

        Layer layer = maker.make(silent, Stamp.of(silent));

        assertThat(layer.size()).isZero();
        assertThat(layer.about()).contains("\"gauges\":0");
    }

    @Test
    void shouldGiveBackTheSameWhereNothingChanged() throws IOException {
        LiveState live = gothenburg();
        Layer first = maker.make(live, Stamp.of(live));
        LiveState later = Shore.at(live, 43, live.clockMs() + 1000, List.of());

        assertThat(maker.make(later, Stamp.of(later))).isSameAs(first);
        live.accumulationMm()[HOUR][live.catalogue().sensorIndex("G0-R")] = 44;
        assertThat(maker.make(later, Stamp.of(later))).isNotSameAs(first);
    }

    @Test
    void shouldHaveIdsThatAreNobodyElses() throws IOException {
        LiveState live = gothenburg();
        Layer layer = maker.make(live, Stamp.of(live));

        Set<String> ids = new HashSet<>();
        IntStream.range(0, layer.size()).forEach(row -> ids.add(layer.id(row)));
        assertThat(ids).hasSize(layer.size());
    }

    private static LiveState gothenburg() throws IOException {
        List<Station> stations = new ArrayList<>();
        for (int i = 0; i < RainSurfaceTest.GOTHENBURG.length; i++) {
            stations.add(Shore.station(
                    "G" + i,
                    "Gauge " + i,
                    RainSurfaceTest.GOTHENBURG[i][0],
                    RainSurfaceTest.GOTHENBURG[i][1],
                    List.of(),
                    Shore.rain("G" + i)));
        }
        Catalogue catalogue = Shore.catalogue("gothenburg", stations);
        LiveState live = LiveState.blank(catalogue, "live-1", 42, Shore.NOON + 60_000);
        for (int w = 0; w < LiveState.ACCUMULATION_WINDOWS_MS.size(); w++) {
            int minutes = (int) Math.min(1440, LiveState.ACCUMULATION_WINDOWS_MS.get(w) / 60_000);
            double[] sums = RainSurfaceTest.gothenburgSums(1440 - minutes, 1440);
            for (int i = 0; i < sums.length; i++) {
                int at = catalogue.sensorIndex("G" + i + "-R");
                Shore.hear(live, "G" + i + "-R", Shore.NOON, 0);
                live.accumulationMm()[w][at] = sums[i];
                live.rain().atMostMm()[w][at] = sums[i];
                live.rain().coverage()[w][at] = 1;
            }
        }
        return live;
    }

    private static List<JsonNode> features(Layer layer, String window) throws IOException {
        List<JsonNode> features = new ArrayList<>();
        for (int row = 0; row < layer.size(); row++) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            layer.feature(bytes, row, Crs.CRS84, null);
            JsonNode feature = new ObjectMapper().readTree(bytes.toByteArray());
            if (feature.at("/properties/window").asText().equals(window)) {
                features.add(feature);
            }
        }
        return features;
    }

    private static JsonNode about(Layer layer, String window) throws IOException {
        for (JsonNode each :
                new ObjectMapper().readTree(String.valueOf(layer.about())).get("windows")) {
            if (each.get("window").asText().equals(window)) {
                return each;
            }
        }
        throw new AssertionError(window);
    }
}
