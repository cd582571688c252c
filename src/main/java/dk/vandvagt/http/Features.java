package dk.vandvagt.http;

import dk.vandvagt.layer.Box;
import dk.vandvagt.layer.FlatJson;
import dk.vandvagt.layer.Layer;
import dk.vandvagt.layer.Layers;
import dk.vandvagt.layer.Stamp;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** OGC API – Features, Part 1: Core, with GeoJSON. */
final class Features {
    private static final String CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
    private static final String GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian";
    private static final List<String> CONFORMS_TO = List.of(
            "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
            "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
            "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
            "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson");

    private final Gate gate;
    private final LayerBoard board;
    private final @Nullable Bulletins bulletins;
    private final String below;

    /** @param below where these collections lie: empty, or a path that begins with a slash */
    Features(Gate gate, LayerBoard board, @Nullable Bulletins bulletins, String below) {
        this.below = below;
        this.gate = gate;
        this.board = board;
        this.bulletins = bulletins;
    }

    private record ItemsKey(ItemsQuery query, String baseUrl) {}

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
            link(json, base + "/api", "service-desc", "application/vnd.oai.openapi+json;version=3.0", "The API");
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
        onlyFormat(request);
        Answers.send(request, json -> {
            json.open().openList("conformsTo");
            CONFORMS_TO.forEach(json::element);
            json.closeList().close();
        });
    }

    void collections(RoutingContext request) {
        onlyFormat(request);
        String base = base(request);
        Layers layers = board.layers();
        Answers.send(request, json -> {
            json.open().openList("links");
            link(json, base + "/collections", "self", Answers.JSON, "This document");
            json.closeList().openList("collections");
            layers.all().forEach(layer -> collection(json, base, layer));
            json.closeList().close();
        });
    }

    void collection(RoutingContext request) {
        onlyFormat(request);
        Layer layer = layer(request);
        Answers.send(request, json -> collection(json, base(request), layer));
    }

    void items(RoutingContext request) {
        Layer layer = layer(request);
        ItemsQuery query = ItemsQuery.of(layer.id(), Parameters.of(request));
        String base = base(request);
        Stamp stamp = board.layers().stamp();
        long builtAtMs = board.builtAtMs();
        board.ready(new ItemsKey(query, base), () -> items(layer, query, base, stamp, builtAtMs))
                .onSuccess(answer -> answer.send(request))
                .onFailure(request::fail);
    }

    private static ReadyAnswer items(Layer layer, ItemsQuery query, String base, Stamp stamp, long builtAtMs) {
        Layer.Selection selection =
                layer.select(query.bbox(), query.fromMs(), query.toMs(), query.after(), query.limit());
        String items = base + "/collections/" + layer.id() + "/items?";
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        FlatJson json = new FlatJson(out);
        json.open()
                .text("type", "FeatureCollection")
                .text("timeStamp", FlatJson.rfc3339(builtAtMs))
                .whole("numberMatched", selection.matched())
                .whole("numberReturned", selection.rows().length);
        stamp.writeTo(json);
        json.openList("links");
        String self = query.after() == null ? query.walk() : query.next(query.after());
        link(json, items + self, "self", Answers.GEOJSON, "This page");
        if (selection.nextAfter() != null) {
            link(json, items + query.next(selection.nextAfter()), "next", Answers.GEOJSON, "The next page");
        }
        link(json, base + "/collections/" + layer.id(), "collection", Answers.JSON, "The collection");
        json.closeList().openList("features").flush();
        layer.writeTo(out, selection);
        json.closeList().close().flush();
        return ReadyAnswer.of(Answers.GEOJSON, out);
    }

    void item(RoutingContext request) {
        onlyFormat(request);
        Layer layer = layer(request);
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
            link(json, self, "self", Answers.GEOJSON, "This feature");
            link(json, collection, "collection", Answers.JSON, "The collection");
            json.closeList().close();
        });
        byte[] feature = layer.feature(row);
        // the links are one more member: both are objects, joined where one ends and the other begins
        Buffer body = Buffer.buffer(feature.length + links.length())
                .appendBytes(feature, 0, feature.length - 1)
                .appendString(",")
                .appendBuffer(links, 1, links.length() - 1);
        request.response().putHeader("Cache-Control", "no-cache");
        Answers.send(request, 200, Answers.GEOJSON, body);
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

    private static void collection(FlatJson json, String base, Layer layer) {
        String here = base + "/collections/" + layer.id();
        json.open()
                .text("id", layer.id())
                .text("title", title(layer))
                .text("description", description(layer))
                .text("itemType", "feature")
                .openList("crs")
                .element(CRS84)
                .closeList();
        extent(json, layer);
        json.openList("links");
        link(json, here, "self", Answers.JSON, title(layer));
        link(json, here + "/items", "items", Answers.GEOJSON, title(layer));
        json.closeList().close();
    }

    private static void extent(FlatJson json, Layer layer) {
        Box box = layer.extent();
        long earliestMs = layer.earliestMs();
        if (box == null && earliestMs == 0) {
            return;
        }
        json.open("extent");
        if (box != null) {
            String bbox = "[[" + box.west() + ',' + box.south() + ',' + box.east() + ',' + box.north() + "]]";
            json.open("spatial").raw("bbox", bbox).text("crs", CRS84).close();
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

    private static String title(Layer layer) {
        return switch (layer.id()) {
            case "stations" -> "Stations";
            case "observations" -> "Newest observations";
            default -> "Alerts";
        };
    }

    private static String description(Layer layer) {
        return switch (layer.id()) {
            case "stations" ->
                "Where the stations are and how each one stands now. State unknown or stale is no all-clear.";
            case "observations" ->
                "The newest observation of each sensor with its quality flag (QARTOD): trend, residual and rarity of "
                        + "levels, accumulations and rarity of rain. Times to the next level are extrapolations.";
            default -> "Alerts that stand and alerts that ended lately. Local measurements, not warnings by DMI.";
        };
    }

    private static void onlyFormat(RoutingContext request) {
        Parameters parameters = Parameters.of(request);
        parameters.format("json");
        parameters.end();
    }

    private static void link(FlatJson json, String href, String rel, String type, @Nullable String title) {
        json.open()
                .text("href", href)
                .text("rel", rel)
                .text("type", type)
                .text("title", title)
                .close();
    }
}
