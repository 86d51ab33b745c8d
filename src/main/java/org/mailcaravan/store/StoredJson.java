package org.mailcaravan.store;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.jsontype.TypeDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import java.io.IOException;
import java.time.Instant;
import org.mailcaravan.model.Where;

/** Records as they are kept in a column. */
final class StoredJson {
  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .addMixIn(Where.class, WhereKinds.class)
          .registerModule(
              new SimpleModule()
                  .addSerializer(Instant.class, new InstantWriter())
                  .addDeserializer(Instant.class, new InstantReader())
                  .addDeserializer(Where.class, new WhereReader()));

  private StoredJson() {}

  static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(value.getClass() + " cannot be written as JSON", e);
    }
  }

  static <T> T read(String json, Class<T> type) {
    try {
      return MAPPER.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored " + type + " cannot be read", e);
    }
  }

  /** An object whose fields are taken out one by one. */
  static ObjectNode object(String json) {
    try {
      return MAPPER.readValue(json, ObjectNode.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored object cannot be read", e);
    }
  }

  /** A name stays for ever: stored results hold it. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Where.Folder.class, name = "folder"),
    @JsonSubTypes.Type(value = Where.Folders.class, name = "folders"),
    @JsonSubTypes.Type(value = Where.AllFolders.class, name = "all-folders"),
    @JsonSubTypes.Type(value = Where.Message.class, name = "message"),
    @JsonSubTypes.Type(value = Where.AtServer.class, name = "server"),
    @JsonSubTypes.Type(value = Where.InFile.class, name = "file"),
    @JsonSubTypes.Type(value = Where.Url.class, name = "url"),
    @JsonSubTypes.Type(value = Where.OnDisk.class, name = "disk"),
    @JsonSubTypes.Type(value = Where.Setting.class, name = "setting"),
    @JsonSubTypes.Type(value = Where.OfMailbox.class, name = "mailbox"),
    @JsonSubTypes.Type(value = Where.InDatabase.class, name = "database"),
    @JsonSubTypes.Type(value = Where.Words.class, name = "words")
  })
  private interface WhereKinds {}

  /** Until version 19 of the tables a place was only words. */
  private static final class WhereReader extends StdDeserializer<Where> {
    private static final long serialVersionUID = 1;

    WhereReader() {
      super(Where.class);
    }

    @Override
    public Object deserializeWithType(
        JsonParser in, DeserializationContext context, TypeDeserializer kinds) throws IOException {
      return in.hasToken(JsonToken.VALUE_STRING)
          ? deserialize(in, context)
          : kinds.deserializeTypedFromObject(in, context);
    }

    @Override
    public Where deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return Where.words(in.getText());
    }
  }

  private static final class InstantWriter extends StdScalarSerializer<Instant> {
    private static final long serialVersionUID = 1;

    InstantWriter() {
      super(Instant.class);
    }

    @Override
    public void serialize(Instant value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(value.toString());
    }
  }

  private static final class InstantReader extends StdScalarDeserializer<Instant> {
    private static final long serialVersionUID = 1;

    InstantReader() {
      super(Instant.class);
    }

    @Override
    public Instant deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return Instant.parse(in.getText());
    }
  }
}
