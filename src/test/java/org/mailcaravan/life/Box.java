package org.mailcaravan.life;

import java.util.List;
import java.util.TreeSet;

/** A mailbox at its old server, and what of it is at the new one. */
final class Box {
  final String address;
  private final TreeSet<Integer> old = new TreeSet<>();
  private final TreeSet<Integer> arrived = new TreeSet<>();
  boolean passwordIsRight = true;
  boolean passwordIsKnown = true;
  boolean isCancelled;

  Box(String address) {
    this.address = address;
  }

  void deliver(int messages) {
    for (int i = 0; i < messages; i++) {
      old.add(old.size());
    }
  }

  int size() {
    return old.size();
  }

  /** Copies some that are not there. */
  int copy(int most) {
    List<Integer> missing =
        old.stream().filter(each -> !arrived.contains(each)).limit(most).toList();
    arrived.addAll(missing);
    return missing.size();
  }

  boolean isComplete() {
    return arrived.containsAll(old);
  }
}
