package dk.vandvagt.layer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.LineString;
import org.locationtech.jts.geom.LinearRing;
import org.locationtech.jts.geom.Point;
import org.locationtech.jts.geom.Polygon;

/**
 * Reads the JSON encoding of CQL2. Beside {@code {"op":"casei","args":[…]}} of the standard it reads {@code {"casei":…}} and
 * {@code {"function":…}} of its drafts.
 */
public final class Cql2Json {
    private static final ObjectMapper READER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(3 * Cql2.MAX_DEPTH)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final Set<String> ARRAY_FUNCTIONS = Set.of("a_equals", "a_contains", "a_containedby", "a_overlaps");

    private int operations;
    private int depth;

    private Cql2Json() {}

    /** @throws Cql2Fault and nothing else, whatever the text */
    public static Cql2 parse(String json) throws Cql2Fault {
        if (json.length() > Cql2.MAX_CHARACTERS) {
            throw new Cql2Fault(
                    new Cql2Place.InText(Cql2.MAX_CHARACTERS + 1),
                    json.length() + " characters",
                    "at most " + Cql2.MAX_CHARACTERS);
        }
        JsonNode root;
        try {
            root = READER.readTree(json);
        } catch (JsonProcessingException e) {
            long offset =
                    e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getCharOffset());
            throw new Cql2Fault(
                    new Cql2Place.InText((int) offset + 1), Cql2Fault.quoted(e.getOriginalMessage()), "JSON");
        }
        return new Cql2Json().expression(root, "$");
    }

    private Cql2 expression(JsonNode node, String path) throws Cql2Fault {
        Cql2Place at = new Cql2Place.InJson(path);
        if (node.isBoolean()) {
            return new Cql2.Truth(at, node.booleanValue());
        }
        if (node.isNumber()) {
            return numeral(node, path);
        }
        if (node.isTextual()) {
            return new Cql2.Text(at, node.textValue());
        }
        if (!node.isObject()) {
            throw fault(path, node, "an object, a text, a number, true or false");
        }
        if (++depth > Cql2.MAX_DEPTH) {
            throw fault(path, node, "at most " + Cql2.MAX_DEPTH + " within one another");
        }
        Cql2 read = object(node, path, at);
        depth--;
        return read;
    }

    private Cql2 object(JsonNode node, String path, Cql2Place at) throws Cql2Fault {
        if (node.has("op")) {
            return operation(node, path, at);
        }
        if (node.has("property")) {
            return new Cql2.Named(at, text(node.get("property"), path + ".property", "the name of a property"));
        }
        if (node.has("date")) {
            String text = text(node.get("date"), path + ".date", "a day");
            Long day = Rfc3339.day(text);
            if (day == null) {
                throw fault(path + ".date", node.get("date"), "a day such as \"2023-10-20\"");
            }
            return new Cql2.Day(at, day);
        }
        if (node.has("timestamp")) {
            String text = text(node.get("timestamp"), path + ".timestamp", "a timestamp");
            Long atMs = Rfc3339.timestamp(text);
            if (atMs == null) {
                throw fault(path + ".timestamp", node.get("timestamp"), "a timestamp such as \"2023-10-20T18:00:00Z\"");
            }
            return new Cql2.Timestamp(at, atMs);
        }
        if (node.has("interval")) {
            JsonNode bounds = list(node.get("interval"), path + ".interval", 2, 2);
            return new Cql2.Interval(
                    at, bound(bounds.get(0), path + ".interval[0]"), bound(bounds.get(1), path + ".interval[1]"));
        }
        if (node.has("type")) {
            return new Cql2.Shape(at, geometry(node, path));
        }
        if (node.has("bbox")) {
            return box(node.get("bbox"), path, at);
        }
        if (node.has("casei") || node.has("accenti")) {
            Cql2.Fold how = node.has("casei") ? Cql2.Fold.CASEI : Cql2.Fold.ACCENTI;
            String name = how.name().toLowerCase(Locale.ROOT);
            count(node, path);
            return new Cql2.Folded(at, how, expression(node.get(name), path + "." + name));
        }
        if (node.has("function")) {
            JsonNode name = node.get("function").path("name");
            throw Cql2Functions.unknown(at, name.isTextual() ? name.textValue() : "", false);
        }
        throw fault(
                path, node, "one of the members op, property, date, timestamp, interval, bbox, or a GeoJSON geometry");
    }

    private Cql2 operation(JsonNode node, String path, Cql2Place at) throws Cql2Fault {
        String op = text(node.get("op"), path + ".op", "an operator");
        count(node, path);
        JsonNode given = node.path("args");
        String inArgs = path + ".args";
        SpatialRelation spatial = SpatialRelation.named(op);
        if (spatial != null) {
            List<Cql2> two = args(given, inArgs, 2, 2);
            return new Cql2.Spatial(at, spatial, two.get(0), two.get(1));
        }
        TemporalRelation temporal = TemporalRelation.named(op);
        if (temporal != null) {
            List<Cql2> two = args(given, inArgs, 2, 2);
            return new Cql2.Temporal(at, temporal, two.get(0), two.get(1));
        }
        for (Cql2.Comparison how : Cql2.Comparison.values()) {
            if (how.sign.equals(op)) {
                List<Cql2> two = args(given, inArgs, 2, 2);
                return new Cql2.Compare(at, how, two.get(0), two.get(1));
            }
        }
        for (Cql2.Operator how : Cql2.Operator.values()) {
            if (how.sign.equals(op)) {
                List<Cql2> two = args(given, inArgs, 2, 2);
                return new Cql2.Arithmetic(at, how, two.get(0), two.get(1));
            }
        }
        return switch (op.toLowerCase(Locale.ROOT)) {
            case "and" -> new Cql2.And(at, args(given, inArgs, 2, Integer.MAX_VALUE));
            case "or" -> new Cql2.Or(at, args(given, inArgs, 2, Integer.MAX_VALUE));
            case "not" -> new Cql2.Not(at, args(given, inArgs, 1, 1).getFirst());
            case "isnull" -> new Cql2.IsNull(at, args(given, inArgs, 1, 1).getFirst());
            case "casei" ->
                new Cql2.Folded(at, Cql2.Fold.CASEI, args(given, inArgs, 1, 1).getFirst());
            case "accenti" ->
                new Cql2.Folded(at, Cql2.Fold.ACCENTI, args(given, inArgs, 1, 1).getFirst());
            case "like" -> {
                List<Cql2> two = args(given, inArgs, 2, 2);
                yield new Cql2.Like(at, two.get(0), two.get(1));
            }
            case "between" -> {
                List<Cql2> three = args(given, inArgs, 3, 3);
                yield new Cql2.Between(at, three.get(0), three.get(1), three.get(2));
            }
            case "in" -> {
                JsonNode two = list(given, inArgs, 2, 2);
                yield new Cql2.In(
                        at,
                        expression(two.get(0), inArgs + "[0]"),
                        args(two.get(1), inArgs + "[1]", 1, Integer.MAX_VALUE));
            }
            default ->
                throw Cql2Functions.unknown(
                        new Cql2Place.InJson(path + ".op"), op, ARRAY_FUNCTIONS.contains(op.toLowerCase(Locale.ROOT)));
        };
    }

    private List<Cql2> args(JsonNode given, String path, int fewest, int most) throws Cql2Fault {
        JsonNode items = list(given, path, fewest, most);
        List<Cql2> read = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
            read.add(expression(items.get(i), path + "[" + i + "]"));
        }
        return List.copyOf(read);
    }

    private Cql2 bound(JsonNode node, String path) throws Cql2Fault {
        Cql2Place at = new Cql2Place.InJson(path);
        Cql2 bound = node.isTextual() ? Cql2Functions.bound(at, node.textValue()) : null;
        if (bound == null && node.isObject()) {
            Cql2 read = expression(node, path);
            bound = read instanceof Cql2.Named || read instanceof Cql2.Day || read instanceof Cql2.Timestamp
                    ? read
                    : null;
        }
        if (bound == null) {
            throw fault(path, node, "a day, a timestamp, \"..\" or a property");
        }
        return bound;
    }

    private static Cql2 box(JsonNode node, String path, Cql2Place at) throws Cql2Fault {
        JsonNode items = list(node, path + ".bbox", 4, 6);
        if (items.size() == 5) {
            throw fault(path + ".bbox", node, "four numbers, or six with heights");
        }
        List<Double> numbers = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            numbers.add(number(items.get(i), path + ".bbox[" + i + "]"));
        }
        return Cql2Functions.box(at, numbers);
    }

    // what follows is GeoJSON

    private Geometry geometry(JsonNode node, String path) throws Cql2Fault {
        String type = text(node.get("type"), path + ".type", "the type of a geometry");
        JsonNode coordinates = node.path("coordinates");
        String within = path + ".coordinates";
        return switch (type) {
            case "Point" -> Cql2Functions.SHAPES.createPoint(coordinate(coordinates, within));
            case "LineString" -> line(coordinates, within);
            case "Polygon" -> polygon(coordinates, within);
            case "MultiPoint" ->
                Cql2Functions.SHAPES.createMultiPoint(
                        each(coordinates, within, (it, p) -> Cql2Functions.SHAPES.createPoint(coordinate(it, p)))
                                .toArray(Point[]::new));
            case "MultiLineString" ->
                Cql2Functions.SHAPES.createMultiLineString(
                        each(coordinates, within, Cql2Json::line).toArray(LineString[]::new));
            case "MultiPolygon" ->
                Cql2Functions.SHAPES.createMultiPolygon(
                        each(coordinates, within, Cql2Json::polygon).toArray(Polygon[]::new));
            case "GeometryCollection" ->
                Cql2Functions.SHAPES.createGeometryCollection(
                        each(node.path("geometries"), path + ".geometries", this::member)
                                .toArray(Geometry[]::new));
            default ->
                throw fault(
                        path + ".type",
                        node.get("type"),
                        "Point, LineString, Polygon, MultiPoint, MultiLineString, MultiPolygon or GeometryCollection");
        };
    }

    private Geometry member(JsonNode node, String path) throws Cql2Fault {
        if (!node.isObject() || !node.has("type")) {
            throw fault(path, node, "a GeoJSON geometry");
        }
        return geometry(node, path);
    }

    private interface Part<T> {
        T read(JsonNode node, String path) throws Cql2Fault;
    }

    private static <T> List<T> each(JsonNode node, String path, Part<T> part) throws Cql2Fault {
        JsonNode items = list(node, path, 1, Integer.MAX_VALUE);
        List<T> parts = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
            parts.add(part.read(items.get(i), path + "[" + i + "]"));
        }
        return parts;
    }

    private static LineString line(JsonNode node, String path) throws Cql2Fault {
        return Cql2Functions.line(new Cql2Place.InJson(path), each(node, path, Cql2Json::coordinate));
    }

    private static Polygon polygon(JsonNode node, String path) throws Cql2Fault {
        List<LinearRing> rings = each(
                node, path, (it, p) -> Cql2Functions.ring(new Cql2Place.InJson(p), each(it, p, Cql2Json::coordinate)));
        return Cql2Functions.polygon(rings);
    }

    private static Coordinate coordinate(JsonNode node, String path) throws Cql2Fault {
        JsonNode numbers = list(node, path, 2, 3);
        return new Coordinate(number(numbers.get(0), path + "[0]"), number(numbers.get(1), path + "[1]"));
    }

    // parts

    private static Cql2 numeral(JsonNode node, String path) throws Cql2Fault {
        return new Cql2.Numeral(new Cql2Place.InJson(path), number(node, path));
    }

    private static double number(@Nullable JsonNode node, String path) throws Cql2Fault {
        double value = node != null && node.isNumber() ? node.doubleValue() : Double.NaN;
        if (!Double.isFinite(value)) {
            throw fault(path, node, "a number");
        }
        return value;
    }

    private static String text(@Nullable JsonNode node, String path, String expected) throws Cql2Fault {
        if (node == null || !node.isTextual()) {
            throw fault(path, node, expected);
        }
        return node.textValue();
    }

    private static JsonNode list(JsonNode node, String path, int fewest, int most) throws Cql2Fault {
        if (!node.isArray() || node.size() < fewest || node.size() > most) {
            String count = fewest == most ? "exactly " + fewest : "at least " + fewest;
            throw fault(path, node, "a list of " + count);
        }
        return node;
    }

    private void count(JsonNode node, String path) throws Cql2Fault {
        if (++operations > Cql2.MAX_OPERATIONS) {
            throw fault(path, node, "at most " + Cql2.MAX_OPERATIONS + " operators");
        }
    }

    private static Cql2Fault fault(String path, @Nullable JsonNode node, String expected) {
        String found = node == null || node.isMissingNode() ? "nothing" : Cql2Fault.quoted(head(node));
        return new Cql2Fault(new Cql2Place.InJson(path), found, expected);
    }

    private static String head(JsonNode node) {
        if (node.isObject()) {
            List<String> names = new ArrayList<>();
            node.fieldNames().forEachRemaining(names::add);
            return "an object of " + names;
        }
        return node.isArray() ? "a list of " + node.size() : node.asText();
    }
}
