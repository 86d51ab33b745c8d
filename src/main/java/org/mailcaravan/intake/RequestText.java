package org.mailcaravan.intake;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.model.Where;

/**
 * The text of a request file.
 *
 * @param name the file's name without folder
 * @param text without byte order mark
 * @param charset the character set of the file
 * @param byteOrderMark whether there was one
 */
record RequestText(String name, String text, CharacterSet charset, boolean byteOrderMark) {
  /** Octets; some hundred thousand mailboxes. */
  static final int LARGEST = 16 << 20;

  private static final int LONGEST_NAME = 300;

  /** Rows of CSV or entries of JSON; so many of them fit into a small memory. */
  static final int MOST_ROWS = 200_000;

  static final String SAVE_AS =
      "Save it as .xlsx or \"CSV UTF-8\" in the spreadsheet program and send that file.";

  private static final String NEITHER = ", neither CSV, JSON nor an Excel workbook (.xlsx)";

  /** A kind of file, known by its first octets, as characters of Latin-1. */
  private record Kind(String words, String beginning) {}

  private static final List<Kind> OTHER_KINDS =
      List.of(
          new Kind(
              "an old Excel workbook (.xls) or one with a password", "\u00d0\u00cf\u0011\u00e0"),
          new Kind("an empty ZIP archive", "PK\u0005\u0006"),
          new Kind("a PDF document", "%PDF"),
          new Kind("a compressed file", "\u001f\u008b"),
          new Kind("a formatted text document", "{\\rtf"));

  /** The name of a file without its folder, fit to be shown. */
  static String nameOf(Path file) {
    Path fileName = file.getFileName();
    String name = VisibleText.of(fileName == null ? file.toString() : fileName.toString());
    return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "...";
  }

  /**
   * Decodes the octets of a file.
   *
   * @throws RequestRejected when it is no text that a request could be in
   */
  static RequestText of(byte[] octets, String name) {
    for (Kind kind : OTHER_KINDS) {
      if (startsWith(octets, kind.beginning().getBytes(StandardCharsets.ISO_8859_1))) {
        throw rejected(Where.file(name), "it is " + kind.words() + NEITHER, SAVE_AS);
      }
    }
    CharacterSet charset = CharacterSet.of(octets);
    String decoded = decode(octets, charset, name);
    boolean mark = decoded.startsWith("\uFEFF");
    RequestText text = new RequestText(name, mark ? decoded.substring(1) : decoded, charset, mark);
    text.check();
    return text;
  }

  /** The problem of a request with too many rows. */
  static RequestRejected tooManyRows(String name) {
    return rejected(
        Where.file(name),
        "it has more than " + MOST_ROWS + " rows",
        "Split it into several files, each with the header.");
  }

  /** Whether it is JSON rather than CSV. */
  boolean isJson() {
    char first = text.stripLeading().charAt(0);
    return first == '{' || first == '[';
  }

  private void check() {
    if (text.isBlank()) {
      throw rejected(
          Where.file(name),
          "it is empty",
          "Fill in the template that \"mailcaravan template\" prints.");
    }
    int zero = text.indexOf('\0');
    if (zero >= 0) {
      throw rejected(
          Where.line(name, lineOf(zero)),
          "there are zero bytes; it is neither CSV nor JSON",
          SAVE_AS);
    }
    if (text.stripLeading().startsWith("<")) {
      throw rejected(Where.line(name, 1), "it is HTML or XML, neither CSV nor JSON", SAVE_AS);
    }
  }

  private int lineOf(int end) {
    return 1 + (int) text.substring(0, end).chars().filter(c -> c == '\n').count();
  }

  /**
   * The octets of a file.
   *
   * @param name what it is called in problems
   * @throws RequestRejected when it is too large or cannot be read
   */
  static byte[] octets(Path file, String name, OpenOption... how) {
    try (InputStream in = Files.newInputStream(file, how)) {
      byte[] octets = in.readNBytes(LARGEST + 1);
      if (octets.length > LARGEST) {
        throw rejected(
            Where.file(name),
            "it is larger than " + (LARGEST >> 20) + " MiB",
            "Split it into several files, each with the header.");
      }
      return octets;
    } catch (NoSuchFileException e) {
      throw new RequestRejected(
          new Problem(
              Where.file(VisibleText.of(file.toString())),
              "the file does not exist",
              Owner.US,
              "Check its name."));
    } catch (IOException e) {
      throw new RequestRejected(
          new Problem(
              Where.file(VisibleText.of(file.toString())),
              "it cannot be read (" + e.getClass().getSimpleName() + ")",
              Owner.US,
              "Check that it is a file and that this user may read it."));
    }
  }

  private static String decode(byte[] octets, CharacterSet set, String name) {
    ByteBuffer in = ByteBuffer.wrap(octets);
    try {
      return set.charset().newDecoder().decode(in).toString();
    } catch (CharacterCodingException e) {
      String before = new String(octets, 0, in.position(), set.charset());
      long line = 1 + before.chars().filter(c -> c == '\n').count();
      throw rejected(
          Where.line(name, line),
          "a character there is not " + set.charset().name().toUpperCase(Locale.ROOT),
          SAVE_AS);
    }
  }

  private static boolean startsWith(byte[] octets, byte[] beginning) {
    return octets.length >= beginning.length
        && ByteBuffer.wrap(octets, 0, beginning.length).equals(ByteBuffer.wrap(beginning));
  }

  /** The problem of a file that cannot be used as a whole; its author can fix it. */
  static RequestRejected rejected(Where place, String cause, String nextStep) {
    return new RequestRejected(new Problem(place, cause, Owner.CUSTOMER, nextStep));
  }

  @Override
  public String toString() {
    return name;
  }
}
