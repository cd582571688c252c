package dk.vandvagt.layer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.LineString;
import org.locationtech.jts.geom.LinearRing;
import org.locationtech.jts.geom.Point;
import org.locationtech.jts.geom.Polygon;

/**
 * Reads the text encoding of CQL2, keywords in any case. Beside the standard's grammar it reads ILIKE, which GDAL sends, and
 * dates in double quotes, as some of the standard's own examples have them.
 */
public final class Cql2Text {
    private static final Set<String> RESERVED =
            Set.of("AND", "OR", "NOT", "LIKE", "ILIKE", "BETWEEN", "IN", "IS", "NULL", "DIV", "TRUE", "FALSE");
    private static final Set<String> ARRAY_FUNCTIONS = Set.of("A_EQUALS", "A_CONTAINS", "A_CONTAINEDBY", "A_OVERLAPS");
    private static final Map<String, Cql2.Comparison> COMPARISONS = new HashMap<>();

    static {
        for (Cql2.Comparison each : Cql2.Comparison.values()) {
            COMPARISONS.put(each.sign, each);
        }
    }

    private final List<Cql2Token> tokens;
    private int next;
    private int operations;
    private int depth;

    private Cql2Text(List<Cql2Token> tokens) {
        this.tokens = tokens;
    }

    /** @throws Cql2Fault and nothing else, whatever the text */
    public static Cql2 parse(String text) throws Cql2Fault {
        if (text.length() > Cql2.MAX_CHARACTERS) {
            throw new Cql2Fault(
                    new Cql2Place.InText(Cql2.MAX_CHARACTERS + 1),
                    text.length() + " characters",
                    "at most " + Cql2.MAX_CHARACTERS);
        }
        Cql2Text parser = new Cql2Text(Cql2Token.of(text));
        Cql2 whole = parser.or();
        if (parser.peek().kind() != Cql2Token.Kind.END) {
            throw parser.unexpected("AND, OR, an operator or the end");
        }
        return whole;
    }

    private Cql2 or() throws Cql2Fault {
        Cql2 first = and();
        if (!isWord("OR")) {
            return first;
        }
        Cql2Place at = peek().place();
        List<Cql2> any = new ArrayList<>(List.of(first));
        while (isWord("OR")) {
            operation();
            any.add(and());
        }
        return new Cql2.Or(at, List.copyOf(any));
    }

    private Cql2 and() throws Cql2Fault {
        Cql2 first = not();
        if (!isWord("AND")) {
            return first;
        }
        Cql2Place at = peek().place();
        List<Cql2> all = new ArrayList<>(List.of(first));
        while (isWord("AND")) {
            operation();
            all.add(not());
        }
        return new Cql2.And(at, List.copyOf(all));
    }

    private Cql2 not() throws Cql2Fault {
        if (!isWord("NOT")) {
            return predicate();
        }
        Cql2Place at = operation().place();
        deeper();
        Cql2 negated = not();
        depth--;
        return new Cql2.Not(at, negated);
    }

    private Cql2 predicate() throws Cql2Fault {
        Cql2 left = sum();
        Cql2Token token = peek();
        Cql2.Comparison comparison = token.kind() == Cql2Token.Kind.SIGN ? COMPARISONS.get(token.text()) : null;
        if (comparison != null) {
            operation();
            return new Cql2.Compare(token.place(), comparison, left, sum());
        }
        if (isWord("IS")) {
            return isNull(left);
        }
        boolean negated = isWord("NOT");
        if (negated) {
            operation();
        }
        Cql2 positive = positive(left, negated);
        return negated ? new Cql2.Not(token.place(), positive) : positive;
    }

    private Cql2 isNull(Cql2 value) throws Cql2Fault {
        Cql2Place at = operation().place();
        boolean negated = isWord("NOT");
        if (negated) {
            operation();
        }
        if (!isWord("NULL")) {
            throw unexpected(negated ? "NULL" : "NULL or NOT NULL");
        }
        next++;
        Cql2 isNull = new Cql2.IsNull(at, value);
        return negated ? new Cql2.Not(at, isNull) : isNull;
    }

