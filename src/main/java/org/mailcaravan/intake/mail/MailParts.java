package org.mailcaravan.intake.mail;

import jakarta.mail.internet.MimeUtility;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UnsupportedEncodingException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.io.MaxHeaderLimitException;
import org.apache.james.mime4j.io.MaxLineLimitException;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;

/** Takes a mail apart, within its limits. */
final class MailParts {
  private static final int MOST_HEADERS = 1000;

  /** A header of the mail itself, unfolded. */
  record Header(String name, String value) {
    boolean is(String other) {
      return name.equalsIgnoreCase(other);
    }
  }

  /** A part of which not everything has been read. */
  private static final class Open {
    private final List<MailPart> parts = new ArrayList<>();
    private String type = "text/plain";
    private String disposition = "";
    private MailPart.Content content = MailPart.Content.NONE;

    void tell(Header header) {
      if (header.is("Content-Type")) {
        type = header.value;
      } else if (header.is("Content-Disposition")) {
        disposition = header.value;
      }
    }

    MailPart end() {
      return MailPart.of(type, disposition, content, parts);
    }
  }

  private final MailLimits limits;
  private final MimeTokenStream stream;
  private final List<Header> headers = new ArrayList<>();
  private final Deque<Open> open = new ArrayDeque<>();
  private int parts;

  private MailParts(InputStream octets, MailLimits limits) {
    this.limits = limits;
    stream =
        new MimeTokenStream(
            MimeConfig.custom()
                .setMaxHeaderCount(MOST_HEADERS)
                .setMaxHeaderLen(limits.headerOctets())
                .setMaxLineLen(-1)
                .setMaxContentLen(-1)
                .build());
    stream.parse(octets);
  }

  /** Some programs write long ids, too, as encoded words (RFC 2047). */
  static String decoded(String header) {
    try {
      return MimeUtility.decodeText(header);
    } catch (UnsupportedEncodingException e) {
      return header;
    }
  }

  /** The headers of a mail, in their order; what follows them is not looked at. */
  static List<Header> headers(byte[] octets, MailLimits limits) throws MailTooLarge {
    MailParts reading = new MailParts(new ByteArrayInputStream(octets), limits);
    reading.guarded(
        () -> {
          for (EntityState state = reading.stream.getState();
              state != EntityState.T_END_HEADER && state != EntityState.T_END_OF_STREAM;
              state = reading.stream.next()) {
            if (state == EntityState.T_FIELD) {
              reading.headers.add(header(reading.stream.getField()));
            }
          }
        });
    return reading.headers;
  }

  /** The whole mail, as one part. */
  static MailPart read(byte[] octets, MailLimits limits) throws MailTooLarge {
    return read(new ByteArrayInputStream(octets), limits);
  }

  /** The same, read from a stream. */
  static MailPart read(InputStream octets, MailLimits limits) throws MailTooLarge {
    MailParts reading = new MailParts(octets, limits);
    // The mail is the only part in this one.
    Open around = new Open();
    reading.open.push(around);
    reading.guarded(reading::readAll);
    return around.parts.get(0);
  }

  @FunctionalInterface
  private interface Step {
    void run() throws IOException, MimeException, MailTooLarge;
  }

  private void guarded(Step step) throws MailTooLarge {
    try {
      step.run();
    } catch (MaxHeaderLimitException | MaxLineLimitException e) {
      throw new MailTooLarge(
          "its headers have more than "
              + MOST_HEADERS
              + " lines, or one of more than "
              + (limits.headerOctets() >> 10)
              + " KiB");
    } catch (MimeException | IOException e) {
      throw new MailTooLarge("it is broken, so that its parts cannot be told apart");
    }
  }

  private void readAll() throws IOException, MimeException, MailTooLarge {
    for (EntityState state = stream.getState();
        state != EntityState.T_END_OF_STREAM;
        state = stream.next()) {
      switch (state) {
        case T_START_MESSAGE, T_START_BODYPART -> begin();
        case T_FIELD -> open.element().tell(header(stream.getField()));
        case T_BODY ->
            open.element().content =
                new MailPart.Content(stream.getDecodedInputStream().readAllBytes());
        case T_END_MESSAGE, T_END_BODYPART -> {
          MailPart ended = open.pop().end();
          open.element().parts.add(ended);
        }
        default -> {}
      }
    }
  }

  private void begin() throws MailTooLarge {
    if (++parts > limits.parts()) {
      throw new MailTooLarge("it has more than " + limits.parts() + " parts");
    }
    if (open.size() > limits.depth()) {
      throw new MailTooLarge("it has parts within parts, more than " + limits.depth() + " deep");
    }
    open.push(new Open());
  }

  private static Header header(Field field) {
    byte[] raw = field.getRaw() == null ? new byte[0] : field.getRaw().toByteArray();
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(raw)).toString();
    } catch (CharacterCodingException e) {
      text = new String(raw, StandardCharsets.ISO_8859_1);
    }
    int colon = text.indexOf(':');
    return new Header(
        field.getName().toLowerCase(Locale.ROOT),
        colon < 0
            ? String.valueOf(field.getBody())
            : text.substring(colon + 1).replaceAll("\r?\n(?=[ \t])", "").strip());
  }
}
