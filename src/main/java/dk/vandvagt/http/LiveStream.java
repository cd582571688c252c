package dk.vandvagt.http;

import dk.vandvagt.alert.ExerciseRun;
import dk.vandvagt.layer.AlertText;
import dk.vandvagt.layer.Crs;
import dk.vandvagt.layer.FlatJson;
import dk.vandvagt.layer.Layer;
import dk.vandvagt.layer.Layers;
import dk.vandvagt.layer.Query;
import dk.vandvagt.layer.Stamp;
import dk.vandvagt.shard.AlertTrail;
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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Server-sent events: {@code state} with all stations first (or without them, for whoever gets them as a collection), then
 * {@code station} for each that changed, {@code alert} for each transition, {@code clock} every second. An alert's event id is its place in the durable log, so whoever comes back with it is first
 * sent what was missed, read from there, or a {@code gap} where that is gone. A client that does not keep up is cut: it comes back. One
 * event loop uses it.
 */
final class LiveStream {
    private static final Logger LOG = LoggerFactory.getLogger(LiveStream.class);
    private static final int MOST_CLIENTS = 1000;

    /** What may wait for one client beyond what its socket takes. */
    private static final int MOST_WAITING_BYTES = 1 << 20;

    private static final long LONGEST_BEHIND_MS = 30_000;
    private static final int HEARTBEAT_EVERY_CLOCKS = 15;
    private static final int READ_AT_MOST = 200;
    private static final String LAST_EVENT_ID = "Last-Event-ID";
    private static final Buffer HEARTBEAT = Buffer.buffer(": still here\n\n");
    private static final Buffer COME_BACK_AFTER = Buffer.buffer("retry: 2000\n\n");

    private final LayerBoard board;
    private final HttpSettings.ClockKind clock;
    private final AlertTrail trail;
    private final List<Client> clients = new ArrayList<>();
    private int clocks;
    private boolean reading;
    private boolean readAgain;

    LiveStream(LayerBoard board, HttpSettings.ClockKind clock, AlertTrail trail) {
        this.board = board;
        this.clock = clock;
        this.trail = trail;
    }

    int clients() {
        return clients.size();
    }

    void connect(RoutingContext request) {
        Parameters parameters = Parameters.of(request);
        String asked = parameters.text("lastEventId");
        boolean withStations = parameters.truth("stations", true);
        parameters.end();
        // a browser that comes back by itself sends the header, and the address it had at first
        String header = request.request().getHeader(LAST_EVENT_ID);
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
        Client client = new Client(request, header == null ? asked : header, withStations);
        response.closeHandler(v -> clients.remove(client));
        response.exceptionHandler(failure -> clients.remove(client));
        response.drainHandler(v -> client.drain());
        client.send(COME_BACK_AFTER);
        clients.add(client);
        catchUp(client);
    }

    /** What it missed, as fast as it takes it; then the state, and from there on what the others get. */
    private void catchUp(Client client) {
        if (client.caughtUp || client.reading || board.layersOrNull() == null || client.isBehind()) {
            return;
        }
        client.reading = true;
        board.offLoop(() -> trail.after(client.place, READ_AT_MOST)).onComplete(read -> {
            client.reading = false;
            Layers layers = board.layersOrNull();
            if (!clients.contains(client) || layers == null) {
                return;
            }
            if (read.failed()) {
                LOG.warn("The alerts a live stream missed cannot be read: it is cut and comes back", read.cause());
                client.cut();
                return;
            }
            welcome(client, layers, read.result());
        });
    }

    private void welcome(Client client, Layers layers, AlertTrail.Steps steps) {
        if (client.isNew) {
            client.place = steps.last();
        } else if (!steps.whole()) {
            client.send(gap(client.lastEventId));
            client.place = steps.last();
        } else {
            for (AlertTrail.Step step : steps.steps()) {
                client.send(alert(layers, step));
                client.place = step.place();
            }
        }
        if (client.place < steps.last()) {
            catchUp(client);
            return;
        }
        client.caughtUp = true;
        client.send(state(layers, id(client.place), client.withStations));
        client.send(clock(layers));
        news();
    }

    /** Other settings may mean other stations: then everybody gets the whole state. */
    void changed(@Nullable Layers before, Layers now) {
        if (before == null) {
            List.copyOf(clients).forEach(this::catchUp);
            return;
        }
        if (clients.isEmpty()) {
            return;
        }
        if (!sameStations(before.stamp(), now.stamp())) {
            Buffer brief = state(now, null, false);
            Buffer whole = clients.stream().anyMatch(client -> client.withStations) ? state(now, null, true) : brief;
            sendAll(client -> client.withStations ? whole : brief);
            return;
        }
        for (int row : now.stations().changedSince(before.stations())) {
            sendAll(event("station", null, now.stations().feature(row)));
        }
    }

    private static boolean sameStations(Stamp before, Stamp now) {
        return before.runId().equals(now.runId()) && before.catalogueRevision().equals(now.catalogueRevision());
    }

    /** There are transitions that were not there before. */
    void news() {
        if (reading) {
            readAgain = true;
            return;
        }
        long from = Long.MAX_VALUE;
        for (Client client : clients) {
            from = client.caughtUp ? Math.min(from, client.place) : from;
        }
        if (from == Long.MAX_VALUE) {
            return;
        }
        reading = true;
        long after = from;
        board.offLoop(() -> trail.after(after, READ_AT_MOST)).onComplete(read -> {
            reading = false;
            if (read.failed()) {
                LOG.warn("New alerts cannot be read for live streams; it is tried again", read.cause());
                return;
            }
            if (tell(after, read.result()) || readAgain) {
                readAgain = false;
                news();
            }
        });
    }

