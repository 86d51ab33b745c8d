package org.mailcaravan.cli;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Reader;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.SourceVersion;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.mailcaravan.cli.RouteTestRunner.Outcome;
import org.mailcaravan.demo.SideLibraries;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.RequestRejected;
import org.mailcaravan.model.Spelling;
import org.mailcaravan.model.VisibleText;
import org.mailcaravan.model.Where;

/**
 * The tests of routes in a folder: Java files, which are compiled for each run.
 *
 * @param folder with the tests
 * @param routes with the route files that they are for
 * @param properties what each test begins with, beside what {@code test.properties} says
 */
record RouteTests(Path folder, Path routes, Map<String, String> properties) {
  private static final String JAVA = ".java";
  private static final String CLASS = ".class";
  private static final String PROPERTIES = "test.properties";
  private static final String TEMPLATE = "RouteTestTemplate.java.txt";
  private static final String INDENT = "       ";
  private static final int DEEPEST = 10;

  /**
   * Writes a test to begin with.
   *
   * @param name of its class
   * @return the file
   */
  Path write(String name) throws IOException {
    if (!SourceVersion.isName(name) || name.contains(".")) {
      throw rejected(
          Where.setting("--new", "--new " + VisibleText.of(name)),
          "that is not a valid class name",
          "Use letters and digits, such as AcmeRoutesTest.");
    }
    Path file = folder.resolve(name + JAVA);
    if (Files.exists(file)) {
      throw rejected(
          Where.onDisk("file", file), "it is there already", "Choose another name, or edit it.");
    }
    try (InputStream in =
        Objects.requireNonNull(RouteTests.class.getResourceAsStream(TEMPLATE), TEMPLATE)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      Files.createDirectories(folder);
      return Files.writeString(file, text.replace("NAME", name));
    } catch (FileSystemException e) {
      throw rejected(
          Where.onDisk("file", file),
          "it cannot be written (" + e.getClass().getSimpleName() + ")",
          "See that the folder can be written to, or name another with --dir.");
    }
  }

  /**
   * Compiles and runs tests, and prints what came of them.
   *
   * @param wanted names of classes; none for all
   * @param longest after which time a test is given up as failed
   * @return the exit code
   * @throws RequestRejected when no test ran
   */
  int run(List<String> wanted, Duration longest, PrintWriter out) throws IOException {
    List<Path> sources = sources();
    requireKnown(sources, wanted);
    SideLibraries libraries = SideLibraries.of("test");
    ClassLoader tools = libraries.loader();
    RouteTestRunner runner =
        ServiceLoader.load(RouteTestRunner.class, tools)
            .findFirst()
            .orElseThrow(() -> libraries.missing("the libraries of route tests"));
    Path compiled = Files.createTempDirectory("mailcaravan-tests");
    try {
      compile(sources, libraries.classPath(), compiled);
      ExitOfTest exit = new ExitOfTest(this::place, out);
      exit.watch();
      try (URLClassLoader loader = new URLClassLoader(new URL[] {url(compiled)}, tools)) {
        return print(
            runner.run(loader, classes(compiled, wanted), routes, allProperties(), longest), out);
      } finally {
        exit.unwatch();
      }
    } finally {
      delete(compiled);
    }
  }

  /** Those of the command come before those of the file. */
  private Map<String, String> allProperties() throws IOException {
    Map<String, String> all = new HashMap<>();
    Path file = folder.resolve(PROPERTIES);
    if (Files.exists(file)) {
      Properties read = new Properties();
      try (Reader in = Files.newBufferedReader(file)) {
        read.load(in);
      } catch (CharacterCodingException | IllegalArgumentException e) {
        throw rejected(
            Where.onDisk("file", file),
            "it cannot be read: " + e.getMessage(),
            "Write one property on each line, as NAME=VALUE, and save it as UTF-8.");
      }
      read.stringPropertyNames().forEach(name -> all.put(name, read.getProperty(name)));
    }
    all.putAll(properties);
    return all;
  }

  private static URL url(Path folder) throws MalformedURLException {
    return folder.toUri().toURL();
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }

