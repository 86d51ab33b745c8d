package org.mailcaravan.intake.mail;

import jakarta.mail.internet.MimeUtility;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.mailcaravan.intake.mail.ReceivedMail.RefusedFile;

/** What the parts of one mail say and bring. For one thread. */
final class MailContent {
  /** How a file is called that has no name. */
  private static final Map<String, String> NAME_BY_KIND =
      Map.of(
          "text/csv", "request.csv",
          "text/comma-separated-values", "request.csv",
          "application/json", "request.json",
          "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "request.xlsx",
          "text/vcard", "contacts.vcf",
          "text/x-vcard", "contacts.vcf",
          "text/directory", "contacts.vcf",
          "text/calendar", "calendar.ics",
          "application/ics", "calendar.ics");

  /** Logos, and what else only looks nice. */
  private static final Set<String> LOOKS = Set.of("image", "audio", "video", "font");

  private final MailLimits limits;
  private final boolean forwarded;
  private final StringBuilder plain = new StringBuilder();
  private final StringBuilder html = new StringBuilder();
  private final List<MailFile> files = new ArrayList<>();
  private final List<RefusedFile> refused = new ArrayList<>();
  private final FileNames names = new FileNames();
  private boolean hasHtml;

  /**
   * @param forwarded whether the mail that is passed on is what counts
   */
  MailContent(MailLimits limits, boolean forwarded) {
    this.limits = limits;
    this.forwarded = forwarded;
  }

  /** Reads a part and all in it. */
  MailContent read(MailPart part) throws MailTooLarge {
    read(part, true, true);
    return this;
  }

  /** The body: what HTML shows is free of the marks that mail programs put into plain text. */
  List<String> texts() {
    return (hasHtml ? Stream.of(html, plain) : Stream.of(plain))
        .map(StringBuilder::toString)
        .map(text -> forwarded ? History.all(text) : History.own(text))
        .filter(text -> !text.isBlank())
        .distinct()
        .toList();
  }

  List<MailFile> files() {
    return files;
  }

  List<RefusedFile> refused() {
    return refused;
  }

  private void read(MailPart part, boolean isPlain, boolean isHtml) throws MailTooLarge {
    String kind = part.kind();
    if (kind.equals("multipart/encrypted") || kind.endsWith("/pkcs7-mime")) {
      refused.add(new RefusedFile("the mail", "it is encrypted; send it without encryption"));
    } else if (kind.equals("multipart/alternative")
        && part.parts().stream().anyMatch(MailContent::isText)) {
      boolean isAllText = part.parts().stream().allMatch(MailContent::isText);
      for (MailPart each : part.parts()) {
        boolean isText = isText(each);
        read(each, isPlain && isText, isHtml && (isAllText || !isText));
      }
    } else if (!part.parts().isEmpty()) {
      for (MailPart each : part.parts()) {
        read(each, isPlain, isHtml);
      }
    } else if (part.name() == null && kind.equals("text/html")) {
      if (isHtml) {
        hasHtml = true;
        append(html, HtmlText.of(text(part), forwarded));
      }
    } else if (part.name() == null && kind.startsWith("text/") && !NAME_BY_KIND.containsKey(kind)) {
      String text = text(part);
      append(isPlain ? plain : new StringBuilder(), text);
      append(isHtml ? html : new StringBuilder(), text);
    } else if (!kind.startsWith("multipart/")) {
      addFile(part);
    }
  }

  private static boolean isText(MailPart part) {
    return part.kind().equals("text/plain") && part.name() == null;
  }

  private void append(StringBuilder to, String text) {
    int room = limits.textLength() - to.length();
    to.append(text, 0, Math.min(text.length(), Math.max(0, room))).append('\n');
  }

  private static String text(MailPart part) {
    byte[] octets = part.content().octets();
    Charset charset = StandardCharsets.UTF_8;
    try {
      if (part.charset() != null) {
        charset = Charset.forName(MimeUtility.javaCharset(part.charset()));
      }
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      // As where it names none.
    }
    String text = new String(octets, charset);
    boolean isWrong = text.indexOf('\ufffd') >= 0;
    return (isWrong ? new String(octets, Charset.forName("windows-1252")) : text)
        .replace("\r\n", "\n");
  }

  private void addFile(MailPart part) throws MailTooLarge {
    String given = part.name();
    String name =
        given == null || given.isEmpty() ? NAME_BY_KIND.getOrDefault(part.kind(), "") : given;
    if (name.isEmpty() || LOOKS.contains(part.kind().substring(0, part.kind().indexOf('/')))) {
      return;
    }
    String safe = names.next(name);
    if (part.kind().equals("application/ms-tnef") || safe.equalsIgnoreCase("winmail.dat")) {
      refused.add(
          new RefusedFile(
              safe,
              "Outlook has packed the attachments into it; send the mail again as HTML or plain text, not as Rich"
                  + " Text"));
      return;
    }
    if (files.size() == limits.files()) {
      throw new MailTooLarge("it has more than " + limits.files() + " attachments");
    }
    files.add(new MailFile(safe, part.content().octets()));
  }
}
