package dk.vandvagt.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dk.vandvagt.layer.LayerInfo;
import dk.vandvagt.layer.Layers;
import dk.vandvagt.layer.Property;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The API described as OpenAPI 3.0: a file beside the page, in which what is said of {@code {collectionId}} is said of each collection,
 * with its own properties.
 */
final class Description {
    static final String MEDIA_TYPE = "application/vnd.oai.openapi+json;version=3.0";
    private static final String PLACE_OF_ID = "{collectionId}";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<LayerInfo> infos;
    private final Set<String> byLevel;
    /** Put together when it is first asked for: it takes longer than a start should. */
    private @Nullable Future<Buffer> openapi;

    /** @param byLevel ids of those that can be asked for a level of the sea */
    Description(List<LayerInfo> infos, Set<String> byLevel) {
        this.infos = List.copyOf(infos);
        this.byLevel = Set.copyOf(byLevel);
    }

    private Buffer document() {
        ObjectNode document = read();
        ObjectNode paths = JSON.createObjectNode();
        for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
            if (!path.getKey().contains(PLACE_OF_ID)) {
                paths.set(path.getKey(), path.getValue());
                continue;
            }
            // a drill has what every service has: nothing else is made of it
            for (LayerInfo info : path.getKey().startsWith("/exercise/") ? Layers.infos() : infos) {
                paths.set(
                        path.getKey().replace(PLACE_OF_ID, info.id()),
                        of(info, path.getKey(), path.getValue(), byLevel.contains(info.id())));
            }
        }
        document.set("paths", paths);
        ObjectNode components = (ObjectNode) document.path("components");
        for (LayerInfo info : infos) {
            describe(info, components);
        }
        return Buffer.buffer(document.toPrettyString());
    }

    private static ObjectNode of(LayerInfo info, String path, JsonNode template, boolean byLevel) {
        ObjectNode item = template.deepCopy();
        for (Map.Entry<String, JsonNode> method : item.properties()) {
            ObjectNode operation = (ObjectNode) method.getValue();
            String id = operation.path("operationId").asText();
            operation.put("operationId", id + capital(info.id()));
            operation.put(
                    "summary",
                    operation.path("summary").asText() + ": " + info.title().en());
            ArrayNode parameters = JSON.createArrayNode();
            for (JsonNode parameter : operation.path("parameters")) {
                if (!parameter.path("name").asText().equals("collectionId")) {
                    parameters.add(parameter);
                }
            }
            if (path.endsWith("/items") && byLevel) {
                parameters.addObject().put("$ref", "#/components/parameters/level");
            }
            if (path.endsWith("/items")) {
                for (Property property : info.schema().own()) {
                    parameters.addObject().put("$ref", "#/components/parameters/" + name(info, property));
                }
            }
            operation.set("parameters", parameters);
            for (JsonNode response : operation.path("responses")) {
                JsonNode schema = response.at("/content/application~1geo+json/schema");
                String ref = schema.path("$ref").asText();
                if (ref.endsWith("/feature") || ref.endsWith("/featureCollection")) {
                    ((ObjectNode) schema).put("$ref", ref + capital(info.id()));
                }
            }
        }
        return item;
    }

    /** One parameter a property, and what its features and their collection look like. */
    private static void describe(LayerInfo info, ObjectNode components) {
        ObjectNode properties = JSON.createObjectNode();
        for (Property property : info.schema().properties()) {
            ObjectNode schema = schema(property);
            properties.set(
                    property.name(), schema.deepCopy().put("nullable", true).put("description", title(property)));
            ((ObjectNode) components.path("parameters"))
                    .putObject(name(info, property))
                    .put("name", property.name())
                    .put("in", "query")
                    .put("required", false)
                    .put("description", title(property) + ": exactly that")
                    .set("schema", schema);
        }
        ObjectNode schemas = (ObjectNode) components.path("schemas");
        ObjectNode feature = schemas.path("feature").deepCopy();
        ObjectNode members = (ObjectNode) feature.path("properties");
        JsonNode described = schemas.path(info.id().replaceAll("s$", "") + "Properties");
        if (described.isMissingNode()) {
            members.putObject("properties").put("type", "object").set("properties", properties);
        } else {
            members.putObject("properties")
                    .put("$ref", "#/components/schemas/" + info.id().replaceAll("s$", "") + "Properties");
        }
        schemas.set("feature" + capital(info.id()), feature);
        ObjectNode collection = schemas.path("featureCollection").deepCopy();
        ((ObjectNode) collection.at("/properties/features/items"))
                .put("$ref", "#/components/schemas/feature" + capital(info.id()));
        schemas.set("featureCollection" + capital(info.id()), collection);
    }

    private static ObjectNode schema(Property property) {
        ObjectNode schema = JSON.createObjectNode();
        switch (property.type()) {
            case TEXT -> schema.put("type", "string");
            case NUMBER -> schema.put("type", "number");
            case WHOLE -> schema.put("type", "integer").put("format", "int64");
            case TRUTH -> schema.put("type", "boolean");
            case INSTANT -> schema.put("type", "string").put("format", "date-time");
        }
        if (!property.values().isEmpty()) {
            ArrayNode values = schema.putArray("enum");
            property.values().forEach(values::add);
        }
        return schema;
    }

    private static String title(Property property) {
        return property.unit() == null ? property.titleEn() : property.titleEn() + ", " + property.unit();
    }

    private static String name(LayerInfo info, Property property) {
        return info.id() + "." + property.name();
    }

    /** {@code threshold-events} makes {@code ThresholdEvents}. */
    private static String capital(String id) {
        List<String> parts = new ArrayList<>();
        for (String part : id.split("-", -1)) {
            parts.add(part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1));
        }
        return String.join("", parts);
    }

    void answer(RoutingContext request) {
        Parameters parameters = Parameters.of(request);
        boolean html = Documents.html(request, parameters);
        parameters.end();
        Future<Buffer> described = openapi;
        if (described == null) {
            described = request.vertx().executeBlocking(this::document).map(Objects::requireNonNull);
            openapi = described;
        }
        described.onFailure(request::fail).onSuccess(json -> {
            request.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-cache").putHeader(HttpHeaders.VARY, "Accept");
            if (html) {
                Answers.send(request, 200, Documents.HTML, Documents.page("The API", json.getBytes(), null));
            } else {
                Answers.send(request, 200, MEDIA_TYPE, json);
            }
        });
    }

    private static ObjectNode read() {
        try (InputStream file = Description.class.getResourceAsStream("/web/openapi.json")) {
            if (file == null) {
                throw new IllegalStateException("web/openapi.json is not on the class path");
            }
            return (ObjectNode) JSON.readTree(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
