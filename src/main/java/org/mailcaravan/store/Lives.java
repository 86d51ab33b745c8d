package org.mailcaravan.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.MailboxStage;
import org.mailcaravan.model.MigrationStage;
import org.mailcaravan.model.Parts;

/**
 * Where migrations are in their lives: the bean {@code lives} of the routes. It reads the events
 * that are new, calculates the stages of the migrations that these touch, and stores each change
 * with an event. Of several nodes one does it at a time, in one transaction; so a kill loses no
 * change and tells none twice. Thread-safe.
 */
public final class Lives {
  /** Who changes a stage where nobody but the time did. */
  static final String ACTOR = "lives";

  private static final String READER = "life";

  /** Windows open, and starts come, without an event. */
  private static final Duration LOOK = Duration.ofMinutes(1);

  private static final int MOST_EVENTS = 1000;

  /** How many migrations are calculated by one statement. */
  private static final int AT_ONCE = 200;

  /** In one turn, so that a program which is told to stop does not wait long. */
  private static final int MOST_ROUNDS = 50;

  private static final Set<String> OWN =
      Arrays.stream(MigrationStage.values()).map(Enum::name).collect(Collectors.toSet());

  private final Database database;
  private final Events events;
  private final Clock clock;
  private final MailboxStages stages;
  private final StageReasons reasons;
  private final AtomicReference<Instant> looked = new AtomicReference<>(Instant.MIN);
  private final AtomicLong seen = new AtomicLong();

  /**
   * @param quietPasses how many final passes in a row bring nothing until a mailbox is quiet
   * @param finalPasses how many final passes have their times after the cutover; a mailbox that is
   *     not whole after them needs a person
   * @param watched whether it is known which MX hosts are ours, so that somebody looks at the DNS
   */
  public Lives(
      Database database,
      Events events,
      Clock clock,
      int quietPasses,
      int finalPasses,
      boolean watched) {
    this.database = database;
    this.events = events;
    this.clock = clock;
    this.stages = new MailboxStages(database, quietPasses, finalPasses);
    this.reasons = new StageReasons(database, watched);
  }

  private record Stored(String id, MigrationStage stage, boolean cancelled) {}

  /**
   * Brings all stages up to date. It asks the database only where this program has written an event
   * since the last turn, and once a minute: other programs look at their own events.
   *
   * @return whether it asked, so that something may have changed
   */
  public boolean turn() {
    Instant now = clock.instant();
    Instant last = Objects.requireNonNull(looked.get());
    boolean minute = last.equals(Instant.MIN) || !now.isBefore(last.plus(LOOK));
    long written = database.eventsWritten();
    if (!minute && written == seen.get()) {
      return false;
    }
    seen.set(written);
    for (int round = 0; round < MOST_ROUNDS && isBehind(); round++) {
      boolean unused = database.tryingAgain(this::readEvents);
    }
    if (minute && looked.compareAndSet(last, now)) {
      look();
    }
    return true;
  }

  /**
   * At migrations that may change without an event, by the time, or with the last of a password.
   */
  private void look() {
    List<String> waiting =
        database
            .jdbc()
            .sql(
                "select id from migration where closed_at is null and (stage in ('WAITING', 'WAITING_FOR_START',"
                    + " 'WAITING_FOR_WINDOW', 'WAITING_FOR_MAILBOX', 'WAITING_FOR_PASSWORD', 'COPYING')"
                    + " or stage = 'FINAL_PASSES' and exists (select 1 from migration_mailbox n"
                    + " join mailbox m on m.id = n.mailbox_id where n.migration_id = migration.id and "
                    + LaterPasses.WITHOUT_PASSWORD
                    + ")) order by id")
            .query(String.class)
            .list();
    for (List<String> some : Parts.of(waiting, AT_ONCE)) {
      boolean unused =
          database.tryingAgain(
              () -> {
                long last = lock();
                calculate(some, Map.of());
                return last > 0;
              });
    }
  }

  private boolean isBehind() {
    return database
        .jdbc()
        .sql(
            "select n.last > r.last from event_reader r cross join event_number n where r.name = ?")
        .param(READER)
        .query(Boolean.class)
        .single();
  }

  /** The number of the last event that was read. Nobody else reads until the transaction ends. */
  private long lock() {
    return database
        .jdbc()
        .sql("select last from event_reader where name = ? for update")
        .param(READER)
        .query(Long.class)
        .single();
  }

