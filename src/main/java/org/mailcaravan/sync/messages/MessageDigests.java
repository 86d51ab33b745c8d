package org.mailcaravan.sync.messages;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Sha256;

/**
 * Digests of messages, and the one digest of them all that a certificate shows. Some are kept in
 * memory; more are sorted and written to a file that is deleted while it is open. For one thread.
 */
public final class MessageDigests {
  private static final int OCTETS = 32;

  /** How many are kept in memory. */
  private static final int KEPT = 32_768;

  /** How many octets of each sorted run are read at once. */
  private static final int AHEAD = 4_096;

  private final Path folder;
  private final int kept;
  private final List<byte[]> digests = new ArrayList<>();
  private final List<Long> runs = new ArrayList<>();
  private @Nullable FileChannel file;
  private long written;

  /**
   * @param folder for the file
   */
  public MessageDigests(Path folder) {
    this(folder, KEPT);
  }

  MessageDigests(Path folder, int kept) {
    this.folder = folder;
    this.kept = kept;
  }

  /** The digest of a message of which the octets and the date are known: "1234 1580702706". */
  public static byte[] ofMetadata(long size, long date) {
    String text = size + " " + (date == MessageTable.NO_DATE ? "-" : String.valueOf(date));
    return Sha256.digest().digest(text.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * The digest of a message of which every octet was read.
   *
   * @param sha256 in hexadecimal
   */
  public static byte[] ofOctets(String sha256) {
    return HexFormat.of().parseHex(sha256);
  }

  public void add(byte[] digest) {
    digests.add(digest);
    if (digests.size() == kept) {
      writeRun();
    }
  }

  public boolean isEmpty() {
    return digests.isEmpty() && runs.isEmpty();
  }

  private void writeRun() {
    digests.sort(Arrays::compareUnsigned);
    ByteBuffer buffer = ByteBuffer.allocate(digests.size() * OCTETS);
    digests.forEach(buffer::put);
    buffer.flip();
    try {
      FileChannel channel = file();
      while (buffer.hasRemaining()) {
        written += channel.write(buffer, written);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("digests of messages cannot be kept in " + folder, e);
    }
    runs.add(written);
    digests.clear();
  }

  private FileChannel file() throws IOException {
    FileChannel open = file;
    if (open == null) {
      Files.createDirectories(folder);
      Path path = Files.createTempFile(folder, "digests", null);
      open = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
      Files.delete(path);
      file = open;
    }
    return open;
  }

  /**
   * The digest of the digests of both, as sorted lines of hexadecimal digits; their order does not
   * matter.
   */
  public String digest(MessageDigests others) {
    PriorityQueue<Run> open =
        new PriorityQueue<>(Comparator.comparing(Run::next, Arrays::compareUnsigned));
    for (MessageDigests each : List.of(this, others)) {
      open.addAll(each.sorted());
    }
    MessageDigest all = Sha256.digest();
    HexFormat hex = HexFormat.of();
    for (Run run = open.poll(); run != null; run = open.poll()) {
      all.update((hex.formatHex(run.next()) + "\n").getBytes(StandardCharsets.US_ASCII));
      if (run.advance()) {
        open.add(run);
      }
    }
    return hex.formatHex(all.digest());
  }

  /** Sorted runs that are together what was added; each has a first digest. */
  private List<Run> sorted() {
    digests.sort(Arrays::compareUnsigned);
    List<Run> sorted = new ArrayList<>();
    if (!digests.isEmpty()) {
      ByteBuffer buffer = ByteBuffer.allocate(digests.size() * OCTETS);
      digests.forEach(buffer::put);
      sorted.add(new Run(null, buffer.flip(), 0, 0));
    }
    long from = 0;
    for (long end : runs) {
      sorted.add(new Run(file, ByteBuffer.allocate(AHEAD).limit(0), from, end));
      from = end;
    }
    sorted.forEach(Run::advance);
    return sorted;
  }

  /** One sorted run, read from the start. */
  private static final class Run {
    private final @Nullable FileChannel file;
    private final ByteBuffer buffer;
    private final byte[] next = new byte[OCTETS];
    private long position;
    private final long end;

    Run(@Nullable FileChannel file, ByteBuffer buffer, long position, long end) {
      this.file = file;
      this.buffer = buffer;
      this.position = position;
      this.end = end;
    }

    byte[] next() {
      return next;
    }

    /** Goes to the next digest; false at the end. */
    boolean advance() {
      if (!buffer.hasRemaining() && !read()) {
        return false;
      }
      buffer.get(next);
      return true;
    }

    private boolean read() {
      FileChannel from = file;
      if (from == null || position == end) {
        return false;
      }
      buffer.clear().limit((int) Math.min(AHEAD, end - position));
      try {
        while (buffer.hasRemaining()) {
          int octets = from.read(buffer, position);
          if (octets < 0) {
            throw new IOException("the file of digests ended early");
          }
          position += octets;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      buffer.flip();
      return true;
    }
  }
}
