package org.mailcaravan.sync.copy;

import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.Details;
import org.mailcaravan.store.Entry;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.FolderPair;
import org.mailcaravan.store.Ledger;
import org.mailcaravan.sync.folders.FolderMapping;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.folders.Listing;
import org.mailcaravan.sync.folders.ReadyFolders;
import org.mailcaravan.sync.messages.BothFolders;
import org.mailcaravan.sync.messages.ContentMatch;
import org.mailcaravan.sync.messages.FolderPieces;
import org.mailcaravan.sync.messages.HeaderTable;
import org.mailcaravan.sync.messages.KnownMatch;
import org.mailcaravan.sync.messages.NumbersByUid;
import org.mailcaravan.sync.messages.RepairedBefore;
import org.mailcaravan.sync.messages.StoredForms;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Opens the destination folder of a source folder, after making it where it is missing, and keeps
 * the ledger in line with it: what it holds already is recognised. Thread-safe.
 */
public final class OpenDestination {
  private final Ledger ledger;

  public OpenDestination(Ledger ledger) {
    this.ledger = ledger;
  }

  /** Opens; the look has a ledger then. */
  public SelectedFolder open(MailboxSession session, FolderLook look) {
    return open(session, look, new UidSet());
  }

  /**
   * As {@link #open(MailboxSession, FolderLook)}.
   *
   * @param accounted source UIDs that need not be recognised
   */
  public SelectedFolder open(MailboxSession session, FolderLook look, UidSet accounted) {
    FolderMapping mapping = look.plan().mapping();
    FolderLedger recorded = look.ledger();
    Optional<ListedFolder> listed =
        KnownFolders.of(session)
            .destination()
            .find(recorded == null ? mapping.destination() : recorded.pair().destinationFolder());
    // Once copied, a folder stays subscribed or not as the user left it.
    FolderName name =
        recorded != null && listed.isPresent()
            ? listed.get().name()
            : ReadyFolders.of(session).ready(session, look.place(), mapping);
    SelectedFolder destination = ReadyFolders.of(session).open(session, look.place(), name);
    if (recorded == null) {
      begin(session, look, destination, accounted);
    } else {
      follow(session, look.place(), recorded, destination);
    }
    return destination;
  }

  private void begin(
      MailboxSession session, FolderLook look, SelectedFolder destination, UidSet accounted) {
    SelectedFolder source = look.source();
    FolderPair pair =
        new FolderPair(
            session.accountPair(),
            source.name().wire(),
            destination.name().text(),
            source.status().uidValidity(),
            destination.status().uidValidity(),
            source.status().mailboxId(),
            false);
    List<Entry> entries = GmailLabels.copiedFromAnother(ledger, session, look);
    UidSet known = new UidSet();
    known.addAll(accounted);
    entries.removeIf(entry -> known.contains(entry.sourceUid()));
    entries.forEach(entry -> known.add(entry.sourceUid()));
    // What is recorded already must not hide that the rest is still to be recognised.
    FolderLedger made = ledger.begin(pair, entries);
    boolean recognised = false;
    try {
      recognise(session, look, destination, made, known);
      ledger.recognised(made);
      recognised = true;
    } finally {
      if (!recognised) {
        look.forgetHeaders();
      }
    }
    look.ledger(made);
    KnownFolders.of(session).add(made);
  }

