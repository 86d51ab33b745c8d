package org.mailcaravan.model;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps one of each problem: what a server does wrong is the same for each of its mailboxes, and a
 * hundred thousand times the same words take much memory. Thread-safe.
 */
public final class SameProblems {
  /** Different problems that are compared with others. */
  private static final int MOST = 1000;

  private final Map<Problem, Problem> known = new ConcurrentHashMap<>();

  /** Equal problems, those that were there before where there were any. */
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
