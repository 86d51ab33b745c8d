package org.mailcaravan.sync.messages;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.model.Side;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Decides whether a failed listing of a folder's messages is asked for again in halves. For one
 * pass; thread-safe.
 */
final class Halves {
  /**
   * After so many folders that the server cannot list at all, the server is the cause, not a
   * message.
   */
  private static final int MOST_FOLDERS_IN_VAIN = 4;

  private final Map<Side, Set<FolderName>> inVain = new ConcurrentHashMap<>();
  private final Map<Side, Set<FolderName>> askedForTime = new ConcurrentHashMap<>();

  /** Those of a pass. */
  static Halves of(MailboxSession session) {
    return session.ofPass(Halves.class, Halves::new);
  }

  boolean areWorthwhile(Side side, FolderName folder) {
    Set<FolderName> folders = inVain.getOrDefault(side, Set.of());
    return folders.size() < MOST_FOLDERS_IN_VAIN && !folders.contains(folder);
  }

  /** A server lists no message of a folder, however few it is asked for. */
  void inVain(Side side, FolderName folder) {
    note(inVain, side, folder);
  }

  /** Whether a server has asked for time before over the list of a folder; notes that it did. */
  boolean askedForTimeBefore(Side side, FolderName folder) {
    return !note(askedForTime, side, folder);
  }

  private static boolean note(Map<Side, Set<FolderName>> of, Side side, FolderName folder) {
    return of.computeIfAbsent(side, any -> ConcurrentHashMap.newKeySet()).add(folder);
  }
}
