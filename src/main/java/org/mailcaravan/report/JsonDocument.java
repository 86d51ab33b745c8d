package org.mailcaravan.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A JSON object with long lists. Each entry of a list is created when it is written, because a
 * hundred thousand mailboxes as nodes need more memory than the program has. It can be written
 * once.
 */
final class JsonDocument {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** All fields in order, with an empty array for each long list. */
  private final ObjectNode fields = JsonNodeFactory.instance.objectNode();

  private final Map<String, Stream<ObjectNode>> lists = new HashMap<>();

  /** The object to add other fields to. */
  ObjectNode fields() {
    return fields;
  }

  /** Adds a field with a long list. */
  void list(String name, Stream<ObjectNode> entries) {
    fields.putArray(name);
    lists.put(name, entries);
  }

  /** Writes the document, indented, with a line end. */
  void write(PrintWriter out) {
    try {
      JsonGenerator json =
          MAPPER.writerWithDefaultPrettyPrinter().createGenerator(new VisibleEscapes(out));
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
      json.writeStartObject();
      for (Map.Entry<String, JsonNode> field : fields.properties()) {
        json.writeFieldName(field.getKey());
        Stream<ObjectNode> entries = lists.get(field.getKey());
        if (entries == null) {
          json.writeTree(field.getValue());
        } else {
          json.writeStartArray();
          for (ObjectNode entry : (Iterable<ObjectNode>) entries::iterator) {
            json.writeTree(entry);
          }
          json.writeEndArray();
        }
      }
      json.writeEndObject();
      json.close();
      out.append('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
