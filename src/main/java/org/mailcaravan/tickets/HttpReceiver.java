package org.mailcaravan.tickets;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.http.HttpConnections;
import org.mailcaravan.http.RetryAfter;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.SecretMask;
import org.mailcaravan.model.VisibleText;

/**
 * Calls the API of one receiver. What it answers is judged in one place; addresses and credentials
 * go from here into the request, and are never in a message of a route. Thread-safe.
 */
final class HttpReceiver {
  /** Octets of an answer that are read. */
  private static final int LONGEST_ANSWER = 16 << 10;

  private static final int LONGEST_WORDS = 300;
  private static final Pattern NUMBER = Pattern.compile("[1-9]\\d{0,17}");
  private static final String SHOWN = "#";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;
  private final URI url;
  private final HttpConnections http;
  private final Clock clock;
  private final List<Secret> secrets;
  private final String keys;
  private final boolean hasTickets;

  /**
   * @param name of the receiver, for people
   * @param url where its API begins
   * @param secrets that its answers may repeat, and nobody is to see
   * @param keys the settings that hold them, for people
   * @param hasTickets whether it answers 404 when there is no such ticket
   */
  HttpReceiver(
      String name,
      URI url,
      HttpConnections http,
      Clock clock,
      List<Secret> secrets,
      String keys,
      boolean hasTickets) {
    this.name = name;
    this.url = url;
    this.http = http;
    this.clock = clock;
    this.secrets = List.copyOf(secrets);
    this.keys = keys;
    this.hasTickets = hasTickets;
  }

