package org.mailcaravan.sync.copy;

import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.mailcaravan.imap.AppendResult;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ConnectionLost;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.OutgoingMessage;
import org.mailcaravan.imap.ServerRefusal;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.Details;
import org.mailcaravan.store.Entry;
import org.mailcaravan.store.FolderJournal;
import org.mailcaravan.store.OpenMessage;
import org.mailcaravan.store.Place;
import org.mailcaravan.store.Standing;
import org.mailcaravan.sync.diagnosis.AppendRefusal;
import org.mailcaravan.sync.diagnosis.ServerWords;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.messages.Keywords;
import org.mailcaravan.sync.messages.MessageDate;
import org.mailcaravan.sync.messages.RepairedContent;
import org.mailcaravan.sync.session.Patience;
import org.mailcaravan.sync.session.Spool;
import org.mailcaravan.sync.session.Suspects;

/**
 * One try to get a batch into its destination folder. Where several messages are refused together,
 * they are sent again in halves, until the one that is refused is alone; whether a refusal is about
 * a message, the mailbox or the server is {@link AppendRefusal}'s to say. For one use.
 */
final class Delivery {
  /** So many commands in a row that may pass and do not, and nothing stored: it is the server. */
  private static final int FRUITLESS = 10;

  /** A server that has failed at so many messages, and has stored none since, fails at all. */
  private static final int BLAMED = 8;

  /** A folder that has refused so many messages, and has taken none since, refuses them all. */
  private static final int REFUSED = 3;

  /** Of a batch whose first messages are refused, so many others are tried. */
  private static final int SAMPLES = 8;

  /** So many BADs on a connection are enough. */
  private static final int MOST_ERRORS = 5;

  /** How often a server gets time that it wants at one message, while it stores those after it. */
  private static final int MOST_OBEYED = 2;

  /** What servers say of octets that they do not take. */
  private static final Pattern ABOUT_OCTETS = ServerWords.term("octets");

  private final FolderCopy copy;
  private final SetAside setAside;
  private final Spool spool;
  private final Clock clock;
  private final Where place;
  private final Map<SourceMessage, ServerRefusal> troubled = new LinkedHashMap<>();
  private final Map<SourceMessage, Set<String>> flagsSent = new HashMap<>();
  private final List<SourceMessage> guilty = new ArrayList<>();
  private final Set<SourceMessage> toRepair = new HashSet<>();
  private final Map<SourceMessage, ServerRefusal> refusedByFolder = new LinkedHashMap<>();
  private List<SourceMessage> inFlight = List.of();

  /** What is sent as it is, and was not refused by itself yet. */
  private final Set<SourceMessage> untried = new LinkedHashSet<>();

  /** What an earlier try has sent, and is not shown yet. */
  private List<SourceMessage> waiting = List.of();

  /** What was stored by the command over which the connection was lost. */
  private final Map<SourceMessage, AppendResult.Appended> toldLast = new LinkedHashMap<>();

  private Arrivals arrivals;
  private boolean partly;
  private boolean anyStored;
  private List<Long> wantedTime = List.of();
  private int fruitless;
  private int refusedInARow;

  Delivery(FolderCopy copy, SetAside setAside, Spool spool, Clock clock) {
    this.copy = copy;
    this.setAside = setAside;
    this.spool = spool;
    this.clock = clock;
    this.place = copy.place();
    this.arrivals = new Arrivals(copy, copy.destinationUidNext());
  }

  /**
   * Appends what of the batch is still open.
   *
   * @throws TryAgain when the rest is to be tried again
   */
  void deliver(List<SourceMessage> batch) {
    try {
      confirmLastTry(batch);
      List<SourceMessage> messages = withoutHopeless(batch);
      if (messages.isEmpty()) {
        judge();
        return;
      }
      copy.note(messages);
      copy.ledger().journal().beginAppend(journal(messages));
      arrivals = new Arrivals(copy, copy.destinationUidNext());
      waiting = findNotShown(messages);
      List<SourceMessage> healthy =
          messages.stream()
              .filter(message -> !copy.wasSetAside(message.uid()))
              .filter(message -> !waiting.contains(message))
              .filter(message -> !toRepair.contains(message))
              .toList();
      untried.addAll(healthy);
      List<List<SourceMessage>> groups =
          copy.wantsTimeAtSome() || copy.session().vainWaits().inARow(Side.DESTINATION) > 0
              ? suspects().largestFirst(sourceFolder(), healthy, SourceMessage::uid)
              : suspects().groups(sourceFolder(), healthy, SourceMessage::uid);
      groups.stream().sorted(notRefusedFirst()).forEach(this::send);
      messages.stream()
          .filter(message -> copy.wasSetAside(message.uid()))
          .filter(message -> !waiting.contains(message))
          .filter(message -> !toRepair.contains(message))
          .forEach(this::sendOnceMore);
      messages.stream()
          .filter(toRepair::contains)
          .filter(message -> !waiting.contains(message))
          .forEach(this::sendRepaired);
      List<SourceMessage> notShown = record();
      judge();
      requireShown(notShown);
      requireNoTrouble();
    } catch (NeedsAttention e) {
      if (e.getCause() instanceof ConnectionLost lost
          && copy.session().diagnosis().asksForPatience(lost)) {
        recordTold();
      }
      throw e;
    } catch (TryAgain e) {
      if (e.getCause() instanceof ConnectionLost lost) {
        copy.ledger().journal().appendBrokeOff();
        copy.failedLast(uids(inFlight));
        if (inFlight.size() == 1) {
          copy.lastWords().put(inFlight.get(0).uid(), e.problem().cause());
          if (!copy.session().diagnosis().asksForPatience(lost)) {
            copy.hungUpAt(inFlight.get(0).uid());
          }
        }
        if (copy.session().diagnosis().asksForPatience(lost) && !lost.isLoginLost()) {
          recordTold();
          wantsTime(wantedTime.isEmpty() ? uids(inFlight) : wantedTime);
        }
      }
      copy.session()
          .failedWith(
              e,
              Side.DESTINATION,
              copy.plan().name(),
              inFlight.stream().map(SourceMessage::uid).toList(),
              partly);
      throw e;
    }
  }

