package org.mailcaravan.sync;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.mailcaravan.imap.Content;
import org.mailcaravan.imap.ContentStore;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Fingerprint;

/** Digests of messages in the selected folder, of which nothing but the digest is kept. */
final class Digests {
  private Digests() {}

  /**
   * Of a message whose header was read.
   *
   * @param hasMessageId whether the header alone tells the message from others
   */
  record OfHeader(String header, boolean hasMessageId) {}

  /** Reads headers. A message that the server does not give is missing in the answer. */
  static NavigableMap<Long, OfHeader> headers(ImapConnection connection, Collection<Long> uids) {
    NavigableMap<Long, OfHeader> headers = new TreeMap<>();
    fetch(
        connection,
        uids,
        FetchItem.HEADER,
        (uid, digest) ->
            headers.put(uid, new OfHeader(digest.fingerprint().header(), digest.hasMessageId())));
    return headers;
  }

  /** Reads whole messages. A message that the server does not give is missing in the answer. */
  static NavigableMap<Long, Fingerprint> messages(
      ImapConnection connection, Collection<Long> uids) {
    NavigableMap<Long, Fingerprint> messages = new TreeMap<>();
    fetch(
        connection,
        uids,
        FetchItem.MESSAGE,
        (uid, digest) -> messages.put(uid, digest.fingerprint()));
    return messages;
  }

  /**
   * Of a message of which every octet counts.
   *
   * @param sha256 of the message as the server gave it, in hexadecimal
   * @param fingerprint the same for other line ends
   */
  record OfOctets(String sha256, Fingerprint fingerprint) {}

  /** Reads whole messages. A message that the server does not give is missing in the answer. */
  static NavigableMap<Long, OfOctets> octets(ImapConnection connection, Collection<Long> uids) {
    NavigableMap<Long, OfOctets> messages = new TreeMap<>();
    fetch(
        connection,
        uids,
        FetchItem.MESSAGE,
        Digests::digestOctets,
        (uid, digest) -> messages.put(uid, new OfOctets(digest.sha256(), digest.fingerprint())));
    return messages;
  }

  @FunctionalInterface
  private interface Sink {
    void take(long uid, Digest digest);
  }

  private static void fetch(
      ImapConnection connection, Collection<Long> uids, FetchItem item, Sink sink) {
    fetch(connection, uids, item, Digests::digest, sink);
  }

  private static void fetch(
      ImapConnection connection,
      Collection<Long> uids,
      FetchItem item,
      ContentStore store,
      Sink sink) {
    UidSet wanted = UidSet.of(uids);
    for (String set : wanted.commands()) {
      connection
          .fetch(
              set,
              EnumSet.of(item),
              store,
              message -> {
                if (message.content() instanceof Digest digest && wanted.contains(message.uid())) {
                  sink.take(message.uid(), digest);
                }
              })
          .join();
    }
  }

  private static Digest digest(long size, InputStream in) throws IOException {
    FingerprintStream stream = new FingerprintStream(in);
    stream.transferTo(OutputStream.nullOutputStream());
    return new Digest(size, stream.fingerprint(), stream.hasMessageId(), "");
  }

  private static Digest digestOctets(long size, InputStream in) throws IOException {
    MessageDigest octets = FingerprintStream.sha256();
    Digest digest = digest(size, new DigestInputStream(in, octets));
    return new Digest(
        size,
        digest.fingerprint(),
        digest.hasMessageId(),
        HexFormat.of().formatHex(octets.digest()));
  }

  /**
   * A content of which only the digest is kept.
   *
   * @param sha256 of the octets, where that was asked for
   */
  private record Digest(long size, Fingerprint fingerprint, boolean hasMessageId, String sha256)
      implements Content {
    @Override
    public void writeTo(OutputStream out) throws IOException {
      throw new IOException("only the digest was kept");
    }

    @Override
    public void close() {}
  }
}
