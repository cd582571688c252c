package dk.vandvagt.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.station.VerticalDatum;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;

class RiskGridLayerTest {
    private final LiveState live = LiveState.blank(Shore.assens(), "live-1", 42, Shore.NOON);

    @Test
    void shouldPutEachPlaceIntoTheHexagonItLiesIn() {
        RiskGridLayer grid = new RiskGridLayer(500, Planned.NOTHING, null);
        Random random = new Random(7);
        for (int i = 0; i < 5000; i++) {
            double x = 550_000 + random.nextDouble() * 20_000;
            double y = 6_120_000 + random.nextDouble() * 20_000;
            RiskGridLayer.Cell cell = grid.cell(x, y);
            assertThat(grid.hexagon(cell).distance(Layer.GEOMETRY.createPoint(new Coordinate(x, y))))
                    .isLessThan(1e-6);
        }
    }

    @Test
    void shouldTileThePlaneWithSharedCorners() {
        RiskGridLayer grid = new RiskGridLayer(500, Planned.NOTHING, null);
        RiskGridLayer.Cell here = new RiskGridLayer.Cell(-2411, 14_146);
        double areaM2 = Math.sqrt(3) / 2 * 500 * 500;

        assertThat(grid.hexagon(here).getArea()).isCloseTo(areaM2, within(1e-3));
        for (int[] step : new int[][] {{1, 0}, {0, 1}, {-1, 1}, {-1, 0}, {0, -1}, {1, -1}}) {
            RiskGridLayer.Cell next = new RiskGridLayer.Cell(here.q() + step[0], here.r() + step[1]);
            List<Coordinate> shared = new ArrayList<>(List.of(grid.hexagon(here).getCoordinates()));
            shared.retainAll(List.of(grid.hexagon(next).getCoordinates()));
            assertThat(shared.stream().distinct()).hasSize(2);
            assertThat(grid.hexagon(here)
                            .getCentroid()
                            .distance(grid.hexagon(next).getCentroid()))
                    .isCloseTo(500, within(1e-6));
        }
    }

    @Test
    void shouldHaveAHexagonForEachStationThatWatchesWaterAndNoOther() throws IOException {
        Shore.hear(live, "ASS-HAVN-W", Shore.NOON, 1.3);
        live.severity()[live.catalogue().sensorIndex("ASS-HAVN-W")] = 2;
        live.crossings().earliestMs()[live.catalogue().sensorIndex("ASS-HAVN-W")] = Shore.NOON + 1_800_000;
        live.crossings().centralMs()[live.catalogue().sensorIndex("ASS-HAVN-W")] = Shore.NOON + 3_600_000;

        List<JsonNode> hexagons = hexagons(new RiskGridLayer(500, Planned.NOTHING, null));

        assertThat(hexagons).hasSize(4);
        JsonNode harbour = holding(hexagons, "stationIds", "ASS-HAVN").get("properties");
        assertThat(harbour.get("severity").asInt()).isEqualTo(2);
        assertThat(harbour.get("severityColor").asText()).isEqualTo("orange");
        assertThat(harbour.get("severitySensorId").asText()).isEqualTo("ASS-HAVN-W");
        assertThat(harbour.get("expectedEarliest").asText()).isEqualTo("2023-10-20T12:30:00.000Z");
        assertThat(harbour.get("expectedCentral").asText()).isEqualTo("2023-10-20T13:00:00.000Z");
        assertThat(harbour.get("hazard").isNull()).isTrue();
        assertThat(harbour).allMatch(JsonNode::isValueNode);
        JsonNode other = holding(hexagons, "stationIds", "ASS-TORO").get("properties");
        assertThat(other.get("severity").asInt()).isZero();
        assertThat(holding(hexagons, "stationIds", "ASS-HAVN").get("id").asText())
                .isEqualTo(harbour.get("q").asText() + "_" + harbour.get("r").asText());
    }

