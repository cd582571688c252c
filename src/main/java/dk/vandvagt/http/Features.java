package dk.vandvagt.http;

import dk.vandvagt.layer.Cql2;
import dk.vandvagt.layer.Crs;
import dk.vandvagt.layer.FlatGeobufFile;
import dk.vandvagt.layer.FlatJson;
import dk.vandvagt.layer.Layer;
import dk.vandvagt.layer.LayerMaker;
import dk.vandvagt.layer.Layers;
import dk.vandvagt.layer.Legend;
import dk.vandvagt.layer.MapTile;
import dk.vandvagt.layer.QgisStyle;
import dk.vandvagt.layer.Query;
import dk.vandvagt.layer.Schema;
import dk.vandvagt.layer.SchemaText;
import dk.vandvagt.layer.SldStyle;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.locationtech.jts.geom.Envelope;

/**
 * OGC API – Features: Part 1 (OGC 17-069r4) with GeoJSON and HTML, Part 2 (18-058r1, coordinate reference systems), Part 3 (19-079r2,
 * filtering).
 */
final class Features {
    /** More features than these go out piece by piece, unless everybody asks for them. */
    private static final int LONG_ROWS = 1000;

    private static final int PIECE_ROWS = 500;

    private static final String GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian";
    private static final List<String> CONFORMS_TO = List.of(
            "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
            "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
            "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
            "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
            "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
            "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
            "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
            "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
            "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
            "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter");

    private final Gate gate;
    private final LayerBoard board;
    private final @Nullable Bulletins bulletins;
    private final @Nullable Past past;
    private final String below;
    private final @Nullable String licence;

    /**
     * @param past null where there is none: then the present alone is served
     * @param below where these collections lie: empty, or a path that begins with a slash
     */
    Features(
            Gate gate,
            LayerBoard board,
            @Nullable Bulletins bulletins,
            @Nullable Past past,
            String below,
            @Nullable String licence) {
        this.licence = licence;
        this.past = past;
        this.below = below;
        this.gate = gate;
        this.board = board;
        this.bulletins = bulletins;
    }

    private record ItemsKey(String collectionId, String query, String baseUrl) {}

    void landing(RoutingContext request) {
        Parameters parameters = Parameters.of(request);
        parameters.format("json", "html");
        parameters.end();
        String base = gate.baseUrl(request);
        Layers layers = board.layersOrNull();
        Answers.send(request, json -> {
            json.open()
                    .text(
                            "title",
                            layers == null
                                    ? "Vandvagt"
                                    : "Vandvagt: " + layers.live().catalogue().placeName())
                    .text(
                            "description",
                            "Water levels and rain as measured, judged on arrival, with the alerts they raise. "
                                    + "A local measurement, not a warning by DMI.")
                    .openList("links");
            link(json, base + "/?f=json", "self", Answers.JSON, "This document");
            link(json, base + "/?f=html", "alternate", "text/html", "The page");
            link(json, base + "/api", "service-desc", Description.MEDIA_TYPE, "The API");
            link(json, base + "/api?f=html", "service-doc", "text/html", "The API as a page");
            link(json, base + "/conformance", "conformance", Answers.JSON, "What this API conforms to");
            link(json, base + "/collections", "data", Answers.JSON, "Collections");
            link(json, base + "/alerts", "related", Answers.JSON, "Alerts, active and past");
            link(json, base + "/threshold-events", "related", Answers.JSON, "Threshold events");
            link(json, base + "/live", "related", "text/event-stream", "Live events");
            if (bulletins != null) {
                String feed = bulletins.exercise() ? "/cap/exercise/feed.atom" : "/cap/feed.atom";
                link(json, base + feed, "alternate", CapFeeds.ATOM, "Alerts as CAP messages");
            }
            json.closeList().close();
        });
    }

    static void conformance(RoutingContext request) {
        Documents.send(request, "Conformance", (json, html) -> {
            json.open().openList("conformsTo");
            CONFORMS_TO.forEach(json::element);
            Cql2.CONFORMANCE.forEach(json::element);
            json.closeList().close();
        });
    }

    void collections(RoutingContext request) {
        String base = base(request);
        Layers layers = board.layers();
        Documents.send(request, "Collections", (json, html) -> {
            json.open().openList("links");
            Documents.selfLinks(json, base + "/collections", Answers.JSON, html);
            json.closeList().openList("crs");
            Crs.uris().forEach(json::element);
            json.closeList().openList("collections");
            layers.all().forEach(layer -> collection(json, base, layer, html));
            json.closeList().close();
        });
    }

