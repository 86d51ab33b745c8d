package org.mailcaravan.sync.folders;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.Namespaces;

/**
 * Where a source folder stands, free of prefix and separator.
 *
 * @param underInbox whether the path begins at INBOX; INBOX itself is that with no components. A
 *     server whose personal prefix is {@code INBOX.} keeps its top-level folders there only
 *     formally: their paths do not begin at INBOX
 * @param components from the top down; may hold anything, an empty text too
 */
record SourcePath(boolean underInbox, List<String> components) {
  static final SourcePath INBOX = new SourcePath(true, List.of());
  static final SourcePath TOP = new SourcePath(false, List.of());

  /** INBOX and what is below it first, then parents before children, then by name. */
  static final Comparator<SourcePath> ORDER =
      Comparator.comparing(SourcePath::underInbox)
          .reversed()
          .thenComparing(SourcePath::components, SourcePath::compareComponents);

  SourcePath {
    components = List.copyOf(components);
  }

  static SourcePath of(ListedFolder folder, Namespaces namespaces) {
    String text = folder.name().text();
    if (text.equalsIgnoreCase("INBOX")) {
      return INBOX;
    }
    String prefix = namespaces.prefix();
    boolean prefixed = hasPrefix(text, prefix);
    String rest = prefixed ? text.substring(prefix.length()) : text;
    Character separator = folder.separator();
    List<String> components = split(rest, separator == null ? namespaces.separator() : separator);
    if ((!prefixed || prefix.isEmpty())
        && components.size() > 1
        && components.get(0).equalsIgnoreCase("INBOX")) {
      return new SourcePath(true, components.subList(1, components.size()));
    }
    return new SourcePath(false, components);
  }

  /** Whether a name lies below a prefix; in the prefix, INBOX may be written in any case. */
  static boolean hasPrefix(String name, String prefix) {
    boolean inbox = prefix.regionMatches(true, 0, "INBOX", 0, 5);
    return name.length() > prefix.length()
        && name.regionMatches(inbox, 0, prefix, 0, prefix.length());
  }

  /**
   * Separators at the ends say nothing (UW-IMAP lists {@code Mail/}); one inside makes an empty
   * component.
   */
  private static List<String> split(String name, @Nullable Character separator) {
    if (separator == null) {
      return List.of(name);
    }
    List<String> components =
        new ArrayList<>(Arrays.asList(name.split(Pattern.quote(separator.toString()), -1)));
    while (components.size() > 1 && components.get(components.size() - 1).isEmpty()) {
      components.remove(components.size() - 1);
    }
    while (components.size() > 1 && components.get(0).isEmpty()) {
      components.remove(0);
    }
    return components;
  }

  int depth() {
    return components.size();
  }

  /** How many parents it has; INBOX counts as one. */
  int level() {
    return components.size() + (underInbox ? 1 : 0);
  }

  /** The last component; there is none at INBOX and at the top. */
  String last() {
    return components.get(components.size() - 1);
  }

  /** The path above; there is none at INBOX and at the top. */
  SourcePath parent() {
    return new SourcePath(underInbox, components.subList(0, components.size() - 1));
  }

  /** Whether this path lies below another, at any depth. */
  boolean isBelow(SourcePath other) {
    return underInbox == other.underInbox
        && depth() > other.depth()
        && components.subList(0, other.depth()).equals(other.components);
  }

  private static int compareComponents(List<String> a, List<String> b) {
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      int order = String.CASE_INSENSITIVE_ORDER.compare(a.get(i), b.get(i));
      order = order == 0 ? a.get(i).compareTo(b.get(i)) : order;
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(a.size(), b.size());
  }
}
