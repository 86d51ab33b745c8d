package org.mailcaravan.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.ext.Addition;
import org.mailcaravan.ext.Artifact;
import org.mailcaravan.ext.Clashes;
import org.mailcaravan.ext.ExtEditor;
import org.mailcaravan.ext.ExtFolder;
import org.mailcaravan.report.ResultTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code mailcaravan ext}: the jars that route editors add to those of the program. */
@Command(
    name = "ext",
    mixinStandardHelpOptions = true,
    description = "Adds components of Camel for your own routes; lists and removes them.")
final class ExtCommand implements Callable<Integer> {
  private static final String NEXT = "Running programs use it after a restart.";

  private final Terminal terminal;

  @Spec private @Nullable CommandSpec spec;

  ExtCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Reads {@code GROUP:ARTIFACT[:VERSION]}. */
  static final class ArtifactConverter implements ITypeConverter<Artifact> {
    @Override
    public Artifact convert(String text) {
      try {
        return Artifact.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }

  @Override
  public Integer call() {
    Objects.requireNonNull(spec).commandLine().usage(terminal.err());
    return ExitCode.REJECTED;
  }

  @Command(
      name = "add",
      mixinStandardHelpOptions = true,
      description =
          "Fetches a component with all that it needs into the folder ext, by the Maven wrapper.")
  int add(
      @Parameters(
              paramLabel = "GROUP:ARTIFACT[:VERSION]",
              converter = ArtifactConverter.class,
              description = "Such as org.apache.camel:camel-ftp; of Camel without a version.")
          Artifact artifact) {
    Logging.silent();
    ExtFolder ext = ExtFolder.ofProgram();
    terminal.err().println("Looking up what " + artifact + " needs.");
    terminal.err().flush();
    Addition added = ExtEditor.of(ext).add(artifact);
    if (added.jars().isEmpty()) {
      terminal.out().println(added.artifact() + " is part of the program; nothing was added.");
    } else {
      terminal
          .out()
          .println(
              "Added %s: %s in %s."
                  .formatted(added.artifact(), count(added.jars().size()), ext.path()));
      Clashes.in(ext)
          .warnings()
          .forEach(each -> terminal.out().print("Warning: " + ResultTable.of(each)));
      terminal.out().println(NEXT);
    }
    terminal.out().flush();
    return ExitCode.DONE;
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Lists what was added, with its jars, and the other jars in the folder ext.")
  int list() {
    Logging.silent();
    ExtFolder ext = ExtFolder.ofProgram();
    TreeSet<String> others =
        ext.jars().stream()
            .map(jar -> jar.getFileName().toString())
            .collect(Collectors.toCollection(TreeSet::new));
    for (Addition addition : ext.additions()) {
      terminal.out().println(addition.artifact());
      print(ext.path(), addition.jars());
      addition.jars().forEach(others::remove);
    }
    if (!others.isEmpty()) {
      terminal.out().println("Put there by hand");
      print(ext.path(), List.copyOf(others));
    } else if (ext.additions().isEmpty()) {
      terminal.out().println("There is nothing in " + ext.path() + ".");
    }
    terminal.out().flush();
    return ExitCode.DONE;
  }

  private void print(Path folder, List<String> jars) {
    for (String jar : jars) {
      terminal.out().println("  %-60s %s".formatted(jar, size(folder.resolve(jar))));
    }
  }

  private static String size(Path jar) {
    try {
      return String.format(Locale.ROOT, "%.1f MB", Files.size(jar) / 1e6);
    } catch (IOException e) {
      return "missing";
    }
  }

  @Command(
      name = "remove",
      mixinStandardHelpOptions = true,
      description = "Removes what was added, with the jars that nothing else in ext needs.")
  int remove(
      @Parameters(
              paramLabel = "NAME",
              description = "Such as camel-ftp, or the name of a jar that was put there by hand.")
          String name) {
    Logging.silent();
    List<String> gone = ExtEditor.of(ExtFolder.ofProgram()).remove(name);
    terminal.out().println("Removed %s: %s.".formatted(name, count(gone.size())));
    terminal.out().println("Running programs have it until their restart.");
    terminal.out().flush();
    return ExitCode.DONE;
  }

  private static String count(int jars) {
    return jars == 1 ? "1 jar" : jars + " jars";
  }
}
