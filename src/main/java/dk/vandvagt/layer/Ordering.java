package dk.vandvagt.layer;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows by the values of some properties, and by their keys where these are equal. A place in that order is the values and the key of a row,
 * so that it can be found again when the row is gone or says something else.
 */
final class Ordering implements Comparator<Integer> {
    private static final String NONE = "-";
    private static final String SEPARATOR = "\u001f";

    private final Layer layer;
    private final List<Query.Order> order;

    Ordering(Layer layer, List<Query.Order> order) {
        this.layer = layer;
        this.order = order;
    }

    @Override
    public int compare(Integer a, Integer b) {
        for (Query.Order each : order) {
            int way = compare(layer.value(a, each.property()), layer.value(b, each.property()), each.descending());
            if (way != 0) {
                return way;
            }
        }
        return layer.key(a).compareTo(layer.key(b));
    }

    @SuppressWarnings("unchecked") // one property has values of one type
    private static int compare(@Nullable Object a, @Nullable Object b, boolean descending) {
        if (a == null || b == null) {
            return (a == null ? 1 : 0) - (b == null ? 1 : 0);
        }
        int way = ((Comparable<Object>) a).compareTo(b);
        return descending ? -way : way;
    }

    String place(int row) {
        StringBuilder place = new StringBuilder();
        for (Query.Order each : order) {
            Object value = layer.value(row, each.property());
            place.append(
                            switch (value) {
                                case null -> NONE;
                                case Instant at -> "=" + at.toEpochMilli();
                                default -> "=" + value;
                            })
                    .append(SEPARATOR);
        }
        place.append(layer.key(row));
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(place.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** @throws IllegalArgumentException for what is no place of this order */
    int firstAfter(int[] sorted, String place) {
        String[] parts = new String(Base64.getUrlDecoder().decode(place), StandardCharsets.UTF_8).split(SEPARATOR, -1);
        if (parts.length != order.size() + 1) {
            throw new IllegalArgumentException("not a place of this order");
        }
        @Nullable Object[] values = new @Nullable Object[order.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = parts[i].equals(NONE)
                    ? null
                    : value(
                            parts[i].substring(1),
                            layer.schema().property(order.get(i).property()));
        }
        String key = parts[order.size()];
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (isBehind(sorted[middle], values, key)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private boolean isBehind(int row, @Nullable Object[] values, String key) {
        for (int i = 0; i < values.length; i++) {
            Query.Order each = order.get(i);
            int way = compare(layer.value(row, each.property()), values[i], each.descending());
            if (way != 0) {
                return way > 0;
            }
        }
        return layer.key(row).compareTo(key) > 0;
    }

    private static Object value(String text, Property property) {
        return switch (property.type()) {
            case TEXT -> text;
            case NUMBER -> Double.valueOf(text);
            case WHOLE -> Long.valueOf(text);
            case TRUTH -> Boolean.valueOf(text);
            case INSTANT -> Instant.ofEpochMilli(Long.parseLong(text));
        };
    }

    @Override
    public String toString() {
        return Arrays.toString(order.toArray());
    }
}
