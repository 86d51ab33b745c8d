package org.mailcaravan.report;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.MailboxState;
import org.mailcaravan.model.MigrationStage;
import org.mailcaravan.model.status.MailboxStatus;
import org.mailcaravan.model.status.MigrationStatus;
import org.mailcaravan.model.status.ProblemStatus;

/** The words of a status, the same in tables, lines and histories. */
public final class StatusWords {
  private static final DateTimeFormatter TIME = format("HH:mm:ss 'UTC'");
  private static final DateTimeFormatter DAY = format("yyyy-MM-dd HH:mm 'UTC'");

  private StatusWords() {}

  private static DateTimeFormatter format(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
  }

  /** A time of day, with the day when it is not today. */
  public static String time(Instant at, Instant now) {
    return (at.truncatedTo(ChronoUnit.DAYS).equals(now.truncatedTo(ChronoUnit.DAYS)) ? TIME : DAY)
        .format(at);
  }

  /** The address of a mailbox, and the one at the new server if it is another. */
  public static String name(MailboxStatus mailbox) {
    return TextWidth.tame(
        mailbox.source().equals(mailbox.destination())
            ? mailbox.source()
            : mailbox.source() + " -> " + mailbox.destination());
  }

  /** A state of a mailbox for people; one of a newer service as it is. */
  public static String state(String id) {
    for (MailboxState state : MailboxState.values()) {
      if (state.name().equalsIgnoreCase(id)) {
        return Words.of(state);
      }
    }
    return TextWidth.tame(id);
  }

  /** A stage of a migration for people; one of a newer service as it is. */
  public static String stage(String id) {
    for (MigrationStage stage : MigrationStage.values()) {
      if (stage.id().equals(id)) {
        return stage.words();
      }
    }
    return TextWidth.tame(id);
  }

  /** What an event says of a mailbox or a migration, for people. */
  static String ofEvent(String id) {
    String words = state(id);
    return words.equals(TextWidth.tame(id)) ? stage(id).replace('-', ' ') : words;
  }

  /** A kind of pass: {@code first}, {@code catch-up}, {@code final}. */
  public static String pass(@Nullable String kind) {
    return kind == null ? "-" : TextWidth.tame(kind.replace('_', '-'));
  }

  /** What a waiting pass waits for: {@code a free place at imap.old.example:993}. */
  public static String waitsFor(String reason, String host) {
    String at = TextWidth.tame(host);
    return switch (reason) {
      case "turn" -> "its turn";
      case "retry" -> "a retry";
      case "server" -> "the time that " + at + " asked for";
      case "host" -> "a free place at " + at;
      case "destination" -> "another pass into the same account";
      case "start" -> "its start";
      case "window" -> "its window to open";
      case "preflight" -> "the look at both sides";
      case "mailbox" -> "the mailbox at the new server, which is not there yet";
      case "password" -> "its password at the old provider";
      case "node" -> "the node that has its files or its passwords";
      case "resume" -> "somebody who resumes it";
      default -> TextWidth.tame(reason);
    };
  }

  /** How far a running mailbox is: {@code 1,234 of 2,400 messages, 1.2 MiB/s, 1:20 left}. */
  public static String progress(MailboxStatus mailbox) {
    Long total = mailbox.messagesTotal();
    if (total == null) {
      return "looking through its folders";
    }
    List<String> words = new ArrayList<>();
    words.add(
        Amounts.count(mailbox.messagesDone())
            + " of "
            + Amounts.count(total, "message", "messages"));
    addSpeed(words, mailbox.rate(), mailbox.secondsLeft());
    return String.join(", ", words);
  }

  /** Adds octets a second and the time left, as far as they are known. */
  private static void addSpeed(
      List<String> words, @Nullable Long rate, @Nullable Long secondsLeft) {
    if (rate != null && rate > 0) {
      words.add(Amounts.bytes(rate) + "/s");
    }
    if (secondsLeft != null) {
      words.add(Amounts.time(Duration.ofSeconds(secondsLeft)) + " left");
    }
  }

  /** How far a migration is: {@code 1,234 of 2,400 messages, 1.2 MiB/s, 1:20 left}. */
  public static String progress(MigrationStatus migration) {
    List<String> words = new ArrayList<>();
    Long total = migration.messagesTotal();
    if (total != null) {
      words.add(
          Amounts.count(migration.messagesDone())
              + " of "
              + Amounts.count(total, "message", "messages"));
    }
    addSpeed(words, migration.rate(), migration.secondsLeft());
    return String.join(", ", words);
  }

  /** How far a mailbox is in percent: by octets, which take the time, or by messages. */
  public static int percent(MailboxStatus mailbox) {
    return percent(
        mailbox.messagesDone(), mailbox.messagesTotal(), mailbox.bytesDone(), mailbox.bytesTotal());
  }

  /** How far a migration is in percent, likewise. */
  public static int percent(MigrationStatus migration) {
    return percent(
        migration.messagesDone(),
        migration.messagesTotal(),
        migration.bytesDone(),
        migration.bytesTotal());
  }

  private static int percent(
      long messagesDone, @Nullable Long messages, long bytesDone, @Nullable Long bytes) {
    if (messages == null) {
      return 0;
    }
    if (messagesDone >= messages) {
      return 100;
    }
    double share =
        bytes != null && bytes > 0 ? (double) bytesDone / bytes : (double) messagesDone / messages;
    // Announced sizes may be wrong.
    return (int) Math.min(99, share * 100);
  }

  /** Who can fix a problem, for sentences. */
  static String owner(ProblemStatus problem) {
    return switch (problem.owner()) {
      case "customer" -> "the customer";
      case "us" -> "us";
      default -> "the old provider";
    };
  }
}
