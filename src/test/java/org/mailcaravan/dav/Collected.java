package org.mailcaravan.dav;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Where;

/** What a reader found in a file. */
final class Collected implements ExportReader.Visitor {
  final List<Resource> resources = new ArrayList<>();
  final List<Problem> problems = new ArrayList<>();
  final List<String> notes = new ArrayList<>();
  final List<String> repeated = new ArrayList<>();
  final List<String> titles = new ArrayList<>();

  static Collected cards(Path folder, String text) {
    return cards(folder, text, StandardCharsets.UTF_8);
  }

  static Collected cards(Path folder, String text, Charset charset) {
    return read(Groupware.CONTACTS, folder.resolve("contacts.vcf"), text.getBytes(charset));
  }

  static Collected events(Path folder, String text) {
    return events(folder, text.getBytes(StandardCharsets.UTF_8));
  }

  static Collected events(Path folder, byte[] octets) {
    return read(Groupware.CALENDARS, folder.resolve("calendar.ics"), octets);
  }

  static Collected read(Groupware kind, Path file, byte[] octets) {
    try {
      return read(kind, List.of(Files.write(file, octets)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Collected read(Groupware kind, List<Path> files) {
    Collected collected = new Collected();
    try (ExportReader reader = Exports.open(kind, files, folder(files))) {
      for (Path file : files) {
        reader.read(file, collected);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return collected;
  }

  private static Path folder(List<Path> files) {
    return Objects.requireNonNull(files.get(0).getParent());
  }

  List<String> uids() {
    return resources.stream().map(Resource::uid).toList();
  }

  List<String> places() {
    return problems.stream().map(problem -> problem.place().toString()).toList();
  }

  String content(String uid) {
    return resources.stream()
        .filter(resource -> resource.uid().equals(uid))
        .map(Resource::content)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no resource " + uid + " among " + uids()));
  }

  @Override
  public void resource(Resource resource) {
    resources.add(resource);
  }

  @Override
  public void broken(Problem problem) {
    problems.add(problem);
  }

  @Override
  public void collection(@Nullable String name, @Nullable String colour) {
    titles.add(name + " " + colour);
  }

  @Override
  public void repeated(Where place) {
    repeated.add(place.toString());
  }

  @Override
  public void note(String note) {
    notes.add(note);
  }
}