    @Test
    void shouldShareOutAZonesBuildingsByArea() throws IOException {
        Shore.hear(live, "ASS-HAVN-W", Shore.NOON, 1.3);
        Zone zone = ZoneReaderTest.zone("z", 9.80, 55.20, 300, 1, "ASS-HAVN-W");
        Zone unknown = ZoneReaderTest.zone("y", 9.70, 55.20, -1, 1);
        live.severity()[live.catalogue().sensorIndex("ASS-HAVN-W")] = 1;

        List<JsonNode> hexagons = hexagons(new RiskGridLayer(250, Planned.zones(zone, unknown), null));

        List<JsonNode> ofZone = hexagons.stream()
                .filter(each -> each.at("/properties/zoneIds").asText().equals("z"))
                .toList();
        assertThat(ofZone).hasSizeGreaterThan(5);
        assertThat(ofZone.stream()
                        .mapToDouble(each -> each.at("/properties/buildings").asDouble())
                        .sum())
                .isCloseTo(300, within(1e-3));
        assertThat(ofZone).allMatch(each -> each.at("/properties/severity").asInt() == 1);
        assertThat(holding(hexagons, "zoneIds", "y").at("/properties/buildings").isNull())
                .isTrue();
    }

    @Test
    void shouldCountTheBuildingsThatWereUploadedAndFloodThemAsTheSeaStands() throws IOException {
        Shore.hear(live, "ASS-HAVN-W", Shore.NOON, 1.3);
        Zone zone = ZoneReaderTest.zone("z", 9.80, 55.20, 300, 1, "ASS-HAVN-W");
        Footprints houses =
                new Footprints(List.of(Planned.house(9.95, 55.25), Planned.house(9.9501, 55.2501)), Shore.NOON);

        List<JsonNode> hexagons =
                hexagons(new RiskGridLayer(250, new Planned(new Plan(List.of(zone), houses)), new Lowland()));

        JsonNode built = hexagons.stream()
                .filter(each -> each.at("/properties/buildings").asInt() == 2)
                .findFirst()
                .orElseThrow()
                .get("properties");
        assertThat(built.get("buildingsBy").asText()).isEqualTo("counted");
        assertThat(built.get("zoneIds").isNull()).isTrue();
        assertThat(built.get("severity").isNull()).as("nobody watches it").isTrue();
        assertThat(built.get("hazard").asDouble()).isEqualTo(0.8);
        assertThat(built.get("levelSensorId").asText()).isEqualTo("ASS-HAVN-W,ASS-TORO-W");
        JsonNode zoned = holding(hexagons, "zoneIds", "z").get("properties");
        assertThat(zoned.get("buildings").asInt()).as("none stands there").isZero();
        assertThat(zoned.get("hazard").asDouble()).isEqualTo(0.3);
        assertThat(zoned.get("levelSensorId").asText()).isEqualTo("ASS-HAVN-W");
        assertThat(zoned.get("time_start").asText()).isEqualTo("2023-10-20T12:00:00.000Z");
    }

    /** Ground at 1 m wherever one asks; the sea stands at 1.80 m. */
    private static final class Lowland implements FloodHazard {
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
            double depthM = Math.round(100 * (levelM - 1)) / 100.0;
            return new Hazard(depthM, depthM, 1);
        }

        @Override
        public FloodDepths.Buildings buildings(Geometry area, Footprints footprints, double levelM) {
            throw new AssertionError("asked");
        }

        @Override
        public Sea sea(LiveState live) {
            return new Sea() {
                @Override
                public Hazard of(Geometry area) {
                    return Lowland.this.of(area, 1.8);
                }

                @Override
                public String sensorIds() {
                    return "ASS-HAVN-W,ASS-TORO-W";
                }
            };
        }
    }

    private List<JsonNode> hexagons(RiskGridLayer maker) throws IOException {
        Layer layer = maker.make(live, Stamp.of(live));
        List<JsonNode> hexagons = new ArrayList<>();
        for (int row = 0; row < layer.size(); row++) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            layer.feature(bytes, row, Crs.CRS84, null);
            hexagons.add(new ObjectMapper().readTree(bytes.toByteArray()));
        }
        return hexagons;
    }

    private static JsonNode holding(List<JsonNode> hexagons, String property, String value) {
        return hexagons.stream()
                .filter(each -> each.at("/properties/" + property).asText().equals(value))
                .findFirst()
                .orElseThrow();
    }
}
