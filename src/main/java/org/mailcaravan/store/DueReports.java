package org.mailcaravan.store;

import java.util.List;

/**
 * The reports of migrations that have ended. One is due until it is written, so that a kill or a
 * full disk in between costs nothing. Thread-safe.
 */
public final class DueReports {
  /** After so many seconds another one may write a report that was taken and is not written. */
  private static final int TAKEN_SECONDS = 300;

  private final Database database;
  private final Events events;
  private final String node;

  public DueReports(Database database, Events events, String node) {
    this.database = database;
    this.events = events;
    this.node = node;
  }

  /**
   * Has reports that a program of the same name was writing when it ended be due at once. To be
   * called once, before any is taken.
   */
  public void letGo() {
    database
        .jdbc()
        .sql("update migration set report_until = null where report_due and report_node = ?")
        .param(node)
        .update();
  }

  /**
   * The reports that this node is to write: those of its own requests, and those of nodes that are
   * gone.
   *
   * @return ids of migrations
   */
  public List<String> due() {
    return database
        .jdbc()
        .sql(
            "select id from migration where report_due and (report_until is null or report_until <"
                + " current_timestamp) and (node is null or node = :node or not exists (select 1 from node"
                + " where node.name = migration.node and node.stopped_at is null and node.seen_at >"
                + " current_timestamp - interval '2' minute)) order by id")
        .param("node", node)
        .query(String.class)
        .list();
  }

  /**
   * Whether the caller is to write a report: each is given to one. Where it is not {@link
   * #written}, it is due again after some minutes.
   */
  public boolean take(String migrationId) {
    return database
            .jdbc()
            .sql(
                "update migration set report_node = :node, report_until = current_timestamp +"
                    + " interval '"
                    + TAKEN_SECONDS
                    + "' second where id = :id and report_due and (report_until is null or"
                    + " report_until < current_timestamp)")
            .param("node", node)
            .param("id", migrationId)
            .update()
        == 1;
  }

  /**
   * A report is written. Where passes have become due since it was taken, the next one is written
   * after them.
   */
  public void written(String migrationId) {
    database.inTransaction(
        () -> {
          int done =
              database
                  .jdbc()
                  .sql(
                      "update migration set report_due = false, report_until = null where id = :id and"
                          + " report_due and report_node = :node")
                  .param("id", migrationId)
                  .param("node", node)
                  .update();
          if (done == 1) {
            events.add(
                "report", "routes", migrationId, null, null, null, null, "the report is written");
          }
        });
  }
}
