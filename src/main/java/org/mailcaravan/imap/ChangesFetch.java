package org.mailcaravan.imap;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * UID FETCH of the messages that changed in the selected folder since a mod-sequence (RFC 7162
 * section 3.1.4.1); where QRESYNC is on, also of the UIDs that vanished (section 3.2.6).
 */
final class ChangesFetch extends MessageFetch {
  /** More parts than any folder has gaps. Bounds the work for a broken server. */
  private static final int MOST_PARTS = 4_000_000;

  /** Adding so many UIDs takes as long as reading one more part. */
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

  /** Waits, and gives the UIDs that vanished; empty when the server does not say. */
  Optional<UidSet> await() {
    Completion completion = conversation.await(done());
    Conversation.check(this, completion);
    if (MessageLimit.isIn(completion.code())) {
      // Nobody knows the UIDs that were left out. The caller must read the whole folder.
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

  /** VANISHED (EARLIER) is a part of the answer, VANISHED alone is news; both count. */
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
