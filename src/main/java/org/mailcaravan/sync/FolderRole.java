package org.mailcaravan.sync;

import java.util.Locale;

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

  /** The SPECIAL-USE attribute in lower case. */
  String attribute() {
    return "\\" + name().toLowerCase(Locale.ROOT);
  }
}
