package org.mailcaravan.tickets;

import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.mailcaravan.http.HttpConnections;
import org.mailcaravan.model.Secret;

/** Freshdesk: the bean {@code freshdesk} of the routes. Thread-safe. */
public final class Freshdesk implements HelpDesk {
  private static final int CLOSED = 5;

  private final HttpReceiver receiver;
  private final Map<String, String> headers;

  public Freshdesk(URI url, Secret apiKey, HttpConnections http, Clock clock) {
    // Freshdesk wants some password, whichever it is.
    Secret login = HttpReceiver.basic(apiKey.reveal(), "X");
    this.receiver =
        new HttpReceiver(
            "Freshdesk", url, http, clock, List.of(apiKey, login), "tell.freshdesk.api-key", true);
    this.headers = Map.of("Authorization", login.reveal());
  }

  @Override
  public void reply(TicketMessage message) throws NotTaken {
    call("POST", "/reply", message, Map.of("body", html(message)));
  }

  @Override
  public void note(TicketMessage message) throws NotTaken {
    call("POST", "/notes", message, Map.of("body", html(message), "private", true));
  }

  @Override
  public void close(TicketMessage message) throws NotTaken {
    note(message);
    // It refuses to close a ticket in which fields are to be filled in.
    call("PUT", "", message, Map.of("status", CLOSED));
  }

  /** Its API takes no plain text, and no whole page. */
  private static String html(TicketMessage message) {
    return message
        .text()
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\n", "<br>\n");
  }

  private void call(String method, String path, TicketMessage message, Map<String, ?> body)
      throws NotTaken {
    String unused =
        receiver.json(
            method, "/api/v2/tickets/" + receiver.ticket(message) + path, headers, message, body);
  }
}