  /** The value of a header for HTTP Basic authentication. */
  static Secret basic(String username, String password) {
    return Secret.of(
        "Basic "
            + Base64.getEncoder()
                .encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8)));
  }

  /** Finds the number by which an API knows a ticket, by the one that customers see. */
  @FunctionalInterface
  interface Tickets {
    /**
     * That number.
     *
     * @return what is no number where there is no such ticket
     */
    String find(String shown) throws NotTaken;
  }

  /**
   * The ticket of a message, as a number.
   *
   * @param tickets finds it where the request has the number that customers see
   * @throws NotTaken where it is none
   */
  long ticket(TicketMessage message, Tickets tickets) throws NotTaken {
    boolean isShown = message.ticket().startsWith(SHOWN);
    String ticket =
        isShown
            ? tickets.find(message.ticket().substring(SHOWN.length()).strip())
            : message.ticket();
    if (!NUMBER.matcher(ticket).matches()) {
      throw NotTaken.forGood(
          (isShown
                  ? name + " knows no ticket "
                  : name
                      + " wants the number by which its API knows a ticket, and the request has ")
              + "\""
              + message.ticket()
              + "\". We have to name the ticket by the number in the address of its page, or by the one that"
              + " customers see with # before it (docs/tickets.md)");
    }
    return Long.parseLong(ticket);
  }

  /** The same, where customers see no other number. */
  long ticket(TicketMessage message) throws NotTaken {
    return ticket(message, shown -> shown);
  }

  /**
   * The value of a member of the first object in an answer.
   *
   * @return empty where it has none
   */
  static String member(String answer, String name) {
    return objects(answer).stream()
        .findFirst()
        .map(object -> object.getOrDefault(name, ""))
        .orElse("");
  }

  /**
   * What an answer that is perhaps cut off holds: one object, or a list of them. Of each there are
   * the members that are neither objects nor lists.
   */
  static List<Map<String, String>> objects(String answer) {
    List<Map<String, String>> objects = new ArrayList<>();
    try (JsonParser json = JSON.createParser(answer)) {
      int depth = 0;
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        depth += token == JsonToken.START_OBJECT ? 1 : token == JsonToken.END_OBJECT ? -1 : 0;
        if (depth == 1 && token == JsonToken.START_OBJECT) {
          objects.add(new TreeMap<>());
        }
        String name = json.currentName();
        if (depth == 1 && name != null && token.isScalarValue()) {
          objects.get(objects.size() - 1).putIfAbsent(name, json.getText());
        }
      }
    } catch (IOException e) {
      // What is behind the cut is not there.
    }
    return objects;
  }

  /** Sends JSON. */
  String json(
      String method, String path, Map<String, String> headers, TicketMessage of, Object body)
      throws NotTaken {
    try {
      return send(method, path, headers, "application/json", of, JSON.writeValueAsBytes(body));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps of texts are JSON", e);
    }
  }

  /**
   * Sends a request.
   *
   * @param path behind the URL; may be empty
   * @return the body of the answer
   * @throws NotTaken when it is not answered with success
   */
  String send(
      String method,
      String path,
      Map<String, String> headers,
      String type,
      TicketMessage of,
      byte[] body)
      throws NotTaken {
    Map<String, String> all = new TreeMap<>(headers);
    all.put("Content-Type", type);
    all.put("Accept", "application/json");
    all.put("User-Agent", "MailCaravan");
    try {
      HttpConnections.Answer answer = http.send(method, at(path), all, body, LONGEST_ANSWER);
      if (answer.status() / 100 != 2) {
        throw refused(answer, of);
      }
      return new String(answer.octets(), StandardCharsets.UTF_8);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error fault) {
        throw fault;
      }
      throw down("cannot be reached: " + shown(String.valueOf(e.getCause())));
    } catch (TimeoutException e) {
      throw down("does not answer in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotTaken("the program stops", false, false, null);
    }
  }

  private URI at(String path) {
    return URI.create(
        path.isEmpty() ? url.toString() : url.toString().replaceFirst("/+$", "") + path);
  }

  private NotTaken down(String words) {
    return new NotTaken(
        name + " " + words + ". We have to see that it runs, and that its URL is right",
        false,
        true,
        null);
  }

  private NotTaken refused(HttpConnections.Answer answer, TicketMessage of) {
    int status = answer.status();
    String body = new String(answer.octets(), StandardCharsets.UTF_8);
    String said = shown(body);
    String words =
        name + " answers with HTTP status " + status + (said.isEmpty() ? "" : " (" + said + ")");
    Duration after =
        answer.first("Retry-After").flatMap(text -> RetryAfter.of(text, clock)).orElse(null);
    return switch (status) {
      case 401, 403 ->
          new NotTaken(words + ". We have to correct " + keys, false, status == 401, after);
      // Zendesk answers 409 while somebody else changes the ticket.
      case 408, 409, 423, 425, 500 ->
          new NotTaken(words + ". Its log may say more", false, false, after);
      case 404, 405, 410 ->
          hasTickets && isOfApi(body)
              ? NotTaken.forGood(
                  words
                      + ". We have to see that its URL is right and ticket "
                      + of.ticket()
                      + " exists")
              : new NotTaken(words + ". We have to see that its URL is right", false, true, after);
      case 429, 502, 503, 504 ->
          new NotTaken(words + ". It is left alone for a while", false, true, after);
      default ->
          status / 100 == 4
              ? NotTaken.forGood(words + ". We have to see in its log why it does not take it")
              : new NotTaken(
                  words + ". We have to see that its URL is right",
                  false,
                  status / 100 == 3,
                  after);
    };
  }

  /** A wrong address, or a web server before it, answers with a page. */
  private static boolean isOfApi(String body) {
    return body.isBlank() || body.stripLeading().startsWith("{");
  }

  /** What it says, as far as it may be shown. */
  String shown(@Nullable String said) {
    SecretMask mask = new SecretMask();
    secrets.stream().filter(secret -> !secret.isEmpty()).forEach(each -> mask.hide(each.reveal()));
    String line = VisibleText.of(mask.of(String.valueOf(said)).replaceAll("\\s+", " ").strip());
    return line.length() <= LONGEST_WORDS ? line : line.substring(0, LONGEST_WORDS) + "...";
  }
}
