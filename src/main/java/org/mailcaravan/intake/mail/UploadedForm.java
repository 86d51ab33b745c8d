package org.mailcaravan.intake.mail;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.mailcaravan.model.VisibleText;

/**
 * A form (multipart/form-data, RFC 7578): a request, and the files that belong to it.
 *
 * @param request the field {@link #REQUEST}
 * @param files the other fields
 * @param ticket the field {@link #TICKET}; empty where there is none
 */
public record UploadedForm(MailFile request, List<MailFile> files, String ticket) {
  /** The name of the field with the request. */
  public static final String REQUEST = "request";

  /** The name of the field with the ticket of the help desk. */
  public static final String TICKET = "ticket";

  private static final String UNNAMED = "request.csv";

  public UploadedForm {
    files = List.copyOf(files);
  }

  /** A form cannot be used; the message says why. */
  public static final class Unfit extends Exception {
    private static final long serialVersionUID = 1L;

    Unfit(String why) {
      super(why);
    }
  }

  /**
   * Reads a form, within {@link MailLimits#STANDARD} except for its size.
   *
   * @param type its Content-Type, with the boundary
   * @param body bounded by whoever gives it
   * @throws Unfit when it has no request or two, or is broken or too large
   */
  public static UploadedForm read(String type, InputStream body) throws Unfit {
    byte[] header = ("Content-Type: " + type + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
    MailPart form;
    try {
      form =
          MailParts.read(
              new SequenceInputStream(new ByteArrayInputStream(header), body), MailLimits.STANDARD);
    } catch (MailTooLarge e) {
      throw new Unfit(String.valueOf(e.getMessage()));
    }
    MailFile request = null;
    List<MailFile> files = new ArrayList<>();
    String ticket = "";
    FileNames names = new FileNames();
    for (MailPart part : form.parts()) {
      if (REQUEST.equals(part.field())) {
        if (request != null) {
          throw new Unfit("it has two fields \"" + REQUEST + "\"");
        }
        request = new MailFile(nameOf(part, UNNAMED), part.content().octets());
      } else if (TICKET.equals(part.field()) && part.name() == null) {
        ticket = new String(part.content().octets(), StandardCharsets.UTF_8).strip();
      } else {
        files.add(file(part, names));
      }
      if (files.size() > MailLimits.STANDARD.files()) {
        throw new Unfit("it has more than " + MailLimits.STANDARD.files() + " files");
      }
    }
    if (request == null) {
      throw new Unfit("it has no field \"" + REQUEST + "\"");
    }
    return new UploadedForm(request, files, ticket);
  }

  private static String nameOf(MailPart part, String otherwise) {
    String name = part.name();
    return name == null || name.isBlank() ? otherwise : name;
  }

  private static MailFile file(MailPart part, FileNames names) throws Unfit {
    String given = nameOf(part, "");
    if (given.isEmpty() || !part.parts().isEmpty()) {
      throw new Unfit(
          "the field \""
              + VisibleText.of(String.valueOf(part.field()))
              + "\" is no file with a name");
    }
    return new MailFile(names.next(given), part.content().octets());
  }
}
