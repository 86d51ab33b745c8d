package org.mailcaravan.model;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a mailbox is in the life of a migration that names it. It is not stored, but calculated by
 * {@link #of}. Its passes go through the states that {@link MailboxState#mayBecome} allows; since a
 * retry, a request or a lapse of the cutover can come at any time, any stage may follow any other.
 */
public enum MailboxStage {
  /** For its turn, or for the look at both sides. */
  WAITING("waiting"),
  /** For the start that its request asked for. */
  WAITING_FOR_START("waiting for its start"),
  /** For its window to open. */
  WAITING_FOR_WINDOW("waiting for its window"),
  /** For the mailbox at the new server, which is not there yet. */
  WAITING_FOR_MAILBOX("waiting for the mailbox at the new server"),
  /** For its password, which has not come yet. */
  WAITING_FOR_PASSWORD("waiting for its password"),
  /** Its first pass has begun, and goes on by itself. */
  COPYING("copying"),
  /**
   * Nothing was copied, or not all of it after the last of the final passes: a person has to act.
   */
  NEEDS_ATTENTION("needs attention"),
  /** Its first pass is done; mail may still come to the old server. */
  WAITING_FOR_CUTOVER("waiting for the cutover"),
  /** Its mail comes to us; passes look whether the old server is quiet. */
  FINAL_PASSES("final passes"),
  /** Final passes have found nothing more at the old server. */
  QUIET("quiet"),
  /** A person has cancelled it or its migration. It does not count any more. */
  CANCELLED("cancelled");

  private final String id = name().toLowerCase(Locale.ROOT).replace('_', '-');
  private final String words;

  MailboxStage(String words) {
    this.words = words;
  }

  /** The stage as JSON shows it: {@code waiting-for-cutover}. */
  public String id() {
    return id;
  }

  /** The stage for people: {@code waiting for the cutover}. */
  public String words() {
    return words;
  }

  /**
   * A first pass that has not ended.
   *
   * @param waitsFor null while it runs
   * @param begun whether it has run before, and was given back
   */
  public record FirstPass(@Nullable WaitsFor waitsFor, boolean begun) {
    private MailboxStage stage() {
      MailboxStage underWay = begun ? COPYING : WAITING;
      return waitsFor == null
          ? COPYING
          : switch (waitsFor) {
            case START -> WAITING_FOR_START;
            case WINDOW -> WAITING_FOR_WINDOW;
            case MAILBOX -> WAITING_FOR_MAILBOX;
            case PASSWORD -> WAITING_FOR_PASSWORD;
            case TURN, RETRY, SERVER, HOST, DESTINATION, PREFLIGHT, NODE, RESUME -> underWay;
          };
    }
  }

  /**
   * What is known of a mailbox, as one migration sees it.
   *
   * @param firstPass the first pass on behalf of the migration, or any of a mailbox of which
   *     nothing was copied yet; null when none waits or runs
   * @param copied whether a pass has copied it
   * @param cutOver whether its mail comes to us
   * @param quiet whether enough final passes in a row have brought nothing
   * @param stuck whether the list of final passes is through, and still something is missing
   */
  public record Standing(
      MailboxState state,
      @Nullable FirstPass firstPass,
      boolean copied,
      boolean cutOver,
      boolean quiet,
      boolean stuck) {}

  /** The stage of a mailbox of a migration that is neither closed nor cancelled. */
  public static MailboxStage of(Standing standing) {
    if (standing.firstPass() != null) {
      return standing.firstPass().stage();
    }
    if (standing.state() == MailboxState.CANCELLED) {
      return CANCELLED;
    }
    if (!standing.copied()) {
      return switch (standing.state()) {
        case BLOCKED, FAULT, INCOMPLETE -> NEEDS_ATTENTION;
        case QUEUED, COPYING, COPIED, CANCELLED -> WAITING;
      };
    }
    if (!standing.cutOver()) {
      return WAITING_FOR_CUTOVER;
    }
    if (standing.quiet()) {
      return QUIET;
    }
    return standing.stuck() ? NEEDS_ATTENTION : FINAL_PASSES;
  }
}
