package org.mailcaravan.sync.verify;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumSet;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.Content;
import org.mailcaravan.imap.FetchItem;
import org.mailcaravan.model.Fingerprint;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.Side;
import org.mailcaravan.sync.messages.BothFolders;
import org.mailcaravan.sync.messages.FingerprintStream;
import org.mailcaravan.sync.messages.Repair;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether copies that differ are their messages but for a change that servers are known
 * to make. For that the messages are read again, each into a file that is deleted at once; a few
 * only. For one thread.
 */
final class SilentChanges {
  /** What is larger, in octets, is not looked into. */
  static final long LARGEST = 64L << 20;

  /** So many messages of a folder are looked into. */
  private static final int MOST = 100;

  private static final int MOST_TRIES = 2;

  /** With so many that the source did not give again, it is asked no more. */
  private static final int MOST_FAILURES = 2;

  private static final Logger LOG = LoggerFactory.getLogger(SilentChanges.class);

  private final BothFolders folders;
  private final Path spool;
  private int looked;
  private int failures;

  /**
   * What was done to a message.
   *
   * @param words for people
   */
  record Found(String words) {
    /** Nothing: the source gives the message otherwise than it gave it. */
    static final Found NOTHING = new Found("");

    boolean isNothing() {
      return words.isEmpty();
    }
  }

  SilentChanges(BothFolders folders, Path spool) {
    this.folders = folders;
    this.spool = spool;
  }

  /**
   * Looks.
   *
   * @param copies that differ, by source UID
   * @return what was done to those of which that is known, by source UID
   */
  Map<Long, Found> find(Map<Long, Fingerprint> copies) {
    Map<Long, Found> found = new TreeMap<>();
    copies.forEach(
        (uid, copy) -> {
          if (looked < MOST) {
            looked++;
            Found change = find(uid, copy);
            if (change != null) {
              found.put(uid, change);
            }
          }
        });
    return found;
  }

  private @Nullable Found find(long uid, Fingerprint copy) {
    Path file;
    try {
      Files.createDirectories(spool);
      file = Files.createTempFile(spool, "compared-", ".eml");
    } catch (IOException e) {
      throw unwritable(e);
    }
    try {
      return isRead(uid, file) ? change(file, copy) : null;
    } catch (IOException e) {
      throw unwritable(e);
    } finally {
      delete(file);
    }
  }

  private UncheckedIOException unwritable(IOException cause) {
    return new UncheckedIOException("a message cannot be looked into in " + spool, cause);
  }

  private void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /**
   * Whether the source gave it once more. A source that fails at this keeps nothing else from being
   * compared.
   */
  private boolean isRead(long uid, Path file) {
    if (failures == MOST_FAILURES) {
      return false;
    }
    for (int tries = 1; tries <= MOST_TRIES; tries++) {
      try {
        return read(uid, file);
      } catch (MigrationException e) {
        LOG.info("UID {} could not be looked into: {}", uid, e.problem());
      }
    }
    failures++;
    return false;
  }

  private boolean read(long uid, Path file) {
    return folders.in(
        Side.SOURCE,
        connection -> {
          boolean[] came = {false};
          connection
              .fetch(
                  Long.toString(uid),
                  EnumSet.of(FetchItem.MESSAGE),
                  (size, in) -> {
                    // The server may have announced less before.
                    if (size <= LARGEST) {
                      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
                    }
                    return new Kept(size);
                  },
                  message ->
                      came[0] |=
                          message.uid() == uid
                              && message.content() instanceof Kept kept
                              && kept.size() <= LARGEST)
              .join();
          return came[0];
        });
  }

  private static @Nullable Found change(Path file, Fingerprint copy) throws IOException {
    // A change that finds nothing to change gives what the source gives now.
    if (fingerprint(file).equals(copy)) {
      return Found.NOTHING;
    }
    for (SilentChange change : SilentChange.all()) {
      // To the octet: a header that was written otherwise may have lost a field besides.
      if (fingerprint(file, change).equals(copy)) {
        return new Found(change.recorded());
      }
    }
    return null;
  }

  private static Fingerprint fingerprint(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file));
        FingerprintStream digest = new FingerprintStream(in)) {
      digest.transferTo(OutputStream.nullOutputStream());
      return digest.fingerprint();
    }
  }

  private static Fingerprint fingerprint(Path file, SilentChange change) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file));
        FingerprintStream digest = new FingerprintStream(InputStream.nullInputStream())) {
      OutputStream out = new BufferedOutputStream(digest.sink());
      Repair.Filter filter = change.over(out);
      in.transferTo(filter);
      filter.finish();
      out.flush();
      return digest.fingerprint();
    }
  }

  /** What is in the file. */
  private record Kept(long size) implements Content {
    @Override
    public void writeTo(OutputStream out) {
      throw new IllegalStateException("it is in a file");
    }

    @Override
    public void close() {}
  }
}
