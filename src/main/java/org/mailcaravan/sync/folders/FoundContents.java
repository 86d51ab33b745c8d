package org.mailcaravan.sync.folders;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.imap.ListedFolder;

/** What was found out of the contents of a folder is kept as an attribute of it. */
final class FoundContents {
  /** An attribute of a folder that was seen to hold mail. */
  private static final String MAIL = "\\x-holds-mail";

  /** Begins an attribute of a folder of which the server says that it holds something else. */
  private static final String TYPE = "\\x-holds-type-";

  /** An attribute of a folder that holds no mail at this provider. */
  private static final String LEFT_OUT = "\\x-left-out-here";

  private static final Map<String, String> WORDS =
      Map.of(
          "event", "appointments",
          "contact", "contacts",
          "task", "tasks",
          "note", "notes",
          "journal", "journal entries",
          "file", "files",
          "configuration", "settings",
          "freebusy", "free and busy times");

  private FoundContents() {}

  /** Whether a folder type of Kolab, such as {@code event}, is one of things other than mail. */
  static boolean isOther(String type) {
    return WORDS.containsKey(type);
  }

  /** The folder as one of which the server says that it holds something other than mail. */
  static ListedFolder other(ListedFolder folder, String type) {
    return with(folder, TYPE + type);
  }

  /** The folder as one that was seen to hold mail. */
  static ListedFolder mail(ListedFolder folder) {
    return with(folder, MAIL);
  }

  /** The folder as one that holds no mail, by what is known of its provider. */
  static ListedFolder leftOut(ListedFolder folder) {
    return with(folder, LEFT_OUT);
  }

  /** Whether it holds no mail, by what is known of its provider. */
  static boolean isLeftOut(ListedFolder folder) {
    return folder.attributes().contains(LEFT_OUT);
  }

  private static ListedFolder with(ListedFolder folder, String attribute) {
    Set<String> attributes = new HashSet<>(folder.attributes());
    attributes.add(attribute);
    return new ListedFolder(
        folder.name(), folder.separator(), attributes, folder.subscribed(), folder.status());
  }

  /** Whether mail was seen in it, whatever its name. */
  static boolean isMail(ListedFolder folder) {
    return folder.attributes().contains(MAIL);
  }

  /** What the server says that it holds, in plain words; empty when that is mail, or unknown. */
  static Optional<String> otherThanMail(ListedFolder folder) {
    return folder.attributes().stream()
        .filter(attribute -> attribute.startsWith(TYPE))
        .map(attribute -> WORDS.getOrDefault(attribute.substring(TYPE.length()), "other things"))
        .findFirst();
  }
}
