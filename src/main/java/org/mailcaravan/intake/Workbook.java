package org.mailcaravan.intake;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;

/**
 * The parts of an Excel workbook (.xlsx, ECMA-376), which is a ZIP archive of XML. A part is read
 * as a stream and never held as a whole. A hostile workbook meets a bound: on entries, on what they
 * hold unpacked, on the depth of elements, on names, and on what stands between two of them. A
 * document type, a comment or CDATA is refused, since no spreadsheet program writes any: so there
 * are no entities.
 */
final class Workbook {
  /** Takes the elements of a part in their order. */
  interface Elements {
    /** An element begins. */
    void begin(String name, XMLStreamReader at) throws Damaged;

    /** A piece of text. */
    default void text(String piece) throws Damaged {}

    /** An element ends. */
    default void end(String name) throws Damaged {}
  }

  /** It is no workbook that a spreadsheet program has written. Its message is shown. */
  static final class Damaged extends Exception {
    private static final long serialVersionUID = 1L;

    Damaged(String cause) {
      super(cause);
    }
  }

  private static final class BoundExceeded extends IOException {
    private static final long serialVersionUID = 1L;

    BoundExceeded(String bound) {
      super(bound);
    }
  }

  static final int MOST_ENTRIES = 2000;

  /** Octets; two hundred thousand rows of many columns have less. */
  static final long LARGEST_UNPACKED = 128L << 20;

  /** Characters between two elements; the longest cell has 32,767, each of which may be a code. */
  private static final int LONGEST_PIECE = 1 << 19;

  /** Characters of a cell, as in Excel. */
  private static final int LONGEST_CELL = 32_767;

  private static final int DEEPEST = 100;
  private static final int MOST_NAMES = 2000;

  private static final XMLInputFactory XML = XMLInputFactory.newDefaultFactory();

  static {
    XML.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    XML.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
  }

  private final byte[] octets;
  private final String name;
  private final Set<String> parts = new HashSet<>();

  /**
   * Looks at what is in it.
   *
   * @param name the file's name
   * @throws RequestRejected when there is no workbook in it
   */
  Workbook(byte[] octets, String name) {
    this.octets = octets;
    this.name = name;
    walk("", null);
    if (!parts.contains("xl/workbook.xml")) {
      throw RequestText.rejected(
          Where.file(name),
          "it is " + kind() + ", neither CSV, JSON nor an Excel workbook (.xlsx)",
          RequestText.SAVE_AS);
    }
  }

  private String kind() {
    if (parts.contains("xl/workbook.bin")) {
      return "a binary Excel workbook (.xlsb)";
    }
    if (parts.contains("content.xml")) {
      return "an OpenDocument file such as .ods";
    }
    return parts.contains("word/document.xml") ? "a Word document" : "a ZIP archive";
  }

  /** Whether the octets begin as a workbook does, and as any other ZIP archive. */
  static boolean isOne(byte[] octets) {
    return octets.length > 4
        && octets[0] == 'P'
        && octets[1] == 'K'
        && octets[2] == 3
        && octets[3] == 4;
  }

  /** Whether there is such a part. */
  boolean has(String part) {
    return parts.contains(key(part));
  }

  /**
   * Reads a part.
   *
   * @throws RequestRejected when it is not there, damaged or beyond a bound
   */
  void read(String part, Elements elements) {
    if (!has(part)) {
      throw rejected("the part " + key(part) + " is missing in it");
    }
    walk(key(part), elements);
  }

  RequestRejected rejected(String cause) {
    return RequestText.rejected(
        Where.file(name),
        "it is an Excel workbook that cannot be read: " + cause,
        "Open it in a spreadsheet program and save it again as .xlsx, or as \"CSV UTF-8\".");
  }

  /** Adds a piece to the text of a cell, as far as one can hold it. */
  static void append(StringBuilder text, String piece) throws Damaged {
    if (text.length() + piece.length() > LONGEST_CELL) {
      throw new Damaged("a cell holds more than " + LONGEST_CELL + " characters");
    }
    text.append(piece);
  }

  private static String key(String part) {
    return part.replace('\\', '/').replaceFirst("^/+", "").toLowerCase(Locale.ROOT);
  }

