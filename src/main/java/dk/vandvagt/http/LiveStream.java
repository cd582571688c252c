package dk.vandvagt.http;

import dk.vandvagt.alert.Transition;
import dk.vandvagt.layer.AlertText;
import dk.vandvagt.layer.FlatJson;
import dk.vandvagt.layer.Layer;
import dk.vandvagt.layer.Layers;
import dk.vandvagt.layer.Stamp;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Server-sent events: {@code state} with all stations first, then {@code station} for each that changed, {@code alert} for each
 * transition, {@code clock} every second. A client that does not keep up is cut: its browser comes back and is sent the state
 * anew. One event loop uses it.
 */
final class LiveStream {
    private static final Logger LOG = LoggerFactory.getLogger(LiveStream.class);
    private static final int MOST_CLIENTS = 1000;

    /** What may wait for one client beyond what its socket takes. */
    private static final int MOST_WAITING_BYTES = 1 << 20;

    private static final long LONGEST_BEHIND_MS = 30_000;
    private static final int HEARTBEAT_EVERY_CLOCKS = 15;
    private static final Buffer HEARTBEAT = Buffer.buffer(": still here\n\n");
    private static final Buffer COME_BACK_AFTER = Buffer.buffer("retry: 2000\n\n");

    private final LayerBoard board;
    private final HttpSettings.ClockKind clock;
    private final List<Client> clients = new ArrayList<>();
    private int clocks;

    LiveStream(LayerBoard board, HttpSettings.ClockKind clock) {
        this.board = board;
        this.clock = clock;
    }

    int clients() {
        return clients.size();
    }

    void connect(RoutingContext request) {
        Parameters.of(request).end();
        if (clients.size() >= MOST_CLIENTS) {
            throw Problem.away(MOST_CLIENTS + " live streams are open already");
        }
        HttpServerResponse response = request.response();
        response.setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                // a compressor, ours or a proxy's, would hold events back
                .putHeader(HttpHeaders.CONTENT_ENCODING, "identity")
                .putHeader("X-Accel-Buffering", "no");
        Client client = new Client(request);
        response.closeHandler(v -> clients.remove(client));
        response.exceptionHandler(failure -> clients.remove(client));
        response.drainHandler(v -> client.drain());
        client.send(COME_BACK_AFTER);
        Layers layers = board.layersOrNull();
        if (layers != null) {
            client.send(state(layers));
            client.send(clock(layers));
        }
        clients.add(client);
    }

    /** Other settings may mean other stations: then everybody gets the whole state. */
    void changed(@Nullable Layers before, Layers now) {
        if (clients.isEmpty()) {
            return;
        }
        if (before == null || !sameStations(before.stamp(), now.stamp())) {
            sendAll(state(now));
            return;
        }
        for (int row : now.stations().changedSince(before.stations())) {
            sendAll(event("station", null, now.stations().feature(row)));
        }
    }

    private static boolean sameStations(Stamp before, Stamp now) {
        return before.runId().equals(now.runId()) && before.catalogueRevision().equals(now.catalogueRevision());
    }

    void transitions(List<Transition> transitions) {
        Layers layers = board.layersOrNull();
        if (layers == null || clients.isEmpty()) {
            return;
        }
        for (Transition transition : transitions) {
            sendAll(event("alert", transition.id(), json -> {
                json.open();
                AlertText.write(json, layers.live().catalogue(), transition);
                json.text("runId", transition.runId()).close();
            }));
        }
    }

    /** Called every second. */
    void tick() {
        Layers layers = board.layersOrNull();
        if (layers != null && !clients.isEmpty()) {
            sendAll(clock(layers));
        }
        if (++clocks % HEARTBEAT_EVERY_CLOCKS == 0) {
            sendAll(HEARTBEAT);
        }
    }

    private void sendAll(Buffer event) {
        for (Client client : List.copyOf(clients)) {
            client.send(event);
        }
    }

    private Buffer state(Layers layers) {
        Layer stations = layers.stations();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        FlatJson json = new FlatJson(out);
        json.open().text("placeName", layers.live().catalogue().placeName()).text("clock", clockKind());
        layers.stamp().writeTo(json);
        json.openList("stations").flush();
        stations.writeTo(out, stations.select(null, Long.MIN_VALUE, Long.MAX_VALUE, null, Integer.MAX_VALUE));
        json.closeList().close().flush();
        return event("state", null, out.toByteArray());
    }

    private Buffer clock(Layers layers) {
        long wallMs = board.wallMs();
        return event(
                "clock",
                null,
                json -> json.open()
                        .whole("clockMs", layers.stamp().computedAtMs())
                        .text("clock", clockKind())
                        .text("runId", layers.stamp().runId())
                        .whole("sequence", layers.stamp().sequence())
                        .whole("wallMs", wallMs)
                        .whole("wallLagMs", wallMs - layers.stamp().computedAtMs())
                        .whole("newestObservedAtMs", layers.newestObservedAtMs())
                        .whole("newestReceivedAtMs", layers.newestReceivedAtMs())
                        .whole("copiedAtMs", board.copiedAtMs())
                        .close());
    }

    private String clockKind() {
        return clock.name().toLowerCase(Locale.ROOT);
    }

    private static Buffer event(String name, @Nullable String id, Consumer<FlatJson> data) {
        return event(name, id, Answers.json(data).getBytes());
    }

    /** @param json without line breaks, which would end the event */
    private static Buffer event(String name, @Nullable String id, byte[] json) {
        Buffer event = Buffer.buffer(json.length + 64);
        event.appendString("event: ").appendString(name);
        if (id != null) {
            event.appendString("\nid: ").appendString(id, StandardCharsets.UTF_8.name());
        }
        return event.appendString("\ndata: ").appendBytes(json).appendString("\n\n");
    }

    private final class Client {
        private final RoutingContext request;
        private final HttpServerResponse response;
        private final ArrayDeque<Buffer> waiting = new ArrayDeque<>();
        private long waitingBytes;
        private long behindSinceMs;

        Client(RoutingContext request) {
            this.request = request;
            this.response = request.response();
        }

        void send(Buffer event) {
            if (waiting.isEmpty() && !response.writeQueueFull()) {
                response.write(event);
                return;
            }
            if (waiting.isEmpty()) {
                behindSinceMs = board.wallMs();
            }
            waiting.add(event);
            waitingBytes += event.length();
            if (waitingBytes > MOST_WAITING_BYTES || board.wallMs() - behindSinceMs > LONGEST_BEHIND_MS) {
                LOG.info("Cutting a live stream that does not keep up: {} events wait", waiting.size());
                clients.remove(this);
                waiting.clear();
                request.request().connection().close();
            }
        }

        void drain() {
            while (!waiting.isEmpty() && !response.writeQueueFull()) {
                Buffer event = waiting.remove();
                waitingBytes -= event.length();
                response.write(event);
            }
        }
    }
}
