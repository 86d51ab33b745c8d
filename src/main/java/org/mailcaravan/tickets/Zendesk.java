package org.mailcaravan.tickets;

import java.net.URI;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.http.HttpConnections;
import org.mailcaravan.model.Secret;

/** Zendesk: the bean {@code zendesk} of the routes. Thread-safe. */
public final class Zendesk implements HelpDesk {
  private final HttpReceiver receiver;
  private final Map<String, String> headers;

  /**
   * @param username the address of the agent whose token it is
   */
  public Zendesk(URI url, String username, Secret token, HttpConnections http, Clock clock) {
    Secret login = HttpReceiver.basic(username + "/token", token.reveal());
    this.receiver =
        new HttpReceiver(
            "Zendesk",
            url,
            http,
            clock,
            List.of(token, login),
            "tell.zendesk.username and tell.zendesk.token",
            true);
    this.headers = Map.of("Authorization", login.reveal());
  }

  @Override
  public void reply(TicketMessage message) throws NotTaken {
    update(message, true, null);
  }

  @Override
  public void note(TicketMessage message) throws NotTaken {
    update(message, false, null);
  }

  @Override
  public void close(TicketMessage message) throws NotTaken {
    update(message, false, "solved");
  }

  private void update(TicketMessage message, boolean isPublic, @Nullable String status)
      throws NotTaken {
    Map<String, Object> ticket = new LinkedHashMap<>();
    ticket.put("comment", Map.of("body", message.text(), "public", isPublic));
    if (status != null) {
      ticket.put("status", status);
    }
    String unused =
        receiver.json(
            "PUT",
            "/api/v2/tickets/" + receiver.ticket(message) + ".json",
            headers,
            message,
            Map.of("ticket", ticket));
  }
}
