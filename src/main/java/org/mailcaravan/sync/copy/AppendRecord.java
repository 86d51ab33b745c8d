package org.mailcaravan.sync.copy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.mailcaravan.imap.AppendResult;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.FolderName;
import org.mailcaravan.imap.ServerRefusal;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.Details;
import org.mailcaravan.store.Entry;
import org.mailcaravan.store.FolderJournal;
import org.mailcaravan.store.OpenMessage;
import org.mailcaravan.store.Place;
import org.mailcaravan.store.Standing;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.session.Suspects;

/**
 * Keeps the ledger true to what is at the destination while a batch is appended: what is to be
 * appended is noted before, what has arrived after, and what of it is not shown stays open. For one
 * use, by one thread.
 */
final class AppendRecord {
  private final FolderCopy copy;
  private final SetAside setAside;
  private final AppendCommands commands;
  private final Arrivals arrivals;
  private final Where place;

  /** What an earlier try has sent, and is not shown yet. */
  private List<SourceMessage> waiting = List.of();

  AppendRecord(FolderCopy copy, SetAside setAside, AppendCommands commands, Arrivals arrivals) {
    this.copy = copy;
    this.setAside = setAside;
    this.commands = commands;
    this.arrivals = arrivals;
    this.place = copy.place();
  }

  /** After a try that failed in between, finds out what of it arrived. */
  void confirmLastTry(List<SourceMessage> batch) {
    if (!copy.guard().isUnconfirmed()) {
      return;
    }
    Set<Long> found =
        new ConfirmAppends(copy.session(), place).confirm(copy.ledger(), copy.destination());
    copy.ledger().recordEmailIds(copy.look().emailIds());
    copy.guard().confirmed();
    count(batch.stream().filter(message -> found.contains(message.uid())).toList());
    if (!found.isEmpty()) {
      suspects().overtaken(sourceFolder(), copy.failures().failedLast());
    }
  }

  /**
   * Notes what is to be appended, and looks for what was sent before and was not shown.
   *
   * @return what is to be sent now
   */
  List<SourceMessage> begin(List<SourceMessage> messages) {
    copy.sizes().note(messages);
    copy.ledger().journal().beginAppend(journal(messages));
    arrivals.begin();
    waiting = findNotShown(messages);
    return messages.stream().filter(message -> !waiting.contains(message)).toList();
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
    copy.guard().begun();
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

  /**
   * Records what has arrived.
   *
   * @return what the server says it has stored and does not show: it is open still
   */
  List<SourceMessage> record() {
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
                new Entry(
                    message.uid(), Place.of(0, Standing.COPIED), commands.details(message), null)));
    if (notShown.isEmpty()) {
      copy.ledger().record(entries);
    } else {
      // The server may show later what it does not show now; it would be there twice then.
      KnownFolders.of(copy.session()).note(copy.ledger());
      for (SourceMessage message : notShown) {
        if (copy.notShown().isNew(message.uid())) {
          copy.ledger().recordOpen(message.uid(), OpenMessage.NOT_STORED);
        }
      }
      FolderJournal.Append lost = journal(notShown);
      copy.ledger()
          .recordConfirmed(
              entries,
              new FolderJournal.Append(
                  lost.sourceSizes(), lost.details(), arrivals.lookFrom(), true));
    }
    copy.guard().confirmed();
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
  void recordTold() {
    Map<SourceMessage, AppendResult.Appended> toldLast = commands.toldLast();
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
                    commands.details(message),
                    copy.look().emailIds().get(message.uid()))));
    return entries;
  }

  private void count(Collection<SourceMessage> stored) {
    List<Long> uids = SourceMessage.uids(stored);
    copy.work().open().removeAll(uids);
    copy.notShown().arrived(uids);
    copy.work().storedAgain(uids);
    suspects().served(sourceFolder(), uids);
    copy.stored(stored.size());
    for (SourceMessage message : stored) {
      Set<String> kept = commands.permittedFlags(message);
      message.flags().stream()
          .filter(flag -> !kept.contains(flag) && !flag.equalsIgnoreCase("\\Recent"))
          .forEach(flag -> copy.session().tally().dropped(place, flag));
      if (copy.work().wasSetAside(message.uid())
          && !copy.ledger().repaired().containsKey(message.fingerprint().whole())) {
        setAside.forget(copy.plan(), message.uid());
      }
    }
    copy.session()
        .tally()
        .copied(
            stored.size(), stored.stream().mapToLong(message -> message.content().size()).sum());
  }

  /** With their true sizes; what a source announces may be wrong. */
  private FolderJournal.Append journal(Collection<SourceMessage> messages) {
    NavigableMap<Long, Long> sizes = new TreeMap<>();
    NavigableMap<Long, Details> details = new TreeMap<>();
    for (SourceMessage message : messages) {
      sizes.put(message.uid(), message.content().size());
      details.put(message.uid(), commands.details(message));
    }
    return new FolderJournal.Append(sizes, details, destinationUidNext(), false);
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
      copy.toldUids()
          .uidNextIs(
              copy.session()
                  .on(
                      Side.DESTINATION,
                      place,
                      connection -> connection.status(copy.destination().name()).uidNext()));
    }
    return copy.toldUids().uidNext();
  }

  /**
   * What the server does not show is looked for a few times, and then left to the end of the folder
   * and to the next pass. A server that shows nothing of several batches gets no more.
   */
  void requireShown(List<SourceMessage> lost) {
    Map<Long, NotShown.Late> givenUp = new TreeMap<>();
    for (SourceMessage message : lost) {
      if (copy.notShown().inVain(message.uid())) {
        givenUp.put(
            message.uid(),
            new NotShown.Late(
                commands.details(message), message.content().size(), Arrivals.date(message)));
      }
    }
    if (!givenUp.isEmpty()) {
      copy.notShown().giveUp(givenUp);
      copy.work().open().removeAll(givenUp.keySet());
    }
    if (lost.size() > givenUp.size()) {
      commands.clearInFlight();
      throw new TryAgain(
          LateArrivals.problem(place, SourceMessage.uids(lost)),
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

  private Suspects suspects() {
    return copy.session().suspects(Side.DESTINATION);
  }

  private FolderName sourceFolder() {
    return copy.source().name();
  }
}