    private Cql2 positive(Cql2 left, boolean negated) throws Cql2Fault {
        Cql2Place at = peek().place();
        if (isWord("LIKE")) {
            operation();
            return new Cql2.Like(at, left, primary());
        }
        if (isWord("ILIKE")) {
            operation();
            return new Cql2.Like(
                    at, new Cql2.Folded(at, Cql2.Fold.CASEI, left), new Cql2.Folded(at, Cql2.Fold.CASEI, primary()));
        }
        if (isWord("BETWEEN")) {
            operation();
            Cql2 low = sum();
            if (!isWord("AND")) {
                throw unexpected("the AND of a BETWEEN");
            }
            next++;
            return new Cql2.Between(at, left, low, sum());
        }
        if (isWord("IN")) {
            operation();
            expect("(");
            List<Cql2> list = new ArrayList<>(List.of(sum()));
            while (isSign(",")) {
                next++;
                list.add(sum());
            }
            expect(")");
            return new Cql2.In(at, left, List.copyOf(list));
        }
        if (negated) {
            throw unexpected("LIKE, BETWEEN or IN after NOT");
        }
        return left;
    }

    private Cql2 sum() throws Cql2Fault {
        Cql2 left = product();
        while (isSign("+") || isSign("-")) {
            Cql2Token sign = operation();
            Cql2.Operator how = sign.text().equals("+") ? Cql2.Operator.PLUS : Cql2.Operator.MINUS;
            left = new Cql2.Arithmetic(sign.place(), how, left, product());
        }
        return left;
    }

    private Cql2 product() throws Cql2Fault {
        Cql2 left = power();
        while (isSign("*") || isSign("/") || isSign("%") || isWord("DIV")) {
            Cql2Token sign = operation();
            Cql2.Operator how = switch (sign.text()) {
                case "*" -> Cql2.Operator.TIMES;
                case "/" -> Cql2.Operator.OVER;
                case "%" -> Cql2.Operator.MODULO;
                default -> Cql2.Operator.DIV;
            };
            left = new Cql2.Arithmetic(sign.place(), how, left, power());
        }
        return left;
    }

    private Cql2 power() throws Cql2Fault {
        Cql2 base = signed();
        if (!isSign("^")) {
            return base;
        }
        Cql2Place at = operation().place();
        deeper();
        Cql2 exponent = power();
        depth--;
        return new Cql2.Arithmetic(at, Cql2.Operator.POWER, base, exponent);
    }

    /** A sign binds closer than any operator: -2^2 is 4. */
    private Cql2 signed() throws Cql2Fault {
        boolean minus = isSign("-");
        if (!minus && !isSign("+")) {
            return primary();
        }
        Cql2Place at = operation().place();
        if (peek().kind() == Cql2Token.Kind.NUMBER) {
            double number = advance().number();
            return new Cql2.Numeral(at, minus ? -number : number);
        }
        if (!minus) {
            throw unexpected("a number after +");
        }
        return new Cql2.Arithmetic(at, Cql2.Operator.TIMES, new Cql2.Numeral(at, -1), primary());
    }

    private Cql2 primary() throws Cql2Fault {
        Cql2Token token = peek();
        Cql2Place at = token.place();
        switch (token.kind()) {
            case TEXT -> {
                next++;
                return new Cql2.Text(at, token.text());
            }
            case NUMBER -> {
                next++;
                return new Cql2.Numeral(at, token.number());
            }
            case QUOTED_NAME -> {
                next++;
                return new Cql2.Named(at, token.text());
            }
            case SIGN -> {
                if (!token.text().equals("(")) {
                    throw unexpected("a property, a value or a function");
                }
                next++;
                deeper();
                Cql2 within = or();
                depth--;
                expect(")");
                return within;
            }
            case WORD -> {
                return word(token);
            }
            case END -> throw unexpected("a property, a value or a function");
        }
        throw new AssertionError(token.kind());
    }

    private Cql2 word(Cql2Token token) throws Cql2Fault {
        String word = token.text().toUpperCase(Locale.ROOT);
        Cql2Place at = token.place();
        if (RESERVED.contains(word)) {
            if (word.equals("TRUE") || word.equals("FALSE")) {
                next++;
                return new Cql2.Truth(at, word.equals("TRUE"));
            }
            throw unexpected("a property, a value or a function; a property of that name stands in \"double quotes\"");
        }
        Cql2Token after = tokens.get(next + 1);
        boolean withZ = after.kind() == Cql2Token.Kind.WORD && after.text().equalsIgnoreCase("Z");
        boolean isShape = shapeName(word) != null;
        if (isShape && (withZ || isOpening(after))) {
            next += withZ ? 2 : 1;
            deeper();
            Geometry geometry = geometry(shapeName(word));
            depth--;
            return new Cql2.Shape(at, geometry);
        }
        next++;
        return isOpening(after) ? function(token, word) : new Cql2.Named(at, token.text());
    }

