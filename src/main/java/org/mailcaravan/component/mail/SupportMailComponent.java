package org.mailcaravan.component.mail;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.RuntimeExchangeException;
import org.apache.camel.component.mail.MailBinding;
import org.apache.camel.component.mail.MailComponent;
import org.apache.camel.component.mail.MailEndpoint;
import org.apache.camel.component.mail.MailMessage;

/**
 * Creates the {@code support-mail:} endpoint. The body is the octets of a mail; no header of it
 * becomes a header of Camel.
 */
public class SupportMailComponent extends MailComponent {
  private final SupportMailbox mailbox;

  public SupportMailComponent(SupportMailbox mailbox) {
    this.mailbox = mailbox;
  }

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
      throws Exception {
    MailEndpoint endpoint = new MailEndpoint(uri, this, mailbox.configuration(getCamelContext()));
    endpoint.setMailUidGenerator((unused, message) -> mailbox.place(message));
    endpoint.setIdempotentRepository(mailbox);
    endpoint.setPostProcessAction(mailbox::restoreUnread);
    endpoint.setBinding(new AsOctets(mailbox));
    setProperties(endpoint, parameters);
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
        throw new RuntimeExchangeException("the mail cannot be fetched", exchange, e);
      }
    }

    @Override
    public Map<String, Object> extractHeadersFromMail(Message mail, Exchange exchange) {
      return Map.of();
    }
  }
}
