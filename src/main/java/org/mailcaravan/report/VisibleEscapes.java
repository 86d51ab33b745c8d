package org.mailcaravan.report;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.VisibleText;

/**
 * Writes in JSON's own escapes what must not reach a terminal or an editor as it is, such as
 * characters that turn the direction of writing: who reads the JSON gets every character.
 */
final class VisibleEscapes extends CharacterEscapes {
  private static final long serialVersionUID = 1L;

  private VisibleEscapes() {}

  static ObjectMapper mapper() {
    ObjectMapper mapper = new ObjectMapper();
    mapper.getFactory().setCharacterEscapes(new VisibleEscapes());
    return mapper;
  }

  @Override
  public int[] getEscapeCodesForAscii() {
    int[] escapes = standardAsciiEscapesForJSON();
    escapes[0x7f] = ESCAPE_STANDARD;
    return escapes;
  }

  @Override
  public @Nullable SerializableString getEscapeSequence(int c) {
    boolean half = Character.isBmpCodePoint(c) && Character.isSurrogate((char) c);
    return half || VisibleText.isVisible(c) ? null : new SerializedString("\\u%04X".formatted(c));
  }
}