    private static boolean isOpening(Cql2Token token) {
        return token.kind() == Cql2Token.Kind.SIGN && token.text().equals("(");
    }

    private Cql2 function(Cql2Token token, String word) throws Cql2Fault {
        Cql2Place at = token.place();
        count(token);
        expect("(");
        deeper();
        Cql2 call = call(token, word, at);
        depth--;
        expect(")");
        return call;
    }

    private Cql2 call(Cql2Token token, String word, Cql2Place at) throws Cql2Fault {
        SpatialRelation spatial = SpatialRelation.named(word);
        if (spatial != null) {
            Cql2 left = sum();
            expect(",");
            return new Cql2.Spatial(at, spatial, left, sum());
        }
        TemporalRelation temporal = TemporalRelation.named(word);
        if (temporal != null) {
            Cql2 left = sum();
            expect(",");
            return new Cql2.Temporal(at, temporal, left, sum());
        }
        return switch (word) {
            case "CASEI" -> new Cql2.Folded(at, Cql2.Fold.CASEI, sum());
            case "ACCENTI" -> new Cql2.Folded(at, Cql2.Fold.ACCENTI, sum());
            case "DATE" -> day(at);
            case "TIMESTAMP" -> timestamp(at);
            case "INTERVAL" -> {
                Cql2 from = bound();
                expect(",");
                yield new Cql2.Interval(at, from, bound());
            }
            case "BBOX" -> box(at);
            default -> throw Cql2Functions.unknown(at, token.text(), ARRAY_FUNCTIONS.contains(word));
        };
    }

    private Cql2 day(Cql2Place at) throws Cql2Fault {
        Long day = isQuoted() ? Rfc3339.day(peek().text()) : null;
        if (day == null) {
            throw unexpected("a day such as '2023-10-20'");
        }
        next++;
        return new Cql2.Day(at, day);
    }

    private Cql2 timestamp(Cql2Place at) throws Cql2Fault {
        Long atMs = isQuoted() ? Rfc3339.timestamp(peek().text()) : null;
        if (atMs == null) {
            throw unexpected("a timestamp such as '2023-10-20T18:00:00Z'");
        }
        next++;
        return new Cql2.Timestamp(at, atMs);
    }

    private boolean isQuoted() {
        return peek().kind() == Cql2Token.Kind.TEXT || peek().kind() == Cql2Token.Kind.QUOTED_NAME;
    }

    private Cql2 bound() throws Cql2Fault {
        Cql2Token token = peek();
        Cql2Place at = token.place();
        if (isQuoted()) {
            Cql2 literal = Cql2Functions.bound(at, token.text());
            if (literal != null) {
                next++;
                return literal;
            }
            if (token.kind() == Cql2Token.Kind.TEXT) {
                throw unexpected("a day, a timestamp or '..' in quotes, or a property");
            }
        }
        Cql2 bound = primary();
        if (bound instanceof Cql2.Named || bound instanceof Cql2.Day || bound instanceof Cql2.Timestamp) {
            return bound;
        }
        throw new Cql2Fault(at, token.quoted(), "a day, a timestamp or '..' in quotes, or a property");
    }

    private Cql2 box(Cql2Place at) throws Cql2Fault {
        List<Double> numbers = new ArrayList<>();
        numbers.add(number());
        while (isSign(",") && numbers.size() < 6) {
            next++;
            numbers.add(number());
        }
        if (numbers.size() != 4 && numbers.size() != 6) {
            throw unexpected("four numbers in a BBOX, or six with heights, and not " + numbers.size());
        }
        return Cql2Functions.box(at, numbers);
    }

    // what follows is well-known text

    private static @Nullable String shapeName(String word) {
        String bare = word.endsWith("Z") ? word.substring(0, word.length() - 1) : word;
        return switch (bare) {
            case "POINT",
                    "LINESTRING",
                    "POLYGON",
                    "MULTIPOINT",
                    "MULTILINESTRING",
                    "MULTIPOLYGON",
                    "GEOMETRYCOLLECTION" -> bare;
            default -> null;
        };
    }

