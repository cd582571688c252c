package dk.vandvagt.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SettingsDocTest {
    private static final String NO_KEY = "zzzzzzzzzzzz";
    private static final Pattern HEADING = Pattern.compile("## (?:The file|`(.+)`)");
    private static final Pattern ROW = Pattern.compile("\\| `([A-Za-z0-9]+)` \\|.*");

    /** A settings file with each of its sections, and in each a key that nobody knows. */
    private static final String EVERY_SECTION = """
            {
              place: {}, terrain: {}, coast: [{name: {}}], judging: {implausibleStep: {}, staffGauge: {}},
              service: {journal: {}, http: {tls: {}, tiles: {}}, mqtt: {}, sources: [{tls: {}}], database: {}, cap: {},
                        webhook: {}, sms: {headers: [{}]}, mail: {}, duty: {people: [{}]},
                        rainfall: {reach: [{}]}, riskGrid: {}},
              composites: [{title: {}, action: {}}],
              profiles: [{fields: [{unless: {}}]}], devices: [{}],
              stations: [{
                gaugeZero: [{}], alertArea: [{}], redundant: [{}],
                sensors: [{
                  title: {}, rain: {}, quality: {
                    climatology: [{}], spike: {}, rateOfChange: {}, flatLine: {}, attenuatedSignal: {}, neighbour: {}
                  },
                  tide: {constituents: [{}]}, returnLevels: {points: [{}]}, returnDepths: {rows: [{}]},
                  forecastErrors: {leads: [{}]},
                  thresholds: [{title: {}, action: {}, season: {}}, {definition: skybrud}]
                }]
              }]
            }
            """.replace("{", "{" + NO_KEY + ": 0, ");

    @Test
    void shouldDocumentEveryKeyThatIsRead() throws IOException {
        assertThat(documented()).containsExactlyElementsOf(known());
    }

    private static Set<String> known() {
        Set<String> keys = new TreeSet<>();
        for (Fault fault : ((Read.Bad) SettingsReader.read(EVERY_SECTION, "every.yml", null)).faults()) {
            if (fault.path().endsWith(NO_KEY)) {
                String section = fault.path().replaceAll("\\[\\d+]", "[]").replaceAll("\\.?" + NO_KEY, "");
                String all = fault.message().replaceFirst(".*known here: ", "");
                for (String key : all.split(", ", -1)) {
                    keys.add(section + " " + key);
                }
            }
        }
        return keys;
    }

    private static Set<String> documented() throws IOException {
        Set<String> keys = new TreeSet<>();
        String section = "";
        for (String line : Files.readAllLines(Path.of("docs/SETTINGS.md"))) {
            Matcher heading = HEADING.matcher(line);
            Matcher row = ROW.matcher(line);
            if (heading.matches()) {
                section = heading.group(1) == null ? "" : heading.group(1);
            } else if (row.matches()) {
                keys.add(section + " " + row.group(1));
            }
        }
        return keys;
    }
}
