package org.mailcaravan.console;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.VisibleText;

/**
 * Answers as JSON: fields in snake_case, times in ISO 8601 and UTC. What a terminal would obey or a
 * person would not see is escaped, as in all our JSON. Thread-safe.
 */
final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .addModule(
              new SimpleModule()
                  .addSerializer(Instant.class, words(Instant::toString))
                  // None is ever meant to go out.
                  .addSerializer(Secret.class, words(secret -> Secret.MASK)))
          .build();

  static {
    MAPPER.getFactory().setCharacterEscapes(new Visible());
  }

  private Json() {}

  /** A value as one line, without the line's end. */
  static byte[] octets(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no JSON of " + value.getClass(), e);
    }
  }

  /** A value as a text of one line. */
  static String text(Object value) {
    return new String(octets(value), StandardCharsets.UTF_8);
  }

  private interface Words<T> {
    String of(T value);
  }

  private static <T> JsonSerializer<T> words(Words<T> words) {
    return new JsonSerializer<>() {
      @Override
      public void serialize(T value, JsonGenerator json, SerializerProvider provider)
          throws IOException {
        json.writeString(words.of(value));
      }
    };
  }

  /** Escapes what {@link VisibleText} does not show. */
  private static final class Visible extends CharacterEscapes {
    private static final long serialVersionUID = 1L;

    @Override
    public int[] getEscapeCodesForAscii() {
      int[] codes = CharacterEscapes.standardAsciiEscapesForJSON();
      codes[0x7f] = CharacterEscapes.ESCAPE_STANDARD;
      return codes;
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int c) {
      boolean isHalf = Character.isSurrogate((char) c);
      return isHalf || VisibleText.isVisible(c)
          ? null
          : new SerializedString("\\u%04x".formatted(c));
    }
  }
}
