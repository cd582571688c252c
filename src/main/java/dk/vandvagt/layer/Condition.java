package dk.vandvagt.layer;

import java.util.function.UnaryOperator;
import org.locationtech.jts.geom.Geometry;

/**
 * A condition in CQL2 on the features of one collection, compiled: true, false or unknown of each. Immutable, for any number of
 * threads.
 *
 * <p>An unknown value makes what is computed from it unknown, as in SQL; a quotient by zero is unknown too. A day beside a
 * timestamp turns it into its day in UTC. Texts are compared by their UTF-16 code units, numbers as doubles, timestamps by the
 * millisecond. A feature is picked where the condition is true.
 */
public final class Condition {
    static final int FALSE = 0;
    static final int TRUE = 1;
    static final int UNKNOWN = 2;

    /** {@link #FALSE}, {@link #TRUE} or {@link #UNKNOWN} of a feature. */
    interface Test {
        int of(FeatureView feature);

        static int of(boolean known) {
            return known ? TRUE : FALSE;
        }
    }

    private final Test test;

    private Condition(Test test) {
        this.test = test;
    }

    /**
     * @param toCrs84 turns a geometry in the coordinates of the condition ({@code filter-crs}, its axes in the order that the
     *     reference system states) into CRS84, longitude first; may throw what it likes outside of its area
     * @throws Cql2Fault and nothing else, whatever the condition
     */
    public static Condition of(Cql2 condition, Schema schema, UnaryOperator<Geometry> toCrs84) throws Cql2Fault {
        return new Condition(new Cql2Compiler(schema, toCrs84).test(condition));
    }

    public boolean holds(FeatureView feature) {
        return test.of(feature) == TRUE;
    }

    /** {@link #FALSE}, {@link #TRUE} or {@link #UNKNOWN}. */
    int truth(FeatureView feature) {
        return test.of(feature);
    }
}
