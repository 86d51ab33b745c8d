package org.mailcaravan.tickets;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.mailcaravan.http.HttpConnections;
import org.mailcaravan.model.Secret;

/**
 * Tells a program of the hosting provider, by signed calls: the bean {@code webhook} of the routes.
 * Thread-safe.
 */
public final class Webhook {
  private static final int VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpReceiver receiver;
  private final Secret secret;
  private final Clock clock;

  public Webhook(URI url, Secret secret, HttpConnections http, Clock clock) {
    this.receiver =
        new HttpReceiver(
            "the webhook",
            url,
            http,
            clock,
            List.of(secret),
            "tell.webhook.secret at one side",
            false);
    this.secret = secret;
    this.clock = clock;
  }

  /**
   * Tells it.
   *
   * @throws NotTaken when it does not take it
   */
  public void tell(TicketMessage message) throws NotTaken {
    byte[] body = body(message);
    long now = clock.instant().getEpochSecond();
    String unused =
        receiver.send(
            "POST",
            "",
            Map.of(
                "Idempotency-Key",
                String.valueOf(message.event()),
                "Mailcaravan-Timestamp",
                String.valueOf(now),
                "Mailcaravan-Signature",
                "v1=" + signature(now, body)),
            "application/json",
            message,
            body);
  }

  private static byte[] body(TicketMessage message) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("version", VERSION);
    values.put("event", message.event());
    values.put("at", message.at().toString());
    values.put("message", message.message());
    values.put("migration", message.migration());
    values.put("name", message.name());
    values.put("ticket", message.ticket().isEmpty() ? null : message.ticket());
    values.put("stage", message.stage());
    values.put("mailboxes", message.mailboxes());
    values.put("domains", message.domains());
    values.put("reason", message.reason());
    values.put("language", message.language());
    values.put("subject", message.subject());
    values.put("text", message.text());
    values.put(
        "files",
        message.hasFiles() ? "/api/v1/migrations/" + message.migration() + "/files" : null);
    try {
      return JSON.writeValueAsBytes(values);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of texts is JSON", e);
    }
  }

  /** HMAC-SHA256 over the time, a dot and the body, in hexadecimal digits. */
  private String signature(long time, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.reveal().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      mac.update((time + ".").getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
