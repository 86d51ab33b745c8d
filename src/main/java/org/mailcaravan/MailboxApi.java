package org.mailcaravan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.http.HttpConnections;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.SecretMask;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.model.WaitsFor;
import org.mailcaravan.model.Where;
import org.mailcaravan.passes.MailboxSessions;
import org.mailcaravan.secrets.NewPasswords;
import org.mailcaravan.secrets.Vault;
import org.mailcaravan.settings.DestinationAuth;
import org.mailcaravan.settings.Keys;
import org.mailcaravan.settings.Settings;
import org.mailcaravan.sync.session.Interruption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks our own HTTP API to create mailboxes that are missing at the new server: the bean {@code
 * mailbox-api} of the routes. The address, the token and a password go from here into the request,
 * and are never in a message of a route. Thread-safe.
 */
public final class MailboxApi {
  private static final Logger LOG = LoggerFactory.getLogger(MailboxApi.class);

  /** For an answer to begin; the whole of it may take twice as long. A worker waits for it. */
  static final Duration PATIENCE = Duration.ofSeconds(15);

  /** When a mailbox is looked for that was just created. */
  private static final Duration SOON = Duration.ofSeconds(5);

  /** Octets of an answer that are read. */
  private static final int LONGEST_ANSWER = 16 << 10;

  private static final int LONGEST_WORDS = 300;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Settings settings;
  private final Vault vault;
  private final MailboxSessions sessions;
  private final HttpConnections http;

  /**
   * @param connector with the rules for hosts that our own configuration names
   */
  MailboxApi(
      Settings settings,
      Vault vault,
      MailboxSessions sessions,
      Connector connector,
      Duration patience) {
    this.settings = settings;
    this.vault = vault;
    this.sessions = sessions;
    this.http = new HttpConnections(connector, patience);
  }

  /** What the API said. */
  public enum Answer {
    /** It has created the mailbox, or will soon. */
    CREATED,
    /** The mailbox is there. */
    EXISTS
  }

  /** Whether the pass of a mailbox, which has not ended yet, goes back to wait for a mailbox. */
  public boolean isWanted(Mailbox mailbox) {
    return settings.get(Keys.CREATE_MAILBOX) && wait(mailbox) != null;
  }

  private @Nullable Interruption wait(Mailbox mailbox) {
    Interruption interruption = sessions.of(mailbox).interruption();
    return interruption == null || interruption.waitsFor() != WaitsFor.MAILBOX
        ? null
        : interruption;
  }

  /**
   * Asks for a mailbox.
   *
   * @throws NeedsAttention when the API cannot be reached or does not create it
   */
  public Answer create(Mailbox mailbox) {
    URI url = settings.get(Keys.CREATE_MAILBOX_URL).orElseThrow();
    Secret token = settings.get(Keys.CREATE_MAILBOX_TOKEN);
    Secret password = password(mailbox);
    SecretMask mask = new SecretMask();
    mask.hide(token.reveal());
    mask.hide(password.reveal());
    try {
      HttpConnections.Answer answer =
          http.send("POST", url, headers(token), body(mailbox, password), LONGEST_ANSWER);
      int status = answer.status();
      if (status >= 200 && status < 300) {
        LOG.info("{} was created, HTTP status {}", mailbox.destinationAddress(), status);
        return Answer.CREATED;
      }
      if (status == 409) {
        return Answer.EXISTS;
      }
      throw problem(
          "it answers with HTTP status " + status + words(answer, mask),
          status == 401 || status == 403
              ? "Correct create-mailbox.token"
              : "See in its log why it did not create the mailbox, or create it by hand");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error fault) {
        throw fault;
      }
      throw problem(
          "it cannot be reached: " + VisibleText.of(mask.of(String.valueOf(e.getCause()))),
          "See that it runs, and that create-mailbox.url is right");
    } catch (TimeoutException e) {
      throw problem("it did not answer in time", "See that it answers within seconds");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw problem("the program stops", "Nothing is to be done");
    }
  }

  private static Map<String, String> headers(Secret token) {
    Map<String, String> headers = new TreeMap<>();
    headers.put("Content-Type", "application/json");
    headers.put("Accept", "application/json");
    headers.put("User-Agent", "MailCaravan");
    if (!token.isEmpty()) {
      headers.put("Authorization", "Bearer " + token.reveal());
    }
    return headers;
  }

  private static byte[] body(Mailbox mailbox, Secret password) {
    Map<String, String> values = new HashMap<>();
    values.put("address", mailbox.destinationAddress());
    if (!password.isEmpty()) {
      values.put("password", password.reveal());
    }
    try {
      return JSON.writeValueAsBytes(values);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of texts is JSON");
    }
  }

  /** The password that the new mailbox is to have; empty where the API gives it one itself. */
  private Secret password(Mailbox mailbox) {
    boolean isSent =
        settings.get(Keys.CREATE_MAILBOX_PASSWORD)
            && settings.destinationAuth() instanceof DestinationAuth.RowPassword;
    return isSent
        ? new NewPasswords(vault).toTry(mailbox.id(), Vault.Role.DESTINATION).orElse(Secret.of(""))
        : Secret.of("");
  }

  /** What it says, as far as it may be shown. */
  private static String words(HttpConnections.Answer answer, SecretMask mask) {
    String text = new String(answer.octets(), StandardCharsets.UTF_8);
    String line = VisibleText.of(mask.of(text).replaceAll("\\s+", " ").strip());
    return line.isEmpty()
        ? ""
        : ": " + (line.length() <= LONGEST_WORDS ? line : line.substring(0, LONGEST_WORDS) + "...");
  }

  private static NeedsAttention problem(String cause, String nextStep) {
    return new NeedsAttention(
        new Problem(
            ProblemCode.OTHER,
            Where.setting("create-mailbox.url", "create-mailbox.url"),
            cause,
            Owner.US,
            nextStep + "; it is asked again at the next look."));
  }

  /** Has a mailbox that was created looked for soon, once. */
  public void told(Mailbox mailbox, Answer answer) {
    Interruption wait = wait(mailbox);
    if (wait == null) {
      return;
    }
    boolean isFirst = answer == Answer.CREATED && wait.failures() == 1;
    waitOtherwise(
        mailbox,
        wait,
        isFirst && wait.after().compareTo(SOON) > 0 ? SOON : wait.after(),
        answer == Answer.CREATED
            ? "it was created just now, and is looked for again"
            : "create-mailbox.url says that it exists, so its login may be wrong. "
                + wait.reason());
  }

  /** The mailbox was not created; it waits on. */
  public void failed(Mailbox mailbox, Throwable failure) {
    Throwable cause = failure;
    while (!(cause instanceof NeedsAttention) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String words =
        cause instanceof NeedsAttention known
            ? known.problem().toString()
            : problem("the step failed (" + failure.getClass().getSimpleName() + ")", "See the log")
                .problem()
                .toString();
    LOG.warn("{} is not created: {}", mailbox.destinationAddress(), words);
    if (!(cause instanceof NeedsAttention)) {
      LOG.error("a fault while a mailbox was to be created", failure);
    }
    Interruption wait = wait(mailbox);
    if (wait != null) {
      waitOtherwise(mailbox, wait, wait.after(), words + " " + wait.reason());
    }
  }

  private void waitOtherwise(Mailbox mailbox, Interruption wait, Duration after, String reason) {
    sessions
        .of(mailbox)
        .waitOtherwise(wait, Interruption.failed(WaitsFor.MAILBOX, after, wait.failures(), reason));
  }
}
