package dk.vandvagt.layer;

import java.io.ByteArrayOutputStream;

/**
 * A collection's properties as JSON Schema 2020-12: what can be asked of it (Queryables, OGC API – Features Part 3) and what its
 * features hold (Schemas, Part 5). Roles, order and units are written as Part 5 has them.
 */
public final class SchemaText {
    public static final String MEDIA_TYPE = "application/schema+json";

    private SchemaText() {}

    /**
     * @param url where it is served
     * @param language {@code da}, otherwise English
     */
    public static byte[] queryables(String url, String title, Schema schema, String language) {
        return write(url, title, schema, language, false);
    }

    /** The same, with the feature's id, and open to further properties. */
    public static byte[] schema(String url, String title, Schema schema, String language) {
        return write(url, title, schema, language, true);
    }

    private static byte[] write(String url, String title, Schema schema, String language, boolean ofFeatures) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        FlatJson json = new FlatJson(out)
                .open()
                .text("$schema", "https://json-schema.org/draft/2020-12/schema")
                .text("$id", url)
                .text("type", "object")
                .text("title", title)
                .open("properties");
        if (ofFeatures) {
            json.open("id").text("type", "string").text("x-ogc-role", "id").close();
        }
        json.open(Schema.GEOMETRY)
                .text("title", language.equals("da") ? "Geometri" : "Geometry")
                .text("format", format(schema.shape()))
                .text("x-ogc-role", "primary-geometry")
                .close();
        int place = 0;
        for (Property property : schema.properties()) {
            write(json, property, language, ++place);
        }
        json.close().truth("additionalProperties", ofFeatures).close().flush();
        return out.toByteArray();
    }

    private static void write(FlatJson json, Property property, String language, int place) {
        json.open(property.name())
                .text("title", language.equals("da") ? property.titleDa() : property.titleEn())
                .text("type", type(property.type()));
        if (property.type() == Property.Type.INSTANT) {
            json.text("format", "date-time");
        }
        if (!property.values().isEmpty()) {
            json.openList("enum");
            property.values().forEach(json::element);
            json.closeList();
        }
        if (property.unit() != null) {
            json.text("x-ogc-unit", property.unit());
        }
        json.whole("x-ogc-propertySeq", place).close();
    }

    private static String type(Property.Type type) {
        return switch (type) {
            case TEXT, INSTANT -> "string";
            case NUMBER -> "number";
            case WHOLE -> "integer";
            case TRUTH -> "boolean";
        };
    }

    private static String format(Schema.Shape shape) {
        return switch (shape) {
            case POINT -> "geometry-point";
            case POLYGON -> "geometry-polygon-or-multipolygon";
            case ANY -> "geometry-any";
        };
    }
}
