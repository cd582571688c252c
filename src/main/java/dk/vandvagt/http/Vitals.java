package dk.vandvagt.http;

import dk.vandvagt.http.Health.Check;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** Health and metrics. */
final class Vitals {
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    /** Copies of the live state are taken every second. */
    private static final long OLDEST_COPY_MS = 10_000;

    private final LayerBoard board;
    private final Health health;
    private final Supplier<String> metrics;

    Vitals(LayerBoard board, Health health, Supplier<String> metrics) {
        this.board = board;
        this.health = health;
        this.metrics = metrics;
    }

    void live(RoutingContext request) {
        send(request, health.live());
    }

    void ready(RoutingContext request) {
        List<Check> checks = new ArrayList<>(health.ready());
        checks.add(layers());
        send(request, checks);
    }

    private Check layers() {
        if (board.copiedAtMs() == 0) {
            return new Check("layers", Check.State.FAILED, "no copy of the live state yet");
        }
        long ageMs = board.wallMs() - board.copiedAtMs();
        return new Check(
                "layers",
                ageMs > OLDEST_COPY_MS ? Check.State.FAILED : Check.State.OK,
                "live state copied " + ageMs / 1000 + " s ago");
    }

    private static void send(RoutingContext request, List<Check> checks) {
        Parameters parameters = Parameters.of(request);
        parameters.format("json");
        parameters.end();
        Check.State worst = Check.State.OK;
        for (Check check : checks) {
            worst = check.state().ordinal() > worst.ordinal() ? check.state() : worst;
        }
        Check.State overall = worst;
        request.response().putHeader("Cache-Control", "no-store");
        Answers.send(request, overall == Check.State.FAILED ? 503 : 200, Answers.JSON, Answers.json(json -> {
            json.open().text("status", word(overall)).openList("checks");
            checks.forEach(check -> json.open()
                    .text("name", check.name())
                    .text("status", word(check.state()))
                    .text("detail", check.detail())
                    .close());
            json.closeList().close();
        }));
    }

    private static String word(Check.State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    void metrics(RoutingContext request) {
        board.offLoop(metrics::get)
                .onSuccess(text -> Answers.send(request, 200, PROMETHEUS, Buffer.buffer(text)))
                .onFailure(request::fail);
    }
}
