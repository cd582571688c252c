package dk.vandvagt.layer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The properties of one collection's features, in their order; the geometry stands beside them as {@link #GEOMETRY}. */
public final class Schema {
    /** The name under which conditions ask for the geometry. */
    public static final String GEOMETRY = "geometry";

    static final String TIME_START = "time_start";
    static final String TIME_END = "time_end";

    /** What the geometries of a collection are. */
    public enum Shape {
        POINT,
        POLYGON,
        /** Points, lines or areas, as they come. */
        ANY
    }

    private final Shape shape;
    private final boolean timed;
    private final List<Property> properties;
    private final Map<String, Integer> indexByName;

    private Schema(Shape shape, boolean timed, List<Property> properties) {
        this.shape = shape;
        this.timed = timed;
        this.properties = List.copyOf(properties);
        indexByName = HashMap.newHashMap(properties.size());
        for (int i = 0; i < properties.size(); i++) {
            if (indexByName.put(properties.get(i).name(), i) != null) {
                throw new IllegalArgumentException(
                        "two properties are called " + properties.get(i).name());
            }
        }
    }

    /** Of a collection whose features are what they are, whatever the time. */
    public Schema(Shape shape, List<Property> properties) {
        this(shape, false, with(properties, Stamp.PROPERTIES));
    }

    /** Of a collection whose features hold for a time: they get {@code time_start} and {@code time_end} besides. */
    public static Schema timed(Shape shape, List<Property> properties) {
        List<Property> span = List.of(
                Property.of(TIME_START, Property.Type.INSTANT, "From", "Fra"),
                Property.of(TIME_END, Property.Type.INSTANT, "Until (open: it lasts)", "Til (åbent: det varer)"));
        return new Schema(shape, true, with(with(properties, span), Stamp.PROPERTIES));
    }

    private static List<Property> with(List<Property> properties, List<Property> more) {
        List<Property> all = new ArrayList<>(properties);
        all.addAll(more);
        return all;
    }

    public Shape shape() {
        return shape;
    }

    /** Whether features have a time. */
    public boolean isTimed() {
        return timed;
    }

    public List<Property> properties() {
        return properties;
    }

    /** Without those that all features of one answer share: when and from what it was computed. */
    public List<Property> own() {
        return properties.subList(0, properties.size() - Stamp.PROPERTIES.size());
    }

    public Property property(int index) {
        return properties.get(index);
    }

    /** Place of a property, or -1. */
    public int index(String name) {
        return indexByName.getOrDefault(name, -1);
    }
}
