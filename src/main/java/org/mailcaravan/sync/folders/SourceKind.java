package org.mailcaravan.sync.folders;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Sources whose folder lists hold more than mail folders. Anything that is not recognized for sure
 * is {@link #ORDINARY}, and all its folders are copied.
 */
public enum SourceKind {
  /** Every folder is a mail folder. */
  ORDINARY,
  /** Shows virtual folders: a message that is starred is listed in Starred, too. */
  GMAIL,
  /** Exchange and Microsoft 365: calendars, contacts and the like are listed as folders. */
  EXCHANGE,
  /** Zimbra: address books, calendars and the like are listed as folders. */
  ZIMBRA,
  /** Yahoo and AOL: a folder shows its newest 10,000 messages. */
  YAHOO,
  /** Others that list calendars, contacts and the like as folders, in the user's language. */
  GROUPWARE;

  private static final List<String> GROUPWARE_WORDS =
      List.of("kerio", "icewarp", "mdaemon", "axigen", "communigate", "merak");

  /**
   * Recognizes a server by what it says of itself.
   *
   * @param greeting the text of its greeting
   * @param capabilities in upper case
   */
  public static SourceKind of(String greeting, Set<String> capabilities) {
    if (capabilities.contains("X-GM-EXT-1")) {
      return GMAIL;
    }
    if (capabilities.contains("XYMHIGHESTMODSEQ")) {
      return YAHOO;
    }
    String words = greeting.toLowerCase(Locale.ROOT);
    if (words.contains("microsoft exchange")) {
      return EXCHANGE;
    }
    if (words.contains("zimbra")) {
      return ZIMBRA;
    }
    return GROUPWARE_WORDS.stream().anyMatch(words::contains) ? GROUPWARE : ORDINARY;
  }
}
