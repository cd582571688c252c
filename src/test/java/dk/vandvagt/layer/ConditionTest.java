package dk.vandvagt.layer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.CoordinateFilter;
import org.locationtech.jts.geom.Geometry;

/** Each class of conditions of OGC 21-065r2 on five places; those of Annex A that name no data set stand among them. */
class ConditionTest {
    private final Places places = Places.some();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = true,
            value = {
                "true|abcde",
                "false|``",
                "name = 'Assens'|b",
                "name='Assens'|b",
                "\"name\" <> 'Assens'|ace",
                "name < 'B'|be",
                "name >= 'Bør'|ac",
                "severity >= 2|ab",
                "(severity >= 2)|ab",
                "severity < 2.5|bce",
                "severity = 1|e",
                "levelM > -1e-1|abe",
                "levelM <= -.35|c",
                "levelM = +2.02E0|b",
                "stale = true|a",
                "stale = FALSE|be",
                "stale <> false|a",
                "stale > false|a",
                "stale|a",
                "not stale|be",
                "name IS NULL|d",
                "name is not null|abce",
                "stale IS NULL|cd",
                "geometry IS NOT NULL|abce",
                "(severity > 1) IS NULL|d",
                "start = TIMESTAMP('2022-04-16T10:13:19Z')|b",
                "start = TIMESTAMP('2022-04-16T12:13:19+02:00')|b",
                "start > TIMESTAMP('2022-04-16T10:13:19.000Z')|c",
                "start = DATE('2022-04-16')|bc",
                "start <= DATE('2022-04-16')|abc",
                "start < DATE('2022-04-16')|a",
                "start > DATE('2022-04-15')|bc",
                "start >= '2022-04-16T10:13:20Z'|c",
                "start <= '2022-04-16'|abc",
            })
    void shouldCompareAsBasicCql2Says(String text, String ids) throws Cql2Fault {
        assertThat(places.where(text)).isEqualTo(ids);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "NOT severity > 1|ce",
                "NOT (severity > 1)|ce",
                "severity > 1 OR stale|ab",
                "severity > 1 AND stale|a",
                // AND binds closer than OR, NOT closer than AND
                "severity = 1 OR severity = 3 AND stale = false|e",
                "(severity = 1 OR severity = 3) AND stale = false|e",
                "(severity = 1 OR severity = 3) AND NOT stale = false|a",
                "NOT severity = 1 AND severity < 3|bc",
                "NOT (severity = 1 AND severity < 3)|abc",
                "not not stale|a",
                "severity > 1 or name is null|abd",
                "severity IS NULL AND stale IS NULL|d",
                "stale = true OR name = 'Børkop'|ac",
                "(levelM > 1) = stale|ae",
                "(levelM > 2) <> (severity > 2)|ab",
            })
    void shouldJoinConditionsByThreeValuedLogic(String text, String ids) throws Cql2Fault {
        assertThat(places.where(text)).isEqualTo(ids);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "name LIKE '%'|abce",
                "name like '_%'|abce",
                "name like ''|``",
                "name like '%%'|abce",
                "name LIKE 'B_r%'|c",
                "name NOT LIKE 'B_r%'|abe",
                "name LIKE '%s'|b",
                "name LIKE '%s%n%'|b",
                "name LIKE '50\\%\\_off%'|e",
                "name LIKE '50\\__off%'|``",
                "name LIKE '50\\%_off\\\\\\\\'|e",
                "name ILIKE 'ASS%'|b",
                "name NOT ILIKE 'ASS%'|ace",
                "'København' LIKE 'K_benhavn'|abcde",
                "severity BETWEEN 1 AND 2|be",
                "severity NOT BETWEEN 1 AND 2|ac",
                "severity between 2 and 1|``",
                "severity not between 2 and 1|abce",
                "levelM BETWEEN -0.35 AND 0|ce",
                "start BETWEEN TIMESTAMP('2022-01-01T00:00:00Z') AND TIMESTAMP('2022-12-31T00:00:00Z')|bc",
                "severity BETWEEN 1 AND 2 AND stale = false|be",
                "name IN ('Assens','Odense','København')|ab",
                "name NOT IN ('Assens','Odense','København')|ce",
                "severity in (1, 3.0, 7)|ae",
                "severity NOT IN (1,3,7)|bc",
                "levelM IN (0)|e",
                "levelM IN (-0.0)|e",
                "stale in (true)|a",
                "stale not in (false)|a",
                "start in ('2022-04-16T10:13:19Z', '2022-04-14T15:52:56Z')|b",
                "start in (DATE('2021-04-16'), DATE('2022-04-18'))|a",
                "start not in (TIMESTAMP('2022-04-16T10:13:19Z'))|ac",
                "name IN (nameascii, 'København')|ab",
                "name IN ('x', CASEI('Y'), nameascii)|b",
            })
    void shouldKnowTheAdvancedComparisons(String text, String ids) throws Cql2Fault {
        assertThat(places.where(text)).isEqualTo(ids);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "CASEI(name) = casei('KØBENHAVN')|a",
                "casei(name) = CASEI('københavn')|a",
                "name = 'københavn'|``",
                "CASEI(name) LIKE casei('b_R%')|c",
                "CASEI(name) IN (casei('ASSENS'), casei('kobenhavn'))|b",
                "CASEI(name) <> casei('KØBENHAVN')|bce",
                "ACCENTI(name) = accenti('Kobenhavn')|a",
                "ACCENTI(name) = accenti('København')|a",
                "ACCENTI(CASEI(name)) = accenti(casei('KOBENHAVN'))|a",
                "ACCENTI(CASEI(name)) LIKE accenti(casei('bØ%'))|c",
                "ACCENTI(name) = nameascii|abc",
                "ACCENTI('äöüéáí') = ACCENTI('aoueai')|abcde",
                "CASEI('Straße') = CASEI('STRASSE')|abcde",
                "CASEI('Οδος') = CASEI('ΟΔΟΣ')|abcde",
                "CASEI('ΟΔΟΣ') LIKE CASEI('Οδοσ%')|abcde",
                "ACCENTI('Ærø') = 'AEro'|abcde",
                "ACCENTI('が') = ACCENTI('か')|``",
            })
    void shouldLeaveOutCaseAndAccents(String text, String ids) throws Cql2Fault {
        assertThat(places.where(text)).isEqualTo(ids);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "S_INTERSECTS(geometry,BBOX(9,55,10,56))|bce",
                "S_INTERSECTS(geometry,BBOX(-180,-90,180,90))|abce",
                "s_intersects(geometry,BBOX(12.57,55.68,12.57,55.68))|a",
                "S_INTERSECTS(geometry,BBOX(12,55,-5,13,56,5))|a",
                "S_INTERSECTS(geometry,BBOX(12,55,-170,56))|a",
                "S_INTERSECTS(geometry,BBOX(170,55,10,56))|bce",
                "S_INTERSECTS(geometry,POINT(9.5 55.5))|ce",
                "S_INTERSECTS(geometry,POINT Z(9.5 55.5 3))|ce",
                "S_INTERSECTS(geometry,POINT(9.5 55.5 -3.5))|ce",
                "S_INTERSECTS(POINT(9.5 55.5),geometry)|ce",
                "S_INTERSECTS(geometry,MULTIPOINT(9.5 55.5,12.57 55.68))|ace",
                "S_INTERSECTS(geometry,MULTIPOINT((9.5 55.5),(12.57 55.68)))|ace",
                "S_INTERSECTS(geometry,LINESTRING(12 55.68, 13 55.68))|a",
                "S_INTERSECTS(geometry,MULTILINESTRING((12 55.68, 13 55.68),(0 0, 1 1)))|a",
                "S_INTERSECTS(geometry,POLYGON((12 55,13 55,13 56,12 56,12 55)))|a",
                "S_INTERSECTS(geometry,POLYGON((9 55,13 55,13 56,9 56,9 55),(9.8 55.2,9.95 55.2,9.95 55.3,9.8 55.3,9.8 55.2)))|ace",
                "S_INTERSECTS(geometry,MULTIPOLYGON(((12 55,13 55,13 56,12 56,12 55)),((0 0,1 0,1 1,0 1,0 0))))|a",
                "S_INTERSECTS(geometry,GEOMETRYCOLLECTION(POINT(9.89 55.27),POLYGON((12 55,13 55,13 56,12 56,12 55))))|abc",
                "NOT S_INTERSECTS(geometry,BBOX(9,55,10,56))|a",
                "S_DISJOINT(geometry,BBOX(9,55,10,56))|a",
                "S_DISJOINT(geometry,GEOMETRYCOLLECTION(POINT(9.89 55.27),POINT(12.57 55.68)))|e",
                "S_EQUALS(geometry,POINT(9.89 55.27))|b",
                "S_EQUALS(geometry,POLYGON((10 56,9 56,9 55,10 55,10 56)))|c",
                "S_EQUALS(geometry,geometry)|abce",
                "S_WITHIN(geometry,BBOX(9,55,10,56))|bc",
                "S_CONTAINS(geometry,POINT(9.2 55.2))|c",
                "S_CONTAINS(BBOX(9,55,10,56),geometry)|bc",
                "S_WITHIN(POINT(9.2 55.2),geometry)|c",
                "S_TOUCHES(geometry,BBOX(10,55,11,56))|c",
                "S_TOUCHES(geometry,POINT(9 55.5))|c",
                "S_CROSSES(geometry,BBOX(9,55,10,56))|e",
                "S_CROSSES(geometry,LINESTRING(9 55.5,10 55.5))|e",
                "S_OVERLAPS(geometry,BBOX(9.5,55.5,11,57))|c",
                "S_OVERLAPS(geometry,LINESTRING(9.5 56, 9.5 57))|e",
                "S_INTERSECTS(geometry,BBOX(9,55,10,56)) AND severity > 0|be",
                "S_CROSSES(LINESTRING(0 0,2 2),LINESTRING(0 2,2 0))|abcde",
            })
    void shouldRelateGeometriesAsSimpleFeaturesDo(String text, String ids) throws Cql2Fault {
        assertThat(places.where(text)).isEqualTo(ids);
    }

    /** The expected counts of Annex A, its three features being a, b and c; T_FINISHES stands below. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "t_after(start,timestamp('2022-04-16T10:13:19Z'))|c",
                "t_before(start,timestamp('2022-04-16T10:13:19Z'))|a",
                "t_disjoint(start,timestamp('2022-04-16T10:13:19Z'))|ac",
                "t_equals(start,timestamp('2022-04-16T10:13:19Z'))|b",
                "t_intersects(start,timestamp('2022-04-16T10:13:19Z'))|b",
                "t_after(start,interval('2022-01-01T00:00:00Z','2022-12-31T23:59:59Z'))|``",
                "t_before(start,interval('2022-01-01T00:00:00Z','2022-12-31T23:59:59Z'))|a",
                "t_disjoint(start,interval('2022-01-01T00:00:00Z','2022-12-31T23:59:59Z'))|a",
                "t_equals(start,interval('2022-01-01T00:00:00Z','2022-12-31T23:59:59Z'))|``",
                "t_intersects(start,interval('2022-01-01T00:00:00Z','2022-12-31T23:59:59Z'))|bc",
                "t_after(interval(start,end),interval('..','2022-04-16T10:13:19Z'))|c",
                "t_before(interval(start,end),interval('2023-01-01T00:00:00Z','..'))|ab",
                "t_disjoint(interval(start,end),interval('2022-04-16T10:13:19Z','2022-04-16T10:15:09Z'))|c",
                "t_equals(interval(start,end),interval('2021-04-16T10:15:59Z','2022-04-16T10:16:06Z'))|a",
                "t_intersects(interval(start,end),interval('2022-04-16T10:13:19Z','2022-04-16T10:15:09Z'))|ab",
                "T_CONTAINS(interval(start,end),interval('2022-04-16T10:13:19Z','2022-04-16T10:15:10Z'))|a",
                "T_DURING(interval(start,end),interval('2022-01-01T00:00:00Z','2022-12-31T23:59:59Z'))|b",
                "T_FINISHEDBY(interval(start,end),interval('2022-04-16T10:13:19Z','2022-04-16T10:16:06Z'))|a",
                "T_MEETS(interval(start,end),interval('2022-04-16T10:13:19Z','2022-04-16T10:15:10Z'))|``",
                "T_METBY(interval(start,end),interval('2022-04-16T10:13:19Z','2022-04-16T10:15:10Z'))|c",
                "T_OVERLAPPEDBY(interval(start,end),interval('2020-04-16T10:13:19Z','2022-04-16T10:15:10Z'))|ab",
                "T_OVERLAPS(interval(start,end),interval('2022-04-16T10:13:19Z','2023-04-16T10:15:10Z'))|a",
                "T_STARTEDBY(interval(start,end),interval('2022-04-16T10:13:19Z','2022-04-16T10:15:10Z'))|b",
                "T_STARTS(interval(start,end),interval('2022-04-16T10:13:19Z','2022-04-16T10:15:10Z'))|``",
                "t_after(timestamp('2022-04-16T10:13:19Z'),start)|a",
                "t_after(interval('2023-01-01T00:00:00Z','..'),interval(start,end))|ab",
                "t_before(interval('..','2022-04-16T10:13:19Z'),interval(start,end))|c",
                "T_CONTAINS(interval('2021-04-16T10:13:19Z','2023-04-16T10:15:10Z'),interval(start,end))|ab",
                "T_DURING(interval('2022-07-01T00:00:00Z','2022-12-31T23:59:59Z'),interval(start,end))|c",
                "T_FINISHES(interval('2022-04-16T10:13:19Z','2022-04-16T10:16:06Z'),interval(start,end))|a",
                "T_FINISHEDBY(interval('2022-04-16T10:13:19Z','2022-04-16T10:16:06Z'),interval(start,end))|``",
                "T_MEETS(interval('2022-04-16T10:13:19Z','2022-04-16T10:15:10Z'),interval(start,end))|c",
                "T_METBY(interval('2022-04-16T10:13:19Z','2022-04-16T10:15:10Z'),interval(start,end))|``",
                "T_OVERLAPPEDBY(interval('2020-04-16T10:13:19Z','2022-04-16T10:15:10Z'),interval(start,end))|``",
                "T_OVERLAPS(interval('2022-04-16T10:13:19Z','2023-04-16T10:15:10Z'),interval(start,end))|``",
                "T_STARTEDBY(interval('2022-04-16T10:13:19Z','2022-04-16T10:15:10Z'),interval(start,end))|``",
                "T_STARTS(interval('2022-04-16T10:13:19Z','2022-04-16T10:15:10Z'),interval(start,end))|b",
            })
    void shouldRelateTimesAsTheStandardsTestsExpect(String text, String ids) throws Cql2Fault {
        assertThat(places.where(text)).isEqualTo(ids);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // Annex A expects one, though none of its features ends so and begins later: the ontology has it as
                // here
                "T_FINISHES(interval(start,end),interval('2022-04-16T10:13:19Z','2022-04-16T10:16:06Z'))|``",
                "T_FINISHES(interval(start,end),interval('2021-01-01T00:00:00Z','2022-04-16T10:16:06Z'))|a",
                // a day holds all of its timestamps
                "t_equals(start,date('2022-04-16'))|bc",
                "t_after(start,date('2022-04-16'))|``",
                "t_intersects(start,interval('2022-04-01','2022-04-16'))|bc",
                "t_before(start,interval('2022-04-16','..'))|a",
                "t_during(interval(start,end),interval('2022-04-15','2022-04-17'))|b",
                "t_intersects(start,interval('2022-04-16','2022-04-16T10:13:19Z'))|b",
                "t_intersects(start,interval('2021-04-16T10:00:00Z','2021-04-16'))|a",
                "t_intersects(start,interval('..','..'))|abc",
                "t_intersects(start,'2022-04-16')|bc",
                "t_intersects(interval(start,'..'),interval('2023-01-01T00:00:00Z','..'))|abc",
                "t_intersects(interval(date('2022-04-16'),timestamp('2022-04-16T10:14:00Z')),start)|b",
                "T_INTERSECTS(start, INTERVAL(\"2022-01-01T05:32:00Z\", \"2023-07-24T16:50:35Z\"))|bc",
            })
    void shouldRelateDaysAndOpenIntervals(String text, String ids) throws Cql2Fault {
        assertThat(places.where(text)).isEqualTo(ids);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'Assens' = name|b",
                "2 <= severity|ab",
                "name = nameascii|b",
                "name >= nameascii|abc",
                "name > nameascii|ac",
                "severity = severity|abce",
                "severity <> severity|``",
                "start < end|abc",
                "start >= end|``",
                "'foo' = 'foo'|abcde",
                "3.14 > 3.14|``",
                "true <= true|abcde",
                "DATE('2022-04-14') = DATE('2022-04-14')|abcde",
                "levelM between -severity and severity|ae",
                "severity = 1+1|b",
                "severity = 2*2-1|a",
                "severity = 2^1|b",
                "levelM > severity|b",
                "levelM*2 > severity+0.1|ab",
                "severity - -1 = 2|e",
                "-severity = -3|a",
                "severity = 7%4|a",
                "severity = 21 div 10|b",
                "severity = -21 DIV 10 + 4|b",
                "severity = 20/10|b",
                "severity = 10-2*2^2|b",
                "severity = (10-8)*2-2|b",
                "severity = 2^3^0|b",
                "severity + 20 = -2^2*5|c",
                "16 + severity = 4^2|c",
                "severity = 8-3-2|a",
                "severity = 12/2/3|b",
                "1/severity > 0|abe",
                "1/severity IS NULL|cd",
                "severity%0 IS NULL|abcde",
                "(severity-1)^0.5 IS NULL|cd",
                "severity^0 = 1|abce",
                "levelM in (1.0+1.02, 2-2)|be",
                "4000000/4 = 1000000|abcde",
            })
    void shouldComputeAndCompareWhatEverStandsOnEitherSide(String text, String ids) throws Cql2Fault {
        assertThat(places.where(text)).isEqualTo(ids);
    }

    @Test
    void shouldPlaceLiteralsByTheReferenceSystemOfTheCondition() throws Cql2Fault {
        UnaryOperator<Geometry> latitudeFirst = geometry -> {
            Geometry turned = geometry.copy();
            turned.apply((CoordinateFilter) c -> c.setCoordinate(new Coordinate(c.y, c.x)));
            turned.geometryChanged();
            return turned;
        };
        assertThat(places.where(Cql2Text.parse("S_INTERSECTS(geometry,POINT(55.5 9.5))"), latitudeFirst))
                .isEqualTo("ce");
        assertThat(places.where(Cql2Text.parse("S_INTERSECTS(geometry,BBOX(55,12,56,13))"), latitudeFirst))
                .isEqualTo("a");
        assertThat(places.where(Cql2Text.parse("S_INTERSECTS(geometry,BBOX(55,12,56,-170))"), latitudeFirst))
                .isEqualTo("a");
        assertThat(places.where(Cql2Text.parse("S_INTERSECTS(geometry,geometry)"), latitudeFirst))
                .isEqualTo("abce");
    }

    @Test
    void shouldFollowTheBentSidesOfABoxOfAnotherReferenceSystem() throws Cql2Fault {
        // bows the middle of every side of constant first coordinate by 2 degrees, and leaves the corners
        UnaryOperator<Geometry> bent = geometry -> {
            Geometry bowed = geometry.copy();
            bowed.apply((CoordinateFilter) c -> c.setX(c.x + 2 * Math.sin(Math.PI * (c.y - 50) / 10)));
            bowed.geometryChanged();
            return bowed;
        };
        assertThat(places.where(Cql2Text.parse("S_INTERSECTS(geometry,BBOX(10,50,11,60))"), bent))
                .isEqualTo("a");
    }

    @Test
    void shouldReadEscapesInTexts() throws Cql2Fault {
        assertThat(Cql2Text.parse("'It''s \\'so\\'\\a\\b\\t\\n\\v\\f\\r \\\\ \\x'"))
                .isInstanceOfSatisfying(
                        Cql2.Text.class,
                        text -> assertThat(text.value()).isEqualTo("It's 'so'\u0007\b\t\n\u000B\f\r \\ \\x"));
    }

    @Test
    void shouldReadNamesOfAnyAlphabetAndKeywordsInQuotes() throws Cql2Fault {
        Schema odd = new Schema(
                Schema.Shape.POINT,
                Stream.of("vandføring", "eo:cloud_cover", "a.b", "and", "date", "2 m", "q\"q")
                        .map(name -> Property.of(name, Property.Type.NUMBER, name, name))
                        .toList());
        for (String text : List.of(
                "vandføring > 1",
                "eo:cloud_cover>1",
                "a.b > 1",
                "\"and\" > 1",
                "date > 1",
                "\"date\" > 1",
                "\"2 m\" > 1",
                "\"q\"\"q\" > 1")) {
            Condition.of(Cql2Text.parse(text), odd, UnaryOperator.identity());
        }
    }
}
