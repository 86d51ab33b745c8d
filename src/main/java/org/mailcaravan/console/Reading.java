package org.mailcaravan.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.status.Digest;
import org.mailcaravan.model.status.EventLine;
import org.mailcaravan.model.status.MailboxFilter;
import org.mailcaravan.model.status.MailboxStatus;
import org.mailcaravan.model.status.MigrationStatus;
import org.mailcaravan.model.status.PassFilter;
import org.mailcaravan.model.status.PassStatus;
import org.mailcaravan.model.status.ProblemFilter;
import org.mailcaravan.model.status.ProblemStatus;
import org.mailcaravan.model.status.Status;
import org.mailcaravan.report.NightDigest;
import org.mailcaravan.store.Overview;

/** What callers may ask: the bean {@code api-reading} of the routes. Thread-safe. */
public final class Reading {
  private static final String AFTER = "after";
  private static final String BEFORE = "before";
  private static final String LIMIT = "limit";
  private static final String MIGRATION = "migration";
  private static final String PLAIN = "text/plain";

  /** As often as routes look for answers that are due. */
  private static final int SECONDS_TO_ANSWER = 15;

  /** What one answer holds of a report at most; more is read from the file. */
  private static final long MOST_OF_REPORT = 64L << 20;

  private final Overview overview;
  private final EventSource events;
  private final ServiceActions actions;
  private final NightDigest digests;

  public Reading(
      Overview overview, EventSource events, ServiceActions actions, NightDigest digests) {
    this.overview = overview;
    this.events = events;
    this.actions = actions;
    this.digests = digests;
  }

  /** How everything stands, or what {@code ?id=} names. */
  public void status(Exchange exchange) {
    Answers.give(exchange, Set.of("id", LIMIT), call -> Answers.Answer.ok(status(call.query())));
  }

  private Status status(Query query) {
    return overview
        .status(query.all("id"), limit(query))
        .withRoutes(actions.refusedRoutes().orElse(null), actions.failingRoutes());
  }

  /** What happened since {@code ?since=}, and who must act; as text for who accepts that first. */
  public void digest(Exchange exchange) {
    Answers.give(
        exchange,
        Set.of("since"),
        call -> {
          String since = Objects.requireNonNullElse(call.query().one("since"), NightDigest.USUAL);
          Digest digest = digest(since);
          boolean text = call.header("Accept").stream().anyMatch(type -> type.startsWith(PLAIN));
          return text
              ? Answers.Answer.text(digests.plain(digest), PLAIN)
              : Answers.Answer.ok(digest);
        });
  }

  private Digest digest(String since) {
    try {
      return digests.since(since);
    } catch (IllegalArgumentException e) {
      throw ApiError.bad(
          "since is \"" + since + "\"; it " + e.getMessage(),
          "Ask for yesterday, 2026-11-29, 24h or 7d.");
    }
  }

  /** Migrations, newest first. */
  public void migrations(Exchange exchange) {
    Answers.give(
        exchange,
        Set.of(AFTER, LIMIT),
        call -> {
          int limit = limit(call.query());
          List<MigrationStatus> page = overview.migrations(call.query().one(AFTER), limit);
          return page("migrations", page, limit, AFTER, MigrationStatus::id);
        });
  }

  /** One migration with its problems and events. */
  public void migration(Exchange exchange) {
    one(exchange, "id", MIGRATION, overview::migration);
  }

  /** The report of a migration, as it is written to the data folder. */
  public void report(Exchange exchange) {
    Answers.give(exchange, Set.of(), call -> Answers.Answer.ok(report(call.path("id"))));
  }

