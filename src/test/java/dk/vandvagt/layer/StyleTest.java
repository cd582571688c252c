package dk.vandvagt.layer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.w3c.dom.ls.DOMImplementationLS;
import org.w3c.dom.ls.LSInput;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** Styles against the schema of SLD 1.0.0, and legends against what the collections have. */
class StyleTest {
    /** Of the W3C's schema, which is not in the jar, the attributes that those of the OGC name. */
    private static final String XLINK = """
            <schema xmlns="http://www.w3.org/2001/XMLSchema" xmlns:xlink="http://www.w3.org/1999/xlink"
                targetNamespace="http://www.w3.org/1999/xlink">
              <attribute name="type" type="string"/><attribute name="href" type="anyURI"/>
              <attribute name="role" type="anyURI"/><attribute name="arcrole" type="anyURI"/>
              <attribute name="title" type="string"/><attribute name="show" type="string"/>
              <attribute name="actuate" type="string"/>
              <attributeGroup name="simpleAttrs">
                <attribute ref="xlink:type" fixed="simple"/><attribute ref="xlink:href"/><attribute ref="xlink:role"/>
                <attribute ref="xlink:arcrole"/><attribute ref="xlink:title"/><attribute ref="xlink:show"/>
                <attribute ref="xlink:actuate"/>
              </attributeGroup>
            </schema>""";

    static List<String> collections() {
        return Legend.collections();
    }

    private static Legend legend(String collection) {
        return Objects.requireNonNull(Legend.of(collection));
    }

    private static Document read(byte[] xml) throws IOException, SAXException, ParserConfigurationException {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        DocumentBuilder builder = factory.newDocumentBuilder();
        builder.setEntityResolver((publicId, systemId) -> new InputSource(new StringReader("")));
        return builder.parse(new ByteArrayInputStream(xml));
    }