  private static List<Long> uids(Collection<SourceMessage> messages) {
    return messages.stream().map(SourceMessage::uid).toList();
  }

  /** What the server refused alone comes last, and before that what it refused more often. */
  private Comparator<List<SourceMessage>> notRefusedFirst() {
    return Comparator.comparing(
            (List<SourceMessage> group) ->
                copy.wantsTimeAtSome()
                    && suspects().hasFailedAlone(sourceFolder(), group.get(0).uid()))
        .thenComparing(group -> copy.wantedTime(uids(group)));
  }

  /**
   * The server asked for time at these and hung up. That is obeyed. When it does so again, they are
   * sent in parts, and those first that it did not refuse yet: one that is busy takes none of them;
   * one that minds a single message takes the others.
   */
  private void wantsTime(List<Long> uids) {
    if (uids.isEmpty()) {
      return;
    }
    int times = copy.wantsTime(uids);
    boolean alone = uids.size() == 1;
    boolean first = times < MOST_OBEYED && !copy.wantsTimeAtSome();
    boolean known = alone && copy.wasSetAside(uids.get(0));
    if (!known && (first || (alone && times <= MOST_OBEYED))) {
      return;
    }
    copy.wantsTimeAtSome(true);
    if (!alone) {
      suspects().apart(sourceFolder(), uids);
    } else if ((known || stores()) && !suspects().isGuilty(sourceFolder(), uids.get(0))) {
      copy.session()
          .failed(Side.DESTINATION, copy.plan().name(), uids, false, Suspects.Failure.PASSING);
      copy.session().tally().gotFurther(1);
    }
  }

  /** Whether the server has stored anything in this pass. */
  private boolean stores() {
    return anyStored || copy.stored() > 0 || copy.session().tally().hasCopied();
  }

  /** Whether the folder has taken a message, so that it is not the folder that is refused. */
  private boolean takes() {
    return anyStored || copy.stored() > 0 || copy.ledger().present() > 0;
  }

  /** Whether the server wants hours which it had already, so that it may mean one message. */
  private boolean hadItsHours(ServerRefusal refusal) {
    return !Patience.isSatOut(copy.session().diagnosis().meaning(refusal))
        && copy.session().hadItsTime(Side.DESTINATION);
  }

  /** Whether it has hung up after it refused some. */
  private boolean hasHungUp() {
    return !copy.session().answers(Side.DESTINATION);
  }

  /** With their true sizes; what a source announces may be wrong. */
  private FolderJournal.Append journal(Collection<SourceMessage> messages) {
    NavigableMap<Long, Long> sizes = new TreeMap<>();
    NavigableMap<Long, Details> details = new TreeMap<>();
    for (SourceMessage message : messages) {
      sizes.put(message.uid(), message.content().size());
      details.put(message.uid(), details(message));
    }
    return new FolderJournal.Append(sizes, details, destinationUidNext(), false);
  }

  /** What was written, or will be: without keywords that the server refuses. */
  private Details details(SourceMessage message) {
    Set<String> sent = flagsSent.getOrDefault(message, permittedFlags(message));
    Set<String> flags = new TreeSet<>(message.flags());
    flags.removeIf(flag -> !sent.contains(flag) && copy.refusedKeywords().contains(flag));
    return new Details(flags, Set.of(), message.fingerprint());
  }

  private Suspects suspects() {
    return copy.session().suspects(Side.DESTINATION);
  }

  private Room room() {
    return Room.of(copy.session());
  }

  private FolderName sourceFolder() {
    return copy.source().name();
  }

