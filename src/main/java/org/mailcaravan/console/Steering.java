package org.mailcaravan.console;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.apache.camel.Exchange;
import org.mailcaravan.model.HostNames;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.status.MigrationHistory;
import org.mailcaravan.model.status.Steered;
import org.mailcaravan.model.status.Target;
import org.mailcaravan.store.Controls;
import org.mailcaravan.store.Overview;

/** What callers may order: the bean {@code api-steering} of the routes. Thread-safe. */
public final class Steering {
  /** Who gives orders here, as events name it. */
  static final String ACTOR = "api";

  /** How many passwords are tried at once. A server may take minutes to answer a login. */
  static final int MOST_TRIALS = 2;

  private static final String CUTOVER = "cutover";
  private static final int LONGEST_PASSWORD = 10_000;
  private static final int MOST_PRIORITY = 1000;

  private static final ObjectMapper MAPPER =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(10).build())
              .build());

  private final Overview overview;
  private final Controls controls;
  private final ServiceActions actions;
  private final Semaphore trials = new Semaphore(MOST_TRIALS);

  public Steering(Overview overview, Controls controls, ServiceActions actions) {
    this.overview = overview;
    this.controls = controls;
    this.actions = actions;
  }

  /** An order for a mailbox, or for all with an address. */
  public void mailbox(Exchange exchange) {
    order(exchange, Target.Kind.MAILBOX);
  }

  /** An order for all mailboxes of a migration. */
  public void migration(Exchange exchange) {
    order(exchange, Target.Kind.MIGRATION);
  }

  /** An order for a source server. */
  public void host(Exchange exchange) {
    order(exchange, Target.Kind.HOST);
  }

  private void order(Exchange exchange, Target.Kind kind) {
    Answers.give(
        exchange,
        Set.of(),
        call -> {
          String order = call.path("order");
          if (order.equals("report") && kind == Target.Kind.MIGRATION) {
            return report(call.path("id"));
          }
          if (order.equals("close") && kind == Target.Kind.MIGRATION) {
            String id = call.path("id");
            List<Target> found = targets(kind, id);
            return Answers.Answer.ok(controls.close(found.get(0).id(), ACTOR));
          }
          if (order.equals(CUTOVER) && kind == Target.Kind.MAILBOX) {
            Steered ofDomain = cutoverOfDomain(call.path("id"));
            if (!ofDomain.equals(Steered.NOTHING)) {
              return Answers.Answer.ok(ofDomain);
            }
          }
          Steered all = Steered.NOTHING;
          for (Target target : targets(kind, call.path("id"))) {
            all = all.and(steer(order, target, call));
          }
          return Answers.Answer.ok(all);
        });
  }

  /** Nothing unless it is the domain of mailboxes. */
  private Steered cutoverOfDomain(String id) {
    try {
      return controls.cutoverOfDomain(HostNames.normal(id), ACTOR);
    } catch (IllegalArgumentException e) {
      // An address, or an id that can be no domain.
      return Steered.NOTHING;
    }
  }

  private List<Target> targets(Target.Kind kind, String id) {
    List<Target> found =
        overview.find(id).stream().filter(target -> target.kind() == kind).toList();
    if (found.isEmpty()) {
      throw ApiError.notFound(kind.name().toLowerCase(Locale.ROOT), id);
    }
    return found;
  }

  private Steered steer(String order, Target target, Answers.Call call) {
    return switch (order) {
      case "pause" -> controls.pause(target, ACTOR);
      case "resume" -> controls.resume(target, ACTOR);
      case "cancel" -> controls.cancel(notHost(target, order), ACTOR);
      case "retry" -> controls.retry(notHost(target, order), ACTOR);
      case CUTOVER -> controls.cutover(notHost(target, order), ACTOR);
      case "priority" -> controls.priority(notHost(target, order), priority(call), ACTOR);
      default -> throw unknown(order);
    };
  }

  private static Target notHost(Target target, String order) {
    if (target.kind() == Target.Kind.HOST) {
      throw unknown(order);
    }
    return target;
  }

  private static ApiError unknown(String order) {
    return new ApiError(
        404,
        "not-found",
        "there is no order \"" + order + "\" here",
        "Mailboxes and migrations take pause, resume, cancel, retry, cutover and priority, migrations close and report, too,"
            + " and hosts pause and resume.");
  }

  private static int priority(Answers.Call call) {
    JsonNode priority = json(call).path("priority");
    if (!priority.isInt() || Math.abs(priority.asInt()) > MOST_PRIORITY) {
      throw ApiError.bad(
          "the body has no \"priority\" from -1000 to 1000", "Send {\"priority\": 10}.");
    }
    return priority.asInt();
  }

  private Answers.Answer report(String id) {
    MigrationHistory known =
        overview.migration(id).orElseThrow(() -> ApiError.notFound("migration", id));
    ApiError.requireNotRemoved(known.migration(), "its report");
    if (known.migration().finishedAt() == null) {
      throw new ApiError(
          409,
          "not-finished",
          "mailboxes of this migration wait or run",
          "Its report is written when the last one has ended; status tells how it stands until then.");
    }
    return Answers.Answer.ok(Map.of("folder", actions.writeReport(id).toString()));
  }

  /** A corrected password; it is kept when a login with it succeeds. */
  public void password(Exchange exchange) {
    Answers.give(
        exchange,
        Set.of(),
        call -> {
          List<Target> found = targets(Target.Kind.MAILBOX, call.path("id"));
          if (found.size() > 1) {
            throw new ApiError(
                409,
                "several",
                found.size() + " mailboxes have this address",
                "Name one by its id.");
          }
          JsonNode body = json(call);
          JsonNode password = body.path("password");
          if (!password.isTextual()
              || password.asText().isEmpty()
              || password.asText().length() > LONGEST_PASSWORD) {
            throw ApiError.bad(
                "the body has no \"password\" that is a text", "Send {\"password\": \"...\"}.");
          }
          change(found.get(0).id(), account(body), Secret.of(password.asText()));
          return Answers.Answer.nothing();
        });
  }

  /** Who comes while others wait for their servers does not wait too: a thread would with it. */
  private void change(String mailbox, ServiceActions.Account account, Secret password) {
    if (!trials.tryAcquire()) {
      throw ApiError.busy(
          "other passwords are being tried", "Try again in a few seconds; nothing was changed.", 5);
    }
    try {
      actions.changePassword(mailbox, account, password, ACTOR);
    } finally {
      trials.release();
    }
  }

  private static ServiceActions.Account account(JsonNode body) {
    String account = body.path("account").asText("source");
    return switch (account) {
      case "source" -> ServiceActions.Account.SOURCE;
      case "destination" -> ServiceActions.Account.DESTINATION;
      default ->
          throw ApiError.bad(
              "there is no account \"" + account + "\"", "Send source or destination.");
    };
  }

  /** The body as an object. What is wrong with it is not shown: it may be in a password. */
  private static JsonNode json(Answers.Call call) {
    try {
      JsonNode body = MAPPER.readTree(call.body().getBytes());
      if (body != null && body.isObject()) {
        return body;
      }
    } catch (JsonProcessingException e) {
      // The same answer as for a list.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw ApiError.bad("the body is no JSON object", "Send one, in UTF-8.");
  }
}
