package org.mailcaravan.store;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Which of 100,000 messages went where, noted in batches of 2,000; for each message. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class UidMapBenchmark {
  private static final int MESSAGES = 100_000;
  private static final int BATCH = 2000;

  private final List<NavigableMap<Long, Place>> inOrder = batches(1);
  private final List<NavigableMap<Long, Place>> withGaps = batches(10);
  private final UidMap map = filled(withGaps);

  /** One range if the step is 1; else source UIDs leave one out after each such number. */
  private static List<NavigableMap<Long, Place>> batches(int step) {
    List<NavigableMap<Long, Place>> batches = new ArrayList<>();
    for (long first = 1; first <= MESSAGES; first += BATCH) {
      NavigableMap<Long, Place> batch = new TreeMap<>();
      for (long uid = first; uid < first + BATCH; uid++) {
        long source = step == 1 ? uid : uid + uid / step;
        batch.put(source, Place.of(uid, Standing.COPIED));
      }
      batches.add(batch);
    }
    return batches;
  }

  private static UidMap filled(List<NavigableMap<Long, Place>> batches) {
    UidMap map = new UidMap(List.of());
    batches.forEach(map::put);
    return map;
  }

  /** As after a copy of a folder from which nothing was ever deleted. */
  @Benchmark
  @OperationsPerInvocation(MESSAGES)
  public Object putInOrder() {
    return filled(inOrder);
  }

  /** A range for each ten messages. */
  @Benchmark
  @OperationsPerInvocation(MESSAGES)
  public Object putWithGaps() {
    return filled(withGaps);
  }

  @Benchmark
  @OperationsPerInvocation(MESSAGES)
  public long place() {
    long sum = 0;
    for (long uid = 1; uid <= MESSAGES; uid++) {
      Place place = map.place(uid);
      sum += place == null ? 0 : place.destinationUid();
    }
    return sum;
  }
}
