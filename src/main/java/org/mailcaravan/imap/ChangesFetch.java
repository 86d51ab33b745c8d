package org.mailcaravan.imap;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * UID FETCH of what changed in the selected folder since a mod-sequence (RFC 7162 section 3.1.4.1),
 * with what vanished since where QRESYNC is on (section 3.2.6).
 */
final class ChangesFetch extends MessageFetch {
  /** More parts than any folder has gaps; bounds what a broken server can make us do. */
  private static final int MOST_PARTS = 4_000_000;

  /** What names so many UIDs takes as long as a part more. */
  private static final int LONG_PART = 65_536;

  private final Conversation conversation;
  private final String modifiers;
  private final boolean asksVanished;
  private final UidSet vanished = new UidSet();
  private int parts;
  private boolean unreadable;

  /**
   * @throws IllegalArgumentException when {@code modSeq} is below 1 or a body is asked for
   */
  ChangesFetch(
      Conversation conversation, long modSeq, Set<FetchItem> items, Consumer<FetchedMessage> sink) {
    super(
        conversation,
        "1:*",
        items,
        (size, in) -> {
          throw new IOException("no body was asked for");
        },
        sink);
    if (modSeq < 1) {
      throw new IllegalArgumentException("no mod-sequence: " + modSeq);
    }
    if (items.contains(FetchItem.HEADER)
        || items.contains(FetchItem.TEXT)
        || items.contains(FetchItem.MESSAGE)) {
      throw new IllegalArgumentException("bodies do not change");
    }
    this.conversation = conversation;
    this.asksVanished = conversation.server().qresync();
    this.modifiers = " (CHANGEDSINCE " + modSeq + (asksVanished ? " VANISHED)" : ")");
  }

  /** Waits; gives what vanished, or nothing when the server does not tell it. */
  Optional<UidSet> await() {
    Completion completion = conversation.await(done());
    Conversation.check(this, completion);
    if (MessageLimit.isIn(completion.code())) {
      // What was left out cannot be asked for by its UIDs; the whole folder can.
      throw new CommandRefused(label(), completion.refusal());
    }
    if (failure() instanceof RuntimeException thrown) {
      throw thrown;
    }
    if (failure() instanceof Error thrown) {
      throw thrown;
    }
    return asksVanished && !unreadable ? Optional.of(vanished) : Optional.empty();
  }

  @Override
  String modifiers() {
    return modifiers;
  }

  @Override
  boolean wants(String name) {
    return (name.equals("VANISHED") && hasBegun()) || super.wants(name);
  }

  /** Takes VANISHED, too: with (EARLIER) as the answer, without as news of this moment. */
  @Override
  void take(String name, long number, WireReader wire) throws IOException {
    if (!name.equals("VANISHED")) {
      super.take(name, number, wire);
      return;
    }
    if (wire.peek() == '(') {
      wire.skipValue();
      wire.spaces();
    }
    conversation.markWanted();
    do {
      addVanished(wire.setPart());
      if (++parts > MOST_PARTS) {
        throw new LimitExceeded("more than " + MOST_PARTS + " parts of VANISHED");
      }
    } while (wire.skip(','));
  }

  private void addVanished(String part) {
    try {
      if (part.contains("*")) {
        unreadable = true;
      } else {
        UidSet.Range added = vanished.addPart(part);
        parts += (int) ((added.last() - added.first()) / LONG_PART);
      }
    } catch (IllegalArgumentException e) {
      unreadable = true;
    }
  }
}
