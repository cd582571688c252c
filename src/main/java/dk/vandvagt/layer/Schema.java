package dk.vandvagt.layer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The properties of one collection's features, in their order; the geometry stands beside them as {@link #GEOMETRY}. */
public final class Schema {
    /** The name under which conditions ask for the geometry. */
    public static final String GEOMETRY = "geometry";

    /** What the geometries of a collection are. */
    public enum Shape {
        POINT,
        POLYGON,
        /** Points, lines or areas, as they come. */
        ANY
    }

    private final Shape shape;
    private final List<Property> properties;
    private final Map<String, Integer> indexByName;

    public Schema(Shape shape, List<Property> properties) {
        this.shape = shape;
        this.properties = List.copyOf(properties);
        indexByName = HashMap.newHashMap(properties.size());
        for (int i = 0; i < properties.size(); i++) {
            if (indexByName.put(properties.get(i).name(), i) != null) {
                throw new IllegalArgumentException(
                        "two properties are called " + properties.get(i).name());
            }
        }
    }

    public Shape shape() {
        return shape;
    }

    public List<Property> properties() {
        return properties;
    }

    public Property property(int index) {
        return properties.get(index);
    }

    /** Place of a property, or -1. */
    public int index(String name) {
        return indexByName.getOrDefault(name, -1);
    }
}
