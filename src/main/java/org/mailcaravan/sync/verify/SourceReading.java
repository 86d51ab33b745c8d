package org.mailcaravan.sync.verify;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Side;
import org.mailcaravan.sync.folders.FolderPlan;
import org.mailcaravan.sync.messages.FolderPieces;
import org.mailcaravan.sync.messages.MessageTable;
import org.mailcaravan.sync.session.MailboxSession;

/** A source folder as a comparison reads it: piece by piece. For one use, by one thread. */
final class SourceReading {
  private final MailboxSession session;
  private final FolderPlan plan;
  private final FolderTables tables;
  private FolderTables.@Nullable Opened opened;
  private long messages;
  private long octets;

  SourceReading(MailboxSession session, FolderPlan plan, FolderTables tables) {
    this.session = session;
    this.plan = plan;
    this.tables = tables;
  }

  FolderName name() {
    return plan.name();
  }

  /** Opens the folder; what is small, is read at once. */
  SelectedFolder open() {
    FolderTables.Opened read = tables.open(Side.SOURCE, plan.place(), name());
    opened = read;
    return read.folder();
  }

  private FolderTables.Opened opened() {
    FolderTables.Opened read = opened;
    if (read == null) {
      throw new IllegalStateException(plan + " was not opened");
    }
    return read;
  }

  SelectedFolder folder() {
    return opened().folder();
  }

  /** Gives the messages piece by piece; what was read already is one. */
  void forEachPiece(BiConsumer<UidSet.Range, MessageTable> work) {
    MessageTable whole = opened().messages();
    List<UidSet.Range> pieces =
        whole != null
            ? List.of(FolderPieces.WHOLE)
            : in(connection -> FolderPieces.of(connection, folder().status()));
    // It may be large, and is not needed any more.
    opened = new FolderTables.Opened(folder(), null);
    for (UidSet.Range piece : pieces) {
      MessageTable shown =
          whole != null
              ? whole
              : MessageTable.of(session, Side.SOURCE, plan.place(), folder(), piece);
      messages += shown.count();
      for (int row = 0; row < shown.count(); row++) {
        octets += Math.max(0, shown.size(row));
      }
      work.accept(piece, shown);
    }
  }

  /** Asks the source about the open folder. */
  <T> T in(Function<ImapConnection, T> work) {
    return session.in(Side.SOURCE, plan.place(), folder(), work);
  }

  /** How many messages it has shown. */
  long messages() {
    return messages;
  }

  /** Their octets, as the source announces them. */
  long octets() {
    return octets;
  }
}
