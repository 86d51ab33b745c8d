package org.mailcaravan.sync;

import java.util.Collection;
import java.util.Objects;
import java.util.TreeSet;
import org.mailcaravan.imap.ContentStore;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.Ledger;

/** {@code mailbox:pull}: gives what is new in a folder as a lazy stream of batches. Thread-safe. */
final class PullMessages {
  /** For fetches that ask for no content. */
  static final ContentStore NO_CONTENT =
      (size, in) -> {
        throw new IllegalStateException("content was not asked for");
      };

  private final Sessions sessions;
  private final Ledger ledger;
  private final LookAtFolder looks;
  private final OpenDestination destinations;
  private final ByteBudget budget;
  private final CopySettings settings;
  private final SetAside setAside;

  PullMessages(
      Sessions sessions,
      Ledger ledger,
      LookAtFolder looks,
      OpenDestination destinations,
      ByteBudget budget,
      CopySettings settings) {
    this.sessions = sessions;
    this.ledger = ledger;
    this.looks = looks;
    this.destinations = destinations;
    this.budget = budget;
    this.settings = settings;
    this.setAside = new SetAside(settings.setAsideFolder(), settings.setAsideBytes());
  }

  /** The messages of a folder that are not at the destination yet. */
  MessageBatches pull(FolderPlan plan) {
    MailboxSession session = sessions.of(plan.mailbox()).of(plan);
    FolderLook look = looks.look(session, plan);
    if (!look.isUnchanged() && hasWork(session, look)) {
      // A batch of an earlier try may have arrived and be open.
      SelectedFolder destination = destinations.open(session, look);
      FolderLedger recorded = Objects.requireNonNull(look.ledger());
      if (!new Settlement(session, look.place()).settle(recorded, destination).isEmpty()) {
        recorded.putEmailIds(look.emailIds());
      }
      new BroughtByHand(session, look, destination, recorded, setAside).find();
      look.fresh().removeIf(recorded::contains);
      recorded.put(GmailLabels.copiedFromAnother(ledger, session, look));
      look.fresh().removeIf(recorded::contains);
      Collection<Long> gone = new TreeSet<>(recorded.open().keySet());
      gone.removeIf(look.fresh()::contains);
      recorded.notOpen(gone);
      countKnown(session, look);
      return new MessageBatches(
          new FolderCopy(look, session, destination), session.memory(budget), settings);
    }
    countKnown(session, look);
    return new MessageBatches(
        new FolderCopy(look, session, null), session.memory(budget), settings);
  }

  private static boolean hasWork(MailboxSession session, FolderLook look) {
    FolderLedger recorded = look.ledger();
    return recorded == null
        || !look.fresh().isEmpty()
        || !session.sizes(recorded).cut(recorded).isEmpty();
  }

  private static void countKnown(MailboxSession session, FolderLook look) {
    if (session.isFirstLook(look.plan())) {
      session.tally().alreadyThere(look.known());
    }
  }
}
