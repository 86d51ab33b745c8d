package org.mailcaravan.sync.copy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ConnectionLost;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.model.Side;
import org.mailcaravan.sync.diagnosis.Diagnosis;
import org.mailcaravan.sync.diagnosis.Meaning;
import org.mailcaravan.sync.diagnosis.Prospect;
import org.mailcaravan.sync.session.Patience;
import org.mailcaravan.sync.session.Suspects;

/**
 * A source that asks for time when messages of a batch are asked for. It gets the time; when it
 * asks again, it is found out whether it is busy, and then no message is to blame, or whether it
 * never gives some message: it shows that by whether it gives another.
 */
final class TimeWanted {
  /**
   * How often the time is obeyed that a server wants before it gives a message, of others that
   * come.
   */
  private static final int MOST_OBEYED = 2;

  /** Where the server was found busy so often, no more is concluded from what it says. */
  private static final int MOST_NOT_PROVED = 5;

  private final FolderCopy copy;
  private final FolderName folder;
  private final ReceivedMessages received;
  private final UngivenMessages ungiven;
  private final ReadingTrial trial;
  private final boolean last;

  /** Whether the server has asked for time since it last gave a message of this batch. */
  private boolean waited;

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

  /**
   * @param last whether this is one of the last batches, of what was put off
   */
  TimeWanted(
      FolderCopy copy,
      ReceivedMessages received,
      UngivenMessages ungiven,
      ReadingTrial trial,
      boolean last) {
    this.copy = copy;
    this.folder = copy.plan().name();
    this.received = received;
    this.ungiven = ungiven;
    this.trial = trial;
    this.last = last;
  }

  /** Messages are asked for on this connection from now on. */
  void begin(ImapConnection connection) {
    askedOn = connection;
    hangsUp |= refusedOn != null && !connection.equals(refusedOn);
  }

  /** The server has given some. */
  void gave() {
    waited = false;
    refusedOn = null;
    spared |= !obeyed.isEmpty();
  }

  /** Whether messages are asked for in parts. */
  boolean isInParts() {
    return inParts;
  }

  /** How often the server has asked for less at these messages. */
  int obeyed(List<Long> group) {
    return obeyed.getOrDefault(group, 0);
  }

  /** What happened to those over which the connection was lost. */
  FetchFault fault(ConnectionLost lost) {
    ConnectionLost hours = wantsHours;
    return hours == null
        ? FetchFault.lost(lost)
        : FetchFault.wantsTime(copy.session().diagnosis().plea(hours));
  }

  /** The server has asked for time as it hung up, and given none of these. */
  void hungUp(ConnectionLost lost, List<Long> left, Suspects.Failure failure) {
    // What it says as it hangs up after a refusal is about what it refused.
    boolean afterRefusal = askedOn != null && askedOn.equals(refusedOn);
    if (!left.isEmpty() && !afterRefusal && !lost.isLoginLost()) {
      wantsTime(left, copy.session().diagnosis().plea(lost), failure);
    }
  }

  /**
   * A server that hangs up then asked for time and gave none of these. Once that is obeyed; when it
   * does so again, fewer are asked for, and those before that were not refused yet.
   */
  private void wantsTime(List<Long> left, String said, Suspects.Failure failure) {
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
      prove(first, said, failure);
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
    copy.ledger().recordOpen(first, FetchFault.wantsTime(said).open());
    ungiven.putOff(first);
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

  /**
   * Whether a refusal would be the same whatever is asked for. A short wait is obeyed once; before
   * an account is left alone for longer, or when the same messages are refused again, another
   * message shows what is meant. Where a server that gives others says of one message that we ask
   * for too much, time is given twice more before the message counts as failed.
   */
  boolean isAboutNoMessage(
      ImapConnection connection,
      List<Long> group,
      CommandRefused refused,
      Suspects.Failure failure) {
    if (!copy.session().diagnosis().isAboutNoMessage(refused.refusal())) {
      return false;
    }
    boolean first = !waited;
    waited = true;
    boolean satOut = Patience.isSatOut(copy.session().diagnosis().meaning(refused.refusal()));
    refusedOn = connection;
    boolean obey =
        Diagnosis.isThrottling(refused.refusal())
            ? isObeyed(group, satOut, refused.refusal().toString(), failure)
            : first && satOut;
    return obey || !givesAnother(connection, group, refused);
  }

  /**
   * Whether a server that asks us to ask for less gets its time. The second time it is asked for
   * half as much, so that others come where it always says so of one message; where it wants hours,
   * others are asked for when these are over.
   */
  private boolean isObeyed(
      List<Long> group, boolean satOut, String said, Suspects.Failure failure) {
    if (group.stream().anyMatch(received::has)) {
      return true;
    }
    if (!satOut) {
      return !copy.session().hadItsTime(Side.SOURCE);
    }
    if (hangsUp) {
      wantsTime(group, said, failure);
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

  private boolean givesAnother(
      ImapConnection connection, List<Long> group, CommandRefused refused) {
    try {
      return trial.givesAnother(connection, group, ungiven::isPutOff);
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
   * The loss of a connection over messages. Where the server wanted hours and had them already, or
   * always wants them for one that is known for it, the account is not left alone again, unless it
   * gives no other message either.
   */
  ConnectionLost withoutHours(ConnectionLost lost, List<Long> wanted) {
    Meaning said = copy.session().diagnosis().meaning(lost).orElse(Meaning.UNKNOWN);
    boolean known = wanted.size() == 1 && suspects().isKnown(folder, wanted.get(0));
    if (lost.isLoginLost()
        || wanted.stream().anyMatch(received::has)
        || said.prospect() != Prospect.PATIENCE
        || Patience.isSatOut(said)
        || !(known || copy.session().hadItsTime(Side.SOURCE))) {
      return lost;
    }
    wantsHours = lost;
    return new ConnectionLost(String.valueOf(lost.getMessage()), "", lost);
  }

  boolean mustProve() {
    return !toProve.isEmpty() || wantsHours != null;
  }

  boolean isProvedElsewhere(ImapConnection connection) {
    try {
      return prove(connection);
    } catch (CompletionException e) {
      throw e.getCause() instanceof ConnectionLost lost ? notProved(lost) : e;
    } catch (ConnectionLost e) {
      throw notProved(e);
    }
  }

  /**
   * Weighs the message over which the server asked for time again, or asks for several one by one,
   * if it gives another one now.
   *
   * @return whether another folder was opened for that
   */
  private boolean prove(ImapConnection connection) {
    boolean here = trial.givesAnother(connection, toProve, ungiven::isPutOff);
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

  private void prove(long alone, String said, Suspects.Failure failure) {
    ungiven.failed(List.of(alone), FetchFault.wantsTime(said));
    toProve = List.of(alone);
    provedOn = failure;
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
            received.missing().stream()
                .filter(uid -> suspects().hasFailedAlone(folder, uid))
                .filter(uid -> !suspects().isKnown(folder, uid))
                .toList());
  }

  private Suspects suspects() {
    return copy.session().suspects(Side.SOURCE);
  }
}
