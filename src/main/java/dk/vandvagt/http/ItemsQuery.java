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
 * @param levelM of the sea, NaN for what it is
 * @param walk the same query without the place it has reached, encoded: what links repeat
 */
record ItemsQuery(
        Query query, Crs crs, int @Nullable [] properties, Form form, long asOfMs, double levelM, String walk) {
    private static final String AS_OF = "asOf";
    private static final String LEVEL = "level";
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
        GEOJSON("json"),
        HTML("html"),
        CSV("csv"),
        GEOPACKAGE("gpkg"),
        FLATGEOBUF("fgb");

        private final String f;

        Form(String f) {
            this.f = f;
        }

        /** Whether it is a file to be kept, which holds as much as is given at all. */
        boolean isFile() {
            return this != GEOJSON && this != HTML;
        }

        /** As the parameter {@code f} and the ending of a file have it. */
        String f() {
            return f;
        }
    }

    /**
     * @param past whether there is one to be asked for
     * @param highestLevelM a level may be asked for up to this one; NaN where none may
     */
    static ItemsQuery of(
            LayerInfo info, Parameters parameters, boolean htmlWanted, boolean past, double highestLevelM) {
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
        double levelM = Double.isNaN(highestLevelM) ? Double.NaN : level(parameters, highestLevelM);
        if (!Double.isNaN(levelM) && asOfMs != Long.MAX_VALUE) {
            throw Problem.badParameter(LEVEL, String.valueOf(levelM), "either a level or asOf");
        }
        int limit = parameters.limit(form.isFile() ? MOST : USUAL_LIMIT, MOST);
        String after = parameters.text("after");
        parameters.end();
        StringBuilder walk = new StringBuilder("limit=").append(limit);
        for (String name : SHAPING) {
            if (past || !name.equals(AS_OF)) {
                append(walk, name, parameters.text(name));
            }
        }
        if (!Double.isNaN(levelM)) {
            append(walk, LEVEL, String.valueOf(levelM));
        }
        schema.own().forEach(each -> append(walk, each.name(), parameters.text(each.name())));
        Query query = new Query(where, datetime.fromMs(), datetime.toMs(), condition, order, after, limit);
        return new ItemsQuery(query, crs, properties, form, asOfMs, levelM, walk.toString());
    }

    /** Whether it is what everybody asks for: features as they are, in their order, none left out but by the limit. */
    boolean isPlain() {
        return query.isForAll() && query.order().isEmpty() && crs == Crs.CRS84 && properties == null;
    }

    private static @Nullable Predicate<FeatureView> both(
            @Nullable Predicate<FeatureView> one, @Nullable Predicate<FeatureView> other) {
        return one == null ? other : other == null ? one : one.and(other);
    }

    /** To the centimetre; NaN for none. */
    private static double level(Parameters parameters, double highestM) {
        String text = parameters.text(LEVEL);
        if (text == null) {
            return Double.NaN;
        }
        if (text.matches("-?[0-9]{1,3}(\\.[0-9]{1,3})?")) {
            double levelM = Math.rint(Double.parseDouble(text) * 100) / 100;
            if (levelM <= highestM) {
                return levelM;
            }
        }
        throw Problem.badParameter(LEVEL, text, "metres in the datum of the layer, such as 2.02, up to " + highestM);
    }

    private static Form form(@Nullable String f, boolean htmlWanted) {
        return switch (f) {
            case null -> htmlWanted ? Form.HTML : Form.GEOJSON;
            case "json", "geojson" -> Form.GEOJSON;
            case "html" -> Form.HTML;
            case "csv" -> Form.CSV;
            case "gpkg" -> Form.GEOPACKAGE;
            case "fgb" -> Form.FLATGEOBUF;
            default -> throw Problem.badParameter("f", f, "json, geojson, html, csv, gpkg or fgb");
        };
    }

    /** The query of this page, encoded. */
    String self() {
        return as(form.f());
    }

    /** This page in another form. */
    String as(String f) {
        return page(query.after(), f);
    }

    /** The query of the page that follows, encoded. */
    String next(String nextAfter) {
        return page(nextAfter, form.f());
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