  /** After a try that failed in between, finds out what of it arrived. */
  private void confirmLastTry(List<SourceMessage> batch) {
    if (!copy.isUnconfirmed()) {
      return;
    }
    Set<Long> found =
        new ConfirmAppends(copy.session(), place).confirm(copy.ledger(), copy.destination());
    copy.ledger().putEmailIds(copy.look().emailIds());
    copy.confirmed();
    count(batch.stream().filter(message -> found.contains(message.uid())).toList());
    if (!found.isEmpty()) {
      suspects().overtaken(sourceFolder(), copy.failedLast());
    }
  }

  /**
   * Records what has arrived.
   *
   * @return what the server says it has stored and does not show: it is open still
   */
  private List<SourceMessage> record() {
    List<SourceMessage> notShown = new ArrayList<>(arrivals.lookUp());
    notShown.addAll(waiting);
    waiting = List.of();
    arrivals.findElsewhere(notShown, false);
    Set<SourceMessage> elsewhere = arrivals.elsewhere();
    notShown.removeAll(elsewhere);
    Map<SourceMessage, Long> known = arrivals.known();
    List<Entry> entries = entries(known);
    elsewhere.forEach(
        message ->
            entries.add(
                new Entry(message.uid(), Place.of(0, Standing.COPIED), details(message), null)));
    if (notShown.isEmpty()) {
      copy.ledger().record(entries);
    } else {
      // The server may show later what it does not show now; it would be there twice then.
      KnownFolders.of(copy.session()).note(copy.ledger());
      for (SourceMessage message : notShown) {
        if (copy.notShown().isNew(message.uid())) {
          copy.ledger().open(message.uid(), OpenMessage.NOT_STORED);
        }
      }
      FolderJournal.Append lost = journal(notShown);
      copy.ledger()
          .recordConfirmed(
              entries,
              new FolderJournal.Append(
                  lost.sourceSizes(), lost.details(), arrivals.lookFrom(), true));
    }
    copy.confirmed();
    count(known.keySet());
    if (!known.isEmpty()) {
      suspects().overtaken(sourceFolder(), List.of());
    }
    count(elsewhere);
    arrivals.clear();
    return notShown;
  }

  /**
   * Records what has a UID, before a server is left alone that asks for time and hangs up: it may
   * want hours. The batch stays open; the next try looks for the rest of it. What a server loses
   * that breaks off otherwise is looked for then, too.
   */
  private void recordTold() {
    toldLast.values().removeIf(told -> told.uid() <= 0);
    arrivals.add(List.copyOf(toldLast.keySet()), List.copyOf(toldLast.values()));
    Map<SourceMessage, Long> known = arrivals.known();
    copy.ledger().put(entries(known));
    count(known.keySet());
    arrivals.clear();
  }

  private List<Entry> entries(Map<SourceMessage, Long> known) {
    List<Entry> entries = new ArrayList<>();
    known.forEach(
        (message, destinationUid) ->
            entries.add(
                new Entry(
                    message.uid(),
                    Place.of(destinationUid, Standing.COPIED),
                    details(message),
                    copy.look().emailIds().get(message.uid()))));
    return entries;
  }

  private void count(Collection<SourceMessage> stored) {
    List<Long> uids = stored.stream().map(SourceMessage::uid).toList();
    copy.open().removeAll(uids);
    copy.notShown().arrived(uids);
    copy.storedAgain(uids);
    suspects().served(sourceFolder(), uids);
    copy.stored(stored.size());
    for (SourceMessage message : stored) {
      Set<String> kept = permittedFlags(message);
      message.flags().stream()
          .filter(flag -> !kept.contains(flag) && !flag.equalsIgnoreCase("\\Recent"))
          .forEach(flag -> copy.session().tally().dropped(place, flag));
      if (copy.wasSetAside(message.uid())
          && !copy.ledger().repaired().containsKey(message.fingerprint().whole())) {
        setAside.forget(copy.plan(), message.uid());
      }
    }
    copy.session()
        .tally()
        .copied(
            stored.size(), stored.stream().mapToLong(message -> message.content().size()).sum());
  }

  /**
   * Sets aside what is sure to fail: too large a message, or one at which the server always fails.
   */
  private List<SourceMessage> withoutHopeless(List<SourceMessage> batch) {
    long limit = copy.session().on(Side.DESTINATION, place, ImapConnection::appendLimit);
    List<SourceMessage> rest = new ArrayList<>();
    for (SourceMessage message : batch) {
      long size = message.content().size();
      if (!copy.open().contains(message.uid())) {
        continue;
      }
      if (limit >= 0 && size > limit) {
        setAside(
            message,
            ProblemCode.MESSAGE_TOO_LARGE,
            size + " octets are more than the new server takes (" + limit + ")");
      } else if (suspects().isGuilty(sourceFolder(), message.uid()) && mayBeRepaired(message)) {
        toRepair.add(message);
        rest.add(message);
      } else if (suspects().isGuilty(sourceFolder(), message.uid())) {
        blame(message);
      } else {
        rest.add(message);
      }
    }
    return rest;
  }

