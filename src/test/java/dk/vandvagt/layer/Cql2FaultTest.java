package dk.vandvagt.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Collections;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.locationtech.jts.geom.Geometry;

/** What people are told about a condition that cannot be asked, and that nothing else is ever thrown. */
class Cql2FaultTest {
    private static final String ALL_PROPERTIES = "name, nameascii, severity, levelM, stale, start, end, "
            + Stamp.PROPERTIES.stream().map(Property::name).collect(Collectors.joining(", ")) + ", geometry";

    private static Cql2Fault of(String text) {
        return catchThrowableOfType(
                Cql2Fault.class, () -> Condition.of(Cql2Text.parse(text), Places.SCHEMA, UnaryOperator.identity()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "sevrity > 1|character 1: found the property \"sevrity\", expected one of ALL_PROPERTIES; did you mean \"severity\"?",
                "name = 'x' AND|character 15: found the end, expected a property, a value or a function",
                "name == 'x'|character 7: found \"=\", expected a property, a value or a function",
                "name != 'x'|character 6: found \"!=\", expected <> for unequal",
                "name = 'x|character 8: found a text that does not end, expected a closing single quote; one within a text"
                        + " is doubled",
                "name = 5|character 8: found a number, expected a text, to be compared with one",
                "severity > 'high'|character 12: found a text, expected a number, to be compared with one",
                "severity|character 1: found a number, expected a condition, something that is true or false",
                "start > 'yesterday'|character 9: found \"yesterday\", expected a time such as DATE('2023-10-20') or"
                        + " TIMESTAMP('2023-10-20T18:00:00Z')",
                "start > DATE('2023-02-30')|character 14: found \"'2023-02-30'\", expected a day such as '2023-10-20'",
                "start > TIMESTAMP('2023-10-20')|character 19: found \"'2023-10-20'\", expected a timestamp such as"
                        + " '2023-10-20T18:00:00Z'",
                "S_INTERSECTS(geometry,POINT(90 180))|character 23: found a position at longitude 90.0, latitude 180.0,"
                        + " expected longitudes from -180 to 180 and latitudes from -90 to 90, in the axis order of"
                        + " filter-crs",
                "S_INTERSECTS(geometry,MULTIPOINT(7.02 49.92, 90 180))|character 23: found a position at longitude 90.0,"
                        + " latitude 180.0, expected longitudes from -180 to 180 and latitudes from -90 to 90, in the axis"
                        + " order of filter-crs",
                "S_INTERSECTS(geometry,POLYGON((0 0,2 2,2 0,0 2,0 0)))|character 23: found a geometry that is not sound:"
                        + " Self-intersection at 1.0 1.0, expected a simple one",
                "S_INTERSECTS(geometry,POLYGON((0 0,2 2,2 0,0 2)))|character 31: found a ring that does not close, expected"
                        + " the first position again as the last",
                "S_INTERSECTS(geometry,POINT(1))|character 30: found \")\", expected a number",
                "S_INTERSECTS(geometry,BBOX(1,2,3))|character 33: found \")\", expected four numbers in a BBOX, or six with"
                        + " heights, and not 3",
                "S_INTERSECTS(geometry,BBOX(1,5,3,2))|character 23: found a box from 1.0, 5.0 to 3.0, 2.0, expected its"
                        + " lower corner first",
                "S_INTERSECTS(geometry,name)|character 23: found a text, expected geometry, a geometry or a BBOX within"
                        + " S_INTERSECTS",
                "S_INTERSECT(geometry,BBOX(1,2,3,4))|character 1: found the function \"S_INTERSECT\", expected one of CASEI,"
                        + " ACCENTI, DATE, TIMESTAMP, INTERVAL, BBOX, S_INTERSECTS, S_EQUALS, S_DISJOINT, S_TOUCHES,"
                        + " S_WITHIN, S_OVERLAPS, S_CROSSES, S_CONTAINS, T_AFTER, T_BEFORE, T_CONTAINS, T_DISJOINT,"
                        + " T_DURING, T_EQUALS, T_FINISHEDBY, T_FINISHES, T_INTERSECTS, T_MEETS, T_METBY, T_OVERLAPPEDBY,"
                        + " T_OVERLAPS, T_STARTEDBY, T_STARTS; did you mean \"S_INTERSECTS\"?",
                "A_CONTAINS(name,('a','b'))|character 1: found \"A_CONTAINS\", expected no array function: no property here"
                        + " is a list",
                "T_DURING(start,INTERVAL('2021-01-01','2021-12-31'))|character 10: found a timestamp, expected an INTERVAL:"
                        + " T_DURING is of intervals only; of instants are T_AFTER, T_BEFORE, T_DISJOINT, T_EQUALS and"
                        + " T_INTERSECTS",
                "T_AFTER(start,INTERVAL('2022-01-01','2021-12-31'))|character 15: found an interval that begins after its"
                        + " end, expected the earlier bound first",
                "geometry = 'x'|character 1: found a geometry, expected a spatial function such as S_INTERSECTS for it",
                "name LIKE nameascii|character 11: found no text, expected a pattern in 'single quotes' after LIKE",
                "severity LIKE '1%'|character 1: found a number, expected a text before LIKE",
                "name NOT = 'x'|character 10: found \"=\", expected LIKE, BETWEEN or IN after NOT",
                "severity BETWEEN 1 OR 2|character 20: found \"OR\", expected the AND of a BETWEEN",
                "name IN ()|character 10: found \")\", expected a property, a value or a function",
                "(severity > 1|character 14: found the end, expected )",
                "severity > 1)|character 13: found \")\", expected AND, OR, an operator or the end",
                "severity > 5m|character 12: found \"5m\", expected a space after a number; a name that begins with a digit"
                        + " stands in \"double quotes\"",
                "severity > 1e999|character 12: found \"1e999\", expected a number below 1.8E308",
                "name + 1 > 2|character 1: found a text, expected a number beside +",
                "CASEI(severity) = 'x'|character 7: found a number, expected a text within CASEI",
                "``|character 1: found the end, expected a property, a value or a function",
            })
    void shouldNameThePlaceWhatWasFoundAndWhatWouldBeRight(String text, String message) {
        assertThat(of(text)).hasMessage(message.replace("ALL_PROPERTIES", ALL_PROPERTIES));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"op\":\">\",\"args\":[{\"property\":\"severty\"},1]}|$.args[0]: found the property \"severty\", expected one"
                        + " of ALL_PROPERTIES; did you mean \"severity\"?",
                "{\"op\":\"==\",\"args\":[1,1]}|$.op: found the function \"==\"",
                "{\"op\":\"=\",\"args\":[1]}|$.args: found \"a list of 1\", expected a list of exactly 2",
                "{\"op\":\"=\"}|$.args: found nothing, expected a list of exactly 2",
                "{\"op\":\"and\",\"args\":[true,{\"op\":\"not\",\"args\":[3]}]}|$.args[1].args[0]: found a number, expected a"
                        + " condition, something that is true or false",
                "{\"op\":\"s_within\",\"args\":[{\"property\":\"geometry\"},{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,1]]]}]}"
                        + "|$.args[1].coordinates[0]: found a ring of 2 positions, expected at least four",
                "{\"op\":\"s_within\",\"args\":[{\"property\":\"geometry\"},{\"type\":\"Circle\"}]}|$.args[1].type: found"
                        + " \"Circle\", expected Point, LineString, Polygon, MultiPoint, MultiLineString, MultiPolygon or"
                        + " GeometryCollection",
                "{\"op\":\"t_after\",\"args\":[{\"property\":\"start\"},{\"interval\":[\"x\",\"..\"]}]}|$.args[1].interval[0]: found"
                        + " \"x\", expected a day, a timestamp, \"..\" or a property",
                "{\"function\":{\"name\":\"avg\",\"args\":[]}}|$: found the function \"avg\"",
                "{\"op\":\"=\",\"args\":[|character 19: found",
                "[]|$: found \"a list of 0\", expected an object, a text, a number, true or false",
                "null|$: found \"null\", expected an object, a text, a number, true or false",
            })
    void shouldNameThePathInJson(String json, String message) {
        assertThatThrownBy(() -> Condition.of(Cql2Json.parse(json), Places.SCHEMA, UnaryOperator.identity()))
                .isInstanceOf(Cql2Fault.class)
                .hasMessageStartingWith(message.replace("ALL_PROPERTIES", ALL_PROPERTIES));
    }

