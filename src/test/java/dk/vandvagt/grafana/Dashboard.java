package dk.vandvagt.grafana;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A dashboard of {@code grafana/dashboards} and all that it asks of a data source. */
record Dashboard(String file, JsonNode json) {
    static final Path FOLDER = Path.of("grafana", "dashboards");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration SHORTEST_STEP = Duration.ofMinutes(1);

    /**
     * @param of names it for people
     * @param minStep finest step its panel asks for
     */
    record Query(String of, JsonNode target, Duration minStep) {
        boolean isSql() {
            return target.has("rawSql");
        }

        String text() {
            return target.path(isSql() ? "rawSql" : "expr").asText();
        }
    }

    static List<Dashboard> all() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<Dashboard> all = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                all.add(new Dashboard(file.getFileName().toString(), JSON.readTree(file.toFile())));
            }
            return all;
        }
    }

    List<JsonNode> panels() {
        return list(json.path("panels"));
    }

    List<JsonNode> annotations() {
        return list(json.path("annotations").path("list"));
    }

    /** By name, in the order in which they rest on each other. */
    Map<String, JsonNode> variables() {
        Map<String, JsonNode> all = new LinkedHashMap<>();
        list(json.path("templating").path("list"))
                .forEach(each -> all.put(each.path("name").asText(), each));
        return all;
    }

    /** Of panels and annotations; those of variables are asked first, in order. */
    List<Query> queries() {
        List<Query> all = new ArrayList<>();
        for (JsonNode panel : panels()) {
            for (JsonNode target : list(panel.path("targets"))) {
                all.add(new Query(
                        file + ", " + panel.path("title").asText() + ", "
                                + target.path("refId").asText(),
                        target,
                        panel.has("interval") ? span(panel.path("interval").asText()) : SHORTEST_STEP));
            }
        }
        for (JsonNode annotation : annotations()) {
            all.add(new Query(
                    file + ", annotation " + annotation.path("name").asText(),
                    annotation.path("target"),
                    SHORTEST_STEP));
        }
        return all;
    }

    /** How far back it looks where nobody chose otherwise. */
    Duration span() {
        String from = json.path("time").path("from").asText();
        return span(from.substring("now-".length()));
    }

    /** As Grafana writes spans: {@code 5m}, {@code 24h}, {@code 7d}. */
    static Duration span(String text) {
        long n = Long.parseLong(text.substring(0, text.length() - 1));
        return switch (text.charAt(text.length() - 1)) {
            case 's' -> Duration.ofSeconds(n);
            case 'm' -> Duration.ofMinutes(n);
            case 'h' -> Duration.ofHours(n);
            case 'd' -> Duration.ofDays(n);
            default -> throw new IllegalArgumentException(text);
        };
    }

    static List<JsonNode> list(JsonNode array) {
        List<JsonNode> all = new ArrayList<>();
        array.forEach(all::add);
        return all;
    }

    @Override
    public String toString() {
        return file;
    }
}
