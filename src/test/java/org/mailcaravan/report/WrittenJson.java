package org.mailcaravan.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/** Reads what {@link ResultJson} writes. */
public final class WrittenJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private WrittenJson() {}

  public static JsonNode of(Consumer<PrintWriter> document) {
    StringWriter text = new StringWriter();
    document.accept(new PrintWriter(text));
    try {
      return MAPPER.readTree(text.toString());
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
