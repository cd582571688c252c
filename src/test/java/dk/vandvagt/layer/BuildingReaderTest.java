package dk.vandvagt.layer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BuildingReaderTest {
    private static final String HOUSE = "[[[9.88,55.26],[9.8802,55.26],[9.8802,55.2601],[9.88,55.26]]]";

    private static BuildingReader.Upload read(String text) {
        return BuildingReader.read(text.getBytes(StandardCharsets.UTF_8), Crs.CRS84, Shore.assens());
    }

    private static String feature(String rings) {
        return "{\"type\":\"Feature\",\"id\":7,\"properties\":{\"BBR\":[{\"x\":1}]},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
                + rings + "}}";
    }

    private static String collection(String features) {
        return "{\"name\":\"bygninger\",\"features\":[" + features
                + "],\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"urn:ogc:def:crs:OGC:1.3:CRS84\"}}}";
    }

    @Test
    void shouldReadOneOutlineAFeatureAndLeaveTheRest() {
        BuildingReader.Upload upload = read(collection(feature(HOUSE) + "," + feature(HOUSE)));

        assertThat(upload.faults()).isEmpty();
        assertThat(upload.outlines()).hasSize(2);
        assertThat(upload.outlines().getFirst().toText())
                .isEqualTo("POLYGON ((9.88 55.26, 9.8802 55.26, 9.8802 55.2601, 9.88 55.26))");
        assertThat(read(collection("")).outlines()).isEmpty();
    }

    @Test
    void shouldTellAllFaultsWithTheirPlacesAndTakeNothing() {
        BuildingReader.Upload upload =
                read(collection(feature(HOUSE) + "," + feature(HOUSE.replace("9.8802", "19.8802")) + ",{},"
                        + feature("[[[9.88,55.26],[9.8802,55.26],[9.88,55.2601],[9.8802,55.2601],[9.88,55.26]]]")));

        assertThat(upload.outlines()).isEmpty();
        assertThat(upload.faults().stream().map(ZoneFault::member))
                .containsExactly("features[1].geometry.coordinates[0][1]", "features[2].type", "features[3].geometry");
        assertThat(upload.faults().getLast().found()).contains("self-intersection at [9.8801");
    }

    @Test
    void shouldRefuseWhatIsTooLargeForABuilding() {
        ZoneFault fault = read(collection(feature(HOUSE.replace("9.8802,55.2601", "9.8802,55.28"))))
                .faults()
                .getFirst();
        assertThat(fault.member()).isEqualTo("features[0].geometry");
        assertThat(fault.found()).isEqualTo("2224 m across");
    }

    @Test
    void shouldRefuseWhatIsNoCollectionOfBuildings() {
        assertThat(read(feature(HOUSE)).faults().getFirst().toString()).contains("type is Feature");
        assertThat(read("{\"type\":\"FeatureCollection\"}").faults().getFirst().toString())
                .contains("features is missing");
        assertThat(read("{\"features\":[]}").faults().getFirst().toString()).contains("type is missing");
        assertThat(read("[]").faults().getFirst().member()).isEqualTo("body");
        assertThat(read("").faults()).hasSize(1);
        assertThat(read(collection("{}") + "{}").faults()).hasSizeGreaterThan(0);
        assertThat(read(collection("").replace("CRS84", "EPSG:25832"))
                        .faults()
                        .getFirst()
                        .member())
                .isEqualTo("crs");
        assertThat(read("{\"features\":".repeat(2000)).faults()).hasSize(1);
    }

    /** Cut and scrambled ones: they end with outlines or faults, and nothing else. */
    @Test
    void shouldEndWithOutlinesOrFaultsWhateverTheBytes() {
        long seed = Long.getLong("vandvagt.seed", System.nanoTime());
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        byte[] whole = collection(feature(HOUSE) + "," + feature(HOUSE)).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = java.util.Arrays.copyOf(
                    whole, random.nextInt(4) == 0 ? random.nextInt(whole.length) : whole.length);
            for (int hits = random.nextInt(4); hits > 0 && bytes.length > 0; hits--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            BuildingReader.Upload upload = BuildingReader.read(bytes, Crs.CRS84, Shore.assens());
            assertThat(upload.faults().isEmpty() || upload.outlines().isEmpty())
                    .as("seed %d", seed)
                    .isTrue();
        }
    }
}
