package org.mailcaravan.imap;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The user's personal namespace, and those of other users, which are not copied (RFC 2342).
 *
 * @param prefix of the first personal namespace, with its separator ({@code INBOX.}); often empty
 * @param separator of the personal namespace, or null without a hierarchy
 * @param foreignPrefixes the prefixes of the other users' and shared namespaces
 */
public record Namespaces(
    String prefix, @Nullable Character separator, List<String> foreignPrefixes) {
  public Namespaces {
    foreignPrefixes = List.copyOf(foreignPrefixes);
  }
}
