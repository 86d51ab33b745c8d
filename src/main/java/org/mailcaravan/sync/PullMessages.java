package org.mailcaravan.sync;

import java.util.EnumSet;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.mailcaravan.imap.ContentStore;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.Ledger;

/**
 * {@code mailbox:pull}: opens a folder on both sides, finds out what is to be copied, and gives it
 * as a lazy stream of batches. Thread-safe.
 */
final class PullMessages {
  /** For fetches that ask for no content. */
  static final ContentStore NO_CONTENT =
      (size, in) -> {
        throw new IllegalStateException("content was not asked for");
      };

  private final Sessions sessions;
  private final Ledger ledger;
  private final ByteBudget budget;
  private final CopySettings settings;

  PullMessages(Sessions sessions, Ledger ledger, ByteBudget budget, CopySettings settings) {
    this.sessions = sessions;
    this.ledger = ledger;
    this.budget = budget;
    this.settings = settings;
  }

  /** The messages of a folder that are not at the destination yet. */
  MessageBatches pull(FolderPlan plan) {
    MailboxSession session = sessions.of(plan.mailbox());
    String place = "folder " + plan.mapping().source().name();
    FolderName destinationName = session.destinationFolder(place, plan.mapping());
    SelectedFolder destination = session.open(Side.DESTINATION, place, destinationName);
    SelectedFolder source = session.open(Side.SOURCE, place, plan.mapping().source().name());
    NavigableMap<Long, Long> sizes =
        source.status().messages() == 0
            ? new TreeMap<>()
            : session.in(Side.SOURCE, place, source, PullMessages::sizes);
    if (sizes.size() < source.status().messages()) {
      session.tally().problem(partialView(place, sizes.size(), source.status().messages()));
    }

    Settlement settlement = new Settlement(session, place, source, destination);
    Ledger.FolderPair pair =
        new Ledger.FolderPair(
            session.accountPair(),
            source.name().wire(),
            destination.name().text(),
            source.status().uidValidity(),
            destination.status().uidValidity());
    // Without UIDVALIDITY a UID proves nothing from one pass to the next.
    boolean lasting = pair.sourceUidValidity() > 0 && pair.destinationUidValidity() > 0;
    FolderLedger folderLedger =
        (lasting ? ledger.find(pair) : Optional.<FolderLedger>empty())
            .orElseGet(() -> ledger.create(pair, settlement.alreadyThere(sizes)));
    settlement.settle(folderLedger, sizes.keySet());
    NavigableMap<Long, Long> open = new TreeMap<>(sizes);
    open.keySet().removeIf(folderLedger::contains);
    if (session.isFirstLook(plan)) {
      session.tally().alreadyThere(sizes.size() - open.size());
    }
    return new MessageBatches(
        new FolderCopy(plan, session, source, destination, folderLedger, open), budget, settings);
  }

  private static NavigableMap<Long, Long> sizes(ImapConnection connection) {
    NavigableMap<Long, Long> sizes = new TreeMap<>();
    connection
        .fetch(
            "1:*",
            EnumSet.of(FetchItem.SIZE),
            NO_CONTENT,
            message -> sizes.put(message.uid(), Math.max(0, message.announcedSize())))
        .join();
    return sizes;
  }

  private static Problem partialView(String place, long seen, long announced) {
    return new Problem(
        place,
        "the old provider announces " + announced + " messages but shows only " + seen,
        Owner.OLD_HOST,
        "Ask the old provider to lift its limit (Yahoo shows 10,000 at a time), or run the request again later.");
  }
}
