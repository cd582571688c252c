package dk.vandvagt.http;

import dk.vandvagt.alert.Transition;
import dk.vandvagt.layer.LayerInfo;
import dk.vandvagt.layer.LayerMaker;
import dk.vandvagt.layer.Layers;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The server, started and handed over; its calls may come from any thread. */
public final class HttpRoom {
    private static final long LONGEST_BODY_BYTES = 64 * 1024;

    /** A connection on which nothing moves for so long is closed: a client that has stopped reading holds what it was to be sent. */
    private static final int IDLE_AT_MOST_S = 120;

    private static final int COMPRESS_FROM_BYTES = 512;
    /** A condition on a polygon is long. */
    private static final int ADDRESS_AT_MOST_BYTES = 64 * 1024;

    private static final int HEADERS_AT_MOST_BYTES = 16 * 1024;

    private final Vertx vertx;
    private final String deploymentId;
    private final House house;

    private HttpRoom(Vertx vertx, String deploymentId, House house) {
        this.vertx = vertx;
        this.deploymentId = deploymentId;
        this.house = house;
    }

    /** Fails with {@link java.net.BindException} where the port is taken, and where the settings would open it to the world. */
    public static Future<HttpRoom> start(Vertx vertx, HttpSettings settings, Ports ports) {
        if (!Gate.isLoopback(settings.bind()) && settings.trustedProxy() == null && settings.tls() == null) {
            return Future.failedFuture(new IllegalArgumentException("http.bind is " + settings.bind()
                    + ": beyond loopback the service starts only with http.tls, or behind a proxy that speaks TLS;"
                    + " name it in http.trustedProxy, or bind to 127.0.0.1"));
        }
        House house = new House(settings, ports);
        return vertx.deployVerticle(house).map(id -> new HttpRoom(vertx, id, house));
    }

    /** The one it listens on, also where any free one was asked for. */
    public int port() {
        return house.port();
    }

    /** Tells the live streams; the transitions are durable. */
    public void onTransitions(List<Transition> transitions) {
        house.context().runOnContext(v -> house.news());
    }

    /** Likewise, of a drill. */
    public void onExercise(List<Transition> transitions) {
        house.context().runOnContext(v -> house.exerciseNews());
    }

    public Future<Void> close() {
        return vertx.undeploy(deploymentId);
    }

    /** One event loop for all connections, so that what they share needs no locks. */
    private static final class House extends VerticleBase {
        private final HttpSettings settings;
        private final Ports ports;
        private @Nullable HttpServer server;
        private @Nullable LiveStream stream;
        private @Nullable DrillCalls drills;

        House(HttpSettings settings, Ports ports) {
            this.settings = settings;
            this.ports = ports;
        }

        @Override
        public Future<?> start() {
            LayerBoard board =
                    new LayerBoard(context, ports.layers(), ports.wallClock(), ports.makers(), this::changed);
            LiveStream live = new LiveStream(board, settings.clock(), ports.alerts());
            stream = live;
            HttpServerOptions options = new HttpServerOptions()
                    .setHost(settings.bind())
                    .setPort(settings.port())
                    .setCompressionSupported(true)
                    .setCompressionContentSizeThreshold(COMPRESS_FROM_BYTES)
                    .setIdleTimeout(IDLE_AT_MOST_S)
                    .setMaxInitialLineLength(ADDRESS_AT_MOST_BYTES)
                    .setMaxHeaderSize(HEADERS_AT_MOST_BYTES);
            HttpSettings.PemFiles tls = settings.tls();
            if (tls != null) {
                options.setSsl(true)
                        .setKeyCertOptions(new PemKeyCertOptions()
                                .setCertPath(tls.cert().toString())
                                .setKeyPath(tls.key().toString()));
            }
            server = vertx.createHttpServer(options).requestHandler(router(board, live));
            return server.listen().onSuccess(listening -> {
                board.pull();
                vertx.setPeriodic(LayerBoard.PULL_EVERY_MS, timer -> {
                    board.pull();
                    live.tick();
                });
            });
        }

        private void changed(@Nullable Layers before, Layers now) {
            if (stream != null) {
                stream.changed(before, now);
            }
        }

        void news() {
            if (stream != null) {
                stream.news();
            }
        }

        void exerciseNews() {
            if (drills != null) {
                drills.news();
            }
        }

        int port() {
            HttpServer listening = server;
            if (listening == null) {
                throw new IllegalStateException("not started");
            }
            return listening.actualPort();
        }

        Context context() {
            return context;
        }

