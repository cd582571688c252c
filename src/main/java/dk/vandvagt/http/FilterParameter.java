package dk.vandvagt.http;

import dk.vandvagt.layer.Condition;
import dk.vandvagt.layer.Cql2;
import dk.vandvagt.layer.Cql2Fault;
import dk.vandvagt.layer.Cql2Json;
import dk.vandvagt.layer.Cql2Text;
import dk.vandvagt.layer.Crs;
import dk.vandvagt.layer.FeatureView;
import dk.vandvagt.layer.Schema;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.CoordinateFilter;
import org.locationtech.jts.geom.Geometry;

/**
 * {@code filter}, {@code filter-lang} and {@code filter-crs} (OGC API – Features Part 3): a condition in CQL2. GDAL before 3.9 calls its
 * text by the name it had in the draft.
 */
final class FilterParameter {
    private static final String TEXT = "cql2-text";
    private static final String DRAFT_TEXT = "cql-text";
    private static final String JSON = "cql2-json";

    private FilterParameter() {}

    /** Null where none is given. */
    static @Nullable Predicate<FeatureView> read(Parameters parameters, Schema schema) {
        String filter = parameters.text("filter");
        String language = parameters.text("filter-lang");
        Crs crs = CrsParameter.read(parameters, "filter-crs");
        if (language != null && !language.equals(TEXT) && !language.equals(DRAFT_TEXT) && !language.equals(JSON)) {
            throw Problem.badParameter("filter-lang", language, TEXT + " or " + JSON);
        }
        if (filter == null) {
            return null;
        }
        try {
            Cql2 condition = JSON.equals(language) ? Cql2Json.parse(filter) : Cql2Text.parse(filter);
            return Condition.of(condition, schema, geometry -> toCrs84(geometry, crs))::holds;
        } catch (Cql2Fault fault) {
            throw Problem.badParameter("filter", filter, fault.expected() + " (" + fault.getMessage() + ")");
        }
    }

    private static Geometry toCrs84(Geometry geometry, Crs crs) {
        if (!crs.isNorthFirst()) {
            return crs.toCrs84(geometry);
        }
        Geometry eastFirst = geometry.copy();
        eastFirst.apply((CoordinateFilter) position -> {
            double north = position.x;
            position.x = position.y;
            position.y = north;
        });
        eastFirst.geometryChanged();
        return crs.toCrs84(eastFirst);
    }
}
