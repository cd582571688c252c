package dk.vandvagt.notify;

import dk.vandvagt.alert.Transition;
import dk.vandvagt.station.Text;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** A message in CAP 1.2, as OASIS' schema has it. Pure. */
final class CapXml {
    private static final String NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx");

    private final StringWriter text = new StringWriter();
    private final XMLStreamWriter out;
    private final CapSettings settings;
    private int depth;

    private CapXml(CapSettings settings) throws XMLStreamException {
        this.settings = settings;
        this.out = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
    }

    /** CAP 1.2, 3.3.2: with the offset, no fraction, never Z; UTC is {@code -00:00}. */
    static String time(long ms, ZoneId zone) {
        return TIME.withZone(zone).format(Instant.ofEpochMilli(ms)).replace("+00:00", "-00:00");
    }

    static String of(CapMessage message, List<String> references, CapText says, CapSettings settings) {
        try {
            CapXml xml = new CapXml(settings);
            xml.write(message, references, says);
            return xml.text.toString();
        } catch (XMLStreamException intoMemory) {
            throw new IllegalStateException(intoMemory);
        }
    }

    private void write(CapMessage message, List<String> references, CapText says) throws XMLStreamException {
        out.writeStartDocument("UTF-8", "1.0");
        out.writeCharacters("\n");
        out.setDefaultNamespace(NAMESPACE);
        out.writeStartElement(NAMESPACE, "alert");
        out.writeDefaultNamespace(NAMESPACE);
        depth++;
        element("identifier", message.identifier());
        element("sender", settings.sender());
        element("sent", time(message.sentMs(), settings.zone()));
        element("status", settings.exercise() ? "Exercise" : "Actual");
        element("msgType", message.type().word());
        element("source", "Vandvagt");
        element("scope", settings.exercise() ? "Restricted" : "Public");
        if (settings.exercise()) {
            element("restriction", "ØVELSE, ikke til offentligheden / EXERCISE, not for the public");
        }
        element("note", note(message));
        if (!references.isEmpty()) {
            element("references", String.join(" ", references));
        }
        element("incidents", message.alertId());
        info(message, says, "da");
        info(message, says, "en");
        end();
        out.writeEndDocument();
        out.close();
    }

    private String note(CapMessage message) {
        String exercise = settings.exercise() ? "ØVELSE / EXERCISE. " : "";
        String why = message.type() == CapMessage.Type.CANCEL
                ? message.description().da() + " / " + message.description().en()
                : AlertMessage.NOTICE.da() + " / " + AlertMessage.NOTICE.en();
        return exercise + why;
    }

    private void info(CapMessage message, CapText says, String language) throws XMLStreamException {
        Transition told = message.told();
        begin("info");
        element("language", language);
        element("category", "Met");
        element("event", says.event().in(language));
        element("responseType", says.responseType());
        element("urgency", says.urgency());
        element("severity", says.severity());
        element("certainty", says.certainty());
        element("effective", time(message.sentMs(), settings.zone()));
        element("onset", time(told.beganAtMs(), settings.zone()));
        element("expires", time(message.expiresMs(), settings.zone()));
        element("senderName", settings.senderName());
        element("headline", message.headline().in(language));
        element("description", message.description().in(language));
        Text instruction = says.instruction();
        if (!instruction.isEmpty()) {
            element("instruction", instruction.in(language));
        }
        element("web", settings.web());
        parameter("station", told.stationId());
        parameter("rule", told.ruleId());
        parameter("threshold", told.threshold());
        area(message.area());
        end();
    }

    private void parameter(String name, String value) throws XMLStreamException {
        begin("parameter");
        element("valueName", name);
        element("value", value);
        end();
    }

    private void area(CapArea area) throws XMLStreamException {
        begin("area");
        element("areaDesc", area.description());
        if (!area.polygon().isEmpty()) {
            element("polygon", area.polygon());
        }
        if (!area.circle().isEmpty()) {
            element("circle", area.circle());
        }
        end();
    }

    private void element(String name, String value) throws XMLStreamException {
        newLine();
        out.writeStartElement(NAMESPACE, name);
        out.writeCharacters(allowed(value));
        out.writeEndElement();
    }

    private void begin(String name) throws XMLStreamException {
        newLine();
        out.writeStartElement(NAMESPACE, name);
        depth++;
    }

    private void end() throws XMLStreamException {
        depth--;
        newLine();
        out.writeEndElement();
    }

    private void newLine() throws XMLStreamException {
        out.writeCharacters("\n" + "  ".repeat(depth));
    }

    /** XML 1.0, 2.2: what no escape can carry is replaced; names come from people's files. */
    static String allowed(String value) {
        return value.codePoints()
                .map(c ->
                        c == '\t' || c == '\n' || c >= 0x20 && c <= 0xD7FF || c >= 0xE000 && c <= 0xFFFD || c >= 0x10000
                                ? c
                                : 0xFFFD)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
