package dk.vandvagt.http;

import static java.util.stream.Collectors.toMap;

import dk.vandvagt.shard.Arrival;
import dk.vandvagt.shard.Receipt;
import dk.vandvagt.station.Catalogue;
import dk.vandvagt.wire.Decoder;
import dk.vandvagt.wire.Format;
import dk.vandvagt.wire.ReadingBuffer;
import dk.vandvagt.wire.Refusal;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Readings by {@code POST}, under the promises of the other sources: 200 is an acknowledgement, given once the journal has the
 * message; a refused one is counted and told its reason; what finds the inlet full is told to come again.
 */
final class ReadingPosts {
    private static final Logger LOG = LoggerFactory.getLogger(ReadingPosts.class);
    private static final String OFFERED = "offered";
    private static final Map<String, Format> BY_MEDIA_TYPE = Map.of(
            "application/json", Format.CANONICAL_JSON,
            "application/cbor", Format.CANONICAL_CBOR,
            "application/senml+json", Format.SENML_JSON,
            "application/senml+cbor", Format.SENML_CBOR,
            "text/csv", Format.CSV);
    /** Those whose messages mean the same whichever connection brings them: all but Sparkplug, which leans on births. */
    private static final Map<String, Format> BY_TAG = Arrays.stream(Format.values())
            .filter(format -> format != Format.SPARKPLUG)
            .collect(toMap(Format::tag, format -> format, (one, other) -> one, LinkedHashMap::new));

    private static final Set<Format> OF_ONE_SENSOR =
            EnumSet.of(Format.CANONICAL_JSON, Format.CANONICAL_CBOR, Format.PLAIN);

    private final Vertx vertx;
    private final Context context;
    private final Intake intake;
    private final InstantSource wallClock;
    private final Map<Format, Session> sessions = new EnumMap<>(Format.class);
    private final ReadingBuffer readings = new ReadingBuffer();

    private record Session(Decoder.Session decoder, Catalogue revision) {}

    ReadingPosts(Vertx vertx, Context context, Intake intake, InstantSource wallClock) {
        this.vertx = vertx;
        this.context = context;
        this.intake = intake;
        this.wallClock = wallClock;
    }

    /** Before the body is read: a client that never ends it, and a journal that never answers, end here. */
    void limit(RoutingContext request) {
        long timer = vertx.setTimer(
                intake.answerWithinMs(),
                late -> answer(
                        request,
                        () -> request.fail(Problem.of(
                                503,
                                "not-settled",
                                "Not known to be kept",
                                "the journal has not answered in time; post it again: a repeat changes nothing"))));
        request.addEndHandler(ended -> {
            vertx.cancelTimer(timer);
            if (request.response().getStatusCode() == 413 && request.get(OFFERED) == null) {
                // refused before it was read, and counted like any other
                Arrival tooLarge = Arrival.refused(Receipt.NOBODY, Refusal.OVERSIZED, wallClock.millis());
                if (!intake.inlet().offer(tooLarge)) {
                    LOG.debug("a message too large came while there was no room to count it");
                }
            }
        });
        request.next();
    }

    /** {@code POST /readings/{sensorId}}, and {@code POST /readings} for formats that name their sensors in the message. */
    void take(RoutingContext request) {
        Format format = format(request);
        String sensorId = request.pathParam("sensorId");
        if (sensorId == null && OF_ONE_SENSOR.contains(format)) {
            throw Problem.badParameter(
                    "path",
                    String.valueOf(request.request().path()),
                    "/readings/{sensorId}: this format names no sensor");
        }
        byte[] payload = request.body().buffer() == null
                ? new byte[0]
                : request.body().buffer().getBytes();
        String topic = topic(request, format, sensorId);
        readings.clear();
        long receivedAtMs = wallClock.millis();
        Refusal refusal = decode(format, topic, payload, receivedAtMs);
        int count = readings.size();
        request.put(OFFERED, true);
        Receipt receipt = refused -> settled(request, refused, count);
        Arrival arrival = refusal == null
                ? Arrival.of(receipt, readings, receivedAtMs)
                : Arrival.refused(receipt, refusal, receivedAtMs);
        if (!intake.inlet().offer(arrival)) {
            throw Problem.of(
                    503, "inlet-full", "No room now", "the message was not taken; post it again in a few seconds");
        }
    }

    /** As it would have come over MQTT: a sensor's or a device's last; ChirpStack tells its events apart by {@code event=}. */
    private String topic(RoutingContext request, Format format, @Nullable String sensorId) {
        if (format == Format.CHIRPSTACK) {
            String event = Parameters.of(request).text("event");
            return "application/-/device/-/event/" + (event == null ? "up" : event);
        }
        return intake.topicPrefix() + "/readings" + (sensorId == null ? "" : "/" + sensorId);
    }

    private static Format format(RoutingContext request) {
        Parameters parameters = Parameters.of(request);
        String named = parameters.text("format");
        String event = parameters.text("event");
        parameters.end();
        if (event != null && !"chirpstack".equals(named)) {
            throw Problem.unknownParameter("event", event, "format");
        }
        String type = request.request().getHeader(HttpHeaders.CONTENT_TYPE);
        String mediaType = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        Format format = named == null ? BY_MEDIA_TYPE.get(mediaType) : BY_TAG.get(named);
        if (format == null) {
            String right = "format=" + String.join(" or ", BY_TAG.keySet()) + ", or a media type of "
                    + String.join(", ", new TreeSet<>(BY_MEDIA_TYPE.keySet()));
            throw named != null
                    ? Problem.badParameter("format", named, right)
                    : Problem.wrong(
                            415, "bad-media-type", "The media type is not taken", "Content-Type", mediaType, right);
        }
        return format;
    }

    private @Nullable Refusal decode(Format format, String topic, byte[] payload, long receivedAtMs) {
        Catalogue inForce = intake.catalogue().get();
        Session session = sessions.get(format);
        if (session == null) {
            Decoder decoder = format.decoder(format.usualFilters(intake.topicPrefix()), intake.topicPrefix());
            session = new Session(decoder.open(inForce), inForce);
            sessions.put(format, session);
        } else if (session.revision != inForce) {
            session.decoder.use(inForce);
            session = new Session(session.decoder, inForce);
            sessions.put(format, session);
        }
        try {
            return session.decoder.decode(topic, payload, 0, payload.length, receivedAtMs, readings);
        } catch (RuntimeException defect) {
            LOG.error("decoder of {} failed on {} posted bytes", format.tag(), payload.length, defect);
            readings.clear();
            return Refusal.MALFORMED;
        }
    }

    /** On the sequencer's thread, which waits for nobody. */
    private void settled(RoutingContext request, @Nullable Refusal refusal, int count) {
        try {
            context.runOnContext(v -> answer(request, () -> {
                if (refusal == null) {
                    request.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
                    Answers.send(
                            request,
                            200,
                            Answers.JSON,
                            Answers.json(
                                    out -> out.open().whole("readings", count).close()));
                } else {
                    request.fail(Problem.refused(status(refusal), refusal.tag()));
                }
            }));
        } catch (RejectedExecutionException stopping) {
            LOG.debug("settled after the server stopped; the client will post it again", stopping);
        }
    }

    /** The first answer counts: a late one finds the request ended. */
    private static void answer(RoutingContext request, Runnable answer) {
        if (!request.response().ended() && !request.response().closed()) {
            answer.run();
        }
    }

    private static int status(Refusal refusal) {
        return switch (refusal) {
            case OVERSIZED -> 413;
            case UNKNOWN_SENSOR, UNKNOWN_TOPIC -> 404;
            default -> 422;
        };
    }
}