  /**
   * Blames messages, now that all others had their turn. Where the server has stored nothing, it is
   * the server.
   */
  private void judge() {
    boolean stores = stores();
    boolean allSetAside =
        refusedByFolder.keySet().stream().allMatch(message -> copy.wasSetAside(message.uid()));
    if (!refusedByFolder.isEmpty() && !takes() && !allSetAside) {
      ServerRefusal first = refusedByFolder.values().iterator().next();
      throw AppendRefusal.of(first) == AppendRefusal.FOLDER ? givenUp(first) : takesNothing(first);
    }
    refusedByFolder.forEach(
        (message, refusal) ->
            setAside(
                message, ProblemCode.MESSAGE_REFUSED, "the new server refused it: " + refusal));
    List<SourceMessage> blamed =
        guilty.stream()
            .filter(
                message -> copy.wasSetAside(message.uid()) || (stores && isProved(message.uid())))
            .toList();
    for (SourceMessage message : guilty) {
      // What an earlier pass has set aside stays so while it is refused, with its file.
      if (blamed.contains(message)) {
        setAside(message, ProblemCode.MESSAGE_REFUSED, failsEachTime(message));
      } else {
        Problem problem = serverFails(message);
        copy.open().remove(message.uid());
        suspects().unproved(sourceFolder(), message.uid());
        copy.ledger().open(message.uid(), new OpenMessage(OpenMessage.Why.FAILED, problem.cause()));
        copy.session().tally().problem(problem);
      }
    }
  }

  private String failsEachTime(SourceMessage message) {
    return "the new server fails each time it is given this message" + said(message);
  }

  private Problem serverFails(SourceMessage message) {
    return new Problem(
        ProblemCode.SERVER_DOWN,
        place,
        (stores()
                ? "the new server ends the connection at messages, whichever they are"
                : "the new server fails at each message that it is given")
            + said(message),
        Owner.US,
        "See what is wrong with the new server, then run the request again; what has arrived will not be copied"
            + " twice.");
  }

  /** A server that only hangs up may do so whatever it is given. */
  private boolean isProved(long uid) {
    return !copy.hasHungUpAt(uid) || suspects().isProved(sourceFolder(), uid);
  }

  private String said(SourceMessage message) {
    String words = copy.lastWords().get(message.uid());
    return words == null ? "" : ": " + words;
  }

  /**
   * No message of the batch will get a lower UID; known without asking where APPENDUID tells it.
   */
  private long destinationUidNext() {
    boolean told =
        !copy.toldUids().areLies()
            && copy.session()
                .on(
                    Side.DESTINATION,
                    place,
                    connection -> connection.capabilities().contains("UIDPLUS"));
    if (!told) {
      copy.destinationUidNextIs(
          copy.session()
              .on(
                  Side.DESTINATION,
                  place,
                  connection -> connection.status(copy.destination().name()).uidNext()));
    }
    return copy.destinationUidNext();
  }

  /**
   * What the server did not show before may have come to light since.
   *
   * @return what was sent in this pass and is not shown still: it may show later, and would be
   *     there twice if it were sent again
   */
  private List<SourceMessage> findNotShown(List<SourceMessage> messages) {
    List<SourceMessage> lost =
        messages.stream().filter(message -> copy.notShown().isLookedFor(message.uid())).toList();
    if (lost.isEmpty()) {
      return lost;
    }
    copy.begun();
    arrivals.findToldBefore(lost);
    Map<Boolean, List<SourceMessage>> left =
        lost.stream()
            .filter(message -> !arrivals.contains(message))
            .collect(Collectors.partitioningBy(message -> copy.notShown().wasSent(message.uid())));
    List<SourceMessage> sentBefore = left.getOrDefault(false, List.of());
    arrivals.findElsewhere(sentBefore, true);
    List<Long> again =
        sentBefore.stream()
            .filter(message -> !arrivals.elsewhere().contains(message))
            .map(SourceMessage::uid)
            .toList();
    if (!again.isEmpty()) {
      copy.ledger().journal().addSentAgain(again);
      FiledCopies.of(copy.session()).sentAgain(copy.ledger());
    }
    return left.getOrDefault(true, List.of());
  }

  /** A message that was set aside in an earlier pass costs one more failure at most. */
  private void sendOnceMore(SourceMessage message) {
    if (!suspects().hasFailedAlone(sourceFolder(), message.uid())) {
      suspects().known(sourceFolder(), List.of(message.uid()));
    }
    send(List.of(message));
  }

  private void blame(SourceMessage message) {
    guilty.add(message);
    if (!copy.wasSetAside(message.uid()) && copy.guilty(message.uid()) > BLAMED) {
      throw new NeedsAttention(serverFails(message));
    }
  }

