package dk.vandvagt.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Asks for every address in the description of the API, with parameters that are as it describes them and with others: whatever comes must
 * be an answer that it describes, and never a fault of the service. {@code -Dvandvagt.asks=N} asks more, {@code -Dvandvagt.seed=S} the same.
 */
final class ApiFuzzTest {
    private static final int ASKS = Integer.getInteger("vandvagt.asks", 1500);
    private static final long SEED = Long.getLong("vandvagt.seed", 20_231_020);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String[] HOSTILE = {
        "",
        " ",
        "-1",
        "0",
        "1e400",
        "NaN",
        "%",
        "'",
        "\"",
        "\u0000",
        "../..",
        "{}",
        "[]",
        "null",
        "æøå",
        "🌊",
        "x".repeat(3000),
        "1,2,3,4",
        "180,90,-180,-90",
        "2023-10-20T12:00:00Z",
        "../..",
        "2023-10-20T12:00:00Z/..",
        "severity >= 2",
        "NOT (name LIKE '%' OR 1=1)",
        "S_INTERSECTS(geometry,BBOX(9,55,10,56))",
        "((((((((((",
        "{\"op\":\"=\",\"args\":[{\"property\":\"name\"},\"x\"]}",
        "-levelM,name"
    };

    private Serving serving;

    @BeforeEach
    void start() throws Exception {
        serving = Serving.withAllLayers(Serving.noon());
        await().until(() -> serving.json("/collections").get("collections").size() == 8);
    }

    @AfterEach
    void stop() throws Exception {
        serving.close();
    }

    private record Call(String path, JsonNode operation) {}

    @Test
    void shouldAnswerAsItDescribesWhateverIsAsked() throws Exception {
        System.out.println("ApiFuzzTest: asks=" + ASKS + " seed=" + SEED);
        Random random = new Random(SEED);
        JsonNode api = serving.json("/api");
        List<Call> calls = new ArrayList<>();
        for (var path : api.get("paths").properties()) {
            JsonNode get = path.getValue().get("get");
            // a live stream does not end; CAP and subscriptions are off here
            if (get != null && !path.getKey().matches(".*/live|/metrics|/cap/.*|/subscriptions.*|/deliveries.*")) {
                calls.add(new Call(path.getKey(), get));
            }
        }
        int good = 0;
        for (int i = 0; i < ASKS; i++) {
            Call call = calls.get(random.nextInt(calls.size()));
            String address = address(api, call, random);
            HttpResponse<String> answer = serving.get(address);
            JsonNode described = call.operation().get("responses").path(String.valueOf(answer.statusCode()));
            assertThat(answer.statusCode()).as("%s (seed %d)", address, SEED).isLessThan(500);
            assertThat(described.isMissingNode())
                    .as("%s answers %d, which is not described (seed %d)", address, answer.statusCode(), SEED)
                    .isFalse();
            if (answer.statusCode() == 200) {
                good++;
                String type =
                        answer.headers().firstValue("content-type").orElse("").replaceFirst(";\\s*charset=.*", "");
                List<String> types = new ArrayList<>();
                described.path("content").fieldNames().forEachRemaining(types::add);
                assertThat(types.stream().map(each -> each.replaceFirst(";\\s*charset=.*", "")))
                        .as("%s (seed %d)", address, SEED)
                        .contains(type);
                if (type.endsWith("json")) {
                    JSON.readTree(answer.body());
                }
            } else {
                assertThat(answer.headers().firstValue("content-type"))
                        .as("%s (seed %d)", address, SEED)
                        .hasValue("application/problem+json");
            }
        }
        // otherwise it has only been refused
        assertThat(good).isGreaterThan(ASKS / 10);
    }

    private static String address(JsonNode api, Call call, Random random) {
        String path = call.path();
        StringBuilder query = new StringBuilder();
        boolean sound = random.nextInt(3) > 0;
        int most = random.nextInt(4);
        int given = 0;
        List<JsonNode> parameters = new ArrayList<>();
        for (JsonNode each : call.operation().path("parameters")) {
            parameters.add(each.has("$ref") ? api.at(each.get("$ref").asText().substring(1)) : each);
        }
        java.util.Collections.shuffle(parameters, random);
        for (JsonNode parameter : parameters) {
            String name = parameter.get("name").asText();
            if (parameter.get("in").asText().equals("path")) {
                String value = switch (name) {
                    case "featureId", "stationId" -> "ASS-HAVN";
                    case "sensorId" -> "ASS-HAVN-W";
                    default -> value(parameter.get("schema"), random);
                };
                path = path.replace("{" + name + "}", encoded(sound || random.nextBoolean() ? value : hostile(random)));
            } else if (parameter.get("in").asText().equals("query") && given < most) {
                given++;
                String value = sound || random.nextBoolean() ? value(parameter.get("schema"), random) : hostile(random);
                query.append(query.isEmpty() ? '?' : '&')
                        .append(encoded(name))
                        .append('=')
                        .append(encoded(value));
            }
        }
        return path.replaceAll("[{}]", "") + query;
    }

    private static String value(JsonNode schema, Random random) {
        if (schema.has("enum")) {
            return schema.get("enum")
                    .get(random.nextInt(schema.get("enum").size()))
                    .asText();
        }
        return switch (schema.path("type").asText()) {
            case "integer" -> String.valueOf(schema.path("minimum").asInt(0) + random.nextInt(20));
            case "number" -> String.valueOf(Math.round(random.nextGaussian() * 100) / 100.0);
            case "boolean" -> String.valueOf(random.nextBoolean());
            case "array" ->
                schema.path("items").path("type").asText().equals("number") ? "9,55,10,56" : "name,severity";
            default -> schema.path("format").asText().equals("date-time") ? "2023-10-20T11:50:00Z" : hostile(random);
        };
    }

    private static String hostile(Random random) {
        return HOSTILE[random.nextInt(HOSTILE.length)];
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
