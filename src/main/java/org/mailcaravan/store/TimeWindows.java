package org.mailcaravan.store;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Window;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When passes may run: each window has a row that says when it is open, now or next, by the
 * database's clock. Passes are claimed only then, and those that run stop when it closes: the bean
 * {@code time-windows} of the routes. Thread-safe.
 */
public final class TimeWindows {
  private static final Logger LOG = LoggerFactory.getLogger(TimeWindows.class);

  /** In place of the text of the window that the configuration names. */
  private static final String STANDARD = "";

  /** Of the window w of a mailbox m: it is closed. */
  static final String CLOSED =
      "w.text = coalesce(m.time_window, m.policy_window, '"
          + STANDARD
          + "') and (w.opens_at > current_timestamp or w.closes_at <= current_timestamp)";

  /** Of a pass p that waits, and its mailbox m: it may begin all the same, with INBOX alone. */
  static final String INBOX_WAITS = "(m.inbox_first and coalesce(p.inbox, '') <> 'DONE')";

  /** A window that will be over by then is looked at. */
  private static final Duration SOON = Duration.ofDays(1);

  private final Database database;
  private final @Nullable Window standard;

  /**
   * @param standard for mailboxes whose requests name none; null where these may always run
   */
  public TimeWindows(Database database, @Nullable Window standard) {
    this.database = database;
    this.standard = standard;
  }

  /** Has passes obey the window of the configuration from now on. To be called at the start. */
  public void begin() {
    boolean unused =
        database.tryingAgain(
            () -> {
              database
                  .jdbc()
                  .sql("delete from time_window where text = ?")
                  .param(STANDARD)
                  .update();
              if (standard != null) {
                store(database, STANDARD, standard);
              }
              return true;
            });
    turn();
  }

  /** Stores windows that a request names, within its transaction. */
  static void store(Database database, Collection<Window> windows) {
    Map<String, Window> missing = new HashMap<>();
    windows.forEach(each -> missing.put(each.toString(), each));
    if (!missing.isEmpty()) {
      database
          .jdbc()
          .sql("select text from time_window where text in (:texts)")
          .param("texts", List.copyOf(missing.keySet()))
          .query(String.class)
          .list()
          .forEach(missing::remove);
    }
    missing.forEach((text, window) -> store(database, text, window));
  }

  private static void store(Database database, String text, Window window) {
    Instant now =
        database
            .jdbc()
            .sql("select current_timestamp as now_at")
            .query((row, number) -> Times.present(row, "now_at"))
            .single();
    Window.Span span = window.next(now);
    int unused =
        database
            .jdbc()
            .sql(
                "insert into time_window (text, opens_at, closes_at) select ?, cast(? as timestamp with"
                    + " time zone), cast(? as timestamp with time zone)"
                    + " where not exists (select 1 from time_window where text = ?)")
            .params(text, utc(span.opens()), utc(span.closes()), text)
            .update();
  }

  private static Object utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  private record Stored(String text, Window.Span span, Instant now) {}

  /**
   * Goes on to the next time of each window that is over or will soon be, also where no pass needs
   * it yet, has the passes that are due while theirs is closed wait until it opens, and makes those
   * due again whose policy wants INBOX alone copied once more meanwhile. To be called every few
   * minutes: passes that wait are looked at each time that one is claimed, unless they are due
   * later.
   */
  public void turn() {
    List<Stored> known =
        database
            .jdbc()
            .sql("select text, opens_at, closes_at, current_timestamp as now_at from time_window")
            .query(
                (row, number) ->
                    new Stored(
                        row.getString("text"),
                        new Window.Span(
                            Times.present(row, "opens_at"), Times.present(row, "closes_at")),
                        Times.present(row, "now_at")))
            .list();
    known.stream()
        .filter(each -> each.span.closes().isBefore(each.now.plus(SOON)))
        .forEach(this::goOn);
    if (!known.isEmpty()) {
      copyInboxAgain();
      putOff();
    }
  }

  private void goOn(Stored stored) {
    try {
      Window window =
          stored.text.equals(STANDARD) ? standard : Window.parse(stored.text, ZoneOffset.UTC);
      // Another node has one.
      if (window == null) {
        return;
      }
      Window.Span span = window.next(stored.now);
      if (!span.equals(stored.span)) {
        database
            .jdbc()
            .sql("update time_window set opens_at = ?, closes_at = ? where text = ?")
            .params(utc(span.opens()), utc(span.closes()), stored.text)
            .update();
        LOG.info("the window {} is open from {} to {}", window, span.opens(), span.closes());
      }
    } catch (IllegalArgumentException e) {
      LOG.warn("the window \"{}\" {}; passes wait for it", stored.text, e.getMessage());
    }
  }

  /** What has come to INBOX since, as often as the policy wants catch-up passes. */
  private void copyInboxAgain() {
    int again =
        database
            .jdbc()
            .sql(
                "update pass p set inbox = null, waits_for = 'TURN', reason = null,"
                    + " due_at = current_timestamp where state = 'WAITING' and inbox = 'DONE'"
                    + " and waits_for = 'WINDOW' and exists (select 1 from mailbox m"
                    + " where m.id = p.mailbox_id and m.inbox_first and p.started_at"
                    + " <= current_timestamp - m.resync_minutes * interval '1' minute)")
            .update();
    if (again > 0) {
      LOG.debug("the INBOX of {} passes that wait is copied again", again);
    }
  }

  private void putOff() {
    int put =
        database
            .jdbc()
            .sql(
                "update pass p set waits_for = 'WINDOW', reason = null, due_at = (select w.opens_at"
                    + " from time_window w join mailbox m on m.id = p.mailbox_id where "
                    + CLOSED
                    + ") where state = 'WAITING' and due_at <= current_timestamp and only_node is null"
                    + " and exists (select 1 from time_window w join mailbox m on m.id = p.mailbox_id"
                    + " where "
                    + CLOSED
                    + " and w.opens_at > current_timestamp and not "
                    + INBOX_WAITS
                    + ")")
            .update();
    if (put > 0) {
      LOG.debug("{} passes wait until their windows open", put);
    }
  }
}
