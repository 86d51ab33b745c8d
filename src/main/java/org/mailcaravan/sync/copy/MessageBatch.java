package org.mailcaravan.sync.copy;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Mailbox;

/**
 * Some messages of one folder with their contents: what {@code mailbox:pull} gives and {@code
 * mailbox:append} takes. A step in between may look at them, or drop the batch; it is then reported
 * as left out by the route.
 *
 * <p>A batch may still be on its way. Looking at its messages waits for them and may throw {@link
 * org.mailcaravan.model.TryAgain}; the routes then try that step again.
 */
public final class MessageBatch implements AutoCloseable {
  private final FolderCopy copy;
  private final BatchFetch fetch;
  private final AtomicBoolean closed = new AtomicBoolean();
  private @Nullable List<SourceMessage> messages;
  private volatile boolean taken;

  MessageBatch(FolderCopy copy, BatchFetch fetch) {
    this.copy = copy;
    this.fetch = fetch;
  }

  public Mailbox mailbox() {
    return copy.plan().mailbox();
  }

  /** The name of the folder at the source. */
  public String folder() {
    return copy.plan().folder();
  }

  /**
   * The messages, in the order of their UIDs at the source.
   *
   * @throws org.mailcaravan.model.TryAgain when the source fails; call again to go on
   * @throws org.mailcaravan.model.NeedsAttention when it refuses us
   */
  public synchronized List<SourceMessage> messages() {
    List<SourceMessage> known = messages;
    if (known == null) {
      copy.guard().assumeFailed();
      known = fetch.await();
      messages = known;
      if (!taken) {
        copy.guard().succeeded();
      }
    }
    return known;
  }

  /** Octets of all messages together. */
  public long bytes() {
    return messages().stream().mapToLong(message -> message.content().size()).sum();
  }

  /** How many messages were asked for. */
  public int size() {
    return fetch.uids().size();
  }

  FolderCopy copy() {
    return copy;
  }

  /** Notes that it is being appended; returns false when its contents are freed. */
  boolean take() {
    boolean open = !closed.get();
    taken |= open;
    return open;
  }

  boolean wasTaken() {
    return taken;
  }

  /** Whether its messages could not even be asked for. */
  boolean isHopeless() {
    return fetch.isHopeless();
  }

  /** Frees the contents. Closing twice does nothing. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      fetch.free();
    }
  }

  /** Short, for logs; nothing of any message. */
  @Override
  public String toString() {
    return size() + " messages of " + copy.plan();
  }
}
