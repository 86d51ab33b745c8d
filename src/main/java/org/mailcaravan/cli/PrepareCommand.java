package org.mailcaravan.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.mailcaravan.demo.Demo;
import picocli.CommandLine.Command;

/**
 * Runs the commands once, on two mail servers inside this program, so the start script can archive
 * the classes that Java loads. It leaves no files.
 */
@Command(
    name = "prepare",
    hidden = true,
    mixinStandardHelpOptions = true,
    description = "Makes later starts faster; the build runs it too.")
public final class PrepareCommand implements Callable<Integer> {
  /** A first pass, a second one, and the commands that copy nothing. */
  private static final List<String> COMMANDS = List.of("migrate", "migrate", "verify", "check");

  /** Commands that ask a running service; the others of them load little more. */
  private static final List<String> ASKING = List.of("status", "hosts");

  private final Launcher launcher;

  /**
   * @param launcher starts the program
   */
  public PrepareCommand(Launcher launcher) {
    this.launcher = launcher;
  }

  @Override
  public Integer call() throws IOException {
    Path folder = Files.createTempDirectory("mailcaravan-prepare");
    try (Demo demo = new Demo();
        StringWriter printed = new StringWriter();
        PrintWriter writer = new PrintWriter(printed)) {
      Path config = DemoFolder.emptyConfig(folder);
      Path drop = Files.createDirectory(folder.resolve("drop"));
      Path request = demo.drop(drop);
      Terminal terminal = new Terminal(writer, writer, false, Terminal.system().width(), false);
      for (String command : COMMANDS) {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of(command, request.toString(), "--config", config.toString()));
        arguments.addAll(List.of("--data", folder.resolve("data").toString()));
        demo.properties(drop)
            .forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
        // Two rows of the demo's request are bad on purpose.
        int code = run(arguments, terminal);
        if (code != ExitCode.ATTENTION) {
          return failed(printed, code);
        }
      }
      try (SampleService service = new SampleService(folder)) {
        for (String command : ASKING) {
          List<String> arguments = new ArrayList<>(List.of(command));
          arguments.addAll(service.options());
          int code = run(arguments, terminal);
          if (code != ExitCode.DONE) {
            return failed(printed, code);
          }
        }
      }
      return ExitCode.DONE;
    } finally {
      Logging.silent();
      delete(folder);
    }
  }

  private int run(List<String> arguments, Terminal terminal) {
    return MailCaravanCommand.commandLine(terminal, launcher, "")
        .execute(arguments.toArray(String[]::new));
  }

  private static int failed(StringWriter printed, int code) {
    Terminal.system().err().print(printed);
    Terminal.system().err().flush();
    return code == ExitCode.DONE ? ExitCode.FAULT : code;
  }

  private static void delete(Path folder) throws IOException {
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(folder)) {
      paths = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.delete(path);
    }
  }
}
