package org.mailcaravan.secrets;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;

/**
 * A key for each sealed secret, outside of the database: in a file of places of 32 octets, where a
 * key that is deleted is overwritten where it stands. A database keeps what was deleted from it in
 * its own files for long; this does not. A place of zeros is free. Held by one program at a time;
 * thread-safe.
 */
public final class KeySlots implements AutoCloseable {
  /** The name of the file in the data folder. */
  static final String FILE = "credential-keys";

  static final int KEY_OCTETS = 32;

  /** A place and the key in it. */
  record Slot(int number, SecretKey key) {
    @Override
    public String toString() {
      return "slot " + number;
    }
  }

  private final Path file;
  private final FileChannel channel;
  private final BitSet taken = new BitSet();

  /** Places that a row names and that hold no key, as after a restore without this file. */
  private final BitSet lost = new BitSet();

  private final SecureRandom random = new SecureRandom();

  private KeySlots(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    // A kill may have left a part of the last key; no row needs it.
    long whole = channel.size() / KEY_OCTETS * KEY_OCTETS;
    if (channel.size() > whole) {
      channel.write(ByteBuffer.allocate(KEY_OCTETS), whole);
    }
    ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(channel.size()));
    read(all, 0);
    byte[] key = new byte[KEY_OCTETS];
    for (int number = 0; all.remaining() >= KEY_OCTETS; number++) {
      all.get(key);
      taken.set(number, !isFree(key));
    }
  }

  /**
   * Opens the file of a data folder, and makes it when there is none.
   *
   * @throws RequestRejected when it cannot be used, or another program uses it
   */
  public static KeySlots in(Path dataFolder) {
    Path file = dataFolder.resolve(FILE);
    try {
      FileChannel channel =
          FileChannel.open(
              file,
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
      try {
        FileLock lock = channel.tryLock();
        if (lock == null) {
          throw new OverlappingFileLockException();
        }
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
          Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
        return new KeySlots(file, channel);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (OverlappingFileLockException e) {
      throw new RequestRejected(
          new Problem(
              "data folder " + dataFolder,
              "it is in use by another Mail Caravan",
              Owner.US,
              "Give each program a data folder of its own (--data or data.folder)."));
    } catch (IOException e) {
      throw new RequestRejected(
          new Problem(
              "file " + file,
              "it can be neither read nor made (" + e.getClass().getSimpleName() + ")",
              Owner.US,
              "See that this user may read and write there."));
    }
  }

  /** New keys, each in a free place. They are on disk when this returns, however many. */
  synchronized List<Slot> take(int count) {
    List<Integer> numbers = new ArrayList<>(count);
    List<Slot> slots = new ArrayList<>(count);
    ByteBuffer keys = ByteBuffer.allocate(count * KEY_OCTETS);
    int number = -1;
    for (int i = 0; i < count; i++) {
      do {
        number = taken.nextClearBit(number + 1);
      } while (lost.get(number));
      byte[] key = new byte[KEY_OCTETS];
      random.nextBytes(key);
      keys.put(key);
      numbers.add(number);
      slots.add(slot(number, key));
    }
    write(numbers, keys.flip());
    numbers.forEach(taken::set);
    return slots;
  }

  /** The key in a place, or empty when that is free. */
  synchronized Optional<Slot> find(int number) {
    if (!taken.get(number)) {
      return Optional.empty();
    }
    ByteBuffer key = ByteBuffer.allocate(KEY_OCTETS);
    try {
      read(key, (long) number * KEY_OCTETS);
    } catch (IOException e) {
      throw failed(e);
    }
    return Optional.of(slot(number, key.array()));
  }

  /** Overwrites keys; what they sealed never opens again when this has returned. */
  synchronized void erase(Collection<Integer> numbers) {
    List<Integer> used = numbers.stream().filter(taken::get).distinct().sorted().toList();
    write(used, ByteBuffer.allocate(used.size() * KEY_OCTETS));
    used.forEach(taken::clear);
  }

  /**
   * Overwrites all keys but these: what a kill has left. Places of these that hold no key stay
   * empty, since who deletes the row of one would erase the key of another.
   */
  synchronized void eraseAllBut(Set<Integer> used) {
    used.stream().filter(number -> !taken.get(number)).forEach(lost::set);
    erase(taken.stream().filter(number -> !used.contains(number)).boxed().toList());
  }

  /** Places in ascending order, and what goes there; neighbours are written at once. */
  private void write(List<Integer> numbers, ByteBuffer keys) {
    try {
      int begin = 0;
      while (begin < numbers.size()) {
        int end = begin + 1;
        while (end < numbers.size() && numbers.get(end) == numbers.get(end - 1) + 1) {
          end++;
        }
        keys.limit(end * KEY_OCTETS);
        long position = (long) numbers.get(begin) * KEY_OCTETS;
        while (keys.hasRemaining()) {
          position += channel.write(keys, position);
        }
        begin = end;
      }
      if (!numbers.isEmpty()) {
        channel.force(true);
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private void read(ByteBuffer into, long position) throws IOException {
    long next = position;
    while (into.hasRemaining()) {
      int octets = channel.read(into, next);
      if (octets < 0) {
        throw new IOException("the file ends within a key");
      }
      next += octets;
    }
    into.flip();
  }

  private static Slot slot(int number, byte[] key) {
    return new Slot(number, new SecretKeySpec(key, "HmacSHA256"));
  }

  private static boolean isFree(byte[] key) {
    return Arrays.equals(key, new byte[KEY_OCTETS]);
  }

  private IllegalStateException failed(IOException failure) {
    return new IllegalStateException("the keys of passwords in " + file + " fail", failure);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }
}