  /** Goes through the archive up to a part; to its end, and notes all parts, without one. */
  private void walk(String part, @Nullable Elements elements) {
    long unpacked = 0;
    byte[] skipped = new byte[1 << 13];
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(octets))) {
      int entries = 0;
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (++entries > MOST_ENTRIES) {
          throw new BoundExceeded("it has more than " + MOST_ENTRIES + " parts");
        }
        String key = key(entry.getName());
        if (elements == null) {
          parts.add(key.length() > MOST_NAMES ? "" : key);
        } else if (key.equals(part)) {
          parse(new Bounded(zip, LARGEST_UNPACKED - unpacked), elements);
          return;
        }
        for (int read = zip.read(skipped); read >= 0; read = zip.read(skipped)) {
          unpacked += read;
          if (unpacked > LARGEST_UNPACKED) {
            throw Bounded.tooLarge();
          }
        }
      }
    } catch (Damaged | BoundExceeded e) {
      throw rejected(String.valueOf(e.getMessage()));
    } catch (XMLStreamException e) {
      // Messages of the parser may hold pieces of the file.
      throw rejected(cause(e.getNestedException()));
    } catch (IOException | IllegalArgumentException e) {
      throw rejected(cause(e.getCause()));
    }
  }

  private static String cause(@Nullable Throwable failure) {
    return failure instanceof BoundExceeded bound
        ? String.valueOf(bound.getMessage())
        : "it is damaged";
  }

  private static void parse(InputStream in, Elements elements) throws XMLStreamException, Damaged {
    // Read as UTF-8 whatever it declares: else the markup could hide in another character set.
    XMLStreamReader xml =
        XML.createXMLStreamReader(new PlainXml(new InputStreamReader(in, StandardCharsets.UTF_8)));
    Set<String> names = new HashSet<>();
    int depth = 0;
    while (xml.hasNext()) {
      switch (xml.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          if (++depth > DEEPEST) {
            throw new Damaged("its elements are nested too deeply");
          }
          note(names, xml);
          elements.begin(xml.getLocalName(), xml);
        }
        case XMLStreamConstants.END_ELEMENT -> {
          depth--;
          elements.end(xml.getLocalName());
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.SPACE ->
            elements.text(xml.getText());
        default -> {}
      }
    }
  }

  /** The parser keeps each name, so that too many of them fill the memory. */
  private static void note(Set<String> names, XMLStreamReader xml) throws Damaged {
    names.add(xml.getLocalName());
    for (int i = 0; i < xml.getAttributeCount(); i++) {
      names.add(xml.getAttributeLocalName(i));
    }
    for (int i = 0; i < xml.getNamespaceCount(); i++) {
      names.add(String.valueOf(xml.getNamespacePrefix(i)));
    }
    if (names.size() > MOST_NAMES) {
      throw new Damaged("it has too many names of elements");
    }
  }

  /** What one part may hold. */
  private static final class Bounded extends FilterInputStream {
    private long left;

    Bounded(InputStream in, long most) {
      super(in);
      this.left = most;
    }

    static BoundExceeded tooLarge() {
      return new BoundExceeded(
          "it holds more than " + (LARGEST_UNPACKED >> 20) + " MiB when it is unpacked");
    }

    @Override
    public int read() throws IOException {
      throw new UnsupportedOperationException();
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int read = super.read(into, from, length);
      left -= Math.max(0, read);
      if (left < 0) {
        throw tooLarge();
      }
      return read;
    }
  }

  /** XML without comments, CDATA, document types and instructions, and without endless pieces. */
  private static final class PlainXml extends FilterReader {
    private int piece;
    private boolean open;
    private boolean begun;

    PlainXml(Reader in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      char[] one = new char[1];
      return read(one, 0, 1) < 0 ? -1 : one[0];
    }

    @Override
    public int read(char[] into, int from, int length) throws IOException {
      int read = super.read(into, from, length);
      for (int i = from; i < from + read; i++) {
        char c = into[i];
        if (open && (c == '!' || (c == '?' && begun))) {
          throw new BoundExceeded("it has XML in it that no spreadsheet program writes");
        }
        begun |= open;
        open = c == '<';
        piece = open ? 0 : piece + 1;
        if (piece > LONGEST_PIECE) {
          throw new BoundExceeded("a cell or an element in it is too long");
        }
      }
      return read;
    }
  }
}
