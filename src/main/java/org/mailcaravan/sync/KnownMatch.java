package org.mailcaravan.sync;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.model.Fingerprint;

/**
 * Finds messages whose fingerprint we kept in the selected folder of a connection. Each known
 * message is found once at most, so that true duplicates stay as many as they were.
 *
 * @param <K> what names a known message
 */
final class KnownMatch<K> {
  private record Known<K>(K key, Fingerprint fingerprint) {}

  /**
   * A known message that was found.
   *
   * @param fingerprint as it was found, of the whole message where that was read
   */
  record Found<K>(K key, Fingerprint fingerprint) {}

  private final Map<String, List<Known<K>>> byHeader = new HashMap<>();
  private final boolean exact;

  /**
   * @param exact whether to compare whole messages always; else only where a header does not tell a
   *     message from others, for it has no Message-ID or several messages have it
   */
  KnownMatch(boolean exact) {
    this.exact = exact;
  }

  void add(K key, Fingerprint fingerprint) {
    byHeader
        .computeIfAbsent(fingerprint.header(), header -> new ArrayList<>())
        .add(new Known<>(key, fingerprint));
  }

  boolean isEmpty() {
    return byHeader.isEmpty();
  }

  /** The known messages among those with these UIDs; they are not known any more then. */
  NavigableMap<Long, Found<K>> find(ImapConnection connection, Collection<Long> uids) {
    NavigableMap<Long, Found<K>> found = new TreeMap<>();
    if (isEmpty() || uids.isEmpty()) {
      return found;
    }
    NavigableMap<Long, Digests.OfHeader> headers = Digests.headers(connection, uids);
    headers.values().removeIf(header -> !byHeader.containsKey(header.header()));
    NavigableMap<Long, Fingerprint> messages = Digests.messages(connection, ambiguous(headers));
    headers.forEach(
        (uid, header) -> {
          Fingerprint fingerprint =
              messages.getOrDefault(uid, new Fingerprint(header.header(), null));
          Known<K> known = take(fingerprint);
          if (known != null) {
            found.put(uid, new Found<>(known.key(), fingerprint));
          }
        });
    return found;
  }

  private Set<Long> ambiguous(NavigableMap<Long, Digests.OfHeader> headers) {
    Set<String> seen = new HashSet<>();
    Set<String> repeated = new HashSet<>();
    headers.values().stream()
        .map(Digests.OfHeader::header)
        .filter(header -> !seen.add(header) || known(header).size() > 1)
        .forEach(repeated::add);
    Set<Long> uids = new TreeSet<>();
    headers.forEach(
        (uid, header) -> {
          if (exact || !header.hasMessageId() || repeated.contains(header.header())) {
            uids.add(uid);
          }
        });
    return uids;
  }

  private List<Known<K>> known(String header) {
    return byHeader.getOrDefault(header, List.of());
  }

  /** Rather one of which the whole is known to be the same than one whose header alone is. */
  private @Nullable Known<K> take(Fingerprint fingerprint) {
    List<Known<K>> candidates = known(fingerprint.header());
    Known<K> best = null;
    for (Known<K> known : candidates) {
      if (known.fingerprint().equals(fingerprint)) {
        best = known;
        break;
      }
      if (best == null && known.fingerprint().matches(fingerprint)) {
        best = known;
      }
    }
    if (best != null) {
      candidates.remove(best);
    }
    return best;
  }
}
