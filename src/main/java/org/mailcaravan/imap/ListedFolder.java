package org.mailcaravan.imap;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A folder as LIST names it.
 *
 * @param separator the hierarchy separator, or null for a flat name
 * @param attributes in lower case with their backslash: {@code \noselect}, {@code \sent} ... Those
 *     of XLIST have their SPECIAL-USE names; {@code \nonexistent} comes with {@code \noselect}
 * @param subscribed whether the user subscribed to it (LIST RETURN SUBSCRIBED, else LSUB)
 * @param status from LIST-STATUS or STATUS; null when it was not asked for or cannot be selected
 */
public record ListedFolder(
    FolderName name,
    @Nullable Character separator,
    Set<String> attributes,
    boolean subscribed,
    @Nullable FolderStatus status) {
  public ListedFolder {
    attributes = Set.copyOf(attributes);
  }

  /** An attribute of ours for an INBOX that the server does not list. */
  public static final String UNLISTED = "\\x-unlisted";

  /** Whether messages can be in it. */
  public boolean selectable() {
    return !attributes.contains("\\noselect");
  }
}
