package org.mailcaravan.store;

import java.time.Instant;
import java.util.function.Supplier;
import org.mailcaravan.model.FinalPasses;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.status.Steered;
import org.mailcaravan.model.status.Target;

/**
 * What a person may order of mailboxes, migrations and hosts. A waiting pass changes at once; a
 * running one is told, and its owner follows at the next batch. Each order is one transaction, safe
 * against a claim at the same moment, and leaves an event with the name of who gave it. What does
 * not exist is {@link Steered#NOTHING}. Thread-safe.
 */
public final class Controls {
  private static final String REPLACED = "its password was replaced";

  private final Database database;
  private final Retries retries;
  private final MailboxControls mailboxes;
  private final MigrationControls migrations;
  private final HostControls hosts;
  private final CustomerSteps steps;
  private final Cutovers cutovers;

  /** With the usual final passes after a cutover. */
  public Controls(Database database, Events events) {
    this(database, events, FinalPasses.STANDARD);
  }

  /**
   * @param plan when the final passes after a cutover run
   */
  public Controls(Database database, Events events, FinalPasses plan) {
    this.cutovers = new Cutovers(database, events, plan);
    this.database = database;
    this.retries = new Retries(database);
    Endings endings = new Endings(database, events);
    this.mailboxes = new MailboxControls(database, events, retries, endings);
    this.migrations = new MigrationControls(database, events, retries, endings);
    this.hosts = new HostControls(database, events);
    this.steps = new CustomerSteps(database, events);
  }

  /** Lets nothing of it run until it is resumed. */
  public Steered pause(Target target, String actor) {
    return steer(
        () ->
            switch (target.kind()) {
              case MAILBOX -> mailboxes.pause(target.id(), actor);
              case MIGRATION -> migrations.pause(target.id(), actor);
              case HOST -> hosts.pause(target.id(), actor);
            });
  }

  /** Ends a pause. A host that was left alone for a while is tried again at once. */
  public Steered resume(Target target, String actor) {
    return steer(
        () ->
            switch (target.kind()) {
              case MAILBOX -> mailboxes.resume(target.id(), actor);
              case MIGRATION -> migrations.resume(target.id(), actor);
              case HOST -> hosts.resume(target.id(), actor);
            });
  }

  /**
   * Ends its passes for good. A migration whose last pass this was has ended.
   *
   * @throws IllegalArgumentException for a host
   */
  public Steered cancel(Target target, String actor) {
    return steer(
        () ->
            switch (target.kind()) {
              case MAILBOX -> mailboxes.cancel(target.id(), actor);
              case MIGRATION -> migrations.cancel(target.id(), actor);
              case HOST -> throw notForHosts("cancel");
            });
  }

  /**
   * Closes a migration for good, whatever has arrived. What waits ends, what runs stops at its next
   * batch, and the passwords of its mailboxes are purged then. A new request opens its mailboxes
   * again.
   */
  public Steered close(String migrationId, String actor) {
    return steer(() -> migrations.close(migrationId, actor));
  }

  /**
   * Makes its waiting passes due now, and makes new ones: for a mailbox that has none, for the
   * mailboxes of a migration that need one. A time that a server wanted an account left alone is
   * forgotten.
   *
   * @throws IllegalArgumentException for a host
   */
  public Steered retry(Target target, String actor) {
    String why = "a person wants it to be tried now";
    return steer(
        () ->
            switch (target.kind()) {
              case MAILBOX -> mailboxes.retry(target.id(), actor, why);
              case MIGRATION -> migrations.retry(target.id(), actor, why);
              case HOST -> throw notForHosts("retry");
            });
  }

  /**
   * Lets the passes of a migration that wait begin at a time. Those that run go on.
   *
   * @return how many begin then
   */
  public Steered startAt(String migrationId, Instant at, String actor) {
    return steer(() -> migrations.startAt(migrationId, at, actor));
  }

  /**
   * All of its mail comes to the new server from now on, as a person knows: final passes take the
   * place of catch-up passes.
   *
   * @throws IllegalArgumentException for a host
   */
  public Steered cutover(Target target, String actor) {
    return switch (target.kind()) {
      case MAILBOX ->
          cutover(Cutovers.Of.MAILBOX, target.id(), actor, "all mail of a mailbox comes to us");
      case MIGRATION ->
          cutover(
              Cutovers.Of.MIGRATION, target.id(), actor, "all mail of its mailboxes comes to us");
      case HOST -> throw notForHosts("cutover");
    };
  }

