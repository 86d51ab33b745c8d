package org.mailcaravan;

import java.time.OffsetDateTime;
import java.util.Set;
import org.mailcaravan.server.DovecotServer;
import org.mailcaravan.server.MailboxSeeder;
import org.mailcaravan.server.MailboxSnapshot;
import org.mailcaravan.server.Messages;
import org.mailcaravan.server.RawImap;

/** An old provider and a new server: two private Dovecots, and requests that name their users. */
public final class TwoServers implements AutoCloseable {
  public static final String HEADER =
      "source_email,source_password,source_imap_server,source_port,source_security,"
          + "destination_password,contacts,calendar\n";

  public final DovecotServer source;
  public final DovecotServer destination;

  public TwoServers() {
    this(DovecotServer.builder(), DovecotServer.builder());
  }

  public TwoServers(DovecotServer.Builder from, DovecotServer.Builder to) {
    source = from.start();
    destination = to.start();
  }

  /** The password of a user at the old provider; one that CSV must quote. */
  public static String oldPassword(String user) {
    return "old, \"secret\" of " + user;
  }

  /** The password of a user at the new server. */
  public static String newPassword(String user) {
    return "new %+& secret of " + user;
  }

  /** A user on both sides. */
  public TwoServers user(String user) {
    source.addUser(user, oldPassword(user));
    destination.addUser(user, newPassword(user));
    return this;
  }

  /** A user on both sides with mail at the old provider. */
  public TwoServers userWithMail(String user, int messagesPerFolder, String... folders) {
    user(user);
    new MailboxSeeder(user.hashCode())
        .messagesPerFolder(messagesPerFolder)
        .folders(java.util.List.of(folders))
        .fill(source.port(), user, oldPassword(user));
    return this;
  }

  /** More mail for the old provider's INBOX. */
  public void deliver(String user, byte[] message) {
    try (RawImap imap = RawImap.login(source.port(), user, oldPassword(user))) {
      imap.append("INBOX", Set.of(), OffsetDateTime.parse("2026-01-02T03:04:05+05:45"), message);
    }
  }

  /** One more message of some kind. */
  public void deliverOne(String user) {
    deliver(user, new Messages(user.hashCode() + 1L).next());
  }

  /** Deletes the first message of the old provider's INBOX. */
  public void deleteOne(String user) {
    try (RawImap imap = RawImap.login(source.port(), user, oldPassword(user))) {
      imap.select("INBOX");
      imap.remove("1");
    }
  }

  /** Says where the destination is. */
  public Installation configure(Installation installation) {
    return installation.set("destination.port", String.valueOf(destination.port()));
  }

  /** A row of a request for a user. */
  public String row(String user) {
    return row(user, oldPassword(user), ",");
  }

  /** The same, with the old provider at another port: that of whoever stands before it. */
  public String rowThrough(int sourcePort, String user) {
    return row(user, oldPassword(user), sourcePort, ",");
  }

  /** A row with a source password and what stands in the last two columns. */
  public String row(String user, String sourcePassword, String attachments) {
    return row(user, sourcePassword, source.port(), attachments);
  }

  private static String row(
      String user, String sourcePassword, int sourcePort, String attachments) {
    return "%s,%s,127.0.0.1,%d,none,%s,%s\n"
        .formatted(
            user, quoted(sourcePassword), sourcePort, quoted(newPassword(user)), attachments);
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }

  public MailboxSnapshot atSource(String user) {
    return atSource(user, oldPassword(user));
  }

  /** The same of a user with another password than {@link #oldPassword}. */
  public MailboxSnapshot atSource(String user, String password) {
    return MailboxSnapshot.read(source.port(), user, password).inAnyOrder();
  }

  public MailboxSnapshot atDestination(String user) {
    return MailboxSnapshot.read(destination.port(), user, newPassword(user)).inAnyOrder();
  }

  @Override
  public void close() {
    source.close();
    destination.close();
  }
}