  private static void recognise(
      MailboxSession session,
      FolderLook look,
      SelectedFolder destination,
      FolderLedger made,
      UidSet accounted) {
    if (!isToBeRecognised(session, destination)) {
      return;
    }
    BothFolders folders = new BothFolders(session, look.place(), look.source(), destination);
    String text = destination.name().text();
    FolderBefore before =
        FolderBefore.read(
            session,
            look.place(),
            destination,
            KnownFolders.of(session).copiesIn(text, destination.status().uidValidity()));
    HeaderTable there = before.headers();
    if (there.count() == 0 && before.isWhole()) {
      return;
    }
    HeaderTable here = look.headers(session);
    here.keep(uid -> !accounted.contains(uid));
    RecordFound found = new RecordFound(look, folders, destination, () -> made);
    ContentMatch match = new ContentMatch(here, there, folders, found);
    match.find();
    new RepairedBefore(here, there, found)
        .find(session, look.place(), look.source(), destination, made);
    found.end();
    look.fresh().removeIf(made::contains);
    Collection<Long> unread =
        new UnderOtherHeaders(session, look, destination, there, accounted).find(folders, found);
    boolean any = found.end() > 0;
    look.fresh().removeIf(made::contains);
    unread.addAll(match.unread());
    new HeldBack(session, look)
        .hold(before, destination.name(), true, any || there.count() == 0, unread);
  }

  /**
   * Whether a folder may hold mail of before our first pass. Where its list or its status has told
   * of none, and it opens with some, it was not looked at with the others.
   */
  private static boolean isToBeRecognised(MailboxSession session, SelectedFolder destination) {
    Optional<ListedFolder> listed =
        KnownFolders.of(session).destination().find(destination.name().text());
    boolean empty = listed.isEmpty() || !Listing.mayHoldMail(listed.get());
    return KnownFolders.of(session).isRecognised()
        ? empty && KnownFolders.of(session).isRecognisedNow() && destination.status().messages() > 0
        : !empty || destination.status().messages() > 0;
  }

  /** The user may have renamed or replaced the folder, or the server dealt its UIDs again. */
  public static void follow(
      MailboxSession session, Where place, FolderLedger recorded, SelectedFolder destination) {
    FolderPair pair = recorded.pair();
    long uidValidity = destination.status().uidValidity();
    boolean sameUids = uidValidity > 0 && uidValidity == pair.destinationUidValidity();
    if (!sameUids) {
      NumbersByUid now = uidsNow(session, place, recorded, destination);
      recorded.recordDestinationUids(now::uidOf);
    }
    if (!sameUids || !destination.name().text().equals(pair.destinationFolder())) {
      recorded.recordPair(pair.to(destination.name().text(), uidValidity));
    }
  }

  /** UIDs at the destination by source UID. */
  private static NumbersByUid uidsNow(
      MailboxSession session, Where place, FolderLedger recorded, SelectedFolder destination) {
    StoredForms forms = StoredForms.of(recorded);
    // The complement of a UID names the message as it was stored repaired.
    KnownMatch match =
        new KnownMatch(
            KnownMatch.How.SAME_CONTENT,
            key -> key >= 0 ? recorded.fingerprint(key) : repaired(forms, recorded, ~key));
    match.expect(recorded.count());
    recorded.forEach(
        (uid, was) -> {
          Details details = recorded.details(uid);
          if (details != null) {
            match.add(uid, details.fingerprint());
            forms.of(details.fingerprint()).stream().skip(1).forEach(form -> match.add(~uid, form));
          }
        });
    NumbersByUid now = new NumbersByUid();
    if (destination.status().messages() > 0 && !match.isEmpty()) {
      UidSet there = new UidSet();
      session.in(
          Side.DESTINATION,
          place,
          destination,
          connection -> {
            FolderPieces.fetch(
                connection,
                destination.status(),
                EnumSet.of(FetchItem.SIZE),
                message -> there.add(message.uid()));
            match.find(
                connection,
                there,
                (destinationUid, key, fingerprint) -> {
                  long uid = key >= 0 ? key : ~key;
                  if (!now.contains(uid)) {
                    now.put(uid, destinationUid);
                  }
                });
            return there;
          });
    }
    return now;
  }

  private static @Nullable Fingerprint repaired(
      StoredForms forms, FolderLedger recorded, long uid) {
    Fingerprint original = recorded.fingerprint(uid);
    return original == null
        ? null
        : forms.of(original).stream().skip(1).findFirst().orElse(original);
  }
}
