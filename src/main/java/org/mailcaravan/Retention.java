package org.mailcaravan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mailcaravan.model.Parts;
import org.mailcaravan.store.Removals;
import org.mailcaravan.sync.copy.SetAside;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what is kept no longer: the bean {@code retention} of the routes. The database is first:
 * each program then deletes the files of its own that belong to removed migrations, so that a kill
 * in between leaves them for the next night. Thread-safe.
 */
public final class Retention {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
  private static final int AT_ONCE = 500;

  private final Removals removals;
  private final Path reports;
  private final Path setAside;
  private final Path dropFolder;
  private final Clock clock;
  private final Duration keep;

  /**
   * @param reports the folder with a folder for each migration
   * @param setAside the folder with a folder for each mailbox of which messages were refused
   * @param keep zero for ever
   */
  Retention(
      Removals removals, Path reports, Path setAside, Path dropFolder, Clock clock, Duration keep) {
    this.removals = removals;
    this.reports = reports;
    this.setAside = setAside;
    this.dropFolder = dropFolder;
    this.clock = clock;
    this.keep = keep;
  }

  /** Removes what is old enough. */
  public void run() {
    if (keep.isZero()) {
      return;
    }
    int migrations = removals.run();
    int folders = deleteReports();
    int messages = deleteSetAside();
    Set<String> kept = removals.keptCopies();
    int requests = deleteOld("done", kept) + deleteOld("rejected", kept);
    if (migrations + folders + messages + requests > 0) {
      LOG.info(
          "removed after {} days: {} migrations, {} reports, refused messages of {} mailboxes, {} copies of"
              + " requests",
          keep.toDays(),
          migrations,
          folders,
          messages,
          requests);
    }
  }

  private int deleteReports() {
    int deleted = 0;
    for (List<String> some : Parts.of(names(reports), AT_ONCE)) {
      for (String id : removals.removed(some)) {
        deleted += delete(reports.resolve(id)) ? 1 : 0;
      }
    }
    return deleted;
  }

  /** What was refused of mailboxes that nobody knows any more, and is as old. */
  private int deleteSetAside() {
    List<String> names = names(setAside);
    if (names.isEmpty()) {
      return 0;
    }
    Set<String> known =
        removals.sources().stream().map(SetAside::folderOf).collect(Collectors.toSet());
    int deleted = 0;
    for (String name : names) {
      Path folder = setAside.resolve(name);
      try {
        if (!known.contains(name)
            && Files.isDirectory(folder)
            && newest(folder).isBefore(before())) {
          deleted += delete(folder) ? 1 : 0;
        }
      } catch (UncheckedIOException e) {
        notTonight(folder, e);
      }
    }
    return deleted;
  }

  /** Another node may delete it, or write into it, at the same time; the rest goes all the same. */
  private static boolean delete(Path folder) {
    try {
      DataFolder.delete(folder);
      return true;
    } catch (UncheckedIOException e) {
      notTonight(folder, e);
      return false;
    }
  }

  private static void notTonight(Path folder, UncheckedIOException e) {
    LOG.warn("{} cannot be deleted tonight: {}", folder, String.valueOf(e.getMessage()));
  }

  private static Instant newest(Path folder) {
    Instant newest = Instant.MIN;
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.toList()) {
        Instant changed = Files.getLastModifiedTime(each).toInstant();
        newest = changed.isAfter(newest) ? changed : newest;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return newest;
  }

  private Instant before() {
    return clock.instant().minus(keep);
  }

  /**
   * Copies of requests, with their answers and what was told later. Those of migrations that are
   * kept stay, too.
   */
  private int deleteOld(String part, Set<String> kept) {
    Path folder = dropFolder.resolve(part);
    Instant before = before();
    int deleted = 0;
    for (String name : names(folder)) {
      if (belongsTo(kept, part + "/" + name)) {
        continue;
      }
      Path file = folder.resolve(name);
      try {
        if (Files.isRegularFile(file)
            && Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
          Files.delete(file);
          deleted++;
        }
      } catch (IOException e) {
        LOG.warn("{} is older than {} days and cannot be deleted: {}", file, keep.toDays(), e);
      }
    }
    return deleted;
  }

  /** The copy itself, or what stands beside it: {@code done/list.csv.answer.txt}. */
  private static boolean belongsTo(Set<String> copies, String name) {
    for (int end = name.length(); end > 0; end = name.lastIndexOf('.', end - 1)) {
      if (copies.contains(name.substring(0, end))) {
        return true;
      }
    }
    return false;
  }

  private static List<String> names(Path folder) {
    List<String> names = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        files.forEach(file -> names.add(file.getFileName().toString()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return names;
  }
}
