package org.mailcaravan.sync.copy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ConnectionLost;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.sync.session.CopySettings;
import org.mailcaravan.sync.session.Suspects;
import org.mailcaravan.sync.session.VainWaits;

/**
 * A batch of messages that is on its way. Waiting for it may fail; waiting again then asks for what
 * is still missing. For one thread at a time.
 *
 * <p>Where a command fails, its messages are asked for in smaller and smaller groups ({@link
 * Suspects}), so that the others of the batch come. A message that fails alone is put off to the
 * last batches of its folder; only there, when all others have come, one is given up, and only
 * while the server gives another message of that folder.
 */
final class BatchFetch {
  private static final Set<FetchItem> WHOLE_MESSAGE =
      EnumSet.of(FetchItem.FLAGS, FetchItem.INTERNALDATE, FetchItem.SIZE, FetchItem.MESSAGE);

  private final FolderCopy copy;
  private final FolderName folder;
  private final ByteBudget.Share share;
  private final SourceFolder source;
  private final ReadingTrial trial;
  private final ReceivedMessages received;
  private final UngivenMessages ungiven;
  private final TimeWanted timeWanted;
  private final MessageSizeCheck sizeCheck;

  /** Whether this is one of the last batches, of what was put off. */
  private final boolean last;

  private List<Long> inFlight = List.of();
  private CompletableFuture<Void> answer = CompletableFuture.completedFuture(null);
  private @Nullable Supplier<Optional<CommandRefused>> asked;
  private @Nullable NeedsAttention hopeless;

  private boolean renewed;

  /** Whether nothing else was done on the connection of what is in flight. */
  private boolean nothingElse;

  /** Whether all went its usual way, so that no reader of a lost connection is still filling. */
  private boolean smooth = true;

  /**
   * @param share of the budget, for what is kept in memory; given back by {@link #free}
   * @param last whether the messages were put off by earlier batches, or passes
   */
  BatchFetch(
      FolderCopy copy,
      List<Long> uids,
      ByteBudget.Share share,
      CopySettings settings,
      boolean last) {
    this.copy = copy;
    this.folder = copy.plan().name();
    this.share = share;
    this.last = last;
    this.source = new SourceFolder(copy);
    this.trial = new ReadingTrial(copy);
    this.received =
        new ReceivedMessages(copy, uids, new BatchContents(share.memory(), settings.spool()));
    this.ungiven = new UngivenMessages(copy, received, trial, last);
    this.timeWanted = new TimeWanted(copy, received, ungiven, trial, last);
    this.sizeCheck = new MessageSizeCheck(copy, received, ungiven, source);
  }

  /** What was asked for. */
  List<Long> uids() {
    return received.uids();
  }

