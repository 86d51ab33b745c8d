package org.mailcaravan.sync.copy;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.mailcaravan.imap.ConnectionLost;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.sync.session.Spool;
import org.mailcaravan.sync.session.Suspects;

/**
 * One attempt to append a batch: the order in which its messages are sent, and what is done when
 * that fails. For one use.
 */
final class Delivery {
  private final FolderCopy copy;
  private final AppendCommands commands;
  private final AppendRecord record;
  private final AppendBlame blame;
  private final SendMessages sending;
  private final Set<SourceMessage> toRepair = new HashSet<>();

  Delivery(FolderCopy copy, SetAside setAside, Spool spool, Clock clock) {
    this.copy = copy;
    Arrivals arrivals = new Arrivals(copy);
    this.commands = new AppendCommands(copy, arrivals, clock);
    this.record = new AppendRecord(copy, setAside, commands, arrivals);
    this.blame = new AppendBlame(copy, setAside, commands, record);
    this.sending = new SendMessages(copy, setAside, spool, clock, commands, arrivals, blame);
  }

  /**
   * Appends what of the batch is still open.
   *
   * @throws TryAgain when the rest is to be tried again
   */
  void deliver(List<SourceMessage> batch) {
    try {
      record.confirmLastTry(batch);
      List<SourceMessage> messages = withoutHopeless(batch);
      if (messages.isEmpty()) {
        blame.judge();
        return;
      }
      send(record.begin(messages));
      List<SourceMessage> notShown = record.record();
      blame.judge();
      record.requireShown(notShown);
      blame.requireNoTrouble();
    } catch (NeedsAttention e) {
      if (e.getCause() instanceof ConnectionLost lost
          && copy.session().diagnosis().asksForPatience(lost)) {
        record.recordTold();
      }
      throw e;
    } catch (TryAgain e) {
      if (e.getCause() instanceof ConnectionLost lost) {
        lost(e, lost);
      }
      copy.session()
          .failedWith(
              e,
              Side.DESTINATION,
              copy.plan().name(),
              SourceMessage.uids(commands.inFlight()),
              commands.wasPartlyAnswered());
      throw e;
    }
  }

  /** First healthy messages, then those that earlier passes have set aside, last repaired ones. */
  private void send(List<SourceMessage> messages) {
    List<SourceMessage> healthy =
        messages.stream()
            .filter(message -> !copy.work().wasSetAside(message.uid()))
            .filter(message -> !toRepair.contains(message))
            .toList();
    sending.mayTry(healthy);
    List<List<SourceMessage>> groups =
        copy.pleas().wantsTimeAtSome() || copy.session().vainWaits().inARow(Side.DESTINATION) > 0
            ? suspects().largestFirst(sourceFolder(), healthy, SourceMessage::uid)
            : suspects().groups(sourceFolder(), healthy, SourceMessage::uid);
    groups.stream().sorted(notRefusedFirst()).forEach(sending::send);
    messages.stream()
        .filter(message -> copy.work().wasSetAside(message.uid()))
        .filter(message -> !toRepair.contains(message))
        .forEach(sending::sendOnceMore);
    messages.stream().filter(toRepair::contains).forEach(sending::sendRepaired);
  }

  /**
   * Messages that the server refused alone come last; among the others, those refused more often
   * come later.
   */
  private Comparator<List<SourceMessage>> notRefusedFirst() {
    return Comparator.comparing(
            (List<SourceMessage> group) ->
                copy.pleas().wantsTimeAtSome()
                    && suspects().hasFailedAlone(sourceFolder(), group.get(0).uid()))
        .thenComparing(group -> copy.pleas().wantedTime(SourceMessage.uids(group)));
  }

  /**
   * Sets aside messages that are sure to fail: too large ones, and those at which the server always
   * fails.
   */
  private List<SourceMessage> withoutHopeless(List<SourceMessage> batch) {
    long limit = copy.session().on(Side.DESTINATION, copy.place(), ImapConnection::appendLimit);
    List<SourceMessage> rest = new ArrayList<>();
    for (SourceMessage message : batch) {
      long size = message.content().size();
      if (!copy.work().open().contains(message.uid())) {
        continue;
      }
      if (limit >= 0 && size > limit) {
        blame.setAside(
            message,
            ProblemCode.MESSAGE_TOO_LARGE,
            size + " octets are more than the new server takes (" + limit + ")");
      } else if (suspects().isGuilty(sourceFolder(), message.uid())
          && sending.mayBeRepaired(message)) {
        toRepair.add(message);
        rest.add(message);
      } else if (suspects().isGuilty(sourceFolder(), message.uid())) {
        blame.blameMessage(message);
      } else {
        rest.add(message);
      }
    }
    return rest;
  }

  private void lost(TryAgain failure, ConnectionLost lost) {
    List<SourceMessage> inFlight = commands.inFlight();
    boolean patience = copy.session().diagnosis().asksForPatience(lost);
    copy.ledger().journal().appendBrokeOff();
    copy.failures().failedLast(SourceMessage.uids(inFlight));
    if (inFlight.size() == 1) {
      copy.failures().lastWords().put(inFlight.get(0).uid(), failure.problem().cause());
      if (!patience) {
        copy.failures().hungUpAt(inFlight.get(0).uid());
      }
    }
    if (patience && !lost.isLoginLost()) {
      record.recordTold();
      blame.wantsTime(commands.wantedTime());
    }
  }

  private Suspects suspects() {
    return copy.session().suspects(Side.DESTINATION);
  }

  private FolderName sourceFolder() {
    return copy.source().name();
  }
}
