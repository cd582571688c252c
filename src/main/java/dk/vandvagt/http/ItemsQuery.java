package dk.vandvagt.http;

import dk.vandvagt.layer.Crs;
import dk.vandvagt.layer.FeatureView;
import dk.vandvagt.layer.LayerInfo;
import dk.vandvagt.layer.Query;
import dk.vandvagt.layer.Schema;
import dk.vandvagt.layer.Where;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a collection's items.
 *
 * @param query the features
 * @param crs of the answer
 * @param properties places in the schema of those to be answered; null for all
 * @param form of the answer
 * @param asOfMs whose knowledge is asked for; {@link Long#MAX_VALUE} for the present
 * @param walk the same query without the place it has reached, encoded: what links repeat
 */
record ItemsQuery(Query query, Crs crs, int @Nullable [] properties, Form form, long asOfMs, String walk) {
    private static final String AS_OF = "asOf";
    static final int USUAL_LIMIT = 100;
    static final int MOST = 10_000;

    /** What shapes the query: these are repeated by links, in this order. */
    private static final List<String> SHAPING = List.of(
            "crs",
            "bbox",
            "bbox-crs",
            "datetime",
            AS_OF,
            "properties",
            "sortby",
            "filter",
            "filter-lang",
            "filter-crs");

    enum Form {
        GEOJSON,
        HTML
    }

    /** @param past whether there is one to be asked for */
    static ItemsQuery of(LayerInfo info, Parameters parameters, boolean htmlWanted, boolean past) {
        Schema schema = info.schema();
        String f = parameters.text("f");
        Form form = form(f, htmlWanted);
        Where where = BboxParameter.read(parameters);
        DatetimeParameter datetime = DatetimeParameter.read(parameters);
        Crs crs = CrsParameter.read(parameters, "crs");
        int[] properties = PropertiesParameter.read(parameters, schema);
        List<Query.Order> order = SortbyParameter.read(parameters, schema);
        Predicate<FeatureView> condition =
                both(PropertyFilters.read(parameters, schema), FilterParameter.read(parameters, schema));
        long asOfMs = past ? parameters.instantMs(AS_OF, Long.MAX_VALUE) : Long.MAX_VALUE;
        int limit = parameters.limit(USUAL_LIMIT, MOST);
        String after = parameters.text("after");
        parameters.end();
        StringBuilder walk = new StringBuilder("limit=").append(limit);
        for (String name : SHAPING) {
            if (past || !name.equals(AS_OF)) {
                append(walk, name, parameters.text(name));
            }
        }
        schema.own().forEach(each -> append(walk, each.name(), parameters.text(each.name())));
        Query query = new Query(where, datetime.fromMs(), datetime.toMs(), condition, order, after, limit);
        return new ItemsQuery(query, crs, properties, form, asOfMs, walk.toString());
    }

    private static @Nullable Predicate<FeatureView> both(
            @Nullable Predicate<FeatureView> one, @Nullable Predicate<FeatureView> other) {
        return one == null ? other : other == null ? one : one.and(other);
    }

    private static Form form(@Nullable String f, boolean htmlWanted) {
        return switch (f) {
            case null -> htmlWanted ? Form.HTML : Form.GEOJSON;
            case "json", "geojson" -> Form.GEOJSON;
            case "html" -> Form.HTML;
            default -> throw Problem.badParameter("f", f, "json, geojson or html");
        };
    }

    /** The query of this page, encoded. */
    String self() {
        return as(f());
    }

    /** This page in another form. */
    String as(String f) {
        return page(query.after(), f);
    }

    /** The query of the page that follows, encoded. */
    String next(String nextAfter) {
        return page(nextAfter, f());
    }

    private String f() {
        return form == Form.HTML ? "html" : "json";
    }

    private String page(@Nullable String after, String f) {
        StringBuilder page = new StringBuilder(walk);
        append(page, "after", after);
        append(page, "f", f);
        return page.toString();
    }

    private static void append(StringBuilder query, String name, @Nullable String value) {
        if (value != null) {
            query.append('&').append(name).append('=').append(URLEncoder.encode(value, StandardCharsets.UTF_8));
        }
    }
}
