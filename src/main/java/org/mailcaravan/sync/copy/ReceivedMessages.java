package org.mailcaravan.sync.copy;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.FetchedMessage;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.model.Side;

/**
 * What has come of a batch, and what is still missing. Filled on the thread that reads from the
 * server, and used by another only after the answer.
 */
final class ReceivedMessages {
  private final FolderCopy copy;
  private final List<Long> uids;
  private final BatchContents contents;
  private final Map<Long, SourceMessage> arrived = new TreeMap<>();

  /** Octets that were announced, at the look or with the message, as {@link #uids}. */
  private final long[] announced;

  /** Octets that were announced at the look alone, and with the message alone. */
  private final long[] listed;

  private final long[] told;

  /** Messages of which there is nothing, and no header; filled before they are asked for again. */
  private final Set<Long> empty = ConcurrentHashMap.newKeySet();

  private final UntoldFlags untoldFlags = new UntoldFlags();

  /** What is not asked for any more in this batch. */
  private final Set<Long> done = new HashSet<>();

  ReceivedMessages(FolderCopy copy, List<Long> uids, BatchContents contents) {
    this.copy = copy;
    this.uids = uids;
    this.contents = contents;
    this.announced = uids.stream().mapToLong(copy.work().open()::size).toArray();
    this.listed = announced.clone();
    this.told = new long[announced.length];
  }

  /** What was asked for. */
  List<Long> uids() {
    return uids;
  }

  /** Where contents are kept as they come. */
  BatchContents contents() {
    return contents;
  }

  void arrived(FetchedMessage message) {
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

  boolean has(long uid) {
    return arrived.containsKey(uid);
  }

  @Nullable SourceMessage get(long uid) {
    return arrived.get(uid);
  }

  /** All, by UID. */
  List<SourceMessage> all() {
    return List.copyOf(arrived.values());
  }

  /** UIDs of all; changes as messages come. */
  Set<Long> keys() {
    return arrived.keySet();
  }

  void put(SourceMessage message) {
    arrived.put(message.uid(), message);
  }

  /** Lets go of a message that came. */
  void remove(SourceMessage message) {
    arrived.remove(message.uid());
    message.content().close();
  }

  /** Lets go of all that came. */
  void clear() {
    close();
    arrived.clear();
  }

  void close() {
    arrived.values().forEach(message -> message.content().close());
  }

  /** These are not asked for any more in this batch. */
  void done(Collection<Long> uids) {
    done.addAll(uids);
  }

  List<Long> missing() {
    return uids.stream().filter(uid -> !arrived.containsKey(uid) && !done.contains(uid)).toList();
  }

  /** What was announced of a message, at the look or with it. */
  long announced(long uid) {
    return announced[place(uid)];
  }

  /** What was announced with a message, when it came. */
  long told(long uid) {
    return told[place(uid)];
  }

  /** What was announced of a message at the look. */
  long listed(long uid) {
    return listed[place(uid)];
  }

  void announcedIs(long uid, long octets) {
    announced[place(uid)] = octets;
  }

  private int place(long uid) {
    return Collections.binarySearch(uids, uid);
  }

  /** Notes which messages have no octet at all, as some servers keep them. */
  void findEmpty(ImapConnection connection, List<Long> left) {
    List<Long> without = left.stream().filter(uid -> announced(uid) <= 0).toList();
    if (!without.isEmpty()) {
      empty.addAll(StandIns.withoutHeader(connection, without));
    }
  }

  /** Asks once for flags that did not come with their messages. */
  void findFlags(SourceFolder source) {
    List<Long> wanted = untoldFlags.take(arrived.keySet());
    if (!wanted.isEmpty()) {
      source.in(connection -> untoldFlags.ask(connection, wanted));
      arrived.replaceAll((uid, message) -> untoldFlags.complete(message));
    }
    if (untoldFlags.areMissing()) {
      // The next pass looks for them again.
      copy.look().incomplete();
      copy.session().tally().problem(UntoldFlags.problem(copy.place()));
    }
  }
}
