package org.mailcaravan.sync.copy;

import java.util.Collection;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.model.Side;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.Ledger;
import org.mailcaravan.store.OpenMessage;
import org.mailcaravan.store.ShortMessage;
import org.mailcaravan.sync.folders.FolderPlan;
import org.mailcaravan.sync.messages.BothFolders;
import org.mailcaravan.sync.messages.Keywords;
import org.mailcaravan.sync.session.CopySettings;
import org.mailcaravan.sync.session.MailboxSession;

/** {@code mailbox:pull}: gives what is new in a folder as a lazy stream of batches. Thread-safe. */
public final class PullMessages {
  private final Ledger ledger;
  private final LookAtFolder lookAtFolder;
  private final OpenDestination openDestination;
  private final ByteBudget budget;
  private final CopySettings settings;
  private final SetAside setAside;

  public PullMessages(
      Ledger ledger,
      LookAtFolder lookAtFolder,
      OpenDestination openDestination,
      ByteBudget budget,
      CopySettings settings) {
    this.ledger = ledger;
    this.lookAtFolder = lookAtFolder;
    this.openDestination = openDestination;
    this.budget = budget;
    this.settings = settings;
    this.setAside = new SetAside(settings.setAsideFolder(), settings.setAsideBytes());
  }

  /** The messages of a folder that are not at the destination yet. */
  public MessageBatches pull(MailboxSession session, FolderPlan plan) {
    FolderLook look = lookAtFolder.look(session, plan);
    if (!look.isUnchanged() && hasWork(session, look)) {
      // A batch of an earlier try may have arrived and be open.
      SelectedFolder destination = openDestination.open(session, look);
      FolderLedger recorded = Objects.requireNonNull(look.ledger());
      if (!new ConfirmAppends(session, look.place()).confirm(recorded, destination).isEmpty()) {
        recorded.recordEmailIds(look.emailIds());
      }
      recorded.forgetOpen(
          recorded.openMessages().entrySet().stream()
              .filter(open -> open.getValue().why() == OpenMessage.Why.HELD)
              .map(Map.Entry::getKey)
              .toList());
      new BroughtByHand(session, look, destination, recorded, ledger, setAside).find();
      look.fresh().removeIf(recorded::contains);
      recorded.put(GmailLabels.copiedFromAnother(ledger, session, look));
      look.fresh().removeIf(recorded::contains);
      Collection<Long> gone = new TreeSet<>(recorded.openMessages().keySet());
      gone.removeIf(look.fresh()::contains);
      recorded.forgetOpen(gone);
      hold(look);
      countKnown(session, look);
      return new MessageBatches(
          new FolderCopy(look, session, destination, cut(session, look, destination, recorded)),
          budget.partOf(session),
          settings);
    }
    hold(look);
    countKnown(session, look);
    return new MessageBatches(
        new FolderCopy(look, session, null, new TreeMap<>()), budget.partOf(session), settings);
  }

  /**
   * The messages that were cut and whose copies are where they were put; one that the user has
   * deleted or moved is not brought back.
   */
  private static NavigableMap<Long, ShortMessage> cut(
      MailboxSession session, FolderLook look, SelectedFolder destination, FolderLedger recorded) {
    NavigableMap<Long, ShortMessage> cut = AnnouncedSizes.of(session, recorded).cut(recorded);
    if (cut.isEmpty()) {
      return cut;
    }
    NavigableMap<Long, Long> copies = recorded.copies(cut.keySet());
    Map<Long, Set<String>> there =
        session.in(
            Side.DESTINATION,
            look.place(),
            destination,
            connection -> BothFolders.flags(connection, copies.values()));
    cut.keySet()
        .removeIf(
            uid -> {
              Set<String> flags = there.get(copies.getOrDefault(uid, 0L));
              return flags == null || Keywords.has(flags, "\\Deleted");
            });
    return cut;
  }

  /** So that a comparison in a later run knows why these are not copied. */
  private static void hold(FolderLook look) {
    FolderLedger recorded = look.ledger();
    if (recorded != null && !look.held().isEmpty()) {
      recorded.recordOpen(look.held(), OpenMessage.HELD);
    }
  }

  private static boolean hasWork(MailboxSession session, FolderLook look) {
    FolderLedger recorded = look.ledger();
    return recorded == null
        || !look.fresh().isEmpty()
        || !AnnouncedSizes.of(session, recorded).cut(recorded).isEmpty();
  }

  private static void countKnown(MailboxSession session, FolderLook look) {
    if (FirstTimes.of(session).isFirstPull(look.plan())) {
      session.tally().alreadyThere(look.known());
      session.tally().leftOut(look.leftOut());
    }
  }
}
