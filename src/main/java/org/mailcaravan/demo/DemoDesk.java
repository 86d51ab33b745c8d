package org.mailcaravan.demo;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The support mailbox of the demo, and a customer who writes to it. Not thread-safe. */
public final class DemoDesk implements AutoCloseable {
  /** The mailbox that the customer asks to be moved. */
  public static final String MAILBOX = "gina@caravan.example";

  /** The address that the customer writes from. */
  public static final String CUSTOMER = "gina@customer.example";

  private static final String SUPPORT = "support@caravan.example";
  private static final String PASSWORD = "of the support mailbox";

  private final Demo demo;
  private final DemoPost post;

  /** Starts a mail server for both. */
  public DemoDesk(Demo demo) {
    this.demo = demo;
    post = DemoServers.installed().startPost();
    post.addMailbox(SUPPORT, PASSWORD);
    post.addMailbox(CUSTOMER, PASSWORD);
  }

  /** The properties with which the program reads this mailbox and answers. */
  public Map<String, String> properties() {
    Map<String, String> properties = new TreeMap<>();
    properties.put("mail.host", post.host());
    properties.put("mail.port", String.valueOf(post.imapPort()));
    properties.put("mail.security", "none");
    properties.put("mail.username", SUPPORT);
    properties.put("mail.password", PASSWORD);
    properties.put("mail.poll-millis", "200");
    properties.put("mail.allowed-senders", CUSTOMER);
    properties.put("mail.from", "Support <" + SUPPORT + ">");
    // GreenMail accepts no mail without it.
    properties.put("mail.envelope-from", "bounces@caravan.example");
    properties.put("smtp.host", post.host());
    properties.put("smtp.port", String.valueOf(post.smtpPort()));
    properties.put("smtp.security", "none");
    return properties;
  }

  /** The customer asks for the mailbox. */
  public void ask() {
    post.send(CUSTOMER, SUPPORT, "Please move my mailbox", demo.asksByMail(MAILBOX));
  }

  /** How many mails are in the support mailbox. */
  public int waiting() {
    return post.count(SUPPORT);
  }

  /**
   * Waits for a mail to the customer.
   *
   * @param number from 1, which is the answer
   * @return its plain text, or nothing when it did not come in time
   */
  public Optional<String> mail(int number, Duration patience) throws InterruptedException {
    return post.mail(CUSTOMER, number, patience);
  }

  /** Stops the mail server; its mail is gone. */
  @Override
  public void close() {
    post.close();
  }
}
