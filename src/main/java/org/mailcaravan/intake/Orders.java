package org.mailcaravan.intake;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ReplyTo;
import org.mailcaravan.model.Secret;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.model.status.Steered;
import org.mailcaravan.model.status.Target;
import org.mailcaravan.store.AnswerThreads;
import org.mailcaravan.store.Answers;
import org.mailcaravan.store.Controls;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.PasswordTrials;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what senders ask for in answers to our answers, and tells them what was done: the bean
 * {@code mail-orders} of the routes. All of it can be done twice, as after a kill, and is the same.
 * Thread-safe.
 */
public final class Orders {
  private static final Logger LOG = LoggerFactory.getLogger(Orders.class);

  /** Characters of an event. */
  private static final int LONGEST_ACTOR = 200;

  /** Each is tried out at its server before it is kept. */
  private static final int MOST_PASSWORDS = 10;

  /** Of one mail, so that others do not wait long; a trial that has begun ends. */
  private static final Duration LONGEST_TRIALS = Duration.ofMinutes(1);

  private final Database database;
  private final Answers answers;
  private final AnswerThreads threads;
  private final Controls controls;
  private final PasswordChange passwords;
  private final PasswordTrials trials;
  private final boolean ownPasswords;
  private final Runnable goOn;
  private final Clock clock;
  private final Schedule schedule;

  /** Tries out a password and keeps it. */
  @FunctionalInterface
  public interface PasswordChange {
    /**
     * Replaces a password after a login with it, and makes the mailbox run again.
     *
     * @return whether the mailbox goes on with it; not one that is paused or cancelled
     * @throws MigrationException when the login fails; nothing is replaced
     */
    boolean change(String mailboxId, Side side, Secret password, String actor);
  }

  /**
   * @param ownPasswords whether mailboxes have passwords of their own at the new server
   * @param goOn run before each step that may take long
   * @param schedule which starts are possible
   */
  public Orders(
      Database database,
      Answers answers,
      AnswerThreads threads,
      Controls controls,
      PasswordChange passwords,
      PasswordTrials trials,
      boolean ownPasswords,
      Runnable goOn,
      Clock clock,
      Schedule schedule) {
    this.database = database;
    this.answers = answers;
    this.threads = threads;
    this.controls = controls;
    this.passwords = passwords;
    this.trials = trials;
    this.ownPasswords = ownPasswords;
    this.goOn = goOn;
    this.clock = clock;
    this.schedule = schedule;
  }

  /** Does what a part of a mail asks for. */
  public void carryOut(MailRequests.Part part) {
    Order order = part.asked().orElseThrow();
    String migration = order.about().migration();
    String sender = VisibleText.of(part.replyTo().address());
    String actor = sender.substring(0, Math.min(LONGEST_ACTOR, sender.length()));
    List<String> done = new ArrayList<>();
    if (order.cancels()) {
      done.add(cancel(migration, actor));
    } else {
      changePasswords(order, actor, done);
      if (!order.start().isEmpty()) {
        done.add(start(order.about(), order.start(), actor));
      }
    }
    LOG.info("the answer of {} to migration {}: {}", actor, migration, String.join(" ", done));
    ReplyTo to = part.replyTo().with(done);
    database.inTransaction(
        () -> {
          answers.queue(Answers.Answer.ofUnread(to, List.of()));
          threads.about(to.key(), migration);
        });
  }

  private String cancel(String migration, String actor) {
    Steered steered = controls.cancel(new Target(Target.Kind.MIGRATION, migration), actor);
    return steered.notPossible() > 0
        ? "Migration " + migration + " has ended already; there is nothing to cancel."
        : "Migration " + migration + " is cancelled. What has arrived stays.";
  }

