package org.mailcaravan.demo;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/** Generates mail. The same seed gives the same mail. Not thread-safe. */
public final class GeneratedMail {
  /** The flags of generated messages. */
  public enum Mark {
    SEEN,
    ANSWERED,
    FLAGGED
  }

  /**
   * One message.
   *
   * @param text US-ASCII with CRLF line ends
   * @param received its INTERNALDATE, in whole seconds
   */
  public record Letter(String text, Set<Mark> marks, Instant received) {
    public Letter {
      marks = Set.copyOf(marks);
    }
  }

  /** The folders of every mailbox; "." separates the levels, as in GreenMail. */
  static final List<String> FOLDERS =
      List.of(
          "INBOX",
          "Sent",
          "Drafts",
          "Archive",
          "Archive.2019",
          "Archive.2019.Travel",
          "Projects.Übersicht");

  private static final Instant FIRST = Instant.parse("2016-01-01T00:00:00Z");
  private static final int TEN_YEARS_IN_SECONDS = 10 * 365 * 24 * 3600;
  private static final DateTimeFormatter DATE_HEADER =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ROOT);
  private static final List<String> WORDS =
      List.of(
          "camel", "desert", "dates", "market", "water", "letter", "road", "evening", "harbour",
          "carpet", "silver", "guide");

  private final Random random;
  private int made;

  GeneratedMail(long seed) {
    random = new Random(seed);
  }

  /** The messages of one folder, 8 to 20. */
  List<Letter> folder(String owner) {
    List<Letter> letters = new ArrayList<>();
    int count = 8 + random.nextInt(13);
    for (int i = 0; i < count; i++) {
      letters.add(letter(owner));
    }
    return letters;
  }

  private Letter letter(String owner) {
    Instant received = received();
    boolean attachment = random.nextInt(8) == 0;
    String head =
        "From: sender"
            + random.nextInt(50)
            + "@example.net\r\n"
            + "To: "
            + owner
            + "\r\n"
            + "Subject: "
            + sentence(4)
            + "\r\n"
            + "Date: "
            + DATE_HEADER.format(OffsetDateTime.ofInstant(received, ZoneOffset.UTC))
            + "\r\n"
            + "Message-ID: <demo."
            + ++made
            + "."
            + Integer.toHexString(random.nextInt())
            + "@example.net>\r\n"
            + "MIME-Version: 1.0\r\n";
    return new Letter(head + (attachment ? withAttachment() : plain()), marks(), received);
  }

  /**
   * A random time, but not in the hour after noon: GreenMail 2.1 writes INTERNALDATE in the
   * system's zone, and reads the hour 12 of an APPEND as 0.
   */
  private Instant received() {
    Instant moment = FIRST.plusSeconds(random.nextInt(TEN_YEARS_IN_SECONDS));
    boolean noon = moment.atZone(ZoneId.systemDefault()).getHour() == 12;
    return noon ? moment.plus(2, ChronoUnit.HOURS) : moment;
  }

  private Set<Mark> marks() {
    Set<Mark> marks = EnumSet.noneOf(Mark.class);
    for (Mark mark : Mark.values()) {
      if (random.nextBoolean()) {
        marks.add(mark);
      }
    }
    return marks;
  }

  private String plain() {
    return "Content-Type: text/plain; charset=us-ascii\r\n\r\n" + paragraph(5 + random.nextInt(60));
  }

  private String withAttachment() {
    byte[] picture = new byte[20_000 + random.nextInt(180_000)];
    random.nextBytes(picture);
    return String.join(
        "\r\n",
        "Content-Type: multipart/mixed; boundary=\"part\"",
        "",
        "--part",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        paragraph(5),
        "--part",
        "Content-Type: image/jpeg; name=\"picture.jpg\"",
        "Content-Transfer-Encoding: base64",
        "",
        Base64.getMimeEncoder().encodeToString(picture),
        "--part--",
        "");
  }

  private String paragraph(int lines) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < lines; i++) {
      text.append(sentence(9)).append("\r\n");
    }
    return text.toString();
  }

  private String sentence(int words) {
    List<String> chosen = new ArrayList<>();
    for (int i = 0; i < words; i++) {
      chosen.add(WORDS.get(random.nextInt(WORDS.size())));
    }
    return String.join(" ", chosen);
  }
}
