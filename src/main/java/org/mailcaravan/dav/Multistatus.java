package org.mailcaravan.dav;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a 207 answer (RFC 4918, section 13), response by response, so that a long one
 * takes little more memory than its octets. Only the properties that this program asks for are
 * kept, with limits for their text and elements. Document types and external entities are not read.
 */
final class Multistatus {
  private static final Set<String> KEPT =
      Set.of(
          "address-data",
          "addressbook-home-set",
          "calendar-color",
          "calendar-data",
          "calendar-home-set",
          "current-user-principal",
          "displayname",
          "getetag",
          "max-resource-size",
          "resourcetype",
          "schedule-default-calendar-URL",
          "supported-calendar-component-set");

  private static final int MOST_ELEMENTS = 100;
  private static final String TOO_LONG = "a property in it is longer than 11 MiB";
  private static final int LONGEST_TEXT = ExportReader.LARGEST_RESOURCE + (1 << 20);

  /**
   * The properties of one resource.
   *
   * @param href as the server sent it
   * @param status of the resource, or 0 when only its properties have one
   * @param properties those with a status of 2xx, by their local name
   */
  record Response(String href, int status, Map<String, Property> properties) {
    Optional<Property> property(String name) {
      return Optional.ofNullable(properties.get(name));
    }

    /** The text of a property, or empty when it is missing or blank. */
    Optional<String> text(String name) {
      return property(name).map(Property::text).map(String::strip).filter(t -> !t.isEmpty());
    }
  }

  /**
   * A property.
   *
   * @param text all the text in it
   * @param elements names of the first elements in it, as "{namespace}name"; for comp its name
   *     attribute
   * @param hrefs text of the first href elements in it
   */
  record Property(String text, List<String> elements, List<String> hrefs) {}

  private static final String ENTITIES = "its XML holds entities of its own, which are never read";

  private static final int LONGEST_PROLOG = 64 << 10;

  private final XMLStreamReader xml;
  private final Consumer<Response> consumer;
  private @Nullable String syncToken;

  private Multistatus(XMLStreamReader xml, Consumer<Response> consumer) {
    this.xml = xml;
    this.consumer = consumer;
  }

  /**
   * Gives each response to the consumer.
   *
   * @return the sync-token at its end (RFC 6578, section 6.4), or empty
   * @throws XMLStreamException with a message for people, when the body is not XML, is cut off, has
   *     a property of more than 11 MiB, is nested too deeply, or has entities
   */
  static Optional<String> read(byte[] octets, Consumer<Response> consumer)
      throws XMLStreamException {
    if (declaresType(octets)) {
      throw new XMLStreamException(ENTITIES);
    }
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(DavXml.DEPTH, DavXml.DEEPEST);
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    try {
      XMLStreamReader xml = factory.createXMLStreamReader(new ByteArrayInputStream(octets));
      Multistatus reading = new Multistatus(xml, consumer);
      reading.all();
      return Optional.ofNullable(reading.syncToken);
    } catch (XMLStreamException e) {
      throw new XMLStreamException(reason(e), e);
    }
  }

  /**
   * Whether a document type stands before the first element. Java's parser reads over one even if
   * it is not to: it then writes to stderr, or throws what is no XMLStreamException.
   */
  private static boolean declaresType(byte[] octets) {
    // UTF-16, too, is ASCII with zeros here.
    String start =
        new String(octets, 0, Math.min(octets.length, LONGEST_PROLOG), StandardCharsets.ISO_8859_1)
            .replace("\0", "");
    int at = start.indexOf('<');
    while (at >= 0) {
      String end = start.startsWith("<?", at) ? "?>" : start.startsWith("<!--", at) ? "-->" : "";
      if (end.isEmpty()) {
        return start.startsWith("<!", at);
      }
      int behind = start.indexOf(end, at);
      at = behind < 0 ? -1 : start.indexOf('<', behind);
    }
    return false;
  }

