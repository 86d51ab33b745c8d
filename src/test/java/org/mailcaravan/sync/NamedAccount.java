package org.mailcaravan.sync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.FolderNames;
import org.mailcaravan.server.ImapServer;
import org.mailcaravan.server.RawImap;

/**
 * The account of {@link Caravan#USER} on a server, and what its owner does in it, with messages by
 * their names. Each call is a session of its own.
 */
final class NamedAccount {
  private final ImapServer server;
  private final FolderNames names;

  NamedAccount(ImapServer server, FolderNames names) {
    this.server = server;
    this.names = names;
  }

  /** A message: its name, and its flags without backslashes, in order. */
  record Mail(String name, Set<String> flags) implements Comparable<Mail> {
    Mail {
      flags = java.util.Collections.unmodifiableSet(new TreeSet<>(flags));
    }

    static Mail of(String name) {
      return new Mail(name, Set.of());
    }

    @Override
    public int compareTo(Mail other) {
      return Comparator.comparing(Mail::toString).compare(this, other);
    }

    @Override
    public String toString() {
      return flags.isEmpty() ? name : name + "(" + String.join(" ", flags) + ")";
    }
  }

  RawImap login() {
    return RawImap.login(server.port(), Caravan.USER, Caravan.PASSWORD);
  }

  /** All folders with their messages, sorted. */
  Map<String, List<Mail>> read() {
    Map<String, List<Mail>> folders = new TreeMap<>();
    try (RawImap imap = login()) {
      for (RawImap.Listed listed : imap.list()) {
        if (listed.isSelectable()) {
          imap.examine(listed.name());
          folders.put(
              names.common(listed.name()),
              imap.fetchAll().stream().map(NamedAccount::mail).sorted().toList());
        }
      }
    }
    return folders;
  }

  private static Mail mail(RawImap.Fetched fetched) {
    String name = NamedMail.name(fetched.octets());
    boolean dated =
        name.equals("(unknown)")
            || fetched.internalDate().toInstant().equals(NamedMail.date(name).toInstant());
    return new Mail(dated ? name : name + "@" + fetched.internalDate(), plain(fetched.flags()));
  }

  private static Set<String> plain(Collection<String> flags) {
    return flags.stream().map(flag -> flag.replace("\\", "")).collect(Collectors.toSet());
  }

  /** Everything that a client can see there, UIDs among it, as text to be compared. */
  String everything() {
    StringBuilder text = new StringBuilder();
    // At Courier a message is recent until the first EXAMINE, ours here too.
    String items =
        "MESSAGES UIDNEXT UIDVALIDITY UNSEEN" + (server instanceof DovecotServer ? " RECENT" : "");
    try (RawImap imap = login()) {
      sorted(imap.subscribed())
          .forEach(listed -> text.append("subscribed: ").append(listed.name()).append('\n'));
      for (RawImap.Listed listed : sorted(imap.list())) {
        text.append(listed.name()).append(' ');
        if (listed.isSelectable()) {
          text.append(imap.status(listed.name(), items));
          imap.examine(listed.name());
          for (RawImap.Fetched fetched : imap.fetchAll()) {
            text.append('\n').append(fetched.uid()).append(' ').append(mail(fetched));
          }
          text.append('\n');
        }
      }
    }
    return text.toString();
  }

  private static List<RawImap.Listed> sorted(List<RawImap.Listed> folders) {
    return folders.stream().sorted(Comparator.comparing(RawImap.Listed::name)).toList();
  }

  void add(String folder, List<Mail> messages) {
    try (RawImap imap = login()) {
      add(imap, folder, messages);
    }
  }

  private void add(RawImap imap, String folder, List<Mail> messages) {
    createIfMissing(imap, folder);
    for (Mail mail : messages) {
      imap.append(
          names.onServer(folder),
          wire(mail.flags()),
          NamedMail.date(mail.name()),
          NamedMail.octets(mail.name()));
    }
  }

  private static List<String> wire(Collection<String> flags) {
    Set<String> system = Set.of("Seen", "Answered", "Flagged", "Deleted", "Draft");
    return flags.stream().map(flag -> system.contains(flag) ? "\\" + flag : flag).toList();
  }

  void create(String folder) {
    try (RawImap imap = login()) {
      createIfMissing(imap, folder);
    }
  }