    /** Those of the OGC, which come in the test jar org.jvnet.ogc:ogc-schemas. */
    private static Schema sld() throws Exception {
        SchemaFactory factory = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI);
        DOMImplementationLS ls = (DOMImplementationLS)
                DocumentBuilderFactory.newInstance().newDocumentBuilder().getDOMImplementation();
        factory.setResourceResolver((type, namespace, publicId, systemId, baseUri) -> {
            URI resolved = URI.create(baseUri == null ? "" : baseUri).resolve(systemId);
            LSInput input = ls.createLSInput();
            input.setSystemId(resolved.toString());
            input.setByteStream(schemaFile(resolved));
            return input;
        });
        URI root = URI.create("classpath:///ogc/sld/1.0.0/StyledLayerDescriptor.xsd");
        return factory.newSchema(new StreamSource(schemaFile(root), root.toString()));
    }

    private static @Nullable InputStream schemaFile(URI at) {
        if (at.getPath().endsWith("/xlink.xsd")) {
            return new ByteArrayInputStream(XLINK.getBytes(StandardCharsets.UTF_8));
        }
        // what is at schemas.opengis.net stands below ogc/ in the jar
        String path = at.getPath().replaceFirst("^/", "");
        if ("schemas.opengis.net".equals(at.getHost())) {
            path = "ogc/" + path;
        }
        InputStream file = StyleTest.class.getClassLoader().getResourceAsStream(path);
        assertThat(file).as(at.toString()).isNotNull();
        return file;
    }

    @Test
    void shouldBeValidAgainstTheSchemaOfSld() throws Exception {
        Schema schema = sld();
        for (String collection : collections()) {
            for (String language : List.of("da", "en")) {
                byte[] style = SldStyle.of(legend(collection), language);
                schema.newValidator().validate(new StreamSource(new ByteArrayInputStream(style)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("collections")
    void shouldGiveQgisARuleAndASymbolForEachEntryOfItsKind(String collection) throws Exception {
        Legend legend = legend(collection);
        dk.vandvagt.layer.Schema schema = dk.vandvagt.layer.Schema.timed(dk.vandvagt.layer.Schema.Shape.ANY, List.of());
        Document qml = read(QgisStyle.of(legend, schema, "da"));

        assertThat(qml.getDocumentElement().getTagName()).isEqualTo("qgis");
        assertThat(qml.getElementsByTagName("temporal").getLength()).isOne();
        boolean ofAreas = ((Element)
                        qml.getElementsByTagName("layerGeometryType").item(0))
                .getTextContent()
                .equals("2");
        List<String> expected = new ArrayList<>();
        for (Legend.Entry entry : legend.entries()) {
            if (ofAreas == (entry.drawn() != Legend.Drawn.MARK)) {
                expected.add(entry.label().da());
            }
        }
        NodeList rules = qml.getElementsByTagName("rule");
        List<String> labels = new ArrayList<>();
        Set<String> symbols = new HashSet<>();
        for (int i = 0; i < rules.getLength(); i++) {
            Element rule = (Element) rules.item(i);
            labels.add(rule.getAttribute("label"));
            assertThat(rule.getAttribute("filter")).isNotEmpty();
            symbols.add(rule.getAttribute("symbol"));
        }
        assertThat(labels).isEqualTo(expected).doesNotHaveDuplicates();
        NodeList drawn = qml.getElementsByTagName("symbol");
        assertThat(drawn.getLength()).isEqualTo(labels.size());
        for (int i = 0; i < drawn.getLength(); i++) {
            Element symbol = (Element) drawn.item(i);
            assertThat(symbols).contains(symbol.getAttribute("name"));
            assertThat(symbol.getAttribute("type")).isEqualTo(ofAreas ? "fill" : "marker");
        }
    }

    @Test
    void shouldAskOnlyForPropertiesThatTheCollectionsHave() {
        List<LayerInfo> infos = new ArrayList<>(Layers.infos());
        infos.addAll(List.of(ZoneLayer.INFO, RainfallLayer.INFO, FloodLayer.INFO, RiskGridLayer.INFO));
        for (LayerInfo info : infos) {
            assertThat(legend(info.id()).properties())
                    .as(info.id())
                    .allSatisfy(name -> assertThat(info.schema().index(name)).isNotNegative());
        }
    }

    @Test
    void shouldDrawEveryStationOnceHoweverItStands() throws Cql2Fault {
        dk.vandvagt.layer.Schema schema = Layers.infos().getFirst().schema();
        List<Condition> conditions = new ArrayList<>();
        for (Legend.Entry entry : legend("stations").entries()) {
            // QGIS's expressions of a style are CQL2 too
            conditions.add(
                    Condition.of(Cql2Text.parse(QgisStyle.filter(entry.all())), schema, UnaryOperator.identity()));
        }
        for (String colour : List.of("none", "yellow", "orange", "red")) {
            for (String state : SensorState.words()) {
                for (boolean stale : new boolean[] {true, false}) {
                    boolean possible =
                            (colour.equals("none") != state.equals("active")) && (stale || !state.equals("stale"));
                    Object[] values = new Object[schema.properties().size()];
                    values[schema.index("severityColor")] = colour;
                    values[schema.index("state")] = state;
                    values[schema.index("stale")] = stale;
                    FeatureView station = new Places.Place("s", values, null);
                    if (possible) {
                        assertThat(conditions.stream().filter(each -> each.holds(station)))
                                .as(colour + " " + state + " " + stale)
                                .hasSize(1);
                    }
                }
            }
        }
    }

    @Test
    void shouldSpeakTheLanguageAsked() throws Exception {
        assertThat(new String(SldStyle.of(legend("stations"), "da"), StandardCharsets.UTF_8))
                .contains("<Title>Rød alarm, måler tavs</Title>")
                .doesNotContain("Red alert");
        assertThat(new String(SldStyle.of(legend("stations"), "en"), StandardCharsets.UTF_8))
                .contains("<Title>Red alert, gauge silent</Title>");
        assertThat(new String(SldStyle.of(legend("flood-extent"), "da"), StandardCharsets.UTF_8))
                .contains("<Title>Dybde 0,2 til 0,5 m</Title>")
                .contains("shape://slash");
    }

    @Test
    void shouldHaveNoLegendOfACollectionItDoesNotKnow() {
        assertThat(Legend.of("cathedrals")).isNull();
    }
}