  /**
   * The same for the mailboxes of a domain.
   *
   * @param domain in ASCII and lower case
   * @return {@link Steered#NOTHING} when no mailbox is known whose address is of the domain
   */
  public Steered cutoverOfDomain(String domain, String actor) {
    return cutover(Cutovers.Of.DOMAIN, domain, actor, "all mail of " + domain + " comes to us");
  }

  private Steered cutover(Cutovers.Of which, String id, String actor, String reason) {
    return steer(
        () -> {
          long before = cutovers.count(which, id);
          long changed = cutovers.seen(which, id, actor, null, reason);
          if (changed + before > 0) {
            return new Steered(changed, 0, before, 0);
          }
          return cutovers.isKnown(which, id) ? new Steered(0, 0, 0, 1) : Steered.NOTHING;
        });
  }

  /**
   * Sets its priority. The higher goes first; 0 is usual.
   *
   * @throws IllegalArgumentException for a host
   */
  public Steered priority(Target target, int priority, String actor) {
    return steer(
        () ->
            switch (target.kind()) {
              case MAILBOX -> mailboxes.priority(target.id(), priority, actor);
              case MIGRATION -> migrations.priority(target.id(), priority, actor);
              case HOST -> throw notForHosts("priority");
            });
  }

  /**
   * A password of the mailbox was replaced: how often it was refused is forgotten, and it is tried
   * now.
   *
   * @param keep stores the password, in the same transaction
   */
  public Steered passwordChanged(String mailboxId, Side side, String actor, Runnable keep) {
    return steer(
        () -> {
          if (isOver(mailboxId)) {
            return new Steered(0, 0, 0, 1);
          }
          keep.run();
          retries.forgetRefusals(mailboxId);
          Steered steered = mailboxes.retry(mailboxId, actor, REPLACED);
          steps.passwordCame(mailboxId, side);
          return steered;
        });
  }

  /**
   * The same, for a customer: what a person has paused stays so, and what was cancelled does not
   * begin again. After a password of the new server, what the old provider refuses is not tried
   * there once more.
   */
  public Steered passwordCame(String mailboxId, Side side, String actor, Runnable keep) {
    return steer(
        () -> {
          if (isOver(mailboxId)) {
            return new Steered(0, 0, 0, 1);
          }
          keep.run();
          Steered steered;
          if (side == Side.DESTINATION && steps.waitsForOldLogin(mailboxId)) {
            steered = mailboxes.passwordKept(mailboxId, actor, REPLACED);
          } else {
            retries.forgetRefusals(mailboxId);
            steered = mailboxes.passwordCame(mailboxId, actor, REPLACED);
          }
          steps.passwordCame(mailboxId, side);
          return steered;
        });
  }

  /** Whether no migration that is open names a mailbox: a password of it would stay for nothing. */
  public boolean isOver(String mailboxId) {
    return database
        .jdbc()
        .sql(
            "select count(*) as named, coalesce(sum(case when g.only_node is null and (g.stage = 'CLOSED'"
                + " or g.closed_at is not null) then 0 else 1 end), 0) as of_open from migration_mailbox mm"
                + " join migration g on g.id = mm.migration_id where mm.mailbox_id = ?")
        .param(mailboxId)
        .query((row, number) -> row.getLong("named") > 0 && row.getLong("of_open") == 0)
        .single();
  }

  /**
   * Whether nobody has paused or cancelled a mailbox, nor paused, cancelled or closed the last
   * migration that names it and is open; or where none is, the last one.
   */
  public boolean goesOn(String mailboxId) {
    return !database
        .jdbc()
        .sql(
            "select 1 from mailbox b where b.id = ? and not b.paused and b.state <> 'CANCELLED'"
                + " and not exists (select 1 from migration m where (m.paused or m.cancelled or (m.stage = 'CLOSED'"
                + " and m.only_node is null)) and m.id = coalesce("
                + LaterPasses.LAST_OPEN.formatted("b.id")
                + ", (select max(migration_id) from migration_mailbox where mailbox_id = b.id)))")
        .param(mailboxId)
        .query(Integer.class)
        .list()
        .isEmpty();
  }

  /** Two orders at one moment may want the same rows in another order; one of them begins again. */
  private Steered steer(Supplier<Steered> order) {
    return database.tryingAgain(order);
  }

  private static IllegalArgumentException notForHosts(String order) {
    return new IllegalArgumentException(order + " is for mailboxes and migrations");
  }
}
