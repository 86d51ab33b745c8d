package org.mailcaravan.imap;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A folder as LIST tells of it.
 *
 * @param separator the hierarchy separator, or null for a flat name
 * @param attributes in lower case with their backslash: {@code \noselect}, {@code \sent} ...
 *     XLIST's attributes are given by their SPECIAL-USE names; {@code \noselect} stands beside
 *     {@code \nonexistent}
 * @param subscribed whether the user subscribed to it (LIST RETURN SUBSCRIBED, else LSUB)
 * @param status what LIST-STATUS or STATUS gave, or null when it was not asked or not selectable
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

  /** Stands among the attributes of INBOX where the server does not list it. */
  public static final String UNLISTED = "\\x-unlisted";

  /** Whether messages can be in it. */
  public boolean selectable() {
    return !attributes.contains("\\noselect");
  }
}
