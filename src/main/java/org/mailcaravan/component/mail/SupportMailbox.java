package org.mailcaravan.component.mail;

import jakarta.mail.FetchProfile;
import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.UIDFolder;
import jakarta.mail.search.FlagTerm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.apache.camel.CamelContext;
import org.apache.camel.component.mail.MailConfiguration;
import org.apache.camel.spi.IdempotentRepository;
import org.eclipse.angus.mail.pop3.POP3Folder;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.store.LeftMails;
import org.mailcaravan.store.Outage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The support mailbox: the bean {@code support-mailbox} of the routes, and what the endpoint asks
 * which mails are new. Used by one consumer; what it remembers of a look is for its thread.
 */
public final class SupportMailbox implements IdempotentRepository {
  private static final Logger LOG = LoggerFactory.getLogger(SupportMailbox.class);

  private static final int AT_ONCE = 20;
  private static final int CHUNK = 1 << 18;

  private final Account account;
  private final int most;
  private final SSLContext tls;
  private final LeftMails left;
  private final List<String> toRestore = new ArrayList<>();
  private final Set<String> there = new HashSet<>();
  private int found;
  private boolean notFetched;
  private @Nullable Folder withUids;
  private Runnable beforeEach = () -> {};

  /**
   * Where it is.
   *
   * @param protocol imap or pop3
   */
  public record Account(
      String protocol, Server server, String username, Secret password, String folder) {}

  /**
   * @param most octets of a mail that are of use
   */
  public SupportMailbox(Account account, int most, SSLContext tls, LeftMails left) {
    this.account = account;
    this.most = most;
    this.tls = tls;
    this.left = left;
  }

  MailConfiguration configuration(CamelContext context) {
    boolean isTls = account.server.security() == Security.TLS;
    String protocol = account.protocol + (isTls ? "s" : "");
    MailConfiguration configuration =
        new MailConfiguration(context) {
          /** An authenticator would be asked by the client, too, for a second login. */
          @Override
          public PasswordAuthentication getPasswordAuthentication() {
            return new PasswordAuthentication(account.username, account.password.reveal());
          }
        };
    // Sets the protocol, which has no setter, and the port.
    configuration.configure(URI.create(protocol + "://host:" + account.server.port()));
    configuration.setHost(account.server.host());
    configuration.setFolderName(account.folder);
    configuration.setUnseen(true);
    configuration.setPeek(true);
    configuration.setMapMailMessage(false);
    configuration.setFetchSize(AT_ONCE);
    configuration.setDisconnect(true);
    configuration.setAdditionalJavaMailProperties(properties(protocol));
    return configuration;
  }

  private Properties properties(String protocol) {
    Properties properties = new Properties();
    String prefix = "mail." + protocol + ".";
    properties.put(prefix + "ssl.socketFactory", tls.getSocketFactory());
    properties.put(prefix + "ssl.checkserveridentity", "true");
    if (account.server.security() == Security.STARTTLS) {
      properties.put(prefix + "starttls.enable", "true");
      properties.put(prefix + "starttls.required", "true");
    }
    properties.put(prefix + "fetchsize", String.valueOf(CHUNK));
    properties.put(prefix + "writetimeout", "30000");
    return properties;
  }

  /** Where a mail lies: no other one ever has the same. */
  String place(Message message) {
    try {
      Folder folder = message.getFolder();
      if (folder instanceof UIDFolder && folder != withUids) {
        withUids = folder;
        fetchUids(folder);
      }
      String own =
          folder instanceof POP3Folder pop3
              ? String.valueOf(pop3.getUID(message))
              : ((UIDFolder) folder).getUIDValidity() + ":" + ((UIDFolder) folder).getUID(message);
      return String.join(" ", account.username, account.server.host(), account.folder, own);
    } catch (MessagingException e) {
      throw new IllegalStateException("the server does not say which mail it is", e);
    }
  }

  /** Of all mails that nobody has read, in one go: each would be asked for by itself otherwise. */
  private static void fetchUids(Folder folder) throws MessagingException {
    FetchProfile uids = new FetchProfile();
    uids.add(UIDFolder.FetchProfileItem.UID);
    folder.fetch(folder.search(new FlagTerm(new Flags(Flags.Flag.SEEN), false)), uids);
  }

  /** Does this before a mail is fetched. */
  void beforeEachMail(Runnable step) {
    beforeEach = step;
  }

  /** The mail under way takes long: no other node is to take it meanwhile. */
  public void goOn() {
    beforeEach.run();
  }

