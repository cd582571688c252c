package dk.vandvagt.notify;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import javax.xml.validation.Validator;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** OASIS' schema, which lies beside the project; nothing outside a message is fetched for it. */
public final class CapSchema {
    private static final Path FILE = Path.of("..", "shared", "data", "cap", "CAP-v1.2.xsd");

    private final Schema schema;

    private CapSchema(Schema schema) {
        this.schema = schema;
    }

    /** Skips the calling test where it is missing, but fails it in CI. */
    public static CapSchema read() throws SAXException {
        boolean present = Files.exists(FILE);
        if (!present && "true".equals(System.getenv("CI"))) {
            throw new AssertionError("CI must have the schema at " + FILE);
        }
        assumeTrue(present, "no schema at " + FILE + ": it lies beside the project, not in it");
        SchemaFactory factory = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI);
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
        return new CapSchema(factory.newSchema(FILE.toFile()));
    }

    public void validate(String xml) throws IOException, SAXException {
        Validator validator = schema.newValidator();
        validator.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        validator.setProperty(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
        validator.validate(new StreamSource(new StringReader(xml)));
    }

    /** Well-formed, and without a document type. */
    public static Document parse(String xml) throws IOException, SAXException, ParserConfigurationException {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newNSInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
    }
}
