package org.mailcaravan.sync.copy;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.sync.folders.FolderPlan;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.session.MailboxSession;

/** What the source's folders showed, until they are listed again. Thread-safe. */
public final class Looks {
  private final Map<FolderName, FolderLook> looks = new ConcurrentHashMap<>();

  public static Looks of(MailboxSession session) {
    return KnownFolders.of(session).with(Looks.class, Looks::new);
  }

  /** The look at a folder; null as long as there was none. */
  public @Nullable FolderLook at(FolderPlan plan) {
    return looks.get(plan.name());
  }

  void add(FolderLook look) {
    looks.put(look.plan().name(), look);
  }
}
