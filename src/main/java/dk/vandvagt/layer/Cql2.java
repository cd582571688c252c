package dk.vandvagt.layer;

import java.util.List;
import org.locationtech.jts.geom.Geometry;

/**
 * A condition in the Common Query Language, OGC 21-065r2, as a tree: what {@link Cql2Text} and {@link Cql2Json} read and
 * {@link Condition} is compiled from. NOT LIKE, NOT IN, NOT BETWEEN and IS NOT NULL are a {@link Not} around their opposites.
 */
public sealed interface Cql2 {
    /** Bounds of what is read, text or JSON: beyond them a condition is refused. */
    int MAX_CHARACTERS = 1 << 18;

    /** Operators and functions in one condition. */
    int MAX_OPERATIONS = 1000;

    /** Parentheses, functions or JSON objects within one another. */
    int MAX_DEPTH = 60;

    /** The conformance classes that are fulfilled. */
    List<String> CONFORMANCE = List.of(
            "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
            "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
            "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
            "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
            "http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
            "http://www.opengis.net/spec/cql2/1.0/conf/accent-insensitive-comparison",
            "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
            "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions-plus",
            "http://www.opengis.net/spec/cql2/1.0/conf/spatial-functions",
            "http://www.opengis.net/spec/cql2/1.0/conf/temporal-functions",
            "http://www.opengis.net/spec/cql2/1.0/conf/property-property",
            "http://www.opengis.net/spec/cql2/1.0/conf/arithmetic");

    Cql2Place at();

    /** How two scalars compare. */
    enum Comparison {
        EQUAL("="),
        UNEQUAL("<>"),
        LESS("<"),
        LESS_OR_EQUAL("<="),
        GREATER(">"),
        GREATER_OR_EQUAL(">=");

        final String sign;

        Comparison(String sign) {
            this.sign = sign;
        }

        boolean holds(int order) {
            return switch (this) {
                case EQUAL -> order == 0;
                case UNEQUAL -> order != 0;
                case LESS -> order < 0;
                case LESS_OR_EQUAL -> order <= 0;
                case GREATER -> order > 0;
                case GREATER_OR_EQUAL -> order >= 0;
            };
        }
    }

    /** The operators of arithmetic; {@code div} cuts toward zero and {@code %} has the sign of the dividend, as in SQL. */
    enum Operator {
        PLUS("+"),
        MINUS("-"),
        TIMES("*"),
        OVER("/"),
        MODULO("%"),
        DIV("div"),
        POWER("^");

        final String sign;

        Operator(String sign) {
            this.sign = sign;
        }
    }

    /** What a text is rid of before it is compared. */
    enum Fold {
        CASEI,
        ACCENTI
    }

    record And(Cql2Place at, List<Cql2> all) implements Cql2 {}

    record Or(Cql2Place at, List<Cql2> any) implements Cql2 {}

    record Not(Cql2Place at, Cql2 negated) implements Cql2 {}

    record Compare(Cql2Place at, Comparison how, Cql2 left, Cql2 right) implements Cql2 {}

    record Like(Cql2Place at, Cql2 value, Cql2 pattern) implements Cql2 {}

    record Between(Cql2Place at, Cql2 value, Cql2 low, Cql2 high) implements Cql2 {}

    record In(Cql2Place at, Cql2 value, List<Cql2> list) implements Cql2 {}

    record IsNull(Cql2Place at, Cql2 value) implements Cql2 {}

    record Spatial(Cql2Place at, SpatialRelation how, Cql2 left, Cql2 right) implements Cql2 {}

    record Temporal(Cql2Place at, TemporalRelation how, Cql2 left, Cql2 right) implements Cql2 {}

    record Arithmetic(Cql2Place at, Operator how, Cql2 left, Cql2 right) implements Cql2 {}

    record Folded(Cql2Place at, Fold how, Cql2 value) implements Cql2 {}

    record Named(Cql2Place at, String property) implements Cql2 {}

    record Text(Cql2Place at, String value) implements Cql2 {}

    record Numeral(Cql2Place at, double value) implements Cql2 {}

    record Truth(Cql2Place at, boolean value) implements Cql2 {}

    record Day(Cql2Place at, long epochDay) implements Cql2 {}

    /** @param atMs finer digits are cut */
    record Timestamp(Cql2Place at, long atMs) implements Cql2 {}

    /** From one instant to another, both included; each is a day, a timestamp, a property or {@link Open}. */
    record Interval(Cql2Place at, Cql2 from, Cql2 to) implements Cql2 {}

    /** {@code '..'}: no bound. */
    record Open(Cql2Place at) implements Cql2 {}

    /** A geometry in the coordinates of the condition; heights are gone. */
    record Shape(Cql2Place at, Geometry geometry) implements Cql2 {}

    /** A box by its lower and upper corners, in the coordinates of the condition; heights are gone. */
    record Bbox(Cql2Place at, double low1, double low2, double high1, double high2) implements Cql2 {}
}
