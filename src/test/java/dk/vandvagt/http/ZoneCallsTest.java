package dk.vandvagt.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dk.vandvagt.layer.Crs;
import dk.vandvagt.layer.Shore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ZoneCallsTest {
    private static final String ZONE =
            "{\"type\":\"Feature\",\"properties\":{\"name\":\"Havnen\",\"buildings\":4},\"geometry\":{\"type\":\"Polygon\","
                    + "\"coordinates\":[[[9.88,55.26],[9.90,55.26],[9.90,55.28],[9.88,55.26]]]}}";

    private Serving serving;

    @BeforeEach
    void serve() throws Exception {
        serving = Serving.withZones(Shore.silent(Shore.assens()));
    }

    @AfterEach
    void stop() throws Exception {
        serving.close();
    }

    @Test
    void shouldMakeReplaceAndDeleteAZone() throws IOException {
        HttpResponse<String> made = call("POST", "/zones", ZONE, Serving.PLANNER_TOKEN);

        assertThat(made.statusCode()).isEqualTo(201);
        String id = json(made).at("/zones/0/id").asText();
        assertThat(made.headers().firstValue("Location")).hasValue("/collections/zones/items/" + id);
        await().until(() -> serving.status("/collections/zones/items/" + id) == 200);
        String changed = ZONE.replace("Havnen", "Marinaen");
        assertThat(call("PUT", "/zones/" + id, changed, Serving.PLANNER_TOKEN).statusCode())
                .isEqualTo(200);
        await().until(() -> json(serving.get("/collections/zones/items/" + id))
                .at("/properties/name")
                .asText()
                .equals("Marinaen"));
        assertThat(call("DELETE", "/zones/" + id, "", Serving.PLANNER_TOKEN).statusCode())
                .isEqualTo(204);
        await().until(() -> serving.status("/collections/zones/items/" + id) == 404);
        assertThat(call("DELETE", "/zones/" + id, "", Serving.PLANNER_TOKEN).statusCode())
                .isEqualTo(404);
        assertThat(call("PUT", "/zones/" + id, changed, Serving.PLANNER_TOKEN).statusCode())
                .isEqualTo(404);
    }

    @Test
    void shouldOpenToPlannersOnly() {
        assertThat(call("POST", "/zones", ZONE, null).statusCode()).isEqualTo(401);
        assertThat(call("POST", "/zones", ZONE, Serving.TOKEN).statusCode()).isEqualTo(401);
        assertThat(call("DELETE", "/zones/x", "", Serving.TOKEN).statusCode()).isEqualTo(401);
        assertThat(call("POST", "/reload", "{\"by\":\"P\"}", Serving.PLANNER_TOKEN)
                        .statusCode())
                .isEqualTo(401);
        assertThat(serving.zones.all()).isEmpty();
    }

    @Test
    void shouldTakeBuildingsForTheZonesToCount() throws IOException {
        String collection = "{\"type\":\"FeatureCollection\",\"features\":[%s]}";
        String house = ZONE.replace(
                "[[[9.88,55.26],[9.90,55.26],[9.90,55.28],[9.88,55.26]]]",
                "[[[9.89,55.262],[9.8902,55.262],[9.8902,55.2621],[9.89,55.262]]]");
        call("POST", "/zones", ZONE.replace(",\"buildings\":4", ""), Serving.PLANNER_TOKEN);
        assertThat(call("PUT", "/buildings", collection.formatted(house), Serving.TOKEN)
                        .statusCode())
                .isEqualTo(401);

        HttpResponse<String> put = call("PUT", "/buildings", collection.formatted(house), Serving.PLANNER_TOKEN);

        assertThat(put.body()).isEqualTo("{\"buildings\":1}");
        await().until(() -> buildings().equals("1"));
        assertThat(call("PUT", "/buildings", collection.formatted("{}"), Serving.PLANNER_TOKEN)
                        .body())
                .contains("bad-building", "features[0].type");
        assertThat(buildings()).isEqualTo("1");
        assertThat(call("DELETE", "/buildings", "", Serving.PLANNER_TOKEN).statusCode())
                .isEqualTo(204);
        await().until(() -> buildings().equals("null"));
    }

    private String buildings() throws IOException {
        return json(serving.get("/collections/zones/items"))
                .at("/features/0/properties/buildings")
                .asText();
    }

    @Test
    void shouldTellWhereTheFaultIs() throws IOException {
        HttpResponse<String> refused =
                call("POST", "/zones", ZONE.replace("9.90,55.28", "9.90,75.28"), Serving.PLANNER_TOKEN);

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(json(refused).get("parameter").asText()).isEqualTo("geometry.coordinates[0][2]");
        assertThat(json(refused).get("found").asText()).contains("75.28");
        assertThat(json(refused).get("type").asText()).isEqualTo("urn:vandvagt:problem:bad-zone");
    }

    @Test
    void shouldBeToldTheSystemByHeaderOrParameter() throws IOException {
        String swapped = ZONE.replaceAll("\\[([0-9.]+),([0-9.]+)]", "[$2,$1]");
        String uri = Crs.EPSG_4326.uri();

        assertThat(call("POST", "/zones", swapped, Serving.PLANNER_TOKEN).statusCode())
                .isEqualTo(400);
        assertThat(call("POST", "/zones?crs=" + uri, swapped, Serving.PLANNER_TOKEN)
                        .statusCode())
                .isEqualTo(201);
        assertThat(call("POST", "/zones", swapped, Serving.PLANNER_TOKEN, "Content-Crs", "<" + uri + ">")
                        .statusCode())
                .isEqualTo(201);
        assertThat(json(call(
                                "POST",
                                "/zones?crs=" + Crs.CRS84.uri(),
                                swapped,
                                Serving.PLANNER_TOKEN,
                                "Content-Crs",
                                "<" + uri + ">"))
                        .get("parameter")
                        .asText())
                .isEqualTo("Content-Crs");
        assertThat(call("POST", "/zones", ZONE, Serving.PLANNER_TOKEN, "Content-Crs", "<urn:nonsense>")
                        .statusCode())
                .isEqualTo(400);
    }

    private HttpResponse<String> call(
            String method, String path, String body, @Nullable String token, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + serving.room.port() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .header("Content-Type", "application/geo+json");
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return serving.send(request.build());
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        return new ObjectMapper().readTree(answer.body());
    }
}
