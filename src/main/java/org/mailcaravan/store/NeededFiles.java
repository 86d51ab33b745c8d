package org.mailcaravan.store;

/** Which files that came with requests a pass is still to read. Thread-safe. */
public final class NeededFiles {
  private final Database database;

  public NeededFiles(Database database) {
    this.database = database;
  }

  /**
   * Whether contacts or a calendar of a folder belong to a mailbox of which a pass waits or runs.
   *
   * @param folder its name, which no other has
   */
  public boolean isNeeded(String folder) {
    return !database
        .jdbc()
        .sql(
            "select m.id from mailbox m where (position(:folder in m.contacts) > 0"
                + " or position(:folder in m.calendar) > 0) and exists (select 1 from pass p"
                + " where p.mailbox_id = m.id and p.state <> 'ENDED') limit 1")
        .param("folder", folder)
        .query(String.class)
        .list()
        .isEmpty();
  }
}
