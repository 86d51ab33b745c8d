package org.mailcaravan.sync.copy;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.mailcaravan.imap.AppendResult.Appended;
import org.mailcaravan.imap.SelectedFolder;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.model.Side;
import org.mailcaravan.sync.copy.OtherCopies.Other;
import org.mailcaravan.sync.folders.KnownFolders;
import org.mailcaravan.sync.messages.MessageDate;
import org.mailcaravan.sync.messages.MessageTable;

/**
 * Which messages of a batch are in the destination folder, and under which UIDs: as the server
 * tells, where that can be believed, else as the folder shows. For one use, by one thread.
 */
final class Arrivals {
  private final FolderCopy copy;

  /** No message of the batch has a lower one. */
  private long firstUid;

  /** 0 for a UID that is not known. */
  private final Map<SourceMessage, Long> uids = new LinkedHashMap<>();

  /** What was told and not believed, until it is looked up. */
  private final Map<SourceMessage, Long> doubtful = new LinkedHashMap<>();

  /** What is in another folder. */
  private final Set<SourceMessage> elsewhere = new LinkedHashSet<>();

  Arrivals(FolderCopy copy) {
    this.copy = copy;
    this.firstUid = copy.toldUids().uidNext();
  }

  /** Call it before a batch is sent, when it is known which UIDs it can get. */
  void begin() {
    firstUid = copy.toldUids().uidNext();
  }

  /** The server says that it has stored these, in their order. */
  void add(List<SourceMessage> messages, List<Appended> told) {
    boolean credible =
        copy.toldUids()
            .areCredible(
                told, copy.destination().status().uidValidity(), copy.toldUids().uidNext());
    for (int i = 0; i < messages.size(); i++) {
      long uid = told.get(i).uid();
      uids.put(messages.get(i), credible ? uid : 0);
      if (credible) {
        copy.toldUids().uidNextIsAtLeast(uid + 1);
      } else {
        copy.notShown().toldStored(messages.get(i).uid());
        if (uid > 0) {
          doubtful.put(messages.get(i), uid);
        }
      }
    }
  }

  boolean contains(SourceMessage message) {
    return uids.containsKey(message) || elsewhere.contains(message);
  }

  /** What the server has filed in another folder than it was put into. */
  Set<SourceMessage> elsewhere() {
    return Set.copyOf(elsewhere);
  }

  /** Looked up where it is not known; 0 when it cannot be found. */
  long uid(SourceMessage message) {
    if (uids.getOrDefault(message, 0L) == 0) {
      lookUp();
    }
    return uids.getOrDefault(message, 0L);
  }

  /** UIDs by message, of those that are surely there or are believed to be. */
  Map<SourceMessage, Long> known() {
    Map<SourceMessage, Long> known = new LinkedHashMap<>(uids);
    known.values().removeIf(uid -> uid == 0);
    return known;
  }

  /** The lowest UID that an arrival which is not known can have. */
  long lookFrom() {
    return copy.toldUids().areLies() || !doubtful.isEmpty()
        ? Math.max(1, copy.destination().status().uidNext())
        : firstUid;
  }

  /**
   * Looks up what is not known; later passes need the UIDs.
   *
   * @return messages that the server says it has stored and does not show
   */
  List<SourceMessage> lookUp() {
    List<SourceMessage> unknown = new ArrayList<>(uids.keySet());
    unknown.removeIf(message -> uids.getOrDefault(message, 0L) > 0);
    if (unknown.isEmpty()) {
      return unknown;
    }
    Map<SourceMessage, Long> found = find(unknown);
    if (found.size() < unknown.size()) {
      // A server may show new messages only when the folder is opened again.
      reopen();
      found.putAll(find(unknown.stream().filter(message -> !uidKnown(message)).toList()));
    }
    if (found.size() < unknown.size() && copy.notShown().mayRenew()) {
      // Some show a connection nothing that came after it was opened.
      copy.session().renew(Side.DESTINATION, copy.place());
      reopen();
      Map<SourceMessage, Long> anew =
          find(unknown.stream().filter(message -> !uidKnown(message)).toList());
      copy.notShown().renewed(!anew.isEmpty());
      found.putAll(anew);
    }
    boolean asTold = true;
    for (Map.Entry<SourceMessage, Long> one : found.entrySet()) {
      asTold &= one.getValue().equals(doubtful.getOrDefault(one.getKey(), one.getValue()));
    }
    if (!found.isEmpty() && found.keySet().stream().anyMatch(doubtful::containsKey)) {
      copy.toldUids().proved(asTold);
    }
    doubtful.clear();
    unknown.removeAll(found.keySet());
    return unknown;
  }

  private boolean uidKnown(SourceMessage message) {
    return uids.getOrDefault(message, 0L) > 0;
  }