    /** @return whether there are more */
    private boolean tell(long after, AlertTrail.Steps steps) {
        Layers layers = board.layersOrNull();
        if (layers == null || steps.steps().isEmpty()) {
            return false;
        }
        // one that caught up meanwhile may have been sent less than this was read from: its turn comes next
        List<Client> readFor = clients.stream()
                .filter(client -> client.caughtUp && client.place >= after)
                .toList();
        for (AlertTrail.Step step : steps.steps()) {
            Buffer event = alert(layers, step);
            for (Client client : readFor) {
                if (client.place < step.place()) {
                    client.place = step.place();
                    client.send(event);
                }
            }
        }
        return steps.steps().getLast().place() < steps.last();
    }

    /** Called every second. */
    void tick() {
        Layers layers = board.layersOrNull();
        if (layers != null && !clients.isEmpty()) {
            sendAll(clock(layers));
        }
        List.copyOf(clients).forEach(Client::cutIfStuck);
        // nothing to read as a rule: what a failed reading left
        news();
        if (++clocks % HEARTBEAT_EVERY_CLOCKS == 0) {
            sendAll(HEARTBEAT);
        }
    }

    /** There is nothing more to come. */
    void close() {
        for (Client client : List.copyOf(clients)) {
            client.response.end();
        }
        clients.clear();
    }

    private void sendAll(Buffer event) {
        sendAll(client -> event);
    }

    private void sendAll(Function<Client, Buffer> event) {
        for (Client client : List.copyOf(clients)) {
            if (client.caughtUp) {
                client.send(event.apply(client));
            }
        }
    }

    private String id(long place) {
        return trail.id() + '.' + place;
    }

    /** Above all there can be where the id is none of this log's: then everything may have been missed. */
    private long place(String eventId) {
        String beginning = trail.id() + '.';
        String number = eventId.startsWith(beginning) ? eventId.substring(beginning.length()) : "";
        return number.matches("[0-9]{1,18}") ? Long.parseLong(number) : Long.MAX_VALUE;
    }

    private Buffer alert(Layers layers, AlertTrail.Step step) {
        return event("alert", id(step.place()), json -> {
            json.open();
            AlertText.write(json, layers.live().catalogue(), step.transition());
            String runId = step.transition().runId();
            json.text("runId", runId).text("status", ExerciseRun.status(runId)).close();
        });
    }

    private static Buffer gap(String lastEventId) {
        return event(
                "gap",
                null,
                json -> json.open()
                        .text("lastEventId", lastEventId)
                        .text(
                                "detail",
                                "what came after it is not held any more: the state follows, and /alerts has the rest")
                        .close());
    }

    private Buffer state(Layers layers, @Nullable String id, boolean withStations) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        FlatJson json = new FlatJson(out);
        json.open().text("placeName", layers.live().catalogue().placeName()).text("clock", clockKind());
        layers.stamp().writeTo(json);
        if (withStations) {
            Layer stations = layers.stations();
            json.openList("stations").flush();
            stations.writeTo(out, stations.select(Query.ALL).rows(), Crs.CRS84, null);
            json.closeList();
        }
        json.close().flush();
        return event("state", id, out.toByteArray());
    }

    private Buffer clock(Layers layers) {
        long wallMs = board.wallMs();
        return event(
                "clock",
                null,
                json -> json.open()
                        .whole("clockMs", layers.stamp().asOfMs())
                        .text("clock", clockKind())
                        .text("runId", layers.stamp().runId())
                        .whole("sequence", layers.stamp().sequence())
                        .whole("wallMs", wallMs)
                        .whole("wallLagMs", wallMs - layers.stamp().asOfMs())
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
        private final String lastEventId;
        private final boolean isNew;
        private final boolean withStations;
        private long waitingBytes;
        private long behindSinceMs;
        /** Of the last alert it was sent, or what it came with. */
        private long place;

        private boolean caughtUp;
        private boolean reading;
        private boolean isCut;

        /** @param lastEventId null or empty for one that was never here */
        Client(RoutingContext request, @Nullable String lastEventId, boolean withStations) {
            this.request = request;
            this.withStations = withStations;
            this.response = request.response();
            this.lastEventId = lastEventId == null ? "" : lastEventId;
            isNew = this.lastEventId.isEmpty();
            place = isNew ? Long.MAX_VALUE : LiveStream.this.place(this.lastEventId);
        }

        boolean isBehind() {
            return !waiting.isEmpty() || response.writeQueueFull();
        }

        void send(Buffer event) {
            if (isCut) {
                return;
            }
            if (waiting.isEmpty() && !response.writeQueueFull()) {
                response.write(event);
                return;
            }
            if (waiting.isEmpty()) {
                behindSinceMs = board.wallMs();
            }
            waiting.add(event);
            waitingBytes += event.length();
            if (waitingBytes > MOST_WAITING_BYTES) {
                cut();
            }
        }

        void cutIfStuck() {
            if (!waiting.isEmpty() && board.wallMs() - behindSinceMs > LONGEST_BEHIND_MS) {
                cut();
            }
        }

        private void cut() {
            LOG.info("Cutting a live stream that does not keep up: {} events wait", waiting.size());
            isCut = true;
            clients.remove(this);
            waiting.clear();
            request.request().connection().close();
        }

        void drain() {
            while (!waiting.isEmpty() && !response.writeQueueFull()) {
                Buffer event = waiting.remove();
                waitingBytes -= event.length();
                response.write(event);
            }
            catchUp(this);
        }
    }
}
