package org.mailcaravan.sync.session;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.ConnectionLost;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.sync.session.WaitsOfPass.Kind;

/**
 * Bounds what a pass loses to a server that answers, drips or falls silent, and gives nothing. Each
 * wait for it ends ({@link org.mailcaravan.imap.ConnectionRules}), and there are as many waits as
 * commands; so after a few in a row the folder is given up, and after a few more the pass.
 * Thread-safe.
 */
public final class VainWaits {
  /** With this wait in a row a folder is given up. */
  static final int MOST_OF_FOLDER = 5;

  /**
   * After so many in a row other messages are asked for, one after each wait that is left: one of
   * them may be bad itself, three are hardly.
   */
  private static final int PROOF_AFTER = 2;

  /** With this one the pass. */
  public static final int MOST_OF_PASS = 8;

  private final PassTally tally;
  private final Clock clock;
  private final WaitsOfPass all;
  private final Map<Wait, InARow> rows = new HashMap<>();

  /**
   * What is waited for.
   *
   * @param forMessages or else for something that is told of the account or a folder
   */
  private record Wait(Side side, boolean forMessages) {}

  /** How many waits, since the side last gave or took something. */
  private record InARow(int waits, long results) {}

  /**
   * What is to be done about a wait that was in vain.
   *
   * @param failure what is to be reported
   * @param ofPass whether it ends the pass, and not only the folder
   */
  record End(NeedsAttention failure, boolean ofPass) {}

  VainWaits(PassTally tally, Clock clock) {
    this.tally = tally;
    this.clock = clock;
    this.all = new WaitsOfPass(Kind.IN_VAIN, clock.instant());
  }

  /** How many waits in a row for messages that a side gives or takes were in vain. */
  public int inARow(Side side) {
    return inARow(new Wait(side, true));
  }

  private synchronized int inARow(Wait wait) {
    InARow row = rows.get(wait);
    return row == null || row.results != results(wait) ? 0 : row.waits;
  }

  private long results(Wait wait) {
    return tally.results(wait.side, wait.forMessages);
  }

  /** Whether something is to be asked for that the server has given before, or else may give. */
  public boolean needProof(Side side) {
    return inARow(side) >= PROOF_AFTER;
  }

  /**
   * Adds the wait after which a connection was given up; null when it is worth another try.
   *
   * @param place {@code folder Archive}; what fails elsewhere ends the pass
   */
  synchronized @Nullable End add(Side side, Where place, boolean forMessages, ConnectionLost lost) {
    Duration inVain = lost.waitedWithoutResult();
    Wait wait = new Wait(side, forMessages);
    int waits = inARow(wait) + 1;
    rows.put(wait, new InARow(waits, results(wait)));
    Instant now = clock.instant();
    boolean tooLong = all.areTooMany(now.minus(inVain), now);
    if (waits < MOST_OF_FOLDER && !tooLong) {
      return null;
    }
    boolean ofPass = tooLong || waits >= MOST_OF_PASS || !(place instanceof Where.Folder);
    return new End(new NeedsAttention(problem(side, place, waits, tooLong, lost), lost), ofPass);
  }

  private static Problem problem(
      Side side, Where place, int waits, boolean tooLong, ConnectionLost lost) {
    boolean source = side == Side.SOURCE;
    return new Problem(
        ProblemCode.SERVER_DOWN,
        place,
        (tooLong
                ? side.words() + " has kept this pass waiting for hours"
                : side.words() + " gives nothing: " + waits + " waits in a row were in vain")
            + "; the last time "
            + lost.getMessage(),
        source ? Owner.OLD_HOST : Owner.US,
        (source
                ? "Run the request again later; if it gives nothing then, ask the old provider what is wrong with this"
                    + " mailbox."
                : "See what is wrong with the new server, then run the request again.")
            + " What has arrived will not be copied twice.");
  }
}