  /**
   * Looks for messages that the server has refused: a MULTIAPPEND may have stored a part before
   * (RFC 3502 forbids it), and a single APPEND may have stored what it says no to. They count as
   * arrived then.
   */
  Set<SourceMessage> findRefused(Collection<SourceMessage> refused) {
    lookUp();
    SelectedFolder now = reopen();
    long next = now.status().uidNext();
    if (next > 0 && next - lookFrom() <= known().size()) {
      // Every UID that was dealt since is that of a message that arrived.
      return Set.of();
    }
    return find(refused).keySet();
  }

  /**
   * Looks in the whole folder for messages that an earlier try or pass was told to be stored, and
   * did not see there. They count as arrived then.
   */
  void findToldBefore(Collection<SourceMessage> told) {
    SelectedFolder now = reopen();
    UidSet taken =
        KnownFolders.of(copy.session()).copiesIn(now.name().text(), now.status().uidValidity());
    known().values().forEach(taken::add);
    NavigableMap<Long, Long> there = look(told, 1, taken, List.of());
    Set<Fingerprint> same = new HashSet<>();
    told.stream()
        .filter(message -> there.containsKey(message.uid()))
        .forEach(message -> same.add(message.fingerprint()));
    List<Other> others = same.isEmpty() ? List.of() : OtherCopies.of(copy.session(), same, true);
    note(told, others.isEmpty() ? there : look(told, 1, taken, others));
  }

  /**
   * Looks in the other folders for messages that the server says it has stored and does not show
   * where they were put.
   *
   * @param sentBefore whether they were sent in an earlier pass
   */
  void findElsewhere(Collection<SourceMessage> messages, boolean sentBefore) {
    NotShown notShown = copy.notShown();
    if (messages.isEmpty()
        || (!sentBefore && notShown.isHopeless() && !notShown.isAnyElsewhere())) {
      return;
    }
    FiledElsewhere others = new FiledElsewhere(copy);
    for (SourceMessage message : messages) {
      others.add(message.uid(), message.fingerprint(), message.content().size(), date(message));
    }
    Set<Long> found = sentBefore ? others.findAnywhere() : others.findNew();
    for (SourceMessage message : messages) {
      if (found.contains(message.uid())) {
        elsewhere.add(message);
        uids.remove(message);
        notShown.elsewhere();
      }
    }
  }

  /** In seconds. */
  static long date(SourceMessage message) {
    OffsetDateTime date = message.internalDate();
    return date == null ? MessageTable.NO_DATE : date.toEpochSecond();
  }

  private SelectedFolder reopen() {
    return copy.session().open(Side.DESTINATION, copy.place(), copy.destination().name());
  }

  private Map<SourceMessage, Long> find(Collection<SourceMessage> messages) {
    return find(messages, lookFrom(), UidSet.of(known().values()));
  }

  private Map<SourceMessage, Long> find(
      Collection<SourceMessage> messages, long lookFrom, UidSet taken) {
    return note(messages, look(messages, lookFrom, taken, List.of()));
  }

  /**
   * Destination UIDs by source UID.
   *
   * @param others take theirs first
   */
  private NavigableMap<Long, Long> look(
      Collection<SourceMessage> messages, long lookFrom, UidSet taken, List<Other> others) {
    NavigableMap<Long, Fingerprint> wanted = new TreeMap<>();
    UidSet told = new UidSet();
    Set<Long> dates = new HashSet<>();
    for (SourceMessage message : messages) {
      wanted.put(message.uid(), message.fingerprint());
      if (doubtful.containsKey(message)) {
        told.add(doubtful.getOrDefault(message, 0L));
      }
      if (MessageDate.isTold(message.internalDate())) {
        dates.add(date(message));
      }
    }
    for (Other other : others) {
      wanted.put(-1L - wanted.size(), other.fingerprint());
    }
    return new ConfirmAppends(copy.session(), copy.place())
        .find(
            copy.ledger(),
            copy.destination(),
            wanted,
            lookFrom,
            taken,
            new ConfirmAppends.Likely(told, dates));
  }

  private Map<SourceMessage, Long> note(
      Collection<SourceMessage> messages, NavigableMap<Long, Long> there) {
    Map<SourceMessage, Long> found = new LinkedHashMap<>();
    for (SourceMessage message : messages) {
      Long uid = there.get(message.uid());
      if (uid != null) {
        found.put(message, uid);
        uids.put(message, uid);
        copy.toldUids().uidNextIsAtLeast(uid + 1);
      }
    }
    return found;
  }

  /** All that is known is recorded. */
  void clear() {
    uids.clear();
    doubtful.clear();
    elsewhere.clear();
  }
}
