package org.mailcaravan.sync.follow;

import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.FolderStatus;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.Details;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.FolderPair;
import org.mailcaravan.store.Ledger;
import org.mailcaravan.sync.folders.FolderPlan;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.folders.MailboxPlan;
import org.mailcaravan.sync.messages.FolderPieces;
import org.mailcaravan.sync.messages.HeaderTable;
import org.mailcaravan.sync.messages.KnownMatch;
import org.mailcaravan.sync.messages.NumbersByUid;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Follows folders that were renamed at the source: told by MAILBOXID (RFC 8474), by UIDVALIDITY and
 * content, or by all content being equal. The destination folder is renamed as well if it holds
 * nothing but our copies; otherwise the copies are moved later, like those of any folder whose
 * messages have left it.
 */
final class SourceRenames {
  private final Ledger ledger;
  private final MailboxSession session;
  private final KnownFolders folders;
  private MailboxPlan plan;

  SourceRenames(Ledger ledger, MailboxSession session, MailboxPlan plan) {
    this.ledger = ledger;
    this.session = session;
    this.folders = KnownFolders.of(session);
    this.plan = plan;
  }

  /**
   * Follows.
   *
   * @param gone the ledgers of folders that are no longer at the source
   * @return the plan, in which a folder may go to another destination now
   */
  MailboxPlan follow(Collection<FolderLedger> gone) {
    gone.stream()
        .filter(old -> old.count() > 0 || old.pair().sourceMailboxId() != null)
        .sorted(Comparator.comparing(old -> old.pair().sourceFolder()))
        .forEach(this::follow);
    return plan;
  }

  /** A folder that a recorded one has become, and the new UIDs of its recorded messages. */
  private record Successor(FolderPlan plan, NumbersByUid newUids) {}

  private void follow(FolderLedger old) {
    Optional<Successor> successor =
        plan.folders().stream()
            .filter(candidate -> folders.ledger(candidate) == null)
            .sorted(Comparator.comparing(candidate -> !hasIdentity(candidate, old)))
            .flatMap(candidate -> successor(old, candidate).stream())
            .findFirst();
    if (successor.isPresent()) {
      FolderPlan found = successor.get().plan();
      String target = destination(old, found);
      if (target != null) {
        become(old, successor.get(), target);
      }
    }
  }

  private static boolean hasIdentity(FolderPlan candidate, FolderLedger old) {
    FolderStatus status = candidate.mapping().source().status();
    FolderPair pair = old.pair();
    return status != null
        && (sameMailboxId(status, pair)
            || (status.uidValidity() > 0 && status.uidValidity() == pair.sourceUidValidity()));
  }

  private static boolean sameMailboxId(FolderStatus status, FolderPair pair) {
    return status.mailboxId() != null && status.mailboxId().equals(pair.sourceMailboxId());
  }

  private Optional<Successor> successor(FolderLedger old, FolderPlan candidate) {
    FolderStatus status = candidate.mapping().source().status();
    if (status == null) {
      return Optional.empty();
    }
    boolean sameId = sameMailboxId(status, old.pair());
    boolean bothTellIds = status.mailboxId() != null && old.pair().sourceMailboxId() != null;
    if (!sameId && (bothTellIds || old.present() == 0 || status.messages() <= 0)) {
      return Optional.empty();
    }
    if (status.messages() <= 0) {
      return Optional.of(new Successor(candidate, new NumbersByUid()));
    }
    boolean sameUids =
        status.uidValidity() > 0 && status.uidValidity() == old.pair().sourceUidValidity();
    if (sameUids) {
      NumbersByUid kept = sameUids(old, candidate);
      return kept.count() == 0 && !sameId
          ? Optional.empty()
          : Optional.of(new Successor(candidate, kept));
    }
    if (!sameId && status.messages() < old.present()) {
      return Optional.empty();
    }
    NumbersByUid found = sameContent(old, candidate);
    return sameId || found.count() >= old.present()
        ? Optional.of(new Successor(candidate, found))
        : Optional.empty();
  }

