package org.mailcaravan.model;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Replaces equal problems with one object. A bad server causes the same problem for each of its
 * mailboxes, and a hundred thousand equal texts take much memory. Thread-safe.
 */
public final class SameProblems {
  /** Limit of problems that are remembered. */
  private static final int MOST = 1000;

  private final Map<Problem, Problem> known = new ConcurrentHashMap<>();

  /** The problems, with remembered objects in place of equal ones. */
  public List<Problem> of(List<Problem> problems) {
    return problems.stream().map(this::one).toList();
  }

  private Problem one(Problem problem) {
    if (known.size() >= MOST) {
      return known.getOrDefault(problem, problem);
    }
    Problem before = known.putIfAbsent(problem, problem);
    return before == null ? problem : before;
  }
}
