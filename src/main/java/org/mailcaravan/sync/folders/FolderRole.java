package org.mailcaravan.sync.folders;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/**
 * What a folder is for, as far as mail programs agree on it (SPECIAL-USE, RFC 6154). {@code \All},
 * {@code \Flagged} and {@code \Important} are not here: they are views rather than places.
 */
enum FolderRole {
  SENT("Sent"),
  DRAFTS("Drafts"),
  TRASH("Trash"),
  JUNK("Junk"),
  ARCHIVE("Archive");

  private final String usualName;

  FolderRole(String usualName) {
    this.usualName = usualName;
  }

  /** The name that most mail programs and webmails look for when nothing tells them better. */
  String usualName() {
    return usualName;
  }

  /** Whether one of these attributes, in lower case, is that of a role. */
  static boolean isIn(Set<String> attributes) {
    return Arrays.stream(values()).anyMatch(role -> attributes.contains(role.attribute()));
  }

  /** The SPECIAL-USE attribute in lower case. */
  String attribute() {
    return "\\" + name().toLowerCase(Locale.ROOT);
  }
}
