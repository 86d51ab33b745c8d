package org.mailcaravan.cli.client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Where;

/** The JSON of the service as records. Fields that a newer service adds are left out. */
public final class Answers {
  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .registerModule(new SimpleModule().addDeserializer(Instant.class, new InstantReader()));

  private Answers() {}

  /**
   * One record.
   *
   * @throws NeedsAttention when it lacks a field
   */
  public static <T> T read(JsonNode answer, Class<T> type) {
    try {
      return MAPPER.treeToValue(answer, type);
    } catch (JsonProcessingException e) {
      throw new NeedsAttention(
          new Problem(
              Where.words("the service"),
              "its answer is not what this command expects",
              Owner.US,
              "Use the command of the same version as the service."),
          e);
    }
  }

  /**
   * A list of records.
   *
   * @param field its name in the answer
   */
  public static <T> List<T> readAll(JsonNode answer, String field, Class<T> type) {
    List<T> records = new ArrayList<>();
    answer.path(field).forEach(each -> records.add(read(each, type)));
    return records;
  }

  private static final class InstantReader extends StdScalarDeserializer<Instant> {
    private static final long serialVersionUID = 1;

    InstantReader() {
      super(Instant.class);
    }

    @Override
    public Instant deserialize(JsonParser in, DeserializationContext context) throws IOException {
      try {
        return Instant.parse(in.getText());
      } catch (DateTimeParseException e) {
        throw context.weirdStringException(in.getText(), Instant.class, "no time");
      }
    }
  }
}
