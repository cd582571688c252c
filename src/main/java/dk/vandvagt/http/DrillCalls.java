package dk.vandvagt.http;

import dk.vandvagt.layer.FlatJson;
import dk.vandvagt.layer.Layers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Beginning and ending drills, and what can be seen of one: all of it below {@code /exercise}, made of the very same answers as what is
 * real, out of the drill's own run.
 */
final class DrillCalls {
    static final String BELOW = "/exercise";
    private static final Duration USUAL = Duration.ofHours(8);
    private static final Duration LONGEST = Duration.ofDays(3);

    /** The one that runs, with a board of its own. */
    private static final class Seen {
        private final Drills.View view;
        private final LayerBoard board;
        private final LiveStream stream;
        private final Features features;
        private final Alerts alerts;

        Seen(Drills.View view, Gate gate, LayerBoard real) {
            this.view = view;
            board = new LayerBoard(real.context(), view.layers(), real.wallClock(), List.of(), this::changed);
            stream = new LiveStream(board, HttpSettings.ClockKind.STREAM, view.alerts());
            features = new Features(gate, board, null, null, BELOW, null);
            alerts = new Alerts(board, null);
        }

        private void changed(@Nullable Layers before, Layers now) {
            stream.changed(before, now);
        }
    }

    private final Drills drills;
    private final Gate gate;
    private final LayerBoard real;
    private @Nullable Seen seen;

    DrillCalls(Drills drills, Gate gate, LayerBoard real) {
        this.drills = drills;
        this.gate = gate;
        this.real = real;
    }

    void on(Router router, Vertx vertx, BodyHandler body) {
        router.get("/drill").handler(this::status);
        router.post("/drill").handler(gate::operator);
        router.post("/drill").handler(body).handler(this::begin);
        router.delete("/drill").handler(gate::operator).handler(this::end);
        see(router, "/collections", (now, request) -> now.features.collections(request));
        see(router, "/collections/:collectionId", (now, request) -> now.features.collection(request));
        see(router, "/collections/:collectionId/queryables", (now, request) -> now.features.queryables(request));
        see(router, "/collections/:collectionId/schema", (now, request) -> now.features.schema(request));
        see(router, "/collections/:collectionId/items", (now, request) -> now.features.items(request));
        see(router, "/collections/:collectionId/items/:featureId", (now, request) -> now.features.item(request));
        see(router, "/alerts", (now, request) -> now.alerts.list(request));
        see(router, "/live", (now, request) -> now.stream.connect(request));
        vertx.setPeriodic(LayerBoard.PULL_EVERY_MS, timer -> {
            Seen now = look();
            if (now != null) {
                now.board.pull();
                now.stream.tick();
            }
        });
    }

    private void see(Router router, String path, BiConsumer<Seen, RoutingContext> answer) {
        router.get(BELOW + path).handler(request -> {
            Seen now = look();
            if (now == null) {
                throw Problem.notFound(
                        "path",
                        String.valueOf(request.request().path()),
                        "a drill that runs: none does, see GET /drill");
            }
            answer.accept(now, request);
        });
    }

    /** There are transitions that were not there before. */
    void news() {
        Seen now = look();
        if (now != null) {
            now.stream.news();
        }
    }

    private @Nullable Seen look() {
        Drills.View view = drills.running();
        Seen before = seen;
        if (view == null) {
            if (before != null) {
                before.stream.close();
                seen = null;
            }
            return null;
        }
        if (before == null || !before.view.order().equals(view.order())) {
            if (before != null) {
                before.stream.close();
            }
            Seen now = new Seen(view, gate, real);
            now.board.pull();
            seen = now;
        }
        return seen;
    }

    private void status(RoutingContext request) {
        noParameters(request);
        Drills.View view = drills.running();
        Answers.send(request, json -> {
            json.open().truth("running", view != null);
            if (view != null) {
                members(json, view.order());
            }
            json.close();
        });
    }

    private static void members(FlatJson json, Drills.Order order) {
        json.text("runId", order.runId())
                .text("status", "exercise")
                .instant("beganAt", order.beganAtMs())
                .instant("until", order.untilMs())
                .text("by", order.by())
                .text("note", order.note());
    }

    private void begin(RoutingContext request) {
        noParameters(request);
        CallBody body = CallBody.of(request, "until", "for");
        String by = body.by();
        String note = body.reason();
        long nowMs = real.wallMs();
        long untilMs = body.has("until") || body.has("for")
                ? body.untilMs(nowMs, LONGEST.toMillis(), LONGEST.toDays() + " d")
                : nowMs + USUAL.toMillis();
        Future.fromCompletionStage(drills.begin(by, note, untilMs), real.context())
                .onSuccess(begun -> {
                    switch (begun) {
                        case Drills.Begun.Refused(String why) ->
                            request.fail(Problem.of(409, "no-drill", "No drill can begin", why));
                        case Drills.Begun.Running(Drills.Order order) ->
                            Answers.send(request, 201, Answers.JSON, Answers.json(json -> {
                                json.open().truth("running", true);
                                members(json, order);
                                json.close();
                            }));
                    }
                })
                .onFailure(failure -> request.fail(Answers.away("the broker", failure)));
    }

    private void end(RoutingContext request) {
        Parameters parameters = Parameters.of(request);
        String by = parameters.text("by");
        parameters.format("json");
        parameters.end();
        if (by == null || by.isBlank() || by.length() > 100) {
            throw Problem.badParameter("by", by == null ? "" : by, "who does it, 1 to 100 characters");
        }
        Future.fromCompletionStage(drills.end(by.strip()), real.context())
                .onSuccess(order -> {
                    if (order == null) {
                        request.fail(Problem.of(409, "no-drill", "No drill runs", "there is none to end"));
                        return;
                    }
                    Answers.send(request, json -> {
                        json.open().truth("running", false);
                        members(json, order);
                        json.close();
                    });
                })
                .onFailure(failure -> request.fail(Answers.away("the drill", failure)));
    }

    private static void noParameters(RoutingContext request) {
        Parameters parameters = Parameters.of(request);
        parameters.format("json");
        parameters.end();
    }
}