  private void createIfMissing(RawImap imap, String folder) {
    String name = names.onServer(folder);
    if (imap.list().stream().noneMatch(listed -> listed.name().equals(name))) {
      imap.create(name);
    }
  }

  void rename(String folder, String newName) {
    try (RawImap imap = login()) {
      imap.rename(names.onServer(folder), names.onServer(newName));
    }
  }

  void removeFolder(String folder) {
    try (RawImap imap = login()) {
      imap.delete(names.onServer(folder));
    }
  }

  /** Makes the target when it is missing. */
  void move(List<String> mails, String from, String to) {
    try (RawImap imap = login()) {
      createIfMissing(imap, to);
      imap.select(names.onServer(from));
      imap.move(uids(imap, mails), names.onServer(to));
    }
  }

  /** Makes the target when it is missing. */
  void copy(List<String> mails, String from, String to) {
    try (RawImap imap = login()) {
      createIfMissing(imap, to);
      imap.select(names.onServer(from));
      imap.copy(uids(imap, mails), names.onServer(to));
    }
  }

  /** Removes messages for good. */
  void remove(List<String> mails, String folder) {
    try (RawImap imap = login()) {
      imap.select(names.onServer(folder));
      imap.remove(uids(imap, mails));
    }
  }

  void flag(List<String> mails, String folder, List<String> set, List<String> unset) {
    try (RawImap imap = login()) {
      imap.select(names.onServer(folder));
      String uids = uids(imap, mails);
      if (!set.isEmpty()) {
        imap.store(uids, "+FLAGS", wire(set));
      }
      if (!unset.isEmpty()) {
        imap.store(uids, "-FLAGS", wire(unset));
      }
    }
  }

  /** The UIDs of these messages in the selected folder, of duplicates the lower ones. */
  private static String uids(RawImap imap, List<String> mails) {
    List<RawImap.Fetched> there = new ArrayList<>(imap.fetchAll());
    List<String> uids = new ArrayList<>();
    for (String name : mails) {
      RawImap.Fetched found =
          there.stream()
              .filter(fetched -> NamedMail.name(fetched.octets()).equals(name))
              .findFirst()
              .orElseThrow(() -> new IllegalArgumentException(name + " is not there"));
      there.remove(found);
      uids.add(Long.toString(found.uid()));
    }
    return String.join(",", uids);
  }

  /** Puts a folder with the same mail in another order and another UIDVALIDITY in its place. */
  void replace(String folder) {
    String old = names.onServer(folder);
    String interim = old + "-new";
    try (RawImap imap = login()) {
      imap.examine(old);
      List<RawImap.Fetched> mail = imap.fetchAll();
      imap.create(interim);
      for (int i = mail.size() - 1; i >= 0; i--) {
        imap.select(old);
        imap.copy(Long.toString(mail.get(i).uid()), interim);
      }
      imap.examine(interim);
      imap.delete(old);
      imap.rename(interim, old);
    }
  }

  /** Makes the account anew, with the same mail in another order and other UIDVALIDITYs. */
  void rebuild() {
    Map<String, List<Mail>> all = read();
    wipe();
    try (RawImap imap = login()) {
      all.forEach(
          (folder, messages) ->
              add(imap, folder, messages.stream().sorted(Comparator.reverseOrder()).toList()));
    }
  }

  /** Makes the account anew and empty, with other UIDVALIDITYs. */
  void wipe() {
    long before;
    try (RawImap imap = login()) {
      before = imap.uidValidity("INBOX");
    }
    if (!(server instanceof DovecotServer dovecot)) {
      throw new IllegalArgumentException("only Dovecot's files are known");
    }
    deleteFiles(dovecot.mailFolder(Caravan.USER));
    try (RawImap imap = login()) {
      if (imap.uidValidity("INBOX") == before) {
        throw new IllegalStateException("the UIDVALIDITY of INBOX is as it was");
      }
    }
  }

  /** All but Dovecot's note of the highest UIDVALIDITY, so that the next ones are others. */
  private static void deleteFiles(Path folder) {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(
                Path file, java.nio.file.attribute.BasicFileAttributes attributes)
                throws IOException {
              if (!file.getFileName().toString().startsWith("dovecot-uidvalidity")) {
                Files.deleteIfExists(file);
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e)
                throws IOException {
              try (var inside = Files.list(visited)) {
                if (inside.findAny().isPresent()) {
                  return FileVisitResult.CONTINUE;
                }
              }
              Files.deleteIfExists(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