    void collection(RoutingContext request) {
        Layer layer = layer(request);
        Documents.send(
                request, layer.info().title().en(), (json, html) -> collection(json, base(request), layer, html));
    }

    void queryables(RoutingContext request) {
        described(request, "queryables", SchemaText::queryables);
    }

    void schema(RoutingContext request) {
        described(request, "schema", SchemaText::schema);
    }

    /** A tile of the map in WebMercatorQuad, as vectors. */
    void tile(RoutingContext request) {
        Layer layer = layer(request);
        Parameters parameters = Parameters.of(request);
        int[] properties = PropertiesParameter.read(parameters, layer.schema());
        String f = parameters.text("f");
        parameters.format("mvt");
        parameters.end();
        MapTile tile = tile(String.valueOf(request.pathParam("z")), String.valueOf(request.pathParam("x")), request);
        String query = tile + " " + parameters.text("properties");
        ReadyAnswer.Validator validator =
                ReadyAnswer.Validator.of(layer.version() + ' ' + query + f, board.changedAtMs(layer));
        if (validator.isKnownTo(request)) {
            validator.notModified(request);
            return;
        }
        board.ready(new ItemsKey(layer.id(), query, ""), () -> {
                    Query within = new Query(
                            tile.where(), Long.MIN_VALUE, Long.MAX_VALUE, null, List.of(), null, Integer.MAX_VALUE);
                    byte[] bytes = tile.of(layer, layer.select(within).rows(), properties);
                    return new ReadyAnswer(MapTile.MEDIA_TYPE, Buffer.buffer(bytes), validator, null);
                })
                .onSuccess(answer -> answer.send(request, board))
                .onFailure(request::fail);
    }

    private static MapTile tile(String z, String x, RoutingContext request) {
        String y = String.valueOf(request.pathParam("y")).replaceFirst("\\.mvt$", "");
        boolean numbers = z.matches("[0-9]{1,2}") && x.matches("[0-9]{1,8}") && y.matches("[0-9]{1,8}");
        MapTile tile = numbers ? MapTile.of(Integer.parseInt(z), Integer.parseInt(x), Integer.parseInt(y)) : null;
        if (tile == null) {
            throw Problem.notFound(
                    "tile",
                    z + "/" + x + "/" + y,
                    "zoom from 0 to " + MapTile.DEEPEST + ", column and row from 0 and below 2 to the power of it");
        }
        return tile;
    }

    void qgisStyle(RoutingContext request) {
        style(
                request,
                QgisStyle.MEDIA_TYPE,
                "qml",
                (legend, layer, language) -> QgisStyle.of(legend, layer.schema(), language));
    }

    void sldStyle(RoutingContext request) {
        style(request, SldStyle.MEDIA_TYPE, "sld", (legend, layer, language) -> SldStyle.of(legend, language));
    }

    private interface StyleWriter {
        byte[] write(Legend legend, Layer layer, String language);
    }

    private void style(RoutingContext request, String mediaType, String ending, StyleWriter writer) {
        Layer layer = layer(request);
        Parameters.of(request).end();
        Legend legend = Legend.of(layer.id());
        if (legend == null) {
            throw Problem.notFound("collectionId", layer.id(), "a collection with a style");
        }
        String language = Documents.language(request);
        request.response()
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                .putHeader(HttpHeaders.VARY, "Accept-Language")
                .putHeader("Content-Language", language)
                .putHeader("Content-Disposition", "attachment; filename=\"" + layer.id() + "." + ending + "\"");
        Answers.send(request, 200, mediaType, Buffer.buffer(writer.write(legend, layer, language)));
    }

    private interface SchemaWriter {
        byte[] write(String url, String title, Schema schema, String language);
    }

    private void described(RoutingContext request, String which, SchemaWriter writer) {
        Layer layer = layer(request);
        Parameters parameters = Parameters.of(request);
        boolean html = Documents.html(request, parameters);
        parameters.end();
        String language = Documents.language(request);
        String title = layer.info().title().in(language);
        String url = base(request) + "/collections/" + layer.id() + "/" + which;
        Buffer json = Buffer.buffer(writer.write(url, title, layer.schema(), language));
        request.response()
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                .putHeader(HttpHeaders.VARY, "Accept, Accept-Language")
                .putHeader("Content-Language", language);
        if (html) {
            Answers.send(request, 200, Documents.HTML, Documents.page(title, json.getBytes(), null));
        } else {
            Answers.send(request, 200, SchemaText.MEDIA_TYPE, json);
        }
    }