  private byte[] report(String id) {
    if (overview.migration(id).isEmpty()) {
      throw ApiError.notFound(MIGRATION, id);
    }
    Path file =
        actions
            .report(id)
            .orElseThrow(
                () ->
                    new ApiError(
                        404,
                        "no-report",
                        "this node has no report of the migration \"" + id + "\"",
                        "It is written when the last mailbox has ended, by the node that took the"
                            + " request; POST migrations/{id}/report writes it here."));
    try {
      if (Files.size(file) > MOST_OF_REPORT) {
        throw new ApiError(
            413, "too-large", "the report is larger than 64 MiB", "Read it from " + file + ".");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the customer of a migration gets to keep, as a ZIP file. */
  public void files(Exchange exchange) {
    Answers.give(
        exchange,
        Set.of(),
        call -> {
          String id = call.path("id");
          checkNotRemoved(id, "its certificates");
          byte[] zip =
              actions
                  .files(id)
                  .orElseThrow(
                      () ->
                          new ApiError(
                              404,
                              "no-files",
                              "there is no certificate of the migration \"" + id + "\" to be sent",
                              "There is one as soon as a pass has compared a mailbox. Those of more"
                                  + " than 500 mailboxes are in data/reports/"
                                  + id
                                  + " of the node that took the request."));
          return new Answers.Answer(200, zip, "application/zip", Map.of());
        });
  }

  /** The answer to the request of a migration, as plain text, or as a page for who accepts one. */
  public void answer(Exchange exchange) {
    Answers.give(
        exchange,
        Set.of(),
        call -> {
          String id = call.path("id");
          checkNotRemoved(id, "the answer to its request");
          boolean html =
              call.header("Accept").stream()
                  .anyMatch(type -> type.toLowerCase(Locale.ROOT).startsWith("text/html"));
          String text = actions.answer(id, html, call.language()).orElseThrow(() -> notYet(id));
          return Answers.Answer.text(text, html ? "text/html" : PLAIN);
        });
  }

  /**
   * @param what of it is asked for
   */
  private void checkNotRemoved(String id, String what) {
    ApiError.requireNotRemoved(
        overview.migration(id).orElseThrow(() -> ApiError.notFound(MIGRATION, id)).migration(),
        what);
  }

  private static ApiError notYet(String id) {
    return new ApiError(
        404,
        "no-answer",
        "the answer to the request of the migration \"" + id + "\" is not ready",
        "Ask again in a while.",
        SECONDS_TO_ANSWER);
  }

  /** What is told of a migration, to whom, and when. */
  public void messages(Exchange exchange) {
    Answers.give(
        exchange,
        Set.of(),
        call -> {
          String id = call.path("id");
          if (overview.migration(id).isEmpty()) {
            throw ApiError.notFound(MIGRATION, id);
          }
          return page("messages", overview.messages(id));
        });
  }

  /** Mailboxes by id. */
  public void mailboxes(Exchange exchange) {
    Answers.give(
        exchange,
        Set.of(MIGRATION, "state", "address", "domain", AFTER, LIMIT),
        call -> {
          Query query = call.query();
          int limit = limit(query);
          List<MailboxStatus> page =
              overview.mailboxes(
                  new MailboxFilter(
                      query.one(MIGRATION),
                      query.one("state"),
                      query.one("address"),
                      query.one("domain")),
                  query.one(AFTER),
                  limit);
          return page("mailboxes", page, limit, AFTER, MailboxStatus::id);
        });
  }

  /** One mailbox with its passes, problems and events; by id or address. */
  public void mailbox(Exchange exchange) {
    one(exchange, "id", "mailbox", overview::mailbox);
  }

  /** Passes, newest first. */
  public void passes(Exchange exchange) {
    Answers.give(
        exchange,
        Set.of(MIGRATION, "mailbox", "state", BEFORE, LIMIT),
        call -> {
          Query query = call.query();
          int limit = limit(query);
          List<PassStatus> page =
              overview.passes(
                  new PassFilter(query.one(MIGRATION), query.one("mailbox"), query.one("state")),
                  query.number(BEFORE),
                  limit);
          return page("passes", page, limit, BEFORE, PassStatus::id);
        });
  }

  /** One pass. */
  public void pass(Exchange exchange) {
    one(exchange, "id", "pass", id -> overview.pass(Query.number("the number of a pass", id)));
  }

  /** The problems of last passes, newest first. */
  public void problems(Exchange exchange) {
    Answers.give(
        exchange,
        Set.of(MIGRATION, "mailbox", "code", BEFORE, LIMIT),
        call -> {
          Query query = call.query();
          int limit = limit(query);
          List<ProblemStatus> page =
              overview.problems(
                  new ProblemFilter(query.one(MIGRATION), query.one("mailbox"), query.one("code")),
                  query.one(BEFORE),
                  limit);
          return page("problems", page, limit, BEFORE, ProblemStatus::id);
        });
  }

  /** What happened, oldest first; the stream of it is {@link LiveEvents}. */
  public void events(Exchange exchange) {
    Answers.give(
        exchange,
        Set.of(AFTER, LIMIT),
        call -> {
          int limit = limit(call.query());
          Long after = call.query().number(AFTER);
          List<EventLine> page = events.after(after == null ? 0 : after, limit);
          return page("events", page, limit, AFTER, EventLine::number);
        });
  }

  /** Source servers. */
  public void hosts(Exchange exchange) {
    Answers.give(exchange, Set.of(), call -> page("hosts", overview.hosts()));
  }

  /** Nodes. */
  public void nodes(Exchange exchange) {
    Answers.give(exchange, Set.of(), call -> page("nodes", overview.nodes()));
  }

  private static int limit(Query query) {
    return query.limit(Overview.USUAL_LIMIT, Overview.LARGEST_LIMIT);
  }

  private static void one(
      Exchange exchange, String name, String what, Function<String, ? extends Optional<?>> find) {
    Answers.give(
        exchange,
        Set.of(),
        call -> {
          String id = call.path(name);
          Optional<?> found = find.apply(id);
          if (found.isEmpty()) {
            throw ApiError.notFound(what, id);
          }
          return Answers.Answer.ok(found.get());
        });
  }

  private static Answers.Answer page(String name, Collection<?> entries) {
    return Answers.Answer.ok(Map.of(name, entries));
  }

  /**
   * A page of a list, with the parameter for the next one: null when this is the last.
   *
   * @param parameter its name, {@code after} or {@code before}
   */
  private static <T> Answers.Answer page(
      String name, List<T> entries, int limit, String parameter, Function<T, Object> id) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put(name, entries);
    fields.put(
        "next_" + parameter,
        entries.size() < limit ? null : id.apply(entries.get(entries.size() - 1)));
    return Answers.Answer.ok(fields);
  }
}
