package org.mailcaravan.secrets;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.mailcaravan.model.Where;

/**
 * A key for each sealed secret, outside of the database: in a file of places of 32 octets, where a
 * key that is deleted is overwritten where it stands. A database keeps what was deleted from it in
 * its own files for long; this does not. A place of zeros is free. Held by one program at a time;
 * thread-safe, also where a thread that uses it is interrupted: a FileChannel would be closed by
 * that, for all of them.
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
  private final RandomAccessFile keys;
  private final BitSet taken = new BitSet();

  /** Places that a row names and that hold no key, as after a restore without this file. */
  private final BitSet lost = new BitSet();

  private final SecureRandom random = new SecureRandom();

  private KeySlots(Path file, RandomAccessFile keys) throws IOException {
    this.file = file;
    this.keys = keys;
    // A kill may have left a part of the last key; no row needs it.
    long whole = keys.length() / KEY_OCTETS * KEY_OCTETS;
    if (keys.length() > whole) {
      keys.seek(whole);
      keys.write(new byte[KEY_OCTETS]);
    }
    ByteBuffer all = ByteBuffer.wrap(read(0, Math.toIntExact(keys.length())));
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
      RandomAccessFile keys = new RandomAccessFile(file.toFile(), "rw");
      try {
        FileLock lock = keys.getChannel().tryLock();
        if (lock == null) {
          throw new OverlappingFileLockException();
        }
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
          Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
        return new KeySlots(file, keys);
      } catch (IOException | RuntimeException e) {
        keys.close();
        throw e;
      }
    } catch (OverlappingFileLockException e) {
      throw new RequestRejected(
          new Problem(
              Where.dataFolder(dataFolder),
              "it is in use by another Mail Caravan",
              Owner.US,
              "Give each program a data folder of its own (--data or data.folder)."));
    } catch (IOException e) {
      throw new RequestRejected(
          new Problem(
              Where.file(file),
              "it can be neither read nor made (" + e.getClass().getSimpleName() + ")",
              Owner.US,
              "See that this user may read and write there."));
    }
  }

  /** New keys, each in a free place. They are on disk when this returns, however many. */
  synchronized List<Slot> take(int count) {
    List<Integer> numbers = new ArrayList<>(count);
    List<Slot> slots = new ArrayList<>(count);
    ByteBuffer made = ByteBuffer.allocate(count * KEY_OCTETS);
    int number = -1;
    for (int i = 0; i < count; i++) {
      do {
        number = taken.nextClearBit(number + 1);
      } while (lost.get(number));
      byte[] key = new byte[KEY_OCTETS];
      random.nextBytes(key);
      made.put(key);
      numbers.add(number);
      slots.add(slot(number, key));
    }
    write(numbers, made.array());
    numbers.forEach(taken::set);
    return slots;
  }

  /** The key in a place, or empty when that is free. */
  synchronized Optional<Slot> find(int number) {
    if (!taken.get(number)) {
      return Optional.empty();
    }
    try {
      return Optional.of(slot(number, read((long) number * KEY_OCTETS, KEY_OCTETS)));
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Overwrites keys; what they sealed never opens again when this has returned. */
  synchronized void erase(Collection<Integer> numbers) {
    List<Integer> used = numbers.stream().filter(taken::get).distinct().sorted().toList();
    write(used, new byte[used.size() * KEY_OCTETS]);
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
  private void write(List<Integer> numbers, byte[] octets) {
    try {
      int begin = 0;
      while (begin < numbers.size()) {
        int end = begin + 1;
        while (end < numbers.size() && numbers.get(end) == numbers.get(end - 1) + 1) {
          end++;
        }
        keys.seek((long) numbers.get(begin) * KEY_OCTETS);
        keys.write(octets, begin * KEY_OCTETS, (end - begin) * KEY_OCTETS);
        begin = end;
      }
      if (!numbers.isEmpty()) {
        keys.getFD().sync();
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private byte[] read(long position, int octets) throws IOException {
    byte[] read = new byte[octets];
    keys.seek(position);
    keys.readFully(read);
    return read;
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
      keys.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }
}
