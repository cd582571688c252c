package dk.vandvagt.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ZoneReaderTest {
    /** Around the harbour of Assens, in CRS84. */
    private static final double[][] SQUARE = {
        {9.88, 55.265}, {9.90, 55.265}, {9.90, 55.275}, {9.88, 55.275}, {9.88, 55.265}
    };

    private static final String PROPERTIES =
            "{\"name\":\"Havnen\",\"buildings\":40,\"vulnerability\":0.5,\"sensors\":[\"ASS-HAVN-W\"]}";

    @ParameterizedTest
    @EnumSource(Crs.class)
    void shouldReadAPolygonInEachSystemInItsOwnAxisOrder(Crs crs) {
        ZoneReader.Upload upload = read(feature(polygon(crs, SQUARE), PROPERTIES), crs);

        assertThat(upload.faults()).isEmpty();
        ZoneReader.Drawn zone = upload.drawn().getFirst();
        assertThat(zone.name()).isEqualTo("Havnen");
        assertThat(zone.buildings()).isEqualTo(40);
        assertThat(zone.vulnerability()).isEqualTo(0.5);
        assertThat(zone.sensorIds()).containsExactly("ASS-HAVN-W");
        assertThat(zone.geometry().getEnvelopeInternal().getMinX()).isCloseTo(9.88, within(1e-7));
        assertThat(zone.geometry().getEnvelopeInternal().getMaxY()).isCloseTo(55.275, within(1e-7));
    }

    @Test
    void shouldReadACollectionAndWhatATableHolds() {
        ZoneReader.Upload upload = read(
                "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"urn:ogc:def:crs:OGC:1.3:CRS84\"}},"
                        + "\"features\":["
                        + feature(
                                polygon(Crs.CRS84, SQUARE),
                                "{\"fid\":7,\"name\":\"A\",\"sensors\":\"ASS-HAVN-W, ASS-TORO-W\"}")
                        + ","
                        + feature(
                                "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[9.8,55.2,3],[9.81,55.2,3],[9.81,55.21,3],[9.8,55.2,3]]]]}",
                                "{\"name\":\"B\",\"buildings\":null}")
                        + "]}",
                Crs.CRS84);

        assertThat(upload.faults()).isEmpty();
        assertThat(upload.drawn().get(0).sensorIds()).containsExactly("ASS-HAVN-W", "ASS-TORO-W");
        assertThat(upload.drawn().get(1).buildings()).isEqualTo(-1);
        assertThat(upload.drawn().get(1).vulnerability()).isNaN();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            [[[9.88,55.26],[9.90,55.28],[9.90,55.26],[9.88,55.28],[9.88,55.26]]] | self-intersection at [9.8900000, 55.2700000]
            [[[9.88,55.26],[9.90,55.26],[9.90,55.28],[9.88,55.28]]] | not closed: it begins at [9.8800000, 55.2600000] and ends at [9.8800000, 55.2800000]
            [[[9.88,55.26],[9.90,55.26],[9.90,55.28],[9.88,55.26]],[[9.7,55.1],[9.71,55.1],[9.71,55.11],[9.7,55.1]]] | hole lies outside shell at [9.7000000, 55.1000000]
            [[[9.88,55.26],[9.90,55.26],[9.88,55.26]]] | a list of 3
            [[[9.88,55.26],[9.90,55.26],[9.89,55.26],[9.88,55.26]]] | at [9.8
            [] | a list of 0
            [[[9.88,"x"],[9.90,55.26],[9.89,55.26],[9.88,55.26]]] | a list of 2
            [[[55.26,9.88],[55.26,9.90],[55.28,9.90],[55.26,9.88]]] | with its numbers swapped
            [[[29.88,55.26],[29.90,55.26],[29.90,55.28],[29.88,55.26]]] | [29.8800000, 55.2600000]
            [[[9.88,1e999],[9.90,55.26],[9.89,55.26],[9.88,55.26]]] | a list of 2
            """)
    void shouldRefuseBadGeometryWithThePlaceOfTheFault(String coordinates, String found) {
        ZoneReader.Upload upload =
                read(feature("{\"type\":\"Polygon\",\"coordinates\":" + coordinates + "}", PROPERTIES), Crs.CRS84);

        assertThat(upload.drawn()).isEmpty();
        assertThat(upload.faults()).singleElement().satisfies(fault -> {
            assertThat(fault.member()).startsWith("geometry");
            assertThat(fault.found()).contains(found);
        });
    }

    @Test
    void shouldTellThePlaceInTheSystemTheUploadCameIn() {
        double[][] bow = {{9.88, 55.26}, {9.90, 55.28}, {9.90, 55.26}, {9.88, 55.28}, {9.88, 55.26}};

        ZoneReader.Upload metres = read(feature(polygon(Crs.EPSG_25832, bow), PROPERTIES), Crs.EPSG_25832);
        ZoneReader.Upload northFirst = read(feature(polygon(Crs.EPSG_4326, bow), PROPERTIES), Crs.EPSG_4326);

        // cs2cs: 9.89 E, 55.27 N is 556548.255 m E, 6125198.383 m N; straight sides cross within a metre of it
        assertThat(metres.faults().getFirst().found())
                .matches(".*self-intersection at \\[556548\\.\\d+, 612519[78]\\.\\d+]");
        assertThat(northFirst.faults().getFirst().found()).contains("at [55.2700000, 9.8900000]");
    }

    @Test
    void shouldTellWhereAxesAreTheOtherWayRound() {
        ZoneReader.Upload upload = read(feature(polygon(Crs.CRS84, SQUARE), PROPERTIES), Crs.EPSG_4326);

        assertThat(upload.faults().getFirst().toString()).contains("swapped", "north first, then east, as EPSG:4326");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {} | properties.name
            {"name":""} | properties.name
            {"name":"A","buildings":-1} | properties.buildings
            {"name":"A","buildings":1.5} | properties.buildings
            {"name":"A","buildings":"many"} | properties.buildings
            {"name":"A","vulnerability":1.01} | properties.vulnerability
            {"name":"A","vulnerabilty":0.5} | properties.vulnerabilty
            {"name":"A","sensors":["NO-SUCH"]} | properties.sensors
            {"name":"A","sensors":["ASS-HAVN-R"]} | properties.sensors
            {"name":"A","sensors":7} | properties.sensors
            """)
    void shouldRefuseBadProperties(String properties, String member) {
        assertThat(read(feature(polygon(Crs.CRS84, SQUARE), properties), Crs.CRS84)
                        .faults())
                .extracting(ZoneFault::member)
                .containsExactly(member);
    }

    @Test
    void shouldTellAllFaultsOfACollectionAndTakeNoneOfIt() {
        ZoneReader.Upload upload = read(
                "{\"type\":\"FeatureCollection\",\"features\":["
                        + feature(polygon(Crs.CRS84, SQUARE), "{\"name\":\"good\"}") + ","
                        + feature(polygon(Crs.CRS84, SQUARE), "{\"buildings\":-1}") + ","
                        + feature("null", "{\"name\":\"nowhere\"}") + "]}",
                Crs.CRS84);

        assertThat(upload.drawn()).isEmpty();
        assertThat(upload.faults())
                .extracting(ZoneFault::member)
                .containsExactly(
                        "features[1].properties.name", "features[1].properties.buildings", "features[2].geometry.type");
    }

    @Test
    void shouldRefuseAMemberCrsThatSaysOtherwise() {
        String file =
                "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"urn:ogc:def:crs:EPSG::25832\"}},"
                        + "\"features\":[" + feature(polygon(Crs.EPSG_25832, SQUARE), PROPERTIES) + "]}";

        assertThat(read(file, Crs.EPSG_25832).faults()).isEmpty();
        assertThat(read(file, Crs.CRS84).faults())
                .singleElement()
                .satisfies(fault -> assertThat(fault.member()).isEqualTo("crs"));
    }

    @Test
    void shouldRefuseMoreThanItTakes() {
        StringBuilder many = new StringBuilder("{\"type\":\"FeatureCollection\",\"features\":[{}");
        for (int i = 0; i < ZoneReader.MOST_ZONES; i++) {
            many.append(",{}");
        }
        assertThat(read(many + "]}", Crs.CRS84).faults().getFirst().member()).isEqualTo("features");
        StringBuilder ring = new StringBuilder("[9.88,55.26]");
        for (int i = 0; i < AreaReader.MOST_POSITIONS; i++) {
            ring.append(",[9.88,55.26]");
        }
        assertThat(read(feature("{\"type\":\"Polygon\",\"coordinates\":[[" + ring + "]]}", PROPERTIES), Crs.CRS84)
                        .faults()
                        .getFirst()
                        .found())
                .contains("20000 positions");
        assertThat(read("[".repeat(100_000), Crs.CRS84).faults()).hasSize(1);
        assertThat(read("", Crs.CRS84).faults()).hasSize(1);
    }

    /** Cut, repeated and scrambled ones: they end with zones or faults, and nothing else. */
    @Test
    void shouldEndWithZonesOrFaultsWhateverTheBytes() {
        long seed = Long.getLong("vandvagt.seed", System.nanoTime());
        System.out.println("ZoneReaderTest seed " + seed);
        Random random = new Random(seed);
        byte[] good = feature(polygon(Crs.CRS84, SQUARE), PROPERTIES).getBytes(StandardCharsets.UTF_8);
        byte[] some = "{}[]\",:0-e9.nulltrue\\".getBytes(StandardCharsets.US_ASCII);
        for (int trial = 0; trial < 5000; trial++) {
            byte[] bytes = good.clone();
            for (int i = random.nextInt(6); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] =
                        random.nextBoolean() ? some[random.nextInt(some.length)] : (byte) random.nextInt(256);
            }
            for (Crs crs : Crs.values()) {
                ZoneReader.Upload upload = ZoneReader.read(bytes, crs, Shore.assens());
                assertThat(upload.drawn().isEmpty())
                        .isNotEqualTo(upload.faults().isEmpty());
            }
        }
    }

    static String feature(String geometry, String properties) {
        return "{\"type\":\"Feature\",\"geometry\":" + geometry + ",\"properties\":" + properties + "}";
    }

    private static String polygon(Crs crs, double[][] lonLats) {
        StringBuilder ring = new StringBuilder();
        for (double[] lonLat : lonLats) {
            double[] xy = lonLat.clone();
            crs.fromCrs84(xy);
            ring.append(String.format(
                    Locale.ROOT,
                    "%s[%.9f,%.9f]",
                    ring.isEmpty() ? "" : ",",
                    crs.isNorthFirst() ? xy[1] : xy[0],
                    crs.isNorthFirst() ? xy[0] : xy[1]));
        }
        return "{\"type\":\"Polygon\",\"coordinates\":[[" + ring + "]]}";
    }

    private static ZoneReader.Upload read(String json, Crs crs) {
        return ZoneReader.read(json.getBytes(StandardCharsets.UTF_8), crs, Shore.assens());
    }

    static Zone zone(String id, double lon, double lat, int buildings, double vulnerability, String... sensorIds) {
        double[][] around = {
            {lon - 0.005, lat - 0.003},
            {lon + 0.005, lat - 0.003},
            {lon + 0.005, lat + 0.003},
            {lon - 0.005, lat + 0.003},
            {lon - 0.005, lat - 0.003}
        };
        ZoneReader.Upload upload =
                read(feature(polygon(Crs.CRS84, around), "{\"name\":\"Zone " + id + "\"}"), Crs.CRS84);
        return new Zone(
                id,
                "Zone " + id,
                upload.drawn().getFirst().geometry(),
                buildings,
                vulnerability,
                List.of(sensorIds),
                Shore.NOON - 86_400_000);
    }
}
