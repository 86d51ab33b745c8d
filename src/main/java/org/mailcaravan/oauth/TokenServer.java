package org.mailcaravan.oauth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.http.HttpConnections;
import org.mailcaravan.http.RetryAfter;
import org.mailcaravan.imap.ConnectFailed;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.SecretMask;
import org.mailcaravan.model.VisibleText;

/**
 * Asks token servers. An answer has limits in size and time, and a redirect is not followed: it
 * could carry a secret elsewhere. Thread-safe.
 */
final class TokenServer {
  /** For an answer to begin; the whole of it may take twice as long. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Octets of an answer; Microsoft's tokens take some 3,000. */
  private static final int LONGEST_ANSWER = 256 << 10;

  private static final int LONGEST_WORDS = 1200;

  /** RFC 6750 section 2.1, and what some servers use beyond; nothing that ends a SASL field. */
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{1,16384}");

  private static final Pattern CODE = Pattern.compile("[a-z0-9_.:/-]{1,100}");
  private static final Duration SHORTEST_LIFE = Duration.ofMinutes(1);
  private static final Duration LONGEST_LIFE = Duration.ofDays(1);

  /** Of a token that comes without a time. */
  private static final Duration UNTOLD_LIFE = Duration.ofMinutes(10);

  private static final Duration LONGEST_WAIT = Duration.ofHours(1);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpConnections http;
  private final Clock clock;

  /**
   * @param connector with the rules for hosts that our own configuration names
   * @param clock for waits that a server tells as a date
   */
  TokenServer(Connector connector, Clock clock) {
    this.http = new HttpConnections(connector, PATIENCE);
    this.clock = clock;
  }

  /**
   * An answer, or why there is none.
   *
   * @param json null when there is no object of JSON in it
   */
  record Reply(int status, @Nullable JsonNode json, TokenAnswer.@Nullable Busy busy) {
    /** A text of the answer, as it is; empty when it has none. */
    String text(String field) {
      JsonNode node = json == null ? null : json.get(field);
      return node == null || !node.isValueNode() || node.isNull() ? "" : node.asText();
    }

    /** Whole seconds of the answer, or {@code usual}; some servers send them as text. */
    long seconds(String field, long usual) {
      try {
        return text(field).isEmpty() ? usual : (long) Double.parseDouble(text(field));
      } catch (NumberFormatException e) {
        return usual;
      }
    }
  }

  /** Asks for a token. */
  TokenAnswer token(URI url, Map<String, String> form, Collection<Secret> secrets) {
    return tokenIn(post(url, form, secrets), secrets);
  }

  /** The token in a reply. */
  TokenAnswer tokenIn(Reply reply, Collection<Secret> secrets) {
    if (reply.busy() != null) {
      return reply.busy();
    }
    if (reply.status() != 200 || reply.json() == null) {
      return refusal(reply, secrets);
    }
    String token = reply.text("access_token");
    String type = reply.text("token_type");
    if (!TOKEN.matcher(token).matches()) {
      return new TokenAnswer.Refused("", "the answer holds no access token that can be used");
    }
    if (!type.isEmpty() && !type.equalsIgnoreCase("bearer")) {
      return new TokenAnswer.Refused("", "the answer holds a token that is no bearer token");
    }
    String refresh = reply.text("refresh_token");
    return new TokenAnswer.Issued(
        Secret.of(token),
        bounded(reply.seconds("expires_in", UNTOLD_LIFE.toSeconds()), SHORTEST_LIFE, LONGEST_LIFE),
        TOKEN.matcher(refresh).matches() ? Secret.of(refresh) : null);
  }

  /** Sends a form and reads the object of JSON that comes back. */
  Reply post(URI url, Map<String, String> form, Collection<Secret> secrets) {
    String body =
        form.entrySet().stream()
            .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("&"));
    try {
      HttpConnections.Answer answer =
          http.send(
              "POST",
              url,
              Map.of(
                  "Content-Type", "application/x-www-form-urlencoded",
                  "Accept", "application/json",
                  "User-Agent", "MailCaravan"),
              body.getBytes(StandardCharsets.US_ASCII),
              LONGEST_ANSWER);
      if (answer.status() == 429 || answer.status() >= 500) {
        return busy(
            answer.status(),
            answer.status() == 429,
            "HTTP status " + answer.status(),
            answer.first("Retry-After").flatMap(text -> RetryAfter.of(text, clock)).orElse(null));
      }
      return new Reply(answer.status(), json(answer), null);
    } catch (ExecutionException e) {
      return busy(0, false, words(e.getCause(), secrets), null);
    } catch (TimeoutException e) {
      return busy(0, false, "the answer did not come in time", null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return busy(0, false, "the program is stopping", null);
    }
  }

  private static Reply busy(int status, boolean asked, String words, @Nullable Duration after) {
    Duration wait = after == null || after.compareTo(LONGEST_WAIT) <= 0 ? after : LONGEST_WAIT;
    return new Reply(status, null, new TokenAnswer.Busy(asked, words, wait));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static @Nullable JsonNode json(HttpConnections.Answer answer) {
    if (!answer.whole()) {
      return null;
    }
    try {
      JsonNode read = JSON.readTree(answer.octets());
      return read != null && read.isObject() ? read : null;
    } catch (JsonProcessingException e) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Why there is no token. */
  static TokenAnswer.Refused refusal(Reply reply, Collection<Secret> secrets) {
    String error = reply.text("error");
    if (!CODE.matcher(error).matches()) {
      return new TokenAnswer.Refused(
          "", "HTTP status %d without the answer of a token server".formatted(reply.status()));
    }
    String description = shown(reply.text("error_description"), secrets);
    return new TokenAnswer.Refused(
        error, description.isEmpty() ? error : error + ": " + description);
  }

  private static String words(@Nullable Throwable cause, Collection<Secret> secrets) {
    if (cause instanceof Error fault) {
      throw fault;
    }
    String message = cause == null || cause.getMessage() == null ? "" : cause.getMessage();
    String kind =
        cause instanceof ConnectFailed || cause == null ? "" : cause.getClass().getSimpleName();
    return shown((kind + " " + message).strip(), secrets);
  }

  /** On one line, bounded, with control characters visible and without secrets. */
  static String shown(String text, Collection<Secret> secrets) {
    SecretMask mask = new SecretMask();
    secrets.forEach(secret -> mask.hide(secret.reveal()));
    String start = text.length() <= 4 * LONGEST_WORDS ? text : text.substring(0, 4 * LONGEST_WORDS);
    String line = VisibleText.of(mask.of(start).replaceAll("\\s+", " ").strip());
    return line.length() <= LONGEST_WORDS ? line : line.substring(0, LONGEST_WORDS) + "...";
  }

  static Duration bounded(long seconds, Duration least, Duration most) {
    return Duration.ofSeconds(Math.max(least.toSeconds(), Math.min(seconds, most.toSeconds())));
  }
}
