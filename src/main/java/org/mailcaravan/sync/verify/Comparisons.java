package org.mailcaravan.sync.verify;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.sync.folders.FolderPlan;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * The comparisons of folders that were made since these were listed. Thread-safe; a comparison
 * belongs to one thread at a time.
 */
final class Comparisons {
  private final Map<String, FolderComparison> comparisons = new HashMap<>();
  private final Set<String> accounted = new HashSet<>();

  static Comparisons of(MailboxSession session) {
    return KnownFolders.of(session).with(Comparisons.class, Comparisons::new);
  }

  /** The comparison of a folder that was made already, or null. */
  synchronized @Nullable FolderComparison comparison(FolderPlan plan) {
    return comparisons.get(plan.name().wire());
  }

  synchronized void comparison(FolderPlan plan, FolderComparison made) {
    comparisons.put(plan.name().wire(), made);
  }

  /** Whether what the comparison of a folder shows was recorded and told. */
  synchronized boolean isAccounted(FolderPlan plan) {
    return accounted.contains(plan.name().wire());
  }

  synchronized void accounted(FolderPlan plan) {
    accounted.add(plan.name().wire());
  }
}
