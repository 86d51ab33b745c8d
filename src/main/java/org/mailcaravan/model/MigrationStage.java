package org.mailcaravan.model;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where a migration is in its life. {@link #of} calculates it from its mailboxes, and {@link
 * #mayBecome} defines all transitions.
 */
public enum MigrationStage {
  /** For its turn, or for the look at both sides. */
  WAITING("waiting"),
  /** For the start that its request asked for. */
  WAITING_FOR_START("waiting for its start"),
  /** For its window to open. */
  WAITING_FOR_WINDOW("waiting for its window"),
  /** For a mailbox that is not at the new server yet. */
  WAITING_FOR_MAILBOX("waiting for a mailbox at the new server"),
  /** For a password that has not come yet. */
  WAITING_FOR_PASSWORD("waiting for a password"),
  /** First passes have begun, and go on by themselves. */
  COPYING("copying"),
  /** Nothing goes on by itself until a person does something. */
  NEEDS_ATTENTION("needs attention"),
  /** The first pass of each mailbox is done; mail may still come to the old server. */
  WAITING_FOR_CUTOVER("waiting for the cutover"),
  /** All mail comes to us; passes look whether the old server is quiet. */
  FINAL_PASSES("final passes"),
  /** The old server is quiet: the last report is written, then it closes. */
  COMPLETE("complete"),
  /** Its passwords are purged. A person may have closed it before all had arrived. */
  CLOSED("closed"),
  /** A person has cancelled it. */
  CANCELLED("cancelled");

  /** Of those with equally many mailboxes the one that a person can do something about. */
  private static final List<MigrationStage> WAITS =
      List.of(
          WAITING_FOR_PASSWORD,
          WAITING_FOR_MAILBOX,
          WAITING_FOR_START,
          WAITING_FOR_WINDOW,
          WAITING);

  private final String id = name().toLowerCase(Locale.ROOT).replace('_', '-');
  private final String words;

  MigrationStage(String words) {
    this.words = words;
  }

  /** The stage as JSON shows it: {@code waiting-for-cutover}. */
  public String id() {
    return id;
  }

  /** The stage with an id; empty for one of another version. */
  public static Optional<MigrationStage> byId(String id) {
    return Arrays.stream(values()).filter(stage -> stage.id.equals(id)).findFirst();
  }

  /** The stage for people: {@code waiting for the cutover}. */
  public String words() {
    return words;
  }

  /** Whether it waits to be copied, or is being copied. */
  public boolean isBeforeCopied() {
    return this == COPYING || WAITS.contains(this);
  }

  /** Whether nothing is done for it any more, unless a person or a request wants it. */
  public boolean isOver() {
    return this == CLOSED || this == CANCELLED;
  }

  /**
   * The stage of a migration that is not closed.
   *
   * @param cancelled whether a person has cancelled it as a whole
   * @param mailboxes how many of its mailboxes are in each stage
   */
  public static MigrationStage of(boolean cancelled, Map<MailboxStage, Long> mailboxes) {
    long dropped = count(mailboxes, MailboxStage.CANCELLED);
    long counted = mailboxes.values().stream().mapToLong(Long::longValue).sum() - dropped;
    if (cancelled || (counted == 0 && dropped > 0)) {
      return CANCELLED;
    }
    if (counted == 0) {
      return CLOSED;
    }
    long passed =
        count(mailboxes, MailboxStage.WAITING_FOR_CUTOVER)
            + count(mailboxes, MailboxStage.FINAL_PASSES)
            + count(mailboxes, MailboxStage.QUIET);
    boolean othersAreDue = passed > 0 && count(mailboxes, MailboxStage.WAITING) > 0;
    if (count(mailboxes, MailboxStage.COPYING) > 0 || othersAreDue) {
      return COPYING;
    }
    MigrationStage most =
        WAITS.stream()
            .max(
                Comparator.comparingLong((MigrationStage stage) -> count(mailboxes, stage))
                    .thenComparing(WAITS::indexOf, Comparator.reverseOrder()))
            .orElseThrow();
    if (count(mailboxes, most) > 0) {
      return most;
    }
    return afterFirstPasses(mailboxes);
  }

  private static MigrationStage afterFirstPasses(Map<MailboxStage, Long> mailboxes) {
    boolean isBefore = count(mailboxes, MailboxStage.WAITING_FOR_CUTOVER) > 0;
    boolean isAfter = count(mailboxes, MailboxStage.FINAL_PASSES) > 0;
    if (count(mailboxes, MailboxStage.NEEDS_ATTENTION) > 0) {
      // Final passes go on by themselves; the cutover waits until nothing is missing.
      return isAfter && !isBefore ? FINAL_PASSES : NEEDS_ATTENTION;
    }
    if (isBefore) {
      return WAITING_FOR_CUTOVER;
    }
    return isAfter ? FINAL_PASSES : COMPLETE;
  }

  private static long count(Map<MailboxStage, Long> mailboxes, MigrationStage stage) {
    return count(mailboxes, MailboxStage.valueOf(stage.name()));
  }

  private static long count(Map<MailboxStage, Long> mailboxes, MailboxStage stage) {
    return mailboxes.getOrDefault(stage, 0L);
  }

  /** Whether a migration may change from this stage to another. */
  public boolean mayBecome(MigrationStage next) {
    return switch (this) {
      // Its mailboxes are opened by a new request, which is a migration of its own.
      case CLOSED -> false;
      // It was told that all is done: what comes now is for a new request.
      case COMPLETE -> next == CLOSED;
      // A retry opens it again, and a look may find it anywhere then. What was cancelled is never
      // complete: a mailbox that is retried has a pass first.
      case CANCELLED -> next != CANCELLED && next != COMPLETE;
      // A retry of a mailbox that did not count any more, a lapse of the cutover, and whatever
      // happens between two looks lead anywhere.
      case WAITING,
          WAITING_FOR_START,
          WAITING_FOR_WINDOW,
          WAITING_FOR_MAILBOX,
          WAITING_FOR_PASSWORD,
          COPYING,
          NEEDS_ATTENTION,
          WAITING_FOR_CUTOVER,
          FINAL_PASSES ->
          next != this;
    };
  }
}
