package org.mailcaravan.sync.session;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ConnectFailed;
import org.mailcaravan.imap.ConnectionLost;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ImapException;
import org.mailcaravan.imap.LoginRefused;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.NextStep;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.model.Where;
import org.mailcaravan.sync.diagnosis.Diagnosis;

/** What goes wrong in a pass, what it means, and whether the pass goes on. Thread-safe. */
final class PassFailures {
  private final PassTally tally;
  private final Logins logins;
  private final Patience patience;
  private final Diagnosis diagnosis;
  private final SourceReports reports;
  private final WaitsOfPass waits;
  private final VainWaits vainWaits;
  private final ToldWaits toldWaits;
  private volatile @Nullable MigrationException endedBy;
  private @Nullable FolderName doubted;
  private long resultsAtDoubt = -1;

  PassFailures(
      PassTally tally,
      Logins logins,
      Patience patience,
      Diagnosis diagnosis,
      SourceReports reports) {
    this.tally = tally;
    this.logins = logins;
    this.patience = patience;
    this.diagnosis = diagnosis;
    this.reports = reports;
    this.waits = patience.waits();
    this.vainWaits = patience.vainWaits(tally);
    this.toldWaits = patience.toldWaits(tally);
  }

  /** The failure after which nothing more is tried, or null. */
  @Nullable MigrationException endedBy() {
    return endedBy;
  }

  /** Nothing more is tried. */
  void end(MigrationException failure) {
    endedBy = failure;
  }

  /** As {@link #end}: several lanes may meet the same failure, and the first one is reported. */
  synchronized MigrationException endOnce(MigrationException failure) {
    MigrationException first = endedBy;
    if (first != null) {
      return first;
    }
    endedBy = failure;
    return failure;
  }

  /**
   * A failure will not be retried. When it concerns the whole mailbox, not one folder, it ends the
   * pass: every other folder would wait and fail likewise.
   *
   * @param isAnyOpen whether some session of the pass has its connections
   */
  void failed(MigrationException failure, boolean isAnyOpen) {
    Throwable cause = failure.getCause();
    if (((cause instanceof ConnectFailed || cause instanceof LoginRefused) && !isAnyOpen)
        || (cause instanceof CommandRefused refused && diagnosis.isOverQuota(refused.refusal()))) {
      end(failure);
    }
  }

  /** What a failure means; notes a time that the server names in it. */
  MigrationException meaning(ImapException failure, Side side, Where place) {
    MigrationException meaning = noted(failure, side, place);
    return patience.endsPass(meaning) ? endOnce(meaning) : counted(meaning, side);
  }

  /** As {@link #meaning}, of a failure after which the pass goes on. */
  MigrationException noted(ImapException failure, Side side, Where place) {
    MigrationException meaning = plain(failure, side, place);
    // What went wrong up to the login was reported there.
    if (side == Side.SOURCE
        && (failure instanceof CommandRefused
            || (failure instanceof ConnectionLost && !place.equals(loginAt(side))))) {
      reports.failed(failure, meaning);
    }
    return patience.noted(logins.name(side), meaning, waits);
  }

  private Where loginAt(Side side) {
    return Diagnosis.loginAt(logins.server(side).toString());
  }

  private MigrationException plain(ImapException failure, Side side, Where place) {
    return diagnosis.of(failure, side, place, logins.server(side).toString());
  }

  /** As {@link #meaning}, of words that are about messages: the time in them is not obeyed. */
  MigrationException untimed(CommandRefused refusal, Side side, Where place) {
    return new TryAgain(plain(refusal, side, place).problem(), null, refusal);
  }

  /** What is left of a time that a server named before. */
  MigrationException timeLeft(ConnectionLost lost, Side side, Where place) {
    MigrationException meaning = plain(lost, side, place);
    return new TryAgain(
        meaning.problem(),
        meaning instanceof TryAgain again
            ? again.nextStep()
            : new NextStep(meaning.problem().nextStep(), false, ""),
        patience.left(logins.name(side)),
        Objects.requireNonNullElse(meaning.getCause(), meaning));
  }

  /** Adds in how many passes a login was refused, where there are several. */
  private MigrationException counted(MigrationException failure, Side side) {
    String passes = logins.passesRefused(side);
    if (passes.isEmpty()
        || !(failure instanceof NeedsAttention)
        || !(failure.getCause() instanceof LoginRefused refused)) {
      return failure;
    }
    Problem problem = failure.problem();
    return new NeedsAttention(problem.withCause(problem.cause() + " (" + passes + ")"), refused);
  }

  /** What is to be thrown when a side was waited for in vain too often; else null. */
  @Nullable MigrationException inVain(
      ImapException failure, Side side, Where place, boolean forMessages) {
    if (!(failure instanceof ConnectionLost lost) || lost.waitedWithoutResult().isZero()) {
      return null;
    }
    VainWaits.End end = vainWaits.add(side, place, forMessages, lost);
    if (end == null) {
      return null;
    }
    return end.ofPass() ? endOnce(end.failure()) : end.failure();
  }

  VainWaits vainWaits() {
    return vainWaits;
  }

  /** Something is done, so that nobody waits now. */
  void goesOn() {
    toldWaits.used();
  }

  /** Tells who watches that a step waits before it is tried again. */
  void waits(TryAgain failure, Duration delay) {
    Server server =
        logins.server(failure.problem().owner() == Owner.US ? Side.DESTINATION : Side.SOURCE);
    boolean asked = failure.after() != null;
    toldWaits.waits(
        delay, server.host() + (asked ? " asks for time: " : " has failed: ") + words(failure));
  }

  /** What a server said last, without what we add for a report. */
  private static String words(TryAgain failure) {
    Throwable cause = failure.getCause();
    if (cause instanceof CommandRefused refused) {
      return refused.refusal().toString();
    }
    if (cause instanceof LoginRefused refused) {
      return refused.refusal().text();
    }
    return cause instanceof ConnectionLost lost
        ? String.valueOf(lost.getMessage())
        : failure.problem().cause();
  }

  /**
   * Whether other folders may be tried though a side wants hours, which it had already: for one
   * folder, and for another one when it has given or taken something since.
   */
  synchronized boolean mayDoubtHours(Side side, FolderName folder) {
    long results = tally.results(side, true);
    boolean may = folder.equals(doubted) || results > resultsAtDoubt;
    doubted = folder;
    resultsAtDoubt = results;
    return may;
  }
}
