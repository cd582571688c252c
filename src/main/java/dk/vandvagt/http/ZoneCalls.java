package dk.vandvagt.http;

import dk.vandvagt.layer.BuildingReader;
import dk.vandvagt.layer.Crs;
import dk.vandvagt.layer.Footprints;
import dk.vandvagt.layer.Zone;
import dk.vandvagt.layer.ZoneFault;
import dk.vandvagt.layer.ZoneReader;
import dk.vandvagt.station.Catalogue;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;

/** Planners' zones and buildings: made, replaced and deleted with the planner's token, and by nobody else's. */
final class ZoneCalls {
    private static final String CONTENT_CRS = "Content-Crs";
    private static final String ITEMS = "/collections/zones/items/";
    private static final int ID_BYTES = 8;

    private final LayerBoard board;
    private final Zones zones;
    private final InstantSource wallClock;
    private final SecureRandom random = new SecureRandom();

    private ZoneCalls(LayerBoard board, Zones zones, InstantSource wallClock) {
        this.board = board;
        this.zones = zones;
        this.wallClock = wallClock;
    }

    static void on(Router router, LayerBoard board, Zones zones, Gate gate, InstantSource wallClock) {
        ZoneCalls calls = new ZoneCalls(board, zones, wallClock);
        // the token is looked at before the body is taken
        router.post("/zones").handler(request -> gate.planner(request, zones.plannerToken()));
        router.put("/zones/:zoneId").handler(request -> gate.planner(request, zones.plannerToken()));
        router.delete("/zones/:zoneId").handler(request -> gate.planner(request, zones.plannerToken()));
        router.route("/buildings").handler(request -> gate.planner(request, zones.plannerToken()));
        BodyHandler body = BodyHandler.create(false).setBodyLimit(ZoneReader.MOST_BYTES);
        router.post("/zones").handler(body).handler(calls::make);
        router.put("/zones/:zoneId").handler(body).handler(calls::replace);
        router.delete("/zones/:zoneId").handler(calls::remove);
        router.put("/buildings")
                .handler(BodyHandler.create(false).setBodyLimit(BuildingReader.MOST_BYTES))
                .handler(calls::putBuildings);
        router.delete("/buildings").handler(calls::removeBuildings);
    }

    private void make(RoutingContext request) {
        read(request).onFailure(request::fail).onSuccess(drawn -> {
            long nowMs = wallClock.millis();
            List<Zone> made =
                    drawn.stream().map(each -> each.zone(freshId(), nowMs)).toList();
            keep(request, made, () -> {
                if (made.size() == 1) {
                    request.response()
                            .putHeader(
                                    HttpHeaders.LOCATION,
                                    ITEMS + made.getFirst().id());
                }
                Answers.send(request, 201, Answers.JSON, told(made));
            });
        });
    }

    private void replace(RoutingContext request) {
        String id = known(request);
        read(request).onFailure(request::fail).onSuccess(drawn -> {
            if (drawn.size() != 1) {
                request.fail(
                        Problem.badMember("features", "a list of " + drawn.size(), "the one zone that is replaced"));
                return;
            }
            List<Zone> made = List.of(drawn.getFirst().zone(id, wallClock.millis()));
            keep(request, made, () -> Answers.send(request, 200, Answers.JSON, told(made)));
        });
    }

    private void keep(RoutingContext request, List<Zone> made, Runnable answer) {
        Future.fromCompletionStage(zones.put(made), board.context())
                .onFailure(failure -> request.fail(Answers.away("the zones", failure)))
                .onSuccess(room -> {
                    if (room) {
                        board.remake();
                        answer.run();
                    } else {
                        request.fail(Problem.of(
                                409,
                                "too-many-zones",
                                "There are too many zones",
                                "no more than " + ZoneReader.MOST_ZONES + " are kept: delete some"));
                    }
                });
    }

    private void remove(RoutingContext request) {
        noParameters(request);
        String id = known(request);
        Future.fromCompletionStage(zones.remove(id, wallClock.millis()), board.context())
                .onFailure(failure -> request.fail(Answers.away("the zones", failure)))
                .onSuccess(removed -> {
                    if (removed) {
                        board.remake();
                        request.response().setStatusCode(204).end();
                    } else {
                        request.fail(noZone(id));
                    }
                });
    }

