package org.mailcaravan.sync;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.FetchedMessage;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.store.OpenMessage;

/**
 * A batch of messages that is on its way. Waiting for it may fail; waiting again then asks for what
 * is still missing. For one thread at a time.
 */
final class BatchFetch {
  private static final Set<FetchItem> WHOLE_MESSAGE =
      EnumSet.of(FetchItem.FLAGS, FetchItem.INTERNALDATE, FetchItem.SIZE, FetchItem.MESSAGE);

  private final FolderCopy copy;
  private final List<Long> uids;
  private final ByteBudget.Share share;
  private final BatchMemory memory;
  private final BatchContents contents;

  /** Filled on the reader thread, and read by another only after the answer. */
  private final Map<Long, SourceMessage> arrived = new TreeMap<>();

  private final Set<Long> wanted;
  private final Set<Long> givenUp = new HashSet<>();
  private List<Long> inFlight = List.of();
  private CompletableFuture<Void> answer = CompletableFuture.completedFuture(null);
  private @Nullable Supplier<Optional<CommandRefused>> asked;
  private @Nullable NeedsAttention hopeless;

  /** Whether what came is known to come from the right folder. */
  private boolean confirmed;

  /** Whether all went its usual way, so that no reader of a lost connection is still filling. */
  private boolean smooth = true;

  /**
   * @param share of the budget, for what is kept in memory; given back by {@link #free}
   */
  BatchFetch(FolderCopy copy, List<Long> uids, ByteBudget.Share share, CopySettings settings) {
    this.copy = copy;
    this.uids = uids;
    this.wanted = Set.copyOf(uids);
    this.share = share;
    this.memory = share.memory();
    this.contents = new BatchContents(memory, settings.spoolFolder());
  }

  /** What was asked for. */
  List<Long> uids() {
    return uids;
  }

  /** Asks for the messages and does not wait; a failure shows when they are waited for. */
  void ask() {
    try {
      asked =
          copy.session()
              .sentIn(
                  Side.SOURCE,
                  copy.place(),
                  copy.source(),
                  connection -> {
                    Supplier<Optional<CommandRefused>> sent = ask(connection, missing());
                    return () -> {
                      confirmed = true;
                      return sent.get();
                    };
                  });
    } catch (TryAgain e) {
      asked = null;
      smooth = false;
    } catch (NeedsAttention e) {
      hopeless = e;
      smooth = false;
    }
  }

  /** Whether the messages could not be asked for, and a retry would not help. */
  boolean isHopeless() {
    return hopeless != null;
  }

