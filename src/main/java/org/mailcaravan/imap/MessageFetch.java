package org.mailcaravan.imap;

import java.io.IOException;
import java.io.InputStream;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * UID FETCH as a stream. A server may work on several commands at once (RFC 9051 section 5.5), as
 * Dovecot does: each response goes to the fetch that still waits for its UID. Several responses
 * about one message are merged; news of a message that was handed out already is dropped.
 */
class MessageFetch extends Command {
  private final Conversation conversation;
  private final String uids;
  private final Set<FetchItem> items;
  private final UidSet wanted;
  private final UidSet handedOut = new UidSet();

  /** Cleared by another thread when the connection is closed. */
  private final Map<Long, FetchResponse> incomplete = new ConcurrentSkipListMap<>();

  private final ContentStore store;
  private final Consumer<FetchedMessage> sink;
  private final CompletableFuture<Void> result = new CompletableFuture<>();
  private @Nullable Throwable failure;
  private @Nullable Command selection;
  private volatile UidSet rest = new UidSet();

  /**
   * @throws IllegalArgumentException when {@code uids} is not a sequence set, or {@code items} has
   *     more than one of header, text and message
   */
  MessageFetch(
      Conversation conversation,
      String uids,
      Set<FetchItem> items,
      ContentStore store,
      Consumer<FetchedMessage> sink) {
    super("UID FETCH");
    if (items.stream().filter(MessageFetch::isBody).count() > 1) {
      throw new IllegalArgumentException("only one of header, text and message");
    }
    this.conversation = conversation;
    this.uids = uids;
    this.wanted = UidSet.parse(uids);
    this.items = EnumSet.noneOf(FetchItem.class);
    this.items.addAll(items);
    Capabilities capabilities = conversation.capabilities();
    if (!capabilities.hasModSeq()) {
      this.items.remove(FetchItem.MODSEQ);
    }
    if (!capabilities.has("OBJECTID") && !capabilities.has("X-GM-EXT-1")) {
      this.items.remove(FetchItem.EMAIL_ID);
    }
    this.store = store;
    this.sink = sink;
  }

  /**
   * Names the command that selects the folder. Responses before its end are not for this fetch. If
   * it is refused none is: some servers then keep the folder before selected.
   */
  MessageFetch after(@Nullable Command selecting) {
    selection = selecting;
    return this;
  }

  /** Whether responses can be for this fetch now. */
  final boolean hasBegun() {
    return selection == null || selection.isOk();
  }

  CompletableFuture<Void> send() {
    write();
    conversation.flush();
    return result;
  }

  /** Writes the command; nothing is flushed. */
  final void write() {
    StringJoiner list =
        new StringJoiner(" ", "UID FETCH " + uids + " (", ")" + modifiers()).add("UID");
    for (FetchItem item : items) {
      list.add(
          switch (item) {
            case FLAGS -> "FLAGS";
            case INTERNALDATE -> "INTERNALDATE";
            case SIZE -> "RFC822.SIZE";
            case MODSEQ -> "MODSEQ";
            case EMAIL_ID -> conversation.capabilities().has("OBJECTID") ? "EMAILID" : "X-GM-MSGID";
            case HEADER -> "BODY.PEEK[HEADER]";
            case TEXT -> "BODY.PEEK[TEXT]";
            case MESSAGE -> "BODY.PEEK[]";
          });
    }
    new CommandWriter(conversation, this).text(list.toString()).end();
  }

  /** The modifiers (RFC 4466 section 2.2) after the items, with a space before, or nothing. */
  String modifiers() {
    return "";
  }

  /** What the server left out over its limit of messages. Known after the end. */
  final UidSet rest() {
    return rest;
  }

  /** What the store or the sink threw, or null. Known after the end. */
  final @Nullable Throwable failure() {
    return failure;
  }

  @Override
  boolean carriesContent() {
    return items.contains(FetchItem.MESSAGE) || items.contains(FetchItem.TEXT);
  }

  private static boolean isBody(FetchItem item) {
    return item == FetchItem.HEADER || item == FetchItem.TEXT || item == FetchItem.MESSAGE;
  }

  @Override
  boolean wants(String name) {
    return name.equals("FETCH");
  }

  /** Takes a response for whichever fetch it belongs to. */
  @Override
  void take(String name, long number, WireReader wire) throws IOException {
    List<MessageFetch> fetches = conversation.commands().ofKind(MessageFetch.class);
    FetchResponse response = new FetchResponse();
    try {
      response.read(
          wire,
          new FetchResponse.FetchLookup() {
            @Override
            public @Nullable MessageFetch of(long uid, FetchItem item) {
              if (first(fetches, fetch -> fetch.asksBody(uid, item)) != null) {
                conversation.markWanted();
              }
              return first(fetches, fetch -> fetch.keepsBody(uid, item));
            }

            @Override
            public boolean isUnrequested(long uid) {
              return first(fetches, fetch -> fetch.wanted.contains(uid)) == null;
            }
          });
    } catch (IOException | RuntimeException | Error e) {
      response.discard();
      throw e;
    }
    MessageFetch taker =
        first(fetches, fetch -> fetch.awaits(response.uid()) && response.isOf(fetch));
    if (taker != null) {
      taker.accept(response);
      return;
    }
    MessageFetch failed = first(fetches, fetch -> fetch.failedBefore(response.uid()));
    if (failed == null) {
      conversation.markUnwanted();
    } else {
      failed.handedOut.add(response.uid()); // Sent again, it is not wanted.
    }
    response.discard();
  }

