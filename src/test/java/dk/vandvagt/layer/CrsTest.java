package dk.vandvagt.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.locationtech.jts.geom.Envelope;
import org.locationtech.jts.io.ParseException;
import org.locationtech.jts.io.WKTReader;

final class CrsTest {
    private static final double CENTIMETRE_M = 0.01;
    private static final double CENTIMETRE_DEGREES = 1e-7;

    /** By PROJ 9.1.1: {@code cs2cs -f %.4f +proj=longlat +ellps=GRS80 +to +proj=utm +zone=32 +ellps=GRS80}, and EPSG:4326 to EPSG:3857. */
    @ParameterizedTest
    @CsvSource({
        "EPSG_25832, 9.8869, 55.2702, 556351.0114, 6125218.1289",
        "EPSG_25832, 12.6, 55.7, 726205.9457, 6178565.0293",
        "EPSG_25832, 8.0, 57.7, 440398.5502, 6395750.6796",
        "EPSG_25832, 15.1, 55.1, 888982.3411, 6122928.5640",
        "EPSG_25832, 10.9, 54.6, 622738.9380, 6051940.4079",
        "EPSG_25833, 9.8869, 55.2702, 175275.6609, 6136780.7378",
        "EPSG_25833, 12.6, 55.7, 349175.9086, 6175301.3667",
        "EPSG_25833, 8.0, 57.7, 83227.5556, 6416872.9233",
        "EPSG_25833, 15.1, 55.1, 506380.9328, 6105923.9799",
        "EPSG_25833, 10.9, 54.6, 235200.7008, 6058009.6056",
        "EPSG_3857, 9.8869, 55.2702, 1100604.6735, 7414484.0086",
        "EPSG_3857, 12.6, 55.7, 1402625.5840, 7498924.4777",
        "EPSG_3857, 8.0, 57.7, 890555.9263, 7904559.1871",
        "EPSG_3857, 15.1, 55.1, 1680924.3110, 7381298.3122",
        "EPSG_3857, 10.9, 54.6, 1213382.4496, 7284618.1016"
    })
    void shouldAgreeWithProjToACentimetreBothWays(Crs crs, double lon, double lat, double x, double y) {
        double[] xy = {lon, lat};
        crs.fromCrs84(xy);
        assertThat(xy[0]).isCloseTo(x, within(CENTIMETRE_M));
        assertThat(xy[1]).isCloseTo(y, within(CENTIMETRE_M));
        double[] lonLat = {x, y};
        crs.toCrs84(lonLat);
        assertThat(lonLat[0]).isCloseTo(lon, within(CENTIMETRE_DEGREES));
        assertThat(lonLat[1]).isCloseTo(lat, within(CENTIMETRE_DEGREES));
    }

    @Test
    void shouldLeaveDegreesAlone() {
        double[] lonLat = {9.8869, 55.2702};
        Crs.EPSG_4326.fromCrs84(lonLat);
        Crs.CRS84.toCrs84(lonLat);
        assertThat(lonLat).containsExactly(9.8869, 55.2702);
    }

    @Test
    void shouldKnowWhichAxisAnAuthorityPutsFirst() {
        assertThat(Crs.values()).filteredOn(Crs::isNorthFirst).containsExactly(Crs.EPSG_4326);
        assertThat(Crs.of("http://www.opengis.net/def/crs/EPSG/0/25832")).isEqualTo(Crs.EPSG_25832);
        assertThat(Crs.of("EPSG:25832")).isNull();
    }

    @Test
    void shouldTurnEveryPositionOfAGeometryAndLeaveTheOriginal() throws ParseException {
        var original = new WKTReader().read("POLYGON ((9.8 55.2, 10 55.2, 10 55.4, 9.8 55.2))");
        var there = Crs.EPSG_25832.fromCrs84(original);
        assertThat(original.getCoordinate().x).isEqualTo(9.8);
        assertThat(there.getCoordinates()).allMatch(each -> each.x > 500_000 && each.y > 6_000_000);
        assertThat(Crs.EPSG_25832.toCrs84(there).equalsExact(original, 1e-9)).isTrue();
    }

    /** The northern edge of a box in UTM bulges southwards in degrees: its middle lies outside of the box around its corners. */
    @Test
    void shouldHoldTheCurvedEdgesOfABoxInTheBoxAroundIt() {
        Envelope box = new Envelope(400_000, 900_000, 6_050_000, 6_400_000);
        Envelope around = Crs.EPSG_25832.around84(box);
        for (int i = 0; i <= 1000; i++) {
            double x = box.getMinX() + i * box.getWidth() / 1000;
            for (double y : new double[] {box.getMinY(), box.getMaxY()}) {
                double[] xy = {x, y};
                Crs.EPSG_25832.toCrs84(xy);
                assertThat(around.contains(xy[0], xy[1])).isTrue();
            }
        }
    }

    @Test
    void shouldRefuseWhatNoProjectionHolds() {
        assertThatThrownBy(() -> Crs.EPSG_3857.fromCrs84(new double[] {0, 90}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("outside the projection");
    }
}
