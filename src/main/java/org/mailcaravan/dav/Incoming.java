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
 * Takes what a reader finds, stores it in a collection, a few resources at once, and counts what
 * became of it. The collection is opened with the first resource. To be used by one thread.
 */
final class Incoming implements ExportReader.Visitor, AutoCloseable {
  /** How many resources are recorded in one go. */
  private static final int TOGETHER = 50;

  private final Function<Destination.Wanted, CollectionImport> open;
  private final Destination.Wanted wanted;
  private final Runnable progress;
  private final InFlight<CollectionImport.Outcome> inFlight;
  private final Map<String, Stored> due = new LinkedHashMap<>();
  private @Nullable CollectionImport target;
  private Count count = new Count();
  private @Nullable String suggested;
  private @Nullable String colour;

  /** What became of one file. */
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
   * @param wanted which one is meant
   * @param atOnce how many resources are under way at once
   * @param progress is run for each resource that was stored
   */
  Incoming(
      Function<Destination.Wanted, CollectionImport> open,
      Destination.Wanted wanted,
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

  /** The collection, opened when it was not yet. */
  CollectionImport target() {
    CollectionImport opened = target;
    if (opened == null) {
      Set<String> components = wanted.components();
      opened =
          open.apply(new Destination.Wanted(wanted.name(), suggested, valid(colour), components));
      target = opened;
      if (opened.isGone()) {
        count.notes.add(
            "The place where this was put before is gone (%s), so nothing was stored. To have it"
                    .formatted(opened.place())
                + " stored anew, name another one in the request.");
      }
    }
    return opened;
  }

  /** Other ways to name a colour are not for this property. */
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

  /** Nothing needs to be done about resources that came before and have not changed since. */
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
      due.put(outcome.uid(), outcome.stored());
      progress.run();
    }
    if (due.size() >= TOGETHER) {
      takeDown();
    }
  }

  private void takeDown() {
    CollectionImport into = target;
    if (into != null && !due.isEmpty()) {
      into.record(due);
      due.clear();
    }
  }

  /** Ends with a problem of the whole collection; what was stored before it still counts. */
  void abandon(Problem problem) {
    inFlight.settle();
    takeDown();
    count.refused.add(problem);
  }

  /** Waits for all that came so far. */
  void await() {
    inFlight.await();
    takeDown();
  }

  /** How many could not be stored since the last {@link #result}. */
  int refused() {
    return count.refused.size();
  }

  /** Those that could not be stored behind the first so many. */
  List<Problem> refusedSince(int first) {
    return List.copyOf(count.refused.subList(first, count.refused.size()));
  }

  /**
   * What became of all that came since the last call.
   *
   * @param file where it came from
   */
  ImportResult result(String file) {
    await();
    Count done = count;
    count = new Count();
    int quiet = target == null ? 0 : target.leftToClient();
    if (quiet > 0) {
      done.notes.add(
          "%s: %d with attendees: SCHEDULE-AGENT=CLIENT was added, so that our server mails nobody."
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
        Troubles.bounded(done.refused),
        bounded(done.notes));
  }

  private static List<String> bounded(List<String> notes) {
    if (notes.size() <= Troubles.MOST) {
      return notes;
    }
    List<String> first = new ArrayList<>(notes.subList(0, Troubles.MOST));
    first.add("There are %d more such notes.".formatted(notes.size() - Troubles.MOST));
    return first;
  }

  /** Waits for requests under way and records what was stored, also after a failure. */
  @Override
  public void close() {
    inFlight.close();
    takeDown();
  }
}