    @Test
    void shouldSayThatAPositionLiesOutsideOfTheReferenceSystem() {
        UnaryOperator<Geometry> nowhere = geometry -> {
            throw new IllegalStateException("outside");
        };
        assertThatThrownBy(
                        () -> Condition.of(Cql2Text.parse("S_INTERSECTS(geometry,POINT(1 2))"), Places.SCHEMA, nowhere))
                .isInstanceOf(Cql2Fault.class)
                .hasMessage(
                        "character 23: found a geometry that has no longitude and latitude, expected one within the area of"
                                + " filter-crs");
    }

    @Test
    void shouldRefuseWhatIsTooLongTooDeepOrTooMuchWork() {
        int deep = 100_000;
        assertThat(of("(".repeat(deep) + "true" + ")".repeat(deep)))
                .hasMessageContaining("at most 60 within one another");
        assertThat(of("NOT ".repeat(1000) + "true")).hasMessageContaining("at most 60 within one another");
        assertThat(of("2" + "^2".repeat(900) + " > 1")).hasMessageContaining("at most 60 within one another");
        assertThat(of("CASEI(".repeat(1000))).hasMessageContaining("at most 60");
        assertThat(of("1" + "+1".repeat(deep) + " > 1")).hasMessageContaining("at most 1000");
        assertThat(of("true" + " AND true".repeat(2000))).hasMessageContaining("at most 1000");
        assertThat(of("name = '" + "x".repeat(300_000) + "'")).hasMessageContaining("at most 262144");
        assertThat(of("S_INTERSECTS(geometry," + "GEOMETRYCOLLECTION(".repeat(500)))
                .hasMessageContaining("at most 60");
        String nested = "{\"op\":\"not\",\"args\":[".repeat(2000) + "true" + "]}".repeat(2000);
        assertThatThrownBy(() -> Cql2Json.parse(nested)).isInstanceOf(Cql2Fault.class);
        String lists = "[".repeat(200_000);
        assertThatThrownBy(() -> Cql2Json.parse(lists)).isInstanceOf(Cql2Fault.class);
    }

