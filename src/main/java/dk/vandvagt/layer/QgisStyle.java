package dk.vandvagt.layer;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * A legend as a QGIS style (QML, as QGIS 3.22 writes it): one rule an entry. A style of QGIS is of points or of areas: where a
 * collection has both, it is of the areas. Where features have a time, QGIS's temporal controller is told where it stands.
 */
public final class QgisStyle {
    public static final String MEDIA_TYPE = "application/x-qgis-layer-settings";

    /** OGC's pixel. */
    private static final double MM_PER_PX = 0.28;

    private final Legend legend;
    private final List<Legend.Entry> entries = new ArrayList<>();
    private final boolean ofAreas;
    private final String language;
    private final XMLStreamWriter xml;

    private QgisStyle(Legend legend, String language, XMLStreamWriter xml) {
        this.legend = legend;
        this.language = language;
        this.xml = xml;
        ofAreas = legend.entries().stream().anyMatch(entry -> entry.drawn() != Legend.Drawn.MARK);
        for (Legend.Entry entry : legend.entries()) {
            if (!ofAreas || entry.drawn() != Legend.Drawn.MARK) {
                entries.add(entry);
            }
        }
    }

    /** @param language of labels: {@code da}, otherwise English */
    public static byte[] of(Legend legend, Schema schema, String language) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
            new QgisStyle(legend, language, xml).write(schema);
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("memory takes everything", e);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void write(Schema schema) throws XMLStreamException {
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeDTD("<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>");
        xml.writeStartElement("qgis");
        xml.writeAttribute("version", "3.22.0");
        xml.writeAttribute("styleCategories", schema.isTimed() ? "Symbology|Temporal" : "Symbology");
        if (schema.isTimed()) {
            temporal();
        }
        xml.writeStartElement("renderer-v2");
        xml.writeAttribute("type", "RuleRenderer");
        xml.writeAttribute("symbollevels", "0");
        xml.writeAttribute("forceraster", "0");
        xml.writeAttribute("enableorderby", "0");
        rules();
        xml.writeStartElement("symbols");
        for (int i = 0; i < entries.size(); i++) {
            symbol(entries.get(i), i);
        }
        xml.writeEndElement();
        xml.writeEndElement();
        xml.writeStartElement("layerGeometryType");
        xml.writeCharacters(ofAreas ? "2" : "0");
        xml.writeEndElement();
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    /** Mode 2 is start and end from fields. */
    private void temporal() throws XMLStreamException {
        xml.writeStartElement("temporal");
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("enabled", "1");
        attributes.put("mode", "2");
        attributes.put("startField", Schema.TIME_START);
        attributes.put("endField", Schema.TIME_END);
        attributes.put("startExpression", "");
        attributes.put("endExpression", "");
        attributes.put("durationField", "");
        attributes.put("durationUnit", "min");
        attributes.put("fixedDuration", "0");
        attributes.put("limitMode", "0");
        attributes.put("accumulate", "0");
        for (Map.Entry<String, String> each : attributes.entrySet()) {
            xml.writeAttribute(each.getKey(), each.getValue());
        }
        xml.writeStartElement("fixedRange");
        xml.writeEmptyElement("start");
        xml.writeEmptyElement("end");
        xml.writeEndElement();
        xml.writeEndElement();
    }

    private void rules() throws XMLStreamException {
        xml.writeStartElement("rules");
        xml.writeAttribute("key", key("root"));
        for (int i = 0; i < entries.size(); i++) {
            xml.writeEmptyElement("rule");
            xml.writeAttribute("key", key(Integer.toString(i)));
            xml.writeAttribute("symbol", Integer.toString(i));
            xml.writeAttribute("label", entries.get(i).label().in(language));
            xml.writeAttribute("filter", filter(entries.get(i).all()));
        }
        xml.writeEndElement();
    }

    private String key(String name) {
        return "{" + legend.collection() + "-" + name + "}";
    }

    /** In QGIS's expression language. */
    static String filter(List<Legend.Test> all) {
        return all.stream()
                .map(test -> {
                    String property = '"' + test.property() + '"';
                    return switch (test) {
                        case Legend.Test.Is it -> property + " = '" + it.value() + "'";
                        case Legend.Test.IsTrue it -> property + " = " + it.value();
                        case Legend.Test.AtLeast it -> property + " >= " + Legend.decimal(it.bound());
                        case Legend.Test.Below it -> property + " < " + Legend.decimal(it.bound());
                        case Legend.Test.Missing ignored -> property + " IS NULL";
                    };
                })
                .collect(Collectors.joining(" AND "));
    }

    private void symbol(Legend.Entry entry, int number) throws XMLStreamException {
        xml.writeStartElement("symbol");
        xml.writeAttribute("name", Integer.toString(number));
        xml.writeAttribute("type", ofAreas ? "fill" : "marker");
        xml.writeAttribute("alpha", "1");
        xml.writeAttribute("clip_to_extent", "1");
        xml.writeAttribute("force_rhr", "0");
        xml.writeStartElement("layer");
        xml.writeAttribute("class", ofAreas ? "SimpleFill" : "SimpleMarker");
        xml.writeAttribute("enabled", "1");
        xml.writeAttribute("locked", "0");
        xml.writeAttribute("pass", "0");
        xml.writeStartElement("Option");
        xml.writeAttribute("type", "Map");
        for (Map.Entry<String, String> each : parameters(entry).entrySet()) {
            xml.writeEmptyElement("Option");
            xml.writeAttribute("name", each.getKey());
            xml.writeAttribute("type", "QString");
            xml.writeAttribute("value", each.getValue());
        }
        xml.writeEndElement();
        // before 3.20 QGIS read these
        for (Map.Entry<String, String> each : parameters(entry).entrySet()) {
            xml.writeEmptyElement("prop");
            xml.writeAttribute("k", each.getKey());
            xml.writeAttribute("v", each.getValue());
        }
        xml.writeEndElement();
        xml.writeEndElement();
    }

    private Map<String, String> parameters(Legend.Entry entry) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("color", colour(entry.fill()));
        parameters.put("outline_color", colour(entry.outline()));
        parameters.put("outline_style", "solid");
        parameters.put("outline_width", mm(entry.outlinePx()));
        parameters.put("outline_width_unit", "MM");
        if (ofAreas) {
            parameters.put("style", entry.drawn() == Legend.Drawn.HATCH ? "b_diagonal" : "solid");
        } else {
            parameters.put("name", "circle");
            parameters.put("size", mm(entry.sizePx()));
            parameters.put("size_unit", "MM");
        }
        return parameters;
    }

    private static String mm(double px) {
        return String.format(Locale.ROOT, "%.2f", px * MM_PER_PX);
    }

    /** {@code #d3212d} as QGIS has it: {@code 211,33,45,255}. */
    private static String colour(String hex) {
        int rgb = Integer.parseInt(hex.substring(1), 16);
        return (rgb >> 16) + "," + (rgb >> 8 & 0xFF) + "," + (rgb & 0xFF) + ",255";
    }
}
