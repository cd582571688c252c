package dk.vandvagt.simulator;

import java.util.Locale;
import java.util.Map;

/** What the service must be told to read a format from these sensors; its own JSON and CBOR, SenML, CSV and plain numbers go by sensor id. */
final class ServiceSettings {
    private ServiceSettings() {}

    static String of(Format format, Map<String, String> units) {
        StringBuilder yaml = new StringBuilder("# service:\n#   sources:\n#     - {id: simulated, format: " + format);
        switch (format) {
            case SENML_JSON, SENML_CBOR, PLAIN, CSV, OS2IOT ->
                yaml.append(", topics: [" + format.usualPrefix() + "/+]");
            default -> {
                // the format's usual topics
            }
        }
        yaml.append(", broker: ...}\n");
        boolean network = format == Format.CHIRPSTACK || format == Format.TTN || format == Format.OS2IOT;
        if (network) {
            yaml.append("profiles:\n");
            units.values().stream()
                    .distinct()
                    .sorted()
                    .forEach(unit -> yaml.append("  - {id: simulated-" + unit
                            + ", fields: [{id: value, pointer: /value, unit: " + unit + "}]}\n"));
            yaml.append("devices:\n");
            units.forEach((sensorId, unit) -> yaml.append("  - {id: "
                    + LoraUplinks.devEui(sensorId).toUpperCase(Locale.ROOT) + ", profile: simulated-" + unit
                    + ", sensors: {value: " + sensorId + "}}\n"));
        }
        return yaml.toString();
    }
}
