package org.mailcaravan.store;

import java.time.Duration;
import java.util.UUID;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;
import org.springframework.dao.DuplicateKeyException;

/**
 * Keeps two programs from having the same name at the same time. A program that was killed has its
 * name again at once: its data folder, which nobody else can have, tells that it is the same one.
 * Thread-safe.
 */
public final class NodeNames {
  private final Database database;
  private final Duration lease;
  private final String run = UUID.randomUUID().toString();

  /**
   * @param lease how long a program counts as running after it was seen
   */
  public NodeNames(Database database, Duration lease) {
    this.database = database;
    this.lease = lease;
  }

  /**
   * Takes a name for this program. To be called at the start, not within a transaction.
   *
   * @param folder what tells the data folder from others
   * @throws RequestRejected when a program with another data folder has the name and runs
   */
  public void take(String name, String folder) {
    if (update(name, folder) > 0) {
      return;
    }
    try {
      database
          .jdbc()
          .sql(
              "insert into node (name, kind, version, started_at, seen_at, folder, run)"
                  + " values (?, 'starting', '', current_timestamp, current_timestamp, ?, ?)")
          .params(name, folder, run)
          .update();
    } catch (DuplicateKeyException e) {
      throw new RequestRejected(
          new Problem(
              Where.setting("node.name", "node.name = " + name),
              "another program with this name, and with another data folder, runs on the same"
                  + " database",
              Owner.US,
              "Set node.name to a name that no other node has. If that program was killed and its"
                  + " data folder is gone, wait "
                  + lease.toSeconds()
                  + " seconds and start this one again."));
    }
  }

  private int update(String name, String folder) {
    return database
        .jdbc()
        .sql(
            "update node set folder = ?, run = ?, seen_at = current_timestamp, stopped_at = null"
                + " where name = ? and (folder is null or folder = ? or stopped_at is not null"
                + " or seen_at <= current_timestamp - "
                + Seconds.SQL
                + ")")
        .params(folder, run, name, folder, Seconds.of(lease))
        .update();
  }

  /**
   * What tells this start of the program from others of its name. One whose name another has taken
   * since, as one can on a machine that was cloned with its data folder, is to stop: {@link
   * Nodes#seen}.
   */
  public String run() {
    return run;
  }
}
