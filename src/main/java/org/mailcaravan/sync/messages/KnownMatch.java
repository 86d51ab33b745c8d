package org.mailcaravan.sync.messages;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.IntToLongFunction;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Fingerprint;

/**
 * Finds, in the selected folder, messages whose fingerprint we kept. Each known message is found
 * once at most, so that true duplicates stay as many as they were. Keeps 16 octets for each known
 * message, or 24 where its header may have changed; the whole fingerprint is looked up when it is
 * needed. A large folder is looked through in pieces.
 */
public final class KnownMatch {
  /** How many messages are read whole at once, in groups that belong together. */
  private static final int STEP = 500;

  private static final int ROOM = 16;

  private final How how;
  private final LongFunction<@Nullable Fingerprint> fingerprints;
  private final Rows byHeader = new Rows();
  private final Rows byFields = new Rows();
  private long[] keys = new long[ROOM];
  private final BitSet found = new BitSet();
  private int count;

  /** What counts as the same message. */
  public enum How {
    /**
     * The header is the same; where that does not tell a message from others, for it has no
     * Message-ID or several messages have it, the whole message is.
     */
    SAME_HEADER,
    /** The whole message is the same. */
    SAME_MESSAGE,
    /** As {@link #SAME_HEADER}, or the new server has changed the header and nothing else. */
    SAME_CONTENT,
    /** As {@link #SAME_MESSAGE}, or the new server has changed the header and nothing else. */
    SAME_WHOLE_CONTENT;

    private boolean readsAlways() {
      return this == SAME_MESSAGE || this == SAME_WHOLE_CONTENT;
    }

    private boolean otherHeaders() {
      return this == SAME_CONTENT || this == SAME_WHOLE_CONTENT;
    }
  }

  /**
   * @param fingerprints by the key of the known message
   */
  public KnownMatch(How how, LongFunction<@Nullable Fingerprint> fingerprints) {
    this.how = how;
    this.fingerprints = fingerprints;
  }

  /**
   * A known message that was found.
   *
   * @param fingerprint as it was found, of the whole message where that was read
   */
  record Found(long key, Fingerprint fingerprint) {}

  /** Takes what is found. */
  @FunctionalInterface
  public interface Sink {
    void found(long uid, long key, Fingerprint fingerprint);
  }

  /**
   * Adds a known message.
   *
   * @param key names it
   */
  public void add(long key, Fingerprint fingerprint) {
    if (count == keys.length) {
      expect(count + count / 2);
    }
    keys[count] = key;
    byHeader.add((int) HeaderTable.header(fingerprint.header()), count);
    if (how.otherHeaders() && fingerprint.isWhole() && fingerprint.fields() != null) {
      byFields.add(HeaderTable.fields(fingerprint.fields()), count);
    }
    count++;
  }

  /** So many will be known, so that there is room for just these. */
  public void expect(long messages) {
    int room = (int) Math.min(messages, Integer.MAX_VALUE - 8);
    if (room > keys.length) {
      keys = Arrays.copyOf(keys, room);
      byHeader.expect(room);
    }
  }

  public boolean isEmpty() {
    return found.cardinality() == count;
  }

  /** The known messages among those with these UIDs; each is then forgotten. */
  NavigableMap<Long, Found> find(ImapConnection connection, UidSet uids) {
    NavigableMap<Long, Found> all = new TreeMap<>();
    find(connection, uids, (uid, key, fingerprint) -> all.put(uid, new Found(key, fingerprint)));
    return all;
  }

  /** As {@link #find(ImapConnection, UidSet)}, for any number of messages. */
  public void find(ImapConnection connection, UidSet uids, Sink sink) {
    // Another piece may have a message with the same header: only the whole message tells them
    // apart.
    boolean readsAlways = how.readsAlways() || FolderPieces.isLarge(uids.count());
    FolderPieces.each(
        uids,
        piece -> {
          if (!isEmpty() && !piece.isEmpty()) {
            new Search(connection, readsAlways, sink).run(piece);
          }
        });
  }

  /** Known messages by 32 bits of a digest. */
  private static final class Rows {
    /** Digest and number of the known message. */
    private long[] entries = new long[ROOM];

    private int count;
    private boolean sorted;

    void add(int digest, int row) {
      if (count == entries.length) {
        entries = Arrays.copyOf(entries, count + count / 2);
      }
      entries[count] = ((long) digest << 32) | row;
      count++;
      sorted = false;
    }

    void expect(int room) {
      if (room > entries.length) {
        entries = Arrays.copyOf(entries, room);
      }
    }

