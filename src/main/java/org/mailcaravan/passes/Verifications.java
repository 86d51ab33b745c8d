package org.mailcaravan.passes;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxVerification;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.SameProblems;
import org.mailcaravan.model.VerifyResult;
import org.mailcaravan.sync.session.PassTally;

/**
 * Collects what {@code verify} finds in each mailbox: the bean {@code verifications} of the routes.
 * Thread-safe.
 */
public final class Verifications {
  private final SameProblems known = new SameProblems();
  private final MailboxSessions sessions;
  private final Path reportFolder;
  private final Map<String, Queue<MailboxVerification>> made = new ConcurrentHashMap<>();

  /**
   * @param reportFolder gets a folder for the certificates of each request
   */
  public Verifications(MailboxSessions sessions, Path reportFolder) {
    this.sessions = sessions;
    this.reportFolder = reportFolder;
  }

  /** Ends the comparison of a mailbox: closes its connections and keeps what was found. */
  public void end(Mailbox mailbox) {
    PassTally tally = sessions.end(mailbox).tally();
    of(mailbox.migrationId())
        .add(new MailboxVerification(mailbox, tally.certificate(), known.of(tally.problems())));
  }

  /** What was found for a request, in the order of its rows. It is forgotten then. */
  public VerifyResult result(Migration migration) {
    Queue<MailboxVerification> mailboxes = of(migration.id());
    made.remove(migration.id());
    return new VerifyResult(
        migration,
        mailboxes.stream().sorted(Comparator.comparingInt(found -> found.mailbox().row())).toList(),
        // The suffix keeps it apart from the reports of migrations.
        reportFolder.resolve(migration.id() + "-verified"));
  }

  private Queue<MailboxVerification> of(String migrationId) {
    return made.computeIfAbsent(migrationId, id -> new ConcurrentLinkedQueue<>());
  }
}