    private void putBuildings(RoutingContext request) {
        read(request, BuildingReader::read, BuildingReader.Upload::faults, "buildings")
                .onFailure(request::fail)
                .onSuccess(upload -> keep(
                        request,
                        () -> new Footprints(upload.outlines(), wallClock.millis()),
                        () -> Answers.send(
                                request,
                                200,
                                Answers.JSON,
                                Answers.json(json -> json.open()
                                        .whole("buildings", upload.outlines().size())
                                        .close()))));
    }

    private void removeBuildings(RoutingContext request) {
        noParameters(request);
        keep(
                request,
                () -> Footprints.NONE,
                () -> request.response().setStatusCode(204).end());
    }

    private void keep(RoutingContext request, Callable<Footprints> buildings, Runnable answer) {
        board.offLoop(buildings)
                .compose(each -> Future.fromCompletionStage(zones.putBuildings(each), board.context()))
                .onFailure(failure -> request.fail(Answers.away("the buildings", failure)))
                .onSuccess(kept -> {
                    board.remake();
                    answer.run();
                });
    }

    private String known(RoutingContext request) {
        String id = String.valueOf(request.pathParam("zoneId"));
        if (zones.all().stream().noneMatch(each -> each.id().equals(id))) {
            throw noZone(id);
        }
        return id;
    }

    private static Problem noZone(String id) {
        return Problem.notFound("zoneId", id, "an id in /collections/zones/items");
    }

    private Future<List<ZoneReader.Drawn>> read(RoutingContext request) {
        return read(request, ZoneReader::read, ZoneReader.Upload::faults, "zones")
                .map(ZoneReader.Upload::drawn);
    }

    private interface Reader<U> {
        U read(byte[] bytes, Crs crs, Catalogue catalogue);
    }

    /** Off the event loop: an upload may be large. */
    private <U> Future<U> read(
            RoutingContext request, Reader<U> reader, Function<U, List<ZoneFault>> faultsOf, String what) {
        Crs crs = crs(request);
        String type = request.request().getHeader(HttpHeaders.CONTENT_TYPE);
        String lower = type == null ? "" : type.toLowerCase(Locale.ROOT);
        if (!lower.startsWith(Answers.GEOJSON) && !lower.startsWith(Answers.JSON)) {
            throw Problem.wrong(
                    415,
                    "bad-media-type",
                    "Not GeoJSON",
                    "Content-Type",
                    type == null ? "" : type,
                    Answers.GEOJSON + " or " + Answers.JSON);
        }
        Buffer body = request.body().buffer();
        byte[] bytes = body == null ? new byte[0] : body.getBytes();
        Catalogue catalogue = board.layers().live().catalogue();
        return board.offLoop(() -> {
            U upload = reader.read(bytes, crs, catalogue);
            List<ZoneFault> faults = faultsOf.apply(upload);
            String kind = "bad-" + what.substring(0, what.length() - 1);
            if (faults.size() == 1) {
                ZoneFault fault = faults.getFirst();
                throw Problem.wrong(
                        400, kind, "The " + what + " are wrong", fault.member(), fault.found(), fault.expected());
            }
            if (!faults.isEmpty()) {
                throw Problem.faults(
                        400,
                        kind,
                        "The " + what + " are wrong",
                        faults.stream().map(ZoneFault::toString).toList());
            }
            return upload;
        });
    }

    /** The header of OGC API – Features Part 4, or the parameter; CRS84 without either. */
    private static Crs crs(RoutingContext request) {
        Parameters parameters = Parameters.of(request);
        boolean asked = parameters.text("crs") != null;
        Crs crs = CrsParameter.read(parameters, "crs");
        parameters.end();
        String header = request.request().getHeader(CONTENT_CRS);
        if (header == null) {
            return crs;
        }
        String uri = header.strip();
        uri = uri.startsWith("<") && uri.endsWith(">") ? uri.substring(1, uri.length() - 1) : uri;
        Crs told = Crs.of(uri);
        if (told == null) {
            throw Problem.badParameter(CONTENT_CRS, header, "one of " + String.join(", ", Crs.uris()));
        }
        if (asked && told != crs) {
            throw Problem.badParameter(CONTENT_CRS, header, "the same as the parameter crs, " + crs.uri());
        }
        return told;
    }

    private static void noParameters(RoutingContext request) {
        Parameters.of(request).end();
    }

    private String freshId() {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        return HexFormat.of().formatHex(id);
    }

    private static Buffer told(List<Zone> made) {
        return Answers.json(json -> {
            json.open().openList("zones");
            made.forEach(zone ->
                    json.open().text("id", zone.id()).text("name", zone.name()).close());
            json.closeList().close();
        });
    }
}
