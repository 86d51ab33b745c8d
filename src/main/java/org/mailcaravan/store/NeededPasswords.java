package org.mailcaravan.store;

import java.util.ArrayList;
import java.util.List;
import org.mailcaravan.model.Parts;

/** Which mailboxes still need their passwords, however old these are. Thread-safe. */
public final class NeededPasswords {
  private static final int AT_ONCE = 500;

  /**
   * A pass waits or runs, or later ones are due by themselves, until its migration is closed; or it
   * was cancelled, and may still be retried.
   */
  private static final String NEEDED =
      "exists (select 1 from pass p where p.mailbox_id = m.id and p.state <> 'ENDED') or m.copied_before"
          + " and m.state <> 'CANCELLED' and exists (select 1 from migration_mailbox n join migration g"
          + " on g.id = n.migration_id where n.mailbox_id = m.id and "
          + LaterPasses.OPEN
          + ") or exists (select 1 from migration_mailbox n join migration g on g.id = n.migration_id"
          + " where n.mailbox_id = m.id and (g.cancelled or g.stage = 'CANCELLED') and g.closed_at is null"
          + " and g.only_node is null)";

  private final Database database;

  public NeededPasswords(Database database) {
    this.database = database;
  }

  /** Those of some mailboxes that do not. */
  public List<String> unneeded(List<String> mailboxIds) {
    List<String> unneeded = new ArrayList<>(mailboxIds);
    for (List<String> some : Parts.of(mailboxIds, AT_ONCE)) {
      unneeded.removeAll(
          database
              .jdbc()
              .sql("select m.id from mailbox m where m.id in (:ids) and (" + NEEDED + ")")
              .param("ids", some)
              .query(String.class)
              .list());
    }
    return unneeded;
  }
}
