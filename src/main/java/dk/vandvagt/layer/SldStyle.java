package dk.vandvagt.layer;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** A legend as a Styled Layer Descriptor 1.0.0 (OGC 02-070), which GeoServer, MapServer, ArcGIS and QGIS read. */
public final class SldStyle {
    public static final String MEDIA_TYPE = "application/vnd.ogc.sld+xml";

    private static final String SLD = "http://www.opengis.net/sld";
    private static final String OGC = "http://www.opengis.net/ogc";

    private final Legend legend;
    private final String language;
    private final XMLStreamWriter xml;

    private SldStyle(Legend legend, String language, XMLStreamWriter xml) {
        this.legend = legend;
        this.language = language;
        this.xml = xml;
    }

    /** @param language of titles: {@code da}, otherwise English */
    public static byte[] of(Legend legend, String language) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
            new SldStyle(legend, language, xml).write();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("memory takes everything", e);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void write() throws XMLStreamException {
        xml.writeStartDocument("UTF-8", "1.0");
        xml.setDefaultNamespace(SLD);
        xml.setPrefix("ogc", OGC);
        xml.writeStartElement(SLD, "StyledLayerDescriptor");
        xml.writeDefaultNamespace(SLD);
        xml.writeNamespace("ogc", OGC);
        xml.writeAttribute("version", "1.0.0");
        xml.writeStartElement(SLD, "NamedLayer");
        text("Name", legend.collection());
        xml.writeStartElement(SLD, "UserStyle");
        text("Name", legend.collection());
        text("Title", legend.title().in(language));
        xml.writeStartElement(SLD, "FeatureTypeStyle");
        int number = 0;
        for (Legend.Entry entry : legend.entries()) {
            rule(entry, ++number);
        }
        xml.writeEndElement();
        xml.writeEndElement();
        xml.writeEndElement();
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    private void rule(Legend.Entry entry, int number) throws XMLStreamException {
        xml.writeStartElement(SLD, "Rule");
        text("Name", legend.collection() + "-" + number);
        text("Title", entry.label().in(language));
        xml.writeStartElement(OGC, "Filter");
        List<Legend.Test> all = entry.all();
        if (all.size() > 1) {
            xml.writeStartElement(OGC, "And");
        }
        for (Legend.Test test : all) {
            test(test);
        }
        if (all.size() > 1) {
            xml.writeEndElement();
        }
        xml.writeEndElement();
        if (entry.drawn() == Legend.Drawn.MARK) {
            point(entry);
        } else {
            polygon(entry);
        }
        xml.writeEndElement();
    }

    private void test(Legend.Test test) throws XMLStreamException {
        switch (test) {
            case Legend.Test.Is it -> comparison("PropertyIsEqualTo", it.property(), it.value());
            case Legend.Test.IsTrue it -> comparison("PropertyIsEqualTo", it.property(), Boolean.toString(it.value()));
            case Legend.Test.AtLeast it ->
                comparison("PropertyIsGreaterThanOrEqualTo", it.property(), Legend.decimal(it.bound()));
            case Legend.Test.Below it -> comparison("PropertyIsLessThan", it.property(), Legend.decimal(it.bound()));
            case Legend.Test.Missing it -> {
                xml.writeStartElement(OGC, "PropertyIsNull");
                element(OGC, "PropertyName", it.property());
                xml.writeEndElement();
            }
        }
    }

    private void comparison(String name, String property, String literal) throws XMLStreamException {
        xml.writeStartElement(OGC, name);
        element(OGC, "PropertyName", property);
        element(OGC, "Literal", literal);
        xml.writeEndElement();
    }

    private void point(Legend.Entry entry) throws XMLStreamException {
        xml.writeStartElement(SLD, "PointSymbolizer");
        xml.writeStartElement(SLD, "Graphic");
        xml.writeStartElement(SLD, "Mark");
        text("WellKnownName", "circle");
        fill(entry.fill());
        stroke(entry.outline(), entry.outlinePx());
        xml.writeEndElement();
        text("Size", Legend.decimal(entry.sizePx()));
        xml.writeEndElement();
        xml.writeEndElement();
    }

    private void polygon(Legend.Entry entry) throws XMLStreamException {
        xml.writeStartElement(SLD, "PolygonSymbolizer");
        if (entry.drawn() == Legend.Drawn.HATCH) {
            xml.writeStartElement(SLD, "Fill");
            xml.writeStartElement(SLD, "GraphicFill");
            xml.writeStartElement(SLD, "Graphic");
            xml.writeStartElement(SLD, "Mark");
            // not of the standard, but what GeoServer and QGIS call lines aslant
            text("WellKnownName", "shape://slash");
            stroke(entry.fill(), 1);
            xml.writeEndElement();
            text("Size", "8");
            xml.writeEndElement();
            xml.writeEndElement();
            xml.writeEndElement();
        } else {
            fill(entry.fill());
        }
        stroke(entry.outline(), entry.outlinePx());
        xml.writeEndElement();
    }

    private void fill(String colour) throws XMLStreamException {
        xml.writeStartElement(SLD, "Fill");
        parameter("fill", colour);
        xml.writeEndElement();
    }

    private void stroke(String colour, double widthPx) throws XMLStreamException {
        xml.writeStartElement(SLD, "Stroke");
        parameter("stroke", colour);
        parameter("stroke-width", Legend.decimal(widthPx));
        xml.writeEndElement();
    }

    private void parameter(String name, String value) throws XMLStreamException {
        xml.writeStartElement(SLD, "CssParameter");
        xml.writeAttribute("name", name);
        xml.writeCharacters(value);
        xml.writeEndElement();
    }

    private void text(String name, String value) throws XMLStreamException {
        element(SLD, name, value);
    }

    private void element(String space, String name, String value) throws XMLStreamException {
        xml.writeStartElement(space, name);
        xml.writeCharacters(value);
        xml.writeEndElement();
    }
}
