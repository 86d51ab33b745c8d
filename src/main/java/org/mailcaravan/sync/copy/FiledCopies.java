package org.mailcaravan.sync.copy;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.store.FolderLedger;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Copies that are not where they were put, as was found since the folders were listed. Thread-safe.
 */
public final class FiledCopies {
  private final Map<String, UidSet> filed = new HashMap<>();
  private final Map<String, UidSet> filedOf = new HashMap<>();
  private final Map<String, UidSet> moved = new HashMap<>();
  private final Set<String> sentAgain = new HashSet<>();

  public static FiledCopies of(MailboxSession session) {
    return KnownFolders.of(session).with(FiledCopies.class, FiledCopies::new);
  }

  /** A message of a folder is sent that the destination said it had stored in an earlier pass. */
  synchronized void sentAgain(FolderLedger ledger) {
    sentAgain.add(ledger.id());
  }

  /** Whether that was so in this pass: what was sent first may still come to light. */
  public synchronized boolean isAnySentAgain(FolderLedger ledger) {
    return sentAgain.contains(ledger.id());
  }

  /** UIDs of what the destination has filed in this folder instead of another in this pass. */
  public synchronized UidSet in(String name) {
    UidSet uids = new UidSet();
    uids.addAll(filed.getOrDefault(name, new UidSet()));
    return uids;
  }

  /**
   * Notes one; returns whether it stood for no other message before.
   *
   * @param sourceUid of the message that it stands for
   */
  synchronized boolean add(String name, long uid, FolderLedger ledger, long sourceUid) {
    UidSet uids = filed.computeIfAbsent(name, folder -> new UidSet());
    boolean free = !uids.contains(uid);
    uids.add(uid);
    if (free) {
      filedOf.computeIfAbsent(ledger.id(), id -> new UidSet()).add(sourceUid);
    }
    return free;
  }

  /** Whether that was found in this pass of a message. */
  synchronized boolean isFiled(String ledgerId, long sourceUid) {
    UidSet uids = filedOf.get(ledgerId);
    return uids != null && uids.contains(sourceUid);
  }

  /** Source UIDs of messages whose copies are not where they were put, or null. */
  synchronized @Nullable UidSet moved(FolderLedger ledger) {
    return moved.get(ledger.id());
  }

  /** Notes several. */
  synchronized void moved(FolderLedger ledger, UidSet sourceUids) {
    moved.put(ledger.id(), sourceUids);
  }
}
