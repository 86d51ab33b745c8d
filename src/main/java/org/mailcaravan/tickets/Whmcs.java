package org.mailcaravan.tickets;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.mailcaravan.http.HttpConnections;
import org.mailcaravan.model.Secret;

/**
 * WHMCS: forms to one address, answered with HTTP status 200 whether it worked or not. The bean
 * {@code whmcs} of the routes. Thread-safe.
 */
public final class Whmcs implements HelpDesk {
  private final HttpReceiver receiver;
  private final String identifier;
  private final Secret secret;
  private final String admin;

  /**
   * @param admin the login name of the administrator whose replies these are
   */
  public Whmcs(
      URI url, String identifier, Secret secret, String admin, HttpConnections http, Clock clock) {
    this.receiver =
        new HttpReceiver(
            "WHMCS",
            url,
            http,
            clock,
            List.of(secret, Secret.of(identifier)),
            "tell.whmcs.identifier and tell.whmcs.secret, and the addresses that its API lets in",
            true);
    this.identifier = identifier;
    this.secret = secret;
    this.admin = admin;
  }

  @Override
  public void reply(TicketMessage message) throws NotTaken {
    call("AddTicketReply", message, ticket(message), Map.of("message", message.text()));
  }

  @Override
  public void note(TicketMessage message) throws NotTaken {
    note(message, ticket(message));
  }

  private void note(TicketMessage message, long ticket) throws NotTaken {
    call("AddTicketNote", message, ticket, Map.of("message", message.text()));
  }

  @Override
  public void close(TicketMessage message) throws NotTaken {
    long ticket = ticket(message);
    call("UpdateTicket", message, ticket, Map.of("status", "Closed"));
    note(message, ticket);
  }

  /** Customers see the tid of a ticket, which no other call takes. */
  private long ticket(TicketMessage message) throws NotTaken {
    return receiver.ticket(
        message,
        tid ->
            HttpReceiver.member(call("GetTicket", message, Map.of("ticketnum", tid)), "ticketid"));
  }

  private void call(String action, TicketMessage message, long ticket, Map<String, String> values)
      throws NotTaken {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("ticketid", String.valueOf(ticket));
    if (action.equals("AddTicketReply")) {
      all.put("adminusername", admin);
    }
    all.putAll(values);
    String unused = call(action, message, all);
  }

  private String call(String action, TicketMessage message, Map<String, String> values)
      throws NotTaken {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("action", action);
    form.put("identifier", identifier);
    form.put("secret", secret.reveal());
    form.put("responsetype", "json");
    form.putAll(values);
    String body =
        form.entrySet().stream()
            .map(
                each ->
                    each.getKey()
                        + "="
                        + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    String answer =
        receiver.send(
            "POST",
            "",
            Map.of(),
            "application/x-www-form-urlencoded",
            message,
            body.getBytes(StandardCharsets.UTF_8));
    judge(answer);
    return answer;
  }

  private void judge(String answer) throws NotTaken {
    String result = HttpReceiver.member(answer, "result");
    if (result.equals("success")) {
      return;
    }
    if (!result.equals("error")) {
      throw new NotTaken(
          "WHMCS answers with what is no answer of its API ("
              + receiver.shown(answer)
              + "). We have to correct tell.whmcs.url",
          false,
          true,
          null);
    }
    String why = HttpReceiver.member(answer, "message");
    boolean isTicket = why.toLowerCase(Locale.ROOT).contains("not found");
    throw new NotTaken(
        "WHMCS does not take it ("
            + receiver.shown(why)
            + "). We have to "
            + (isTicket
                ? "see that the request names the ticket by the number in the address of its page, or by its tid with # before it"
                : "correct tell.whmcs.identifier, tell.whmcs.secret and tell.whmcs.admin, or what they may do"),
        isTicket,
        false,
        null);
  }
}
