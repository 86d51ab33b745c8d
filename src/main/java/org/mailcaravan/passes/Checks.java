package org.mailcaravan.passes;

import java.util.Comparator;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.mailcaravan.model.CheckResult;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxCheck;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.SameProblems;
import org.mailcaravan.model.Side;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Collects what {@code check} finds in each mailbox: the bean {@code checks} of the routes.
 * Thread-safe.
 */
public final class Checks {
  private final MailboxSessions sessions;
  private final SameProblems known = new SameProblems();
  private final Map<String, Queue<MailboxCheck>> found = new ConcurrentHashMap<>();

  public Checks(MailboxSessions sessions) {
    this.sessions = sessions;
  }

  /** Ends the check of a mailbox: closes its connections and keeps what was found. */
  public void end(Mailbox mailbox) {
    MailboxSession session = sessions.end(mailbox);
    of(mailbox.migrationId())
        .add(
            new MailboxCheck(
                mailbox,
                session.found(Side.SOURCE),
                session.found(Side.DESTINATION),
                known.of(session.tally().problems()),
                session.tally().notes()));
  }

  /** What was found, in the order of the rows. It is forgotten then. */
  public CheckResult result(Migration migration) {
    Queue<MailboxCheck> checks = of(migration.id());
    found.remove(migration.id());
    return new CheckResult(
        migration,
        checks.stream().sorted(Comparator.comparingInt(check -> check.mailbox().row())).toList());
  }

  private Queue<MailboxCheck> of(String migrationId) {
    return found.computeIfAbsent(migrationId, id -> new ConcurrentLinkedQueue<>());
  }
}
