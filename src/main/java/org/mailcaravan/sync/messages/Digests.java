package org.mailcaravan.sync.messages;

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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.mailcaravan.imap.Content;
import org.mailcaravan.imap.ContentStore;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.imap.FetchedMessage;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.UidSet;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.model.Sha256;

/** Digests of messages in the selected folder; the messages themselves are not kept. */
public final class Digests {
  private Digests() {}

  /** Reads headers. A message that the server does not give is missing in the answer. */
  public static NavigableMap<Long, HeaderPrint> headers(
      ImapConnection connection, Collection<Long> uids) {
    NavigableMap<Long, HeaderPrint> headers = new TreeMap<>();
    readHeaders(connection, UidSet.of(uids), (uid, size, header) -> headers.put(uid, header));
    return headers;
  }

  @FunctionalInterface
  public interface HeaderSink {
    /**
     * Takes a message; on the reader thread.
     *
     * @param size of the whole message as the server announces it, or -1
     */
    void take(long uid, long size, HeaderPrint header);
  }

  /** The most messages that are read whole because their header cannot be theirs. */
  private static final int MOST_WHOLE = 50;

  /** Reads headers and sizes as the server gives them, and keeps nothing. */
  static void readHeaders(ImapConnection connection, UidSet wanted, HeaderSink sink) {
    readHeaders(
        connection,
        wanted,
        FetchItem.HEADER,
        (message, digest) -> sink.take(message.uid(), message.announcedSize(), digest.header()));
  }

  /**
   * As {@link #readHeaders(ImapConnection, UidSet, HeaderSink)}. A header that cannot be that of
   * its message is taken from the whole message, where that is given.
   */
  static void readOwnHeaders(ImapConnection connection, UidSet wanted, HeaderSink sink) {
    UidSet doubted = new UidSet();
    readHeaders(
        connection,
        wanted,
        FetchItem.HEADER,
        (message, digest) -> {
          if (digest.canBeOf(message.announcedSize()) || doubted.count() >= MOST_WHOLE) {
            sink.take(message.uid(), message.announcedSize(), digest.header());
          } else {
            doubted.add(message.uid());
          }
        });
    readHeaders(
        connection,
        doubted,
        FetchItem.MESSAGE,
        (message, digest) -> sink.take(message.uid(), message.announcedSize(), digest.header()));
  }

  private static void readHeaders(
      ImapConnection connection,
      UidSet wanted,
      FetchItem from,
      BiConsumer<FetchedMessage, HeaderDigest> sink) {
    for (String set : wanted.commands()) {
      connection.read(
          set,
          EnumSet.of(from, FetchItem.SIZE),
          Digests::digestHeader,
          message -> {
            if (message.content() instanceof HeaderDigest digest
                && wanted.contains(message.uid())) {
              sink.accept(message, digest);
            }
          });
    }
  }

  /** Of the header of a message that was kept. */
  public static HeaderPrint header(Content message) throws IOException {
    try (FingerprintStream stream = new FingerprintStream(InputStream.nullInputStream());
        OutputStream sink = stream.sink()) {
      message.writeTo(sink);
      return stream.ofHeader();
    }
  }

  /** Reads whole messages. A message that the server does not give is missing in the answer. */
  public static NavigableMap<Long, Fingerprint> messages(
      ImapConnection connection, Collection<Long> uids) {
    NavigableMap<Long, Fingerprint> messages = new TreeMap<>();
    fetch(
        connection,
        uids,
        Digests::digest,
        (uid, digest) -> messages.put(uid, digest.fingerprint()));
    return messages;
  }

  /**
   * The digests of one message: of every octet, and for any line ends.
   *
   * @param sha256 of the message as the server gave it, in hexadecimal
   * @param fingerprint the fingerprint, which is the same for other line ends
   */
  public record OfOctets(String sha256, Fingerprint fingerprint) {}

