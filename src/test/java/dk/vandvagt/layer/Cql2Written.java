package dk.vandvagt.layer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryCollection;
import org.locationtech.jts.geom.LineString;
import org.locationtech.jts.geom.Point;
import org.locationtech.jts.geom.Polygon;

/** Conditions written down again: as text with every parenthesis, and as JSON. */
final class Cql2Written {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Cql2Written() {}

    static String text(Cql2 node) {
        return switch (node) {
            case Cql2.And it -> joined(it.all(), " AND ");
            case Cql2.Or it -> joined(it.any(), " OR ");
            case Cql2.Not it -> "(NOT " + text(it.negated()) + ")";
            case Cql2.Compare it -> "(" + text(it.left()) + it.how().sign + text(it.right()) + ")";
            case Cql2.Like it -> "(" + text(it.value()) + " LIKE " + text(it.pattern()) + ")";
            case Cql2.Between it ->
                "(" + text(it.value()) + " BETWEEN " + text(it.low()) + " AND " + text(it.high()) + ")";
            case Cql2.In it ->
                "(" + text(it.value()) + " IN ("
                        + it.list().stream().map(Cql2Written::text).collect(Collectors.joining(",")) + "))";
            case Cql2.IsNull it -> "(" + text(it.value()) + " IS NULL)";
            case Cql2.Spatial it -> it.how() + "(" + text(it.left()) + "," + text(it.right()) + ")";
            case Cql2.Temporal it -> it.how() + "(" + text(it.left()) + "," + text(it.right()) + ")";
            case Cql2.Arithmetic it -> "(" + text(it.left()) + " " + it.how().sign + " " + text(it.right()) + ")";
            case Cql2.Folded it -> it.how() + "(" + text(it.value()) + ")";
            case Cql2.Named it -> '"' + it.property().replace("\"", "\"\"") + '"';
            case Cql2.Text it -> "'" + it.value().replace("\\", "\\\\").replace("'", "''") + "'";
            case Cql2.Numeral it -> Double.toString(it.value());
            case Cql2.Truth it -> Boolean.toString(it.value()).toUpperCase(Locale.ROOT);
            case Cql2.Day it -> "DATE('" + LocalDate.ofEpochDay(it.epochDay()) + "')";
            case Cql2.Timestamp it -> "TIMESTAMP('" + FlatJson.rfc3339(it.atMs()) + "')";
            case Cql2.Interval it -> "INTERVAL(" + bound(it.from()) + "," + bound(it.to()) + ")";
            case Cql2.Open ignored -> "'..'";
            case Cql2.Shape it -> it.geometry().toText();
            case Cql2.Bbox it -> "BBOX(" + it.low1() + "," + it.low2() + "," + it.high1() + "," + it.high2() + ")";
        };
    }

    private static String joined(List<Cql2> nodes, String between) {
        return nodes.stream().map(Cql2Written::text).collect(Collectors.joining(between, "(", ")"));
    }

    private static String bound(Cql2 node) {
        return switch (node) {
            case Cql2.Day it -> "'" + LocalDate.ofEpochDay(it.epochDay()) + "'";
            case Cql2.Timestamp it -> "'" + FlatJson.rfc3339(it.atMs()) + "'";
            default -> text(node);
        };
    }

