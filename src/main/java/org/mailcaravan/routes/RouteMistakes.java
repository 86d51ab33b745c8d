package org.mailcaravan.routes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.camel.LineNumberAware;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.ext.Artifact;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.SecretMask;
import org.mailcaravan.model.Spelling;
import org.mailcaravan.model.Where;
import org.mailcaravan.settings.Settings;

/**
 * What is wrong in route files, as their editor is told it: every mistake of every file, so that
 * one start is enough to learn of them all.
 *
 * <p>A file that Camel cannot read is left out while the others are looked at. What it mentions may
 * be there, so nobody is told that it is missing.
 */
final class RouteMistakes {
  static final String NEXT_STEP = "Fix the route file and start again; nothing was started.";

  /** What is to be done where a jar of Camel's is missing. */
  static String addition(Artifact artifact) {
    return "Run \"bin/mailcaravan ext add %s\", and start again; nothing was started."
        .formatted(artifact);
  }

  /** A file that is no route file at all has a mistake in each line. */
  private static final int MOST = 100;

  /** So many names can be read at once. */
  private static final int FEW = 20;

  private static final Comparator<Problem> BY_PLACE =
      Comparator.comparing((Problem problem) -> file(problem) == null)
          .thenComparing(problem -> String.valueOf(file(problem)))
          .thenComparing(
              problem -> problem.place() instanceof Where.InFile place ? place.line() : 0L);

  private final Path folder;
  private final SecretMask secrets;
  private final List<RouteFile> files;
  private final Map<Path, RestEntries> rest = new HashMap<>();
  private final List<Map.Entry<Where, String>> targets = new ArrayList<>();
  private final Map<String, Where> beans = new TreeMap<>();
  private final Set<Path> leftOut = new LinkedHashSet<>();
  private final Set<Problem> problems = new LinkedHashSet<>();
  private final Set<Problem> warnings = new LinkedHashSet<>();
  private int routes;

  /**
   * @param secrets what is hidden in what is told; more may be added
   */
  RouteMistakes(Path folder, SecretMask secrets) {
    this.folder = folder;
    this.secrets = secrets;
    List<RouteFile> read = new ArrayList<>();
    for (Path file : RouteFile.in(folder)) {
      if (RouteFile.isNamed(file)) {
        try {
          read.add(RouteFile.read(file));
        } catch (RequestRejected e) {
          e.problems().forEach(this::add);
        }
      }
    }
    files = List.copyOf(read);
  }

  /** The route files of the folder that Camel can read, as far as is known. */
  List<Path> readable() {
    return files.stream().map(RouteFile::path).filter(path -> !leftOut.contains(path)).toList();
  }

  /** Where the REST operations of a file are. */
  void rest(RouteFile file, RestEntries entries) {
    rest.put(file.path(), entries);
  }

  /** What a file sends to beside its steps: REST operations, and error handlers. */
  void sendsTo(Where place, String uri) {
    targets.add(Map.entry(place, uri));
  }

  /** A bean that a file makes. */
  void hasBean(Where place, String name) {
    beans.putIfAbsent(name, place);
  }

  /** Beans that files make, by their names. */
  Map<String, Where> beans() {
    return beans;
  }

  /** Takes what the readable files send to beside their steps. */
  void eachTarget(BiConsumer<Where, String> taker) {
    for (Map.Entry<Where, String> target : targets) {
      if (target.getKey() instanceof Where.InFile in && !leftOut.contains(Path.of(in.file()))) {
        taker.accept(target.getKey(), target.getValue());
      }
    }
  }

  /**
   * The readable files as they are built where no HTTP server runs.
   *
   * @param folder where a file is written, under its name, that holds REST operations and more
   */
  List<Path> withoutRest(Supplier<Path> folder) {
    List<Path> built = new ArrayList<>();
    for (RouteFile file : files) {
      RestEntries entries = rest.get(file.path());
      if (leftOut.contains(file.path()) || (entries != null && entries.areAll())) {
        continue;
      }
      built.add(
          entries == null || entries.areNone()
              ? file.path()
              : written(folder.get(), file, entries));
    }
    return built;
  }

