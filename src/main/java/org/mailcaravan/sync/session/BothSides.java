package org.mailcaravan.sync.session;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.mailcaravan.model.Side;
import org.slf4j.MDC;

/**
 * The answer of each side to the same question, asked at the same time: what waits for a server
 * costs the longer of two waits instead of their sum.
 */
public record BothSides<T>(T source, T destination) {

  /**
   * Asks. The source is asked in another thread, and both have answered when this returns.
   *
   * @throws RuntimeException as {@code question} throws; the source's, when both fail
   */
  public static <T> BothSides<T> ask(Function<Side, T> question) {
    Map<String, String> mdc = MDC.getCopyOfContextMap();
    CompletableFuture<T> source = new CompletableFuture<>();
    Thread asking =
        new Thread(
            () -> {
              if (mdc != null) {
                MDC.setContextMap(mdc);
              }
              answer(source, () -> question.apply(Side.SOURCE));
            },
            Thread.currentThread().getName() + " source");
    asking.setDaemon(true);
    asking.start();
    CompletableFuture<T> destination = new CompletableFuture<>();
    answer(destination, () -> question.apply(Side.DESTINATION));
    return new BothSides<>(told(source), told(destination));
  }

  private static <T> void answer(CompletableFuture<T> future, Supplier<T> question) {
    try {
      future.complete(question.get());
    } catch (RuntimeException | Error e) {
      future.completeExceptionally(e);
    }
  }

  private static <T> T told(CompletableFuture<T> answer) {
    try {
      return answer.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw e;
    }
  }
}