  private String start(AnswerThreads.Known about, String text, String actor) {
    String shown = VisibleText.of(text);
    Optional<Instant> wanted = schedule.read(text);
    if (wanted.isEmpty()) {
      return "The time \"%s\" cannot be read. Write it as 2026-12-01 18:00.".formatted(shown);
    }
    Instant at = wanted.get();
    String time = schedule.words(at);
    Instant now = clock.instant();
    if (at.isBefore(now)) {
      return "The time %s is over; nothing was changed. Write one that is to come.".formatted(time);
    }
    if (at.isAfter(now.plus(Schedule.LATEST))) {
      return "The time %s is more than %d days ahead; nothing was changed. Write an earlier one."
          .formatted(time, Schedule.LATEST.toDays());
    }
    Schedule.Start start = schedule.start(about.opened(), at);
    String first = schedule.words(start.at());
    if (start.late() && schedule.asksBack()) {
      return "The time %s is too early, and nothing was changed: the first one that is possible is %s. Answer with it or a later one."
          .formatted(time, first);
    }
    Steered steered = controls.startAt(about.migration(), start.at(), actor);
    if (steered.changed() == 0) {
      return "No mailbox of migration %s waits any more, so that none begins at %s."
          .formatted(about.migration(), first);
    }
    return (steered.changed() == 1
            ? "%d mailbox of migration %s begins at %s."
            : "%d mailboxes of migration %s begin at %s.")
        .formatted(steered.changed(), about.migration(), first);
  }

  private void changePasswords(Order order, String actor, List<String> done) {
    List<Order.NewPassword> all = order.passwords();
    Instant end = clock.instant().plus(LONGEST_TRIALS);
    int tried = 0;
    for (Order.NewPassword each : all) {
      if (tried == MOST_PASSWORDS || (tried > 0 && clock.instant().isAfter(end))) {
        done.add(
            "Only the first %d passwords were tried. Send the others in another mail."
                .formatted(tried));
        return;
      }
      goOn.run();
      changePassword(order.about(), each, actor, done);
      tried++;
    }
  }

  private void changePassword(
      AnswerThreads.Known about, Order.NewPassword each, String actor, List<String> done) {
    List<AnswerThreads.Named> meant =
        about.mailboxes().stream()
            .filter(known -> each.address().isEmpty() || known.isAt(each.address()))
            .toList();
    if (meant.size() != 1) {
      done.add(
          "It is not clear whose password is meant, and nothing was changed. Write \"E-mail address:\" with the"
              + " address in the line before it.");
      return;
    }
    AnswerThreads.Named mailbox = meant.get(0);
    String name = VisibleText.of(mailbox.source());
    // Where mailboxes have no passwords of their own here, a "new" one is the right one there.
    Side side = each.atSource() || !ownPasswords ? Side.SOURCE : Side.DESTINATION;
    AnswerThreads.Refused refused = threads.refused(mailbox.id());
    if (side == Side.SOURCE && refused.atNew() && !refused.atOld()) {
      // What we asked for is the password at the new server, which the old provider must not see.
      done.add(
          (ownPasswords
                  ? "The old provider lets us in to %s, so the password was not tried there. If it is the one at the new"
                      + " server, send it in a line \"New password: ...\"."
                  : "The old provider lets us in to %s, so the password was not tried there. You need not send one: we"
                      + " look for the mailbox at the new server by ourselves.")
              .formatted(name));
      return;
    }
    if (side == Side.DESTINATION && refused.atOld() && !refused.atNew()) {
      // Many call the corrected one the new one.
      done.add(
          "We wait for the password of %s at the old provider, so this one was not tried. If it is that one, send it in a line \"Password: ...\"."
              .formatted(name));
      return;
    }
    if (!trials.mayTry(mailbox.id(), side)) {
      done.add(
          "The new password of %s was not tried: within an hour we try three. Send it again in an hour."
              .formatted(name));
      return;
    }
    trials.tried(mailbox.id(), side, actor);
    try {
      boolean goesOn = passwords.change(mailbox.id(), side, each.password(), actor);
      trials.taken(mailbox.id(), side, actor);
      done.add(works(goesOn, side, refused).formatted(name));
    } catch (MigrationException e) {
      Problem problem = e.problem();
      String why = VisibleText.of(problem.cause());
      done.add(
          "The new password of %s was not taken: %s"
              .formatted(
                  name, why.contains(each.password().reveal()) ? "the login was refused." : why));
      done.add(problem.owner() == Owner.US ? "We take care of it." : problem.nextStep());
    }
  }

  /**
   * @param refused before the password was replaced
   */
  private static String works(boolean goesOn, Side side, AnswerThreads.Refused refused) {
    if (!goesOn) {
      return "The new password of %s works. Its mailbox is paused or cancelled, and stays so.";
    }
    if (side == Side.DESTINATION && refused.atOld()) {
      return "The new password of %s works. We still need the right one at the old provider.";
    }
    return side == Side.SOURCE && refused.atNew()
        ? "The new password of %s works. At the new server we still cannot log in to this mailbox."
        : "The new password of %s works, and its mailbox goes on.";
  }
}
