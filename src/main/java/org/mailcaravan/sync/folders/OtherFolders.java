package org.mailcaravan.sync.folders;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ConnectionLost;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.model.Where;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * The folders of the destination that a pass looks into only to see whether a message is there. One
 * that fails each time must not keep mail of other folders from being copied: it is left out for
 * the rest of the pass, which is told. For one pass; thread-safe.
 */
public final class OtherFolders {
  /** A connection may be lost over something else once. */
  private static final int MOST_FAILURES = 2;

  /** So often a server that asks for patience at a folder gets it. */
  private static final int MOST_PATIENCE = 3;

  /** After so many folders that fail no other is looked into: each costs logins. */
  private static final int MOST_LEFT_OUT = 3;

  private final Map<String, Integer> failures = new HashMap<>();
  private final Map<String, Integer> patience = new HashMap<>();
  private final Set<String> leftOut = new HashSet<>();
  private @Nullable NeedsAttention first;

  /** Those of a pass. */
  public static OtherFolders of(MailboxSession session) {
    return session.ofPass(OtherFolders.class, OtherFolders::new);
  }

  /**
   * Looks into one. What is refused for good is passed over in silence: a shared folder that this
   * user may not read holds nothing that was put there for the user.
   *
   * @param work opens the folder; done again after a failure that may pass
   * @return false when the folder could not be looked into
   * @throws MigrationException when the failure is not about the folder
   */
  public boolean look(MailboxSession session, FolderName folder, Runnable work) {
    while (!isLeftOut(folder)) {
      try {
        work.run();
        worked(folder);
        return true;
      } catch (NeedsAttention e) {
        if (e.getCause() instanceof CommandRefused) {
          return false;
        }
        if (!(e.getCause() instanceof ConnectionLost) || session.hopeless() != null) {
          throw e;
        }
        leaveOut(session, folder, e);
      } catch (TryAgain e) {
        if (session.hopeless() != null || !isAboutFolder(e)) {
          throw e;
        }
        if (mayBeThrottled(e) && failed(patience, folder) < MOST_PATIENCE) {
          throw e;
        }
        if (mayBeThrottled(e) || isInVain(e) || failed(failures, folder) >= MOST_FAILURES) {
          leaveOut(session, folder, e);
        }
      }
    }
    return false;
  }

  private static boolean isAboutFolder(TryAgain failure) {
    return failure.getCause() instanceof ConnectionLost
        || failure.getCause() instanceof CommandRefused;
  }

  private static boolean mayBeThrottled(TryAgain failure) {
    return failure.after() != null || failure.problem().code() == ProblemCode.THROTTLED;
  }

  /** A server that falls silent costs minutes each time. */
  private static boolean isInVain(TryAgain failure) {
    return failure.getCause() instanceof ConnectionLost lost
        && !lost.waitedWithoutResult().isZero();
  }

  private synchronized int failed(Map<String, Integer> counts, FolderName folder) {
    return counts.merge(folder.wire(), 1, Integer::sum);
  }

  private synchronized void worked(FolderName folder) {
    failures.remove(folder.wire());
    patience.remove(folder.wire());
  }

  /** Whether what is in some folder was not seen. */
  public synchronized boolean isAnyLeftOut() {
    return !leftOut.isEmpty();
  }

  /**
   * Requires that each folder was looked into.
   *
   * @throws NeedsAttention when what is in some folder was not seen, so that nothing can be called
   *     gone
   */
  public synchronized void requireAllSeen() {
    if (first != null) {
      throw first;
    }
  }

  private synchronized boolean isLeftOut(FolderName folder) {
    return leftOut.contains(folder.wire()) || leftOut.size() >= MOST_LEFT_OUT;
  }

  private void leaveOut(MailboxSession session, FolderName folder, MigrationException failure) {
    Problem problem;
    synchronized (this) {
      if (!leftOut.add(folder.wire())) {
        return;
      }
      problem = problem(folder, failure, leftOut.size() == MOST_LEFT_OUT);
      if (first == null) {
        first =
            new NeedsAttention(problem, Objects.requireNonNullElse(failure.getCause(), failure));
      }
    }
    session.tally().problem(problem);
  }

  private static Problem problem(FolderName folder, MigrationException failure, boolean last) {
    return new Problem(
        failure.getCause() instanceof CommandRefused
            ? failure.problem().code()
            : ProblemCode.FOLDER_REFUSED,
        Where.folder(folder),
        "this pass has left out this folder of the new server when it looked where messages are"
            + (last ? ", and all folders after it" : "")
            + ": "
            + failure.problem().cause(),
        Owner.US,
        "See why the new server fails at this folder, then run the request again: what may be there is looked for then.");
  }
}
