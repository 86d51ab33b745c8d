package org.mailcaravan.intake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Channel;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Request;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.RowProblem;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.model.Where;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder that requests are dropped into: the bean {@code drop-folder} of the routes.
 *
 * <p>A file is read when it has not changed between two looks, and deleted when it has not changed
 * for a while after that: a slow writer may pause, and rows that it adds after the pause are read
 * too. Only regular files are opened, no link is followed, and the mode of a file with several hard
 * links stays. Thread-safe.
 */
public final class DropFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DropFolder.class);
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** A file is deleted when it has not changed for so many intervals between looks. */
  static final int INTERVALS_KEPT = 20;

  /** How many files one look gives: a stop waits for these; the next look gives the others. */
  private static final int MOST_AT_ONCE = 1000;

  /** A file as it was when it was found complete. */
  public static final class Dropped {
    private final Path file;
    private final FileMark mark;
    private @Nullable String digest;
    private Request whole;
    private @Nullable RepairList repairable;

    /** What the rejected rows hold, so that a change of one is seen. */
    private final Map<Integer, Integer> bad = new HashMap<>();

    /**
     * The sealed values that its cells refer to. Each can be opened once, and a file that grows is
     * read again.
     */
    private final SealedRows.Opened opened;

    private Dropped(Path file, FileMark mark) {
      this.file = file;
      this.mark = mark;
      this.whole = new Request(RequestText.nameOf(file), List.of(), List.of()).by(Channel.DROP);
      this.opened = new SealedRows.Opened(whole.name());
    }

    /** The file's name, fit to be shown. */
    public String name() {
      return RequestText.nameOf(file);
    }

    @Override
    public String toString() {
      return name();
    }
  }

  /** What is known of a file since its mark last changed. */
  private static final class Seen {
    private final FileMark mark;
    private final long since;

    /** What was taken of it last; null when nothing was. */
    private @Nullable Dropped taken;

    /** Whether it was given already, or cannot be used. */
    private boolean done;

    /** Whether it has been told that it waits for a failure to pass. */
    private boolean waits;

    private Seen(FileMark mark, long since, @Nullable Dropped taken) {
      this.mark = mark;
      this.since = since;
      this.taken = taken;
    }
  }

  private final Path folder;
  private final Duration interval;
  private final TakenFiles takenFiles;
  private final RequestReader reader;
  private final SealedRows sealed;
  private final Clock clock;
  private final BiPredicate<String, Instant> opened;
  private final Predicate<Throwable> passes;
  private final Function<List<Problem>, String> explained;
  private final Map<Path, Seen> known = new HashMap<>();
  private boolean unreadable;

  /**
   * @param interval between two looks
   * @param taken the folder that remembers, over a restart, which files wait to be deleted
   * @param sealed keeps the values of rejected rows
   * @param opened whether a request of this name was stored at this time or later
   * @param passes whether a failure is no fault of the file and passes, such as that of a database
   *     that is away
   * @param explained the answer to a file that cannot be used
   */
  public DropFolder(
      Path folder,
      Duration interval,
      Path taken,
      RequestReader reader,
      SealedRows sealed,
      Clock clock,
      BiPredicate<String, Instant> opened,
      Predicate<Throwable> passes,
      Function<List<Problem>, String> explained) {
    this.folder = folder.toAbsolutePath().normalize();
    this.interval = interval;
    this.takenFiles = new TakenFiles(taken);
    this.reader = reader;
    this.sealed = sealed;
    this.clock = clock;
    this.opened = opened;
    this.passes = passes;
    this.explained = explained;
  }

  /**
   * Looks into the folder; deletes files that were read a while ago.
   *
   * @param others a pattern for the names of files that are no requests
   * @return the files that can be read now, the oldest first
   */
  public synchronized List<Dropped> look(String others) {
    Pattern left = Pattern.compile(others);
    List<Dropped> whole = new ArrayList<>();
    Set<Path> there = new HashSet<>();
    try {
      Files.createDirectories(folder);
      for (String own : List.of("done", "rejected")) {
        replaceLink(folder.resolve(own));
      }
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
        for (Path file : entries) {
          if (!left.matcher(String.valueOf(file.getFileName())).matches() && look(file, whole)) {
            there.add(file);
          }
        }
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      }
      unreadable = false;
    } catch (IOException e) {
      if (!unreadable) {
        LOG.error(
            "the drop folder {} cannot be read ({}), and no request is accepted: allow this user to read"
                + " and write there, or set drop.folder",
            folder,
            e.toString());
      }
      unreadable = true;
      return List.of();
    }
    forgetAllBut(there);
    whole.sort(
        Comparator.comparing((Dropped dropped) -> dropped.mark.modified())
            .thenComparing(dropped -> dropped.file));
    List<Dropped> now = whole.subList(0, Math.min(MOST_AT_ONCE, whole.size()));
    now.forEach(dropped -> seen(dropped).done = true);
    return List.copyOf(now);
  }

  /** Whoever may write here could redirect all that we write. */
  private static void replaceLink(Path own) throws IOException {
    if (Files.isSymbolicLink(own)) {
      LOG.warn(
          "{} was a link to {}: links are not followed, so a folder has replaced it",
          own,
          VisibleText.of(Files.readSymbolicLink(own).toString()));
      Files.delete(own);
      Files.createDirectory(own);
    }
  }

  /** Whether it is something other than a folder; it is added to the list when it is complete. */
  private boolean look(Path file, List<Dropped> whole) {
    FileMark mark;
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (attributes.isDirectory()) {
        return false;
      }
      mark = FileMark.of(attributes);
    } catch (IOException e) {
      return false; // It has just gone.
    }
    long now = clock.millis();
    Seen seen = known.get(file);
    if (seen == null || !seen.mark.equals(mark) || seen.since > now) {
      known.put(file, new Seen(mark, now, seen == null ? null : seen.taken));
      if (seen != null && seen.taken != null && seen.done && !seen.mark.equals(mark)) {
        LOG.warn(
            "{} changed after it was read: it is not deleted, and its new rows are migrated too",
            RequestText.nameOf(file));
      }
      return true;
    }
    long unchanged = now - seen.since;
    if (!seen.done) {
      if (unchanged >= interval.toMillis()) {
        whole.add(new Dropped(file, mark));
      }
    } else if (seen.taken != null
        && unchanged >= interval.multipliedBy(INTERVALS_KEPT).toMillis()) {
      delete(file, seen, seen.taken);
    }
    return true;
  }

  private Seen seen(Dropped dropped) {
    return known.computeIfAbsent(
        dropped.file, file -> new Seen(dropped.mark, clock.millis(), null));
  }

  private void forgetAllBut(Set<Path> there) {
    known
        .entrySet()
        .removeIf(
            entry -> {
              Dropped taken = entry.getValue().taken;
              if (!there.contains(entry.getKey()) && taken != null) {
                takenFiles.forget(taken.digest);
              }
              return !there.contains(entry.getKey());
            });
  }

  /**
   * Reads a file and keeps a copy of it with its passwords masked.
   *
   * @return its rows, or only the new ones of a file that was read before; empty when there are
   *     none
   * @throws RequestRejected when the file as a whole cannot be used
   */
  public synchronized Request take(Dropped dropped) {
    byte[] octets = read(dropped);
    String digest = takenFiles.name(dropped.file, dropped.mark, octets);
    dropped.digest = digest;
    Dropped before = seen(dropped).taken;
    if (before == null && isTaken(digest, dropped.name())) {
      LOG.info("request {} was accepted before the last stop", dropped);
      return dropped.whole;
    }
    if (before != null) {
      dropped.opened.addAll(before.opened);
    }
    RawRequest parsed = RawRequest.parse(octets, dropped.name());
    RawRequest raw = parsed.with(sealed.resolve(parsed.rows(), dropped.opened));
    dropped.whole = reader.read(dropped.name(), raw, folder).by(Channel.DROP);
    Set<Integer> rejected =
        dropped.whole.rejected().stream().map(RowProblem::line).collect(Collectors.toSet());
    raw.rows().stream()
        .filter(row -> rejected.contains(row.line()))
        .forEach(row -> dropped.bad.put(row.line(), row.hashCode()));
    Request news = before == null ? dropped.whole : news(dropped, before);
    dropped.repairable =
        new RepairList(raw.rows(), news.rejected(), new ClearCells(raw.rows(), rejected::contains));
    if (!news.isEmpty()) {
      Path copy =
          new MaskedCopy()
              .write(
                  raw,
                  rejected,
                  folder.resolve("done").resolve(PrivateFile.nameAfter(dropped.file)));
      LOG.info("request {} accepted, masked copy in {}", dropped, VisibleText.of(copy.toString()));
      takenFiles.begin(digest, clock.instant());
      return news.from(AnswerFiles.beside(copy, HeaderNames.language(news.reading())));
    }
    return news;
  }

  /** Also where a kill came after its rows were stored. */
  private boolean isTaken(String digest, String name) {
    return takenFiles.isTaken(digest)
        || takenFiles.begun(digest).filter(begun -> opened.test(name, begun)).isPresent();
  }

  private static Request news(Dropped dropped, Dropped before) {
    List<RowProblem> rejected =
        dropped.whole.rejected().stream()
            .filter(
                problem ->
                    !Objects.equals(
                        before.bad.get(problem.line()), dropped.bad.get(problem.line())))
            .toList();
    return new Request(
            Channel.DROP,
            dropped.whole.name(),
            dropped.whole.without(before.whole).rows(),
            rejected,
            dropped.whole.reading())
        .ofTicket(dropped.whole.ticket());
  }

  private static byte[] read(Dropped dropped) {
    if (!dropped.mark.regular()) {
      throw RequestText.rejected(
          Where.file(dropped.name()),
          dropped.mark.link()
              ? "it is a link, and links are not followed"
              : "it is a pipe, a socket or a device, and no file",
          "Copy the file itself into the folder.");
    }
    byte[] octets = RequestText.octets(dropped.file, dropped.name(), LinkOption.NOFOLLOW_LINKS);
    try {
      if (FileMark.of(dropped.file).equals(dropped.mark)) {
        return octets;
      }
    } catch (IOException e) {
      // As for a file that was replaced meanwhile.
    }
    throw new Changed();
  }

  /** The file was written to while it was read; it stays where it is. */
  private static final class Changed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** The rows of a file are stored; the file is deleted when it does not change any more. */
  public synchronized void accepted(Dropped dropped) {
    Seen seen = seen(dropped);
    if (seen.taken != null) {
      takenFiles.forget(seen.taken.digest);
    }
    seen.taken = dropped;
    takenFiles.add(dropped.digest);
    Set<Integer> rejected =
        dropped.whole.rejected().stream().map(RowProblem::line).collect(Collectors.toSet());
    sealed.forget(dropped.opened, rejected::contains);
    dropped.repairable = null;
    if (OtherNames.has(dropped.file)) {
      LOG.warn("{} has another name elsewhere (a hard link): its passwords stay there", dropped);
    }
  }

  /**
   * Writes the rejected rows to where the sender of the request looks for them, and beside them a
   * repair list that can be dropped again.
   */
  public synchronized void writeRejectedRows(Dropped dropped, String csv) {
    String name = PrivateFile.nameAfter(dropped.file);
    int dot = name.lastIndexOf('.');
    String stem = dot > 0 ? name.substring(0, dot) : name;
    try {
      PrivateFile.writeForOthers(csv, rejectedFolder().resolve(stem + ".rejected.csv"));
      RepairList repairable = dropped.repairable;
      while (repairable != null && repairable.hasMore()) {
        PrivateFile.write(
            rejectedFolder().resolve(stem + ".repair.csv"),
            writer -> repairable.writeSome(writer, sealed));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path rejectedFolder() {
    return folder.resolve("rejected");
  }

  /**
   * Moves a file that cannot be used to {@code rejected/}, where only its owner can read it, with
   * the answer beside it. After a failure that passes it stays, and is taken at a later look.
   *
   * @param migration the migration that holds its rows already, or null; with one the file is not
   *     moved, since dropping it again would migrate them twice
   */
  public synchronized void reject(
      Dropped dropped, Throwable failure, @Nullable Migration migration) {
    Seen seen = seen(dropped);
    if (migration != null) {
      acceptAllTheSame(dropped, failure, migration);
      return;
    }
    boolean comesAgain = passes.test(failure);
    if (comesAgain && !seen.waits) {
      LOG.warn("request {} waits in the drop folder, and is tried again: {}", dropped, failure);
    }
    if (comesAgain || failure instanceof Changed) {
      known.put(dropped.file, new Seen(dropped.mark, clock.millis(), seen.taken));
      seen(dropped).waits = comesAgain;
      return;
    }
    Problem problem = problem(dropped, failure);
    LOG.warn("request {} rejected: {}", dropped, problem);
    if (!(failure instanceof RequestRejected)) {
      LOG.error("a fault of ours at request {}", dropped, failure);
    }
    try {
      String name = STAMP.format(clock.instant()) + "-" + PrivateFile.nameAfter(dropped.file);
      Path moved = PrivateFile.move(dropped.file, rejectedFolder().resolve(name));
      new AnswerFiles(folder)
          .write(AnswerFiles.beside(moved, null), explained.apply(problems(failure, problem)));
      keepPrivate(moved, dropped);
      known.remove(dropped.file);
      takenFiles.forget(dropped.digest);
      takenFiles.forget(seen.taken == null ? null : seen.taken.digest);
    } catch (IOException e) {
      LOG.error(
          "request {} cannot be moved to rejected/ ({}), and stays where it is until it changes: allow"
              + " this user to write to the drop folder and everything in it",
          dropped,
          e.toString());
      seen.done = true;
    }
  }

  private void acceptAllTheSame(Dropped dropped, Throwable failure, Migration migration) {
    LOG.error(
        "request {} runs as migration {}, and a fault followed: do not drop it again. Fix the cause; its passes are"
            + " due",
        dropped,
        migration.id(),
        failure);
    try {
      accepted(dropped);
    } catch (RuntimeException e) {
      LOG.error(
          "request {} will be read again after a stop ({}): delete it, because migration {} has its rows",
          dropped,
          e.toString(),
          migration.id());
    }
  }

  private static Problem problem(Dropped dropped, Throwable failure) {
    if (failure instanceof RequestRejected known) {
      return known.problem();
    }
    if (failure instanceof OutOfMemoryError) {
      return MemoryShortage.problem(dropped.name());
    }
    return new Problem(
        ProblemCode.FAULT,
        Where.file(dropped.name()),
        "it could not be taken (" + failure.getClass().getSimpleName() + ")",
        Owner.US,
        "See the log, fix the cause, and drop the file again.");
  }

  private static List<Problem> problems(Throwable failure, Problem first) {
    return failure instanceof RequestRejected known ? known.problems() : List.of(first);
  }

  private static void keepPrivate(Path file, Dropped dropped) {
    if (!dropped.mark.regular()) {
      return;
    }
    try {
      OtherNames.closeToOthers(file);
    } catch (IOException | UnsupportedOperationException e) {
      LOG.warn(
          "{} may hold passwords, and others may be able to read it: {}", dropped, e.toString());
    }
  }

  private void delete(Path file, Seen seen, Dropped taken) {
    try {
      byte[] octets = RequestText.octets(file, taken.name(), LinkOption.NOFOLLOW_LINKS);
      String digest = takenFiles.name(file, FileMark.of(file), octets);
      if (!digest.equals(taken.digest)) {
        known.put(file, new Seen(FileMark.of(file), clock.millis(), taken));
        LOG.warn("{} changed after it was read: it is not deleted, and is read again", taken);
        return;
      }
      Files.delete(file);
      takenFiles.forget(digest);
      known.remove(file);
    } catch (IOException | RequestRejected e) {
      LOG.warn(
          "request {} was accepted and cannot be deleted ({}): delete it, because it holds passwords",
          taken,
          e.toString());
      seen.taken = null;
    }
  }

  /** Deletes files that were read and have not changed. */
  @Override
  public synchronized void close() {
    for (Map.Entry<Path, Seen> entry : List.copyOf(known.entrySet())) {
      Dropped taken = entry.getValue().taken;
      if (taken != null) {
        delete(entry.getKey(), entry.getValue(), taken);
      }
    }
  }
}
