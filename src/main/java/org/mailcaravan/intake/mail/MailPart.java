package org.mailcaravan.intake.mail;

import jakarta.mail.internet.ContentDisposition;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.MimeUtility;
import jakarta.mail.internet.ParseException;
import java.io.UnsupportedEncodingException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A part of a mail or a form, decoded.
 *
 * @param kind its media type without parameters, in lower case
 * @param charset as the mail names it; null where it names none
 * @param name of a file, as the mail has it; null where the part is text to be read
 * @param field the name of the field that it is in a form; null in mails
 * @param content empty where it has parts
 * @param parts the parts in it
 */
record MailPart(
    String kind,
    @Nullable String charset,
    @Nullable String name,
    @Nullable String field,
    Content content,
    List<MailPart> parts) {
  /** The octets of a part. */
  static final class Content {
    static final Content NONE = new Content(new byte[0]);

    private final byte[] octets;

    Content(byte[] octets) {
      this.octets = octets;
    }

    byte[] octets() {
      return octets;
    }
  }

  MailPart {
    parts = List.copyOf(parts);
  }

  /** What the headers of a part say of it. */
  static MailPart of(String type, String disposition, Content content, List<MailPart> parts) {
    ContentType parsed = type(type);
    return new MailPart(
        (parsed.getPrimaryType() + "/" + parsed.getSubType()).toLowerCase(Locale.ROOT),
        parsed.getParameter("charset"),
        name(parsed, disposition),
        field(disposition),
        content,
        parts);
  }

  private static ContentType type(String header) {
    try {
      ContentType type = new ContentType(header);
      return type.getPrimaryType() == null || type.getSubType() == null
          ? new ContentType("text", "plain", null)
          : type;
    } catch (ParseException e) {
      return new ContentType("text", "plain", null);
    }
  }

  private static @Nullable String field(String disposition) {
    try {
      return new ContentDisposition(disposition).getParameter("name");
    } catch (ParseException e) {
      return null;
    }
  }

  private static @Nullable String name(ContentType type, String disposition) {
    String name = type.getParameter("name");
    String kind = "";
    try {
      ContentDisposition parsed = new ContentDisposition(disposition);
      String given = parsed.getParameter("filename");
      name = given == null ? name : given;
      kind = String.valueOf(parsed.getDisposition());
    } catch (ParseException e) {
      // As where there is none.
    }
    if (name == null || name.isBlank()) {
      return kind.equalsIgnoreCase("attachment") ? "" : null;
    }
    try {
      return MimeUtility.decodeText(name);
    } catch (UnsupportedEncodingException e) {
      return name;
    }
  }
}
