package org.mailcaravan.dav;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.ImportResult;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Where;
import org.mailcaravan.store.StoredResources.Stored;

/**
 * Stores what a reader finds in a collection, a few resources at once, and counts the outcomes. The
 * collection is opened with the first resource. Used by one thread only.
 */
final class StoringVisitor implements ExportReader.Visitor, AutoCloseable {
  /** How many stored resources are recorded in the ledger at once. */
  private static final int TOGETHER = 50;

  private final Function<CollectionFinder.Wanted, CollectionImport> open;
  private final CollectionFinder.Wanted wanted;
  private final Runnable progress;
  private final InFlight<CollectionImport.Outcome> inFlight;
  private final Map<String, Stored> stored = new LinkedHashMap<>();
  private @Nullable CollectionImport target;
  private Count count = new Count();
  private @Nullable String suggested;
  private @Nullable String colour;

  /** The outcomes for one file. */
  private static final class Count {
    final List<Problem> refused = new ArrayList<>();
    final List<String> notes = new ArrayList<>();
    int imported;
    int alreadyThere;
    int updated;
    int kept;
    int repeated;
  }

  /**
   * @param open opens the collection
   * @param wanted the collection to find or create
   * @param atOnce how many resources are stored side by side
   * @param progress is run after each stored resource
   */
  StoringVisitor(
      Function<CollectionFinder.Wanted, CollectionImport> open,
      CollectionFinder.Wanted wanted,
      int atOnce,
      Runnable progress) {
    this.open = open;
    this.wanted = wanted;
    this.suggested = wanted.suggested();
    this.colour = wanted.colour();
    this.progress = progress;
    this.inFlight = new InFlight<>(atOnce, this::add);
  }

  @Override
  public void collection(@Nullable String name, @Nullable String itsColour) {
    suggested = suggested == null ? name : suggested;
    colour = colour == null ? itsColour : colour;
  }

  @Override
  public void resource(Resource resource) {
    CollectionImport into = target();
    inFlight.give(resource.bytes().length, () -> into.store(resource));
  }

  /** The collection; opens it on the first call. */
  CollectionImport target() {
    CollectionImport opened = target;
    if (opened == null) {
      Set<String> components = wanted.components();
      opened =
          open.apply(
              new CollectionFinder.Wanted(wanted.name(), suggested, valid(colour), components));
      target = opened;
      if (opened.isGone()) {
        count.notes.add(
            "The collection of an earlier import is gone (%s), so nothing was stored. To store"
                    .formatted(opened.place())
                + " it again, name another collection in the request.");
      }
    }
    return opened;
  }

  /** The colour when it is in Apple's form, else null; calendar-color takes no other. */
  private static @Nullable String valid(@Nullable String colour) {
    return colour != null && colour.strip().matches("#[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?")
        ? colour.strip()
        : null;
  }

  @Override
  public void broken(Problem problem) {
    inFlight.pass(
        new CollectionImport.Outcome(CollectionImport.Fate.REFUSED, "", null, null, problem));
  }

  @Override
  public void repeated(Where place) {
    count.repeated++;
  }

  @Override
  public void note(String note) {
    count.notes.add(note);
  }

  /** Counts resources that an earlier pass imported and that have not changed since. */
  void unchanged(int resources) {
    count.alreadyThere += resources;
  }

  private void add(CollectionImport.Outcome outcome) {
    switch (outcome.fate()) {
      case IMPORTED -> count.imported++;
      case ALREADY_THERE -> count.alreadyThere++;
      case UPDATED -> count.updated++;
      case KEPT -> count.kept++;
      case REFUSED -> {}
    }
    if (outcome.problem() != null) {
      count.refused.add(outcome.problem());
    }
    if (outcome.note() != null) {
      count.notes.add(outcome.note());
    }
    if (outcome.stored() != null) {
      stored.put(outcome.uid(), outcome.stored());
      progress.run();
    }
    if (stored.size() >= TOGETHER) {
      recordStored();
    }
  }

  private void recordStored() {
    CollectionImport into = target;
    if (into != null && !stored.isEmpty()) {
      into.record(stored);
      stored.clear();
    }
  }

  /** Stops with a problem of the whole collection; what was stored before it still counts. */
  void abandon(Problem problem) {
    inFlight.finish();
    recordStored();
    count.refused.add(problem);
  }

  /** Waits until all resources so far are stored and recorded. */
  void await() {
    inFlight.await();
    recordStored();
  }

  /** How many problems there are since the last {@link #result}. */
  int refused() {
    return count.refused.size();
  }

  /** The problems since the last {@link #result}, from the given index on. */
  List<Problem> refusedSince(int first) {
    return List.copyOf(count.refused.subList(first, count.refused.size()));
  }

  /**
   * Waits for all resources since the last call and returns what became of them.
   *
   * @param file the name of the file or collection they came from
   */
  ImportResult result(String file) {
    await();
    Count done = count;
    count = new Count();
    int quiet = target == null ? 0 : target.leftToClient();
    if (quiet > 0) {
      done.notes.add(
          "%s: %d with attendees: SCHEDULE-AGENT=CLIENT was added, so that the new server mails nobody."
              .formatted(file, quiet));
    }
    return new ImportResult(
        file,
        target == null ? "" : target.facts().name(),
        done.imported,
        done.alreadyThere,
        done.updated,
        done.kept,
        done.repeated,
        FileProblems.bounded(done.refused),
        bounded(done.notes));
  }

  private static List<String> bounded(List<String> notes) {
    if (notes.size() <= FileProblems.MOST) {
      return notes;
    }
    List<String> first = new ArrayList<>(notes.subList(0, FileProblems.MOST));
    first.add("There are %d more such notes.".formatted(notes.size() - FileProblems.MOST));
    return first;
  }

  /** Waits for running requests and records what was stored, even after a failure. */
  @Override
  public void close() {
    inFlight.close();
    recordStored();
  }
}