        private Router router(LayerBoard board, LiveStream live) {
            Gate gate = new Gate(settings);
            Features features = new Features(gate, board, ports.bulletins(), ports.past(), "", settings.licence());
            Alerts alerts = new Alerts(board, ports.past());
            ThresholdEvents events = new ThresholdEvents(board, ports.past());
            StationSeries series = new StationSeries(board, ports.past());
            OperatorCalls calls = new OperatorCalls(board, ports.operator());
            CapFeeds cap = new CapFeeds(gate, board, ports.bulletins(), ports.drills());
            Vitals vitals = new Vitals(board, ports.health(), ports.metrics());

            Router router = Router.router(vertx);
            router.route()
                    .handler(gate::securityHeaders)
                    .handler(gate::host)
                    .handler(Gate::wellFormed)
                    .handler(Cors::allow)
                    .failureHandler(Answers::fail);
            for (int status : new int[] {400, 404, 405, 413, 500}) {
                router.errorHandler(status, Answers::fail);
            }
            read(router, "/").handler(request -> {
                if (wantsPage(request)) {
                    request.reroute("/app/index.html");
                } else {
                    features.landing(request);
                }
            });
            List<LayerInfo> infos = new ArrayList<>(Layers.infos());
            Set<String> byLevel = new HashSet<>();
            for (LayerMaker maker : ports.makers()) {
                infos.add(maker.info());
                if (maker instanceof LayerMaker.AtLevel) {
                    byLevel.add(maker.info().id());
                }
            }
            read(router, "/api").handler(new Description(infos, byLevel)::answer);
            read(router, "/conformance").handler(Features::conformance);
            read(router, "/collections").handler(features::collections);
            read(router, "/collections/:collectionId").handler(features::collection);
            read(router, "/collections/:collectionId/queryables").handler(features::queryables);
            read(router, "/collections/:collectionId/tiles/:z/:x/:y").handler(features::tile);
            read(router, "/collections/:collectionId/style.qml").handler(features::qgisStyle);
            read(router, "/collections/:collectionId/style.sld").handler(features::sldStyle);
            read(router, "/collections/:collectionId/schema").handler(features::schema);
            read(router, "/collections/:collectionId/items").handler(features::items);
            read(router, "/collections/:collectionId/items/:featureId").handler(features::item);
            read(router, "/alerts").handler(alerts::list);
            read(router, "/threshold-events").handler(events::list);
            read(router, "/threshold-events/statistics").handler(events::statistics);
            read(router, "/stations/:stationId/series").handler(series::answer);
            router.get("/live").handler(live::connect);
            read(router, "/cap/feed.atom").handler(cap::feed);
            read(router, "/cap/exercise/feed.atom").handler(cap::exerciseFeed);
            read(router, "/cap/exercise/:file").handler(cap::exerciseMessage);
            read(router, "/cap/:file").handler(cap::message);
            read(router, "/health/live").handler(vitals::live);
            read(router, "/health/ready").handler(vitals::ready);
            read(router, "/metrics").handler(vitals::metrics);
            change(router, "/alerts/:alertId/acknowledge", gate).handler(calls::acknowledge);
            change(router, "/rules/:ruleId/shelve", gate).handler(calls::shelve);
            change(router, "/rules/:ruleId/unshelve", gate).handler(calls::unshelve);
            change(router, "/sensors/:sensorId/out-of-service", gate).handler(calls::takeOutOfService);
            change(router, "/sensors/:sensorId/maintenance", gate).handler(calls::maintainSensor);
            change(router, "/stations/:stationId/maintenance", gate).handler(calls::maintainStation);
            change(router, "/sensors/:sensorId/in-service", gate).handler(calls::putInService);
            change(router, "/reload", gate).handler(calls::reload);
            Intake intake = ports.intake();
            if (intake != null) {
                ReadingPosts posts = new ReadingPosts(vertx, context, intake, ports.wallClock());
                for (String path : List.of("/readings", "/readings/:sensorId")) {
                    router.post(path).handler(request -> gate.device(request, intake.deviceToken()));
                    router.post(path).handler(posts::limit);
                    router.post(path).handler(BodyHandler.create(false).setBodyLimit(LONGEST_BODY_BYTES));
                    router.post(path).handler(posts::take);
                }
            }
            if (ports.drills() != null) {
                DrillCalls ofDrills = new DrillCalls(ports.drills(), gate, board);
                ofDrills.on(router, vertx, BodyHandler.create(false).setBodyLimit(LONGEST_BODY_BYTES));
                drills = ofDrills;
            }
            Checks checks = ports.checks();
            if (checks != null) {
                CheckCalls staffGauge = new CheckCalls(board, checks);
                read(router, "/sensors/:sensorId/checks").handler(staffGauge::list);
                change(router, "/sensors/:sensorId/checks", gate).handler(staffGauge::record);
            }
            Zones zones = ports.zones();
            if (zones != null) {
                ZoneCalls.on(router, board, zones, gate, ports.wallClock());
            }
            Subscribers subscribers = ports.subscribers();
            if (subscribers != null) {
                SubscriptionCalls.on(
                        router, context, subscribers, ports.past(), gate, ports.wallClock(), settings.trustedProxy());
            }
            // the version stands in the address of a library, so it may be kept for ever
            PageFiles libraries =
                    new PageFiles(board, "/lib", "META-INF/resources/webjars", "public, max-age=31536000, immutable");
            read(router, "/lib/*").handler(libraries::answer);
            read(router, "/app/settings.json").handler(this::pageSettings);
            read(router, "/app/*").handler(new PageFiles(board, "/app", "web", "no-cache")::answer);
            return router;
        }

        /** What the page is told before anything else. */
        private void pageSettings(RoutingContext request) {
            HttpSettings.Tiles tiles = settings.tiles();
            request.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
            Answers.send(request, 200, Answers.JSON, Answers.json(json -> {
                json.open();
                if (tiles == null) {
                    json.nothing("tiles");
                } else {
                    json.open("tiles")
                            .text("url", tiles.url())
                            .text("credit", tiles.credit())
                            .close();
                }
                json.close();
            }));
        }

        private static Route read(Router router, String path) {
            return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
        }

        /** The token is looked at before the body is taken. */
        private static Route change(Router router, String path, Gate gate) {
            router.post(path).handler(gate::operator);
            return router.post(path).handler(BodyHandler.create(false).setBodyLimit(LONGEST_BODY_BYTES));
        }
    }

    private static boolean wantsPage(RoutingContext request) {
        String query = request.request().query();
        String f = query == null ? null : request.queryParams().get("f");
        if (f != null) {
            return f.equals("html");
        }
        return Documents.wantsHtml(request);
    }
}
