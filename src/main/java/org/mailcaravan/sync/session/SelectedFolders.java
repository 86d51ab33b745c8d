package org.mailcaravan.sync.session;

import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.FetchedMessage;
import org.mailcaravan.imap.FolderFetch;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.sync.session.ConnectionPair.Selection;

/**
 * Opens folders on the connections of a session, and opens them again where another one is open by
 * the time they are used. Its methods are those of {@link MailboxSession}, which says what they do.
 * Thread-safe.
 */
final class SelectedFolders {
  private final PassState pass;
  private final SessionConnections connections;

  SelectedFolders(PassState pass, SessionConnections connections) {
    this.pass = pass;
    this.connections = connections;
  }

  SelectedFolder open(Side side, Where place, FolderName folder, boolean readOnly) {
    return connections
        .sent(side, place, connection -> opening(side, connection, folder, readOnly))
        .get();
  }

  /** Sends what opens a folder. Within the use of the connection. */
  Supplier<SelectedFolder> opening(
      Side side, ImapConnection connection, FolderName folder, boolean readOnly) {
    Selection selection = select(side, connection, folder, readOnly);
    return () -> told(side, selection);
  }

  private Selection select(
      Side side, ImapConnection connection, FolderName folder, boolean readOnly) {
    boolean examine = readOnly && canBeExamined(side, connection);
    Selection selection = new Selection(folder, examine, connection.open(folder, examine));
    connections.lines().opened(side, selection);
    return selection;
  }

  /** The same, and asks for something of all messages in the same go. */
  Supplier<SelectedFolder> examining(
      Side side,
      ImapConnection connection,
      FolderName folder,
      Set<FetchItem> items,
      Consumer<FetchedMessage> sink) {
    FolderFetch fetch = connection.examine(folder, "1:*", items, sink);
    Selection selection = new Selection(folder, true, fetch::folder);
    connections.lines().opened(side, selection);
    return () -> {
      SelectedFolder told = told(side, selection);
      fetch.awaitMessages();
      return told;
    };
  }

  /** Waits for the answer. */
  private SelectedFolder told(Side side, Selection selection) {
    try {
      SelectedFolder told = selection.told().get();
      pass.check.accept(side, told);
      return told;
    } catch (CommandRefused | NeedsAttention e) {
      connections.lines().notOpened(side, selection);
      throw e;
    }
  }

  /**
   * Whether EXAMINE changes nothing at a server. Courier deals its UIDs again at an EXAMINE of a
   * folder that was never selected, so there SELECT is the gentler one; we never store or expunge.
   * At the destination we never examine first.
   */
  static boolean canBeExamined(Side side, ImapConnection connection) {
    return side != Side.SOURCE || !connection.greeting().contains("Courier-IMAP");
  }

  <T> T in(Side side, Where place, SelectedFolder opened, Function<ImapConnection, T> work) {
    return connections.on(
        side,
        place,
        connection -> {
          requireSame(side, place, opened, told(side, selectedAgain(side, connection, opened)));
          return work.apply(connection);
        });
  }

  <T> T inNew(Side side, Where place, SelectedFolder opened, Function<ImapConnection, T> work) {
    return connections
        .lines()
        .use(
            side,
            () -> {
              ImapConnection before = connections.lines().connection(side);
              if (before != null && before.sentSinceLogin() > 0) {
                connections.renew(side, place);
              }
              return in(side, place, opened, work);
            });
  }

  <T> @Nullable Supplier<T> sentIn(
      Side side, Where place, SelectedFolder opened, Function<ImapConnection, Supplier<T>> work) {
    if (pass.suspects.isSearching(side)) {
      return null;
    }
    return connections.sent(
        side,
        place,
        connection -> {
          Selection again = selectedAgain(side, connection, opened);
          Supplier<T> answer = work.apply(connection);
          return () -> {
            requireSame(side, place, opened, told(side, again));
            return answer.get();
          };
        });
  }

  <T> Supplier<T> sentInSame(
      Side side, Where place, SelectedFolder opened, Function<ImapConnection, Supplier<T>> work) {
    return connections.sent(
        side,
        place,
        connection -> {
          requireSame(side, place, opened, told(side, selectedAgain(side, connection, opened)));
          return work.apply(connection);
        });
  }

  private Selection selectedAgain(Side side, ImapConnection connection, SelectedFolder opened) {
    Selection now = connections.lines().folder(side);
    return now != null && now.name().equals(opened.name()) && (opened.readOnly() || !now.readOnly())
        ? now
        : select(side, connection, opened.name(), side == Side.SOURCE || opened.readOnly());
  }

  private static void requireSame(
      Side side, Where place, SelectedFolder opened, SelectedFolder now) {
    if (now.status().uidValidity() != opened.status().uidValidity()) {
      throw new NeedsAttention(
          new Problem(
              ProblemCode.FOLDER_REPLACED,
              place,
              "the folder was replaced by another of its name at " + side.words() + " in mid-copy",
              side == Side.SOURCE ? Owner.OLD_HOST : Owner.US,
              "Run the request again."));
    }
  }
}
