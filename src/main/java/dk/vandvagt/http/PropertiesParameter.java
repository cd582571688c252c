package dk.vandvagt.http;

import dk.vandvagt.layer.Property;
import dk.vandvagt.layer.Schema;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code properties}: which of a feature's properties are answered, by name, in any order; an empty list means none. */
final class PropertiesParameter {
    private PropertiesParameter() {}

    /** Their places in the schema; null for all. */
    static int @Nullable [] read(Parameters parameters, Schema schema) {
        String text = parameters.text("properties");
        if (text == null) {
            return null;
        }
        if (text.isEmpty()) {
            return new int[0];
        }
        String[] names = text.split(",", -1);
        int[] indexes = new int[names.length];
        for (int i = 0; i < names.length; i++) {
            indexes[i] = schema.index(names[i]);
            if (indexes[i] < 0) {
                throw Problem.badParameter("properties", names[i], expected(schema));
            }
            for (int before = 0; before < i; before++) {
                if (indexes[before] == indexes[i]) {
                    throw Problem.badParameter("properties", text, names[i] + " once");
                }
            }
        }
        return indexes;
    }

    static String expected(Schema schema) {
        return "properties of the collection: "
                + schema.properties().stream().map(Property::name).collect(Collectors.joining(", "));
    }
}
