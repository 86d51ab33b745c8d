package org.mailcaravan.dav;

import java.io.IOException;
import java.io.StringReader;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/** The little XML that WebDAV needs. */
final class DavXml {
  static final String DAV = "DAV:";
  static final String CARDDAV = "urn:ietf:params:xml:ns:carddav";
  static final String CALDAV = "urn:ietf:params:xml:ns:caldav";

  static final String ASK_RESOURCE_TYPE =
      """
      <?xml version="1.0" encoding="utf-8"?>
      <propfind xmlns="DAV:"><prop><resourcetype/></prop></propfind>
      """;
  // Extended MKCOL, RFC 5689 and RFC 6352, section 6.3.1.
  static final String MAKE_ADDRESS_BOOK =
      """
      <?xml version="1.0" encoding="utf-8"?>
      <mkcol xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav">
        <set><prop><resourcetype><collection/><C:addressbook/></resourcetype></prop></set>
      </mkcol>
      """;

  private DavXml() {}

  /** The root element, or empty when the text is no XML; external entities are never read. */
  static Optional<Element> parse(String text) {
    if (!text.stripLeading().startsWith("<")) {
      return Optional.empty();
    }
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setNamespaceAware(true);
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      DocumentBuilder builder = factory.newDocumentBuilder();
      builder.setErrorHandler(new DefaultHandler()); // the one it brings prints to stderr
      return Optional.of(
          builder.parse(new InputSource(new StringReader(text.strip()))).getDocumentElement());
    } catch (SAXException e) {
      return Optional.empty();
    } catch (IOException | ParserConfigurationException e) {
      throw new IllegalStateException("the XML parser of this Java platform does not work", e);
    }
  }

  static boolean is(Element element, String namespace, String name) {
    return namespace.equals(element.getNamespaceURI()) && name.equals(element.getLocalName());
  }

  static Stream<Element> children(Element parent) {
    return elements(parent.getChildNodes());
  }

  static Stream<Element> descendants(Element root, String namespace, String name) {
    return elements(root.getElementsByTagNameNS(namespace, name));
  }

  private static Stream<Element> elements(NodeList nodes) {
    return IntStream.range(0, nodes.getLength())
        .<Node>mapToObj(nodes::item)
        .filter(Element.class::isInstance)
        .map(Element.class::cast);
  }
}
