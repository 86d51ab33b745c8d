package org.mailcaravan.sync.messages;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.mailcaravan.imap.FetchedMessage;

/**
 * Takes the headers that can be whole, and only these: a server that cannot read a message gives no
 * header of it, an empty line or a part. Some leave out the empty line after every header, which
 * the whole messages tell. For one thread at a time.
 */
public final class WholeHeaders implements Predicate<FetchedMessage> {
  /** So many are compared with their messages. */
  private static final int MOST_DOUBTED = 3;

  private final Digests.HeaderSink sink;
  private final Map<Long, String> doubted = new HashMap<>();
  private boolean endless;

  /**
   * @param sink is given what is taken
   */
  public WholeHeaders(Digests.HeaderSink sink) {
    this.sink = sink;
  }

  @Override
  public boolean test(FetchedMessage message) {
    if (!(message.content() instanceof Digests.HeaderDigest digest)) {
      return false;
    }
    String header = digest.header().header();
    if (digest.canBeOf(message.announcedSize()) || (endless && digest.text())) {
      endless |= digest.whole() && header.equals(doubted.get(message.uid()));
      sink.take(message.uid(), message.announcedSize(), digest.header());
      return true;
    }
    if (digest.text() && doubted.size() < MOST_DOUBTED) {
      doubted.put(message.uid(), header);
    }
    return false;
  }

  /** UIDs of some messages whose header came without an end. */
  List<Long> doubted() {
    return List.copyOf(doubted.keySet());
  }

  /** Whether the server leaves out the empty line after a header that is whole. */
  boolean isEndless() {
    return endless;
  }
}
