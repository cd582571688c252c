package dk.vandvagt.grafana;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Each dashboard by itself: what Grafana would ignore, draw over another, or find no data source for. */
class DashboardsTest {
    private static final Path PROVISIONING = Path.of("grafana", "provisioning");
    private static final Set<String> FREE_UNITS = Set.of("suffix", "prefix", "time");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)");
    private static final Pattern DASHBOARD = Pattern.compile("/d/([\\w-]+)");
    private static final Pattern FIELD = Pattern.compile("__data\\.fields\\.(\\w+)");
    private static final int COLUMNS = 24;

    private final JsonNode known;
    private final List<String> faults = new ArrayList<>();

    DashboardsTest() throws IOException {
        known = new ObjectMapper()
                .readTree(Path.of("src", "test", "resources", "grafana", "fields.json")
                        .toFile());
    }

    static List<Dashboard> dashboards() throws IOException {
        return Dashboard.all();
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void shouldHoldNoFieldAndNoValueThatGrafanaDoesNotKnow(Dashboard dashboard) {
        walk(dashboard.file(), dashboard.json(), "Dashboard");
        for (JsonNode panel : dashboard.panels()) {
            String at = dashboard.file() + ", " + panel.path("title").asText();
            String type = panel.path("type").asText().replace("-", "");
            walk(at, panel, "Panel");
            walk(at + ", options", panel.path("options"), type + ".options");
            JsonNode defaults = panel.path("fieldConfig").path("defaults");
            walk(at + ", custom", defaults.path("custom"), type + ".custom");
            unit(at, defaults.path("unit").asText());
            for (JsonNode target : panel.path("targets")) {
                walk(at + ", target", target, target.has("rawSql") ? "Sql" : "Prom");
            }
            for (JsonNode override : panel.path("fieldConfig").path("overrides")) {
                override.path("properties").forEach(property -> override(at, property, type));
            }
        }
        assertThat(faults).isEmpty();
    }

    private void walk(String at, JsonNode value, String type) {
        JsonNode fields = known.path("types").path(type);
        if (value.isMissingNode() || value.isNull()) {
            return;
        }
        if (fields.isMissingNode()) {
            faults.add(at + ": no type " + type);
            return;
        }
        value.properties().forEach(field -> {
            JsonNode expected = fields.path(field.getKey());
            String there = at + "." + field.getKey();
            if (expected.isMissingNode()) {
                faults.add(there + " is no field of " + type);
            } else if (field.getValue().isArray()) {
                field.getValue().forEach(each -> check(there, each, expected));
            } else {
                check(there, field.getValue(), expected);
            }
        });
    }

    private void check(String at, JsonNode value, JsonNode expected) {
        if (expected.isArray()) {
            if (!Dashboard.list(expected).contains(value)) {
                faults.add(at + " is " + value + ", expected one of " + expected);
            }
        } else if (expected.asText().isEmpty()) {
            if (value.isContainerNode()) {
                faults.add(at + " holds fields, expected a plain value");
            }
        } else if (!expected.asText().equals("*")) {
            walk(at, value, expected.asText());
        }
    }

    private void override(String at, JsonNode property, String type) {
        String id = property.path("id").asText();
        String there = at + ", override " + id;
        if (id.equals("unit")) {
            unit(there, property.path("value").asText());
        }
        String owner = id.startsWith("custom.") ? type + ".custom" : "FieldConfigSource.defaults";
        JsonNode expected = known.path("types").path(owner).path(id.replace("custom.", ""));
        if (expected.isMissingNode()) {
            faults.add(there + " is no field of " + owner);
        } else if (property.path("value").isArray()) {
            property.path("value").forEach(each -> check(there, each, expected));
        } else {
            check(there, property.path("value"), expected);
        }
    }

    private void unit(String at, String unit) {
        boolean free = unit.contains(":") && FREE_UNITS.contains(unit.substring(0, unit.indexOf(':')));
        if (!free
                && Dashboard.list(known.path("units")).stream()
                        .noneMatch(each -> each.asText().equals(unit))) {
            faults.add(at + ": no unit '" + unit + "'");
        }
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void shouldSayOfEachPanelWhatItIsAndLetNoneLieOnAnother(Dashboard dashboard) {
        Set<Integer> ids = new HashSet<>();
        Set<String> titles = new HashSet<>();
        boolean[][] taken = new boolean[200][COLUMNS];
        for (JsonNode panel : dashboard.panels()) {
            String at = dashboard.file() + ", " + panel.path("title").asText();
            assertThat(ids.add(panel.path("id").asInt())).as(at + ": id once").isTrue();
            assertThat(titles.add(panel.path("title").asText()))
                    .as(at + ": title once")
                    .isTrue();
            assertThat(panel.path("title").asText()).as(at).isNotBlank();
            assertThat(panel.path("description").asText())
                    .as(at + ": description")
                    .isNotBlank();
            assertThat(panel.path("targets")).as(at + ": targets").isNotEmpty();
            Set<String> refs = new HashSet<>();
            panel.path("targets")
                    .forEach(each -> assertThat(refs.add(each.path("refId").asText()))
                            .as(at)
                            .isTrue());
            JsonNode place = panel.path("gridPos");
            int right = place.path("x").asInt() + place.path("w").asInt();
            assertThat(right).as(at + ": within the width").isBetween(1, COLUMNS);
            for (int y = place.path("y").asInt();
                    y < place.path("y").asInt() + place.path("h").asInt();
                    y++) {
                for (int x = place.path("x").asInt(); x < right; x++) {
                    assertThat(taken[y][x]).as(at + " lies on another").isFalse();
                    taken[y][x] = true;
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void shouldAskProvisionedDataSourcesAndItsOwnVariablesOnly(Dashboard dashboard) throws IOException {
        Set<String> provisioned = provisioned().stream()
                .map(each -> each.path("uid").asText() + " " + each.path("type").asText())
                .collect(Collectors.toSet());
        for (JsonNode source : dashboard.json().findValues("datasource")) {
            String uid = source.path("uid").asText();
            String name = uid.replaceAll("[${}]", "");
            assertThat(dashboard.variables())
                    .as(dashboard + ": data source " + uid)
                    .containsKey(name);
            JsonNode variable = Objects.requireNonNull(dashboard.variables().get(name));
            assertThat(variable.path("type").asText()).isEqualTo("datasource");
            assertThat(variable.path("query").asText())
                    .isEqualTo(source.path("type").asText());
            assertThat(provisioned)
                    .contains(variable.path("current").path("value").asText() + " "
                            + source.path("type").asText());
        }
        Matcher used = VARIABLE.matcher(dashboard.json().toString());
        while (used.find()) {
            if (!used.group(1).startsWith("__")) {
                assertThat(dashboard.variables()).as(dashboard + ": variable").containsKey(used.group(1));
            }
        }
    }

    /** Otherwise what is real and what is not stand side by side. */
    @ParameterizedTest
    @MethodSource("dashboards")
    void shouldAskTheDatabaseOfOneRunOnly(Dashboard dashboard) {
        dashboard.queries().stream()
                .filter(Dashboard.Query::isSql)
                .filter(query -> !query.text().contains("join catalogue_sensor")
                        && !query.text().contains("(${sensor:sqlstring})"))
                .forEach(query -> assertThat(query.text()).as(query.of()).contains("${run:sqlstring}"));
        dashboard.variables().values().stream()
                .filter(each -> each.path("type").asText().equals("query")
                        && !each.path("name").asText().equals("run"))
                .forEach(each -> assertThat(each.path("query").asText())
                        .as(dashboard.file())
                        .contains("${run:sqlstring}"));
    }

    @Test
    void shouldLinkToDashboardsAndFieldsThatThereAre() throws IOException {
        Set<String> uids = new HashSet<>();
        for (Dashboard each : Dashboard.all()) {
            assertThat(uids.add(each.json().path("uid").asText()))
                    .as(each.file())
                    .isTrue();
            assertThat(each.json().path("timezone").asText()).isEqualTo("browser");
        }
        for (Dashboard each : Dashboard.all()) {
            Matcher link = DASHBOARD.matcher(each.json().toString());
            while (link.find()) {
                assertThat(uids).as(each.file()).contains(link.group(1));
            }
            for (JsonNode panel : each.panels()) {
                Matcher field = FIELD.matcher(panel.path("fieldConfig").toString());
                while (field.find()) {
                    assertThat(panel.path("targets").path(0).path("rawSql").asText())
                            .as(each.file() + ", " + panel.path("title").asText())
                            .contains(field.group(1));
                }
            }
        }
    }

    @Test
    void shouldProvisionTheFolderTheDashboardsAreIn() throws IOException {
        JsonNode providers =
                yaml(PROVISIONING.resolve("dashboards/vandvagt.yml")).path("providers");
        assertThat(providers).hasSize(1);
        assertThat(providers.path(0).path("options").path("path").asText()).endsWith("/dashboards");
        assertThat(provisioned()).allSatisfy(each -> {
            assertThat(each.path("access").asText()).isEqualTo("proxy");
            assertThat(each.path("secureJsonData").toString()).doesNotContainPattern("\"[^\"]*\":\"[^$\"]");
        });
    }

    private static List<JsonNode> provisioned() throws IOException {
        return Dashboard.list(
                yaml(PROVISIONING.resolve("datasources/vandvagt.yml")).path("datasources"));
    }

    static JsonNode yaml(Path file) throws IOException {
        Object read = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
        return new ObjectMapper().valueToTree(read);
    }
}
