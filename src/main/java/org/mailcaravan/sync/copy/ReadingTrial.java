package org.mailcaravan.sync.copy;

import java.io.OutputStream;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.Content;
import org.mailcaravan.imap.ContentStore;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.ListedFolder;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Side;
import org.mailcaravan.sync.folders.FolderMapping;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.folders.Listing;
import org.mailcaravan.sync.session.Suspects;

/**
 * Tells a server that gives no message at all from one that cannot give some: asks for a message
 * that it gave before, or for others here and there in the folder. For one thread at a time.
 */
final class ReadingTrial {
  /** The golden section: its multiples, without their whole parts, lie far from each other. */
  private static final double SPREAD = 0.6180339887;

  /** So many are tried though each costs a connection. */
  private static final int WORTH_A_CONNECTION = 8;

  /** One of the messages that are tried may be bad itself; two are hardly. */
  private static final int ENOUGH = 2;

  private final FolderCopy copy;
  private @Nullable ImapConnection connection;
  private @Nullable CommandRefused refusal;
  private boolean passed;

  /** A connection ended over these, or they were refused: they show nothing of others. */
  private final Set<Long> lostOver = new HashSet<>();

  /** The same of other folders. */
  private final Set<FolderName> lostElsewhere = new HashSet<>();

  private int triedElsewhere;

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
   * Makes sure that the server gives messages of this folder now. Where there are only a few and it
   * gives none, it must at least tell their flags now.
   *
   * @param suspicious which messages may be bad themselves
   * @throws CommandRefused as it last refused some, when it gives none
   * @throws NeedsAttention when it says OK and gives none
   */
  void prove(ImapConnection used, LongPredicate suspicious) {
    begin(used);
    if (givesAny(used, suspicious)
        || (isSmall() && !isTurnedAway() && suspects().mayBlameUnproved() && lists(used))) {
      passed = true;
      return;
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

  private FolderName folder() {
    return copy.plan().name();
  }

  private Suspects suspects() {
    return copy.session().suspects(Side.SOURCE);
  }

  /**
   * Whether the server gives a message that it gave before, or else one of those that are not
   * suspicious. In each pass others are tried, so that the readable ones of a large folder are
   * found in the end.
   */
  private boolean givesAny(ImapConnection used, LongPredicate suspicious) {
    long readable = copy.readable().uid();
    if (readable != 0) {
      if (gives(used, readable)) {
        return true;
      }
      if (isTurnedAway() || existing(used, List.of(readable)).contains(readable)) {
        return false;
      }
    }
    int turnedAway = 0;
    for (long uid : samples(suspicious.negate())) {
      int tried = suspects().samples(folder());
      if (suspects().isNewSample(folder(), uid)) {
        if (tried < WORTH_A_CONNECTION) {
          copy.session().tally().gotFurther(1);
        }
        if (gives(used, uid)) {
          return true;
        }
        turnedAway += isTurnedAway() ? 1 : 0;
        if (turnedAway == ENOUGH) {
          return false;
        }
      }
    }
    return false;
  }

  /** Whether the server refused in words that are not about a message. */
  private boolean isTurnedAway() {
    return refusal != null && copy.session().diagnosis().isAboutNoMessage(refusal.refusal());
  }

  /**
   * Whether the server gives another message right after it refused some in words that are not
   * about a message, such as a plea for patience: then they are about one all the same. Costs two
   * small commands at most.
   */
  boolean givesAnother(ImapConnection used, List<Long> refusedTogether, LongPredicate suspicious) {
    begin(used);
    List<Long> others =
        copy.readable().uid() == 0 ? samples(suspicious.negate()) : List.of(copy.readable().uid());
    for (long uid :
        others.stream().filter(each -> !lostOver.contains(each)).limit(ENOUGH).toList()) {
      if (refusedTogether.equals(List.of(uid))) {
        continue;
      }
      lostOver.add(uid);
      boolean given = gives(used, uid);
      if (given || copy.readable().uid() != 0) {
        lostOver.remove(uid);
      }
      if (given) {
        passed = true;
        return true;
      }
    }
    return false;
  }

  /**
   * Whether the server gives a message of another folder: where a folder has no other message, that
   * shows that it serves the account. Opens that folder on the connection.
   */
  boolean givesElsewhere(ImapConnection used) {
    List<FolderName> others =
        KnownFolders.of(copy.session()).mappings().stream()
            .map(FolderMapping::source)
            .filter(Listing::mayHoldMail)
            .map(ListedFolder::name)
            .filter(name -> !name.equals(folder()) && !lostElsewhere.contains(name))
            .limit(ENOUGH)
            .toList();
    for (FolderName other : others) {
      lostElsewhere.add(other);
      if (gives(used, copy.session().open(Side.SOURCE, copy.place(), other))) {
        lostElsewhere.remove(other);
        return true;
      }
    }
    return false;
  }

  /** Whether it gives a message of a folder that is open: one that it gave before, or any. */
  private boolean gives(ImapConnection used, SelectedFolder opened) {
    long messages = opened.status().messages();
    if (messages <= 0) {
      return false;
    }
    long recorded = recorded(opened);
    if (recorded != 0 && gives(used, Long.toString(recorded), size -> {})) {
      return true;
    }
    long place = 1 + (long) ((0.5 + triedElsewhere++ * SPREAD) % 1 * messages);
    for (long uid : used.uidsAt(Long.toString(place))) {
      if (gives(used, Long.toString(uid), size -> {})) {
        return true;
      }
    }
    return false;
  }

  /** A message of another folder that is copied; 0 for none. */
  private long recorded(SelectedFolder opened) {
    AtomicLong recorded = new AtomicLong();
    KnownFolders.of(copy.session()).ledgers().stream()
        .filter(ledger -> ledger.pair().sourceFolder().equals(opened.name().wire()))
        .filter(ledger -> ledger.pair().sourceUidValidity() == opened.status().uidValidity())
        .forEach(
            ledger ->
                ledger.forEach(
                    (uid, place) -> {
                      if (!place.gone()) {
                        recorded.set(uid);
                      }
                    }));
    return recorded.get();
  }

  /** The connection that was lost last was not lost over what was tried on it. */
  void wasNotOver() {
    lostOver.clear();
  }

  /** Spread over those that are trusted, whichever come first. */
  private List<Long> samples(LongPredicate trusted) {
    int others = Math.toIntExact(copy.work().open().uids().filter(trusted).count());
    double start = suspects().samplesFrom(folder());
    Map<Integer, Integer> turns = new HashMap<>();
    for (int i = 0; turns.size() < Math.min(Suspects.MOST_SAMPLES, others); i++) {
      turns.putIfAbsent((int) ((start + i * SPREAD) % 1 * others), i);
    }
    NavigableMap<Integer, Long> samples = new TreeMap<>();
    int place = 0;
    for (PrimitiveIterator.OfLong uids = copy.work().open().uids().filter(trusted).iterator();
        uids.hasNext(); ) {
      long uid = uids.nextLong();
      Integer turn = turns.get(place++);
      if (turn != null) {
        samples.put(turn, uid);
      }
    }
    return List.copyOf(samples.values());
  }

  private boolean isSmall() {
    return copy.work().open().count() <= Suspects.MOST_UNPROVED;
  }

  /** Whether the server tells of messages of this folder, though not what is in them. */
  private boolean lists(ImapConnection used) {
    List<Long> open = copy.work().open().uids().boxed().toList();
    Set<Long> seen = new HashSet<>();
    return tellsFlags(used, open, seen) && !seen.isEmpty();
  }

  private boolean gives(ImapConnection used, long uid) {
    return gives(used, Long.toString(uid), size -> copy.readable().given(uid, size));
  }

  private boolean gives(ImapConnection used, String uid, LongConsumer given) {
    AtomicLong came = new AtomicLong(-1);
    ContentStore nowhere =
        (size, in) -> {
          in.transferTo(OutputStream.nullOutputStream());
          came.set(size);
          return new Nothing(size);
        };
    Optional<CommandRefused> refused =
        refusal(used.fetch(uid, EnumSet.of(FetchItem.MESSAGE), nowhere, message -> {}));
    if (came.get() >= 0) {
      given.accept(came.get());
      copy.session().tally().given(Side.SOURCE);
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

  /**
   * Which of some messages are in the folder; all of them where the server does not say. One that
   * is only not shown may be one that cannot be read, so that a search decides.
   */
  static Set<Long> existing(ImapConnection connection, List<Long> uids) {
    Set<Long> seen = new HashSet<>();
    if (!tellsFlags(connection, uids, seen)) {
      return Set.copyOf(uids);
    }
    List<Long> hidden = uids.stream().filter(uid -> !seen.contains(uid)).toList();
    if (!hidden.isEmpty()) {
      try {
        seen.addAll(connection.existing(hidden));
      } catch (CommandRefused e) {
        return Set.copyOf(uids);
      }
    }
    return seen;
  }

  /** Asks for flags; false when that is refused. */
  private static boolean tellsFlags(ImapConnection connection, List<Long> uids, Set<Long> seen) {
    for (String set : UidSet.of(uids).commands()) {
      Optional<CommandRefused> refused =
          refusal(
              connection.fetch(
                  set,
                  EnumSet.of(FetchItem.FLAGS),
                  ContentStore.NONE,
                  message -> seen.add(message.uid())));
      if (refused.isPresent()) {
        return false;
      }
    }
    return true;
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
