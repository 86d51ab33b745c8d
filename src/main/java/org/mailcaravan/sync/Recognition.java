package org.mailcaravan.sync;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.store.Details;
import org.mailcaravan.store.Entry;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.store.Place;
import org.mailcaravan.store.Standing;

/**
 * Recognises what the destination holds already of folders that the ledger does not know: after a
 * lost data folder, or because another tool copied before. Each message there is used once: first
 * for its own folder, then for any other, since the user may have moved it.
 */
final class Recognition {
  private final LookAtFolder looks;
  private final OpenDestination destinations;
  private final MailboxSession session;
  private final KnownFolders folders;

  Recognition(LookAtFolder looks, OpenDestination destinations, MailboxSession session) {
    this.looks = looks;
    this.destinations = destinations;
    this.session = session;
    this.folders = session.folders();
  }

  /**
   * Recognises.
   *
   * @return false when a folder could not be opened, so that its mail is still to be recognised
   */
  boolean recognise(MailboxPlan plan) {
    if (folders.destination().folders().stream().noneMatch(Listing::mayHoldMail)) {
      return true;
    }
    List<FolderLook> seen = looks.lookAtAll(session, plan.folders());
    List<FolderLook> open = new ArrayList<>();
    for (FolderLook look : seen) {
      Optional<ListedFolder> there =
          folders.destination().find(look.plan().mapping().destination());
      boolean holdsMail = there.isPresent() && Listing.mayHoldMail(there.get());
      if (look.ledger() == null && holdsMail) {
        destinations.open(session, look);
      }
      if (!look.fresh().isEmpty()) {
        open.add(look);
      }
    }
    for (ListedFolder folder : folders.destination().folders()) {
      if (!open.isEmpty() && Listing.mayHoldMail(folder)) {
        recogniseElsewhere(open, folder);
      }
    }
    return seen.size() == plan.folders().size();
  }

  private void recogniseElsewhere(List<FolderLook> open, ListedFolder folder) {
    String place = "folder " + folder.name();
    SelectedFolder there;
    try {
      there = session.examine(Side.DESTINATION, place, folder.name());
    } catch (NeedsAttention e) {
      if (e.getCause() instanceof CommandRefused) {
        // A shared folder that this user may not read holds nothing that was copied for the user.
        return;
      }
      throw e;
    }
    if (there.status().messages() == 0) {
      return;
    }
    NavigableMap<Long, Long> sizes =
        session.in(
            Side.DESTINATION,
            place,
            there,
            connection ->
                SeenMessages.all(connection, there, EnumSet.of(FetchItem.SIZE)).sizes().toMap());
    for (FolderLedger recorded : folders.ledgers()) {
      if (recorded.pair().destinationFolder().equals(folder.name().text())) {
        sizes.keySet().removeAll(recorded.sourceUidsByDestination().keySet());
      }
    }
    for (FolderLook look : open) {
      if (look.fresh().sizes().anyMatch(new HashSet<>(sizes.values())::contains)) {
        recogniseElsewhere(look, folder, there, sizes);
      }
    }
  }

  private void recogniseElsewhere(
      FolderLook look, ListedFolder folder, SelectedFolder there, NavigableMap<Long, Long> sizes) {
    BothFolders both = new BothFolders(session, look.place(), look.source(), there);
    NavigableMap<Long, ContentMatch.Match> matches =
        new ContentMatch(look.fresh().toMap(), sizes).find(both);
    if (matches.isEmpty()) {
      return;
    }
    Map<Long, Set<String>> flags = both.flags(Side.SOURCE, matches.keySet());
    List<Entry> entries = new ArrayList<>();
    matches.forEach(
        (uid, found) -> {
          sizes.remove(found.destinationUid());
          entries.add(
              new Entry(
                  uid,
                  Place.of(0, Standing.FOUND),
                  new Details(flags.getOrDefault(uid, Set.of()), Set.of(), found.fingerprint()),
                  look.emailIds().get(uid)));
        });
    if (look.ledger() == null) {
      destinations.open(session, look);
    }
    Objects.requireNonNull(look.ledger()).put(entries);
    look.fresh().removeAll(matches.keySet());
    session
        .tally()
        .note(
            (entries.size() == 1 ? "1 message of " : entries.size() + " messages of ")
                + look.place()
                + " found in folder "
                + folder.name()
                + " at the new home already, and left there.");
  }
}
