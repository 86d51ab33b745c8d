package org.mailcaravan.tickets;

import jakarta.activation.DataHandler;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.util.ByteArrayDataSource;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Properties;
import javax.net.ssl.SSLContext;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;
import org.mailcaravan.report.CustomerFile;

/** Hands mails to our mail server. Thread-safe. */
public final class Smtp {
  private final Account account;
  private final Session session;
  private final Clock clock;

  /**
   * Where mails go out.
   *
   * @param username empty where the server wants no login
   * @param from the address that they come from
   * @param envelopeFrom where failed deliveries are reported to; empty for nowhere
   */
  public record Account(
      Server server, String username, Secret password, InternetAddress from, String envelopeFrom) {
    /** The domain of the address. */
    String domain() {
      String address = from.getAddress();
      return address.substring(address.lastIndexOf('@') + 1);
    }
  }

  /**
   * @param timeout of connecting, and of each answer of the server
   */
  public Smtp(Account account, SSLContext tls, Duration timeout, Clock clock) {
    this.account = account;
    this.clock = clock;
    Properties properties = new Properties();
    String millis = String.valueOf(timeout.toMillis());
    properties.put("mail.smtp.connectiontimeout", millis);
    properties.put("mail.smtp.timeout", millis);
    properties.put("mail.smtp.writetimeout", millis);
    // Nobody answers an automatic answer, and no server reports its failure (RFC 3834 section 3.3).
    properties.put("mail.smtp.from", account.envelopeFrom.isEmpty() ? "<>" : account.envelopeFrom);
    properties.put("mail.smtp.ssl.enable", isBy(Security.TLS));
    properties.put("mail.smtp.starttls.enable", isBy(Security.STARTTLS));
    properties.put("mail.smtp.starttls.required", isBy(Security.STARTTLS));
    properties.put("mail.smtp.ssl.checkserveridentity", "true");
    properties.put("mail.smtp.ssl.socketFactory", tls.getSocketFactory());
    properties.put("mail.smtp.auth", String.valueOf(!account.username.isEmpty()));
    session = Session.getInstance(properties);
  }

  private String isBy(Security security) {
    return String.valueOf(account.server.security() == security);
  }

  /** The domain of the address that mails come from. */
  String domain() {
    return account.domain();
  }

  /**
   * Sends a mail.
   *
   * @throws MessagingException when the server cannot be reached or does not take it
   */
  void send(Letter letter) throws MessagingException {
    MimeMessage message = message(letter);
    try (Transport transport = session.getTransport("smtp")) {
      if (account.username.isEmpty()) {
        transport.connect(account.server.host(), account.server.port(), null, null);
      } else {
        transport.connect(
            account.server.host(),
            account.server.port(),
            account.username,
            account.password.reveal());
      }
      transport.sendMessage(message, message.getAllRecipients());
    }
  }

  private MimeMessage message(Letter letter) throws MessagingException {
    MimeMessage message = new Named(session, letter.messageId());
    message.setFrom(account.from);
    message.setRecipient(Message.RecipientType.TO, new InternetAddress(letter.to(), true));
    message.setSubject(letter.subject(), StandardCharsets.UTF_8.name());
    message.setSentDate(Date.from(clock.instant()));
    message.setHeader(
        "Auto-Submitted", letter.inReplyTo().isEmpty() ? "auto-generated" : "auto-replied");
    message.setHeader("X-Auto-Response-Suppress", "All");
    if (!letter.inReplyTo().isEmpty()) {
      message.setHeader("In-Reply-To", letter.inReplyTo());
    }
    if (!letter.thread().isEmpty()) {
      message.setHeader("References", String.join("\r\n ", letter.thread()));
    }
    MimeBodyPart plain = new MimeBodyPart();
    plain.setText(letter.plain(), StandardCharsets.UTF_8.name());
    MimeBodyPart html = new MimeBodyPart();
    html.setText(letter.html(), StandardCharsets.UTF_8.name(), "html");
    MimeMultipart text = new MimeMultipart("alternative", plain, html);
    message.setContent(letter.files().isEmpty() ? text : mixed(text, letter.files()));
    message.saveChanges();
    return message;
  }

  private static MimeMultipart mixed(MimeMultipart text, List<CustomerFile> files)
      throws MessagingException {
    MimeBodyPart first = new MimeBodyPart();
    first.setContent(text);
    MimeMultipart mixed = new MimeMultipart("mixed", first);
    for (CustomerFile file : files) {
      MimeBodyPart part = new MimeBodyPart();
      part.setDataHandler(new DataHandler(new ByteArrayDataSource(file.octets(), file.type())));
      part.setDisposition(Part.ATTACHMENT);
      part.setFileName(file.name());
      mixed.addBodyPart(part);
    }
    return mixed;
  }

  /** Jakarta Mail makes up a Message-ID of its own otherwise. */
  private static final class Named extends MimeMessage {
    private final String id;

    Named(Session session, String id) {
      super(session);
      this.id = id;
    }

    @Override
    protected void updateMessageID() throws MessagingException {
      setHeader("Message-ID", id);
    }
  }
}
