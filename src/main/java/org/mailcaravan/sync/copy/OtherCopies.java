package org.mailcaravan.sync.copy;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.Details;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.folders.OtherFolders;
import org.mailcaravan.sync.folders.RecordedFolder;
import org.mailcaravan.sync.messages.FolderPieces;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Recorded messages whose copies are in no place that a ledger knows: the user has moved them, or
 * the destination has filed them elsewhere. A message of the same content may be such a copy, and
 * is not matched to another message: rather one copy too many than one too few.
 */
public final class OtherCopies {
  private OtherCopies() {}

  /** One of them. */
  public record Other(String ledgerId, long uid, Fingerprint fingerprint) {}

  /**
   * Those of the same content as some messages.
   *
   * @param moved whether to look also for what is not where it was put any more, which is found out
   *     once in a pass
   */
  public static List<Other> of(MailboxSession session, Set<Fingerprint> same, boolean moved) {
    KnownFolders folders = KnownFolders.of(session);
    List<Other> others = new ArrayList<>();
    for (FolderLedger known : folders.ledgers()) {
      FolderLedger ledger = known.anew();
      UidSet placeless = new UidSet();
      ledger.forEach(
          (uid, place) -> {
            if (place.destinationUid() == 0 && !FiledCopies.of(session).isFiled(ledger.id(), uid)) {
              placeless.add(uid);
            }
          });
      if (moved) {
        placeless.addAll(movedOf(session, ledger));
      }
      placeless.forEach(
          uid -> {
            Details details = ledger.details(uid);
            if (details != null && same.contains(details.fingerprint())) {
              others.add(new Other(ledger.id(), uid, details.fingerprint()));
            }
          });
    }
    return others;
  }

  /**
   * Source UIDs of recorded messages whose copies are not where they were put, as far as that can
   * be seen.
   */
  private static UidSet movedOf(MailboxSession session, FolderLedger ledger) {
    UidSet known = FiledCopies.of(session).moved(ledger);
    if (known != null) {
      return known;
    }
    UidSet there = new UidSet();
    KnownFolders.of(session)
        .destination()
        .find(ledger.pair().destinationFolder())
        .ifPresent(
            folder ->
                OtherFolders.of(session)
                    .look(session, folder.name(), () -> there.addAll(uidsThere(session, ledger))));
    UidSet moved = new UidSet();
    ledger.forEach(
        (uid, copy) -> {
          if (copy.destinationUid() > 0 && !there.contains(copy.destinationUid())) {
            moved.add(uid);
          }
        });
    FiledCopies.of(session).moved(ledger, moved);
    return moved;
  }

  private static UidSet uidsThere(MailboxSession session, FolderLedger ledger) {
    Where place = Where.folder(ledger.pair().destinationFolder());
    return RecordedFolder.open(session, place, ledger)
        .map(
            folder ->
                session.in(
                    Side.DESTINATION,
                    place,
                    folder,
                    connection -> {
                      UidSet uids = new UidSet();
                      FolderPieces.fetch(
                          connection,
                          folder.status(),
                          EnumSet.of(FetchItem.FLAGS),
                          message -> uids.add(message.uid()));
                      return uids;
                    }))
        .orElseGet(UidSet::new);
  }
}
