package org.mailcaravan.store;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.HostFailure;
import org.mailcaravan.model.HostLimits;
import org.mailcaravan.model.Server;
import org.springframework.dao.DuplicateKeyException;

/**
 * The source servers: how many passes may run at each at once, over all migrations and nodes, as
 * configured and as learned from what they refuse. Each failure halves the learned limit; after
 * some minutes of quiet it is raised again by one. A server that says nothing, or asks for it, is
 * left alone for a while; then one pass tries. Named by host and port in lower case. Rows are made
 * when a server is first seen. Each change is an event. Times are of the database's clock.
 * Thread-safe; not to be called within a transaction, but for what says so.
 */
public final class Hosts {
  /** Failures of connections that were opened together count once. */
  private static final int BURST_SECONDS = 30;

  private static final int FIRST_WAIT_SECONDS = 30;
  private static final int LONGEST_WAIT_SECONDS = 15 * 60;

  /** Where a server wants to be left alone and does not say how long. */
  private static final Duration BACK_OFF = Duration.ofMinutes(5);

  private static final Duration LONGEST_BACK_OFF = Duration.ofDays(1);

  /** In minutes. */
  private static final int QUIET = 5;

  private static final int LONGEST_REASON = 2000;

  /** Of a preflight; one whose node is gone has no place. */
  private static final String PREFLIGHT_RUNS =
      "state = 'RUNNING' and lease_until > current_timestamp";

  private final Database database;
  private final Events events;
  private final HostLimits limits;

  public Hosts(Database database, String node, HostLimits limits) {
    this.database = database;
    this.events = new Events(database, node);
    this.limits = limits;
  }

  /** Where a host stands, with times by the database's clock. */
  private record Row(
      int allowed, int failures, boolean waits, boolean answeredLately, boolean loweredJustNow) {}

  /** Host and port of a server, as passes and hosts are named. */
  public static String name(Server server) {
    return server.toString().toLowerCase(Locale.ROOT);
  }

  /** Brings the limits of all known hosts to what is configured now. To be called at the start. */
  public void configure() {
    database
        .jdbc()
        .sql("select name, configured from host order by name")
        .query((row, index) -> Map.entry(row.getString(1), row.getInt(2)))
        .list()
        .stream()
        .filter(host -> host.getValue() != limits.of(host.getKey()))
        .forEach(
            host ->
                database
                    .jdbc()
                    .sql("update host set configured = ? where name = ?")
                    .params(limits.of(host.getKey()), host.getKey())
                    .update());
  }

  /**
   * Locks a host until the end of the transaction, and tells whether a pass may begin there:
   * whoever asks sees all that were claimed before. Within a transaction.
   *
   * @throws DuplicateKeyException when its row was made by another at the same moment
   */
  boolean lockIfFree(String host) {
    int allowed = lock(host);
    return running(host) < allowed;
  }

  /**
   * The same for a look at both sides of a mailbox, which takes a place as a pass does.
   *
   * @param most of them at once
   */
  boolean lockIfFreeForPreflight(String host, int most) {
    int allowed = lock(host);
    return running(host) < allowed && preflights(host) < most;
  }

  /** Locks a host; how many may run there now. */
  int lock(String host) {
    List<Integer> known =
        database
            .jdbc()
            .sql(
                "select case when h.paused or h.not_before > current_timestamp then 0 else "
                    + DuePasses.ALLOWED
                    + " end from host h where h.name = ? for update")
            .param(host)
            .query(Integer.class)
            .list();
    if (!known.isEmpty()) {
      return known.get(0);
    }
    insert(host);
    return 1;
  }

  private void insert(String host) {
    database
        .jdbc()
        .sql("insert into host (name, configured) values (?, ?)")
        .params(host, limits.of(host))
        .update();
  }

  private int running(String host) {
    return database
        .jdbc()
        .sql(
            "select (select count(*) from pass where host = ? and state = 'RUNNING')"
                + " + (select count(*) from preflight where host = ? and "
                + PREFLIGHT_RUNS
                + ")")
        .params(host, host)
        .query(Integer.class)
        .single();
  }

  private int preflights(String host) {
    return database
        .jdbc()
        .sql("select count(*) from preflight where host = ? and " + PREFLIGHT_RUNS)
        .param(host)
        .query(Integer.class)
        .single();
  }

  private void make(String host) {
    boolean known =
        !database
            .jdbc()
            .sql("select 1 from host where name = ?")
            .param(host)
            .query(Integer.class)
            .list()
            .isEmpty();
    if (!known) {
      try {
        insert(host);
      } catch (DuplicateKeyException e) {
        // Another was quicker.
      }
    }
  }

  /** A host answered: a login went well, or mail came. One statement where that is known. */
  public void answered(String host) {
    boolean known =
        !database
            .jdbc()
            .sql(
                "select 1 from host where name = ? and failures = 0"
                    + " and answered_at > current_timestamp - interval '1' minute")
            .param(host)
            .query(Integer.class)
            .list()
            .isEmpty();
    if (known) {
      return;
    }
    make(host);
    database.inTransaction(
        () -> {
          List<Integer> failures =
              database
                  .jdbc()
                  .sql(
                      "select failures from host where name = ? and (answered_at is null"
                          + " or answered_at < current_timestamp - interval '1' minute or failures > 0)"
                          + " for update")
                  .param(host)
                  .query(Integer.class)
                  .list();
          if (failures.isEmpty()) {
            return;
          }
          database
              .jdbc()
              .sql(
                  "update host set answered_at = current_timestamp, failures = 0, given_up = 0"
                      + " where name = ?")
              .param(host)
              .update();
          if (failures.get(0) > 0) {
            event(host, "ANSWERS", "it answers again");
          }
        });
  }

