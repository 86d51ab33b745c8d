package org.mailcaravan.store;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DuplicateKeyException;

/**
 * What has a time is done by one of the nodes: the bean {@code timers} of the routes. All nodes
 * fire; the first one that asks for a scheduled time has it. What counts is the time that the
 * schedule names, not when a node thinks that it is: clocks that differ by minutes do no harm. The
 * nodes must have the same time zone, as their schedules are in local time. Thread-safe.
 */
public final class Timers {
  private static final Logger LOG = LoggerFactory.getLogger(Timers.class);

  private final Database database;
  private final String node;
  private final Set<String> prepared = ConcurrentHashMap.newKeySet();

  /**
   * @param node the name of this node
   */
  public Timers(Database database, String node) {
    this.database = database;
    this.node = node;
  }

  /**
   * For routes: whether another node does it; see {@link #mine}.
   *
   * @param scheduled the header {@code scheduledFireTime} of Quartz; null where something else than
   *     a schedule began the route, which is done in any case
   */
  public boolean taken(String timer, @Nullable Date scheduled) {
    return scheduled != null && !mine(timer, scheduled.toInstant());
  }

  /**
   * Whether this node is to do it now. No other does it afterwards: if this one is killed before it
   * has done it, it waits for the next time. Not within a transaction.
   *
   * @param timer its name
   * @param scheduled when it was to be done by its schedule; not earlier than the last time
   */
  public boolean mine(String timer, Instant scheduled) {
    return once(timer, scheduled, () -> {});
  }

  /**
   * As {@link #mine(String, Instant)}, and does it in the same transaction: where that fails or is
   * cut off by a kill, the next node that asks does it.
   */
  public boolean once(String timer, Instant scheduled, Runnable work) {
    prepare(timer);
    boolean mine =
        database.inTransaction(
            () -> {
              boolean first = fired(timer, scheduled);
              if (first) {
                work.run();
              }
              return first;
            });
    if (!mine) {
      LOG.debug("{} of {} is done by another node", timer, scheduled);
    }
    return mine;
  }

  /** The last scheduled time for which something was done; empty before that. */
  public Optional<Instant> last(String timer) {
    return database
        .jdbc()
        .sql("select fired_at from timer where name = ?")
        .param(timer)
        .query((row, number) -> Times.present(row, "fired_at"))
        .optional()
        .filter(fired -> fired.isAfter(Instant.EPOCH));
  }

  private boolean fired(String timer, Instant scheduled) {
    return database
            .jdbc()
            .sql("update timer set fired_at = ?, node = ? where name = ? and fired_at < ?")
            .params(utc(scheduled), node, timer, utc(scheduled))
            .update()
        > 0;
  }

  /**
   * Whether this node is the one that does what is done all the time, such as to look into a
   * mailbox. It stays the one as long as it asks again before the lease ends; then any other may be
   * the next. Not within a transaction.
   */
  public boolean hold(String name, Duration lease) {
    prepare(name);
    return database
            .jdbc()
            .sql(
                "update timer set node = :node, fired_at = current_timestamp"
                    + " + cast(:seconds as integer) * interval '1' second"
                    + " where name = :name and (node = :node or fired_at < current_timestamp)")
            .param("node", node)
            .param("name", name)
            .param("seconds", lease.toSeconds())
            .update()
        > 0;
  }

  /** Lets another node have at once what this one holds. */
  public void letGo(String name) {
    int unused =
        database
            .jdbc()
            .sql("update timer set fired_at = ? where name = ? and node = ?")
            .params(utc(Instant.EPOCH), name, node)
            .update();
  }

  /** Sees to it that a timer has its row, which it keeps. */
  private void prepare(String timer) {
    if (prepared.contains(timer)) {
      return;
    }
    boolean isThere =
        database
            .jdbc()
            .sql("select 1 from timer where name = ?")
            .param(timer)
            .query(Integer.class)
            .optional()
            .isPresent();
    if (!isThere) {
      try {
        database
            .jdbc()
            .sql("insert into timer (name, fired_at, node) values (?, ?, ?)")
            .params(timer, utc(Instant.EPOCH), node)
            .update();
      } catch (DuplicateKeyException e) {
        LOG.debug("another node was first to name {}", timer);
      }
    }
    prepared.add(timer);
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
