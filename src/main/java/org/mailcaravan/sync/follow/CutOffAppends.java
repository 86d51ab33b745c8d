package org.mailcaravan.sync.follow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.Details;
import org.mailcaravan.store.Entry;
import org.mailcaravan.store.FolderJournal;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.Place;
import org.mailcaravan.store.Standing;
import org.mailcaravan.sync.copy.ConfirmAppends;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.folders.Listing;
import org.mailcaravan.sync.folders.OtherFolders;
import org.mailcaravan.sync.folders.RecordedFolder;
import org.mailcaravan.sync.messages.KnownMatch;
import org.mailcaravan.sync.messages.MessageTable;
import org.mailcaravan.sync.messages.StoredForms;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Confirms the appends that an earlier pass was cut off in. Between that pass and this one the user
 * may have moved what had arrived: so what is not where it was put is looked for in all folders of
 * the destination. For one pass, by one thread.
 */
final class CutOffAppends {
  private record Missing(FolderLedger ledger, long uid, Fingerprint fingerprint) {}

  private final MailboxSession session;
  private final Map<FolderLedger, FolderJournal.Append> cutOff = new LinkedHashMap<>();
  private final List<Missing> known = new ArrayList<>();
  private final KnownMatch match =
      new KnownMatch(KnownMatch.How.SAME_MESSAGE, key -> known.get((int) key).fingerprint());
  private final Set<Long> sizes = new HashSet<>();
  private final Map<Missing, Fingerprint> elsewhere = new HashMap<>();

  CutOffAppends(MailboxSession session) {
    this.session = session;
  }

  /** Confirms them; called again after a failure, it goes on where it was. */
  void confirm() {
    for (FolderLedger ledger : KnownFolders.of(session).ledgers()) {
      ledger.journal().append().ifPresent(batch -> cutOff.put(ledger, batch));
    }
    // First all where they were put, so that none is taken for the missing one of another folder.
    for (FolderLedger ledger : List.copyOf(cutOff.keySet())) {
      confirmInPlace(ledger);
    }
    if (!match.isEmpty()) {
      KnownFolders.of(session).destination().folders().stream()
          .filter(Listing::mayHoldMail)
          .forEach(
              folder ->
                  OtherFolders.of(session).look(session, folder.name(), () -> search(folder)));
      leaveToOthers();
    }
    cutOff.forEach(this::record);
  }

  private void confirmInPlace(FolderLedger ledger) {
    Where place = Where.folder(ledger.pair().destinationFolder());
    FolderJournal.Append batch = cutOff.get(ledger);
    if (batch == null) {
      return;
    }
    ListedFolder folder =
        KnownFolders.of(session).destination().find(ledger.pair().destinationFolder()).orElse(null);
    boolean looked =
        folder == null
            || OtherFolders.of(session)
                .look(
                    session,
                    folder.name(),
                    () ->
                        RecordedFolder.open(session, place, ledger)
                            .ifPresent(
                                destination ->
                                    new ConfirmAppends(session, place)
                                        .arrived(ledger, destination, batch)));
    if (!looked) {
      // The folder fails by itself when its turn comes.
      cutOff.remove(ledger);
      return;
    }
    StoredForms forms = StoredForms.of(ledger);
    ConfirmAppends.open(ledger, batch)
        .forEach(
            (uid, original) -> {
              for (Fingerprint form : forms.of(original)) {
                match.add(known.size(), form);
                known.add(new Missing(ledger, uid, form));
              }
              sizes.addAll(forms.sizes(original, batch.sourceSizes().getOrDefault(uid, -1L)));
            });
  }

  private void search(ListedFolder folder) {
    String name = folder.name().text();
    Where place = Where.folder(name);
    SelectedFolder opened = session.examine(Side.DESTINATION, place, folder.name());
    if (opened.status().messages() == 0) {
      return;
    }
    MessageTable table = session.in(Side.DESTINATION, place, opened, MessageTable::all);
    UidSet ours = KnownFolders.of(session).copiesIn(name, opened.status().uidValidity());
    UidSet candidates = new UidSet();
    for (int row = 0; row < table.count(); row++) {
      if (sizes.contains(table.size(row)) && !ours.contains(table.uid(row))) {
        candidates.add(table.uid(row));
      }
    }
    session.in(
        Side.DESTINATION,
        place,
        opened,
        connection -> {
          // What was found before a connection was lost is not found again.
          match.find(
              connection,
              candidates,
              (uid, key, fingerprint) -> elsewhere.put(known.get((int) key), fingerprint));
          return candidates;
        });
  }

  /**
   * What was found may be another message of the same content, which was delivered before and moved
   * by the user. Rather one too many than one too few.
   */
  private void leaveToOthers() {
    StoredForms forms = StoredForms.of(KnownFolders.of(session).ledgers().iterator().next());
    for (FolderLedger ledger :
        elsewhere.isEmpty() ? List.<FolderLedger>of() : KnownFolders.of(session).ledgers()) {
      ledger.forEach(
          (uid, place) -> {
            Details details = ledger.details(uid);
            if (details != null) {
              forms.of(details.fingerprint()).stream()
                  .filter(elsewhere::containsValue)
                  .findFirst()
                  .ifPresent(elsewhere.values()::remove);
            }
          });
    }
  }

  private void record(FolderLedger ledger, FolderJournal.Append batch) {
    List<Entry> moved = new ArrayList<>();
    elsewhere.forEach(
        (missing, fingerprint) -> {
          if (missing.ledger() == ledger) {
            moved.add(
                new Entry(
                    missing.uid(),
                    Place.of(0, Standing.COPIED),
                    batch.details().get(missing.uid()),
                    null));
          }
        });
    ledger.recordConfirmed(moved, batch);
  }
}
