package org.mailcaravan.sync.copy;

import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.mailcaravan.imap.AppendResult;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.OutgoingMessage;
import org.mailcaravan.imap.ServerRefusal;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Side;
import org.mailcaravan.sync.diagnosis.AppendRefusal;
import org.mailcaravan.sync.diagnosis.ServerWords;
import org.mailcaravan.sync.messages.RepairedContent;
import org.mailcaravan.sync.session.Spool;
import org.mailcaravan.sync.session.Suspects;

/**
 * Sends messages, and goes after each that is refused: those that are refused together are sent
 * again in halves, until the one that is refused is alone; what is refused alone is tried on
 * another connection and with changes. What a refusal means is {@link AppendRefusal}'s to say, and
 * whose fault it is {@link AppendBlame}'s. For one use, by one thread.
 */
final class SendMessages {
  /** A folder that has refused so many messages, and has taken none since, refuses them all. */
  private static final int REFUSED = 3;

  /** Of a batch whose first messages are refused, so many others are tried. */
  private static final int SAMPLES = 8;

  /** What servers say of octets that they do not take. */
  private static final Pattern ABOUT_OCTETS = ServerWords.term("octets");

  private final FolderCopy copy;
  private final SetAside setAside;
  private final Spool spool;
  private final Clock clock;
  private final AppendCommands commands;
  private final Arrivals arrivals;
  private final AppendBlame blame;

  /** What is sent as it is, and was not refused by itself yet. */
  private final Set<SourceMessage> untried = new LinkedHashSet<>();

  SendMessages(
      FolderCopy copy,
      SetAside setAside,
      Spool spool,
      Clock clock,
      AppendCommands commands,
      Arrivals arrivals,
      AppendBlame blame) {
    this.copy = copy;
    this.setAside = setAside;
    this.spool = spool;
    this.clock = clock;
    this.commands = commands;
    this.arrivals = arrivals;
    this.blame = blame;
  }

  /** Any of these may show whether the folder takes messages at all. */
  void mayTry(Collection<SourceMessage> messages) {
    untried.addAll(messages);
  }

