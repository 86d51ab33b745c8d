package org.mailcaravan.imap;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A set of 100,000 UIDs of which each tenth is missing; for each UID. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class UidSetBenchmark {
  private static final int UIDS = 100_000;

  private final UidSet set = filled();
  private final String text = set.toString();

  private static UidSet filled() {
    UidSet set = new UidSet();
    for (long uid = 1; uid <= UIDS; uid++) {
      if (uid % 10 != 0) {
        set.add(uid);
      }
    }
    return set;
  }

  @Benchmark
  @OperationsPerInvocation(UIDS)
  public Object add() {
    return filled();
  }

  @Benchmark
  @OperationsPerInvocation(UIDS)
  public long contains() {
    long there = 0;
    for (long uid = 1; uid <= UIDS; uid++) {
      there += set.contains(uid) ? 1 : 0;
    }
    return there;
  }

  @Benchmark
  @OperationsPerInvocation(UIDS)
  public Object write() {
    return set.commands();
  }

  @Benchmark
  @OperationsPerInvocation(UIDS)
  public Object parse() {
    return UidSet.parse(text);
  }
}
