package org.mailcaravan.imap;

import java.util.concurrent.CompletableFuture;

/**
 * A folder that is being opened and read in one go: {@link ImapConnection#examine(FolderName,
 * String, java.util.Set, java.util.function.Consumer)}.
 */
public final class FolderFetch {
  private final FolderOpening opening;
  private final CompletableFuture<Void> answer;

  FolderFetch(FolderOpening opening, CompletableFuture<Void> answer) {
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

  /** As of {@link ImapConnection#fetch}. */
  public CompletableFuture<Void> messages() {
    return answer;
  }
}