    private Geometry geometry(@Nullable String shape) throws Cql2Fault {
        return switch (shape) {
            case "POINT" -> pointText();
            case "LINESTRING" -> lineText();
            case "POLYGON" -> polygonText();
            case "MULTIPOINT" ->
                Cql2Functions.SHAPES.createMultiPoint(
                        listed(() -> isSign("(") ? pointText() : Cql2Functions.SHAPES.createPoint(coordinate()))
                                .toArray(Point[]::new));
            case "MULTILINESTRING" ->
                Cql2Functions.SHAPES.createMultiLineString(
                        listed(this::lineText).toArray(LineString[]::new));
            case "MULTIPOLYGON" ->
                Cql2Functions.SHAPES.createMultiPolygon(
                        listed(this::polygonText).toArray(Polygon[]::new));
            case null, default ->
                Cql2Functions.SHAPES.createGeometryCollection(
                        listed(this::member).toArray(Geometry[]::new));
        };
    }

    private Geometry member() throws Cql2Fault {
        String shape =
                peek().kind() == Cql2Token.Kind.WORD ? shapeName(peek().text().toUpperCase(Locale.ROOT)) : null;
        if (shape == null) {
            throw unexpected("a geometry such as POINT(10.3 55.3)");
        }
        next++;
        if (isWord("Z")) {
            next++;
        }
        deeper();
        Geometry geometry = geometry(shape);
        depth--;
        return geometry;
    }

    /** Reads one of several between commas. */
    private interface Part<T> {
        T read() throws Cql2Fault;
    }

    private <T> List<T> listed(Part<T> part) throws Cql2Fault {
        expect("(");
        List<T> parts = new ArrayList<>();
        parts.add(part.read());
        while (isSign(",")) {
            next++;
            parts.add(part.read());
        }
        expect(")");
        return parts;
    }

    private Point pointText() throws Cql2Fault {
        expect("(");
        Coordinate coordinate = coordinate();
        expect(")");
        return Cql2Functions.SHAPES.createPoint(coordinate);
    }

    private LineString lineText() throws Cql2Fault {
        Cql2Place at = peek().place();
        return Cql2Functions.line(at, listed(this::coordinate));
    }

    private Polygon polygonText() throws Cql2Fault {
        List<LinearRing> rings = listed(() -> {
            Cql2Place at = peek().place();
            return Cql2Functions.ring(at, listed(this::coordinate));
        });
        return Cql2Functions.polygon(rings);
    }

    private Coordinate coordinate() throws Cql2Fault {
        Coordinate coordinate = new Coordinate(number(), number());
        if (peek().kind() == Cql2Token.Kind.NUMBER || isSign("-") || isSign("+")) {
            number();
        }
        return coordinate;
    }

    private double number() throws Cql2Fault {
        boolean minus = isSign("-");
        if (minus || isSign("+")) {
            next++;
        }
        if (peek().kind() != Cql2Token.Kind.NUMBER) {
            throw unexpected("a number");
        }
        double number = advance().number();
        return minus ? -number : number;
    }

    // tokens

    private Cql2Token peek() {
        return tokens.get(next);
    }

    private Cql2Token advance() {
        return tokens.get(next++);
    }

    /** Takes the next token as an operator. */
    private Cql2Token operation() throws Cql2Fault {
        count(peek());
        return advance();
    }

    private void count(Cql2Token token) throws Cql2Fault {
        if (++operations > Cql2.MAX_OPERATIONS) {
            throw new Cql2Fault(token.place(), "one operator more", "at most " + Cql2.MAX_OPERATIONS);
        }
    }

    private void deeper() throws Cql2Fault {
        if (++depth > Cql2.MAX_DEPTH) {
            throw new Cql2Fault(peek().place(), "one level more", "at most " + Cql2.MAX_DEPTH + " within one another");
        }
    }

    private boolean isWord(String keyword) {
        Cql2Token token = peek();
        return token.kind() == Cql2Token.Kind.WORD && token.text().equalsIgnoreCase(keyword);
    }

    private boolean isSign(String sign) {
        Cql2Token token = peek();
        return token.kind() == Cql2Token.Kind.SIGN && token.text().equals(sign);
    }

    private void expect(String sign) throws Cql2Fault {
        if (!isSign(sign)) {
            throw unexpected(sign);
        }
        next++;
    }

    private Cql2Fault unexpected(String expected) {
        return new Cql2Fault(peek().place(), peek().quoted(), expected);
    }
}
