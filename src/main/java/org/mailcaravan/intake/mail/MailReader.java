package org.mailcaravan.intake.mail;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.mailcaravan.intake.mail.MailParts.Header;
import org.mailcaravan.model.Language;

/**
 * Reads mails, however they are written, within bounds. What nobody should answer, and what comes
 * from somebody who may send no request, is told from its headers alone. Immutable and thread-safe.
 */
public final class MailReader {
  private static final Pattern MESSAGE_ID = Pattern.compile("<[^<>\\s\\p{Cntrl}]{1,500}>");
  private static final int MOST_REFERENCES = 50;
  private static final int LONGEST_SUBJECT = 300;
  private static final Envelope UNKNOWN = new Envelope("", "", "", List.of(), null);

  private final MailLimits limits;
  private final SenderCheck senders;

  public MailReader(MailLimits limits, SenderCheck senders) {
    this.limits = limits;
    this.senders = senders;
  }

  /** What a mail is. */
  public sealed interface Reading {}

  /** From somebody who may send requests. */
  public record Read(ReceivedMail mail) implements Reading {}

  /**
   * From somebody who may send requests, and beyond the bounds, or broken.
   *
   * @param why in words for the sender
   */
  public record Unreadable(Envelope envelope, String why) implements Reading {}

  /**
   * Sent by a program; it must not be answered.
   *
   * @param sign what shows it
   */
  public record SentByProgram(Envelope envelope, String sign) implements Reading {}

  /**
   * From somebody who may not send requests, or pretends to be somebody else: a person decides, and
   * nothing is answered.
   *
   * @param why in words for us
   */
  public record Held(Envelope envelope, String why) implements Reading {}

  /**
   * Reads a mail.
   *
   * @param octets as they came; of a mail that is too large, one octet more than that is enough
   */
  public Reading read(byte[] octets) {
    Envelope envelope = UNKNOWN;
    try {
      List<Header> headers = MailParts.headers(octets, limits);
      envelope = envelope(headers);
      Optional<String> sign = Automatic.sign(name -> values(headers, name).stream().findFirst());
      if (sign.isPresent()) {
        return new SentByProgram(envelope, sign.get());
      }
      Optional<String> objection =
          senders.objection(envelope, values(headers, "Authentication-Results"));
      if (objection.isPresent()) {
        return new Held(envelope, objection.get());
      }
      if (octets.length > limits.octets()) {
        throw new MailTooLarge(
            "it is larger than " + (limits.octets() >> 20) + " MiB, with its attachments");
      }
      MailContent content =
          new MailContent(limits, History.isForward(envelope.subject()))
              .read(MailParts.read(octets, limits));
      return new Read(
          new ReceivedMail(
              envelope,
              senders.isListed(envelope),
              content.texts(),
              content.files(),
              content.refused()));
    } catch (MailTooLarge e) {
      return envelope.equals(UNKNOWN)
          ? new Held(UNKNOWN, String.valueOf(e.getMessage()))
          : new Unreadable(envelope, String.valueOf(e.getMessage()));
    }
  }

  /** The address that a mail comes from, as it claims; empty where it has none, or several. */
  public String sender(byte[] octets) {
    try {
      return envelope(MailParts.headers(octets, limits)).sender();
    } catch (MailTooLarge e) {
      return "";
    }
  }

  private static Envelope envelope(List<Header> headers) {
    String thread =
        MailParts.decoded(String.join(" ", values(headers, "References")))
            + " "
            + MailParts.decoded(String.join(" ", values(headers, "In-Reply-To")));
    List<String> references =
        MESSAGE_ID.matcher(thread).results().map(MatchResult::group).distinct().toList();
    return new Envelope(
        sender(values(headers, "From")),
        subject(values(headers, "Subject")),
        MESSAGE_ID
            .matcher(String.join(" ", values(headers, "Message-ID")))
            .results()
            .map(MatchResult::group)
            .findFirst()
            .orElse(""),
        references.subList(Math.max(0, references.size() - MOST_REFERENCES), references.size()),
        values(headers, "Content-Language").stream()
            .findFirst()
            .flatMap(Language::preferred)
            .orElse(null));
  }

  private static String sender(List<String> headers) {
    if (headers.size() != 1) {
      return "";
    }
    try {
      InternetAddress[] from = InternetAddress.parseHeader(headers.get(0), false);
      if (from.length == 1 && from[0].getAddress() != null && !from[0].isGroup()) {
        from[0].validate();
        return from[0].getAddress();
      }
    } catch (AddressException e) {
      // As where there is none.
    }
    return "";
  }

  private static String subject(List<String> headers) {
    if (headers.isEmpty()) {
      return "";
    }
    String line = MailParts.decoded(headers.get(0)).replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return line.substring(0, Math.min(line.length(), LONGEST_SUBJECT));
  }

  private static List<String> values(List<Header> headers, String name) {
    return headers.stream().filter(header -> header.is(name)).map(Header::value).toList();
  }
}
