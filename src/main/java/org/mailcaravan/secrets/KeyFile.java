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
import java.util.function.Supplier;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Where;

/**
 * A file with one key for each sealed secret, outside of the database. A database keeps deleted
 * rows in its files for a long time; here a deleted key is overwritten in place. The file consists
 * of slots of 32 octets; a slot of zeros is free. One program at a time can use it. Thread-safe,
 * even if a thread is interrupted, which would close a FileChannel for all threads.
 */
public final class KeyFile implements KeySlots {
  private final Path file;
  private final RandomAccessFile keys;
  private final BitSet taken = new BitSet();

  /** Slots that a row names but that have no key, as after a restore without this file. */
  private final BitSet lost = new BitSet();

  private final SecureRandom random = new SecureRandom();

  private KeyFile(Path file, RandomAccessFile keys) throws IOException {
    this.file = file;
    this.keys = keys;
    // A kill may have left a part of the last key. No row uses it.
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
   * Opens the file of a data folder; creates it when it is missing.
   *
   * @throws RequestRejected when it cannot be used, or another program uses it
   */
  public static KeyFile in(Path dataFolder) {
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
        return new KeyFile(file, keys);
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
              "it can be neither read nor created (" + e.getClass().getSimpleName() + ")",
              Owner.US,
              "Check that this user may read and write there."));
    }
  }

  /** They are on disk when this returns. */
  @Override
  public synchronized List<Slot> take(int count) {
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

  @Override
  public synchronized Optional<Slot> find(int number) {
    if (!taken.get(number)) {
      return Optional.empty();
    }
    try {
      return Optional.of(slot(number, read((long) number * KEY_OCTETS, KEY_OCTETS)));
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Overwrites them. When this returns, nothing opens what they sealed. */
  @Override
  public synchronized void erase(Collection<Integer> numbers) {
    List<Integer> used = numbers.stream().filter(taken::get).distinct().sorted().toList();
    write(used, new byte[used.size() * KEY_OCTETS]);
    used.forEach(taken::clear);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Used slots without a key are never filled again: deleting the old row would erase the new
   * key.
   */
  @Override
  public synchronized void eraseUnused(Supplier<Set<Integer>> inUse) {
    Set<Integer> used = inUse.get();
    used.stream().filter(number -> !taken.get(number)).forEach(lost::set);
    erase(taken.stream().filter(number -> !used.contains(number)).boxed().toList());
  }

  /** Writes octets to slots in ascending order; adjacent slots are written at once. */
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

  /** Overwrites all keys, and deletes the file. */
  synchronized void dispose() {
    erase(taken.stream().boxed().toList());
    close();
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static Slot slot(int number, byte[] key) {
    return Slot.of(number, key);
  }

  private static boolean isFree(byte[] key) {
    return Arrays.equals(key, new byte[KEY_OCTETS]);
  }

  private IllegalStateException failed(IOException failure) {
    return new IllegalStateException(
        "the keys of passwords in " + file + " cannot be read or written", failure);
  }

  @Override
  public void sweep() {
    // Erased keys are overwritten.
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
