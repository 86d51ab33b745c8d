package org.mailcaravan.report;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import org.mailcaravan.model.VisibleText;

/**
 * Writes characters that could harm a terminal or an editor, such as those that change the text
 * direction, as escapes of JSON. A parser still gets every character. It filters the written
 * document, because Jackson's own escapes see only half of a character beyond U+FFFF. That is safe,
 * since only strings and names contain characters outside of ASCII.
 */
final class VisibleEscapes extends FilterWriter {
  private static final char NONE = 0;

  private char high = NONE;

  VisibleEscapes(Writer out) {
    super(out);
  }

  /** A document with these escapes. */
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
