package org.mailcaravan.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/**
 * What a folder is for, as far as mail programs agree on it (SPECIAL-USE, RFC 6154). {@code \All},
 * {@code \Flagged} and {@code \Important} are not here: they are views rather than places.
 */
public enum FolderRole {
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
  public String usualName() {
    return usualName;
  }

  /** Whether one of these attributes, in lower case, is that of a role. */
  public static boolean isIn(Set<String> attributes) {
    return Arrays.stream(values()).anyMatch(role -> attributes.contains(role.attribute()));
  }

  /** The SPECIAL-USE attribute in lower case. */
  public String attribute() {
    return "\\" + name().toLowerCase(Locale.ROOT);
  }
}
