package org.mailcaravan.dav;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Where;

/**
 * Splits .ics files into the resources of a CalDAV server (RFC 4791, section 4.1): one for each
 * UID, with the event, its exceptions and the time zones they refer to, from wherever they are in
 * the files. Lines are kept as they are. METHOD and lines that no server can read are left out, and
 * a missing UID, VERSION or PRODID is added.
 *
 * <p>What is in the files twice is given once. Of two revisions of a component the newer one is
 * given. When neither is known to be newer both are given, the second with a new UID, so that
 * neither is lost.
 */
final class IcalendarExport implements ExportReader {
  private static final String REMEDY =
      "Enter it in the new calendar by hand, or export the calendar again and send the new file.";

  private final ExportFiles files;
  private final CalendarIndex index = new CalendarIndex();
  private final Map<Path, Found> found = new HashMap<>();

  /** What the index found in a file. */
  private static final class Found {
    final FileProblems problems = new FileProblems();
    // The first component with each UID that is in no earlier file.
    final List<CalendarPart> resources = new ArrayList<>();
    @Nullable IOException fault;
    int firstCalendar;
    int behindLastCalendar;
  }

  /**
   * @param files open; closed with this
   */
  IcalendarExport(ExportFiles files) {
    this.files = files;
    Map<ExportPart, Found> byPart = new HashMap<>();
    for (Path file : files.files()) {
      Found here = new Found();
      found.put(file, here);
      here.firstCalendar = index.calendars();
      for (ExportPart part : files.of(file).parts()) {
        byPart.put(part, here);
        try (ContentLines lines = new ContentLines(files.stream(part))) {
          index.add(part, lines, sink(part, here.problems));
        } catch (IOException e) {
          here.fault = e; // thrown when the file is read
        }
      }
      here.behindLastCalendar = index.calendars();
    }
    for (CalendarPart first : index.resources()) {
      Found home = byPart.get(first.text);
      if (home != null) {
        home.resources.add(first);
      }
    }
  }

  private static CalendarIndex.Sink sink(ExportPart part, FileProblems problems) {
    return new CalendarIndex.Sink() {
      @Override
      public void broken(int line, String cause) {
        problems.add(problem(part.place(line), cause, REMEDY));
      }

      @Override
      public void stray(int first, int last, boolean lost) {
        problems.stray(part.place(first), StrayLines.sentence(first, last), lost, REMEDY);
      }

      @Override
      public void tooMany(int line) {
        problems.add(FileProblems.tooMany(part.place(line)));
      }

      @Override
      public void old(int line) {
        problems.add(
            problem(
                part.place(line),
                "this calendar is in the old format vCalendar 1.0; nothing of it was imported",
                "Import the file into a calendar program, such as Thunderbird or Outlook, export it"
                    + " there as iCalendar (.ics), and send that file."));
      }
    };
  }

  private static Problem problem(Where place, String cause, String remedy) {
    return new Problem(place, cause, Owner.CUSTOMER, remedy);
  }

  @Override
  public void read(Path file, Visitor visitor) throws IOException {
    files.of(file).report(visitor);
    Found here = found.getOrDefault(file, new Found());
    if (here.fault != null) {
      throw here.fault;
    }
    CalendarTitle.of(index, here.firstCalendar, here.behindLastCalendar)
        .ifPresent(title -> visitor.collection(title.name(), title.colour()));
    here.problems.report(visitor);
    for (CalendarPart first : here.resources) {
      give(CalendarGroup.of(first), visitor);
    }
  }

  private void give(CalendarGroup group, Visitor visitor) throws IOException {
    give(group.together(), null, visitor);
    for (CalendarPart part : group.apart()) {
      visitor.note(
          part.place()
              + ": another entry in the files has the same UID and other content; both were"
              + " imported.");
      String uid = new Digest().add(part.uid.hex()).add(part.content.hex()).value().hex();
      give(List.of(part), "mailcaravan-" + uid, visitor);
    }
    for (CalendarPart part : group.superseded()) {
      visitor.note(
          part.place()
              + ": a newer revision of this entry is in the files; it was imported in place of this"
              + " one.");
    }
    group.repeated().forEach(part -> visitor.repeated(part.place()));
  }

  private void give(List<CalendarPart> parts, @Nullable String otherUid, Visitor visitor)
      throws IOException {
    if (parts.stream().mapToLong(part -> part.length).sum() > LARGEST_RESOURCE) {
      visitor.broken(
          problem(
              parts.get(0).place(),
              "the event and its exceptions together are larger than %d MiB"
                  .formatted(LARGEST_RESOURCE >> 20),
              REMEDY));
    } else {
      visitor.resource(CalendarResource.of(files, index, parts, otherUid));
    }
  }

  @Override
  public void close() {
    try {
      files.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
