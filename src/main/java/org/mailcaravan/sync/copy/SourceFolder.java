package org.mailcaravan.sync.copy;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.model.Side;

/**
 * The source folder of a batch, as it is worked in. Whether a connection has opened the right one
 * is known only when something succeeds in it: what came before that may be of another folder.
 */
final class SourceFolder {
  private final FolderCopy copy;
  private boolean confirmed;

  SourceFolder(FolderCopy copy) {
    this.copy = copy;
  }

  /** Whether what came is known to come from the right folder. */
  boolean isConfirmed() {
    return confirmed;
  }

  /**
   * Sends without waiting for the answer.
   *
   * @param send gives what waits for the answer
   * @return what waits, and tells when the server refuses; null when nothing was sent, since some
   *     messages are suspected and are to be asked for alone
   */
  @Nullable Supplier<Optional<CommandRefused>> send(
      Function<ImapConnection, Supplier<Optional<CommandRefused>>> send) {
    return copy.session()
        .sentIn(
            Side.SOURCE,
            copy.place(),
            copy.source(),
            connection -> {
              Supplier<Optional<CommandRefused>> sent = send.apply(connection);
              return () -> {
                confirmed = true;
                return sent.get();
              };
            });
  }

  boolean in(Function<ImapConnection, Boolean> work) {
    return copy.session().in(Side.SOURCE, copy.place(), copy.source(), confirming(work));
  }

  boolean inNew(Function<ImapConnection, Boolean> work) {
    return copy.session().inNew(Side.SOURCE, copy.place(), copy.source(), confirming(work));
  }

  private Function<ImapConnection, Boolean> confirming(Function<ImapConnection, Boolean> work) {
    return connection -> {
      confirmed = true;
      return work.apply(connection);
    };
  }
}
