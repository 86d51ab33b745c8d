package org.mailcaravan.sync;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.mailcaravan.imap.ServerRefusal;

/** What a refused APPEND is about, and so what is to be done about its messages. */
enum AppendRefusal {
  /** The server asks for patience: nothing is said of the messages. */
  PATIENCE,
  /** The mailbox is full: a smaller message may still fit. */
  NO_ROOM,
  /** The folder is gone, or takes no message. */
  FOLDER,
  /** It may pass by itself, or one of the messages may always cause it. */
  TROUBLE,
  /** One of the messages is refused. */
  MESSAGE;

  private static final Set<String> FOLDER_CODES =
      Set.of("TRYCREATE", "NONEXISTENT", "NOPERM", "READ-ONLY");

  private static final Set<String> GONE_CODES = Set.of("TRYCREATE", "NONEXISTENT");

  private static final Set<String> TROUBLE_CODES =
      Set.of("UNAVAILABLE", "SERVERBUG", "INUSE", "CORRUPTION");

  /** Also Cyrus's {@code Too many user flags in mailbox}, which no patience helps. */
  private static final Pattern ABOUT_MESSAGE =
      Pattern.compile(
          "(too many|unknown|invalid|illegal|unsupported|bad) (user )?(system )?(flag|keyword)"
              + "|(flag|keyword)s? (is|are|was|were) (not|in)|(message|size|mail) (is )?too (large|big|long)"
              + "|too (large|big)|allocation size|(size|length) (limit|exceed)|exceed\\w* .*(size|length|line)"
              + "|contains nul|bare (newline|cr|lf)|invalid header|invalid date|line too long"
              + "|\\b(headers?|fields?|colon|mime|multipart|boundary|attachments?|recipients?|sender|hops|nested|nesting"
              + "|virus(es)?|malware|spam|lines? (is|are|was) too)\\b|too many (\\w+ )?(lines|parts|addresses|levels)");

  /** Looked for only where nothing is said of room: a full mailbox rejects messages, too. */
  private static final Pattern REJECTED =
      Pattern.compile(
          "message (\\w+ )?(is |was |has been )?(rejected|refused|denied|blocked|not accepted|quarantined)"
              + "|(by|content|message|mail|security) (policy|filter)");

  /** Gmail's OVERQUOTA of commands and octets, which says nothing of the mailbox. */
  private static final Pattern PATIENCE_WORDS =
      Pattern.compile(
          "throttl|back-?off|bandwidth|command or|rate limit|slow down|simultaneous"
              + "|too many (\\w+ ){0,2}(connections?|requests?|commands?|logins?|sessions?|operations?|messages|appends?)"
              + "|maximum number of connections|session expired|server busy");

  /**
   * Dovecot: Quota exceeded (mailbox for user is full). Cyrus: Over quota. Courier: disk quota
   * exceeded. Exchange: The mailbox is full. Zimbra: mailbox is over quota.
   */
  private static final Pattern NO_ROOM_WORDS =
      Pattern.compile(
          "quota|(mailbox|account|storage|disk|inbox)( \\w+)? (is )?full|(not enough|insufficient|no)( \\w+)?"
              + " (space|storage|room)|no space left|out of (space|storage)|storage limit");

  private static final Pattern TROUBLE_WORDS =
      Pattern.compile(
          "try again|temporar|later|server error|internal error|server unavailable|not available|timed? ?out"
              + "|system error|i/o error");

  private static final Pattern ABOUT_SIZE =
      Pattern.compile("too (large|big)|allocation size|size (limit|exceed)|exceed\\w* .*size");

  /** Whether the message is too large. */
  static boolean isAboutSize(ServerRefusal refusal) {
    return refusal.codeName().equals("TOOBIG")
        || ABOUT_SIZE.matcher(refusal.text().toLowerCase(Locale.ROOT)).find();
  }

  /** Whether the folder is there no more, so that no message is to blame. */
  static boolean isFolderGone(ServerRefusal refusal) {
    return GONE_CODES.contains(refusal.codeName());
  }

  static AppendRefusal of(ServerRefusal refusal) {
    String code = refusal.codeName();
    String words = refusal.text().toLowerCase(Locale.ROOT);
    if (GONE_CODES.contains(code)) {
      return FOLDER;
    }
    if (code.equals("THROTTLED")) {
      return PATIENCE;
    }
    if (code.equals("TOOBIG") || ABOUT_MESSAGE.matcher(words).find()) {
      return MESSAGE;
    }
    if (PATIENCE_WORDS.matcher(words).find()) {
      return PATIENCE;
    }
    if (code.equals("OVERQUOTA") || NO_ROOM_WORDS.matcher(words).find()) {
      return NO_ROOM;
    }
    if (REJECTED.matcher(words).find()) {
      return MESSAGE;
    }
    if (FOLDER_CODES.contains(code)) {
      return FOLDER;
    }
    return TROUBLE_CODES.contains(code) || TROUBLE_WORDS.matcher(words).find() ? TROUBLE : MESSAGE;
  }
}
