package org.mailcaravan.server;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Makes messages of every kind that mailboxes hold, the broken ones included. Lines end in CRLF and
 * there is no NUL. The same seed makes the same messages. Not thread-safe.
 */
public final class Messages {
  /** What is special about a message. */
  public enum Kind {
    /** Text in US-ASCII. */
    PLAIN,
    /** Text, HTML and a binary attachment in Base64. */
    MULTIPART,
    /** Header and body in UTF-8 that is not encoded. */
    UTF8,
    /** Header and body in ISO-8859-1 that is not encoded, so not valid UTF-8. */
    LATIN1,
    NO_MESSAGE_ID,
    /** Some lines of 20,000 octets, where RFC 5322 allows 998. */
    LONG_LINES,
    EMPTY_BODY,
    /** A body alone after the empty line. */
    NO_HEADER,
    /** Begins with an mbox separator, which is no header line. */
    FROM_LINE,
    /** Every octet from 1 to 255 in the body, but CR and LF only as a pair. */
    BINARY,
    /** Header lines folded in many ways. */
    FOLDED,
    /** A Date header that is no date. */
    BAD_DATE,
    /** The last line has no CRLF. */
    NO_LAST_LINE_END,
    /** Body lines that look like IMAP: a literal's head, a tagged answer, a single dot. */
    LOOKS_LIKE_IMAP
  }

