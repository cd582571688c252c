package dk.vandvagt.http;

import dk.vandvagt.layer.Query;
import dk.vandvagt.layer.Schema;
import java.util.ArrayList;
import java.util.List;

/** {@code sortby}: properties, the foremost first, each with {@code +} for rising (as without) or {@code -} for falling. */
final class SortbyParameter {
    private SortbyParameter() {}

    static List<Query.Order> read(Parameters parameters, Schema schema) {
        String text = parameters.text("sortby");
        if (text == null) {
            return List.of();
        }
        List<Query.Order> order = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            // an unescaped plus sign arrives as a space
            boolean signed = part.startsWith("-") || part.startsWith("+") || part.startsWith(" ");
            int property = schema.index(signed ? part.substring(1) : part);
            if (property < 0) {
                throw Problem.badParameter("sortby", part, PropertiesParameter.expected(schema));
            }
            order.add(new Query.Order(property, part.startsWith("-")));
        }
        return order;
    }
}
