package org.mailcaravan.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The programs that share this database. A node is alive while it was seen less than a lease ago
 * and has not said that it stopped. Times are of the database's clock. Thread-safe.
 */
public final class Nodes {
  /** A node does not say more often than this that it lives. */
  private static final Duration BETWEEN = Duration.ofSeconds(10);

  /**
   * A condition in SQL: no node of some name lives. Its parameter is how long a node counts as
   * alive after it was seen, as {@link Seconds#of} gives it.
   *
   * @param name the name in SQL, such as a column
   */
  static String isGone(String name) {
    return "not exists (select 1 from node n where n.name = "
        + name
        + " and n.stopped_at is null and n.seen_at > current_timestamp - "
        + Seconds.SQL
        + ")";
  }

  private final Database database;
  private final Events events;
  private final String name;
  private final Duration lease;
  private final @Nullable String run;
  private long seenAt;

  /**
   * @param name the name of this node
   * @param lease how long a node counts as alive after it was seen
   */
  public Nodes(Database database, String name, Duration lease) {
    this(database, name, lease, null);
  }

  /**
   * @param run what tells this start of the program from others of its name; null where no other
   *     can have it
   */
  public Nodes(Database database, String name, Duration lease, @Nullable String run) {
    this.database = database;
    this.events = new Events(database, name);
    this.name = name;
    this.lease = lease;
    this.run = run;
  }

  /**
   * A node as it is known.
   *
   * @param kind what it was started as
   * @param url where its API listens, or null
   */
  public record Node(
      String name,
      String kind,
      String version,
      @Nullable String url,
      Instant startedAt,
      Instant seenAt,
      boolean alive) {}

  /**
   * Says that this node has started. What a node of the same name said before is replaced; whether
   * one may, the caller asks {@link #list} before.
   *
   * @param kind what it was started as: "run", "migrate" ...
   */
  public synchronized void register(String kind, String version) {
    seenAt = System.nanoTime();
    database.put(
        () ->
            database
                .jdbc()
                .sql(
                    "update node set kind = ?, version = ?, url = null, started_at = current_timestamp,"
                        + " seen_at = current_timestamp, stopped_at = null where name = ?")
                .params(kind, version, name)
                .update(),
        () ->
            database
                .jdbc()
                .sql(
                    "insert into node (name, kind, version, started_at, seen_at)"
                        + " values (?, ?, ?, current_timestamp, current_timestamp)")
                .params(name, kind, version)
                .update());
    event("STARTED", "it started as %s, version %s".formatted(kind, version));
  }

  /** Says where the API of this node listens. */
  public void listensAt(String url) {
    database.jdbc().sql("update node set url = ? where name = ?").params(url, name).update();
  }

  /**
   * Says that this node is alive; a statement at most every ten seconds or third of a lease.
   *
   * @return whether this node still has its name; if not, another program has taken it
   */
  public synchronized boolean seen() {
    long between = Math.min(BETWEEN.toNanos(), lease.toNanos() / 3);
    if (System.nanoTime() - seenAt < between) {
      return true;
    }
    int rows =
        database
            .jdbc()
            .sql(
                "update node set seen_at = current_timestamp, stopped_at = null where name = ?"
                    + (run == null ? "" : " and run = ?"))
            .params(run == null ? List.of(name) : List.of(name, run))
            .update();
    seenAt = System.nanoTime();
    return run == null || rows > 0;
  }

  /** Says that this node has stopped. */
  public void stopped() {
    int rows =
        database
            .jdbc()
            .sql(
                "update node set stopped_at = current_timestamp, url = null where name = ? and stopped_at is null")
            .param(name)
            .update();
    if (rows > 0) {
      event("STOPPED", "it stopped");
    }
  }

  /** All that were ever here, by name; at most a thousand, those seen last. */
  public List<Node> list() {
    return database
        .jdbc()
        .sql(
            "select * from (select n.*, case when n.stopped_at is null and n.seen_at > current_timestamp"
                + " - "
                + Seconds.SQL
                + " then true else false end as alive"
                + " from node n order by n.seen_at desc limit 1000) l order by name")
        .param(Seconds.of(lease))
        .query(
            (row, index) ->
                new Node(
                    row.getString("name"),
                    row.getString("kind"),
                    row.getString("version"),
                    row.getString("url"),
                    row.getTimestamp("started_at").toInstant(),
                    row.getTimestamp("seen_at").toInstant(),
                    row.getBoolean("alive")))
        .list();
  }

  private void event(String state, String reason) {
    events.add("node", name, null, null, null, null, state, reason);
  }
}
