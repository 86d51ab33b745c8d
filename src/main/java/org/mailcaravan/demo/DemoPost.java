package org.mailcaravan.demo;

import java.time.Duration;
import java.util.Optional;

/** A mail server inside this program, in memory, on loopback ports, without TLS. */
public interface DemoPost extends AutoCloseable {
  /** The name of the machine that it runs on. */
  String host();

  /** Where mail is read. */
  int imapPort();

  /** Where mail is sent. */
  int smtpPort();

  /** Creates an empty mailbox. */
  void addMailbox(String address, String password);

  /** Sends a plain text by SMTP. */
  void send(String from, String to, String subject, String text);

  /** How many mails are in the INBOX of a mailbox. */
  int count(String address);

  /**
   * Waits until a mailbox has a mail.
   *
   * @param number of the mail, from 1
   * @return its plain text, or nothing when it did not come in time
   */
  Optional<String> mail(String address, int number, Duration patience) throws InterruptedException;

  /** Stops the server; its mail is gone. */
  @Override
  void close();
}
