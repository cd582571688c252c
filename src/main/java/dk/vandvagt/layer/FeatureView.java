package dk.vandvagt.layer;

import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Geometry;

/** One feature as conditions and sort orders see it. */
public interface FeatureView {
    /** Of the property at that place in the {@link Schema}, as its {@link Property.Type} says; null where it has none. */
    @Nullable
    Object value(int property);

    /** CRS84, longitude first; null where it has none. */
    @Nullable
    Geometry geometry();
}