    private int from(int digest) {
      if (!sorted) {
        Arrays.sort(entries, 0, count);
        sorted = true;
      }
      int found = Arrays.binarySearch(entries, 0, count, (long) digest << 32);
      return found < 0 ? -found - 1 : found;
    }

    private boolean is(int entry, int digest) {
      return entry < count && (int) (entries[entry] >> 32) == digest;
    }

    boolean contains(int digest) {
      return is(from(digest), digest);
    }

    /** In the order in which they were added. */
    List<Integer> rows(int digest) {
      List<Integer> rows = new ArrayList<>();
      for (int entry = from(digest); is(entry, digest); entry++) {
        rows.add((int) entries[entry]);
      }
      return rows;
    }
  }

  /** Known messages and messages of the folder that may be the same. */
  private record Group(List<Integer> known, List<Integer> rows) {}

  private final class Search {
    private final ImapConnection connection;
    private final Sink sink;
    private final boolean readsAlways;
    private final List<Group> groups = new ArrayList<>();
    private HeaderTable table = new HeaderTable();
    private int inGroups;

    Search(ImapConnection connection, boolean readsAlways, Sink sink) {
      this.connection = connection;
      this.readsAlways = readsAlways;
      this.sink = sink;
    }

    void run(UidSet uids) {
      table = HeaderTable.read(connection, uids, this::mayBeKnown);
      match(byHeader, table::header, true);
      if (how.otherHeaders()) {
        match(byFields, table::fields, false);
      }
    }

    private boolean mayBeKnown(HeaderPrint header) {
      return byHeader.contains((int) HeaderTable.header(header.header()))
          || (how.otherHeaders()
              && byFields.contains(HeaderTable.fields(header.fingerprint().fields())));
    }

    private void match(Rows known, IntToLongFunction key, boolean sameHeader) {
      DigestIndex rows =
          new DigestIndex(
              table.count(),
              key,
              row -> !table.isUsed(row) && (sameHeader || table.hasFields(row)));
      for (int row = 0; row < table.count(); row++) {
        long wanted = key.applyAsLong(row);
        if (!table.isUsed(row) && rows.first(wanted) == row) {
          Group group = new Group(free(known, wanted), rows.rows(wanted));
          if (!group.known().isEmpty()) {
            add(group, sameHeader);
          }
        }
      }
      compare(sameHeader);
    }

    private List<Integer> free(Rows known, long key) {
      List<Integer> free = known.rows((int) key);
      free.removeIf(found::get);
      return free;
    }

    private void add(Group group, boolean sameHeader) {
      if (sameHeader
          && !readsAlways
          && group.known().size() == 1
          && group.rows().size() == 1
          && table.hasMessageId(group.rows().get(0))) {
        int row = group.rows().get(0);
        Fingerprint header = new Fingerprint(table.headerText(row), null, null);
        pair(group.known(), row, header, Fingerprint::matches);
        return;
      }
      groups.add(group);
      inGroups += group.rows().size();
      if (inGroups >= STEP) {
        compare(sameHeader);
      }
    }

    /** Compares whole messages. */
    private void compare(boolean sameHeader) {
      if (groups.isEmpty()) {
        return;
      }
      TreeSet<Long> uids = new TreeSet<>();
      groups.forEach(group -> group.rows().forEach(row -> uids.add(table.uid(row))));
      NavigableMap<Long, Fingerprint> messages = Digests.messages(connection, uids);
      for (Group group : groups) {
        if (sameHeader) {
          // A match by the whole message comes before one by the header alone.
          pair(group, messages, Fingerprint::equals);
          pair(group, messages, Fingerprint::matches);
        } else {
          pair(group, messages, Fingerprint::hasContentOf);
        }
      }
      groups.clear();
      inGroups = 0;
    }

    private void pair(
        Group group,
        NavigableMap<Long, Fingerprint> messages,
        BiPredicate<Fingerprint, Fingerprint> same) {
      for (int row : group.rows()) {
        Fingerprint message = messages.get(table.uid(row));
        if (message != null && !table.isUsed(row)) {
          pair(group.known(), row, message, same);
        }
      }
    }

    private void pair(
        List<Integer> known,
        int row,
        Fingerprint message,
        BiPredicate<Fingerprint, Fingerprint> same) {
      for (int candidate : known) {
        Fingerprint kept = found.get(candidate) ? null : fingerprints.apply(keys[candidate]);
        if (kept != null && same.test(kept, message)) {
          found.set(candidate);
          table.use(row);
          sink.found(table.uid(row), keys[candidate], message);
          return;
        }
      }
    }
  }
}
