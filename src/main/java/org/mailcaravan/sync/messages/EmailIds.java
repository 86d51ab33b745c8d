package org.mailcaravan.sync.messages;

import java.nio.charset.StandardCharsets;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * EMAILIDs by UID, in the order of the UIDs: 9 octets of memory and their characters for each,
 * since folders are large and many. For one thread at a time.
 */
final class EmailIds extends AbstractMap<Long, String> {
  private static final int CHUNK = 65_536;
  private static final int ROOM = 1_024;

  /** RFC 8474 section 7: an objectid has at most 255 characters, which are ASCII. */
  private static final int LONGEST = 255;

  /** Where each begins, with its length before. */
  private final NumbersByUid places = new NumbersByUid();

  /** All but the last are full. */
  private final List<byte[]> chunks = new ArrayList<>(List.of(new byte[ROOM]));

  private int used;

  /**
   * Adds one, unless it is not valid; does not return the earlier value.
   *
   * @return null always
   */
  @Override
  public @Nullable String put(Long uid, String emailId) {
    byte[] octets = emailId.getBytes(StandardCharsets.ISO_8859_1);
    if (octets.length > LONGEST) {
      return null;
    }
    int wanted = octets.length + 1;
    byte[] last = chunks.get(chunks.size() - 1);
    if (used + wanted > CHUNK) {
      last = new byte[CHUNK];
      chunks.add(last);
      used = 0;
    } else if (used + wanted > last.length) {
      byte[] larger = new byte[Math.min(CHUNK, Math.max(2 * last.length, used + wanted))];
      System.arraycopy(last, 0, larger, 0, used);
      last = larger;
      chunks.set(chunks.size() - 1, last);
    }
    places.put(uid, (long) (chunks.size() - 1) * CHUNK + used);
    last[used] = (byte) octets.length;
    System.arraycopy(octets, 0, last, used + 1, octets.length);
    used += wanted;
    return null;
  }

  private String at(int row) {
    int place = places.number(row);
    byte[] chunk = chunks.get(place >>> 16);
    int start = place & (CHUNK - 1);
    return new String(
        chunk, start + 1, Byte.toUnsignedInt(chunk[start]), StandardCharsets.ISO_8859_1);
  }

  @Override
  public @Nullable String get(@Nullable Object uid) {
    int row = uid instanceof Long number ? places.row(number) : -1;
    return row < 0 ? null : at(row);
  }

  @Override
  public boolean containsKey(@Nullable Object uid) {
    return uid instanceof Long number && places.contains(number);
  }

  @Override
  public int size() {
    return places.count();
  }

  @Override
  public Set<Map.Entry<Long, String>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Map.Entry<Long, String>> iterator() {
        return new Entries();
      }

      @Override
      public int size() {
        return places.count();
      }
    };
  }

  private final class Entries implements Iterator<Map.Entry<Long, String>> {
    private int next;

    @Override
    public boolean hasNext() {
      return next < places.count();
    }

    @Override
    public Map.Entry<Long, String> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      int row = next++;
      return Map.entry(places.uid(row), at(row));
    }
  }
}