  /** A look into the mailbox begins. */
  void beginLook() {
    there.clear();
    found = 0;
    notFetched = false;
    withUids = null;
  }

  /**
   * A look has ended well.
   *
   * @return whether there may be more mails, which were not looked at
   */
  boolean endLook() {
    boolean more = found >= AT_ONCE;
    if (!more) {
      left.there(there);
    }
    return more;
  }

  /** A mail could not be fetched from the server. */
  static final class NotFetched extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotFetched(Exception cause) {
      super("it cannot be fetched: " + cause.getMessage(), cause);
    }
  }

  /** A mail is not taken this time; what is to be told of that has been told. */
  private static final class Later extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Later(String why) {
      super(why, null, false, false);
    }
  }

  /** The octets of a mail; beyond {@code most}, one more and no further one. */
  byte[] octets(Message message) throws MessagingException, IOException {
    beforeEach.run();
    restoreUnread(message.getFolder());
    Bounded octets = new Bounded(most);
    try {
      message.writeTo(octets);
    } catch (EnoughRead e) {
      // The reader sees that there is more than it takes.
    }
    return octets.read.toByteArray();
  }

  private static final class EnoughRead extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private static final class Bounded extends OutputStream {
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();
    private final int most;

    Bounded(int most) {
      this.most = most;
    }

    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int from, int length) throws IOException {
      read.write(octets, from, Math.min(length, most + 1 - read.size()));
      if (read.size() > most) {
        throw new EnoughRead();
      }
    }
  }

  /**
   * Leaves a mail where it is; it is not read again.
   *
   * @param place as {@link #place} says it
   */
  public void leave(String place, LeftMails.Left why) {
    left.leave(place, why);
    toRestore.add(place);
  }

  /**
   * A mail could not be taken. It is tried again a few times, while the mails behind it are taken;
   * then it is left for a person.
   *
   * @param sender the address that it comes from; null where not even that could be read
   * @return why it is left
   * @throws RuntimeException when it is tried again
   */
  public LeftMails.Left failed(String place, @Nullable String sender, Throwable failure) {
    String why = VisibleText.of(String.valueOf(failure.getMessage()));
    if (Outage.causes(failure)) {
      throw later("the database is away, and the mails are taken when it is back: " + why);
    }
    if (failure instanceof NotFetched && notFetched) {
      // The mail before it lost the connection.
      throw new Later("the connection is lost");
    }
    notFetched |= failure instanceof NotFetched;
    int failures = left.failed(place);
    if (failures < LeftMails.TRIES) {
      throw later(
          "a mail of %s cannot be taken, and is tried again (%d of %d): %s"
              .formatted(named(sender), failures, LeftMails.TRIES, why));
    }
    LOG.error(
        "a mail of {} cannot be taken, after {} tries, and waits for a person: {}",
        named(sender),
        failures,
        why,
        failure);
    return new LeftMails.Left(sender == null ? "" : sender, "it cannot be taken: " + why, true);
  }

  private static Later later(String what) {
    LOG.warn(what);
    return new Later(what);
  }

  private static String named(@Nullable String sender) {
    return sender == null || sender.isEmpty() ? "an unknown sender" : VisibleText.of(sender);
  }

  /** Forgets mails that were left long ago. */
  public void tidy() {
    left.tidy();
  }

  /** Camel marks each mail as read; those that stay are for a person, who has not read them. */
  void restoreUnread(Folder folder) throws MessagingException {
    for (String place : toRestore) {
      Message message =
          folder instanceof UIDFolder uids
              ? uids.getMessageByUID(Long.parseLong(place.substring(place.lastIndexOf(':') + 1)))
              : null;
      if (message != null) {
        message.setFlag(Flags.Flag.SEEN, false);
      }
    }
    toRestore.clear();
  }

  /** Whether the mail is to be read: what was taken once is read again, to be deleted. */
  @Override
  public boolean add(String place) {
    there.add(place);
    boolean due = left.isDue(place);
    found += due ? 1 : 0;
    return due;
  }

  @Override
  public boolean contains(String place) {
    return left.isLeft(place);
  }

  @Override
  public boolean remove(String place) {
    return true;
  }

  @Override
  public boolean confirm(String place) {
    left.done(place);
    return true;
  }

  @Override
  public void clear() {
    // What was left is kept in the database.
  }

  @Override
  public void start() {
    // The database is open.
  }

  @Override
  public void stop() {
    // The database is closed elsewhere.
  }
}
