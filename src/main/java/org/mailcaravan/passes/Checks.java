package org.mailcaravan.passes;

import java.util.Comparator;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.mailcaravan.model.Batch;
import org.mailcaravan.model.CheckResult;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxCheck;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Side;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Ends the look at a mailbox that is not to be copied: the bean {@code checks} of the routes.
 * Thread-safe.
 */
public final class Checks {
  /** Different problems that are compared with new ones. */
  private static final int MOST_KNOWN = 1000;

  private final Sessions sessions;
  private final Map<Problem, Problem> known = new ConcurrentHashMap<>();
  private final Map<String, Queue<MailboxCheck>> found = new ConcurrentHashMap<>();

  public Checks(Sessions sessions) {
    this.sessions = sessions;
  }

  /** Closes the connections and keeps what was found. */
  public void end(Mailbox mailbox) {
    MailboxSession session = sessions.end(mailbox);
    of(mailbox.batchId())
        .add(
            new MailboxCheck(
                mailbox,
                session.found(Side.SOURCE),
                session.found(Side.DESTINATION),
                session.tally().problems().stream().map(this::known).toList(),
                session.tally().notes()));
  }

  /** The same problem from before: that of a server is the same for each of its mailboxes. */
  private Problem known(Problem problem) {
    if (known.size() >= MOST_KNOWN) {
      return known.getOrDefault(problem, problem);
    }
    Problem before = known.putIfAbsent(problem, problem);
    return before == null ? problem : before;
  }

  /** What was found in a batch, in the order of its rows; to be asked once. */
  public CheckResult result(Batch batch) {
    Queue<MailboxCheck> checks = of(batch.id());
    found.remove(batch.id());
    return new CheckResult(
        batch,
        checks.stream().sorted(Comparator.comparingInt(check -> check.mailbox().row())).toList());
  }

  private Queue<MailboxCheck> of(String batchId) {
    return found.computeIfAbsent(batchId, id -> new ConcurrentLinkedQueue<>());
  }
}
