package org.mailcaravan.component.mail;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.mail.JavaMailSender;
import org.apache.camel.component.mail.MailBinding;
import org.apache.camel.component.mail.MailComponent;
import org.apache.camel.component.mail.MailEndpoint;
import org.apache.camel.component.mail.MailMessage;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.store.FailedLooks;
import org.mailcaravan.store.Timers;

/**
 * Creates the {@code support-mail:} endpoint. The body is the octets of a mail; no header of it
 * becomes a header of Camel.
 */
public class SupportMailComponent extends MailComponent {
  /** How often it is asked whether to look, in milliseconds. */
  private static final long TICK = 250;

  private final SupportMailbox mailbox;
  private final Timers timers;
  private final FailedLooks failures;
  private final @Nullable Arrivals arrivals;
  private final Clock clock;

  /**
   * @param arrivals tells of mail; null where the mailbox is only looked into from time to time
   */
  public SupportMailComponent(
      SupportMailbox mailbox,
      Timers timers,
      FailedLooks failures,
      @Nullable Arrivals arrivals,
      Clock clock) {
    this.mailbox = mailbox;
    this.timers = timers;
    this.failures = failures;
    this.arrivals = arrivals;
    this.clock = clock;
  }

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
      throws Exception {
    MailEndpoint endpoint =
        new MailEndpoint(uri, this, mailbox.configuration(getCamelContext())) {
          @Override
          public Consumer createConsumer(Processor processor, JavaMailSender sender)
              throws Exception {
            LookConsumer consumer = new LookConsumer(this, processor, sender);
            configureConsumer(consumer);
            return consumer;
          }
        };
    endpoint.setMailUidGenerator((unused, message) -> mailbox.place(message));
    endpoint.setIdempotentRepository(mailbox);
    endpoint.setPostProcessAction(mailbox::restoreUnread);
    endpoint.setBinding(new AsOctets(mailbox));
    setProperties(endpoint, parameters);
    Looks own =
        new Looks(
            mailbox,
            timers,
            failures,
            arrivals,
            Duration.ofMillis(endpoint.getDelay()),
            clock,
            System::nanoTime);
    endpoint.setDelay(Math.min(TICK, endpoint.getDelay()));
    endpoint.setPollStrategy(own);
    endpoint.setExceptionHandler(own);
    mailbox.beforeEachMail(own::goOn);
    return endpoint;
  }

  private static final class AsOctets extends MailBinding {
    private final SupportMailbox mailbox;

    AsOctets(SupportMailbox mailbox) {
      this.mailbox = mailbox;
    }

    @Override
    public Object extractBodyFromMail(Exchange exchange, MailMessage mail) {
      try {
        return mailbox.octets(mail.getOriginalMessage());
      } catch (MessagingException | IOException e) {
        throw new SupportMailbox.NotFetched(e);
      }
    }

    @Override
    public Map<String, Object> extractHeadersFromMail(Message mail, Exchange exchange) {
      return Map.of();
    }
  }
}
