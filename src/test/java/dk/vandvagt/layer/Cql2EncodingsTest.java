package dk.vandvagt.layer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples of OGC 21-065r2 that stand in it in both encodings, and each of ours turned from one into the other. */
class Cql2EncodingsTest {
    private static final String POLYGON_TEXT =
            "POLYGON((43.7286 -79.2986, 43.7311 -79.2996, 43.7323 -79.2972, 43.7286 -79.2986))";
    private static final String POLYGON_JSON = """
            {"type":"Polygon","coordinates":[[[43.7286,-79.2986],[43.7311,-79.2996],[43.7323,-79.2972],[43.7286,-79.2986]]]}""";

    static Stream<Arguments> examples() {
        return Stream.of(
                Arguments.of("city='Toronto'", """
                        {"op":"=","args":[{"property":"city"},"Toronto"]}"""),
                Arguments.of("balance-150.0 > 0", """
                        {"op":">","args":[{"op":"-","args":[{"property":"balance"},150.0]},0]}"""),
                Arguments.of("updated >= date('1970-01-01')", """
                        {"op":">=","args":[{"property":"updated"},{"date":"1970-01-01"}]}"""),
                Arguments.of("geometry IS NOT NULL", """
                        {"op":"not","args":[{"op":"isNull","args":[{"property":"geometry"}]}]}"""),
                Arguments.of("name LIKE 'Smith%'", """
                        {"op":"like","args":[{"property":"name"},"Smith%"]}"""),
                Arguments.of("depth BETWEEN 100.0 and 150.0", """
                        {"op":"between","args":[{"property":"depth"},100.0,150.0]}"""),
                Arguments.of("cityName IN ('Toronto','Frankfurt','Tokyo','New York')", """
                        {"op":"in","args":[{"property":"cityName"},["Toronto","Frankfurt","Tokyo","New York"]]}"""),
                Arguments.of("category NOT IN (1,2,3,4)", """
                        {"op":"not","args":[{"op":"in","args":[{"property":"category"},[1,2,3,4]]}]}"""),
                Arguments.of("CASEI(road_class) IN (CASEI('Οδος'),CASEI('Straße'))", """
                        {"op":"in","args":[{"op":"casei","args":[{"property":"road_class"}]},
                            [{"op":"casei","args":["Οδος"]},{"op":"casei","args":["Straße"]}]]}"""),
                Arguments.of("CASEI(road_class) = 'x'", """
                        {"op":"=","args":[{"casei":{"property":"road_class"}},"x"]}"""),
                Arguments.of("ACCENTI(etat_vol) = ACCENTI('débárquér')", """
                        {"op":"=","args":[{"op":"accenti","args":[{"property":"etat_vol"}]},{"op":"accenti","args":["débárquér"]}]}"""),
                Arguments.of("S_INTERSECTS(geometry,POINT(36.319836 32.288087))", """
                        {"op":"s_intersects","args":[{"property":"geometry"},{"type":"Point","coordinates":[36.319836,32.288087]}]}"""),
                Arguments.of("S_INTERSECTS(geometry,BBOX(160.6,-55.95,-170,-25.89))", """
                        {"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[160.6,-55.95,-170,-25.89]}]}"""),
                Arguments.of("S_CROSSES(road," + POLYGON_TEXT + ")", """
                        {"op":"s_crosses","args":[{"property":"road"},%s]}""".formatted(POLYGON_JSON)),
                Arguments.of("T_INTERSECTS(event_time, INTERVAL('1969-07-16T05:32:00Z', '1969-07-24T16:50:35Z'))", """
                        {"op":"t_intersects","args":[{"property":"event_time"},
                            {"interval":["1969-07-16T05:32:00Z","1969-07-24T16:50:35Z"]}]}"""),
                Arguments.of("T_DURING(INTERVAL(touchdown, liftOff), INTERVAL(\"1969-07-16T13:32:00Z\", \"..\"))", """
                        {"op":"t_during","args":[{"interval":[{"property":"touchdown"},{"property":"liftOff"}]},
                            {"interval":["1969-07-16T13:32:00Z",".."]}]}"""),
                Arguments.of("T_FINISHEDBY(INTERVAL(a,b), INTERVAL('1969-07-16', '1969-07-24'))", """
                        {"op":"t_finishedBy","args":[{"interval":[{"property":"a"},{"property":"b"}]},
                            {"interval":["1969-07-16","1969-07-24"]}]}"""),
                Arguments.of("vehicle_height > (bridge_clearance-1)", """
                        {"op":">","args":[{"property":"vehicle_height"},
                            {"op":"-","args":[{"property":"bridge_clearance"},1]}]}"""),
                Arguments.of("floors > 5 AND (material = 'brick' OR material = 'concrete')", """
                        {"op":"and","args":[{"op":">","args":[{"property":"floors"},5]},
                            {"op":"or","args":[{"op":"=","args":[{"property":"material"},"brick"]},
                                {"op":"=","args":[{"property":"material"},"concrete"]}]}]}"""),
                Arguments.of("a = 7 div 2 % 2 ^ 3 / 4", """
                        {"op":"=","args":[{"property":"a"},{"op":"/","args":[{"op":"%","args":[
                            {"op":"div","args":[7,2]},{"op":"^","args":[2,3]}]},4]}]}"""),
                Arguments.of("t = TIMESTAMP('1969-07-20T20:17:40Z')", """
                        {"op":"=","args":[{"property":"t"},{"timestamp":"1969-07-20T20:17:40Z"}]}"""),
                Arguments.of("true", "true"));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void shouldReadTheSameFromBothEncodings(String text, String json) throws Cql2Fault {
        assertThat(Cql2Written.text(Cql2Json.parse(json))).isEqualTo(Cql2Written.text(Cql2Text.parse(text)));
    }

    @Test
    void shouldReadAgainWhatItReadAndWasWrittenDown() throws Cql2Fault {
        for (String text : List.of(
                "a = 1 OR b = 2 AND NOT c = 3 OR d IS NULL",
                "a + 2 * -b - 3 ^ 2 <= c % 4 div 5 / 6",
                "a LIKE 'x%' AND b NOT IN ('o''clock', 'back\\\\slash') OR c NOT BETWEEN 1 AND 2e-3",
                "S_WITHIN(geometry, MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((5 5,9 5,9 9,5 5),(6 5.5,7 5.5,7 6,6 5.5))))",
                "S_TOUCHES(geometry, GEOMETRYCOLLECTION(POINT(1 2),MULTIPOINT(1 2,3 4),MULTILINESTRING((1 2,3 4),(5 6,7 8))))",
                "S_DISJOINT(BBOX(1,2,3,4,5,6), LINESTRING Z(1 2 3,4 5 6))",
                "T_STARTEDBY(INTERVAL(a,'..'),INTERVAL(DATE('2020-01-01'),TIMESTAMP('2021-01-01T00:00:00.5Z')))",
                "CASEI(ACCENTI(a)) = 'b' AND \"odd \"\"name\"\"\" = true")) {
            String written = Cql2Written.text(Cql2Text.parse(text));
            assertThat(Cql2Written.text(Cql2Text.parse(written))).isEqualTo(written);
            assertThat(Cql2Written.text(Cql2Json.parse(Cql2Written.json(Cql2Text.parse(text)))))
                    .isEqualTo(written);
        }
    }
}