  private static Path written(Path folder, RouteFile file, RestEntries entries) {
    try {
      return Files.writeString(
          folder.resolve(file.path().getFileName().toString()), entries.without(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All route files of the folder. */
  List<RouteFile> files() {
    return files;
  }

  boolean isEmpty() {
    return problems.isEmpty();
  }

  /** All that was found, in the order of files and lines. */
  RequestRejected rejected() {
    return new RequestRejected(problems());
  }

  /** All mistakes, in the order of files and lines. */
  List<Problem> problems() {
    return told(problems);
  }

  /** What is no mistake and probably not meant, in the order of files and lines. */
  List<Problem> warnings() {
    return told(warnings);
  }

  private List<Problem> told(Set<Problem> found) {
    return found.stream()
        .sorted(BY_PLACE)
        .map(
            problem ->
                new Problem(
                    problem.code(),
                    problem.place(),
                    shown(problem.cause()),
                    problem.owner(),
                    problem.nextStep()))
        .toList();
  }

  /** Hides a secret that stands in a file; what is short may be a word of ours. */
  void hide(String secret) {
    if (secret.length() >= Settings.SHORTEST_SECRET) {
      secrets.hide(secret);
    }
  }

  /** What is hidden in what is told. */
  SecretMask secrets() {
    return secrets;
  }

  /** A text of the files as it may be shown. */
  String shown(String text) {
    return secrets.of(text);
  }

  /** How many routes Camel has read. */
  int routes() {
    return routes;
  }

  void counted(int number) {
    routes = number;
  }

  /** Whether there are some that Camel would stumble over, since their file was not left out. */
  boolean isInTheWay() {
    return problems.stream()
        .map(RouteMistakes::file)
        .anyMatch(file -> file == null || !leftOut.contains(Path.of(file)));
  }

  /** Leaves a file out that Camel cannot read. */
  void leaveOut(Path file) {
    leftOut.add(file);
  }

  /** Leaves out all files with a mistake; whether there is one that was not left out before. */
  boolean leaveOutFaulty() {
    return leftOut.addAll(
        files.stream()
            .map(RouteFile::path)
            .filter(path -> problems.stream().anyMatch(each -> path.toString().equals(file(each))))
            .toList());
  }

  /** Whether a file that was left out has the word, so that nobody knows what it means there. */
  boolean isMentionedElsewhere(String word) {
    return files.stream()
        .filter(file -> leftOut.contains(file.path()))
        .anyMatch(file -> file.lineOf(word, 1) > 0);
  }

  /**
   * At a step.
   *
   * @param word what is wrong, to find its line behind the step's first one; or null
   */
  void add(LineNumberAware step, @Nullable String word, String cause) {
    add(place(step, word), cause);
  }

  /**
   * At a step, with what to do about it before the next start.
   *
   * @param word as for any mistake
   */
  void add(LineNumberAware step, @Nullable String word, String cause, String nextStep) {
    add(new Problem(place(step, word), cause, Owner.US, nextStep));
  }

  /**
   * Warns of what is no mistake.
   *
   * @param word as for a mistake
   */
  void warn(LineNumberAware step, @Nullable String word, String cause, String nextStep) {
    warn(place(step, word), cause, nextStep);
  }

  /** Warns of what is no mistake. */
  void warn(Where place, String cause, String nextStep) {
    if (warnings.size() < MOST) {
      warnings.add(new Problem(place, cause, Owner.US, nextStep));
    }
  }

  private Where place(LineNumberAware step, @Nullable String word) {
    int first = step.getLineNumber();
    return at(String.valueOf(step.getLocation()))
        .map(
            file -> {
              int line = word == null ? 0 : file.lineOf(word, first);
              return file.place(line > 0 ? line : first);
            })
        .orElseGet(this::anywhere);
  }

  /** The file that a location of Camel's names. */
  Optional<RouteFile> at(String location) {
    return files.stream().filter(file -> file.isAt(location)).findFirst();
  }

  /** Of no file in particular. */
  Where anywhere() {
    return Where.onDisk("routes in", folder);
  }

  /** At a place that is known. */
  void add(Where place, String cause) {
    add(new Problem(place, cause, Owner.US, NEXT_STEP));
  }

  void add(Problem problem) {
    if (problems.size() < MOST) {
      problems.add(problem);
    }
  }

  private static @Nullable String file(Problem problem) {
    return problem.place() instanceof Where.InFile place ? place.file() : null;
  }

  /**
   * Such as {@code ; the nearest known name is "body"}; all names, if none is near and they are
   * few; or empty.
   */
  static String nearest(String word, Collection<String> known) {
    String near = nearestOnly(word, known);
    Set<String> others = new TreeSet<>(known);
    others.remove(word);
    return !near.isEmpty() || others.isEmpty() || others.size() > FEW
        ? near
        : "; there are " + String.join(", ", others);
  }

  /** The same without all names, where those that are known are not all. */
  static String nearestOnly(String word, Collection<String> known) {
    List<String> others = new ArrayList<>(known);
    others.remove(word);
    return Spelling.hint(Spelling.nearest(word, others));
  }
}