    @Test
    void shouldTakeWhatIsLongButNotTooLong() throws Cql2Fault {
        Places places = Places.some();
        String list = String.join(",", Collections.nCopies(20_000, "'Assens'"));
        assertThat(places.where("name IN (" + list + ")")).isEqualTo("b");
        assertThat(places.where("severity" + "+0".repeat(990) + " = 2")).isEqualTo("b");
        assertThat(places.where("severity = 2" + " AND true".repeat(900))).isEqualTo("b");
    }

    @Test
    void shouldThrowNothingButAFaultWhateverIsThrownAtIt() {
        long seed = Long.getLong("seed", new Random().nextLong());
        System.out.println("Cql2FaultTest seed " + seed);
        Random random = new Random(seed);
        String[] words = {
            "name",
            "severity",
            "levelM",
            "stale",
            "start",
            "geometry",
            "end",
            "nope",
            "AND",
            "OR",
            "NOT",
            "LIKE",
            "IN",
            "IS",
            "NULL",
            "BETWEEN",
            "(",
            ")",
            ",",
            "=",
            "<>",
            "<",
            ">=",
            "+",
            "-",
            "*",
            "/",
            "%",
            "^",
            "div",
            "'x'",
            "'%_\\'",
            "'",
            "\"",
            "\"name\"",
            "1",
            "2.5",
            "-1e3",
            ".",
            "TRUE",
            "CASEI(",
            "ACCENTI(",
            "DATE('2022-01-01')",
            "TIMESTAMP(",
            "INTERVAL('..','2022-01-01')",
            "S_INTERSECTS(",
            "S_EQUALS(",
            "T_AFTER(",
            "T_MEETS(",
            "POINT(1 2)",
            "POINT(",
            "POLYGON((0 0,1 0,1 1,0 0))",
            "BBOX(1,2,3,4)",
            "BBOX(9,9,1,1)",
            "LINESTRING(1 1,1 1)",
            "MULTIPOINT(",
            "EMPTY",
            "Z",
            "GEOMETRYCOLLECTION(",
            "\u0000",
            "æ",
            "😀",
            "\\",
            ";",
            "--",
            "A_EQUALS("
        };
        String[] pieces = {
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"op\"",
            "\"args\"",
            "\"=\"",
            "\"and\"",
            "\"s_within\"",
            "\"property\"",
            "\"name\"",
            "\"type\"",
            "\"Point\"",
            "\"coordinates\"",
            "1",
            "true",
            "null",
            "\"bbox\"",
            "\"interval\"",
            "\"..\"",
            "\"like\""
        };
        Places places = Places.some();
        for (int i = 0; i < 4_000; i++) {
            String text = mixed(random, words, " ");
            String json = mixed(random, pieces, "");
            fed(places, text, () -> Cql2Text.parse(text));
            fed(places, json, () -> Cql2Json.parse(json));
            String bent =
                    bent(random, "S_INTERSECTS(geometry,POLYGON((9 55,10 55,10 56,9 56,9 55))) AND name LIKE 'B_r%'");
            fed(places, bent, () -> Cql2Text.parse(bent));
            String bentJson = bent(
                    random,
                    "{\"op\":\"in\",\"args\":[{\"property\":\"name\"},[\"a\",{\"op\":\"casei\",\"args\":[\"B\"]}]]}");
            fed(places, bentJson, () -> Cql2Json.parse(bentJson));
        }
    }

    private interface Parsing {
        Cql2 parse() throws Cql2Fault;
    }

    private static void fed(Places places, String input, Parsing parsing) {
        try {
            places.where(parsing.parse(), UnaryOperator.identity());
        } catch (Cql2Fault expected) {
            assertThat(expected.getMessage()).isNotEmpty();
        } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError(input, e);
        }
    }

    private static String mixed(Random random, String[] words, String between) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(14); n >= 0; n--) {
            text.append(words[random.nextInt(words.length)]).append(between);
        }
        return text.toString();
    }

    private static String bent(Random random, String text) {
        StringBuilder bent = new StringBuilder(text);
        for (int n = random.nextInt(4); n >= 0 && !bent.isEmpty(); n--) {
            int at = random.nextInt(bent.length());
            switch (random.nextInt(3)) {
                case 0 -> bent.deleteCharAt(at);
                case 1 -> bent.setCharAt(at, (char) (random.nextInt(0x60) + 0x20));
                default -> bent.insert(at, bent.charAt(random.nextInt(bent.length())));
            }
        }
        return bent.toString();
    }
}
