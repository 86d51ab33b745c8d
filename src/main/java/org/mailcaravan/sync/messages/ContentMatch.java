package org.mailcaravan.sync.messages;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.model.Side;

/**
 * Finds which messages of a source folder a destination folder holds already, whoever brought them
 * there.
 *
 * <p>First, messages with the same header and size match; where the header has no Message-ID, or
 * several messages have the same header, the whole message must be the same. Then, among the rest,
 * messages match that have the same Message-ID, date, people, subject, content type, encoding and
 * body, whatever else a tool or a server has changed in the header; one with the same Received
 * lines is preferred. Bodies are read only of messages whose header has a counterpart. Each
 * destination message is used for one source message only, so that true duplicates stay as many as
 * they were.
 */
public final class ContentMatch {
  /** How many messages are compared by their bodies at once, in groups that belong together. */
  private static final int STEP = 500;

  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private final HeaderTable here;
  private final HeaderTable there;
  private final Bodies bodies;
  private final Sink sink;
  private final List<Group> groups = new ArrayList<>();
  private final Set<Long> unread = new TreeSet<>();
  private int inGroups;

  /**
   * @param here the source messages to look for; those that are found are marked as used
   * @param there the destination messages to look among; those that match are marked as used
   */
  public ContentMatch(HeaderTable here, HeaderTable there, Bodies bodies, Sink sink) {
    this.here = here;
    this.there = there;
    this.bodies = bodies;
    this.sink = sink;
  }

  /** Reads whole messages; one that its server does not give is missing in the answer. */
  @FunctionalInterface
  public interface Bodies {
    NavigableMap<Long, Fingerprint> messages(Side side, Collection<Long> uids);
  }

  /** Takes what is found. */
  @FunctionalInterface
  public interface Sink {
    /**
     * Both sides hold a message.
     *
     * @param fingerprint of the message at the source
     */
    void found(long uid, long destinationUid, Fingerprint fingerprint);
  }

  /** Looks in the folder that the messages are to go to. */
  public void find() {
    findElsewhere();
    match(ContentMatch::content, false);
  }

  /**
   * Looks in another folder. A message that was sent and its copy from a mailing list have one
   * Message-ID, are in two folders, and are two messages: so the Received lines must be the same
   * too.
   */
  public void findElsewhere() {
    match(ContentMatch::octets, true);
    match(ContentMatch::contentAndWay, false);
  }

  /**
   * Source UIDs of messages that may be there by their headers, but could not be compared: one side
   * does not give the content.
   */
  public Collection<Long> unread() {
    unread.removeIf(uid -> here.isUsed(here.row(uid)));
    return unread;
  }

  @FunctionalInterface
  private interface Key {
    long of(HeaderTable table, int row);
  }

  private static long octets(HeaderTable table, int row) {
    return table.header(row) ^ (table.size(row) * SPREAD);
  }

  private static long content(HeaderTable table, int row) {
    return table.hasFields(row)
        ? ((long) table.name(row) << 32) | (table.fields(row) & 0xffffffffL)
        : table.header(row);
  }

  private static long contentAndWay(HeaderTable table, int row) {
    return content(table, row) ^ (table.way(row) * SPREAD);
  }

  /** Messages that may be the same, as far as their headers tell. */
  private record Group(List<Integer> here, List<Integer> there) {}

  private void match(Key key, boolean exact) {
    if (here.left() == 0 || there.left() == 0) {
      return;
    }
    IntToLongFunction keyHere = row -> key.of(here, row);
    IntToLongFunction keyThere = row -> key.of(there, row);
    DigestIndex ofHere = new DigestIndex(here.count(), keyHere, row -> !here.isUsed(row));
    DigestIndex ofThere = new DigestIndex(there.count(), keyThere, row -> !there.isUsed(row));
    for (int row = 0; row < here.count(); row++) {
      long wanted = keyHere.applyAsLong(row);
      if (!here.isUsed(row)
          && ofThere.first(wanted) != DigestIndex.NONE
          && ofHere.first(wanted) == row) {
        add(new Group(ofHere.rows(wanted), ofThere.rows(wanted)), exact);
      }
    }
    compare(exact);
  }

  private void add(Group group, boolean exact) {
    if (exact && group.here().size() == 1 && group.there().size() == 1) {
      int row = group.here().get(0);
      int other = group.there().get(0);
      if (here.hasMessageId(row)
          && here.size(row) >= 0
          && here.size(row) == there.size(other)
          && here.hasEqualHeader(row, there, other)) {
        found(row, other, new Fingerprint(here.headerText(row), null, null));
        return;
      }
    }
    groups.add(group);
    inGroups += group.here().size() + group.there().size();
    if (inGroups >= STEP) {
      compare(exact);
    }
  }

  private void found(int row, int other, Fingerprint fingerprint) {
    here.use(row);
    there.use(other);
    sink.found(here.uid(row), there.uid(other), fingerprint);
  }

  /** Compares whole messages. */
  private void compare(boolean exact) {
    if (groups.isEmpty()) {
      return;
    }
    List<Long> uids = new ArrayList<>();
    List<Long> otherUids = new ArrayList<>();
    for (Group group : groups) {
      group.here().forEach(row -> uids.add(here.uid(row)));
      group.there().forEach(row -> otherUids.add(there.uid(row)));
    }
    NavigableMap<Long, Fingerprint> others = bodies.messages(Side.DESTINATION, otherUids);
    NavigableMap<Long, Fingerprint> originals =
        others.isEmpty() ? others : bodies.messages(Side.SOURCE, uids);
    for (Group group : groups) {
      pair(group, originals, others, fingerprint -> fingerprint);
      if (!exact) {
        pair(group, originals, others, ContentMatch::content);
      }
    }
    for (Group group : groups) {
      noteUnread(group, originals, others);
    }
    groups.clear();
    inGroups = 0;
  }

  /** Null where the headers do not prove that both are one message. */
  private static @Nullable Object content(Fingerprint fingerprint) {
    return fingerprint.fields() == null
        ? null
        : List.of(fingerprint.fields(), String.valueOf(fingerprint.body()));
  }

  private void noteUnread(
      Group group, Map<Long, Fingerprint> originals, Map<Long, Fingerprint> others) {
    List<Integer> free = group.there().stream().filter(row -> !there.isUsed(row)).toList();
    boolean anyHidden = free.stream().anyMatch(row -> !others.containsKey(there.uid(row)));
    for (int row : group.here()) {
      boolean hidden = !others.isEmpty() && !originals.containsKey(here.uid(row));
      if (!here.isUsed(row) && !free.isEmpty() && (anyHidden || hidden)) {
        unread.add(here.uid(row));
      }
    }
  }

  private void pair(
      Group group,
      Map<Long, Fingerprint> originals,
      Map<Long, Fingerprint> others,
      Function<Fingerprint, @Nullable Object> key) {
    Map<Object, Deque<Integer>> free = new HashMap<>();
    for (int row : group.there()) {
      Fingerprint other = others.get(there.uid(row));
      Object same = other == null || there.isUsed(row) ? null : key.apply(other);
      if (same != null) {
        free.computeIfAbsent(same, any -> new ArrayDeque<>()).add(row);
      }
    }
    for (int row : group.here()) {
      Fingerprint original = originals.get(here.uid(row));
      Object same = original == null || here.isUsed(row) ? null : key.apply(original);
      Deque<Integer> found = same == null ? null : free.get(same);
      if (original != null && found != null && !found.isEmpty()) {
        found(row, found.remove(), original);
      }
    }
  }
}