  /**
   * Whether a change may help a message at which the server ends the connection, since it says what
   * it does not take: Gmail says "BYE Invalid character in literal" at a NUL.
   */
  private boolean mayBeRepaired(SourceMessage message) {
    if (!ABOUT_OCTETS.matcher(said(message)).find()) {
      return false;
    }
    if (copy.remediesTried(message.uid(), 0) < remedies(message).ways()) {
      return true;
    }
    copy.ledger().notRepaired(message.fingerprint());
    return false;
  }

  private Remedies remedies(SourceMessage message) {
    String words = copy.lastWords().getOrDefault(message.uid(), "the connection ended each time");
    return remedies(message, new ServerRefusal(false, "", words));
  }

  private Remedies remedies(SourceMessage message, ServerRefusal refusal) {
    return new Remedies(
        copy,
        setAside,
        spool,
        clock,
        message,
        outgoing(message),
        refusal,
        outgoing -> attempt(message, outgoing),
        () -> arrivals.uid(message));
  }

  /** Each change once, also when the connection ends over it. */
  private void sendRepaired(SourceMessage message) {
    if (arrivals.contains(message)) {
      return;
    }
    Remedies remedies = remedies(message);
    Remedies.Outcome outcome = Remedies.Outcome.REFUSED;
    while (outcome == Remedies.Outcome.REFUSED
        && copy.remediesTried(message.uid(), 0) < remedies.ways()) {
      copy.session().tally().gotFurther(1);
      outcome = remedies.way(copy.remediesTried(message.uid(), 1) - 1);
    }
    if (outcome == Remedies.Outcome.REFUSED) {
      blame(message);
    }
  }

  private void send(List<SourceMessage> group) {
    List<SourceMessage> messages =
        group.stream()
            .filter(message -> !arrivals.contains(message))
            .filter(message -> room().mayTake(message.content().size()))
            .toList();
    if (messages.isEmpty()) {
      return;
    }
    Map<SourceMessage, AppendResult.Refused> refused = append(messages, this::outgoing);
    if (refused.isEmpty()) {
      return;
    }
    arrivals.findRefused(refused.keySet()).forEach(refused::remove);
    List<SourceMessage> left = List.copyOf(refused.keySet());
    if (left.isEmpty()) {
      return;
    }
    AppendResult.Refused first = refused.get(left.get(0));
    if (first != null && first.together() > 1) {
      sendInHalves(left, first.refusal());
    } else {
      Set<String> keywordsRefusedBefore = Set.copyOf(copy.refusedKeywords());
      untried.removeAll(left);
      refused.forEach(
          (message, one) -> {
            // They were sent together: what the first has taught goes for the next.
            boolean learnt =
                !keywordsRefusedBefore.containsAll(copy.refusedKeywords())
                    || NewConnections.of(copy.session()).haveHelped();
            if (!learnt || attempt(message, outgoing(message)) == Remedies.Outcome.REFUSED) {
              refusedAlone(message, one.refusal());
            }
          });
    }
  }

  private void sendInHalves(List<SourceMessage> messages, ServerRefusal refusal) {
    switch (AppendRefusal.of(refusal)) {
      case PATIENCE -> {
        if (hasHungUp()) {
          wantsTime(uids(messages));
          throw givenUp(refusal);
        }
        if (copy.obeyedTogether() < MOST_OBEYED && !hadItsHours(refusal)) {
          copy.obeyTogether();
          throw givenUp(refusal);
        }
        requireSomeFruit(refusal);
      }
      case FOLDER -> {
        if (AppendRefusal.isFolderGone(refusal)) {
          throw givenUp(refusal);
        }
      }
      case NO_ROOM -> {
        // Together they are too much; one by one the small ones may fit.
        noRoom(refusal);
        send(messages);
        return;
      }
      case TROUBLE -> requireSomeFruit(refusal);
      case MESSAGE -> {}
    }
    int middle = (messages.size() + 1) / 2;
    send(messages.subList(0, middle));
    send(messages.subList(middle, messages.size()));
  }

  private void refusedAlone(SourceMessage message, ServerRefusal refusal) {
    if (putOff(message, refusal)) {
      return;
    }
    boolean unknown = AppendRefusal.isUnknown(refusal);
    if (unknown && mayBeOfConnection(message) && isTakenOnAnother(message)) {
      return;
    }
    Remedies.Outcome outcome = remedies(message, refusal).find();
    if (outcome == Remedies.Outcome.REFUSED
        && unknown
        && !takes()
        && !copy.wasSetAside(message.uid())
        && RepairedContent.applicable(message.content()).isEmpty()) {
      refusedInARow++;
      refusedByFolder.put(message, refusal);
      if (refusedInARow > REFUSED && !takesAnother()) {
        throw takesNothing(refusal);
      }
    } else if (outcome == Remedies.Outcome.REFUSED) {
      setAside(
          message,
          AppendRefusal.isAboutSize(refusal)
              ? ProblemCode.MESSAGE_TOO_LARGE
              : ProblemCode.MESSAGE_REFUSED,
          "the new server refused it: " + refusal);
    }
  }

