package org.mailcaravan.imap;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A folder that is being opened and read in one go: {@link ImapConnection#examine(FolderName,
 * String, java.util.Set, java.util.function.Consumer)}.
 */
public final class FolderFetch {
  private final FolderSelection opening;
  private final CompletableFuture<Void> answer;

  FolderFetch(FolderSelection opening, CompletableFuture<Void> answer) {
    this.opening = opening;
    this.answer = answer;
  }

  /**
   * Waits for the folder.
   *
   * @throws CommandRefused when it cannot be opened; there are no messages then
   */
  public SelectedFolder folder() {
    return opening.await();
  }

  /**
   * Waits until all messages were read. Some servers refuse to read from an empty folder, which is
   * no failure.
   *
   * @throws CommandRefused when the folder cannot be opened, or not be read
   * @throws CompletionException with the {@link ConnectionLost} that ended it
   */
  public void awaitMessages() {
    try {
      answer.join();
    } catch (CompletionException e) {
      if (!(e.getCause() instanceof CommandRefused refused)) {
        throw e;
      }
      if (MessageLimit.isIn(refused.refusal())) {
        // Fewer than announced have come; they are asked for in pieces.
        return;
      }
      if (folder().status().messages() != 0) {
        throw refused;
      }
    }
  }
}
