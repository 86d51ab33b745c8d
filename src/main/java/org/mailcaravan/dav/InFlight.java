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
 * Does a few pieces of work at once and hands their results on in the order in which they were
 * given, whichever ends first. It bounds how many are under way and the memory they hold. To be
 * used by one thread.
 */
final class InFlight<T> implements AutoCloseable {
  /** Octets of the pieces that are under way together; one alone can be larger. */
  private static final long MOST_OCTETS = 16 << 20;

  private final ExecutorService threads;
  private final int most;
  private final Consumer<T> results;
  private final AtomicBoolean failed = new AtomicBoolean();
  private final Deque<Piece<T>> pending = new ArrayDeque<>();
  private long weight;

  private record Piece<T>(Future<T> result, long weight) {}

  /**
   * @param most how much is under way at once
   * @param results is given each result, on the thread that gives the work
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
   * Gives work, and waits as long as as much is under way as may be. What an earlier piece threw is
   * thrown here or at {@link #await}.
   *
   * @param octets that it holds in memory
   */
  void give(long octets, Supplier<T> work) {
    makeRoom(octets);
    add(threads.submit(() -> unlessFailed(work)), octets);
  }

  private void add(Future<T> result, long octets) {
    pending.add(new Piece<>(result, octets));
    weight += octets;
  }

  /** What waits behind a failure is not begun any more. */
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

  /** Hands on a result that is known already, in its turn. */
  void pass(T result) {
    makeRoom(0);
    add(CompletableFuture.completedFuture(result), 0);
  }

  /** What ended goes out first, so that finished results do not pile up behind a slow one. */
  private void makeRoom(long octets) {
    while (!pending.isEmpty()
        && (pending.element().result().isDone()
            || pending.size() >= 2 * most
            || weight + octets > MOST_OCTETS)) {
      take();
    }
  }

  /** Waits until all that was given is done and handed on. */
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
        return; // Not begun, because of a failure that was thrown before.
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
              "Start it again; the import goes on then."),
          null,
          e);
    }
  }

  /** After a failure that was thrown: waits for what is under way and hands on what succeeded. */
  void settle() {
    while (!pending.isEmpty()) {
      try {
        take();
      } catch (RuntimeException e) {
        // The first failure was thrown already; these came with it.
      }
    }
  }

  /** As {@link #settle}, and ends the threads. */
  @Override
  public void close() {
    threads.shutdown();
    settle();
  }
}
