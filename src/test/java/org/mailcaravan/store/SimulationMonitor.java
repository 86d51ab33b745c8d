package org.mailcaravan.store;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.mailcaravan.model.Claim;

/**
 * Watches what simulated workers do, and notes each breach of a rule when it happens: a pass that
 * two run, a host with more than its limit, a destination with two, a write under an old fence.
 */
final class SimulationMonitor {
  private final Map<String, Integer> limits;
  private final Queue<String> violations = new ConcurrentLinkedQueue<>();
  private final Map<Long, Work> working = new HashMap<>();
  private final Map<Long, Long> fences = new HashMap<>();
  private final Map<String, Integer> submitted = new HashMap<>();
  private final Map<String, Integer> claimed = new HashMap<>();
  private int claims;
  private int refused;
  private int ended;
  private int late;

  SimulationMonitor(Map<String, Integer> limits) {
    this.limits = limits;
  }

  /** A worker with its claim. Its node stops it at the end of its lease, as it knows it. */
  static final class Work {
    final Claim claim;
    private volatile long leaseEnds;

    Work(Claim claim, long leaseEnds) {
      this.claim = claim;
      this.leaseEnds = leaseEnds;
    }

    void renewedUntil(long end) {
      leaseEnds = end;
    }

    boolean leaseHasEnded() {
      return System.nanoTime() - leaseEnds > 0;
    }

    private String host() {
      return claim.mailbox().source().toString();
    }
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private void violation(String words, Object... parameters) {
    violations.add(words.formatted(parameters));
  }

  synchronized void begins(Work work) {
    long pass = work.claim.pass();
    claims++;
    if (work.claim.fence() == 1) {
      claimed.put(work.claim.mailbox().id(), claims);
    }
    // A thread that got no time to notice the end of its lease does nothing either.
    if (working.values().removeIf(Work::leaseHasEnded)) {
      late++;
    }
    Work other = working.put(pass, work);
    if (other != null) {
      violation("pass %d runs twice: %s and %s", pass, other.claim, work.claim);
    }
    if (work.claim.fence() <= fences.getOrDefault(pass, 0L)) {
      violation("pass %d was claimed twice with fence %d", pass, work.claim.fence());
    }
    fences.put(pass, work.claim.fence());
    long atHost = working.values().stream().filter(each -> each.host().equals(work.host())).count();
    if (atHost > limits.getOrDefault(work.host(), 0)) {
      violation("%d run at %s", atHost, work.host());
    }
    long into =
        working.values().stream()
            .filter(
                each ->
                    each.claim
                        .mailbox()
                        .destinationAddress()
                        .equals(work.claim.mailbox().destinationAddress()))
            .count();
    if (into > 1) {
      violation("%d run into %s", into, work.claim.mailbox().destinationAddress());
    }
  }

  /** It stops, before the database knows. */
  synchronized void stops(Work work) {
    working.remove(work.claim.pass(), work);
  }

  /** It writes, in a transaction in which its claim holds. */
  synchronized void writes(Work work) {
    if (work.claim.fence() < fences.getOrDefault(work.claim.pass(), 0L)) {
      violation(
          "pass %d was written under the old fence %d", work.claim.pass(), work.claim.fence());
    }
  }

  synchronized void refused() {
    refused++;
  }

  synchronized void ends() {
    ended++;
  }

  synchronized void submitted(String mailbox) {
    submitted.put(mailbox, claims);
  }

  /**
   * How many claims there were after each of these mailboxes came, until its own. One that a node
   * claimed and then froze or died, before it began anything, is left out.
   */
  synchronized List<Integer> waitedFor(Collection<String> mailboxes) {
    return mailboxes.stream()
        .filter(claimed::containsKey)
        .map(
            each ->
                Objects.requireNonNull(claimed.get(each))
                    - Objects.requireNonNull(submitted.get(each)))
        .toList();
  }

  /** Compares what the tables say with the limits. */
  void checkTables(PassRows rows) {
    rows.list("select host, count(*) from pass where state = 'RUNNING' group by host")
        .forEach(
            (host, running) -> {
              if (running > limits.getOrDefault(host, 0)) {
                violation("%d passes of %s are RUNNING", running, host);
              }
            });
    rows.list(
            "select destination, count(*) from pass where state = 'RUNNING' group by destination"
                + " having count(*) > 1")
        .forEach(
            (account, running) -> violation("%d passes into %s are RUNNING", running, account));
  }

  List<String> violations() {
    return violations.stream().limit(10).collect(Collectors.toList());
  }

  synchronized int refusedWrites() {
    return refused;
  }

  synchronized int endedPasses() {
    return ended;
  }

  @Override
  public synchronized String toString() {
    return "%d claims, %d ended, %d writes refused, %d late"
        .formatted(claims, ended, refused, late);
  }
}
