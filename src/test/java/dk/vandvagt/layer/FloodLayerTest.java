package dk.vandvagt.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.quality.Flag;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class FloodLayerTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LiveState live = LiveState.blank(Shore.assens(), "live", 7, Shore.NOON);
    private final int gauge = live.catalogue().sensorIndex("ASS-HAVN-W");
    private final int second = live.catalogue().sensorIndex("ASS-NEES-W");
    private final FloodLayer layer;
    private final Toy toy = Toy.drawn("~~111", "~~111");
    private Plan plan = Plan.NONE;

    FloodLayerTest() {
        toy.barriers = List.of(new Barrier(toy.line(3, -1, 3, 3), 1.8));
        Terrain terrain = toy.terrain();
        layer = new FloodLayer(
                terrain,
                List.of(new FloodLayer.Gauges("all", List.of("ASS-HAVN-W", "ASS-NEES-W"))),
                UnaryOperator.identity(),
                new TerrainBuildings(terrain, UnaryOperator.identity()),
                new Plans() {
                    @Override
                    public Plan now() {
                        return plan;
                    }

                    @Override
                    public Plan asOf(long atMs) {
                        return Plan.NONE;
                    }
                });
        measured(gauge, 1.31);
    }

    private void measured(int sensor, double levelM) {
        live.value()[sensor] = levelM;
        live.observedAtMs()[sensor] = Shore.NOON - 60_000;
        live.flag()[sensor] = Flag.PASS;
    }

    private static List<JsonNode> features(Layer made) throws IOException {
        List<JsonNode> features = new ArrayList<>();
        for (int row = 0; row < made.size(); row++) {
            features.add(JSON.readTree(made.feature(row)));
        }
        return features;
    }

    private List<JsonNode> made() throws IOException {
        return features(layer.make(live, Stamp.of(live)));
    }

    private static List<String> ids(List<JsonNode> features) {
        return features.stream().map(feature -> feature.path("id").asText()).toList();
    }

    @Test
    void shouldShowTheLevelThereIsWithAndWithoutDefences() throws IOException {
        assertThat(ids(made()))
                .containsExactly(
                        "all.current.defended.over_1_m",
                        "all.current.defended.shielded",
                        "all.current.defended.up_to_50_cm",
                        "all.current.undefended.over_1_m",
                        "all.current.undefended.up_to_50_cm");
        JsonNode shielded = made().get(1);
        assertThat(shielded.path("geometry").toString()).contains("[5.0,2.0]").contains("MultiPolygon");
        JsonNode said = shielded.path("properties");
        assertThat(said.path("levelM").asDouble()).isEqualTo(1.31);
        assertThat(said.path("datum").asText()).isEqualTo("DVR90");
        assertThat(said.path("areaM2").asDouble()).isEqualTo(4);
        assertThat(said.path("depthMinM").isNull()).isTrue();
        assertThat(said.path("depthDa").asText()).isEqualTo("under niveauet, afskærmet");
        assertThat(said.path("withDefences").asBoolean()).isTrue();
        assertThat(said.path("time_start").asText()).startsWith("2023-10-20T11:59:00");
        assertThat(said.path("sensor").asText()).isEqualTo("ASS-HAVN-W");
    }

    @Test
    void shouldTakeTheNextGaugeWhereTheFirstIsSilentOrFails() throws IOException {
        measured(second, 0.52);
        live.stale()[gauge] = true;
        assertThat(made().getFirst().path("properties").path("sensor").asText()).isEqualTo("ASS-NEES-W");
        live.stale()[gauge] = false;
        live.flag()[gauge] = Flag.FAIL;
        assertThat(made().getFirst().path("properties").path("levelM").asDouble())
                .isEqualTo(0.52);
    }

    @Test
    void shouldShowNothingRatherThanAnOldLevel() throws IOException {
        live.stale()[gauge] = true;
        assertThat(made()).isEmpty();
    }

    @Test
    void shouldShowTheLevelThatIsExpectedWhereOneIs() throws IOException {
        live.crossings().levelM()[gauge] = 1.85;
        live.crossings().earliestMs()[gauge] = Shore.NOON + 3_600_000;
        live.crossings().centralMs()[gauge] = Shore.NOON + 7_200_000;
        List<JsonNode> expected = made().stream()
                .filter(feature ->
                        feature.path("properties").path("case").asText().equals("expected"))
                .toList();
        assertThat(ids(expected))
                .as("it comes over the wall")
                .containsExactly(
                        "all.expected.defended.over_1_m",
                        "all.expected.defended.up_to_1_m",
                        "all.expected.undefended.over_1_m",
                        "all.expected.undefended.up_to_1_m");
        assertThat(expected.getFirst().path("properties").path("time_start").asText())
                .startsWith("2023-10-20T13:00:00");
        live.crossings().refusal()[gauge] = ForecastRefusal.SUSPECT.code();
        assertThat(ids(made())).noneMatch(id -> id.contains("expected"));
    }

    @Test
    void shouldMakeItAnewOnlyWhereALevelHasChangedByACentimetre() {
        Layer before = layer.make(live, Stamp.of(live));
        measured(gauge, 1.314);
        assertThat(layer.make(live, Stamp.of(live))).isSameAs(before);
        measured(gauge, 1.32);
        assertThat(layer.make(live, Stamp.of(live))).isNotSameAs(before);
    }

    @Test
    void shouldShowALevelAskedFor() throws IOException {
        List<JsonNode> asked = features(layer.at(2.02, Stamp.of(live)));
        assertThat(asked).hasSize(2);
        assertThat(ids(asked)).contains("all.asked-202cm.defended.over_1_m");
        assertThat(asked.getFirst().path("properties").path("levelM").asDouble())
                .isEqualTo(2.02);
        assertThat(asked.getFirst().path("properties").path("sensor").isMissingNode())
                .isTrue();
        assertThatThrownBy(() -> layer.at(100.01, Stamp.of(live)))
                .hasMessage("level 100.01 m: the terrain is prepared up to 100.0 m");
    }

    /** A house behind the wall: with defences it is dry, without there are 31 cm around it. */
    @Test
    void shouldCountEachBuildingInTheClassOfTheDeepestWaterAroundIt() throws IOException {
        plan = new Plan(List.of(), new Footprints(List.of(toy.cellAsArea(0, 4)), Shore.NOON));
        Map<String, String> counted = new TreeMap<>();
        for (JsonNode feature : features(layer.at(1.31, Stamp.of(live)))) {
            JsonNode said = feature.path("properties");
            counted.put(
                    feature.path("id").asText().replace("all.asked-131cm.", ""),
                    said.path("buildingsWet") + " " + said.path("buildingsDamaged"));
        }
        assertThat(counted)
                .containsExactly(
                        Map.entry("defended.over_1_m", "0 0"),
                        Map.entry("defended.shielded", "null null"),
                        Map.entry("defended.up_to_50_cm", "0 0"),
                        Map.entry("undefended.over_1_m", "0 0"),
                        Map.entry("undefended.up_to_50_cm", "1 1"));
    }

    @Test
    void shouldNotCountBuildingsThatNobodyUploadedOrKnewOfThen() throws IOException {
        assertThat(made().getFirst().path("properties").path("buildingsWet").isNull())
                .isTrue();
        plan = new Plan(List.of(), new Footprints(List.of(toy.cellAsArea(0, 2)), Shore.NOON));
        assertThat(made().getFirst().path("properties").path("buildingsWet").isNull())
                .isFalse();
        LiveState past = LiveState.blank(Shore.assens(), "live", 0, Shore.NOON);
        Shore.hear(past, "ASS-HAVN-W", Shore.NOON, 1.31);
        for (JsonNode feature : features(layer.make(past, Stamp.of(past)))) {
            assertThat(feature.path("properties").path("buildingsWet").isNull()).isTrue();
        }
    }

    @Test
    void shouldSayWhatItIsNot() {
        String en = layer.info().description().en();
        for (String each : List.of(
                "not a forecast", "waves", "streams and rain", "sewer backflow", "time", "breaches", "errors")) {
            assertThat(en).contains(each);
        }
    }
}
