package org.mailcaravan.bench;

import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.mailcaravan.server.RawImap;

/**
 * Mail of a certain amount; the same each time. Sizes are log-normal. Two thirds of the octets of a
 * message are text that compresses well, as mail does, and one third is not.
 */
enum Corpus {
  /** Only to see that everything works. */
  TINY(1, 3, 60, 5_000, 50_000),
  /** The usual mailbox. */
  SMALL(1, 20, 10_000, 20_000, 4_000_000),
  /** Few large messages. */
  LARGE(1, 20, 2_000, 250_000, 20_000_000),
  /** Many small messages in one folder. */
  DEEP(1, 1, 100_000, 2_000, 100_000),
  /** Many mailboxes. */
  MANY(50, 4, 200, 20_000, 1_000_000);

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("dd-MMM-yyyy HH:mm:ss Z", Locale.ROOT);
  private static final double SPREAD = 1.2;
  private static final String[] FLAGS = {
    "", "\\Seen", "\\Seen \\Answered", "\\Seen $Forwarded", "\\Flagged", "\\Seen project-2019"
  };
  private static final byte[] NOISE = noise();
  private static final String WORDS = "the quick brown fox jumps over the lazy dog and back again ";

  final int mailboxes;
  private final int folders;
  private final int messages;
  private final int meanSize;
  private final int largest;

  Corpus(int mailboxes, int folders, int messages, int meanSize, int largest) {
    this.mailboxes = mailboxes;
    this.folders = folders;
    this.messages = messages;
    this.meanSize = meanSize;
    this.largest = largest;
  }

  private static byte[] noise() {
    byte[] noise = new byte[1 << 20];
    new Random(4).nextBytes(noise);
    return Base64.getMimeEncoder(76, new byte[] {'\r', '\n'}).encode(noise);
  }

  String folder(int number) {
    return number == 0 ? "INBOX" : "Folder " + number;
  }

  /** In all mailboxes together. */
  int allMessages() {
    return mailboxes * (messages / folders) * folders;
  }

  int folders() {
    return folders;
  }

  /** Fills one mailbox of it. */
  void fill(int number, RawImap imap) {
    Random random = new Random(name().hashCode() + (long) number);
    for (int folder = 0; folder < folders; folder++) {
      if (folder > 0) {
        imap.create(folder(folder));
      }
      add(imap, folder(folder), random, messages / folders);
    }
  }

  /** Some more messages for a folder. */
  void add(RawImap imap, String folder, Random random, int howMany) {
    List<String> command = new ArrayList<>();
    int octets = 0;
    for (int message = 0; message < howMany; message++) {
      byte[] text = message(random);
      command.add(
          " (%s) \"%s\" {%d+}\r\n%s"
              .formatted(
                  FLAGS[random.nextInt(FLAGS.length)],
                  DATE.format(date(random)),
                  text.length,
                  new String(text, StandardCharsets.ISO_8859_1)));
      octets += text.length;
      if (octets > 4 << 20 || command.size() == 500 || message == howMany - 1) {
        imap.command("APPEND \"" + folder + "\"" + String.join("", command));
        command.clear();
        octets = 0;
      }
    }
  }

  private static OffsetDateTime date(Random random) {
    return OffsetDateTime.of(2015, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC)
        .plusSeconds(random.nextInt(300_000_000));
  }

  private byte[] message(Random random) {
    double logMean = Math.log(meanSize) - SPREAD * SPREAD / 2;
    int size =
        (int) Math.min(largest, Math.max(400, Math.exp(logMean + SPREAD * random.nextGaussian())));
    byte[] message = new byte[size];
    byte[] header =
        ("From: sender%d@example.org\r\nTo: ann@example.org\r\nSubject: message %d\r\nDate: Mon, 7 Jan 2019 10:00:00"
                + " +0100\r\nMessage-ID: <%016x@example.org>\r\nMIME-Version: 1.0\r\n\r\n")
            .formatted(random.nextInt(500), random.nextInt(1_000_000), random.nextLong())
            .getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(header, 0, message, 0, header.length);
    int noise = header.length + (size - header.length) / 3;
    fill(message, header.length, noise, NOISE, random.nextInt(NOISE.length / 78) * 78);
    byte[] words = WORDS.getBytes(StandardCharsets.US_ASCII);
    for (int at = noise; at < size; at++) {
      message[at] = words[(at + size) % words.length];
    }
    for (int at = noise; at + 1 < size; at += 72) {
      message[at] = '\r';
      message[at + 1] = '\n';
    }
    // No lone CR or LF where parts meet.
    fixLineEnds(message);
    return message;
  }

  private static void fill(byte[] message, int from, int to, byte[] with, int at) {
    for (int i = from; i < to; i++) {
      message[i] = with[(at + i - from) % with.length];
    }
  }

  private static void fixLineEnds(byte[] message) {
    for (int i = 0; i < message.length; i++) {
      boolean loneFeed = message[i] == '\n' && (i == 0 || message[i - 1] != '\r');
      boolean loneReturn =
          message[i] == '\r' && (i == message.length - 1 || message[i + 1] != '\n');
      if (loneFeed || loneReturn) {
        message[i] = 'x';
      }
    }
  }

  static Corpus of(String name) {
    return Arrays.stream(values())
        .filter(corpus -> corpus.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no corpus " + name));
  }
}
