package org.mailcaravan.demo.greenmail;

import com.icegreen.greenmail.store.FolderException;
import com.icegreen.greenmail.store.MailFolder;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.BodyPart;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.mailcaravan.demo.DemoPost;

/** A GreenMail for SMTP and IMAP. */
final class GreenMailPost implements DemoPost {
  private static final String HOST = "127.0.0.1";
  private static final long PAUSE_MILLIS = 50;

  private final GreenMail greenMail =
      StartedGreenMail.of(
          new ServerSetup(0, HOST, ServerSetup.PROTOCOL_SMTP),
          new ServerSetup(0, HOST, ServerSetup.PROTOCOL_IMAP));

  @Override
  public String host() {
    return HOST;
  }

  @Override
  public int imapPort() {
    return greenMail.getImap().getPort();
  }

  @Override
  public int smtpPort() {
    return greenMail.getSmtp().getPort();
  }

  @Override
  public void addMailbox(String address, String password) {
    greenMail.setUser(address, address, password);
  }

  @Override
  public void send(String from, String to, String subject, String text) {
    MimeMessage message =
        new MimeMessage(GreenMailUtil.getSession(greenMail.getSmtp().getServerSetup()));
    try {
      message.setFrom(new InternetAddress(from));
      message.setRecipient(Message.RecipientType.TO, new InternetAddress(to));
      message.setSubject(subject);
      message.setText(text, StandardCharsets.UTF_8.name());
      Transport.send(message);
    } catch (MessagingException e) {
      throw refused(e);
    }
  }

  @Override
  public int count(String address) {
    return inbox(address).getMessageCount();
  }

  @Override
  public Optional<String> mail(String address, int number, Duration patience)
      throws InterruptedException {
    MailFolder inbox = inbox(address);
    long end = System.nanoTime() + patience.toNanos();
    while (inbox.getMessageCount() < number) {
      if (System.nanoTime() >= end) {
        return Optional.empty();
      }
      Thread.sleep(PAUSE_MILLIS);
    }
    try {
      return Optional.of(plain(inbox.getMessages().get(number - 1).getMimeMessage()));
    } catch (MessagingException e) {
      throw refused(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The plain text is the first part of an answer. */
  private static String plain(Part part) throws MessagingException, IOException {
    if (part.getContent() instanceof Multipart parts) {
      BodyPart first = parts.getBodyPart(0);
      return plain(first);
    }
    return String.valueOf(part.getContent());
  }

  private MailFolder inbox(String address) {
    try {
      return greenMail
          .getManagers()
          .getImapHostManager()
          .getInbox(greenMail.getUserManager().getUserByEmail(address));
    } catch (FolderException e) {
      throw refused(e);
    }
  }

  private static IllegalStateException refused(Exception cause) {
    return new IllegalStateException("The demo's mail server refused its own mail", cause);
  }

  @Override
  public void close() {
    greenMail.stop();
  }
}
