package org.mailcaravan.imap;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Fetches all messages that are asked for from a server that may process only some of them in one
 * command (RFC 9738): asks again until all have come.
 */
final class CompleteFetch {
  /** The most messages of a piece: their UIDs fit into one command, with any gaps. */
  private static final long MOST_OF_PIECE = 500;

  private final Conversation conversation;
  private final @Nullable FolderSelection folder;
  private final Set<FetchItem> items;
  private final ContentStore store;
  private final Consumer<FetchedMessage> sink;

  /**
   * @param folder the command that selected the folder, or null
   */
  CompleteFetch(
      Conversation conversation,
      @Nullable FolderSelection folder,
      Set<FetchItem> items,
      ContentStore store,
      Consumer<FetchedMessage> sink) {
    this.conversation = conversation;
    this.folder = folder;
    this.items = items;
    this.store = store;
    this.sink = sink;
  }

  /** Sends the first command and does not wait; {@code run} does, and asks again. */
  Runnable send(String uids) {
    MessageFetch first = fetch(uids);
    CompletableFuture<Void> answer = first.send();
    return () -> {
      try {
        answer.join();
      } catch (CompletionException e) {
        if (!(e.getCause() instanceof CommandRefused refused)
            || !MessageLimit.isIn(refused.refusal())) {
          throw e;
        }
        for (UidSet piece : pieces(UidSet.parse(uids))) {
          fetch(piece.toString()).send().join();
        }
        return;
      }
      fetchRest(first);
    };
  }

  private MessageFetch fetch(String uids) {
    return new MessageFetch(conversation, uids, items, store, sink).after(folder);
  }

  private void fetchRest(MessageFetch first) {
    Deque<MessageFetch> cut = new ArrayDeque<>(List.of(first));
    while (!cut.isEmpty()) {
      for (String set : cut.remove().rest().commands()) {
        MessageFetch next = fetch(set);
        next.send().join();
        cut.add(next);
      }
    }
  }

  /** The messages in pieces that the server processes in one command. */
  private List<UidSet> pieces(UidSet wanted) {
    long messages = folder == null ? 0 : folder.await().status().messages();
    long most = Math.min(conversation.server().messageLimit(), MOST_OF_PIECE);
    List<UidSet> pieces = new ArrayList<>();
    for (long number = 1; number <= messages; number += most) {
      UidSet piece = new UidSet();
      UidSearch.uidsAt(conversation, number + ":" + Math.min(messages, number + most - 1)).stream()
          .sorted()
          .filter(wanted::contains)
          .forEach(piece::add);
      if (!piece.isEmpty()) {
        pieces.add(piece);
      }
    }
    return pieces;
  }
}
