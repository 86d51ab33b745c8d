package org.mailcaravan.server;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What one user of an {@link ImapHost} has: folders under the names that the server gives them, and
 * subscriptions. Thread-safe.
 */
public final class HostAccount {
  private final String user;
  private final String password;
  private final AtomicLong lastUidValidity = new AtomicLong(1_600_000_000);
  private final SortedMap<String, HostFolder> folders = new ConcurrentSkipListMap<>();
  private final Set<String> subscribed = ConcurrentHashMap.newKeySet();
  private volatile long quota = Long.MAX_VALUE;

  HostAccount(String user, String password) {
    this.user = user;
    this.password = password;
    folder("INBOX");
  }

  public String user() {
    return user;
  }

  boolean opensWith(String given) {
    return password.equals(given);
  }

  /** How many octets of mail fit. */
  public HostAccount quota(long octets) {
    quota = octets;
    return this;
  }

  public long quota() {
    return quota;
  }

  long octets() {
    return folders.values().stream()
        .flatMap(folder -> folder.messages().stream())
        .mapToLong(message -> message.octets().length())
        .sum();
  }

  /** The folder of this name, made when it is not there. */
  public HostFolder folder(String name) {
    return folders.computeIfAbsent(
        inbox(name), made -> new HostFolder(lastUidValidity.incrementAndGet()));
  }

  public @Nullable HostFolder find(String name) {
    return folders.get(inbox(name));
  }

  /** The folder to which a role such as {@code \Sent} belongs. */
  public HostFolder folder(String name, String role) {
    return folder(name).attribute(role);
  }

  /** The folders by their names, as they are now. */
  public Map<String, HostFolder> folders() {
    return new TreeMap<>(folders);
  }

  public Set<String> subscribed() {
    return subscribed;
  }

  public void delete(String name) {
    folders.remove(inbox(name));
  }

  /** Renames a folder and all below it. */
  public synchronized void rename(String from, String to, String separator) {
    for (Map.Entry<String, HostFolder> each : folders().entrySet()) {
      String name = each.getKey();
      if (name.equals(from) || name.startsWith(from + separator)) {
        folders.remove(name);
        folders.put(to + name.substring(from.length()), each.getValue());
      }
    }
  }

  /** How many messages there are in all folders. */
  public int count() {
    return folders.values().stream().mapToInt(HostFolder::count).sum();
  }

  /** All that is there, to be compared. */
  public MailboxSnapshot snapshot() {
    Map<String, MailboxSnapshot.Folder> all = new HashMap<>();
    folders()
        .forEach(
            (name, folder) -> {
              if (!folder.attributes().contains("\\Noselect")) {
                List<MailboxSnapshot.Message> messages =
                    folder.messages().stream().map(HostMessage::snapshot).toList();
                all.put(name, new MailboxSnapshot.Folder(subscribed.contains(name), messages));
              }
            });
    return new MailboxSnapshot(all);
  }

  private static String inbox(String name) {
    return name.toUpperCase(Locale.ROOT).equals("INBOX") ? "INBOX" : name;
  }
}
