package org.mailcaravan.dav;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** Keeps the beginning of an answer and reads over the rest, so that none can fill the memory. */
final class BodyStart implements HttpResponse.BodySubscriber<BodyStart.Kept> {
  /**
   * What was kept.
   *
   * @param whole whether that is all
   */
  @SuppressWarnings("ArrayRecordComponent") // short-lived, never compared
  record Kept(byte[] octets, boolean whole) {}

  private final int limit;
  private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
  private final CompletableFuture<Kept> body = new CompletableFuture<>();
  private boolean whole = true;

  /**
   * @param limit octets that are kept
   */
  BodyStart(int limit) {
    this.limit = limit;
  }

  @Override
  public CompletionStage<Kept> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      byte[] piece = new byte[Math.min(buffer.remaining(), limit - octets.size())];
      whole &= piece.length == buffer.remaining();
      buffer.get(piece);
      octets.writeBytes(piece);
    }
  }

  @Override
  public void onError(Throwable fault) {
    body.completeExceptionally(fault);
  }

  @Override
  public void onComplete() {
    body.complete(new Kept(octets.toByteArray(), whole));
  }
}
