package org.mailcaravan.sync.folders;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.Namespaces;
import org.mailcaravan.model.FolderRole;

/**
 * The names at the destination: which exist, which are assigned to a source folder, and how a new
 * one is built. Not thread-safe.
 */
final class DestinationTree {
  /** Stands between parent and child where a child cannot be below its parent. */
  static final String BESIDE = " - ";

  private final String prefix;
  private final @Nullable Character separator;
  private final Map<String, ListedFolder> existing = new HashMap<>();
  private final Map<String, List<String>> existingByFold = new HashMap<>();
  private final List<ListedFolder> own = new ArrayList<>();
  private final Set<String> taken = new HashSet<>();

  DestinationTree(Namespaces namespaces, List<ListedFolder> folders) {
    this.prefix = namespaces.prefix();
    this.separator = namespaces.separator();
    Exclusions foreign = new Exclusions(SourceKind.ORDINARY, namespaces, folders);
    for (ListedFolder folder : folders) {
      String name = folder.name().text();
      if (existing.putIfAbsent(key(name), folder) == null) {
        existingByFold.computeIfAbsent(fold(name), fold -> new ArrayList<>()).add(name);
        if (folder.selectable() && foreign.reason(folder).isEmpty()) {
          own.add(folder);
        }
      }
    }
    existingByFold.values().forEach(names -> names.sort(Comparator.naturalOrder()));
    // A folder called INBOX below the prefix is mistaken for INBOX by Courier.
    taken.add(key("INBOX"));
    taken.add(key(prefix + "INBOX"));
  }

  /**
   * For comparing names as a person does: without regard to case and to how accents are encoded.
   */
  static String fold(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
  }

  /** The same folder beside its parent; at the top level the name itself. */
  static String beside(String name, @Nullable Character separator) {
    int cut = separator == null ? -1 : name.lastIndexOf(separator);
    return cut < 0 ? name : name.substring(0, cut) + BESIDE + name.substring(cut + 1);
  }

  /** Names are case-sensitive, except INBOX. */
  private String key(String name) {
    return name.equalsIgnoreCase("INBOX") || name.equalsIgnoreCase(prefix + "INBOX")
        ? name.toUpperCase(Locale.ROOT)
        : name;
  }

  String prefix() {
    return prefix;
  }

  @Nullable Character separator() {
    return separator;
  }

  boolean exists(String name) {
    return existing.containsKey(key(name));
  }

  boolean isTaken(String name) {
    return taken.contains(key(name));
  }

  /** Assigns a name; returns whether it was free. */
  boolean take(String name) {
    return taken.add(key(name));
  }

  /**
   * An existing folder without an assigned source folder, whose name differs only as {@link #fold}
   * says.
   */
  Optional<String> freeVariant(String name) {
    return existingByFold.getOrDefault(fold(name), List.of()).stream()
        .filter(variant -> !variant.equals(name) && !isTaken(variant))
        .findFirst();
  }

  /**
   * The folder that mail programs at the destination use for a role: by SPECIAL-USE, else by name.
   * Dovecot's defaults give {@code \Sent} to both "Sent" and "Sent Messages"; the usual name wins,
   * then the shorter one.
   */
  Optional<String> roleFolder(FolderRole role) {
    Comparator<String> usualFirst =
        Comparator.comparing((String name) -> !isUsual(role, name))
            .thenComparing(String::length)
            .thenComparing(Comparator.naturalOrder());
    List<String> told =
        own.stream()
            .filter(folder -> folder.attributes().contains(role.attribute()))
            .map(folder -> folder.name().text())
            .filter(name -> !isTaken(name))
            .sorted(usualFirst)
            .toList();
    if (!told.isEmpty()) {
      return Optional.of(told.get(0));
    }
    List<String> named =
        own.stream()
            .map(folder -> folder.name().text())
            .filter(name -> RoleNames.roleOf(belowPrefix(name)).filter(role::equals).isPresent())
            .filter(name -> !isTaken(name))
            .sorted(usualFirst)
            .toList();
    boolean clear = named.size() == 1 || (named.size() > 1 && isUsual(role, named.get(0)));
    return clear ? Optional.of(named.get(0)) : Optional.empty();
  }

  private boolean isUsual(FolderRole role, String name) {
    return belowPrefix(name).equalsIgnoreCase(role.usualName());
  }

  private String belowPrefix(String name) {
    return SourcePath.hasPrefix(name, prefix) ? name.substring(prefix.length()) : name;
  }

  /** The name of a folder at the top. */
  String top(String component) {
    return prefix + component;
  }

  /** Whether the destination says, or its flat names mean, that nothing can be below a folder. */
  boolean refusesChildren(String parent) {
    ListedFolder folder = existing.get(key(parent));
    return separator == null || (folder != null && folder.attributes().contains("\\noinferiors"));
  }

  /** The name of a child, or beside its parent where that refuses children. */
  String child(String parent, String component) {
    return parent + (refusesChildren(parent) ? BESIDE : separator) + component;
  }

  /**
   * A component as it can stand in a name here. Control characters are forbidden in names (RFC 9051
   * section 5.1), the separator would split the component, and an empty component is no name. A
   * whole name that begins with "#" would mean a namespace (section 5.1.2.1), unless the user has a
   * folder of that name; GreenMail breaks off the connection then.
   */
  String component(String component, boolean atTop) {
    if (component.isEmpty()) {
      return "_";
    }
    if (atTop && prefix.isEmpty() && component.startsWith("#") && !isOwn(component)) {
      return component("_" + component.substring(1), true);
    }
    StringBuilder clean = new StringBuilder(component.length());
    component
        .codePoints()
        .map(c -> isControl(c) || (separator != null && c == separator) ? '_' : c)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }

  private boolean isOwn(String name) {
    return own.stream().anyMatch(folder -> folder.name().text().equals(name));
  }

  private static boolean isControl(int c) {
    return Character.isISOControl(c) || c == 0x2028 || c == 0x2029;
  }
}
