package org.mailcaravan.component.mail;

import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.UIDFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import javax.net.ssl.SSLContext;
import org.apache.camel.CamelContext;
import org.apache.camel.component.mail.MailAuthenticator;
import org.apache.camel.component.mail.MailConfiguration;
import org.apache.camel.spi.IdempotentRepository;
import org.eclipse.angus.mail.pop3.POP3Folder;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.store.LeftMails;

/**
 * The support mailbox: the bean {@code support-mailbox} of the routes, and what the endpoint asks
 * which mails are new. Used by one consumer; what it remembers of a look is for its thread.
 */
public final class SupportMailbox implements IdempotentRepository {
  private static final int AT_ONCE = 20;
  private static final int CHUNK = 1 << 18;

  private final Account account;
  private final int most;
  private final SSLContext tls;
  private final LeftMails left;
  private final List<String> toRestore = new ArrayList<>();

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
    MailConfiguration configuration = new MailConfiguration(context);
    // Sets the protocol, which has no setter, and the port.
    configuration.configure(URI.create(protocol + "://host:" + account.server.port()));
    configuration.setHost(account.server.host());
    configuration.setAuthenticator(
        new MailAuthenticator() {
          @Override
          public PasswordAuthentication getPasswordAuthentication() {
            return new PasswordAuthentication(account.username, account.password.reveal());
          }
        });
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
      String own =
          folder instanceof POP3Folder pop3
              ? String.valueOf(pop3.getUID(message))
              : ((UIDFolder) folder).getUIDValidity() + ":" + ((UIDFolder) folder).getUID(message);
      return String.join(" ", account.username, account.server.host(), account.folder, own);
    } catch (MessagingException e) {
      throw new IllegalStateException("the server does not say which mail it is", e);
    }
  }

  /** The octets of a mail; beyond {@code most}, one more and no further one. */
  byte[] octets(Message message) throws MessagingException, IOException {
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
   * Leaves a mail where it is, for a person; it is not read again.
   *
   * @param place as {@link #place} says it
   */
  public void leave(String place) {
    left.leave(place);
    toRestore.add(place);
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
    return !left.isLeft(place);
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
