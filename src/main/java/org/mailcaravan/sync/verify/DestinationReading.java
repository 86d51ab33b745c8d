package org.mailcaravan.sync.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.messages.FolderPieces;
import org.mailcaravan.sync.messages.MessageTable;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * A destination folder as a comparison reads it. What the new server does not show is not gone:
 * where a copy is missing and more is announced than shown, it is asked again on a new connection.
 * For one use, by one thread.
 */
final class DestinationReading {
  private static final MessageTable NOTHING = new MessageTable();

  private final MailboxSession session;
  private final Where place;
  private final FolderLedger ledger;
  private final KnownMessages known;
  private final FolderTables tables;
  private @Nullable SelectedFolder folder;
  private @Nullable MessageTable whole;

  DestinationReading(
      MailboxSession session,
      Where place,
      FolderLedger ledger,
      KnownMessages known,
      FolderTables tables) {
    this.session = session;
    this.place = place;
    this.ledger = ledger;
    this.known = known;
    this.tables = tables;
  }

  /** As it was listed; null when it is not there, or not known. */
  @Nullable FolderName name() {
    return KnownFolders.of(session)
        .destination()
        .find(ledger.pair().destinationFolder())
        .map(ListedFolder::name)
        .orElse(null);
  }

  /**
   * Opens the folder; what is small, is read at once.
   *
   * @return null when the folder is not there
   * @throws NeedsAttention when the new server does not show all that it announces
   */
  @Nullable SelectedFolder open() {
    FolderName name = name();
    if (name == null) {
      return null;
    }
    FolderTables.Opened read = allShown(tables.open(Side.DESTINATION, place, name));
    folder = read.folder();
    whole = read.messages();
    return read.folder();
  }

  /** The folder, or null when it is not there or was not opened. */
  @Nullable SelectedFolder folder() {
    return folder;
  }

  /** Whether the folder is there under this name. */
  boolean isNamed(String name) {
    SelectedFolder opened = folder;
    return opened != null && opened.name().text().equals(name);
  }

  /** Whether the UIDs are those that the ledger knows. */
  boolean hasKnownUids() {
    SelectedFolder opened = folder;
    return opened != null && hasKnownUids(opened);
  }

  private boolean hasKnownUids(SelectedFolder opened) {
    return opened.status().uidValidity() == ledger.pair().destinationUidValidity();
  }

  /** All that the folder shows; null where it is not there, or is read in pieces. */
  @Nullable MessageTable whole() {
    return whole;
  }

  /** Gives the memory back. */
  void forgetMessages() {
    whole = null;
  }

  /** How many messages the folder holds. */
  long messages() {
    MessageTable all = whole;
    SelectedFolder opened = folder;
    return all != null ? all.count() : opened == null ? 0 : opened.status().messages();
  }

  /** The copies of a piece of the source, as far as they are where the ledger says. */
  MessageTable copies(UidSet.Range piece) {
    MessageTable all = whole;
    SelectedFolder opened = folder;
    if (all != null || opened == null) {
      return all != null ? all : NOTHING;
    }
    List<Long> uids = new ArrayList<>();
    ledger.forEach(
        piece.first(),
        piece.last(),
        (uid, copy) -> {
          if (copy.destinationUid() > 0) {
            uids.add(copy.destinationUid());
          }
        });
    MessageTable shown =
        in(opened, connection -> MessageTable.of(connection, UidSet.of(uids).commands()));
    return shown.count() < uids.size() ? shownAgain(opened, uids, shown) : shown;
  }

  /** A search may still find what a large folder does not show. */
  private MessageTable shownAgain(SelectedFolder opened, List<Long> uids, MessageTable shown) {
    List<Long> missing = uids.stream().filter(uid -> shown.row(uid) < 0).toList();
    List<Long> hidden =
        in(
            opened,
            connection -> {
              try {
                return connection.existing(missing);
              } catch (CommandRefused e) {
                return List.of();
              }
            });
    if (hidden.isEmpty()) {
      return shown;
    }
    session.renew(Side.DESTINATION, place);
    MessageTable again =
        in(opened, connection -> MessageTable.of(connection, UidSet.of(uids).commands()));
    if (hidden.stream().anyMatch(uid -> again.row(uid) < 0)) {
      throw notShown(uids.size(), again.count());
    }
    return again;
  }

  private <T> T in(SelectedFolder opened, Function<ImapConnection, T> work) {
    return session.in(Side.DESTINATION, place, opened, work);
  }

  private FolderTables.Opened allShown(FolderTables.Opened read) {
    MessageTable first = read.messages();
    if (first == null
        || !isAnyMissing(read.folder(), first)
        || first.count() >= announced(read.folder())) {
      return read;
    }
    session.renew(Side.DESTINATION, place);
    SelectedFolder opened = session.examine(Side.DESTINATION, place, read.folder().name());
    MessageTable again =
        MessageTable.of(session, Side.DESTINATION, place, opened, FolderPieces.WHOLE);
    long announced = announced(opened);
    if (again.count() < announced && isAnyMissing(opened, again)) {
      throw notShown(announced, again.count());
    }
    return new FolderTables.Opened(opened, again);
  }

  /** Of what nobody has seen there it is told that it was not stored. */
  private boolean isAnyMissing(SelectedFolder opened, MessageTable shown) {
    boolean[] any = {false};
    boolean same = hasKnownUids(opened);
    ledger.forEach(
        (uid, copy) ->
            any[0] |=
                copy.destinationUid() > 0
                    && (!same || shown.row(copy.destinationUid()) < 0)
                    && !known.unseen().contains(uid));
    return any[0];
  }

  /** By all that the new server tells. */
  private long announced(SelectedFolder opened) {
    return session.on(
        Side.DESTINATION,
        place,
        connection -> {
          long open = opened.status().messages();
          try {
            return Math.max(open, connection.status(opened.name()).messages());
          } catch (CommandRefused e) {
            return open;
          }
        });
  }

  private NeedsAttention notShown(long announced, long shown) {
    return new NeedsAttention(
        new Problem(
            ProblemCode.NOT_COMPARED,
            place,
            "the new server announces %d messages of the folder and shows %d"
                .formatted(announced, shown),
            Owner.US,
            "See why the new server does not list all messages of this folder (its log, its index), and repair it; then run"
                + " the request again, which compares the folder."));
  }
}
