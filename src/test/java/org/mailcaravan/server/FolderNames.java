package org.mailcaravan.server;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Folder names as tests speak of them, whatever the server's namespace: without its prefix, levels
 * parted by "/".
 */
public record FolderNames(String prefix, String separator, Set<String> existing) {
  /** Of the namespaces that Courier and many others have: {@code INBOX.Work}. */
  public static final FolderNames BELOW_INBOX = new FolderNames("INBOX.", ".", Set.of());

  /** Of servers where names need no change. */
  public static final FolderNames PLAIN = new FolderNames("", "/", Set.of());

  static FolderNames of(RawImap imap) {
    String prefix = imap.prefix();
    String separator =
        imap.list().stream()
            .map(RawImap.Listed::separator)
            .filter(text -> text.length() == 1)
            .findFirst()
            .orElse("/");
    FolderNames names = new FolderNames(prefix, separator, Set.of());
    return new FolderNames(
        prefix,
        separator,
        imap.list().stream()
            .map(folder -> names.common(folder.name()))
            .collect(Collectors.toUnmodifiableSet()));
  }

  public String onServer(String common) {
    return common.equals("INBOX") ? common : prefix + common.replace("/", separator);
  }

  public String common(String onServer) {
    if (onServer.toUpperCase(Locale.ROOT).equals("INBOX")) {
      return "INBOX";
    }
    String inside = onServer.startsWith(prefix) ? onServer.substring(prefix.length()) : onServer;
    return inside.replace(separator, "/");
  }
}