  void send(List<SourceMessage> group) {
    List<SourceMessage> messages =
        group.stream()
            .filter(message -> !arrivals.contains(message))
            .filter(message -> room().mayTake(message.content().size()))
            .toList();
    if (messages.isEmpty()) {
      return;
    }
    Map<SourceMessage, AppendResult.Refused> refused =
        commands.append(messages, commands::outgoing);
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
      Set<String> keywordsRefusedBefore = Set.copyOf(copy.failures().refusedKeywords());
      untried.removeAll(left);
      refused.forEach(
          (message, one) -> {
            // They were sent together: what the first has taught goes for the next.
            boolean learnt =
                !keywordsRefusedBefore.containsAll(copy.failures().refusedKeywords())
                    || NewConnections.of(copy.session()).haveHelped();
            if (!learnt
                || attempt(message, commands.outgoing(message)) == Remedies.Outcome.REFUSED) {
              refusedAlone(message, one.refusal());
            }
          });
    }
  }

  private void sendInHalves(List<SourceMessage> messages, ServerRefusal refusal) {
    switch (AppendRefusal.of(refusal)) {
      case PATIENCE -> {
        if (blame.hasHungUp()) {
          blame.wantsTime(SourceMessage.uids(messages));
          throw blame.endTry(refusal);
        }
        if (copy.pleas().obeyedTogether() < AppendBlame.MOST_OBEYED
            && !blame.hadItsHours(refusal)) {
          copy.pleas().obeyTogether();
          throw blame.endTry(refusal);
        }
        requireSomeFruit(refusal);
      }
      case FOLDER -> {
        if (AppendRefusal.isFolderGone(refusal)) {
          throw blame.endTry(refusal);
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
        && !commands.takes()
        && !copy.work().wasSetAside(message.uid())
        && RepairedContent.applicable(message.content()).isEmpty()) {
      int refusedInARow = commands.refusedByFolder();
      blame.blameFolder(message, refusal);
      if (refusedInARow > REFUSED && !takesAnother()) {
        throw blame.endFolder(refusal);
      }
    } else if (outcome == Remedies.Outcome.REFUSED) {
      blame.setAside(
          message,
          AppendRefusal.isAboutSize(refusal)
              ? ProblemCode.MESSAGE_TOO_LARGE
              : ProblemCode.MESSAGE_REFUSED,
          "the new server refused it: " + refusal);
    }
  }

  /** Deals with a refusal, unless it is about the message itself. */
  private boolean putOff(SourceMessage message, ServerRefusal refusal) {
    switch (AppendRefusal.of(refusal)) {
      case PATIENCE -> {
        if (blame.hasHungUp()) {
          copy.failures().lastWords().put(message.uid(), refusal.toString());
          blame.wantsTime(List.of(message.uid()));
          throw blame.endTry(refusal);
        }
        if (copy.work().wasSetAside(message.uid())) {
          // As in an earlier pass, where the server took others.
          copy.failures().lastWords().put(message.uid(), refusal.toString());
          blame.setAside(message, ProblemCode.MESSAGE_REFUSED, blame.failsEachTime(message));
          return true;
        }
        boolean searching =
            copy.pleas().obeyedTogether() >= AppendBlame.MOST_OBEYED || blame.hadItsHours(refusal);
        int obeyed =
            copy.pleas()
                .obeyed(message.uid(), searching || copy.failures().isOvertaken(message.uid()));
        if (!searching && obeyed <= AppendBlame.MOST_OBEYED) {
          throw blame.endTry(refusal);
        }
        requireSomeFruit(refusal);
        // Real throttling is said of whatever comes, and passes.
        copy.failures().lastWords().put(message.uid(), refusal.toString());
        commands.trouble(message, refusal);
        return true;
      }
      case FOLDER -> {
        // Some servers say NOPERM of a message that their policy forbids.
        int refusedInARow = commands.refusedByFolder();
        if (AppendRefusal.isFolderGone(refusal)
            || (refusedInARow > REFUSED
                && !copy.failures().isOvertaken(message.uid())
                && !takesAnother())) {
          throw blame.endTry(refusal);
        }
        blame.blameFolder(message, refusal);
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
        copy.failures().lastWords().put(message.uid(), refusal.toString());
        commands.trouble(message, refusal);
        return true;
      }
      case MESSAGE -> {
        return false;
      }
    }
    return false;
  }

  private Remedies.Outcome attempt(SourceMessage message, OutgoingMessage outgoing) {
    AppendResult.Refused refused = commands.append(List.of(message), same -> outgoing).get(message);
    if (refused == null || !arrivals.findRefused(List.of(message)).isEmpty()) {
      return Remedies.Outcome.STORED;
    }
    return putOff(message, refused.refusal()) ? Remedies.Outcome.PUT_OFF : Remedies.Outcome.REFUSED;
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
      Map<SourceMessage, AppendResult.Refused> refused =
          commands.append(List.of(sample), commands::outgoing);
      if (refused.isEmpty() || !arrivals.findRefused(refused.keySet()).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** Not where the server took others on the same connection after it had refused this one. */
  private boolean mayBeOfConnection(SourceMessage message) {
    return !copy.work().wasSetAside(message.uid())
        && !copy.failures().isOvertaken(message.uid())
        && NewConnections.of(copy.session()).areWorthwhile();
  }

  /**
   * Whether the server takes a message as the first one of a connection: some take so many on each,
   * and refuse all that follow.
   */
  private boolean isTakenOnAnother(SourceMessage message) {
    copy.session().renew(Side.DESTINATION, copy.place());
    Remedies.Outcome outcome = attempt(message, commands.outgoing(message));
    NewConnections.of(copy.session()).tried(outcome == Remedies.Outcome.STORED);
    return outcome != Remedies.Outcome.REFUSED;
  }

  /** Nothing but refusals that may pass by themselves: no storm of requests helps then. */
  private void requireSomeFruit(ServerRefusal refusal) {
    boolean patience = AppendRefusal.of(refusal) == AppendRefusal.PATIENCE;
    if (commands.areFruitless() && (patience || !takesAnother())) {
      throw blame.endTry(refusal);
    }
  }

  /** The mailbox is full: one problem, however many messages do not fit. */
  private void noRoom(ServerRefusal refusal) {
    room().refused(refusal);
    ServerRefusal first = Objects.requireNonNullElse(room().words(), refusal);
    copy.session()
        .tally()
        .problem(AppendProblems.full(copy.plan().mailbox().destinationAddress(), first));
  }

  /** A message that was set aside in an earlier pass costs one more failure at most. */
  void sendOnceMore(SourceMessage message) {
    if (!suspects().hasFailedAlone(sourceFolder(), message.uid())) {
      suspects().known(sourceFolder(), List.of(message.uid()));
    }
    send(List.of(message));
  }

  /** Each change once, also when the connection ends over it. */
  void sendRepaired(SourceMessage message) {
    if (arrivals.contains(message)) {
      return;
    }
    Remedies remedies = remedies(message);
    Remedies.Outcome outcome = Remedies.Outcome.REFUSED;
    while (outcome == Remedies.Outcome.REFUSED
        && copy.failures().remediesTried(message.uid(), 0) < remedies.ways()) {
      copy.session().tally().gotFurther(1);
      outcome = remedies.way(copy.failures().remediesTried(message.uid(), 1) - 1);
    }
    if (outcome == Remedies.Outcome.REFUSED) {
      blame.blameMessage(message);
    }
  }

  /**
   * Whether a change may help a message at which the server ends the connection, since it says what
   * it does not take: Gmail says "BYE Invalid character in literal" at a NUL.
   */
  boolean mayBeRepaired(SourceMessage message) {
    if (!ABOUT_OCTETS.matcher(blame.said(message)).find()) {
      return false;
    }
    if (copy.failures().remediesTried(message.uid(), 0) < remedies(message).ways()) {
      return true;
    }
    copy.ledger().forgetRepair(message.fingerprint());
    return false;
  }

  private Remedies remedies(SourceMessage message) {
    String words =
        copy.failures().lastWords().getOrDefault(message.uid(), "the connection ended each time");
    return remedies(message, new ServerRefusal(false, "", words));
  }

  private Remedies remedies(SourceMessage message, ServerRefusal refusal) {
    return new Remedies(
        copy,
        setAside,
        spool,
        clock,
        message,
        commands.outgoing(message),
        refusal,
        outgoing -> attempt(message, outgoing),
        () -> arrivals.uid(message));
  }

  private Room room() {
    return Room.of(copy.session());
  }

  private Suspects suspects() {
    return copy.session().suspects(Side.DESTINATION);
  }

  private FolderName sourceFolder() {
    return copy.source().name();
  }
}