  /** The same for several; one statement where that is known. */
  void answered(Set<String> hosts) {
    if (!hosts.isEmpty()) {
      database
          .jdbc()
          .sql(
              "select name from host where name = any(?) and (answered_at is null"
                  + " or answered_at < current_timestamp - interval '1' minute or failures > 0)")
          .param(hosts.toArray(String[]::new))
          .query(String.class)
          .list()
          .forEach(this::answered);
    }
  }

  /**
   * A host refused something, or did not answer.
   *
   * @param told how long it wants to be left alone, or null when it did not say
   * @param words what it said, or what happened, for people; no password
   */
  public void failed(String host, HostFailure kind, @Nullable Duration told, String words) {
    make(host);
    database.inTransaction(() -> fail(host, kind, told, cut(kind.words() + ": " + words)));
  }

  private void fail(String host, HostFailure kind, @Nullable Duration told, String reason) {
    Row row = row(host);
    if (kind != HostFailure.BACK_OFF && !row.loweredJustNow && row.allowed > 1) {
      lower(host, row.allowed / 2, reason);
    }
    int failures = row.failures;
    // What began before it was left alone says nothing new.
    if (kind.isOutage() && !row.waits) {
      failures++;
      count(host, failures);
    }
    Duration wait = told == null && kind == HostFailure.BACK_OFF ? BACK_OFF : told;
    if (wait != null) {
      leaveAlone(host, shorter(wait, LONGEST_BACK_OFF), reason);
    } else if (failures > row.failures && (failures > 1 || !row.answeredLately)) {
      // Thirty seconds, then twice as long each time.
      int seconds = FIRST_WAIT_SECONDS << Math.min(failures - 1, 10);
      leaveAlone(host, Duration.ofSeconds(Math.min(seconds, LONGEST_WAIT_SECONDS)), reason);
    }
  }

  /**
   * A pass was given up, since the host did not answer.
   *
   * @return how many in a row
   */
  public int gaveUp(String host) {
    make(host);
    return database.inTransaction(
        () -> {
          database
              .jdbc()
              .sql("update host set given_up = given_up + 1 where name = ?")
              .param(host)
              .update();
          return database
              .jdbc()
              .sql("select given_up from host where name = ?")
              .param(host)
              .query(Integer.class)
              .single();
        });
  }

  private Row row(String host) {
    return database
        .jdbc()
        .sql(
            "select case when learned < configured then learned else configured end as allowed,"
                + " failures,"
                + " coalesce(not_before > current_timestamp, false) as waits,"
                + " coalesce(answered_at > current_timestamp - interval '10' minute, false) as lately,"
                + " coalesce(learned_at > current_timestamp - interval '"
                + BURST_SECONDS
                + "' second, false) as just_now"
                + " from host where name = ? for update")
        .param(host)
        .query(
            (row, index) ->
                new Row(
                    row.getInt("allowed"),
                    row.getInt("failures"),
                    row.getBoolean("waits"),
                    row.getBoolean("lately"),
                    row.getBoolean("just_now")))
        .single();
  }

  private void lower(String host, int limit, String reason) {
    database
        .jdbc()
        .sql(
            "update host set learned = ?, learned_at = current_timestamp, reason = ? where name = ?")
        .params(limit, reason, host)
        .update();
    event(host, "LOWERED", "at most " + limit + " at once, since " + reason);
  }

  private void count(String host, int failures) {
    database
        .jdbc()
        .sql("update host set failures = ? where name = ?")
        .params(failures, host)
        .update();
  }

  private void leaveAlone(String host, Duration wait, String reason) {
    double seconds = Seconds.of(wait);
    int longer =
        database
            .jdbc()
            .sql(
                "update host set not_before = current_timestamp + "
                    + Seconds.SQL
                    + ", reason = ? where name = ? and (not_before is null or not_before <"
                    + " current_timestamp + "
                    + Seconds.SQL
                    + ")")
            .params(seconds, reason, host, seconds)
            .update();
    if (longer > 0) {
      event(
          host,
          "LEFT_ALONE",
          "nobody begins there for " + wait.toSeconds() + " seconds, since " + reason);
    }
  }

  /**
   * Raises by one what was lowered and has been quiet since. To be called every few minutes or more
   * often, by any node.
   */
  public void raise() {
    database.inTransaction(
        () ->
            database
                .jdbc()
                .sql(
                    "select name, learned, configured from host where learned is not null and learned_at <"
                        + " current_timestamp - interval '"
                        + QUIET
                        + "' minute and failures = 0 order by name for update skip locked")
                .query((row, index) -> new Raise(row.getString(1), row.getInt(2), row.getInt(3)))
                .list()
                .forEach(this::raise));
  }

  private record Raise(String host, int learned, int configured) {}

  private void raise(Raise host) {
    boolean whole = host.learned + 1 >= host.configured;
    database
        .jdbc()
        .sql(
            "update host set learned = ?, learned_at = current_timestamp,"
                + " reason = case when cast(? as boolean) then null else reason end where name = ?")
        .param(whole ? null : host.learned + 1)
        .param(whole)
        .param(host.host)
        .update();
    event(
        host.host,
        "RAISED",
        whole
            ? "%d at once again, as configured".formatted(host.configured)
            : "%d at once: it was quiet for %d minutes".formatted(host.learned + 1, QUIET));
  }

  private void event(String host, String state, String reason) {
    events.add("host", "claims", null, null, null, host, state, reason);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static String cut(String text) {
    return text.substring(0, Math.min(text.length(), LONGEST_REASON));
  }
}
