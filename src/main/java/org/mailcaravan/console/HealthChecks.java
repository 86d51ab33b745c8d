package org.mailcaravan.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.status.FailingRoute;
import org.mailcaravan.model.status.RefusedRoutes;
import org.mailcaravan.model.status.SupportMailboxFailure;
import org.mailcaravan.store.Database;
import org.mailcaravan.store.FailedLooks;

/**
 * What the service needs: its database, its drop folder, its lease, and room on its disks. The
 * support mailbox and each route that takes something are one of its entrances only, and changed
 * route files may wait.
 */
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
      Database database,
      String node,
      Duration lease,
      Path dropFolder,
      List<Path> disks,
      Supplier<Optional<RefusedRoutes>> routes,
      Supplier<List<FailingRoute>> failing) {
    return List.of(
        Health.Named.essential("database", () -> answers(database)),
        Health.Named.essential("leases", () -> renews(database, node, lease)),
        Health.Named.essential("drop_folder", () -> isOpen(dropFolder)),
        Health.Named.essential("disk", () -> hasRoom(disks)),
        new Health.Named("support_mailbox", () -> isRead(database), false),
        new Health.Named("routes", () -> areUsed(routes.get().orElse(null)), false),
        new Health.Named("entrances", () -> take(failing.get()), false));
  }

  /** Migrations go on with the routes as they were. */
  private static String areUsed(@Nullable RefusedRoutes refused) throws IOException {
    if (refused != null) {
      throw new IOException(
          "changed route files are not used since %s (%d mistakes), the first mistake: %s: %s; %s"
              .formatted(
                  refused.since().truncatedTo(ChronoUnit.SECONDS),
                  refused.mistakes(),
                  refused.place(),
                  refused.cause(),
                  refused.nextStep()));
    }
    return "they run as their files were read";
  }

  /** Migrations go on, and so do the other entrances. */
  private static String take(List<FailingRoute> failing) throws IOException {
    if (!failing.isEmpty()) {
      throw new IOException(
          failing.stream()
              .map(
                  each ->
                      "the route %s has taken nothing from %s since %s (tried %d times): %s; %s"
                          .formatted(
                              each.route(),
                              each.place(),
                              each.since().truncatedTo(ChronoUnit.SECONDS),
                              each.failures(),
                              each.why(),
                              each.nextStep()))
              .collect(Collectors.joining(" ")));
    }
    return "every entrance works";
  }

  /** Migrations go on without it, so that no other node has to take over from this one. */
  private static String isRead(Database database) throws IOException {
    SupportMailboxFailure failure = FailedLooks.fresh(database).orElse(null);
    if (failure != null) {
      throw new IOException(
          "it cannot be looked into since %s (tried %d times): %s; %s"
              .formatted(
                  failure.since().truncatedTo(ChronoUnit.SECONDS),
                  failure.failures(),
                  failure.why(),
                  failure.nextStep()));
    }
    return "no look into it fails";
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
