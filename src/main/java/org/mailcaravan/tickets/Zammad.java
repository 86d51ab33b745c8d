package org.mailcaravan.tickets;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mailcaravan.http.HttpConnections;
import org.mailcaravan.model.Secret;

/** Zammad: the bean {@code zammad} of the routes. Thread-safe. */
public final class Zammad implements HelpDesk {
  private final HttpReceiver receiver;
  private final Map<String, String> headers;

  public Zammad(URI url, Secret token, HttpConnections http, Clock clock) {
    this.receiver =
        new HttpReceiver("Zammad", url, http, clock, List.of(token), "tell.zammad.token", true);
    this.headers = Map.of("Authorization", "Token token=" + token.reveal());
  }

  /** As a mail to the customer: Zammad sends nobody what is of the type note. */
  @Override
  public void reply(TicketMessage message) throws NotTaken {
    long ticket = ticket(message);
    Map<String, Object> article = article(message, false);
    String customer =
        HttpReceiver.member(get("/api/v1/tickets/" + ticket + "?expand=true", message), "customer");
    if (customer.contains("@")) {
      article.put("type", "email");
      article.put("to", customer);
    }
    add(message, ticket, article);
  }

  @Override
  public void note(TicketMessage message) throws NotTaken {
    add(message, ticket(message), article(message, true));
  }

  private void add(TicketMessage message, long ticket, Map<String, Object> article)
      throws NotTaken {
    article.put("ticket_id", ticket);
    String unused = receiver.json("POST", "/api/v1/ticket_articles", headers, message, article);
  }

  private String get(String path, TicketMessage message) throws NotTaken {
    return receiver.send("GET", path, headers, "application/json", message, new byte[0]);
  }

  @Override
  public void close(TicketMessage message) throws NotTaken {
    String unused =
        receiver.json(
            "PUT",
            "/api/v1/tickets/" + ticket(message),
            headers,
            message,
            Map.of("state", "closed", "article", article(message, true)));
  }

  /** Customers see another number. */
  private long ticket(TicketMessage message) throws NotTaken {
    return receiver.ticket(
        message,
        number -> {
          String found = found("number:\"" + number + "\"", number, message);
          // A Zammad without Elasticsearch looks for words, and knows no names of fields.
          return found.isEmpty() ? found(number, number, message) : found;
        });
  }

  private String found(String query, String number, TicketMessage message) throws NotTaken {
    String answer =
        get(
            "/api/v1/tickets/search?expand=true&limit=10&query="
                + URLEncoder.encode(query, StandardCharsets.UTF_8),
            message);
    return HttpReceiver.objects(answer).stream()
        .filter(ticket -> number.equals(ticket.get("number")))
        .map(ticket -> ticket.getOrDefault("id", ""))
        .findFirst()
        .orElse("");
  }

  /** Of the type note: one of the type email goes to the customer although it is internal. */
  private static Map<String, Object> article(TicketMessage message, boolean isInternal) {
    Map<String, Object> article = new LinkedHashMap<>();
    article.put("subject", message.subject());
    article.put("body", message.text());
    article.put("content_type", "text/plain");
    article.put("type", "note");
    article.put("internal", isInternal);
    return article;
  }
}
