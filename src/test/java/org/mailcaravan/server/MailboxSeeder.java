package org.mailcaravan.server;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Fills an account with folders and mail of every kind. The same seed puts the same things in.
 *
 * <pre>{@code
 * MailboxSnapshot expected =
 *     new MailboxSeeder(7).messagesPerFolder(30).fill(dovecot.port(), "ann", "secret");
 * }</pre>
 */
public final class MailboxSeeder {
  /** Folders of every sort; "/" stands for the server's separator. */
  public static final List<String> FOLDERS =
      List.of(
          "INBOX",
          "Sent",
          "Drafts",
          "Trash",
          "Junk",
          "Archive",
          "Archive/2015",
          "Archive/2015/Q1",
          "Entwürfe",
          "Entwürfe/Übersicht & mehr",
          "日本語",
          "🎉 party",
          "with \"quotes\" and (parens) 100%",
          "Empty");

  private static final List<String> SYSTEM_FLAGS =
      List.of("\\Seen", "\\Answered", "\\Flagged", "\\Draft", "\\Deleted");
  private static final List<String> KEYWORDS = List.of("$Forwarded", "$Label1", "work-in_2015");

  private final long seed;
  private int messagesPerFolder = Messages.Kind.values().length * 2;
  private List<String> folders = FOLDERS;
  private List<Messages.Kind> kinds = List.of(Messages.Kind.values());
  private boolean keywords = true;

  public MailboxSeeder(long seed) {
    this.seed = seed;
  }

  /** Two of each kind unless told otherwise; one in seven is there twice. */
  public MailboxSeeder messagesPerFolder(int count) {
    messagesPerFolder = count;
    return this;
  }

  /** {@link #FOLDERS} unless told otherwise; parents first. A folder named Empty gets no mail. */
  public MailboxSeeder folders(List<String> names) {
    folders = List.copyOf(names);
    return this;
  }

  /** All kinds unless told otherwise. */
  public MailboxSeeder kinds(List<Messages.Kind> wanted) {
    kinds = List.copyOf(wanted);
    return this;
  }

  /** Whether messages get keywords beside the system's flags. */
  public MailboxSeeder keywords(boolean wanted) {
    keywords = wanted;
    return this;
  }

  /** Logs in on a loopback port, fills the account and tells what must now be read there. */
  public MailboxSnapshot fill(int port, String user, String password) {
    try (RawImap imap = RawImap.login(port, user, password)) {
      return fill(imap);
    }
  }

  /** Fills the account of a connection and tells what must now be read there. */
  public MailboxSnapshot fill(RawImap imap) {
    Messages messages = new Messages(seed);
    FolderNames names = FolderNames.of(imap);
    Map<String, MailboxSnapshot.Folder> expected = new LinkedHashMap<>();
    int index = 0;
    for (String folder : folders) {
      String name = names.onServer(folder);
      if (!names.existing().contains(folder)) {
        imap.create(name);
      }
      boolean subscribed = index++ % 4 != 3;
      if (subscribed) {
        imap.subscribe(name);
      } else {
        imap.unsubscribe(name);
      }
      List<MailboxSnapshot.Message> put =
          folder.equals("Empty") ? List.of() : fillFolder(imap, name, messages);
      expected.put(folder, new MailboxSnapshot.Folder(subscribed, put));
    }
    return new MailboxSnapshot(expected);
  }

  private List<MailboxSnapshot.Message> fillFolder(RawImap imap, String name, Messages messages) {
    List<MailboxSnapshot.Message> put = new ArrayList<>();
    for (int i = 0; i < messagesPerFolder; i++) {
      byte[] octets = messages.of(kinds.get(i % kinds.size()));
      int copies = i % 7 == 3 ? 2 : 1;
      for (int copy = 0; copy < copies; copy++) {
        Set<String> flags = flags(i + copy);
        OffsetDateTime date = messages.date();
        imap.append(name, flags, date, octets);
        put.add(MailboxSnapshot.Message.of(octets, flags, date));
      }
    }
    return put;
  }

  /** Every set of system flags in turn, and with it every set of keywords. */
  private Set<String> flags(int number) {
    Set<String> flags = new TreeSet<>();
    for (int bit = 0; bit < SYSTEM_FLAGS.size(); bit++) {
      if ((number >> bit & 1) == 1) {
        flags.add(SYSTEM_FLAGS.get(bit));
      }
    }
    for (int bit = 0; keywords && bit < KEYWORDS.size(); bit++) {
      if ((number >> bit & 1) == 1) {
        flags.add(KEYWORDS.get(bit));
      }
    }
    return flags;
  }
}
