package org.mailcaravan.sync;

import java.io.OutputStream;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.Content;
import org.mailcaravan.imap.ContentStore;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;

/**
 * Tells a server that gives no message at all from one that cannot give some: asks for a message
 * that it gave before, or for others here and there in the folder. For one thread at a time.
 */
final class ReadingTrial {
  /** How many messages are tried where none is known to be readable. */
  private static final int TRIED = 8;

  /** One of the messages that are tried may be bad itself; two are hardly. */
  private static final int ENOUGH = 2;

  /** The golden section: its multiples, without their whole parts, lie far from each other. */
  private static final double SPREAD = 0.6180339887;

  private final FolderCopy copy;
  private @Nullable ImapConnection connection;
  private @Nullable CommandRefused refusal;
  private boolean passed;
  private int trials;

  ReadingTrial(FolderCopy copy) {
    this.copy = copy;
  }

  /** What was shown on another connection proves nothing on this one. */
  void begin(ImapConnection used) {
    if (!used.equals(connection)) {
      connection = used;
      passed = false;
    }
  }

  /** The server has given a message. */
  void passed() {
    passed = true;
  }

  /**
   * The server has failed to give some.
   *
   * @param refused what it said, or null for an OK without the messages
   */
  void failed(@Nullable CommandRefused refused) {
    refusal = refused;
  }

  /** As {@link #prove}, unless it has given some on this connection. */
  void requireProof(ImapConnection used, LongPredicate suspicious) {
    begin(used);
    if (!passed) {
      prove(used, suspicious);
    }
  }

  /**
   * Makes sure that the server gives messages of this folder now. Where only one message is left
   * and none was ever given, nothing can be proved, and nothing needs to be.
   *
   * @param suspicious which messages may be bad themselves
   * @throws CommandRefused as it last refused some, when it gives none
   * @throws NeedsAttention when it says OK and gives none
   */
  void prove(ImapConnection used, LongPredicate suspicious) {
    begin(used);
    List<Long> candidates = candidates(suspicious);
    if (candidates.isEmpty() && copy.open().count() == 1) {
      passed = true;
      return;
    }
    int turnedAway = 0;
    for (long uid : candidates) {
      if (gives(used, uid)) {
        passed = true;
        return;
      }
      boolean waits = refusal != null && Diagnosis.isAboutNoMessage(refusal.refusal());
      turnedAway += waits ? 1 : 0;
      if (waits && (uid == copy.readable() || turnedAway == ENOUGH)) {
        break;
      }
    }
    if (refusal != null) {
      throw refusal;
    }
    throw new NeedsAttention(
        new Problem(
            ProblemCode.MESSAGE_UNREADABLE,
            copy.place(),
            "the old provider lists the messages of this folder and fails at each that is asked for",
            Owner.OLD_HOST,
            "Ask the old provider what is wrong with this folder, then run the request again."));
  }

  /**
   * Whether the server gives another message right after it refused some in words that are not
   * about a message, such as a plea for patience: then they are about one all the same. Costs two
   * small commands at most.
   */
  boolean givesAnother(ImapConnection used, List<Long> refusedTogether, LongPredicate suspicious) {
    begin(used);
    for (long uid : candidates(suspicious).stream().limit(ENOUGH).toList()) {
      if (!refusedTogether.equals(List.of(uid)) && gives(used, uid)) {
        passed = true;
        return true;
      }
    }
    return false;
  }

  private List<Long> candidates(LongPredicate suspicious) {
    if (copy.readable() != 0) {
      return List.of(copy.readable());
    }
    LongPredicate trusted = suspicious.negate();
    long others = copy.open().uids().filter(trusted).count();
    Set<Long> candidates = new LinkedHashSet<>();
    for (int i = 0; i < TRIED && others > 0; i++) {
      trials++;
      long place = (long) (trials * SPREAD % 1 * others);
      copy.open().uids().filter(trusted).skip(place).limit(1).forEach(candidates::add);
    }
    return List.copyOf(candidates);
  }

  private boolean gives(ImapConnection used, long uid) {
    AtomicBoolean came = new AtomicBoolean();
    ContentStore nowhere =
        (size, in) -> {
          in.transferTo(OutputStream.nullOutputStream());
          came.set(true);
          return new Nothing(size);
        };
    Optional<CommandRefused> refused =
        refusal(
            used.fetch(Long.toString(uid), EnumSet.of(FetchItem.MESSAGE), nowhere, message -> {}));
    if (came.get()) {
      return true;
    }
    refused.ifPresent(said -> refusal = said);
    return false;
  }

  /** What was read and not kept. */
  private record Nothing(long size) implements Content {
    @Override
    public void writeTo(OutputStream out) {
      throw new IllegalStateException("it was not kept");
    }

    @Override
    public void close() {}
  }

  /** Which of some messages are in the folder; all of them where the server does not say. */
  static Set<Long> existing(ImapConnection connection, List<Long> uids) {
    Set<Long> seen = new HashSet<>();
    for (String set : UidSet.of(uids).commands()) {
      Optional<CommandRefused> refused =
          refusal(
              connection.fetch(
                  set,
                  EnumSet.of(FetchItem.FLAGS),
                  PullMessages.NO_CONTENT,
                  message -> seen.add(message.uid())));
      if (refused.isPresent()) {
        return Set.copyOf(uids);
      }
    }
    return seen;
  }

  /** Waits; the refusal when the server answered NO or BAD, empty when it answered OK. */
  static Optional<CommandRefused> refusal(CompletableFuture<Void> answer) {
    try {
      answer.join();
      return Optional.empty();
    } catch (CompletionException e) {
      if (e.getCause() instanceof CommandRefused refused) {
        return Optional.of(refused);
      }
      throw e;
    }
  }
}
