package org.mailcaravan.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Claim;
import org.mailcaravan.model.Control;
import org.mailcaravan.model.PassProgress;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The passes that were claimed here and neither given back nor ended. Only their leases are
 * renewed: a claim whose answer got lost on its way from the database has an owner that does not
 * know of it, and its lease has to end. Thread-safe.
 */
final class HeldPasses {
  /** Sets how far a pass is; four parameters. */
  static final String PROGRESS =
      "messages_done = ?, messages_total = ?, bytes_done = ?, bytes_total = ?,"
          + " progress_at = current_timestamp";

  /** The values of {@link #PROGRESS}. */
  static List<Object> values(PassProgress progress) {
    return List.of(
        progress.messagesDone(),
        progress.messagesTotal(),
        progress.bytesDone(),
        progress.bytesTotal());
  }

  private static final String RUNNING_HERE =
      " where state = 'RUNNING' and owner = ? and id = any(?)";

  private final Database database;
  private final String node;
  private final Duration lease;
  private final Hosts hosts;
  private final Map<Long, Mine> held = new ConcurrentHashMap<>();

  HeldPasses(Database database, String node, Duration lease, Hosts hosts) {
    this.database = database;
    this.node = node;
    this.lease = lease;
    this.hosts = hosts;
  }

  private record Mine(long pass, long fence, String host) {}

  /** One whose lease was renewed. */
  record Renewed(long pass, long fence, @Nullable Control control) {}

  void add(Claim claim, String host) {
    held.put(claim.pass(), new Mine(claim.pass(), claim.fence(), host));
  }

  /** Renews nothing more of a claim. A transaction that is rolled back leaves it here. */
  void remove(Claim claim) {
    Runnable forget = () -> drop(claim);
    if (!TransactionSynchronizationManager.isSynchronizationActive()) {
      forget.run();
      return;
    }
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            forget.run();
          }
        });
  }

  /** Renews nothing more of a claim, whatever becomes of an open transaction. */
  void drop(Claim claim) {
    held.values().removeIf(mine -> mine.pass == claim.pass() && mine.fence == claim.fence());
  }

  /** See {@link Claims#renew}. */
  List<Renewed> renew(Map<Long, PassProgress> changed) {
    Map<Long, Mine> asked = Map.copyOf(held);
    if (asked.isEmpty()) {
      return List.of();
    }
    Long[] ours = asked.keySet().toArray(Long[]::new);
    List<Renewed> renewed = database.inTransaction(() -> renew(ours));
    Map<Long, Long> fences =
        renewed.stream().collect(Collectors.toMap(Renewed::pass, Renewed::fence));
    // What was claimed meanwhile is not in the answer.
    held.values()
        .removeIf(
            mine ->
                mine.equals(asked.get(mine.pass))
                    && !Long.valueOf(mine.fence).equals(fences.get(mine.pass)));
    store(changed, fences);
    return renewed;
  }

  private List<Renewed> renew(Long[] ours) {
    database
        .jdbc()
        .sql(
            "update pass set lease_until = current_timestamp + "
                + Seconds.SQL
                + RUNNING_HERE
                + " and lease_until > current_timestamp")
        .params(Seconds.of(lease), node, ours)
        .update();
    return database
        .jdbc()
        .sql(
            "select id, fence, coalesce(control, case when "
                + DuePasses.CLOSED_FOR
                + " then 'WINDOW' end) as control from pass p"
                + RUNNING_HERE
                + " and lease_until > current_timestamp")
        .param(node)
        .param(ours)
        .query((row, index) -> renewed(row))
        .list();
  }

  private static Renewed renewed(ResultSet row) throws SQLException {
    return new Renewed(
        row.getLong("id"),
        row.getLong("fence"),
        Control.stored(row.getString("control")).orElse(null));
  }

  private void store(Map<Long, PassProgress> changed, Map<Long, Long> fences) {
    List<Object[]> rows = new ArrayList<>();
    changed.forEach(
        (pass, progress) -> {
          Long fence = fences.get(pass);
          if (fence != null) {
            rows.add(
                new Object[] {
                  progress.messagesDone(),
                  progress.messagesTotal(),
                  progress.bytesDone(),
                  progress.bytesTotal(),
                  pass,
                  fence
                });
          }
        });
    database.batch(
        "update pass set " + PROGRESS + " where id = ? and fence = ? and state = 'RUNNING'", rows);
    // Mail that comes is an answer, too. A pass that has not got anything yet waits for one.
    hosts.answered(
        changed.entrySet().stream()
            .filter(pass -> !pass.getValue().equals(PassProgress.NONE))
            .map(pass -> held.get(pass.getKey()))
            .filter(Objects::nonNull)
            .map(Mine::host)
            .collect(Collectors.toSet()));
  }
}
