package dk.vandvagt.http;

import dk.vandvagt.layer.FeatureView;
import dk.vandvagt.layer.Property;
import dk.vandvagt.layer.Schema;
import java.time.Instant;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Each property is a parameter too (OGC API – Features Part 1, 7.15.5): features that have exactly that value. */
final class PropertyFilters {
    private PropertyFilters() {}

    /** Null where none is given. */
    static @Nullable Predicate<FeatureView> read(Parameters parameters, Schema schema) {
        Predicate<FeatureView> all = null;
        for (int i = 0; i < schema.own().size(); i++) {
            Property property = schema.property(i);
            String text = parameters.text(property.name());
            if (text != null) {
                Object wanted = value(property, text);
                int index = i;
                Predicate<FeatureView> one = feature -> Objects.equals(feature.value(index), wanted);
                all = all == null ? one : all.and(one);
            }
        }
        return all;
    }

    private static Object value(Property property, String text) {
        try {
            return switch (property.type()) {
                case TEXT -> {
                    if (!property.values().isEmpty() && !property.values().contains(text)) {
                        throw Problem.badParameter(
                                property.name(), text, "one of " + String.join(", ", property.values()));
                    }
                    yield text;
                }
                case NUMBER -> Parameters.plainNumber(text).orElseThrow(NumberFormatException::new);
                case WHOLE -> Long.valueOf(text);
                case TRUTH ->
                    switch (text) {
                        case "true" -> Boolean.TRUE;
                        case "false" -> Boolean.FALSE;
                        default -> throw Problem.badParameter(property.name(), text, "true or false");
                    };
                case INSTANT -> {
                    OptionalLong atMs = Times.instantMs(text);
                    yield Instant.ofEpochMilli(
                            atMs.orElseThrow(() -> Problem.badParameter(property.name(), text, Times.INSTANT)));
                }
            };
        } catch (NumberFormatException notANumber) {
            throw Problem.badParameter(
                    property.name(), text, property.type() == Property.Type.WHOLE ? "a whole number" : "a number");
        }
    }
}