  /** The recorded UIDs that are there, or none when one of them is another message now. */
  private NumbersByUid sameUids(FolderLedger old, FolderPlan candidate) {
    return inSource(
        candidate,
        (connection, uids) -> {
          UidSet recorded = new UidSet();
          uids.forEach(
              uid -> {
                if (old.contains(uid)) {
                  recorded.add(uid);
                }
              });
          NumbersByUid same = new NumbersByUid();
          AtomicBoolean others = new AtomicBoolean();
          FolderPieces.each(
              recorded,
              piece -> {
                HeaderTable headers =
                    others.get() ? new HeaderTable() : HeaderTable.read(connection, piece);
                for (int row = 0; row < headers.count(); row++) {
                  long uid = headers.uid(row);
                  Details details = old.details(uid);
                  if (details != null
                      && !details.fingerprint().header().equals(headers.headerText(row))) {
                    others.set(true);
                  }
                  same.put(uid, uid);
                }
              });
          return others.get() ? new NumbersByUid() : same;
        });
  }

  private NumbersByUid sameContent(FolderLedger old, FolderPlan candidate) {
    KnownMatch match = new KnownMatch(KnownMatch.How.SAME_MESSAGE, old::fingerprint);
    match.expect(old.count());
    old.forEach(
        (uid, place) -> {
          Details details = old.details(uid);
          if (!place.gone() && details != null) {
            match.add(uid, details.fingerprint());
          }
        });
    return inSource(
        candidate,
        (connection, uids) -> {
          NumbersByUid found = new NumbersByUid();
          match.find(connection, uids, (uid, key, fingerprint) -> found.put(key, uid));
          return found;
        });
  }

  private interface Comparison {
    NumbersByUid of(ImapConnection connection, UidSet uids);
  }

  private NumbersByUid inSource(FolderPlan candidate, Comparison comparison) {
    Where place = candidate.place();
    SelectedFolder opened = session.open(Side.SOURCE, place, candidate.name());
    return session.in(
        Side.SOURCE,
        place,
        opened,
        connection -> {
          UidSet uids = new UidSet();
          FolderPieces.fetch(
              connection,
              opened.status(),
              Set.of(FetchItem.SIZE),
              message -> uids.add(message.uid()));
          return comparison.of(connection, uids);
        });
  }

  /** The destination folder's name from now on, or null when the copies are to be moved. */
  private @Nullable String destination(FolderLedger old, FolderPlan found) {
    String name = old.pair().destinationFolder();
    String wanted = found.mapping().destination();
    Optional<ListedFolder> there = folders.destination().find(name);
    if (there.isEmpty() || name.equals(wanted)) {
      return wanted;
    }
    if (old.pair().namedByUser()) {
      return name;
    }
    DestinationRename rename = new DestinationRename(session);
    boolean possible =
        rename.isPossible(
            old, there.get(), wanted, other -> !folders.source().hasOnWire(other.sourceFolder()));
    return possible
            && rename.rename(
                there.get(), wanted, " as the old provider did; its messages are moved instead.")
        ? wanted
        : null;
  }

  private void become(FolderLedger old, Successor successor, String target) {
    FolderPlan found = successor.plan();
    ListedFolder source = found.mapping().source();
    FolderStatus status = source.status();
    FolderPair pair =
        old.pair()
            .from(
                source.name().wire(),
                status == null ? -1 : status.uidValidity(),
                status == null ? null : status.mailboxId());
    FolderPair now = pair.to(target, pair.destinationUidValidity());
    session
        .tally()
        .note(
            "Folder "
                + FolderName.ofWire(old.pair().sourceFolder())
                + " was renamed at the old provider to "
                + source.name()
                + "; at the new server it is "
                + target
                + ".");
    FolderLedger made = ledger.split(old, now, successor.newUids()::forEach, Map.of());
    if (old.count() == 0) {
      folders.remove(old);
    }
    folders.add(made);
    plan = plan.with(new FolderPlan(found.mailbox(), found.mapping().to(target)));
  }
}
