package org.mailcaravan.dav;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** Keeps the beginning of an answer and reads over the rest, so that none can fill the memory. */
final class BodyStart implements HttpResponse.BodySubscriber<String> {
  private static final int LIMIT = 64 << 10;

  private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
  private final CompletableFuture<String> text = new CompletableFuture<>();

  @Override
  public CompletionStage<String> getBody() {
    return text;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      byte[] piece = new byte[Math.min(buffer.remaining(), LIMIT - octets.size())];
      buffer.get(piece);
      octets.writeBytes(piece);
    }
  }

  @Override
  public void onError(Throwable fault) {
    text.completeExceptionally(fault);
  }

  @Override
  public void onComplete() {
    text.complete(octets.toString(StandardCharsets.UTF_8));
  }
}
