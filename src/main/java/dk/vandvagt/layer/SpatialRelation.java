package dk.vandvagt.layer;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryCollection;
import org.locationtech.jts.geom.prep.PreparedGeometry;
import org.locationtech.jts.geom.prep.PreparedGeometryFactory;
import org.locationtech.jts.operation.relateng.RelateNG;
import org.locationtech.jts.operation.relateng.RelatePredicate;
import org.locationtech.jts.operation.relateng.TopologyPredicate;

/** The spatial comparison functions of CQL2, by the DE-9IM of OGC 06-103r4. */
enum SpatialRelation {
    S_INTERSECTS,
    S_EQUALS,
    S_DISJOINT,
    S_TOUCHES,
    S_WITHIN,
    S_OVERLAPS,
    S_CROSSES,
    S_CONTAINS;

    /** Of two geometries, given in this order. */
    interface Test {
        boolean of(Geometry left, Geometry right);
    }

    static @Nullable SpatialRelation named(String name) {
        for (SpatialRelation each : values()) {
            if (each.name().equals(name.toUpperCase(Locale.ROOT))) {
                return each;
            }
        }
        return null;
    }

    boolean holds(Geometry left, Geometry right) {
        return RelateNG.relate(left, right, predicate());
    }

    /** The same with the right one known: prepared where JTS can, which leaves little to do for each of many points. */
    Test against(Geometry right) {
        boolean preparable = right.getClass() != GeometryCollection.class;
        PreparedGeometry prepared = PreparedGeometryFactory.prepare(right);
        return switch (this) {
            case S_INTERSECTS ->
                preparable ? (left, it) -> prepared.intersects(left) : (left, it) -> meets(left, it) && holds(left, it);
            case S_DISJOINT ->
                preparable
                        ? (left, it) -> !prepared.intersects(left)
                        : (left, it) -> !meets(left, it) || holds(left, it);
            case S_EQUALS, S_TOUCHES, S_WITHIN, S_OVERLAPS, S_CROSSES, S_CONTAINS ->
                (left, it) -> meets(left, it) && holds(left, it);
        };
    }

    private static boolean meets(Geometry left, Geometry right) {
        return left.getEnvelopeInternal().intersects(right.getEnvelopeInternal());
    }

    /** What holds of (b, a) whenever this holds of (a, b). */
    SpatialRelation turned() {
        return switch (this) {
            case S_WITHIN -> S_CONTAINS;
            case S_CONTAINS -> S_WITHIN;
            default -> this;
        };
    }

    private TopologyPredicate predicate() {
        return switch (this) {
            case S_INTERSECTS -> RelatePredicate.intersects();
            case S_EQUALS -> RelatePredicate.equalsTopo();
            case S_DISJOINT -> RelatePredicate.disjoint();
            case S_TOUCHES -> RelatePredicate.touches();
            case S_WITHIN -> RelatePredicate.within();
            case S_OVERLAPS -> RelatePredicate.overlaps();
            case S_CROSSES -> RelatePredicate.crosses();
            case S_CONTAINS -> RelatePredicate.contains();
        };
    }
}