  private List<Path> sources() throws IOException {
    List<Path> sources = List.of();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        sources = files.filter(file -> file.toString().endsWith(JAVA)).sorted().toList();
      }
    }
    if (sources.isEmpty()) {
      throw rejected(
          Where.onDisk("folder", folder),
          "there is no test in it",
          "Let \"mailcaravan routes test --new MyRoutesTest\" write one to begin with.");
    }
    return sources;
  }

  private static void requireKnown(List<Path> sources, List<String> wanted) {
    List<String> known =
        sources.stream()
            .map(file -> String.valueOf(file.getFileName()))
            .map(name -> name.substring(0, name.length() - JAVA.length()))
            .toList();
    for (String name : wanted) {
      if (!known.contains(name)) {
        throw rejected(
            Where.setting("TEST", VisibleText.of(name)),
            "there is no test of this name"
                + Spelling.nearest(name, known)
                    .map(each -> ", did you mean " + each + "?")
                    .orElse(""),
            "Name one of these: " + String.join(", ", known) + ".");
      }
    }
  }

  /** The compiled classes, or those of the wanted names; each with its package. */
  private static List<String> classes(Path compiled, List<String> wanted) throws IOException {
    try (Stream<Path> files = Files.walk(compiled)) {
      return files
          .map(file -> compiled.relativize(file).toString())
          .filter(file -> file.endsWith(CLASS) && !file.contains("$"))
          .map(file -> file.substring(0, file.length() - CLASS.length()))
          .map(file -> file.replace(File.separatorChar, '.'))
          .filter(
              name ->
                  wanted.isEmpty() || wanted.contains(name.substring(name.lastIndexOf('.') + 1)))
          .sorted()
          .toList();
    }
  }

  private static RequestRejected rejected(Where place, String cause, String nextStep) {
    return new RequestRejected(new Problem(place, cause, Owner.US, nextStep));
  }

  private static void compile(List<Path> sources, String libraries, Path to) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw rejected(
          Where.PROGRAM,
          "this Java has no compiler, and tests are compiled",
          "Install a JDK 17 or newer (Debian, Ubuntu: apt-get install openjdk-17-jdk-headless), or set"
              + " JAVA_HOME to one.");
    }
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(found, Locale.ROOT, StandardCharsets.UTF_8)) {
      List<String> options =
          List.of(
              "-d",
              to.toString(),
              "-cp",
              System.getProperty("java.class.path", "") + File.pathSeparator + libraries,
              "-proc:none",
              "-parameters",
              "-g");
      boolean compiled =
          compiler
              .getTask(
                  null, files, found, options, null, files.getJavaFileObjectsFromPaths(sources))
              .call();
      if (!compiled) {
        throw new RequestRejected(
            found.getDiagnostics().stream()
                .filter(each -> each.getKind() == Diagnostic.Kind.ERROR)
                .map(RouteTests::problem)
                .toList());
      }
    }
  }

  private static Problem problem(Diagnostic<? extends JavaFileObject> mistake) {
    JavaFileObject file = mistake.getSource();
    return new Problem(
        file == null
            ? Where.PROGRAM
            : Where.line(Path.of(file.toUri()).toString(), mistake.getLineNumber()),
        mistake.getMessage(Locale.ROOT),
        Owner.US,
        "Correct the test; none was run.");
  }

  private int print(List<Outcome> outcomes, PrintWriter out) {
    if (outcomes.isEmpty()) {
      throw rejected(
          Where.onDisk("folder", folder),
          "no test ran: the classes have no test method, or all are disabled",
          "Write @Test above each test method.");
    }
    long failed = 0;
    Set<List<Problem>> told = new HashSet<>();
    for (Outcome outcome : outcomes) {
      Throwable failure = outcome.failure();
      out.printf(
          Locale.ROOT,
          "%s %s (%.1f s)%n",
          failure == null ? "passed" : "FAILED",
          outcome.name(),
          outcome.time().toMillis() / 1000.0);
      if (failure != null) {
        failed++;
        String place = place(failure).map(line -> line + ": ").orElse("");
        out.println(INDENT + place + words(failure, told));
      }
    }
    out.printf("%d passed, %d failed%n", outcomes.size() - failed, failed);
    out.flush();
    return failed == 0 ? ExitCode.DONE : ExitCode.FAULT;
  }

  /** Where in a test it failed; empty where no line of one took part in it. */
  private Optional<String> place(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; depth < DEEPEST && cause != null; depth++, cause = cause.getCause()) {
      Optional<String> place = place(cause.getStackTrace());
      if (place.isPresent()) {
        return place;
      }
    }
    return Optional.empty();
  }

  private Optional<String> place(StackTraceElement[] stack) {
    for (StackTraceElement frame : stack) {
      String file = frame.getFileName();
      if (file != null && Files.exists(folder.resolve(file))) {
        return Optional.of(folder.resolve(file) + " line " + frame.getLineNumber());
      }
    }
    return Optional.empty();
  }

  /**
   * Why a test failed.
   *
   * @param told mistakes that were printed before; they are not printed again
   */
  private String words(Throwable failure, Set<List<Problem>> told) {
    if (failure instanceof RequestRejected rejected) {
      return told.add(rejected.problems())
          ? "could not start:"
              + rejected.problems().stream()
                  .map(problem -> System.lineSeparator() + INDENT + "  " + words(problem))
                  .collect(Collectors.joining())
          : "the same mistakes as above";
    }
    String message = failure.getMessage();
    boolean isAssertion = failure instanceof AssertionError;
    return oneLine(
        message == null
            ? failure.getClass().getSimpleName()
            : isAssertion ? message : failure.getClass().getSimpleName() + ": " + message);
  }

  /** Tests do not read application.properties: what is missing belongs beside them. */
  private String words(Problem problem) {
    return oneLine(
        problem
            .toString()
            .replace(
                "Set it in application.properties", "Set it in " + folder.resolve(PROPERTIES)));
  }

  private static String oneLine(String text) {
    return VisibleText.of(text.strip().replaceAll("\\s+", " "));
  }
}
