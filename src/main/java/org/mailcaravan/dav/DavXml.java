package org.mailcaravan.dav;

import java.io.IOException;
import java.io.StringReader;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/** Writes the XML of requests and reads that of errors. {@link Multistatus} reads lists. */
final class DavXml {
  static final String DAV = "DAV:";
  static final String CARDDAV = "urn:ietf:params:xml:ns:carddav";
  static final String CALDAV = "urn:ietf:params:xml:ns:caldav";

  /** Limit of nested elements. WebDAV needs about ten; only an attack has more than this. */
  static final String DEEPEST = "64";

  /** The name of that limit in Java's parsers. */
  static final String DEPTH = "http://www.oracle.com/xml/jaxp/properties/maxElementDepth";

  private static final String DECLARATION = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
  private static final String NAMESPACES =
      " xmlns=\"DAV:\" xmlns:A=\"urn:ietf:params:xml:ns:carddav\""
          + " xmlns:C=\"urn:ietf:params:xml:ns:caldav\" xmlns:I=\"http://apple.com/ns/ical/\"";

  private DavXml() {}

  /** PROPFIND for all properties that describe collections and tell where they are. */
  static String askForCollections() {
    return propfind(
        "<resourcetype/><displayname/><current-user-principal/><sync-token/>"
            + "<A:addressbook-home-set/><C:calendar-home-set/><A:max-resource-size/>"
            + "<C:max-resource-size/><C:supported-calendar-component-set/>"
            + "<C:schedule-default-calendar-URL/><I:calendar-color/>");
  }

  /** PROPFIND for the ETags of the resources in a collection. */
  static String askForEtags() {
    return propfind("<getetag/><resourcetype/>");
  }

  private static String propfind(String properties) {
    return DECLARATION + "<propfind" + NAMESPACES + "><prop>" + properties + "</prop></propfind>";
  }

  /** REPORT for the content of resources (RFC 6352, section 8.7, and RFC 4791, section 7.9). */
  static String askForContents(Groupware kind, Collection<String> hrefs) {
    boolean contacts = kind == Groupware.CONTACTS;
    String name = contacts ? "A:addressbook-multiget" : "C:calendar-multiget";
    StringBuilder xml = new StringBuilder(DECLARATION).append('<').append(name).append(NAMESPACES);
    xml.append("><prop><getetag/>")
        .append(contacts ? "<A:address-data/>" : "<C:calendar-data/>")
        .append("</prop>");
    hrefs.forEach(href -> xml.append("<href>").append(text(href)).append("</href>"));
    return xml.append("</").append(name).append('>').toString();
  }

  /** REPORT for the changes since a sync-token, which may be empty (RFC 6578, section 3.2). */
  static String askForChanges(String syncToken) {
    return DECLARATION
        + "<sync-collection"
        + NAMESPACES
        + "><sync-token>"
        + text(syncToken)
        + "</sync-token><sync-level>1</sync-level><prop><getetag/></prop></sync-collection>";
  }

  /** Extended MKCOL for an address book (RFC 5689, and RFC 6352, section 6.3.1). */
  static String makeAddressBook(String displayName) {
    return DECLARATION
        + "<mkcol"
        + NAMESPACES
        + "><set><prop><resourcetype><collection/><A:addressbook/></resourcetype><displayname>"
        + text(displayName)
        + "</displayname></prop></set></mkcol>";
  }

  /**
   * MKCALENDAR (RFC 4791, section 5.3.1).
   *
   * @param colour in Apple's form, "#RRGGBB", or null
   * @param components the components that it accepts, such as VEVENT; empty for the server's
   *     default
   */
  static String makeCalendar(
      String displayName, @Nullable String colour, Collection<String> components) {
    StringBuilder xml =
        new StringBuilder(DECLARATION)
            .append("<C:mkcalendar")
            .append(NAMESPACES)
            .append("><set><prop><displayname>")
            .append(text(displayName))
            .append("</displayname>");
    if (!components.isEmpty()) {
      xml.append("<C:supported-calendar-component-set>");
      components.forEach(name -> xml.append("<C:comp name=\"").append(text(name)).append("\"/>"));
      xml.append("</C:supported-calendar-component-set>");
    }
    if (colour != null) {
      xml.append("<I:calendar-color>").append(text(colour)).append("</I:calendar-color>");
    }
    return xml.append("</prop></set></C:mkcalendar>").toString();
  }

  /** Escapes text for XML, without the characters that XML does not allow. */
  private static String text(String words) {
    return words
        .replaceAll("[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]", "")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /**
   * The root element, or empty when the text is not XML or is nested too deeply. External entities
   * are never read.
   */
  static Optional<Element> parse(String text) {
    if (!text.stripLeading().startsWith("<")) {
      return Optional.empty();
    }
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
      factory.setNamespaceAware(true);
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setAttribute(DEPTH, DEEPEST);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      DocumentBuilder builder = factory.newDocumentBuilder();
      builder.setErrorHandler(new DefaultHandler()); // the default one prints to stderr
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
