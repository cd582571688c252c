package dk.vandvagt.layer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One property of a collection's features: what can be asked of it, and what it is called.
 *
 * @param name as in the GeoJSON
 * @param titleEn English, and {@code titleDa} Danish, for legends and forms
 * @param unit symbol of UCUM where there is one ({@code m}, {@code mm}, {@code h}), else null
 * @param values all it can be, empty where that is open
 */
public record Property(
        String name,
        Type type,
        String titleEn,
        String titleDa,
        @Nullable String unit,
        List<String> values) {
    /** What {@link FeatureView#value} gives, where it gives something. */
    public enum Type {
        /** {@link String} */
        TEXT,
        /** {@link Double}, finite */
        NUMBER,
        /** {@link Long} */
        WHOLE,
        /** {@link Boolean} */
        TRUTH,
        /** {@link java.time.Instant}, to the millisecond; RFC 3339 text in UTC in the GeoJSON */
        INSTANT
    }

    public static Property of(String name, Type type, String titleEn, String titleDa) {
        return new Property(name, type, titleEn, titleDa, null, List.of());
    }

    public static Property of(String name, Type type, String titleEn, String titleDa, String unit) {
        return new Property(name, type, titleEn, titleDa, unit, List.of());
    }

    public static Property oneOf(String name, String titleEn, String titleDa, List<String> values) {
        return new Property(name, Type.TEXT, titleEn, titleDa, null, values);
    }
}