  private static final DateTimeFormatter DATE_HEADER =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ROOT);
  private static final String[] ZONES = {
    "Z", "+01:00", "+02:00", "-05:00", "-08:00", "+05:30", "+05:45", "-03:30", "+14:00", "-12:00"
  };
  private static final List<String> WORDS =
      List.of("please", "meeting", "invoice", "tomorrow", "report", "lunch", "train", "garden");
  private static final long FIRST_SECOND = Instant.parse("2014-01-01T00:00:00Z").getEpochSecond();
  private static final int TEN_YEARS = 10 * 365 * 24 * 3600;

  private final Random random;
  private int made;

  public Messages(long seed) {
    random = new Random(seed);
  }

  /** A message of the next kind in turn, 1 KB to 20 KB (fewer for those without a body). */
  public byte[] next() {
    Kind[] kinds = Kind.values();
    return of(kinds[made % kinds.length]);
  }

  public byte[] of(Kind kind) {
    return of(kind, 1_000 + random.nextInt(19_000));
  }

  /** A plain message of exactly this size, at least 1,000 octets. */
  public byte[] ofSize(int octets) {
    made++;
    StringBuilder message = new StringBuilder(octets).append(header("Large", true)).append("\r\n");
    String line = "x".repeat(76) + "\r\n";
    while (message.length() + line.length() <= octets) {
      message.append(line);
    }
    message.append("y".repeat(octets - message.length()));
    return message.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /** A moment within ten years, at a full second, in one of many zones. */
  public OffsetDateTime date() {
    ZoneOffset zone = ZoneOffset.of(ZONES[random.nextInt(ZONES.length)]);
    return OffsetDateTime.ofInstant(
        Instant.ofEpochSecond(FIRST_SECOND + random.nextInt(TEN_YEARS)), zone);
  }

  private byte[] of(Kind kind, int bodySize) {
    made++;
    String header = header("Plain", kind != Kind.NO_MESSAGE_ID);
    String text = text(bodySize);
    Charset ascii = StandardCharsets.US_ASCII;
    return switch (kind) {
      case PLAIN, NO_MESSAGE_ID -> join(ascii, header, "\r\n", text);
      case MULTIPART -> join(ascii, header, multipart(bodySize));
      case UTF8 ->
          join(
              StandardCharsets.UTF_8,
              header("Grüße aus Kraków 日本 🎉", true),
              "Content-Type: text/plain; charset=utf-8\r\n\r\nZażółć gęślą jaźń, 日本語 🎉\r\n",
              text);
      case LATIN1 ->
          join(
              StandardCharsets.ISO_8859_1,
              header("Größe für Übung", true),
              "Content-Type: text/plain; charset=iso-8859-1\r\n\r\nCafé à la crème\r\n",
              text);
      case LONG_LINES ->
          join(ascii, header, "\r\n", "a".repeat(20_000) + "\r\n", "b".repeat(20_000) + "\r\n");
      case EMPTY_BODY -> join(ascii, header, "\r\n");
      case NO_HEADER -> join(ascii, "\r\n", "message " + made + " ", text);
      case FROM_LINE ->
          join(ascii, "From ann@example.org Thu Jan  1 00:00:00 2015\r\n", header, "\r\n", text);
      case BINARY -> join(StandardCharsets.ISO_8859_1, header, "\r\n", binary(bodySize));
      case FOLDED -> join(ascii, header, folded(), "\r\n", text);
      case BAD_DATE ->
          join(ascii, header.replaceFirst("Date: [^\r]*", "Date: 32 Foo 1899"), "\r\n", text);
      case NO_LAST_LINE_END -> join(ascii, header, "\r\n", text, "the end");
      case LOOKS_LIKE_IMAP ->
          join(ascii, header, "\r\n{100}\r\na1 OK done\r\n.\r\n* BYE\r\n)\r\n{5+}\r\n", text);
    };
  }

  private static byte[] join(Charset charset, String... parts) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    for (String part : parts) {
      octets.writeBytes(part.getBytes(charset));
    }
    return octets.toByteArray();
  }

  private String header(String subject, boolean messageId) {
    return "From: Ann <ann@example.org>\r\nTo: bob@example.org\r\nSubject: "
        + subject
        + " "
        + made
        + "\r\nDate: "
        + DATE_HEADER.format(date())
        + "\r\n"
        + (messageId
            ? "Message-ID: <"
                + made
                + "."
                + Long.toHexString(random.nextLong())
                + "@example.org>\r\n"
            : "")
        + "MIME-Version: 1.0\r\n";
  }

  private static String folded() {
    return String.join(
        "\r\n",
        "References: <1@example.org>",
        " <2@example.org>",
        "\t<3@example.org>",
        "X-Folded:",
        " only on the next line",
        "X-Spaces:   three before, two after  ",
        "");
  }

  private String text(int size) {
    StringBuilder text = new StringBuilder(size + 80);
    int lineStart = 0;
    while (text.length() < size) {
      text.append(WORDS.get(random.nextInt(WORDS.size())));
      if (text.length() - lineStart > 65) {
        text.append("\r\n");
        lineStart = text.length();
      } else {
        text.append(' ');
      }
    }
    return text.append("\r\n").toString();
  }

  private String multipart(int attachmentSize) {
    byte[] attachment = new byte[attachmentSize];
    random.nextBytes(attachment);
    String boundary = "=_" + made;
    return String.join(
        "\r\n",
        "Content-Type: multipart/mixed; boundary=\"" + boundary + "\"",
        "",
        "This is a message in several parts.",
        "--" + boundary,
        "Content-Type: text/html; charset=us-ascii",
        "",
        "<p>" + text(200).strip() + "</p>",
        "--" + boundary,
        "Content-Type: application/octet-stream; name=\"data.bin\"",
        "Content-Disposition: attachment; filename=\"data.bin\"",
        "Content-Transfer-Encoding: base64",
        "",
        Base64.getMimeEncoder().encodeToString(attachment),
        "--" + boundary + "--",
        "");
  }

  private String binary(int size) {
    char[] octets = new char[size];
    for (int i = 0; i < size; i++) {
      char octet = (char) (1 + random.nextInt(255));
      octets[i] = octet == '\r' || octet == '\n' ? ' ' : octet;
    }
    Arrays.fill(octets, Math.max(0, size - 2), size, ' ');
    octets[size - 2] = '\r';
    octets[size - 1] = '\n';
    return new String(octets);
  }

  /** A local time that exists twice in zones with summer time; the zone alone tells them apart. */
  public static List<OffsetDateTime> ambiguousDates() {
    LocalDateTime twice = LocalDateTime.of(2019, 10, 27, 2, 30);
    return List.of(
        OffsetDateTime.of(twice, ZoneOffset.ofHours(2)),
        OffsetDateTime.of(twice, ZoneOffset.ofHours(1)));
  }
}