    void items(RoutingContext request) {
        Layer layer = layer(request);
        LayerMaker.AtLevel atLevel = board.atLevel(layer.id());
        ItemsQuery query = ItemsQuery.of(
                layer.info(),
                Parameters.of(request),
                Documents.wantsHtml(request),
                past != null,
                atLevel == null ? Double.NaN : atLevel.highestLevelM());
        String base = base(request);
        if (atLevel != null && !Double.isNaN(query.levelM())) {
            board.layerAtLevel(atLevel, query.levelM())
                    .onFailure(request::fail)
                    .onSuccess(there -> items(request, there, query, base));
            return;
        }
        long asOfMs = asOfMs(query.asOfMs());
        if (asOfMs != Long.MAX_VALUE && past != null) {
            board.layerAsOf(layer.id(), asOfMs, past)
                    .onFailure(failure -> request.fail(Answers.away("what was known then", failure)))
                    .onSuccess(then -> items(request, then, query, base));
        } else {
            items(request, layer, query, base);
        }
    }

    private void items(RoutingContext request, Layer layer, ItemsQuery query, String base) {
        ReadyAnswer.Validator validator = ReadyAnswer.Validator.of(
                layer.version() + ' ' + layer.stamp().runId() + ' ' + base + ' ' + query.self(),
                board.changedAtMs(layer));
        if (validator.isKnownTo(request)) {
            validator.notModified(request);
            return;
        }
        long builtAtMs = board.builtAtMs();
        board.ready(
                        new ItemsKey(layer.id(), query.self(), base),
                        () -> query.form().isFile()
                                ? file(layer, query, validator)
                                : items(layer, query, base, validator, builtAtMs))
                .onSuccess(answer -> {
                    if (query.form().isFile()) {
                        String name = layer.id() + '.' + query.form().f();
                        request.response().putHeader("Content-Disposition", "attachment; filename=\"" + name + "\"");
                    }
                    answer.send(request, board);
                })
                .onFailure(request::fail);
    }

    /** {@link Long#MAX_VALUE} for the present. */
    private long asOfMs(long asked) {
        if (asked == Long.MAX_VALUE) {
            return asked;
        }
        long nowMs = board.nowMs();
        if (asked > nowMs) {
            throw Problem.badParameter(
                    "asOf", FlatJson.rfc3339(asked), "an instant that is past; it is " + FlatJson.rfc3339(nowMs));
        }
        return asked;
    }

