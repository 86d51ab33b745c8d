package org.mailcaravan.sync.session;

import java.util.Collection;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ConnectionLost;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.sync.diagnosis.Diagnosis;

/** The messages of a pass at one of which a server may always fail, on both sides. Thread-safe. */
final class PassSuspects {
  private final PassTally tally;
  private final Diagnosis diagnosis;
  private final Suspects source = new Suspects();
  private final Suspects destination = new Suspects();

  PassSuspects(PassTally tally, Diagnosis diagnosis) {
    this.tally = tally;
    this.diagnosis = diagnosis;
  }

  Suspects of(Side side) {
    return side == Side.SOURCE ? source : destination;
  }

  /**
   * Whether commands go one by one now, so that it is known over which message a server fails. The
   * source's bad messages are asked for at the end of their folder.
   */
  boolean isSearching(Side side) {
    return side == Side.SOURCE ? source.isSearching() : !destination.isEmpty();
  }

  /**
   * Notes which messages were under way at a failure. A server that asks for patience says nothing
   * of the messages; a refusal does only if a message was alone.
   */
  void failedWith(
      TryAgain failure, Side side, FolderName folder, Collection<Long> uids, boolean partly) {
    boolean lost =
        failure.getCause() instanceof ConnectionLost connection
            && !diagnosis.asksForPatience(connection);
    boolean refusedAlone = failure.getCause() instanceof CommandRefused && uids.size() == 1;
    if ((lost || refusedAlone) && !uids.isEmpty()) {
      failed(side, folder, uids, partly, Suspects.Failure.PASSING);
    }
  }

  /** Notes that messages failed together; finding out more of them is progress. */
  void failed(
      Side side,
      FolderName folder,
      Collection<Long> uids,
      boolean partly,
      Suspects.Failure failure) {
    if (of(side).failed(folder, uids, partly, failure)) {
      tally.gotFurther(1);
    }
  }
}
