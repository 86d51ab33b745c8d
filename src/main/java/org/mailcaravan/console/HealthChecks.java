package org.mailcaravan.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.mailcaravan.store.Database;

/** What the service needs: its database, its drop folder, its lease, and room on its disks. */
final class HealthChecks {
  /** Less than this stops copying soon: large messages are kept on disk meanwhile. */
  private static final long LEAST_FREE = 512L << 20;

  private HealthChecks() {}

  /**
   * The checks of a node.
   *
   * @param lease how long the database counts a node as alive after it was seen
   */
  static List<Health.Named> of(
      Database database, String node, Duration lease, Path dropFolder, List<Path> disks) {
    return List.of(
        new Health.Named("database", () -> answers(database)),
        new Health.Named("leases", () -> renews(database, node, lease)),
        new Health.Named("drop_folder", () -> isOpen(dropFolder)),
        new Health.Named("disk", () -> hasRoom(disks)));
  }

  private static String answers(Database database) {
    database.jdbc().sql("select last from event_number").query(Long.class).single();
    return "it answers";
  }

  private static String renews(Database database, String node, Duration lease) {
    long fresh =
        database
            .jdbc()
            .sql(
                "select count(*) from node where name = ? and stopped_at is null"
                    + " and seen_at > current_timestamp - cast(? as bigint) * interval '1' second")
            .params(node, lease.toSeconds())
            .query(Long.class)
            .single();
    if (fresh == 0) {
      throw new IllegalStateException(
          "this node has not been seen by the database for " + lease.toSeconds() + " seconds");
    }
    return "renewed within " + lease.toSeconds() + " seconds";
  }

  private static String isOpen(Path folder) throws IOException {
    if (!Files.isDirectory(folder) || !Files.isReadable(folder) || !Files.isWritable(folder)) {
      throw new IOException("this user cannot read and write in " + folder);
    }
    return "it can be read and written";
  }

  private static String hasRoom(List<Path> disks) throws IOException {
    long least = Long.MAX_VALUE;
    for (Path disk : disks) {
      Path there = disk;
      while (!Files.exists(there) && there.getParent() != null) {
        there = there.getParent();
      }
      long free = Files.getFileStore(there).getUsableSpace();
      if (free < LEAST_FREE) {
        throw new IOException(
            "the disk of %s has %d MiB left, less than %d MiB"
                .formatted(disk, free >> 20, LEAST_FREE >> 20));
      }
      least = Math.min(least, free);
    }
    return (least >> 20) + " MiB are free";
  }
}
