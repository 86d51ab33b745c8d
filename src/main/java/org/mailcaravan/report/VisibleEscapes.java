package org.mailcaravan.report;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import org.mailcaravan.model.VisibleText;

/**
 * Writes in JSON's own escapes what must not reach a terminal or an editor as it is, such as
 * characters that turn the direction of writing: who reads the JSON gets every character. It
 * changes a document as it is written, since Jackson asks only for half of a character beyond
 * U+FFFF; outside of ASCII, characters stand in nothing but texts and names.
 */
final class VisibleEscapes extends FilterWriter {
  private static final char NONE = 0;

  private char high = NONE;

  VisibleEscapes(Writer out) {
    super(out);
  }

  /** The document with these escapes. */
  static String of(String json) {
    StringWriter text = new StringWriter(json.length());
    try {
      new VisibleEscapes(text).write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  @Override
  public void write(int c) throws IOException {
    char next = (char) c;
    if (high != NONE && Character.isLowSurrogate(next)) {
      character(Character.toCodePoint(high, next));
      high = NONE;
      return;
    }
    if (high != NONE) {
      character(high);
      high = NONE;
    }
    if (Character.isHighSurrogate(next)) {
      high = next;
    } else {
      character(next);
    }
  }

  private void character(int codePoint) throws IOException {
    boolean shown = codePoint < 0x7f || VisibleText.isVisible(codePoint);
    for (char half : Character.toChars(codePoint)) {
      if (shown) {
        out.write(half);
      } else {
        out.write("\\u%04X".formatted((int) half));
      }
    }
  }

  @Override
  public void write(char[] text, int from, int length) throws IOException {
    for (int i = from; i < from + length; i++) {
      write(text[i]);
    }
  }

  @Override
  public void write(String text, int from, int length) throws IOException {
    for (int i = from; i < from + length; i++) {
      write(text.charAt(i));
    }
  }
}
