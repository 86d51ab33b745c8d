package org.mailcaravan.sync;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.LongPredicate;
import java.util.regex.Pattern;
import org.mailcaravan.imap.Content;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.UidSet;

/**
 * Finds which messages of a source folder a destination folder holds already: those with the same
 * size and the same header, octet for octet; where the header has no Message-ID, which is what
 * tells machine-made mail apart, the whole message must be the same. Each destination message is
 * used for one source message only, so that true duplicates stay as many as they were. For one use.
 */
final class ContentMatch {
  private static final Pattern MESSAGE_ID = Pattern.compile("(?im)^message-id:[ \\t]*\\S");

  private final NavigableMap<Long, Long> sourceSizes;
  private final Map<Key, Deque<Long>> destinationUids = new HashMap<>();

  /**
   * @param sourceSizes octets by UID of the source messages to look for
   */
  ContentMatch(NavigableMap<Long, Long> sourceSizes) {
    this.sourceSizes = sourceSizes;
  }

  private record Key(long size, String digest) {}

  /**
   * Reads what the selected destination folder holds. Only the headers of messages that have the
   * size of a wanted one are fetched.
   */
  void readDestination(ImapConnection connection, String uids, LongPredicate candidate) {
    Set<Long> wantedSizes = new HashSet<>(sourceSizes.values());
    NavigableMap<Long, Long> sizes = new TreeMap<>();
    connection
        .fetch(
            uids,
            EnumSet.of(FetchItem.SIZE),
            PullMessages.NO_CONTENT,
            message -> {
              if (wantedSizes.contains(message.announcedSize()) && candidate.test(message.uid())) {
                sizes.put(message.uid(), message.announcedSize());
              }
            })
        .join();
    digests(connection, sizes.navigableKeySet())
        .forEach(
            (uid, digest) ->
                destinationUids
                    .computeIfAbsent(
                        new Key(sizes.getOrDefault(uid, 0L), digest), key -> new ArrayDeque<>())
                    .add(uid));
  }

  /** The matches in the selected source folder: destination UIDs by source UIDs. */
  NavigableMap<Long, Long> matches(ImapConnection connection) {
    Set<Long> foundSizes = new HashSet<>();
    destinationUids.keySet().forEach(key -> foundSizes.add(key.size()));
    NavigableSet<Long> candidates = new TreeSet<>();
    sourceSizes.forEach(
        (uid, size) -> {
          if (foundSizes.contains(size)) {
            candidates.add(uid);
          }
        });
    NavigableMap<Long, Long> matches = new TreeMap<>();
    digests(connection, candidates)
        .forEach(
            (uid, digest) -> {
              Deque<Long> same =
                  destinationUids.get(new Key(sourceSizes.getOrDefault(uid, 0L), digest));
              if (same != null && !same.isEmpty()) {
                matches.put(uid, same.poll());
              }
            });
    return matches;
  }

  /** Of the header, or of the whole message where the header has no Message-ID. */
  private static NavigableMap<Long, String> digests(
      ImapConnection connection, SortedSet<Long> uids) {
    NavigableMap<Long, String> digests = new TreeMap<>();
    SortedSet<Long> nameless = new TreeSet<>();
    fetch(
        connection,
        uids,
        FetchItem.HEADER,
        (uid, digest) -> {
          if (digest.hasMessageId()) {
            digests.put(uid, "header " + digest.hex());
          } else {
            nameless.add(uid);
          }
        });
    fetch(
        connection,
        nameless,
        FetchItem.MESSAGE,
        (uid, digest) -> digests.put(uid, "message " + digest.hex()));
    return digests;
  }

  private static void fetch(
      ImapConnection connection,
      SortedSet<Long> uids,
      FetchItem item,
      BiConsumer<Long, Digest> sink) {
    for (String set : UidSet.of(uids).commands()) {
      connection
          .fetch(
              set,
              EnumSet.of(item),
              (size, in) -> digest(in, item == FetchItem.HEADER),
              message -> {
                if (message.content() instanceof Digest digest && uids.contains(message.uid())) {
                  sink.accept(message.uid(), digest);
                }
              })
          .join();
    }
  }

  private static Digest digest(InputStream in, boolean header) throws IOException {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      DigestInputStream digesting = new DigestInputStream(in, sha256);
      boolean hasMessageId = false;
      long size;
      if (header) {
        byte[] octets = digesting.readAllBytes();
        size = octets.length;
        hasMessageId = MESSAGE_ID.matcher(new String(octets, StandardCharsets.ISO_8859_1)).find();
      } else {
        size = digesting.transferTo(OutputStream.nullOutputStream());
      }
      return new Digest(size, HexFormat.of().formatHex(sha256.digest()), hasMessageId);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** A content of which only the digest is kept. */
  private record Digest(long size, String hex, boolean hasMessageId) implements Content {
    @Override
    public void writeTo(OutputStream out) throws IOException {
      throw new IOException("only the digest was kept");
    }

    @Override
    public void close() {}
  }
}
