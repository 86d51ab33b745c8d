package org.mailcaravan.clients;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** An XML document under way, indented for people. For one thread. */
final class XmlText {
  private static final char REPLACEMENT = '\ufffd';

  private final StringWriter text = new StringWriter();
  private final XMLStreamWriter out;

  /** The open elements: whether each has elements in it. */
  private final Deque<Boolean> open = new ArrayDeque<>();

  XmlText() {
    try {
      out = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
      out.writeStartDocument("UTF-8", "1.0");
      out.writeCharacters("\n");
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The declaration of a type, as it stands in the document. */
  XmlText type(String declaration) {
    return write(
        () -> {
          out.writeDTD(declaration);
          out.writeCharacters("\n");
        });
  }

  /**
   * Opens an element.
   *
   * @param attributes names and values, in turn
   */
  XmlText open(String name, String... attributes) {
    return write(
        () -> {
          begin(name, attributes);
          open.push(false);
        });
  }

  /** Closes the one that was opened last. */
  XmlText close() {
    return write(
        () -> {
          if (open.pop()) {
            indent(open.size());
          }
          out.writeEndElement();
        });
  }

  /** An element with a text. */
  XmlText text(String name, String content, String... attributes) {
    return write(
        () -> {
          begin(name, attributes);
          out.writeCharacters(legal(content));
          out.writeEndElement();
        });
  }

  /** An element with nothing in it. */
  XmlText empty(String name, String... attributes) {
    return write(
        () -> {
          beginLine();
          out.writeEmptyElement(name);
          attributes(attributes);
        });
  }

  /** The document. */
  byte[] octets() {
    write(
        () -> {
          out.writeEndDocument();
          out.flush();
        });
    return (text + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private void begin(String name, String... attributes) throws XMLStreamException {
    beginLine();
    out.writeStartElement(name);
    attributes(attributes);
  }

  private void beginLine() throws XMLStreamException {
    if (!open.isEmpty()) {
      open.pop();
      open.push(true);
      indent(open.size());
    }
  }

  /**
   * @param depth how many elements are open around it
   */
  private void indent(int depth) throws XMLStreamException {
    out.writeCharacters("\n" + "  ".repeat(depth));
  }

  private void attributes(String... attributes) throws XMLStreamException {
    for (int at = 0; at < attributes.length; at += 2) {
      out.writeAttribute(attributes[at], legal(attributes[at + 1]));
    }
  }

  /** Some characters can stand in no XML document, not even escaped (XML 1.0 section 2.2). */
  private static String legal(String content) {
    StringBuilder legal = new StringBuilder(content.length());
    content
        .codePoints()
        .forEach(
            c -> {
              boolean isLegal =
                  c == '\t'
                      || c == '\n'
                      || (c >= 0x20 && c < 0xd800)
                      || (c >= 0xe000 && c < 0xfffe)
                      || c >= 0x10000;
              legal.appendCodePoint(isLegal ? c : REPLACEMENT);
            });
    return legal.toString();
  }

  private interface Writing {
    void run() throws XMLStreamException;
  }

  private XmlText write(Writing writing) {
    try {
      writing.run();
      return this;
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
  }
}