  private static @Nullable MessageFetch first(
      List<MessageFetch> fetches, Predicate<MessageFetch> wanted) {
    for (MessageFetch fetch : fetches) {
      if (wanted.test(fetch)) {
        return fetch;
      }
    }
    return null;
  }

  /** Whether it asked for a message that it cannot take any more, since it has failed. */
  private boolean failedBefore(long uid) {
    return failure != null && hasBegun() && wanted.contains(uid) && !handedOut.contains(uid);
  }

  private boolean asksBody(long uid, FetchItem item) {
    return items.contains(item)
        && hasBegun()
        && (uid < 0 || (wanted.contains(uid) && !handedOut.contains(uid)));
  }

  private boolean awaits(long uid) {
    return failure == null && hasBegun() && wanted.contains(uid) && !handedOut.contains(uid);
  }

  private boolean keepsBody(long uid, FetchItem item) {
    return items.contains(item) && (uid < 0 ? failure == null && hasBegun() : awaits(uid));
  }

  /** Stores a body; null when that fails. */
  @Nullable Content receive(long size, InputStream in) {
    try {
      return store.receive(size, in);
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
      return null;
    }
  }

  private void accept(FetchResponse response) {
    FetchResponse before = incomplete.remove(response.uid());
    if (before != null) {
      response.complete(before);
    }
    if (isAnswer(response) && !lacksContent(response) && !lacksDate(response)) {
      handOut(response);
    } else {
      incomplete.put(response.uid(), response);
    }
  }

  /**
   * Whether a response answers the command and is not news of a message's flags. Other items may be
   * missing. One with only flags and MODSEQ may be news; from a server that leaves out EMAILID it
   * counts at the end.
   */
  private boolean isAnswer(FetchResponse response) {
    if (items.contains(FetchItem.MESSAGE)) {
      return response.told(FetchItem.MESSAGE);
    }
    if (items.contains(FetchItem.HEADER)) {
      return response.told(FetchItem.HEADER);
    }
    if (items.contains(FetchItem.TEXT)) {
      return response.told(FetchItem.TEXT);
    }
    if (items.contains(FetchItem.SIZE) || items.contains(FetchItem.INTERNALDATE)) {
      return response.told(FetchItem.SIZE) || response.told(FetchItem.INTERNALDATE);
    }
    if (items.contains(FetchItem.EMAIL_ID)) {
      return response.told(FetchItem.EMAIL_ID);
    }
    return items.stream().allMatch(response::told);
  }

  /**
   * Whether a body that was asked for is empty: some servers then send it in a further response.
   */
  private boolean lacksContent(FetchResponse response) {
    return response.isEmpty() && items.stream().anyMatch(MessageFetch::isBody);
  }

  /** Whether a body came without the date that was asked for, which may come later. */
  private boolean lacksDate(FetchResponse response) {
    return items.contains(FetchItem.INTERNALDATE)
        && !response.told(FetchItem.INTERNALDATE)
        && items.stream().anyMatch(MessageFetch::isBody);
  }

  private void handOut(FetchResponse response) {
    conversation.markWanted();
    handedOut.add(response.uid());
    try {
      sink.accept(response.message());
    } catch (RuntimeException | Error e) {
      failure = e;
      response.discard();
    }
  }

  @Override
  boolean isUnanswered(ResponseText end) {
    return handedOut.isEmpty() && incomplete.isEmpty() && !wanted.isEmpty();
  }

  @Override
  void ending(Completion completion, WireReader wire) {
    // The server has no more for these: they are handed out without what is missing.
    incomplete.values().stream()
        .filter(response -> completion.ok() || isAnswer(response))
        .takeWhile(response -> failure == null)
        .forEach(this::handOut);
    forget();
    boolean cut = MessageLimit.isIn(completion.code()) && !handedOut.isEmpty();
    if (cut) {
      rest = MessageLimit.rest(completion.code(), wanted, handedOut);
    }
    if (failure != null) {
      result.completeExceptionally(failure);
    } else if (completion.ok() || cut) {
      result.complete(null);
    } else {
      result.completeExceptionally(new CommandRefused(label(), completion.refusal()));
    }
  }

  private void forget() {
    incomplete.values().stream()
        .filter(response -> !handedOut.contains(response.uid()))
        .forEach(FetchResponse::discard);
    incomplete.clear();
  }

  @Override
  void lost(ConnectionLost cause) {
    super.lost(cause);
    try {
      forget();
    } finally {
      result.completeExceptionally(cause);
    }
  }
}
