package org.mailcaravan.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mailcaravan.model.MigrationMessage;
import org.mailcaravan.model.MigrationStage;

/** Reads the events of migrations in their order, and queues what they are told by. Thread-safe. */
final class TellingQueue {
  private static final String READER = "tell";
  private static final int EVENTS_AT_ONCE = 1000;

  /** Turns within one call; what is left waits for the next one. */
  private static final int MOST_TURNS = 50;

  /** What customers have to do is told together: longer than {@link CustomerSteps#GATHERED}. */
  private static final Duration GATHERED = CustomerSteps.GATHERED.plusMinutes(5);

  /** How often it is seen what other programs have left: each sees to its own while it lives. */
  private static final Duration LOOK = Duration.ofMinutes(2);

  /** The stage in which a cutover is told that was seen before everything was copied. */
  private static final String LATE_CUTOVER = MigrationStage.FINAL_PASSES.name();

  private static final List<String> ALL_STATES =
      Stream.concat(MigrationMessage.states().stream(), Stream.of(LATE_CUTOVER)).toList();

  private static final Set<MigrationMessage> OF_CUTOVER =
      EnumSet.of(MigrationMessage.CUTOVER, MigrationMessage.LAPSED);

  /** Of a migration m: where no row could be used, its customer sends them again. */
  private static final String SOME_MAILBOX =
      " and exists (select 1 from migration_mailbox v where v.migration_id = m.id)";

  /** Of a migration m: who is told of its cutover finds the mail at the new server. */
  private static final String COPIED =
      Arrays.stream(MigrationStage.values())
          .filter(MigrationStage::isBeforeCopied)
          .map(stage -> "'" + stage + "'")
          .collect(Collectors.joining(", ", " and m.stage not in (", ")"));

  /**
   * Of an event e: who has heard of a lapse has to change the DNS back, and not for the first time.
   */
  private static final String BEFORE_CUTOVER =
      " and not exists (select 1 from telling c where c.migration_id = e.migration_id"
          + " and c.receiver = :receiver and c.message in ('CUTOVER', 'LAPSED'))";

  /** Of an event e: the last that was told of its cutover is not that it has come. */
  private static final String NOT_TOLD =
      " and not exists (select 1 from telling t where t.migration_id = e.migration_id"
          + " and t.receiver = :receiver and t.message = 'CUTOVER' and not exists (select 1 from telling l"
          + " where l.migration_id = t.migration_id and l.receiver = t.receiver"
          + " and l.message = 'LAPSED' and l.event_number > t.event_number))";

  private final Database database;
  private final Events events;
  private final List<Receiver> receivers;
  private final AtomicLong seen = new AtomicLong(-1);
  private final AtomicReference<Instant> looked = new AtomicReference<>(Instant.MIN);

  TellingQueue(Database database, Events events, List<Receiver> receivers) {
    this.database = database;
    this.events = events;
    this.receivers = receivers;
  }

  /**
   * Queues what new events are told by. Of several nodes one does it. It asks the database only
   * where this program has written an event since the last turn, and every two minutes.
   *
   * @return whether it has seen that something waits to be told
   */
  boolean turn(Instant now) {
    long written = database.eventsWritten();
    Instant last = Objects.requireNonNull(looked.get());
    boolean isTime = last.equals(Instant.MIN) || !now.isBefore(last.plus(LOOK));
    if (!isTime && written == seen.get()) {
      return false;
    }
    Left left = left();
    for (int turns = 0; turns < MOST_TURNS && left.events(); turns++) {
      int unused = database.tryingAgain(this::readOn);
      left = left();
    }
    seen.set(written);
    looked.set(now);
    return left.messages();
  }

  /** Whether events are left to be read, and messages to be told. */
  private record Left(boolean events, boolean messages) {}

  private Left left() {
    return database
        .jdbc()
        .sql(
            "select case when r.last < n.last then 1 else 0 end,"
                + " case when exists (select 1 from telling where sent_at is null and not given_up)"
                + " then 1 else 0 end from event_reader r, event_number n where r.name = ?")
        .param(READER)
        .query((row, number) -> new Left(row.getInt(1) == 1, row.getInt(2) == 1))
        .single();
  }

  private int readOn() {
    long from =
        database
            .jdbc()
            .sql("select last from event_reader where name = ? for update")
            .param(READER)
            .query(Long.class)
            .single();
    long to = Math.min(from + EVENTS_AT_ONCE, events.last());
    if (to <= from) {
      return 0;
    }
    List<String> states =
        database
            .jdbc()
            .sql(
                "select distinct state from event where number > :from and number <= :to and kind = 'migration'"
                    + " and state in (:states)")
            .param("from", from)
            .param("to", to)
            .param("states", ALL_STATES)
            .query(String.class)
            .list();
    int queued = 0;
    // In this order: a cutover that is told by its own event is not told by the stage as well.
    for (String state : ALL_STATES) {
      if (states.contains(state)) {
        MigrationMessage message = MigrationMessage.byState(state).orElse(MigrationMessage.CUTOVER);
        for (Receiver receiver : receivers) {
          if (receiver.messages().contains(message)) {
            queued += queue(message, state, receiver, from, to);
          }
        }
      }
    }
    int unused =
        database
            .jdbc()
            .sql("update event_reader set last = ? where name = ?")
            .params(to, READER)
            .update();
    return queued;
  }

  private int queue(MigrationMessage message, String state, Receiver receiver, long from, long to) {
    String first =
        " and not exists (select 1 from event x where x.migration_id = e.migration_id"
            + " and x.number > :from and x.number < e.number and x.kind = 'migration' and x.state = :state)";
    String once =
        first
            + " and not exists (select 1 from telling t where t.migration_id = e.migration_id"
            + " and t.message = :message and t.receiver = :receiver)";
    return database
        .jdbc()
        .sql(
            "insert into telling (event_number, migration_id, message, receiver, queued_at, due_at)"
                + " select e.number, m.id, cast(:message as varchar(40)), cast(:receiver as varchar(100)),"
                + " current_timestamp, current_timestamp + "
                + Seconds.SQL.replace("?", ":wait")
                + " from event e join migration m on m.id = e.migration_id join request r on r.id = m.request_id"
                + " where e.number > :from and e.number <= :to and e.kind = 'migration' and e.state = :state"
                + " and m.only_node is null"
                + receiver.reach().condition()
                + (message.isOnce() ? once : "")
                + (message == MigrationMessage.CLOSED ? SOME_MAILBOX : "")
                + (OF_CUTOVER.contains(message) ? COPIED : "")
                + (message == MigrationMessage.FIRST_PASS_DONE ? BEFORE_CUTOVER : "")
                + (state.equals(LATE_CUTOVER) ? first + NOT_TOLD : ""))
        .param("message", message.name())
        .param("receiver", receiver.name())
        .param(
            "wait",
            Seconds.of(message == MigrationMessage.NEEDS_CUSTOMER ? GATHERED : Duration.ZERO))
        .param("from", from)
        .param("to", to)
        .param("state", state)
        .update();
  }
}