    static String json(Cql2 node) {
        try {
            return new ObjectMapper().writeValueAsString(tree(node));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode tree(Cql2 node) {
        return switch (node) {
            case Cql2.And it -> op("and", it.all().toArray(Cql2[]::new));
            case Cql2.Or it -> op("or", it.any().toArray(Cql2[]::new));
            case Cql2.Not it -> op("not", it.negated());
            case Cql2.Compare it -> op(it.how().sign, it.left(), it.right());
            case Cql2.Like it -> op("like", it.value(), it.pattern());
            case Cql2.Between it -> op("between", it.value(), it.low(), it.high());
            case Cql2.In it -> {
                ObjectNode in = op("in", it.value());
                ArrayNode list = ((ArrayNode) in.get("args")).addArray();
                it.list().forEach(item -> list.add(tree(item)));
                yield in;
            }
            case Cql2.IsNull it -> op("isNull", it.value());
            case Cql2.Spatial it -> op(it.how().name().toLowerCase(Locale.ROOT), it.left(), it.right());
            case Cql2.Temporal it -> op(it.how().name().toLowerCase(Locale.ROOT), it.left(), it.right());
            case Cql2.Arithmetic it -> op(it.how().sign, it.left(), it.right());
            case Cql2.Folded it -> op(it.how().name().toLowerCase(Locale.ROOT), it.value());
            case Cql2.Named it -> JSON.objectNode().put("property", it.property());
            case Cql2.Text it -> JSON.textNode(it.value());
            case Cql2.Numeral it -> JSON.numberNode(it.value());
            case Cql2.Truth it -> JSON.booleanNode(it.value());
            case Cql2.Day it ->
                JSON.objectNode()
                        .put("date", LocalDate.ofEpochDay(it.epochDay()).toString());
            case Cql2.Timestamp it ->
                JSON.objectNode()
                        .put("timestamp", Instant.ofEpochMilli(it.atMs()).toString());
            case Cql2.Interval it -> {
                ObjectNode interval = JSON.objectNode();
                interval.putArray("interval").add(jsonBound(it.from())).add(jsonBound(it.to()));
                yield interval;
            }
            case Cql2.Open ignored -> JSON.textNode("..");
            case Cql2.Shape it -> geometry(it.geometry());
            case Cql2.Bbox it -> {
                ObjectNode box = JSON.objectNode();
                box.putArray("bbox")
                        .add(it.low1())
                        .add(it.low2())
                        .add(it.high1())
                        .add(it.high2());
                yield box;
            }
        };
    }

    private static JsonNode jsonBound(Cql2 node) {
        return switch (node) {
            case Cql2.Day it ->
                JSON.textNode(LocalDate.ofEpochDay(it.epochDay()).toString());
            case Cql2.Timestamp it ->
                JSON.textNode(Instant.ofEpochMilli(it.atMs()).toString());
            default -> tree(node);
        };
    }

    private static ObjectNode op(String op, Cql2... args) {
        ObjectNode node = JSON.objectNode().put("op", op);
        ArrayNode list = node.putArray("args");
        for (Cql2 arg : args) {
            list.add(tree(arg));
        }
        return node;
    }

    private static ObjectNode geometry(Geometry geometry) {
        ObjectNode node = JSON.objectNode().put("type", geometry.getGeometryType());
        if (geometry.getClass() == GeometryCollection.class) {
            ArrayNode members = node.putArray("geometries");
            for (int i = 0; i < geometry.getNumGeometries(); i++) {
                members.add(geometry(geometry.getGeometryN(i)));
            }
        } else {
            node.set("coordinates", coordinates(geometry));
        }
        return node;
    }

    private static ArrayNode coordinates(Geometry geometry) {
        return switch (geometry) {
            case Point it -> position(it.getCoordinate());
            case LineString it -> {
                ArrayNode line = JSON.arrayNode();
                for (Coordinate each : it.getCoordinates()) {
                    line.add(position(each));
                }
                yield line;
            }
            case Polygon it -> {
                ArrayNode rings = JSON.arrayNode().add(coordinates(it.getExteriorRing()));
                for (int i = 0; i < it.getNumInteriorRing(); i++) {
                    rings.add(coordinates(it.getInteriorRingN(i)));
                }
                yield rings;
            }
            default -> {
                ArrayNode members = JSON.arrayNode();
                for (int i = 0; i < geometry.getNumGeometries(); i++) {
                    members.add(coordinates(geometry.getGeometryN(i)));
                }
                yield members;
            }
        };
    }

    private static ArrayNode position(Coordinate coordinate) {
        return JSON.arrayNode().add(coordinate.x).add(coordinate.y);
    }
}
