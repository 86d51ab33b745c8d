package org.mailcaravan.model.status;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A night in five minutes: who must act, what ended, what is late, and what could not be told.
 *
 * @param since from when on, by the database's clock
 * @param until until when
 * @param actions who must act, and how: by cause, the most mailboxes first; at most 50
 * @param ended how much ended in that time
 * @param migrations those of which all passes ended, or which were closed, in that time, newest
 *     first; at most 20
 * @param awaitingCutover migrations that are copied, whose domains still send their mail elsewhere
 * @param forecasts those whose first copy ended in that time, and those that are later than was
 *     told first; the latest first, at most 20
 * @param hosts source servers that let in fewer mailboxes than configured, or none; at most 20
 * @param notTold what could not be told to anybody in that time; at most 20
 * @param mails mails in the support mailbox that wait for a person
 * @param supportMailbox why it cannot be looked into; null where it can
 */
public record Digest(
    Instant since,
    Instant until,
    List<Action> actions,
    Ended ended,
    List<Migration> migrations,
    AwaitingCutover awaitingCutover,
    List<Promise> forecasts,
    List<HostStatus> hosts,
    List<LostAnswer> notTold,
    WaitingMails mails,
    @Nullable SupportMailboxFailure supportMailbox) {
  public Digest {
    actions = List.copyOf(actions);
    migrations = List.copyOf(migrations);
    forecasts = List.copyOf(forecasts);
    hosts = List.copyOf(hosts);
    notTold = List.copyOf(notTold);
  }

  /**
   * The same cause at one or more mailboxes.
   *
   * @param owner who can fix it: {@code customer}, {@code old-host} or {@code us}
   * @param code an id of {@link org.mailcaravan.model.ProblemCode}, or {@code waits-for-...} with
   *     one of {@link org.mailcaravan.model.WaitsFor}
   * @param mailboxes how many
   * @param example the address of one at the old provider
   * @param cause what happened there, in words that may hold a server's
   * @param nextStep what to do next
   */
  public record Action(
      String owner, String code, long mailboxes, String example, String cause, String nextStep) {}

  /**
   * How much ended.
   *
   * @param migrations all passes of which ended, or which were closed
   * @param closed how many of these are closed
   * @param mailboxes copied for the first time, with or without problems
   * @param messages of these
   * @param bytes octets that were copied for these
   * @param laterPasses passes after the first one
   * @param laterBytes octets that were copied by these
   * @param failed passes that ended with nothing more that they could do
   */
  public record Ended(
      long migrations,
      long closed,
      long mailboxes,
      long messages,
      long bytes,
      long laterPasses,
      long laterBytes,
      long failed) {}

  /**
   * A migration that ended.
   *
   * @param name that of its request, which a stranger has chosen
   * @param stage an id of {@link org.mailcaravan.model.MigrationStage}
   */
  public record Migration(
      String id, String name, String stage, long mailboxes, Instant finishedAt) {}

  /**
   * Migrations whose customer has to change the DNS.
   *
   * @param longest the id of the one that waits longest; null where none waits
   * @param since since when that waits
   */
  public record AwaitingCutover(
      long migrations, @Nullable String longest, @Nullable Instant since) {}

  /**
   * What was told of when a migration will be copied, and what came.
   *
   * @param first as the first answer told it
   * @param last as it was told last
   * @param copiedAt when its last first pass ended; null while one waits or runs
   */
  public record Promise(
      String id, String name, Instant first, Instant last, @Nullable Instant copiedAt) {}
}
