package dk.vandvagt.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.quality.Flag;
import dk.vandvagt.station.VerticalDatum;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.locationtech.jts.geom.Geometry;

class ZoneLayerTest {
    private final LiveState live = LiveState.blank(Shore.assens(), "live-1", 42, Shore.NOON);
    private final AtomicInteger asked = new AtomicInteger();

    /** Flat ground at 1.00 m. */
    private final FloodHazard flat = new FloodHazard() {
        @Override
        public VerticalDatum datum() {
            return Shore.DVR90;
        }

        @Override
        public double highestLevelM() {
            return 4;
        }

        @Override
        public Hazard of(Geometry area, double levelM) {
            asked.incrementAndGet();
            double depthM = Math.max(0, levelM - 1);
            return new Hazard(Math.min(1, depthM), depthM, 1);
        }

        @Override
        public FloodDepths.Buildings buildings(Geometry area, Footprints footprints, double levelM) {
            int there = footprints.in(area).size();
            return new FloodDepths.Buildings(levelM > 1 ? there : 0, levelM > 1.2 ? there : 0, 0);
        }

        @Override
        public Sea sea(LiveState state) {
            throw new AssertionError("asked");
        }
    };

    @Test
    void shouldMultiplyHazardExposureAndVulnerabilityAndShowEach() throws IOException {
        Shore.hear(live, "ASS-HAVN-W", Shore.NOON, 1.6);
        Zone big = ZoneReaderTest.zone("big", 9.95, 55.235, 200, 0.1);
        Zone small = ZoneReaderTest.zone("small", 9.887, 55.270, 50, 0.8);

        JsonNode said = properties(List.of(big, small), flat, "small");

        assertThat(said.get("hazard").asDouble()).isCloseTo(0.6, within(1e-6));
        assertThat(said.get("exposure").asDouble()).isEqualTo(0.25);
        assertThat(said.get("vulnerability").asDouble()).isEqualTo(0.8);
        assertThat(said.get("risk_index").asDouble()).isCloseTo(0.12, within(1e-6));
        assertThat(said.get("levelSensorId").asText()).isEqualTo("ASS-HAVN-W");
        assertThat(said.get("levelSensorBy").asText()).isEqualTo("nearest");
        assertThat(said.get("levelSensorKm").asDouble()).isZero();
        assertThat(said.get("levelM").asDouble()).isCloseTo(1.6, within(1e-6));
        assertThat(said.get("levelObservedAt").asText()).isEqualTo("2023-10-20T12:00:00.000Z");
        assertThat(said.get("levelFlag").asText()).isEqualTo("pass");
        assertThat(said.get("stale").asBoolean()).isFalse();
        assertThat(said.get("missing").isNull()).isTrue();
        assertThat(said).allMatch(JsonNode::isValueNode);
    }

    @Test
    void shouldTakeTheHighestOfTheSensorsThatAreAssigned() throws IOException {
        Shore.hear(live, "ASS-HAVN-W", Shore.NOON, 1.2);
        Shore.hear(live, "ASS-NEES-W", Shore.NOON, 1.5);
        Zone zone = ZoneReaderTest.zone("z", 9.887, 55.270, 1, 1, "ASS-HAVN-W", "ASS-NEES-W");

        JsonNode said = properties(List.of(zone), flat, "z");

        assertThat(said.get("levelSensorId").asText()).isEqualTo("ASS-NEES-W");
        assertThat(said.get("levelSensorBy").asText()).isEqualTo("assigned");
        assertThat(said.get("levelSensorKm").asDouble()).isBetween(4.0, 6.0);
        assertThat(said.get("hazard").asDouble()).isCloseTo(0.5, within(1e-6));
    }

    @Test
    void shouldKeepTheLastLevelOfASilentSensorAndMarkIt() throws IOException {
        Shore.hear(live, "ASS-HAVN-W", Shore.NOON - 7_200_000, 1.4);
        live.stale()[live.catalogue().sensorIndex("ASS-HAVN-W")] = true;

        JsonNode said = properties(List.of(ZoneReaderTest.zone("z", 9.887, 55.270, 10, 1)), flat, "z");

        assertThat(said.get("risk_index").asDouble()).isCloseTo(0.4, within(1e-6));
        assertThat(said.get("stale").asBoolean()).isTrue();
        assertThat(said.get("levelObservedAt").asText()).isEqualTo("2023-10-20T10:00:00.000Z");
    }

    @Test
    void shouldSayNothingWhereAFactorIsMissingAndWhy() throws IOException {
        Zone zone = ZoneReaderTest.zone("z", 9.887, 55.270, -1, Double.NaN);

        JsonNode unheard = properties(List.of(zone), flat, "z");
        Shore.hear(live, "ASS-HAVN-W", Shore.NOON, 1.4);
        JsonNode unsaid = properties(List.of(zone), flat, "z");
        JsonNode flatless = properties(List.of(zone), null, "z");
        live.flag()[live.catalogue().sensorIndex("ASS-HAVN-W")] = Flag.FAIL;
        JsonNode failed = properties(List.of(zone), flat, "z");

        for (JsonNode said : List.of(unheard, unsaid, flatless, failed)) {
            assertThat(said.get("risk_index").isNull()).isTrue();
            assertThat(said.get("missing").asText()).contains("exposure: ", "vulnerability: ");
        }
        assertThat(unheard.get("missing").asText()).contains("hazard: no level sensor");
        assertThat(unsaid.get("missing").asText()).doesNotContain("hazard");
        assertThat(unsaid.get("hazard").asDouble()).isCloseTo(0.4, within(1e-6));
        assertThat(flatless.get("missing").asText()).contains("no terrain model");
        assertThat(flatless.get("levelM").asDouble()).isCloseTo(1.4, within(1e-6));
        assertThat(failed.get("hazard").isNull()).isTrue();
    }