    private static Sendable items(
            Layer layer, ItemsQuery query, String base, ReadyAnswer.Validator validator, long builtAtMs) {
        Layer.Selection selection = select(layer, query);
        int[] rows = selection.rows();
        boolean html = query.form() == ItemsQuery.Form.HTML;
        if (!html && rows.length > LONG_ROWS && !query.isPlain()) {
            return new LongAnswer(
                    Answers.GEOJSON,
                    validator,
                    query.crs(),
                    () -> new ItemsInPieces(layer, query, base, builtAtMs, selection));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(rows.length * 512 + 2048);
        FlatJson json = begun(out, layer, query, base, builtAtMs, selection);
        layer.writeTo(out, rows, query.crs(), query.properties());
        json.closeList().close().flush();
        if (html) {
            Buffer page = Documents.page(
                    layer.info().title().en(),
                    out.toByteArray(),
                    query.crs() == Crs.CRS84 ? itemsOf(layer, base) + query.as("json") : null);
            return new ReadyAnswer(Documents.HTML, page, validator, query.crs());
        }
        return new ReadyAnswer(Answers.GEOJSON, Buffer.buffer(out.toByteArray()), validator, query.crs());
    }

    private static String itemsOf(Layer layer, String base) {
        return base + "/collections/" + layer.id() + "/items?";
    }

    /** All that comes before the features. */
    private static FlatJson begun(
            ByteArrayOutputStream out,
            Layer layer,
            ItemsQuery query,
            String base,
            long builtAtMs,
            Layer.Selection selection) {
        String items = itemsOf(layer, base);
        boolean html = query.form() == ItemsQuery.Form.HTML;
        FlatJson json = new FlatJson(out);
        json.open()
                .text("type", "FeatureCollection")
                .text("timeStamp", FlatJson.rfc3339(builtAtMs))
                .whole("numberMatched", selection.matched())
                .whole("numberReturned", selection.rows().length);
        layer.stamp().writeTo(json);
        if (layer.about() != null) {
            json.raw("about", layer.about());
        }
        json.openList("links");
        link(json, items + query.self(), "self", html ? "text/html" : Answers.GEOJSON, "This page");
        link(
                json,
                items + query.as(html ? "json" : "html"),
                "alternate",
                html ? Answers.GEOJSON : "text/html",
                html ? "This page as GeoJSON" : "This page for people");
        if (selection.nextAfter() != null) {
            link(
                    json,
                    items + query.next(selection.nextAfter()),
                    "next",
                    html ? "text/html" : Answers.GEOJSON,
                    "The next page");
        }
        link(json, base + "/collections/" + layer.id(), "collection", Answers.JSON, "The collection");
        json.closeList().openList("features").flush();
        return json;
    }

    /** The same bytes as at once, some hundred features at a time. */
    private static final class ItemsInPieces implements LongAnswer.Pieces {
        private final Layer layer;
        private final ItemsQuery query;
        private final int[] rows;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final FlatJson json;
        private int done;
        private boolean over;

        ItemsInPieces(Layer layer, ItemsQuery query, String base, long builtAtMs, Layer.Selection selection) {
            this.layer = layer;
            this.query = query;
            this.rows = selection.rows();
            json = begun(out, layer, query, base, builtAtMs, selection);
        }

        @Override
        public byte @Nullable [] next() {
            if (over) {
                return null;
            }
            if (done > 0) {
                out.write(',');
            }
            int[] piece = Arrays.copyOfRange(rows, done, Math.min(rows.length, done + PIECE_ROWS));
            layer.writeTo(out, piece, query.crs(), query.properties());
            done += piece.length;
            if (done == rows.length) {
                json.closeList().close().flush();
                over = true;
            }
            byte[] bytes = out.toByteArray();
            out.reset();
            return bytes;
        }
    }

    /** A file for a GIS or a spreadsheet; x is east in all of them, whatever the authority says. */
    private static ReadyAnswer file(Layer layer, ItemsQuery query, ReadyAnswer.Validator validator) {
        int[] rows = select(layer, query).rows();
        return switch (query.form()) {
            case CSV ->
                new ReadyAnswer(
                        CsvText.MEDIA_TYPE,
                        LayerCsv.of(layer, rows, query.crs(), query.properties())
                                .buffer(),
                        validator,
                        query.crs());
            case GEOPACKAGE ->
                new ReadyAnswer(
                        "application/geopackage+sqlite3",
                        Buffer.buffer(GeoPackageFile.of(layer, rows, query.crs(), query.properties())),
                        validator,
                        query.crs());
            case FLATGEOBUF ->
                new ReadyAnswer(
                        "application/flatgeobuf",
                        Buffer.buffer(FlatGeobufFile.of(layer, rows, query.crs(), query.properties())),
                        validator,
                        query.crs());
            case GEOJSON, HTML ->
                throw new IllegalArgumentException(query.form().f());
        };
    }

    private static Layer.Selection select(Layer layer, ItemsQuery query) {
        try {
            return layer.select(query.query());
        } catch (IllegalArgumentException noSuchPlace) {
            String after = String.valueOf(query.query().after());
            throw Problem.badParameter("after", after, "what a next link of the same query has");
        }
    }

    void item(RoutingContext request) {
        Layer layer = layer(request);
        Parameters parameters = Parameters.of(request);
        boolean html = Documents.html(request, parameters, "geojson");
        Crs crs = CrsParameter.read(parameters, "crs");
        int[] properties = PropertiesParameter.read(parameters, layer.schema());
        long asOfMs = past == null ? Long.MAX_VALUE : asOfMs(parameters.instantMs("asOf", Long.MAX_VALUE));
        parameters.end();
        if (asOfMs != Long.MAX_VALUE && past != null) {
            board.layerAsOf(layer.id(), asOfMs, past)
                    .onFailure(failure -> request.fail(Answers.away("what was known then", failure)))
                    .onSuccess(then -> {
                        try {
                            item(request, then, crs, properties, html);
                        } catch (Problem notThere) {
                            request.fail(notThere);
                        }
                    });
        } else {
            item(request, layer, crs, properties, html);
        }
    }

    private void item(RoutingContext request, Layer layer, Crs crs, int @Nullable [] properties, boolean html) {
        String featureId = String.valueOf(request.pathParam("featureId"));
        int row = layer.row(featureId);
        if (row < 0) {
            throw Problem.notFound(
                    "featureId", featureId, "the id of a feature in /collections/" + layer.id() + "/items");
        }
        String collection = base(request) + "/collections/" + layer.id();
        String self = collection + "/items/"
                + URLEncoder.encode(featureId, StandardCharsets.UTF_8).replace("+", "%20");
        Buffer links = Answers.json(json -> {
            json.open().openList("links");
            Documents.selfLinks(json, self, Answers.GEOJSON, html);
            link(json, collection, "collection", Answers.JSON, "The collection");
            json.closeList().close();
        });
        ByteArrayOutputStream feature = new ByteArrayOutputStream();
        layer.feature(feature, row, crs, properties);
        // the links are one more member: both are objects, joined where one ends and the other begins
        Buffer body = Buffer.buffer(feature.size() + links.length())
                .appendBytes(feature.toByteArray(), 0, feature.size() - 1)
                .appendString(",")
                .appendBuffer(links, 1, links.length() - 1);
        ReadyAnswer.Validator validator = ReadyAnswer.Validator.of(body.toString(), board.changedAtMs(layer));
        ReadyAnswer answer = html
                ? new ReadyAnswer(
                        Documents.HTML,
                        Documents.page(featureId, body.getBytes(), crs == Crs.CRS84 ? self + "?f=json" : null),
                        validator,
                        crs)
                : new ReadyAnswer(Answers.GEOJSON, body, validator, crs);
        answer.send(request, board);
    }

    private String base(RoutingContext request) {
        return gate.baseUrl(request) + below;
    }

    private Layer layer(RoutingContext request) {
        Layers layers = board.layers();
        String id = String.valueOf(request.pathParam("collectionId"));
        Layer layer = layers.layer(id);
        if (layer == null) {
            throw Problem.notFound(
                    "collectionId",
                    id,
                    "one of "
                            + String.join(
                                    ", ", layers.all().stream().map(Layer::id).toList()));
        }
        return layer;
    }

    private void collection(FlatJson json, String base, Layer layer, boolean html) {
        String here = base + "/collections/" + layer.id();
        String title = layer.info().title().en();
        json.open()
                .text("id", layer.id())
                .text("title", title)
                .text("titleDa", layer.info().title().da())
                .text("description", layer.info().description().en())
                .text("descriptionDa", layer.info().description().da())
                .text("itemType", "feature")
                .openList("crs");
        Crs.uris().forEach(json::element);
        json.closeList().text("storageCrs", Crs.STORAGE.uri());
        extent(json, layer);
        json.instant("updated", board.changedAtMs(layer));
        if (layer.about() != null) {
            json.raw("about", layer.about());
        }
        json.openList("links");
        Documents.selfLinks(json, here, Answers.JSON, html);
        link(json, here + "/items?f=json", "items", Answers.GEOJSON, title);
        link(json, here + "/items?f=html", "items", "text/html", title + ", for people");
        if (licence != null) {
            link(json, licence, "license", "text/html", "The licence of the data");
        }
        link(json, here + "/items?f=csv", "enclosure", CsvText.MEDIA_TYPE, "As CSV");
        link(json, here + "/items?f=gpkg", "enclosure", "application/geopackage+sqlite3", "As GeoPackage");
        link(json, here + "/items?f=fgb", "enclosure", "application/flatgeobuf", "As FlatGeobuf");
        link(
                json,
                here + "/queryables",
                "http://www.opengis.net/def/rel/ogc/1.0/queryables",
                SchemaText.MEDIA_TYPE,
                "Queryables");
        link(json, here + "/style.qml", "style", QgisStyle.MEDIA_TYPE, "Style for QGIS");
        link(json, here + "/style.sld", "style", SldStyle.MEDIA_TYPE, "Style (SLD 1.0)");
        json.open()
                .text("href", here + "/tiles/{z}/{x}/{y}.mvt")
                .text("rel", "item")
                .text("type", MapTile.MEDIA_TYPE)
                .text("title", "Vector tiles (WebMercatorQuad)")
                .truth("templated", true)
                .close();
        link(json, here + "/schema", "describedby", SchemaText.MEDIA_TYPE, "Schema of its features");
        json.closeList().close();
    }

    private static void extent(FlatJson json, Layer layer) {
        Envelope box = layer.extent();
        long earliestMs = layer.earliestMs();
        if (box == null && earliestMs == 0) {
            return;
        }
        json.open("extent");
        if (box != null) {
            String bbox = "[[" + box.getMinX() + ',' + box.getMinY() + ',' + box.getMaxX() + ',' + box.getMaxY() + "]]";
            json.open("spatial").raw("bbox", bbox).text("crs", Crs.CRS84.uri()).close();
        }
        if (earliestMs != 0) {
            String interval = "[[\"" + FlatJson.rfc3339(earliestMs) + "\",null]]";
            json.open("temporal")
                    .raw("interval", interval)
                    .text("trs", GREGORIAN)
                    .close();
        }
        json.close();
    }

    private static void link(FlatJson json, String href, String rel, String type, @Nullable String title) {
        Documents.link(json, href, rel, type, title);
    }
}