  /** Reads whole messages. A message that the server does not give is missing in the answer. */
  public static NavigableMap<Long, OfOctets> octets(
      ImapConnection connection, Collection<Long> uids) {
    NavigableMap<Long, OfOctets> messages = new TreeMap<>();
    fetch(
        connection,
        uids,
        Digests::digestOctets,
        (uid, digest) -> messages.put(uid, new OfOctets(digest.sha256(), digest.fingerprint())));
    return messages;
  }

  /** Whether the server gives exactly this for the text after the header. */
  public static boolean isText(ImapConnection connection, long uid, String sha256) {
    AtomicBoolean same = new AtomicBoolean();
    connection.read(
        Long.toString(uid),
        EnumSet.of(FetchItem.TEXT),
        Digests::digestOctets,
        message -> {
          if (message.uid() == uid && message.content() instanceof Digest digest) {
            same.set(digest.sha256().equals(sha256));
          }
        });
    return same.get();
  }

  @FunctionalInterface
  private interface Sink {
    void take(long uid, Digest digest);
  }

  private static void fetch(
      ImapConnection connection, Collection<Long> uids, ContentStore store, Sink sink) {
    UidSet wanted = UidSet.of(uids);
    for (String set : wanted.commands()) {
      connection.read(
          set,
          EnumSet.of(FetchItem.MESSAGE),
          store,
          message -> {
            if (message.content() instanceof Digest digest && wanted.contains(message.uid())) {
              sink.take(message.uid(), digest);
            }
          });
    }
  }

  /** Reads the fields of headers. A message that the server does not give is missing. */
  public static NavigableMap<Long, HeaderLines> headerLines(
      ImapConnection connection, Collection<Long> uids) {
    NavigableMap<Long, HeaderLines> headers = new TreeMap<>();
    UidSet wanted = UidSet.of(uids);
    for (String set : wanted.commands()) {
      connection.read(
          set,
          EnumSet.of(FetchItem.HEADER),
          HeaderLines::read,
          message -> {
            if (message.content() instanceof HeaderLines lines && wanted.contains(message.uid())) {
              headers.put(message.uid(), lines);
            }
          });
    }
    return headers;
  }

  /** Of a header, or of the header of a whole message. */
  public static HeaderDigest digestHeader(long size, InputStream in) throws IOException {
    FingerprintStream stream = new FingerprintStream(in);
    stream.transferTo(OutputStream.nullOutputStream());
    HeaderPrint header = stream.ofHeader();
    return new HeaderDigest(size, header, stream.hasHeaderText(), stream.hasHeaderEnd());
  }

  /**
   * The content of a header of which only the digest is kept.
   *
   * @param size octets that came, of the header or of the whole message
   * @param text whether the header has any line
   * @param end whether the empty line after it came
   */
  public record HeaderDigest(long size, HeaderPrint header, boolean text, boolean end)
      implements Content {
    boolean whole() {
      return text && end;
    }

    /**
     * Whether this can be all of the header of a message that is announced with so many octets, or
     * with -1. A server that cannot read a message gives nothing, an empty line or a part; and real
     * messages begin with an empty line, or end with their header.
     */
    boolean canBeOf(long announced) {
      return whole() || (size > 0 && size >= announced);
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      throw new IOException("only the digest was kept");
    }

    @Override
    public void close() {}
  }

  static Digest digest(long size, InputStream in) throws IOException {
    FingerprintStream stream = new FingerprintStream(in);
    stream.transferTo(OutputStream.nullOutputStream());
    return new Digest(size, stream.fingerprint(), "");
  }

  static Digest digestOctets(long size, InputStream in) throws IOException {
    MessageDigest octets = Sha256.digest();
    Digest digest = digest(size, new DigestInputStream(in, octets));
    return new Digest(size, digest.fingerprint(), HexFormat.of().formatHex(octets.digest()));
  }

  /**
   * A content that keeps only its digest.
   *
   * @param sha256 of the octets, where that was asked for
   */
  record Digest(long size, Fingerprint fingerprint, String sha256) implements Content {
    @Override
    public void writeTo(OutputStream out) throws IOException {
      throw new IOException("only the digest was kept");
    }

    @Override
    public void close() {}
  }
}