  /** The reason for people; the parser's own message may repeat text of the server. */
  private static String reason(XMLStreamException e) {
    String words = String.valueOf(e.getMessage());
    if (words.contains("JAXP00010006")) {
      return "more than %s XML elements lie within each other".formatted(DavXml.DEEPEST);
    }
    if (words.contains(TOO_LONG)) {
      return TOO_LONG;
    }
    int line = e.getLocation() == null ? 0 : e.getLocation().getLineNumber();
    int column = e.getLocation() == null ? 0 : e.getLocation().getColumnNumber();
    return words.contains("JAXP0001") || words.contains("entity")
        ? ENTITIES
        : "its XML is broken (line %d, column %d)".formatted(line, column);
  }

  private void all() throws XMLStreamException {
    while (xml.hasNext()) {
      if (xml.next() == XMLStreamConstants.START_ELEMENT) {
        if (isDav("response")) {
          consumer.accept(response());
        } else if (isDav("sync-token")) {
          syncToken = xml.getElementText().strip();
        }
      }
    }
  }

  private boolean isDav(String name) {
    return DavXml.DAV.equals(xml.getNamespaceURI()) && name.equals(xml.getLocalName());
  }

  private Response response() throws XMLStreamException {
    String href = "";
    int status = 0;
    Map<String, Property> properties = new HashMap<>();
    while (nextChild()) {
      if (isDav("href")) {
        href = xml.getElementText().strip();
      } else if (isDav("status")) {
        status = status(xml.getElementText());
      } else if (isDav("propstat")) {
        propstat(properties);
      } else {
        skip();
      }
    }
    return new Response(href, status, properties);
  }

  private void propstat(Map<String, Property> properties) throws XMLStreamException {
    Map<String, Property> these = new HashMap<>();
    int status = 200;
    while (nextChild()) {
      if (isDav("status")) {
        status = status(xml.getElementText());
      } else if (isDav("prop")) {
        while (nextChild()) {
          String name = xml.getLocalName();
          if (KEPT.contains(name)) {
            these.put(name, property());
          } else {
            skip();
          }
        }
      } else {
        skip();
      }
    }
    if (status / 100 == 2) {
      properties.putAll(these);
    }
  }

  /** Moves to the next child element; false at the end of the parent. */
  private boolean nextChild() throws XMLStreamException {
    while (true) {
      switch (xml.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          return true;
        }
        case XMLStreamConstants.END_ELEMENT, XMLStreamConstants.END_DOCUMENT -> {
          return false;
        }
        default -> {}
      }
    }
  }

  private void skip() throws XMLStreamException {
    for (int depth = 1; depth > 0; ) {
      switch (xml.next()) {
        case XMLStreamConstants.START_ELEMENT -> depth++;
        case XMLStreamConstants.END_ELEMENT -> depth--;
        default -> {}
      }
    }
  }

  private Property property() throws XMLStreamException {
    StringBuilder text = new StringBuilder();
    List<String> elements = new ArrayList<>();
    List<String> hrefs = new ArrayList<>();
    StringBuilder href = new StringBuilder();
    boolean inHref = false;
    int depth = 1;
    while (depth > 0) {
      switch (xml.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          depth++;
          inHref = isDav("href");
          href.setLength(0);
          if (elements.size() < MOST_ELEMENTS) {
            elements.add(element());
          }
        }
        case XMLStreamConstants.END_ELEMENT -> {
          depth--;
          if (inHref && hrefs.size() < MOST_ELEMENTS) {
            hrefs.add(href.toString().strip());
          }
          inHref = false;
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
          text.append(xml.getText());
          if (text.length() > LONGEST_TEXT) {
            throw new XMLStreamException(TOO_LONG);
          }
          if (inHref) {
            href.append(xml.getText());
          }
        }
        default -> {}
      }
    }
    return new Property(text.toString(), elements, hrefs);
  }

  private String element() {
    String component = xml.getAttributeValue(null, "name");
    return component != null && xml.getLocalName().equals("comp")
        ? component
        : "{" + xml.getNamespaceURI() + "}" + xml.getLocalName();
  }

  /** The number in "HTTP/1.1 404 Not Found"; 0 when there is none. */
  private static int status(String line) {
    String[] parts = line.strip().split("\\s+", 3);
    return parts.length > 1 && parts[1].matches("\\d{3}") ? Integer.parseInt(parts[1]) : 0;
  }
}
