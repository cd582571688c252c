package dk.vandvagt.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.jspecify.annotations.Nullable;

/** CAP messages, and the Atom feeds that list them: one of real alerts, and one apart for exercises. */
final class CapFeeds {
    static final String ATOM = "application/atom+xml";
    private static final String CAP = "application/cap+xml";
    private static final String ATOM_NAMESPACE = "http://www.w3.org/2005/Atom";
    private static final String SUFFIX = ".xml";
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private final Gate gate;
    private final LayerBoard board;
    private final @Nullable Bulletins bulletins;
    private final @Nullable Drills drills;

    CapFeeds(Gate gate, LayerBoard board, @Nullable Bulletins bulletins, @Nullable Drills drills) {
        this.gate = gate;
        this.board = board;
        this.bulletins = bulletins;
        this.drills = drills;
    }

    void feed(RoutingContext request) {
        feed(request, false);
    }

    void exerciseFeed(RoutingContext request) {
        feed(request, true);
    }

    void message(RoutingContext request) {
        message(request, false);
    }

    void exerciseMessage(RoutingContext request) {
        message(request, true);
    }

    private void feed(RoutingContext request, boolean exercise) {
        Parameters.of(request).end();
        Bulletins held = orNotFound(request, exercise);
        long changedAtMs = Math.floorDiv(held.changedAtMs(), 1000) * 1000;
        // within the second of a change another may follow, which that date could not tell from it
        boolean settled = board.wallMs() - changedAtMs >= 1000;
        if (settled) {
            request.response()
                    .putHeader(HttpHeaders.LAST_MODIFIED, HTTP_DATE.format(Instant.ofEpochMilli(changedAtMs)));
            if (isKnown(request, changedAtMs)) {
                request.response()
                        .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                        .setStatusCode(304)
                        .end();
                return;
            }
        }
        String base = gate.baseUrl(request) + (exercise ? "/cap/exercise" : "/cap");
        String place = board.layersOrNull() == null
                ? ""
                : ": " + board.layers().live().catalogue().placeName();
        board.offLoop(() -> {
                    List<Bulletins.Bulletin> listed = held.exercise() == exercise ? held.newest() : List.of();
                    String title = (exercise ? "ØVELSE / EXERCISE: " : "") + "Vandvagt" + place;
                    return ReadyAnswer.of(ATOM, bytes(atom(base, title, listed)));
                })
                .onSuccess(answer -> answer.send(request, board))
                .onFailure(request::fail);
    }

    private void message(RoutingContext request, boolean exercise) {
        Parameters.of(request).end();
        Bulletins held = orNotFound(request, exercise);
        String file = String.valueOf(request.pathParam("file"));
        if (!file.endsWith(SUFFIX) || held.exercise() != exercise) {
            throw unknown(file);
        }
        String identifier = file.substring(0, file.length() - SUFFIX.length());
        board.offLoop(() -> {
                    byte[] xml = held.xml(identifier);
                    if (xml == null) {
                        throw unknown(file);
                    }
                    return ReadyAnswer.of(CAP, bytes(xml));
                })
                .onSuccess(answer -> answer.send(request, board))
                .onFailure(request::fail);
    }

    private static Problem unknown(String file) {
        return Problem.notFound("message", file, "one that the feed links to");
    }

    /** The run's own, or in the feed of exercises a drill's beside it. */
    private Bulletins orNotFound(RoutingContext request, boolean exercise) {
        Bulletins ofDrill = exercise && drills != null ? drills.bulletins() : null;
        if (ofDrill != null) {
            return ofDrill;
        }
        if (bulletins == null) {
            throw Problem.notFound(
                    "path", String.valueOf(request.request().path()), "service.cap.sender in the settings: CAP is off");
        }
        return bulletins;
    }

    /** An entity tag says more, and is asked first: RFC 9110, 13.1.3. */
    private static boolean isKnown(RoutingContext request, long changedAtMs) {
        String since = request.request().getHeader(HttpHeaders.IF_MODIFIED_SINCE);
        if (since == null || request.request().getHeader(HttpHeaders.IF_NONE_MATCH) != null) {
            return false;
        }
        try {
            return !Instant.from(HTTP_DATE.parse(since)).isBefore(Instant.ofEpochMilli(changedAtMs));
        } catch (DateTimeException notADate) {
            return false;
        }
    }

    private static ByteArrayOutputStream bytes(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length);
        out.writeBytes(content);
        return out;
    }

    private static byte[] atom(String base, String title, List<Bulletins.Bulletin> listed) throws XMLStreamException {
        StringWriter text = new StringWriter();
        XMLStreamWriter out = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
        out.writeStartDocument("UTF-8", "1.0");
        out.setDefaultNamespace(ATOM_NAMESPACE);
        out.writeStartElement(ATOM_NAMESPACE, "feed");
        out.writeDefaultNamespace(ATOM_NAMESPACE);
        element(out, "id", base + "/feed.atom");
        element(out, "title", title);
        element(out, "updated", time(listed.isEmpty() ? 0 : listed.getFirst().sentMs()));
        out.writeStartElement(ATOM_NAMESPACE, "author");
        element(out, "name", title);
        out.writeEndElement();
        link(out, "self", ATOM, base + "/feed.atom");
        for (Bulletins.Bulletin each : listed) {
            String address = base + "/" + each.identifier() + SUFFIX;
            out.writeCharacters("\n");
            out.writeStartElement(ATOM_NAMESPACE, "entry");
            element(out, "id", address);
            element(out, "title", each.headline());
            element(out, "updated", time(each.sentMs()));
            element(out, "published", time(each.sentMs()));
            element(out, "summary", each.description());
            out.writeEmptyElement(ATOM_NAMESPACE, "category");
            out.writeAttribute("term", each.type());
            link(out, "alternate", CAP, address);
            out.writeEndElement();
        }
        out.writeEndElement();
        out.writeEndDocument();
        out.close();
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String time(long ms) {
        return Instant.ofEpochMilli(ms).toString();
    }

    private static void element(XMLStreamWriter out, String name, String value) throws XMLStreamException {
        out.writeStartElement(ATOM_NAMESPACE, name);
        out.writeCharacters(value);
        out.writeEndElement();
    }

    private static void link(XMLStreamWriter out, String relation, String mediaType, String address)
            throws XMLStreamException {
        out.writeEmptyElement(ATOM_NAMESPACE, "link");
        out.writeAttribute("rel", relation);
        out.writeAttribute("type", mediaType);
        out.writeAttribute("href", address);
    }
}
