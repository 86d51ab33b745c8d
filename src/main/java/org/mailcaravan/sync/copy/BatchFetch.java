package org.mailcaravan.sync.copy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ConnectionLost;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.FetchedMessage;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.OpenMessage;
import org.mailcaravan.store.ShortMessage;
import org.mailcaravan.sync.copy.AnnouncedSizes.Fit;
import org.mailcaravan.sync.diagnosis.Diagnosis;
import org.mailcaravan.sync.diagnosis.Meaning;
import org.mailcaravan.sync.diagnosis.Prospect;
import org.mailcaravan.sync.session.CopySettings;
import org.mailcaravan.sync.session.Patience;
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

  /**
   * How often the time is obeyed that a server wants before it gives a message, of others that
   * come.
   */
  private static final int MOST_OBEYED = 2;

  /** Where the server was found busy so often, no more is concluded from what it says. */
  private static final int MOST_NOT_PROVED = 5;

  private final FolderCopy copy;
  private final FolderName folder;
  private final List<Long> uids;
  private final ByteBudget.Share share;
  private final BatchMemory memory;
  private final BatchContents contents;
  private final ReadingTrial trial;

  /** Whether this is one of the last batches, of what was put off. */
  private final boolean last;

  /** Filled on the reader thread, and read by another only after the answer. */
  private final Map<Long, SourceMessage> arrived = new TreeMap<>();

  /**
   * Octets that were announced, at the look or with the message, as {@link #uids}; filled like
   * {@link #arrived}.
   */
  private final long[] announced;

  /** Octets that were announced at the look alone, and with the message alone. */
  private final long[] listed;

  private final long[] told;

  /** Messages of which there is nothing, and no header; filled before they are asked for again. */
  private final Set<Long> empty = ConcurrentHashMap.newKeySet();

  private final SecondLook secondLook;
  private final StandIns standIns;
  private final UntoldFlags untoldFlags = new UntoldFlags();

  /** What is not asked for any more in this batch. */
  private final Set<Long> done = new HashSet<>();

  /** What happened when messages were asked for last, for people. */
  private final Map<Long, Fault> faults = new HashMap<>();

  /**
   * What happened to a message.
   *
   * @param answered whether the server said so, rather than breaking the connection
   */
  private record Fault(String words, boolean answered) {
    private static final String WANTS_TIME =
        "the old provider asks for time whenever this message is asked for: ";

    static final Fault LOST =
        new Fault("the old provider fails each time this message is asked for", false);

    static final Fault OF_ANOTHER =
        new Fault(
            "the old provider gives what seems to be another message in its place, and nothing when it is asked for"
                + " this one alone",
            true);

    /** With the server's last words, where it said any. */
    static Fault lost(ConnectionLost lost) {
      String said =
          lost.bye().isEmpty() ? lost.saidBefore().stream().findFirst().orElse("") : lost.bye();
      return said.isEmpty() ? LOST : new Fault(LOST.words + ": " + said, false);
    }

    /** The server asked for time again, though it had got it. */
    static Fault wantsTime(String said) {
      return new Fault(WANTS_TIME + said, false);
    }

    /** As it is recorded. */
    OpenMessage open() {
      return new OpenMessage(answered ? OpenMessage.Why.FAILED : OpenMessage.Why.BROKEN_OFF, words);
    }

    /** As it was recorded. */
    static Fault before(OpenMessage before) {
      return new Fault(before.reason(), before.why() != OpenMessage.Why.BROKEN_OFF);
    }
  }

  private List<Long> inFlight = List.of();
  private CompletableFuture<Void> answer = CompletableFuture.completedFuture(null);
  private @Nullable Supplier<Optional<CommandRefused>> asked;
  private @Nullable NeedsAttention hopeless;

  private boolean renewed;

  /** Whether nothing else was done on the connection of what is in flight. */
  private boolean nothingElse;

  /** Whether the server has asked for time since it last gave a message of this batch. */
  private boolean waited;

  /** Which of those that did not fit are counted, and whether those that did are. */
  private final Set<Long> judged = new HashSet<>();

  private boolean counted;

  /** Whether the server has asked for less at some messages, and given others since. */
  private boolean spared;

  /** How often the server has asked for less at these messages. */
  private final Map<List<Long>, Integer> obeyed = new HashMap<>();

  /**
   * The messages, often one, at which the server asked for time again after it had got it: whether
   * it is about them shows in whether it gives another. Empty for none.
   */
  private List<Long> toProve = List.of();

  private int notProved;

  private boolean provedAgain;

  private Suspects.Failure provedOn = Suspects.Failure.UNCLEAR;

  /** Where the server last asked for time in an answer, and whether it hangs up after that. */
  private @Nullable ImapConnection refusedOn;

  private @Nullable ImapConnection askedOn;

  private boolean hangsUp;

  /** Whether messages are asked for in parts since the server asked for time again at them. */
  private boolean inParts;

  /** The server hung up and wants hours that it had already, so that it must give another first. */
  private @Nullable ConnectionLost wantsHours;

  /** Whether what came is known to come from the right folder. */
  private boolean confirmed;

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
    this.uids = uids;
    this.share = share;
    this.memory = share.memory();
    this.contents = new BatchContents(memory, settings.spool());
    this.last = last;
    this.trial = new ReadingTrial(copy);
    this.secondLook = new SecondLook(sizes(), contents, this::fit);
    this.standIns = new StandIns(sizes(), this::announcedFit);
    this.announced = uids.stream().mapToLong(copy.open()::size).toArray();
    this.listed = announced.clone();
    this.told = new long[announced.length];
    if (last) {
      copy.ledger().open().forEach((uid, open) -> faults.put(uid, Fault.before(open)));
    }
  }

  /** What was asked for. */
  List<Long> uids() {
    return uids;
  }

  /** Asks for the messages and does not wait; a failure shows when they are waited for. */
  void ask() {
    if (last) {
      return;
    }
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
      parts.add(connection.fetch(set, WHOLE_MESSAGE, contents, this::arrived));
      answer = CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new));
    }
    return () -> {
      try {
        return ReadingTrial.refusal(answer);
      } catch (CompletionException e) {
        throw e.getCause() instanceof ConnectionLost lost ? withoutHours(lost, wanted) : e;
      }
    };
  }

  /**
   * The loss of a connection over messages. Where the server wanted hours and had them already, or
   * always wants them for one that is known for it, the account is not left alone again, unless it
   * gives no other message either.
   */
  private ConnectionLost withoutHours(ConnectionLost lost, List<Long> wanted) {
    Meaning said = copy.session().diagnosis().meaning(lost).orElse(Meaning.UNKNOWN);
    boolean known = wanted.size() == 1 && suspects().isKnown(folder, wanted.get(0));
    if (lost.isLoginLost()
        || wanted.stream().anyMatch(arrived::containsKey)
        || said.prospect() != Prospect.PATIENCE
        || Patience.isSatOut(said)
        || !(known || copy.session().hadItsTime(Side.SOURCE))) {
      return lost;
    }
    wantsHours = lost;
    return new ConnectionLost(String.valueOf(lost.getMessage()), "", lost);
  }

  private VainWaits vainWaits() {
    return copy.session().vainWaits();
  }

  private Suspects suspects() {
    return copy.session().suspects(Side.SOURCE);
  }

  private void arrived(FetchedMessage message) {
    if (!(message.content() instanceof BatchContents.Fingerprinted content)) {
      return;
    }
    int place = Collections.binarySearch(uids, message.uid());
    if (place < 0) {
      content.close();
      return;
    }
    announced[place] = Math.max(announced[place], message.announcedSize());
    told[place] = message.announcedSize();
    SourceMessage kept = SourceMessage.of(message, content);
    // Nothing is as good as NIL, unless the message has no header either: it was not given.
    boolean isNothing = content.size() == 0 && !empty.contains(message.uid());
    if (isNothing || arrived.putIfAbsent(message.uid(), kept) != null) {
      content.close();
    } else {
      copy.session().tally().given(Side.SOURCE);
      if (!message.flagsTold()) {
        untoldFlags.add(message.uid());
      }
    }
  }

  private long announced(long uid) {
    return announced[place(uid)];
  }

  private int place(long uid) {
    return Collections.binarySearch(uids, uid);
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
    inFlight = sent == null ? List.of() : missing();
    nothingElse = false;
    List<Long> together = inFlight;
    try {
      Optional<CommandRefused> refused = sent == null ? Optional.empty() : sent.get();
      inFlight = List.of();
      if (sent != null && missing().isEmpty()) {
        served(together);
        smooth = wasSmooth;
      } else if (sent != null) {
        inSource(connection -> judge(connection, together, refused.orElse(null)));
      }
      boolean goOn = !missing().isEmpty() && inSource(this::search);
      while (goOn && !missing().isEmpty()) {
        renewed = true;
        goOn =
            copy.session()
                .inNew(Side.SOURCE, copy.place(), copy.source(), confirming(this::search));
      }
      findStandIns();
      findShifted();
      findFlags();
      dropWhatIsThere();
      judgeSizes(true);
    } catch (TryAgain e) {
      if (!confirmed) {
        drop();
      }
      lost(e);
      throw e;
    } catch (NeedsAttention e) {
      if (!confirmed || arrived.isEmpty() || !copy.session().goesOnAfter(e)) {
        drop();
        throw e;
      }
      // What has come is stored before the folder ends, with what is to be noted of it.
      dropWhatIsThere();
      judgeSizes(false);
      copy.session().tally().problem(e.problem());
    }
    return List.copyOf(arrived.values());
  }

  /** A text in place of a message is short of it, whatever is announced. */
  private Fit fit(SourceMessage message) {
    return standIns.isOne(message) || secondLook.isWrong(message.uid())
        ? Fit.SHORT
        : announcedFit(message);
  }

  private Fit announcedFit(SourceMessage message) {
    return fitOf(announced(message.uid()), message);
  }

  private static Fit fitOf(long octets, SourceMessage message) {
    return message.content() instanceof BatchContents.Fingerprinted content
        ? Fit.of(octets, content.size(), content.shape())
        : Fit.UNKNOWN;
  }

  /** Of what was asked for again because less had come before, only what is more now is brought. */
  private void dropWhatIsThere() {
    for (Map.Entry<Long, ShortMessage> there : copy.again().entrySet()) {
      long uid = there.getKey();
      SourceMessage message = arrived.get(uid);
      if (message == null) {
        continue;
      }
      boolean same = there.getValue().given().equals(message.fingerprint().whole());
      boolean fits = fit(message) == Fit.EXACT;
      boolean wasStandIn = there.getValue().isStandIn();
      boolean isMessage = standIns.isMessage(uid);
      if (same && fits && (!wasStandIn || isMessage)) {
        copy.ledger().shorts().remove(Map.of(uid, there.getValue()));
      }
      boolean more =
          fits || message.content().size() > there.getValue().octets() || (wasStandIn && isMessage);
      if (same || !more) {
        arrived.remove(uid);
        message.content().close();
        close(List.of(uid));
      }
    }
  }

  /** Asks once for flags that did not come with their messages. */
  private void findFlags() {
    List<Long> wanted = untoldFlags.take(arrived.keySet());
    if (!wanted.isEmpty()) {
      inSource(connection -> untoldFlags.ask(connection, wanted));
      arrived.replaceAll((uid, message) -> untoldFlags.complete(message));
    }
    if (untoldFlags.areMissing()) {
      // The next pass looks for them again.
      copy.look().incomplete();
      copy.session().tally().problem(UntoldFlags.problem(copy.place()));
    }
  }

  /** Asks for the headers alone of what may be a text in place of a message. */
  private void findStandIns() {
    List<SourceMessage> some = standIns.suspects(arrived.values(), copy.again().keySet());
    while (!some.isEmpty()) {
      List<SourceMessage> asked = some;
      try {
        inSource(connection -> standIns.ask(connection, asked));
      } catch (TryAgain e) {
        sizes().lostHeaders();
        copy.session().tally().gotFurther(1);
        throw e;
      }
      some = standIns.suspects(arrived.values(), copy.again().keySet());
    }
  }

  /**
   * Counts how announced sizes were: first of what fits, by which the rest is judged. For that the
   * server is asked once more, message by message.
   *
   * @param ask false where the server is asked no more
   */
  private void judgeSizes(boolean ask) {
    List<SourceMessage> doubtful = new ArrayList<>();
    long fitting = 0;
    long inMidLine = 0;
    for (SourceMessage message : arrived.values()) {
      Fit fit = fit(message);
      if (fit == Fit.EXACT) {
        fitting++;
        inMidLine += endsLine(message) ? 0 : 1;
      }
      if (fit.isDoubtful() && !judged.contains(message.uid())) {
        doubtful.add(message);
      }
    }
    if (!counted) {
      counted = true;
      copy.came(fitting);
      sizes().ended(fitting, inMidLine);
    }
    for (SourceMessage message : doubtful) {
      SourceMessage best = message;
      if (ask && secondLook.mayAsk(message)) {
        best = secondLook(message);
        arrived.put(message.uid(), best);
      }
      Fit fit = fit(best);
      if (ask && looksCut(best, fit) && secondLook.mayAskText(best.uid())) {
        askText(best);
      }
      judged.add(best.uid());
      copy.came(best, announcedFit(best), cut(best, fit));
    }
  }

  /**
   * Asks again for messages that came with another size than was announced before, and fit only
   * that: the server may have given another message under this one's UID. One that has only found
   * out the right size gives the same again.
   */
  private void findShifted() {
    for (SourceMessage message : List.copyOf(arrived.values())) {
      int place = place(message.uid());
      if (told[place] == listed[place]
          || fitOf(told[place], message) != Fit.EXACT
          || !fitOf(listed[place], message).isDoubtful()
          || !secondLook.mayAskOf(message)) {
        continue;
      }
      announced[place] = listed[place];
      SourceMessage best = secondLook(message);
      arrived.put(message.uid(), best);
      if (secondLook.isUngiven(message.uid())) {
        arrived.remove(message.uid());
        best.content().close();
        giveUp(message.uid(), Fault.OF_ANOTHER);
      } else if (best.equals(message)) {
        announced[place] = Math.max(told[place], listed[place]);
      }
    }
  }

  /** Whether a message seems to lack its end, if sizes mean nothing. */
  private boolean looksCut(SourceMessage message, Fit fit) {
    return message.content() instanceof BatchContents.Fingerprinted content
        && ((!content.shape().hasBody() && (fit == Fit.SHORT || StandIns.isNameless(message)))
            || (fit == Fit.SHORT && !content.shape().endsLine() && sizes().endWithLines()));
  }

  private void askText(SourceMessage message) {
    try {
      inSource(connection -> secondLook.askText(connection, message));
    } catch (TryAgain e) {
      sizes().lostLook();
      copy.session().tally().gotFurther(1);
      throw e;
    }
  }

  private SourceMessage secondLook(SourceMessage message) {
    try {
      return copy.session()
          .in(
              Side.SOURCE,
              copy.place(),
              copy.source(),
              connection -> secondLook.best(connection, message));
    } catch (TryAgain e) {
      sizes().lostLook();
      copy.session().tally().gotFurther(1);
      throw e;
    } catch (NeedsAttention e) {
      if (e.problem().code() != ProblemCode.DISK_FULL) {
        throw e;
      }
      // There is room for what came, and not for as much again.
      return message;
    }
  }

  private AnnouncedSizes sizes() {
    return AnnouncedSizes.of(copy.session(), copy.ledger());
  }

  /** What is noted of a message that is not what was announced; null when it may be. */
  private @Nullable ShortMessage cut(SourceMessage message, Fit fit) {
    String given = message.fingerprint().whole();
    if (given == null
        || !(fit == Fit.SHORT || fit == Fit.LONG)
        || !(message.content() instanceof BatchContents.Fingerprinted content)) {
      return null;
    }
    Fit asAnnounced = announcedFit(message);
    if (asAnnounced != Fit.SHORT && asAnnounced != Fit.LONG) {
      return new ShortMessage(given, content.size(), content.size(), true);
    }
    long octets = announced(message.uid());
    boolean repeated = sizes().isRepeated(given, octets) && !standIns.isHonest(given);
    boolean sure =
        repeated
            || standIns.isOne(message)
            || secondLook.isWrong(message.uid())
            || (looksCut(message, fit) && !secondLook.isOfSameText(message.uid()));
    return sure || fit == Fit.SHORT ? new ShortMessage(given, octets, content.size(), sure) : null;
  }

  private static boolean endsLine(SourceMessage message) {
    return message.content() instanceof BatchContents.Fingerprinted content
        && content.shape().endsLine();
  }

  private boolean inSource(Function<ImapConnection, Boolean> work) {
    return copy.session().in(Side.SOURCE, copy.place(), copy.source(), confirming(work));
  }

  private Function<ImapConnection, Boolean> confirming(Function<ImapConnection, Boolean> work) {
    return connection -> {
      confirmed = true;
      return work.apply(connection);
    };
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

  /** The connection may have been lost over what was under way. */
  private void lost(TryAgain failure) {
    List<Long> together = inFlight;
    inFlight = List.of();
    List<Long> came = together.stream().filter(arrived::containsKey).toList();
    served(came);
    if (!(failure.getCause() instanceof ConnectionLost connection)) {
      return;
    }
    List<Long> left = together.stream().filter(uid -> !arrived.containsKey(uid)).toList();
    if (copy.session().diagnosis().asksForPatience(connection)) {
      // What it says as it hangs up after a refusal is about what it refused.
      boolean afterRefusal = askedOn != null && askedOn.equals(refusedOn);
      if (came.isEmpty() && !left.isEmpty() && !afterRefusal && !connection.isLoginLost()) {
        wantsTime(left, copy.session().diagnosis().plea(connection));
      }
    } else {
      ConnectionLost hours = wantsHours;
      Fault fault =
          hours == null
              ? Fault.lost(connection)
              : Fault.wantsTime(copy.session().diagnosis().plea(hours));
      left.forEach(uid -> faults.put(uid, fault));
      copy.session()
          .failed(
              Side.SOURCE,
              copy.plan().name(),
              left,
              !came.isEmpty(),
              nothingElse ? Suspects.Failure.PASSING : Suspects.Failure.UNCLEAR);
    }
  }

  /**
   * A server that hangs up then asked for time and gave none of these. Once that is obeyed; when it
   * does so again, fewer are asked for, and those before that were not refused yet.
   */
  private void wantsTime(List<Long> left, String said) {
    int times = obeyed.merge(left, 1, Integer::sum);
    long first = left.get(0);
    if (notProved >= MOST_NOT_PROVED || putOff(left, said)) {
      return;
    }
    if (times < MOST_OBEYED && !spared && !inParts && !suspects().hasFailedAlone(folder, first)) {
      return;
    }
    if (left.size() > 1) {
      askInParts(left, times);
    } else {
      inParts = true;
      prove(first, said, nothingElse ? Suspects.Failure.PASSING : Suspects.Failure.UNCLEAR);
    }
  }

  /**
   * Leaves a single message to the end of its folder, where the server has given others.
   *
   * @return whether it was left
   */
  private boolean putOff(List<Long> group, String said) {
    long first = group.get(0);
    if (last || !spared || group.size() > 1) {
      return false;
    }
    // So that a later pass knows it, however this one ends.
    copy.ledger().open(first, Fault.wantsTime(said).open());
    copy.putOff().add(first);
    done.add(first);
    return true;
  }

  /**
   * The server asked for time again. These are asked for in parts, and none twice before all were
   * asked for: a server that is busy gives none, and no more is concluded; one that minds a single
   * message gives the others. It shows whether it gives any before messages are asked for alone.
   */
  private void askInParts(List<Long> left, int times) {
    inParts = true;
    if (spared || left.size() > Suspects.PARTS) {
      suspects().apart(folder, left);
    } else if (times >= MOST_OBEYED) {
      toProve = left;
    }
  }

  private void prove(long alone, String said, Suspects.Failure failure) {
    faults.put(alone, Fault.wantsTime(said));
    toProve = List.of(alone);
    provedOn = failure;
  }

  private boolean isProvedElsewhere(ImapConnection connection) {
    try {
      return prove(connection);
    } catch (CompletionException e) {
      throw e.getCause() instanceof ConnectionLost lost ? notProved(lost) : e;
    } catch (ConnectionLost e) {
      throw notProved(e);
    }
  }

  /** The message that was to show it may be one of the bad itself: another one is asked for. */
  private ConnectionLost notProved(ConnectionLost lost) {
    if (wantsHours != null && !provedAgain) {
      provedAgain = true;
      return withoutHours(lost, List.of());
    }
    notProved();
    return lost;
  }

  /** The server gives no other message either: it is busy, and no message is to blame for that. */
  private void notProved() {
    toProve = List.of();
    wantsHours = null;
    notProved++;
    suspects()
        .singly(
            folder,
            missing().stream()
                .filter(uid -> suspects().hasFailedAlone(folder, uid))
                .filter(uid -> !suspects().isKnown(folder, uid))
                .toList());
  }

  private boolean mustProve() {
    return !toProve.isEmpty() || wantsHours != null;
  }

  /**
   * Weighs the message over which the server asked for time again, or asks for several one by one,
   * if it gives another one now.
   *
   * @return whether another folder was opened for that
   */
  private boolean prove(ImapConnection connection) {
    boolean here = trial.givesAnother(connection, toProve, this::isPutOff);
    boolean elsewhere = !here && trial.givesElsewhere(connection);
    List<Long> group = toProve;
    ConnectionLost hours = wantsHours;
    toProve = List.of();
    wantsHours = null;
    if (!here && !elsewhere) {
      if (hours != null) {
        throw hours;
      }
      notProved();
      return false;
    }
    spared = true;
    provedAgain = false;
    if (group.size() == 1) {
      copy.session().failed(Side.SOURCE, copy.plan().name(), group, false, provedOn);
    } else {
      suspects().apart(folder, group);
      copy.session().tally().gotFurther(1);
    }
    return elsewhere;
  }

  private void served(List<Long> came) {
    for (long uid : came) {
      SourceMessage message = arrived.get(uid);
      if (message != null) {
        copy.readable(uid, message.content().size());
      }
    }
    suspects().served(folder, came);
    copy.session().tally().gotFurther(came.size());
  }

  private List<Long> missing() {
    return uids.stream().filter(uid -> !arrived.containsKey(uid) && !done.contains(uid)).toList();
  }

  /**
   * Asks for what is missing, group by group, until all has come, is put off or given up.
   *
   * @return whether to go on with another connection
   */
  private boolean search(ImapConnection connection) {
    trial.begin(connection);
    askedOn = connection;
    hangsUp |= refusedOn != null && !connection.equals(refusedOn);
    if (mustProve() && isProvedElsewhere(connection)) {
      return true;
    }
    while (true) {
      if (suspects().needsProof(folder) || vainWaits().needProof(Side.SOURCE)) {
        trial.prove(connection, this::isPutOff);
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

  /** Whether nothing was done on a connection but to log in and open the folder. */
  private static boolean isNew(ImapConnection connection) {
    return connection.sentSinceLogin() <= 1;
  }

  /**
   * Whether a failure would say nothing on a connection that was used: a server may close one after
   * so many commands, or refuse on one what it gives on another.
   */
  private boolean needsNewConnection(long uid) {
    Fault fault = faults.get(uid);
    boolean lost = fault != null && !fault.answered();
    return last && (lost || (!renewed && suspects().isLastChance(folder, uid)));
  }

  /** Empty when there is nothing more to be asked for. */
  private List<Long> nextGroup(ImapConnection connection) {
    List<List<Long>> groups =
        inParts || vainWaits().inARow(Side.SOURCE) > 0
            ? suspects().largestFirst(folder, missing(), uid -> uid)
            : suspects().smallestFirst(folder, missing());
    if (inParts) {
      groups.sort(
          Comparator.comparing(
                  (List<Long> group) -> suspects().hasFailedAlone(folder, group.get(0)))
              .thenComparing(group -> obeyed.getOrDefault(group, 0)));
    }
    for (List<Long> group : groups) {
      long first = group.get(0);
      if (!suspects().hasFailedAlone(folder, first)
          || (last && !suspects().isGuilty(folder, first))) {
        return group;
      }
      if (last) {
        giveUp(connection, first);
      } else {
        copy.putOff().add(first);
        done.add(first);
      }
    }
    return List.of();
  }

  private boolean isPutOff(long uid) {
    return copy.putOff().contains(uid) || suspects().hasFailedAlone(folder, uid);
  }

  /** Sees what became of messages that were asked for together. */
  private boolean judge(
      ImapConnection connection, List<Long> group, @Nullable CommandRefused refused) {
    List<Long> came = group.stream().filter(arrived::containsKey).toList();
    served(came);
    if (!came.isEmpty()) {
      waited = false;
      refusedOn = null;
      spared |= !obeyed.isEmpty();
      trial.passed();
    }
    List<Long> left = new ArrayList<>(group);
    left.removeAll(came);
    if (left.isEmpty()) {
      return true;
    }
    if (refused != null && isAboutNoMessage(connection, group, refused)) {
      throw refused;
    }
    trial.failed(refused);
    Fault fault =
        new Fault(
            refused == null
                ? "the old provider lists this message but gives no content for it"
                : "the old provider cannot give this message: " + refused.refusal(),
            true);
    left.forEach(uid -> faults.put(uid, fault));
    if (refused == null) {
      vanished(left, ReadingTrial.existing(connection, left));
      left.retainAll(missing());
      findEmpty(connection, left);
      if (!came.isEmpty()) {
        suspects().singly(folder, left);
        return true;
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
    return true;
  }

  /** Notes which messages have no octet at all, as some servers keep them. */
  private void findEmpty(ImapConnection connection, List<Long> left) {
    List<Long> without = left.stream().filter(uid -> announced(uid) <= 0).toList();
    if (!without.isEmpty()) {
      empty.addAll(StandIns.withoutHeader(connection, without));
    }
  }

  /**
   * Whether a refusal would be the same whatever is asked for. A short wait is obeyed once; before
   * an account is left alone for longer, or when the same messages are refused again, another
   * message shows what is meant. Where a server that gives others says of one message that we ask
   * for too much, time is given twice more before the message counts as failed.
   */
  private boolean isAboutNoMessage(
      ImapConnection connection, List<Long> group, CommandRefused refused) {
    if (!copy.session().diagnosis().isAboutNoMessage(refused.refusal())) {
      return false;
    }
    boolean first = !waited;
    waited = true;
    boolean satOut = Patience.isSatOut(copy.session().diagnosis().meaning(refused.refusal()));
    refusedOn = connection;
    boolean obey =
        Diagnosis.isThrottling(refused.refusal())
            ? isObeyed(group, satOut, refused.refusal().toString())
            : first && satOut;
    return obey || !givesAnother(connection, group, refused);
  }

  private boolean givesAnother(
      ImapConnection connection, List<Long> group, CommandRefused refused) {
    try {
      return trial.givesAnother(connection, group, this::isPutOff);
    } catch (CompletionException e) {
      throw e.getCause() instanceof ConnectionLost lost ? lostAfter(refused, lost, group) : e;
    } catch (ConnectionLost lost) {
      throw lostAfter(refused, lost, group);
    }
  }

  /** The server hung up after a refusal, so that another connection is to show what it means. */
  private ConnectionLost lostAfter(CommandRefused refused, ConnectionLost lost, List<Long> group) {
    if (!Diagnosis.isThrottling(refused.refusal())) {
      return lost;
    }
    trial.wasNotOver();
    if (group.size() == 1) {
      prove(group.get(0), refused.refusal().toString(), Suspects.Failure.PASSING);
    } else {
      toProve = group;
    }
    return withoutHours(lost, group);
  }

  /**
   * Whether a server that asks us to ask for less gets its time. The second time it is asked for
   * half as much, so that others come where it always says so of one message; where it wants hours,
   * others are asked for when these are over.
   */
  private boolean isObeyed(List<Long> group, boolean satOut, String said) {
    if (group.stream().anyMatch(arrived::containsKey)) {
      return true;
    }
    if (!satOut) {
      return !copy.session().hadItsTime(Side.SOURCE);
    }
    if (hangsUp) {
      wantsTime(group, said);
      return true;
    }
    int times = obeyed.merge(group, 1, Integer::sum);
    if (group.size() == 1) {
      return times <= MOST_OBEYED;
    }
    if (times > 1 || spared) {
      inParts = true;
      suspects().failed(folder, group, false, Suspects.Failure.PASSING);
    }
    return true;
  }

  /** Notes which messages are not in the folder any more. */
  private void vanished(List<Long> asked, Set<Long> existing) {
    List<Long> gone = asked.stream().filter(uid -> !existing.contains(uid)).toList();
    if (!gone.isEmpty()) {
      copy.session()
          .tally()
          .note("Some messages of " + copy.place() + " were deleted there while it was copied.");
      close(gone);
    }
  }

  /** Reports a message that the source cannot give. */
  private void giveUp(ImapConnection connection, long uid) {
    if (copy.again().containsKey(uid)) {
      // It is there as it came before.
      close(List.of(uid));
      return;
    }
    if (!suspects().isKnown(folder, uid)) {
      trial.requireProof(connection, this::isPutOff);
    }
    Fault fault = faults.getOrDefault(uid, Fault.LOST);
    if (fault.answered() && !ReadingTrial.existing(connection, List.of(uid)).contains(uid)) {
      vanished(List.of(uid), Set.of());
      return;
    }
    giveUp(uid, fault);
  }

  private void giveUp(long uid, Fault fault) {
    if (copy.again().containsKey(uid)) {
      // It is there as it came before.
      close(List.of(uid));
      return;
    }
    Problem problem = unreadable(copy.place(), uid, fault);
    copy.ledger().open(uid, fault.open());
    copy.session().tally().problem(problem);
    copy.session().tally().gotFurther(1);
    close(List.of(uid));
  }

  /** Nothing more is to be done about these. */
  private void close(List<Long> closed) {
    done.addAll(closed);
    suspects().remove(folder, closed);
    copy.putOff().removeAll(closed);
    copy.open().removeAll(closed);
  }

  private static Problem unreadable(Where place, long uid, Fault fault) {
    return new Problem(
        ProblemCode.MESSAGE_UNREADABLE,
        Where.message(uid, place),
        fault.words(),
        Owner.OLD_HOST,
        "Have the customer look at the message in the old webmail and move it by hand, or run the request again"
            + " later.");
  }

  /** Frees what arrived and what is still to come, once it has come. */
  void free() {
    boolean filled = smooth;
    CompletableFuture<?> unused =
        answer.whenComplete(
            (done, failure) -> {
              try (share) {
                memory.close(filled && failure == null);
                arrived.values().forEach(message -> message.content().close());
              }
            });
  }
}