  /** Asks for the messages and does not wait; a failure shows when they are waited for. */
  void ask() {
    if (last) {
      return;
    }
    try {
      asked = source.send(connection -> ask(connection, received.missing()));
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
      parts.add(connection.fetch(set, WHOLE_MESSAGE, received.contents(), received::arrived));
      answer = CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new));
    }
    return () -> {
      try {
        return ReadingTrial.refusal(answer);
      } catch (CompletionException e) {
        throw e.getCause() instanceof ConnectionLost lost
            ? timeWanted.withoutHours(lost, wanted)
            : e;
      }
    };
  }

  /**
   * Waits for the messages. Those that are gone meanwhile are left out; those that the source
   * cannot give are put off, or in a last batch reported.
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
    boolean wasSmooth = smooth;
    smooth = false;
    inFlight = sent == null ? List.of() : received.missing();
    nothingElse = false;
    List<Long> together = inFlight;
    try {
      Optional<CommandRefused> refused = sent == null ? Optional.empty() : sent.get();
      inFlight = List.of();
      if (sent != null && received.missing().isEmpty()) {
        served(together);
        smooth = wasSmooth;
      } else if (sent != null) {
        source.in(
            connection -> {
              judge(connection, together, refused.orElse(null));
              return true;
            });
      }
      boolean goOn = !received.missing().isEmpty() && source.in(this::search);
      while (goOn && !received.missing().isEmpty()) {
        renewed = true;
        goOn = source.inNew(this::search);
      }
      sizeCheck.findStandIns();
      sizeCheck.findShifted();
      received.findFlags(source);
      sizeCheck.dropWhatIsThere();
      sizeCheck.judgeSizes(true);
    } catch (TryAgain e) {
      if (!source.isConfirmed()) {
        drop();
      }
      lost(e);
      throw e;
    } catch (NeedsAttention e) {
      if (!source.isConfirmed() || received.keys().isEmpty() || !copy.session().goesOnAfter(e)) {
        drop();
        throw e;
      }
      // What has come is stored before the folder ends, with what is to be noted of it.
      sizeCheck.dropWhatIsThere();
      sizeCheck.judgeSizes(false);
      copy.session().tally().problem(e.problem());
    }
    return received.all();
  }

  /** The connection may have been lost over what was under way. */
  private void lost(TryAgain failure) {
    List<Long> together = inFlight;
    inFlight = List.of();
    List<Long> came = together.stream().filter(received::has).toList();
    served(came);
    if (!(failure.getCause() instanceof ConnectionLost connection)) {
      return;
    }
    List<Long> left = together.stream().filter(uid -> !received.has(uid)).toList();
    if (copy.session().diagnosis().asksForPatience(connection)) {
      if (came.isEmpty()) {
        timeWanted.hungUp(connection, left, failure());
      }
    } else {
      ungiven.failed(left, timeWanted.fault(connection));
      copy.session().failed(Side.SOURCE, copy.plan().name(), left, !came.isEmpty(), failure());
    }
  }

  /**
   * Asks for what is missing, group by group, until all has come, is put off or given up.
   *
   * @return whether to go on with another connection
   */
  private boolean search(ImapConnection connection) {
    trial.begin(connection);
    timeWanted.begin(connection);
    if (timeWanted.mustProve() && timeWanted.isProvedElsewhere(connection)) {
      return true;
    }
    while (true) {
      if (suspects().needsProof(folder) || vainWaits().needProof(Side.SOURCE)) {
        trial.prove(connection, ungiven::isPutOff);
        suspects().proved(folder);
      }
      List<Long> group = nextGroup(connection);
      if (group.isEmpty()) {
        return false;
      }
      if (needsNewConnection(group.get(0)) && !isNew(connection)) {
        return true;
      }
      inFlight = group;
      nothingElse = isNew(connection);
      CommandRefused refused = ask(connection, group).get().orElse(null);
      inFlight = List.of();
      judge(connection, group, refused);
    }
  }

  /** Sees what became of messages that were asked for together. */
  private void judge(
      ImapConnection connection, List<Long> group, @Nullable CommandRefused refused) {
    List<Long> came = group.stream().filter(received::has).toList();
    served(came);
    if (!came.isEmpty()) {
      timeWanted.gave();
      trial.passed();
    }
    List<Long> left = new ArrayList<>(group);
    left.removeAll(came);
    if (left.isEmpty()) {
      return;
    }
    if (refused != null && timeWanted.isAboutNoMessage(connection, group, refused, failure())) {
      throw refused;
    }
    trial.failed(refused);
    FetchFault fault =
        new FetchFault(
            refused == null
                ? "the old provider lists this message but gives no content for it"
                : "the old provider cannot give this message: " + refused.refusal(),
            true);
    ungiven.failed(left, fault);
    if (refused == null) {
      ungiven.vanished(left, ReadingTrial.existing(connection, left));
      left.retainAll(received.missing());
      received.findEmpty(connection, left);
      if (!came.isEmpty()) {
        suspects().singly(folder, left);
        return;
      }
    }
    boolean passes = refused != null && copy.session().diagnosis().passes(refused.refusal());
    copy.session()
        .failed(
            Side.SOURCE,
            copy.plan().name(),
            left,
            !came.isEmpty(),
            passes ? Suspects.Failure.PASSING : Suspects.Failure.LASTING);
  }

  /** Empty when there is nothing more to be asked for. */
  private List<Long> nextGroup(ImapConnection connection) {
    List<List<Long>> groups =
        timeWanted.isInParts() || vainWaits().inARow(Side.SOURCE) > 0
            ? suspects().largestFirst(folder, received.missing(), uid -> uid)
            : suspects().smallestFirst(folder, received.missing());
    if (timeWanted.isInParts()) {
      groups.sort(
          Comparator.comparing(
                  (List<Long> group) -> suspects().hasFailedAlone(folder, group.get(0)))
              .thenComparing(timeWanted::obeyed));
    }
    for (List<Long> group : groups) {
      long first = group.get(0);
      if (!suspects().hasFailedAlone(folder, first)
          || (last && !suspects().isGuilty(folder, first))) {
        return group;
      }
      if (last) {
        ungiven.giveUp(connection, first);
      } else {
        ungiven.putOff(first);
      }
    }
    return List.of();
  }

  /** Whether nothing was done on a connection but to log in and open the folder. */
  private static boolean isNew(ImapConnection connection) {
    return connection.sentSinceLogin() <= 1;
  }

  /**
   * Whether a failure would say nothing on a connection that was used: a server may close one after
   * so many commands, or refuse on one what it gives on another.
   */
  private boolean needsNewConnection(long uid) {
    return last && (ungiven.wasLost(uid) || (!renewed && suspects().isLastChance(folder, uid)));
  }

  private void served(List<Long> came) {
    for (long uid : came) {
      SourceMessage message = received.get(uid);
      if (message != null) {
        copy.readable().given(uid, message.content().size());
      }
    }
    suspects().served(folder, came);
    copy.session().tally().gotFurther(came.size());
  }

  /** What a failure tells of the messages that were asked for. */
  private Suspects.Failure failure() {
    return nothingElse ? Suspects.Failure.PASSING : Suspects.Failure.UNCLEAR;
  }

  /** What has come may be of another folder. */
  private void drop() {
    try {
      answer.join();
    } catch (CompletionException e) {
      // However it ended, nothing more comes.
    }
    received.clear();
  }

  /** Frees what arrived and what is still to come, once it has come. */
  void free() {
    boolean unused = smooth;
    CompletableFuture<?> ignored =
        answer.whenComplete(
            (done, failure) -> {
              try (share) {
                share.memory().close(unused && failure == null);
                received.close();
              }
            });
  }

  private Suspects suspects() {
    return copy.session().suspects(Side.SOURCE);
  }

  private VainWaits vainWaits() {
    return copy.session().vainWaits();
  }
}
