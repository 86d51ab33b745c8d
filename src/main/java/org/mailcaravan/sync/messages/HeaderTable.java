package org.mailcaravan.sync.messages;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.UidSet;

/**
 * The {@link HeaderPrint}s of a folder's messages, in the order of the UIDs, in 36 octets of memory
 * each, so that large folders fit. Filled on the reader thread.
 */
public final class HeaderTable {
  /** The fields do not identify the message. */
  private static final int NO_FIELDS = 0;

  private static final int DIGEST_OCTETS = 12;
  private static final int ROOM = 64;

  /** The places of messages in the other columns. */
  private final NumbersByUid places = new NumbersByUid();

  private int[] sizes = new int[ROOM];
  private long[] headers = new long[ROOM];
  private int[] headerRests = new int[ROOM];
  private int[] names = new int[ROOM];
  private int[] fields = new int[ROOM];
  private int[] ways = new int[ROOM];
  private long namedAndLeftOut;
  private final BitSet withMessageId = new BitSet();
  private final BitSet used = new BitSet();
  private int count;

  /** Reads the headers of messages in the selected folder. */
  public static HeaderTable read(ImapConnection connection, UidSet wanted) {
    return read(connection, wanted, header -> true);
  }

  /** As {@link #read(ImapConnection, UidSet)}, and keeps only some of them. */
  public static HeaderTable read(
      ImapConnection connection, UidSet wanted, Predicate<HeaderPrint> kept) {
    HeaderTable table = new HeaderTable();
    Digests.readOwnHeaders(
        connection, wanted, (uid, size, header) -> table.add(uid, size, header, kept));
    return table;
  }

  /** Adds a message, or counts it where it is not to be kept. */
  public void add(long uid, long size, HeaderPrint header, Predicate<HeaderPrint> kept) {
    if (kept.test(header)) {
      add(uid, size, header);
    } else if (header.isNamed()) {
      namedAndLeftOut++;
    }
  }

  public void add(long uid, long size, HeaderPrint header) {
    if (!NumbersByUid.isUid(uid) || places.contains(uid)) {
      return;
    }
    if (count == sizes.length) {
      int room = count + count / 2;
      sizes = Arrays.copyOf(sizes, room);
      headers = Arrays.copyOf(headers, room);
      headerRests = Arrays.copyOf(headerRests, room);
      names = Arrays.copyOf(names, room);
      fields = Arrays.copyOf(fields, room);
      ways = Arrays.copyOf(ways, room);
    }
    ByteBuffer digest = ByteBuffer.wrap(octets(header.header()));
    sizes[count] = (int) Math.min(size, Integer.MAX_VALUE);
    headers[count] = digest.getLong();
    headerRests[count] = digest.getInt();
    names[count] = header.name();
    fields[count] = fields(header.fingerprint().fields());
    ways[count] = header.way();
    withMessageId.set(count, header.hasMessageId());
    places.put(uid, count);
    count++;
  }

  private static byte[] octets(String digest) {
    return Base64.getUrlDecoder().decode(digest);
  }

  /** 64 bits of the digest of a header. */
  public static long header(String digest) {
    return ByteBuffer.wrap(octets(digest)).getLong();
  }

  /** 32 bits of the digest of a message's fields, which are never {@link #NO_FIELDS}. */
  static int fields(@Nullable String digest) {
    if (digest == null) {
      return NO_FIELDS;
    }
    int bits = ByteBuffer.wrap(octets(digest)).getInt();
    return bits == NO_FIELDS ? 1 : bits;
  }

  public int count() {
    return count;
  }

  /** The row of a message, or a negative number when its header was not given. */
  public int row(long uid) {
    return places.row(uid);
  }

  public long uid(int row) {
    return places.uid(row);
  }

  /** Octets as announced, or -1. */
  public int size(int row) {
    return sizes[places.number(row)];
  }

  /** 64 bits of the digest of its header. */
  public long header(int row) {
    return headers[places.number(row)];
  }

  /** The digest of its header, as {@link org.mailcaravan.model.Fingerprint} has it. */
  public String headerText(int row) {
    byte[] digest =
        ByteBuffer.allocate(DIGEST_OCTETS).putLong(header(row)).putInt(headerRest(row)).array();
    return Base64.getUrlEncoder().encodeToString(digest);
  }

  boolean hasEqualHeader(int row, HeaderTable other, int otherRow) {
    return header(row) == other.header(otherRow) && headerRest(row) == other.headerRest(otherRow);
  }

  private int headerRest(int row) {
    return headerRests[places.number(row)];
  }

  /** Its {@link HeaderPrint#name}. */
  public int name(int row) {
    return names[places.number(row)];
  }

  /** 32 bits of the digest of its fields. */
  int fields(int row) {
    return fields[places.number(row)];
  }

  /** Whether the fields identify the message. */
  boolean hasFields(int row) {
    return fields(row) != NO_FIELDS;
  }

  /** Its {@link HeaderPrint#way}. */
  int way(int row) {
    return ways[places.number(row)];
  }

  boolean hasMessageId(int row) {
    return withMessageId.get(places.number(row));
  }

  /** Whether it has a name. */
  public boolean isNamed(int row) {
    return hasMessageId(row) || hasFields(row);
  }

  /** How many messages with such a name were read, and not kept. */
  long namedAndLeftOut() {
    return namedAndLeftOut;
  }

  /** Marks a message as used: it was matched. */
  public void use(int row) {
    used.set(row);
  }

  public boolean isUsed(int row) {
    return used.get(row);
  }

  /** Marks all messages as used but those with certain UIDs. */
  public void keep(LongPredicate wanted) {
    for (int row = used.nextClearBit(0); row < count; row = used.nextClearBit(row + 1)) {
      if (!wanted.test(uid(row))) {
        used.set(row);
      }
    }
  }

  /** How many messages are not used yet. */
  int left() {
    return count - used.cardinality();
  }
}
