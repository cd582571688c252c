package dk.vandvagt.layer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchemaTextTest {
    private static JsonNode read(byte[] json) throws IOException {
        return new ObjectMapper().readTree(json);
    }

    @Test
    void shouldGiveEveryPropertyItsTypeUnitAndTitleInTheLanguageAsked() throws IOException {
        Schema schema = new Schema(
                Schema.Shape.POINT,
                List.of(
                        Property.of("levelM", Property.Type.NUMBER, "Level", "Vandstand", "m"),
                        Property.of("severity", Property.Type.WHOLE, "Severity", "Alvor"),
                        Property.of("stale", Property.Type.TRUTH, "Stale", "Forældet"),
                        Property.of("observedAt", Property.Type.INSTANT, "Observed", "Målt"),
                        Property.oneOf("severityColor", "Colour", "Farve", List.of("yellow", "red"))));

        JsonNode da = read(SchemaText.queryables("http://x/collections/stations/queryables", "Målere", schema, "da"));

        assertThat(da.path("$schema").textValue()).isEqualTo("https://json-schema.org/draft/2020-12/schema");
        assertThat(da.path("$id").textValue()).isEqualTo("http://x/collections/stations/queryables");
        assertThat(da.path("type").textValue()).isEqualTo("object");
        assertThat(da.path("title").textValue()).isEqualTo("Målere");
        assertThat(da.path("additionalProperties").booleanValue()).isFalse();
        assertThat(da.path("properties").toString())
                .startsWith(
                        "{\"geometry\":{\"title\":\"Geometri\",\"format\":\"geometry-point\",\"x-ogc-role\":\"primary-geometry\"},"
                                + "\"levelM\":{\"title\":\"Vandstand\",\"type\":\"number\",\"x-ogc-unit\":\"m\",\"x-ogc-propertySeq\":1},"
                                + "\"severity\":{\"title\":\"Alvor\",\"type\":\"integer\",\"x-ogc-propertySeq\":2},"
                                + "\"stale\":{\"title\":\"Forældet\",\"type\":\"boolean\",\"x-ogc-propertySeq\":3},"
                                + "\"observedAt\":{\"title\":\"Målt\",\"type\":\"string\",\"format\":\"date-time\",\"x-ogc-propertySeq\":4},"
                                + "\"severityColor\":{\"title\":\"Farve\",\"type\":\"string\",\"enum\":[\"yellow\",\"red\"],\"x-ogc-propertySeq\":5},");
        assertThat(read(SchemaText.queryables("u", "t", schema, "en"))
                        .at("/properties/levelM/title")
                        .textValue())
                .isEqualTo("Level");
    }

    @Test
    void shouldNameTheIdOfAFeatureInItsSchemaButNotAsAQueryable() throws IOException {
        Schema schema = new Schema(Schema.Shape.POLYGON, List.of());
        assertThat(read(SchemaText.schema("u", "t", schema, "en"))
                        .at("/properties/id/x-ogc-role")
                        .textValue())
                .isEqualTo("id");
        assertThat(read(SchemaText.queryables("u", "t", schema, "en"))
                        .at("/properties")
                        .has("id"))
                .isFalse();
        assertThat(read(SchemaText.queryables("u", "t", schema, "en"))
                        .at("/properties/geometry/format")
                        .textValue())
                .isEqualTo("geometry-polygon-or-multipolygon");
    }
}
