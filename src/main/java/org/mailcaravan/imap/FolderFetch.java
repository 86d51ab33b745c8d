package org.mailcaravan.imap;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A folder that is being selected and read in one go: {@link ImapConnection#examine(FolderName,
 * String, java.util.Set, java.util.function.Consumer)}.
 */
public final class FolderFetch {
  private final FolderSelection selection;
  private final CompletableFuture<Void> answer;

  FolderFetch(FolderSelection selection, CompletableFuture<Void> answer) {
    this.selection = selection;
    this.answer = answer;
  }

  /**
   * Waits until the folder is selected.
   *
   * @throws CommandRefused when it cannot be; there are no messages then
   */
  public SelectedFolder folder() {
    return selection.await();
  }

  /**
   * Waits until all messages were read. Some servers refuse the FETCH in an empty folder; that is
   * not a failure.
   *
   * @throws CommandRefused when the folder cannot be selected or read
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
        // Fewer messages came than announced. The caller sees that, and reads the folder in pieces.
        return;
      }
      if (folder().status().messages() != 0) {
        throw refused;
      }
    }
  }
}