    @Test
    void shouldSayWhereTheTerrainIsNotPreparedForSoHighALevel() throws IOException {
        Shore.hear(live, "ASS-HAVN-W", Shore.NOON, 4.1);

        JsonNode said = properties(List.of(ZoneReaderTest.zone("z", 9.887, 55.270, 1, 1)), flat, "z");

        assertThat(said.get("hazard").isNull()).isTrue();
        assertThat(said.get("missing").asText())
                .isEqualTo("hazard: the level is above the 4.0 m that the terrain is prepared for");
    }

    @Test
    void shouldNotCombineHeightsInUnlikeDatums() throws IOException {
        Shore.hear(live, "ASS-HAVN-W", Shore.NOON, 1.6);
        FloodHazard other = new FloodHazard() {
            @Override
            public VerticalDatum datum() {
                return new VerticalDatum("EVRF2007");
            }

            @Override
            public double highestLevelM() {
                return 4;
            }

            @Override
            public Hazard of(Geometry area, double levelM) {
                throw new AssertionError("asked");
            }

            @Override
            public FloodDepths.Buildings buildings(Geometry area, Footprints footprints, double levelM) {
                throw new AssertionError("asked");
            }

            @Override
            public Sea sea(LiveState state) {
                throw new AssertionError("asked");
            }
        };

        JsonNode said = properties(List.of(ZoneReaderTest.zone("z", 9.887, 55.270, 1, 1)), other, "z");

        assertThat(said.get("risk_index").isNull()).isTrue();
        assertThat(said.get("missing").asText()).contains("DVR90", "EVRF2007");
    }

    @Test
    void shouldAskTheTerrainAgainOnlyWhenTheLevelChanged() {
        Shore.hear(live, "ASS-HAVN-W", Shore.NOON, 1.6);
        Zone zone = ZoneReaderTest.zone("z", 9.887, 55.270, 1, 1);
        ZoneLayer maker = new ZoneLayer(Planned.zones(zone), flat);

        maker.make(live, Stamp.of(live));
        maker.make(live, Stamp.of(live));
        assertThat(asked).hasValue(1);
        Shore.hear(live, "ASS-HAVN-W", Shore.NOON, 1.7);
        maker.make(live, Stamp.of(live));
        assertThat(asked).hasValue(2);
    }

    @Test
    void shouldCountTheBuildingsWhereThePlannerDidNotSayHowMany() throws IOException {
        Shore.hear(live, "ASS-HAVN-W", Shore.NOON, 1.15);
        Zone counted = ZoneReaderTest.zone("counted", 9.887, 55.270, -1, 1);
        Zone given = ZoneReaderTest.zone("given", 9.95, 55.235, 40, 1);
        Footprints houses = new Footprints(
                List.of(Planned.house(9.887, 55.270), Planned.house(9.888, 55.271), Planned.house(9, 55)), Shore.NOON);
        Plan plan = new Plan(List.of(counted, given), houses);

        JsonNode said = properties(new Planned(plan), flat, "counted");
        JsonNode told = properties(new Planned(plan), flat, "given");

        assertThat(said.get("buildings").asInt()).isEqualTo(2);
        assertThat(said.get("buildingsBy").asText()).isEqualTo("counted");
        assertThat(said.get("buildingsWet").asInt()).isEqualTo(2);
        assertThat(said.get("buildingsDamaged").asInt()).as("15 cm of water").isZero();
        assertThat(said.get("exposure").asDouble()).isEqualTo(0.05);
        assertThat(told.get("buildings").asInt()).isEqualTo(40);
        assertThat(told.get("buildingsBy").asText()).isEqualTo("given");
        assertThat(told.get("buildingsWet").asInt()).isZero();
    }

    @Test
    void shouldSayWhenItsLevelWasMeasured() throws IOException {
        Shore.hear(live, "ASS-HAVN-W", Shore.NOON - 60_000, 1.6);

        JsonNode said = properties(List.of(ZoneReaderTest.zone("z", 9.887, 55.270, 1, 1)), flat, "z");

        assertThat(said.get("time_start").asText()).isEqualTo("2023-10-20T11:59:00.000Z");
        assertThat(said.get("time_end").isNull()).isTrue();
    }

    private JsonNode properties(List<Zone> zones, @Nullable FloodHazard terrain, String id) throws IOException {
        return properties(Planned.zones(zones.toArray(Zone[]::new)), terrain, id);
    }

    private JsonNode properties(Plans plans, @Nullable FloodHazard terrain, String id) throws IOException {
        Layer layer = new ZoneLayer(plans, terrain).make(live, Stamp.of(live));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        layer.feature(bytes, layer.row(id), Crs.CRS84, null);
        return new ObjectMapper().readTree(bytes.toByteArray()).get("properties");
    }
}