  /** Whether the folder takes some other message: the first may all be bad, and the rest good. */
  private boolean takesAnother() {
    List<SourceMessage> others =
        untried.stream()
            .filter(message -> !arrivals.contains(message))
            .filter(message -> room().mayTake(message.content().size()))
            .toList();
    int step = Math.max(1, (others.size() + SAMPLES - 1) / SAMPLES);
    for (int at = others.size() - 1; at >= 0; at -= step) {
      SourceMessage sample = others.get(at);
      Map<SourceMessage, AppendResult.Refused> refused = append(List.of(sample), this::outgoing);
      if (refused.isEmpty() || !arrivals.findRefused(refused.keySet()).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** Not where the server took others on the same connection after it had refused this one. */
  private boolean mayBeOfConnection(SourceMessage message) {
    return !copy.wasSetAside(message.uid())
        && !copy.isOvertaken(message.uid())
        && NewConnections.of(copy.session()).areWorthwhile();
  }

  /**
   * Whether the server takes a message as the first one of a connection: some take so many on each,
   * and refuse all that follow.
   */
  private boolean isTakenOnAnother(SourceMessage message) {
    copy.session().renew(Side.DESTINATION, place);
    Remedies.Outcome outcome = attempt(message, outgoing(message));
    NewConnections.of(copy.session()).tried(outcome == Remedies.Outcome.STORED);
    return outcome != Remedies.Outcome.REFUSED;
  }

  /** To be thrown when a folder has refused so many messages and has never taken one. */
  private NeedsAttention takesNothing(ServerRefusal refusal) {
    record();
    inFlight = List.of();
    return new NeedsAttention(
        new Problem(
            ProblemCode.FOLDER_REFUSED,
            place,
            "the new server takes no message into the folder: " + refusal,
            Owner.US,
            "See what the new server means, and whether it takes mail for this folder; then run the request again."),
        new CommandRefused("APPEND", refusal));
  }

  /** Deals with a refusal, unless it is about the message itself. */
  private boolean putOff(SourceMessage message, ServerRefusal refusal) {
    switch (AppendRefusal.of(refusal)) {
      case PATIENCE -> {
        if (hasHungUp()) {
          copy.lastWords().put(message.uid(), refusal.toString());
          wantsTime(List.of(message.uid()));
          throw givenUp(refusal);
        }
        if (copy.wasSetAside(message.uid())) {
          // As in an earlier pass, where the server took others.
          copy.lastWords().put(message.uid(), refusal.toString());
          setAside(message, ProblemCode.MESSAGE_REFUSED, failsEachTime(message));
          return true;
        }
        boolean searching = copy.obeyedTogether() >= MOST_OBEYED || hadItsHours(refusal);
        int obeyed = copy.obeyed(message.uid(), searching || copy.isOvertaken(message.uid()));
        if (!searching && obeyed <= MOST_OBEYED) {
          throw givenUp(refusal);
        }
        requireSomeFruit(refusal);
        // Real throttling is said of whatever comes, and passes.
        copy.lastWords().put(message.uid(), refusal.toString());
        troubled.put(message, refusal);
        return true;
      }
      case FOLDER -> {
        // Some servers say NOPERM of a message that their policy forbids.
        refusedInARow++;
        if (AppendRefusal.isFolderGone(refusal)
            || (refusedInARow > REFUSED && !copy.isOvertaken(message.uid()) && !takesAnother())) {
          throw givenUp(refusal);
        }
        refusedByFolder.put(message, refusal);
        return true;
      }
      case NO_ROOM -> {
        noRoom(refusal);
        room().refused(refusal, message.content().size());
        return true;
      }
      case TROUBLE -> {
        if (!suspects().hasFailedAlone(sourceFolder(), message.uid())) {
          requireSomeFruit(refusal);
        }
        copy.lastWords().put(message.uid(), refusal.toString());
        troubled.put(message, refusal);
        return true;
      }
      case MESSAGE -> {
        return false;
      }
    }
    return false;
  }

  private Remedies.Outcome attempt(SourceMessage message, OutgoingMessage outgoing) {
    AppendResult.Refused refused = append(List.of(message), same -> outgoing).get(message);
    if (refused == null || !arrivals.findRefused(List.of(message)).isEmpty()) {
      return Remedies.Outcome.STORED;
    }
    return putOff(message, refused.refusal()) ? Remedies.Outcome.PUT_OFF : Remedies.Outcome.REFUSED;
  }

  private OutgoingMessage outgoing(SourceMessage message) {
    OffsetDateTime date = message.internalDate();
    if (!MessageDate.isTold(date)) {
      date = MessageDate.ofHeader(message.content(), clock).orElse(null);
      copy.session()
          .tally()
          .note(
              "The old provider gives no date, or an impossible one, for some messages in "
                  + place
                  + "; their copies have the date of their header, or else today's.");
    }
    return new OutgoingMessage(permittedFlags(message), date, message.content());
  }

  private Set<String> permittedFlags(SourceMessage message) {
    Set<String> flags = Keywords.permitted(message.flags(), copy.destination().permanentFlags());
    flags.removeAll(copy.refusedKeywords());
    return flags;
  }

  /** Sends; gives what was refused. */
  private Map<SourceMessage, AppendResult.Refused> append(
      List<SourceMessage> messages, Function<SourceMessage, OutgoingMessage> as) {
    List<OutgoingMessage> outgoing = messages.stream().map(as).toList();
    Map<Integer, AppendResult> results = new TreeMap<>();
    inFlight = messages;
    partly = false;
    copy.begun();
    try {
      List<AppendResult> all =
          copy.session()
              .sent(
                  Side.DESTINATION,
                  place,
                  connection ->
                      connection.sendAppend(
                          copy.destination().name(),
                          outgoing,
                          !room().isShort(),
                          (number, result) -> answered(results, number, result)))
              .get();
      Map<SourceMessage, AppendResult.Refused> refused = answered(messages, all);
      for (int i = 0; i < messages.size(); i++) {
        flagsSent.put(messages.get(i), outgoing.get(i).flags());
      }
      return refused;
    } catch (TryAgain | NeedsAttention e) {
      if (e.getCause() instanceof ConnectionLost) {
        lost(messages, results);
      }
      throw e;
    }
  }

  private void answered(Map<Integer, AppendResult> results, int number, AppendResult result) {
    results.put(number, result);
    if (result instanceof AppendResult.Appended) {
      copy.session().tally().given(Side.DESTINATION);
    }
  }

  /** The connection was lost before all were answered; they are answered in their order. */
  private void lost(List<SourceMessage> messages, Map<Integer, AppendResult> results) {
    List<Long> refused = new ArrayList<>();
    wantedTime = List.of();
    toldLast.clear();
    inFlight = new ArrayList<>(messages);
    results.forEach(
        (number, result) -> {
          inFlight.remove(messages.get(number));
          if (result instanceof AppendResult.Appended told) {
            toldLast.put(messages.get(number), told);
          } else if (result instanceof AppendResult.Refused no) {
            refused.add(messages.get(number).uid());
            if (AppendRefusal.of(no.refusal()) == AppendRefusal.PATIENCE) {
              wantedTime = List.of(messages.get(number).uid());
              copy.lastWords().put(messages.get(number).uid(), no.refusal().toString());
            }
          }
        });
    suspects().singly(sourceFolder(), refused);
    // The first without an answer is the likeliest cause, unless the refusals before were too many.
    partly = !results.isEmpty();
    if (refused.size() >= MOST_ERRORS) {
      inFlight = List.of();
    }
  }

  /** Microsoft 365 closes a connection after ten errors, whatever they were about. */
  private void renewAfterErrors(int errors) {
    if (copy.errors(errors) >= MOST_ERRORS) {
      copy.errors(-copy.errors(0));
      copy.session().renew(Side.DESTINATION, place);
    }
  }

  private Map<SourceMessage, AppendResult.Refused> answered(
      List<SourceMessage> messages, List<AppendResult> results) {
    Map<SourceMessage, AppendResult.Refused> refused = new LinkedHashMap<>();
    List<SourceMessage> stored = new ArrayList<>();
    List<AppendResult.Appended> told = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      if (results.get(i) instanceof AppendResult.Appended appended) {
        stored.add(messages.get(i));
        told.add(appended);
        copy.overtaken(uids(refused.keySet()));
      } else if (results.get(i) instanceof AppendResult.Refused no) {
        refused.put(messages.get(i), no);
      }
    }
    if (!stored.isEmpty()) {
      copy.overtaken(uids(troubled.keySet()));
    }
    arrivals.add(stored, told);
    renewAfterErrors(
        (int) refused.values().stream().filter(no -> no.refusal().bad()).distinct().count());
    anyStored |= !stored.isEmpty();
    fruitless = stored.isEmpty() ? fruitless + 1 : 0;
    refusedInARow = stored.isEmpty() ? refusedInARow : 0;
    return refused;
  }

  /** The mailbox is full: one problem, however many messages do not fit. */
  private void noRoom(ServerRefusal refusal) {
    room().refused(refusal);
    ServerRefusal first = room().words();
    copy.session()
        .tally()
        .problem(
            new Problem(
                ProblemCode.QUOTA_FULL,
                Where.ofMailbox("mailbox", copy.plan().mailbox().destinationAddress()),
                "the mailbox at the new server is full: " + first,
                Owner.US,
                "Raise its quota, or see whether the server's disk is full, then run the request again; what has arrived"
                    + " will not be copied twice."));
  }

  /** Nothing but refusals that may pass by themselves: no storm of requests helps then. */
  private void requireSomeFruit(ServerRefusal refusal) {
    boolean patience = AppendRefusal.of(refusal) == AppendRefusal.PATIENCE;
    if (fruitless >= FRUITLESS && (patience || !takesAnother())) {
      throw givenUp(refusal);
    }
  }

  /** To be thrown when others would be refused likewise. */
  private MigrationException givenUp(ServerRefusal refusal) {
    record();
    inFlight = List.of();
    CommandRefused cause = new CommandRefused("APPEND", refusal);
    if (AppendRefusal.of(refusal) == AppendRefusal.FOLDER) {
      return new NeedsAttention(
          new Problem(
              refusal.codeName().equals("TRYCREATE")
                  ? ProblemCode.FOLDER_GONE
                  : ProblemCode.FOLDER_REFUSED,
              place,
              "the new server takes no message into the folder, or has it no more: " + refusal,
              Owner.US,
              "See who deletes folders there or takes rights away while mail is being moved, then run the request"
                  + " again."),
          cause);
    }
    return passing(cause);
  }

  private MigrationException passing(CommandRefused cause) {
    boolean ofMessages =
        !troubled.isEmpty()
            && troubled.keySet().stream().allMatch(each -> copy.isOvertaken(each.uid()));
    boolean doubted =
        hadItsHours(cause.refusal())
            && (ofMessages || copy.session().mayDoubtHours(Side.DESTINATION, sourceFolder()));
    MigrationException known =
        doubted
            ? copy.session().untimed(cause, Side.DESTINATION, place)
            : copy.session().refused(cause, Side.DESTINATION, place);
    if (known instanceof NeedsAttention
        && AppendRefusal.of(cause.refusal()) == AppendRefusal.PATIENCE) {
      return known;
    }
    return known instanceof TryAgain
        ? known
        : new TryAgain(
            new Problem(
                ProblemCode.SERVER_DOWN,
                place,
                "the new server cannot answer now: " + cause.refusal(),
                Owner.US,
                "Run the request again later; what has arrived will not be copied twice."),
            null,
            cause);
  }

  /** Messages that were refused alone may be taken later, or be at fault: more tries show it. */
  private void requireNoTrouble() {
    if (troubled.isEmpty()) {
      return;
    }
    inFlight = List.of();
    ServerRefusal last = List.copyOf(troubled.values()).get(troubled.size() - 1);
    for (SourceMessage message : troubled.keySet()) {
      // Only where the server stores others is a message to blame.
      if (anyStored
          || copy.stored() > 0
          || suspects().hasFailedAlone(sourceFolder(), message.uid())) {
        copy.session()
            .failed(
                Side.DESTINATION,
                copy.plan().name(),
                List.of(message.uid()),
                false,
                Suspects.Failure.PASSING);
      }
    }
    throw passing(new CommandRefused("APPEND", last));
  }

  /**
   * What the server does not show is looked for a few times, and then left to the end of the folder
   * and to the next pass. A server that shows nothing of several batches gets no more.
   */
  private void requireShown(List<SourceMessage> lost) {
    Map<Long, NotShown.Late> givenUp = new TreeMap<>();
    for (SourceMessage message : lost) {
      if (copy.notShown().inVain(message.uid())) {
        givenUp.put(
            message.uid(),
            new NotShown.Late(details(message), message.content().size(), Arrivals.date(message)));
      }
    }
    if (!givenUp.isEmpty()) {
      copy.notShown().giveUp(givenUp);
      copy.open().removeAll(givenUp.keySet());
    }
    if (lost.size() > givenUp.size()) {
      inFlight = List.of();
      throw new TryAgain(
          LateArrivals.problem(place, lost.stream().map(SourceMessage::uid).toList()),
          null,
          new CommandRefused("APPEND", new ServerRefusal(false, "", "OK, and nothing is there")));
    }
    if (!givenUp.isEmpty() && copy.stored() == 0 && copy.notShown().isHopeless()) {
      new LateArrivals(copy).find();
      if (copy.stored() == 0) {
        Problem problem = LateArrivals.problem(place, copy.notShown().toTell());
        copy.notShown().told();
        throw new NeedsAttention(problem);
      }
    }
  }

  private void setAside(SourceMessage message, ProblemCode code, String reason) {
    SetAside.Kept kept = setAside.keep(copy.plan(), message, reason);
    copy.open().remove(message.uid());
    suspects().remove(sourceFolder(), List.of(message.uid()));
    copy.ledger().open(message.uid(), new OpenMessage(OpenMessage.Why.SET_ASIDE, reason));
    copy.session()
        .tally()
        .setAside(
            new Problem(
                code,
                Where.message(message.uid(), place),
                // What is not kept is a problem of its own, and not one more of those that are.
                kept.isWhole() ? reason : reason + "; only this reason is kept",
                Owner.US,
                kept.words() + " fix the cause and run the request again."));
  }
}