  /** Gives what waits, and tells when the server refuses. */
  private Supplier<Optional<CommandRefused>> ask(ImapConnection connection, List<Long> wanted) {
    List<CompletableFuture<Void>> parts = new ArrayList<>();
    for (String set : UidSet.of(wanted).commands()) {
      parts.add(fetch(connection, set));
      answer = CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new));
    }
    return () -> Optional.ofNullable(refusal(answer));
  }

  private Suspects suspects() {
    return copy.session().suspects(Side.SOURCE);
  }

  private CompletableFuture<Void> fetch(ImapConnection connection, String set) {
    return connection.fetch(set, WHOLE_MESSAGE, contents, this::arrived);
  }

  private void arrived(FetchedMessage message) {
    if (!(message.content() instanceof BatchContents.Fingerprinted content)) {
      return;
    }
    SourceMessage kept =
        new SourceMessage(
            message.uid(), message.flags(), message.internalDate(), content, content.fingerprint());
    if (!wanted.contains(message.uid()) || arrived.putIfAbsent(message.uid(), kept) != null) {
      content.close();
    }
  }

  /**
   * Waits for the messages. Those that are gone meanwhile are left out; those that the source
   * cannot give are reported.
   *
   * @throws TryAgain when the connection was lost or the server gives nothing for now; call again
   *     to go on
   * @throws NeedsAttention when the source refuses us, also when that showed at {@link #ask}
   */
  List<SourceMessage> await() {
    if (hopeless != null) {
      throw hopeless;
    }
    Supplier<Optional<CommandRefused>> sent = asked;
    asked = null;
    inFlight = missing();
    boolean wasSmooth = smooth;
    smooth = false;
    try {
      Optional<CommandRefused> refused = sent == null ? Optional.empty() : sent.get();
      inFlight = List.of();
      if (missing().isEmpty()) {
        smooth = wasSmooth;
      } else {
        copy.session()
            .in(
                Side.SOURCE,
                copy.place(),
                copy.source(),
                connection -> {
                  confirmed = true;
                  return collect(connection, sent == null ? askAgain(connection) : refused);
                });
      }
    } catch (TryAgain e) {
      if (!confirmed) {
        drop();
      }
      copy.session().failedWith(e, Side.SOURCE, copy.plan(), inFlight);
      throw e;
    } catch (NeedsAttention e) {
      drop();
      throw e;
    }
    return List.copyOf(arrived.values());
  }

  /** What has come may be of another folder. */
  private void drop() {
    try {
      answer.join();
    } catch (CompletionException e) {
      // However it ended, nothing more comes.
    }
    arrived.values().forEach(message -> message.content().close());
    arrived.clear();
  }

  /** Asks in groups; {@link #collect} then asks singly for what would be alone in its group. */
  private Optional<CommandRefused> askAgain(ImapConnection connection) {
    Optional<CommandRefused> refused = Optional.empty();
    for (List<Long> group : suspects().groups(copy.source().name(), missing(), uid -> uid)) {
      if (group.size() > 1) {
        inFlight = group;
        refused = ask(connection, group).get();
        suspects().remove(copy.source().name(), arrived.keySet());
      }
    }
    inFlight = List.of();
    return refused;
  }

  private List<Long> missing() {
    return uids.stream()
        .filter(uid -> !arrived.containsKey(uid) && !givenUp.contains(uid))
        .toList();
  }

  /** Asks singly for what did not come with the answer. */
  private boolean collect(ImapConnection connection, Optional<CommandRefused> answered) {
    CommandRefused refused = answered.orElse(null);
    Map<Long, Problem> problems = new TreeMap<>();
    List<Long> stillMissing = missing();
    boolean vanished = false;
    for (long uid : stillMissing) {
      if (suspects().isGuilty(copy.source().name(), uid)) {
        givenUp.add(uid);
        open(uid, hangsUp(uid));
        continue;
      }
      // A second answer shows whether the message is gone, broken, or was hit by a passing error.
      inFlight = List.of(uid);
      CommandRefused again = refusal(fetch(connection, Long.toString(uid)));
      if (arrived.containsKey(uid)) {
        continue;
      }
      if (again != null
          && Diagnosis.passes(again.refusal())
          && stillMissing.size() == uids.size()) {
        // Nothing of the whole batch comes: it is the server's fault rather than a message's.
        refused = again;
        break;
      }
      if (again != null || exists(connection, uid)) {
        problems.put(uid, unreadable(uid, again));
      } else {
        vanished = true;
      }
    }
    inFlight = List.of();
    if (refused != null && Diagnosis.passes(refused.refusal()) && arrived.isEmpty()) {
      inFlight = uids.size() == 1 ? uids : List.of();
      throw refused;
    }
    problems.forEach(this::open);
    if (vanished) {
      copy.session()
          .tally()
          .note("Some messages of " + copy.place() + " were deleted there while it was copied.");
    }
    givenUp.addAll(missing());
    suspects().remove(copy.source().name(), uids);
    copy.open().removeAll(givenUp);
    return true;
  }

  private void open(long uid, Problem problem) {
    copy.ledger().open(uid, new OpenMessage(false, problem.cause()));
    copy.session().tally().problem(problem);
  }

  /** Waits; the refusal when the server answered NO or BAD, null when it answered OK. */
  private static @Nullable CommandRefused refusal(CompletableFuture<Void> answer) {
    try {
      answer.join();
      return null;
    } catch (CompletionException e) {
      if (e.getCause() instanceof CommandRefused refused) {
        return refused;
      }
      throw e;
    }
  }

  private static boolean exists(ImapConnection connection, long uid) {
    List<Long> seen = new ArrayList<>();
    connection
        .fetch(
            Long.toString(uid),
            EnumSet.of(FetchItem.FLAGS),
            PullMessages.NO_CONTENT,
            message -> seen.add(message.uid()))
        .join();
    return seen.contains(uid);
  }

  private Problem unreadable(long uid, @Nullable CommandRefused refused) {
    return new Problem(
        ProblemCode.MESSAGE_UNREADABLE,
        "UID " + uid + " in " + copy.place(),
        refused == null
            ? "the old provider lists this message but gives no content for it"
            : "the old provider cannot give this message: " + refused.refusal(),
        Owner.OLD_HOST,
        "Have the customer look at the message in the old webmail and move it by hand, or run the request again"
            + " later.");
  }

  private Problem hangsUp(long uid) {
    return new Problem(
        ProblemCode.MESSAGE_UNREADABLE,
        "UID " + uid + " in " + copy.place(),
        "the old provider fails each time this message is asked for",
        Owner.OLD_HOST,
        "Have the customer look at the message in the old webmail and move it by hand, or run the request again"
            + " later.");
  }

  /** Frees what arrived and what is still to come, once it has come. */
  void free() {
    boolean settled = smooth;
    CompletableFuture<?> unused =
        answer.whenComplete(
            (done, failure) -> {
              try (share) {
                memory.close(settled && failure == null);
                arrived.values().forEach(message -> message.content().close());
              }
            });
  }
}
