package org.mailcaravan.dav;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.model.Where;

/**
 * Runs a few tasks side by side and passes on their results in the order of the tasks, whichever
 * ends first. The number of running tasks and the memory they hold are limited. Used by one thread
 * only.
 */
final class InFlight<T> implements AutoCloseable {
  /** Limit in octets of all unfinished tasks together; a single one can be larger. */
  private static final long MOST_OCTETS = 16 << 20;

  private final ExecutorService threads;
  private final int most;
  private final Consumer<T> results;
  private final AtomicBoolean failed = new AtomicBoolean();
  private final Deque<Piece<T>> pending = new ArrayDeque<>();
  private long weight;

  private record Piece<T>(Future<T> result, long weight) {}

  /**
   * @param most how many tasks run at once
   * @param results receives each result, on the thread that uses this object
   */
  InFlight(int most, Consumer<T> results) {
    this.most = most;
    this.results = results;
    this.threads =
        Executors.newFixedThreadPool(
            most,
            task -> {
              Thread thread = new Thread(task, "dav");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Starts a task, after waiting for room. An exception of an earlier task is thrown here or by
   * {@link #await}.
   *
   * @param octets that the task holds in memory
   */
  void give(long octets, Supplier<T> work) {
    makeRoom(octets);
    add(threads.submit(() -> unlessFailed(work)), octets);
  }

  private void add(Future<T> result, long octets) {
    pending.add(new Piece<>(result, octets));
    weight += octets;
  }

  /** Runs a task, unless an earlier one has failed. */
  private T unlessFailed(Supplier<T> work) {
    if (failed.get()) {
      throw new CancellationException();
    }
    boolean done = false;
    try {
      T result = work.get();
      done = true;
      return result;
    } finally {
      if (!done) {
        failed.set(true);
      }
    }
  }

  /** Adds a result that is known already; it is passed on in its turn. */
  void pass(T result) {
    makeRoom(0);
    add(CompletableFuture.completedFuture(result), 0);
  }

  /** Passes on finished results first, and waits while a limit is reached. */
  private void makeRoom(long octets) {
    while (!pending.isEmpty()
        && (pending.element().result().isDone()
            || pending.size() >= 2 * most
            || weight + octets > MOST_OCTETS)) {
      take();
    }
  }

  /** Waits until all tasks are done and their results are passed on. */
  void await() {
    while (!pending.isEmpty()) {
      take();
    }
  }

  private void take() {
    Piece<T> first = pending.remove();
    weight -= first.weight();
    try {
      results.accept(first.result().get());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CancellationException) {
        return; // Not started, because an earlier task failed; that failure was thrown.
      }
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TryAgain(
          new Problem(
              Where.PROGRAM,
              "it is stopping",
              Owner.US,
              "Start it again; the import then continues."),
          null,
          e);
    }
  }

  /**
   * After a failure: waits for the running tasks and passes on the results of those that succeed.
   */
  void finish() {
    while (!pending.isEmpty()) {
      try {
        take();
      } catch (RuntimeException e) {
        // The first failure was thrown already.
      }
    }
  }

  /** As {@link #finish}, and ends the threads. */
  @Override
  public void close() {
    threads.shutdown();
    finish();
  }
}