  private record Touch(
      long number, String actor, @Nullable String migration, @Nullable String mailbox) {}

  private boolean readEvents() {
    List<Touch> touches = touches(lock());
    if (touches.isEmpty()) {
      return false;
    }
    Map<String, String> actors = actors(touches);
    for (List<String> some : Parts.of(List.copyOf(actors.keySet()), AT_ONCE)) {
      calculate(some, actors);
    }
    int unused =
        database
            .jdbc()
            .sql("update event_reader set last = ? where name = ?")
            .params(touches.get(touches.size() - 1).number(), READER)
            .update();
    return true;
  }

  private List<Touch> touches(long after) {
    return database
        .jdbc()
        .sql(
            "select number, kind, actor, migration_id, mailbox_id, state from event where number > ?"
                + " order by number limit "
                + MOST_EVENTS)
        .param(after)
        .query(
            (row, index) -> {
              String state = row.getString("state");
              // What is told here need not be looked at here.
              boolean own =
                  row.getString("kind").equals("migration") && state != null && OWN.contains(state);
              return new Touch(
                  row.getLong("number"),
                  row.getString("actor"),
                  own ? null : row.getString("migration_id"),
                  own ? null : row.getString("mailbox_id"));
            })
        .list();
  }

  /** The migrations that were touched, each with who did it last. */
  private Map<String, String> actors(List<Touch> touches) {
    Map<String, String> ofMailboxes = new HashMap<>();
    Map<String, String> actors = new TreeMap<>();
    for (Touch touch : touches) {
      if (touch.mailbox() != null) {
        ofMailboxes.put(touch.mailbox(), touch.actor());
      }
    }
    if (!ofMailboxes.isEmpty()) {
      database
          .jdbc()
          .sql(
              "select distinct mm.migration_id, mm.mailbox_id from migration_mailbox mm"
                  + " join migration g on g.id = mm.migration_id where mm.mailbox_id in (:ids)"
                  + " and g.closed_at is null")
          .param("ids", ofMailboxes.keySet())
          .query(
              row -> {
                actors.put(
                    row.getString(1), Objects.requireNonNull(ofMailboxes.get(row.getString(2))));
              });
    }
    for (Touch touch : touches) {
      if (touch.migration() != null) {
        actors.put(touch.migration(), touch.actor());
      }
    }
    return actors;
  }

  /** Those that are over for good are left out, and those of a command, whose life is its run. */
  private void calculate(Collection<String> ids, Map<String, String> actors) {
    List<Stored> open =
        database
            .jdbc()
            .sql(
                "select id, stage, cancelled from migration where id in (:ids) and closed_at is null"
                    + " and only_node is null and stage not in ('COMPLETE', 'CLOSED') order by id")
            .param("ids", ids)
            .query(
                (row, number) ->
                    new Stored(
                        row.getString("id"),
                        MigrationStage.valueOf(row.getString("stage")),
                        row.getBoolean("cancelled")))
            .list();
    if (open.isEmpty()) {
      return;
    }
    Map<String, Map<MailboxStage, Long>> counts = stages.of(open.stream().map(Stored::id).toList());
    for (Stored each : open) {
      Map<MailboxStage, Long> mailboxes = counts.getOrDefault(each.id(), Map.of());
      MigrationStage now = MigrationStage.of(each.cancelled(), mailboxes);
      if (each.stage().mayBecome(now)) {
        become(each, now, mailboxes, actors.getOrDefault(each.id(), ACTOR));
      }
    }
  }

  /** Does nothing where a person has closed it at the same moment. */
  private void become(
      Stored migration, MigrationStage stage, Map<MailboxStage, Long> mailboxes, String actor) {
    int changed =
        database
            .jdbc()
            .sql(
                "update migration set stage = ?, stage_at = ?, report_due = report_due or ? where id = ?"
                    + " and stage = ? and closed_at is null")
            .params(
                stage.name(),
                clock.instant().atOffset(ZoneOffset.UTC),
                // The last report tells of all passes.
                stage == MigrationStage.COMPLETE,
                migration.id(),
                migration.stage().name())
            .update();
    if (changed > 0 && stage != MigrationStage.CLOSED) {
      events.add(
          "migration",
          actor,
          migration.id(),
          null,
          null,
          null,
          stage.name(),
          reasons.of(migration.id(), stage, mailboxes));
    }
  }
}
