package org.mailcaravan.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.demo.Demo;
import org.mailcaravan.demo.DemoDesk;
import org.mailcaravan.model.MigrationResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Shows two migrations between two mail servers inside this program, one by the drop folder and one
 * by mail, through the real routes.
 */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Moves generated mail between two mail servers inside this program and checks it.")
public final class DemoCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Launcher launcher;
  private final Terminal terminal;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "The folder in which the demo creates its own. Default: data in the installation.")
  private @Nullable Path data;

  @Option(
      names = "--life",
      description =
          "Show the whole life of one migration instead: from a mail to Support over the change of the DNS"
              + " to its end, with seconds in place of days.")
  private boolean life;

  /** The demo on the terminal of this process. */
  public DemoCommand(Launcher launcher) {
    this(launcher, Terminal.system());
  }

  DemoCommand(Launcher launcher, Terminal terminal) {
    this.launcher = launcher;
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Logging.silent();
    PrintWriter out = terminal.out();
    long began = System.nanoTime();
    Path parent = data != null ? data : Path.of(System.getProperty("mailcaravan.home", ""), "data");
    try (DemoFolder folder = DemoFolder.in(parent);
        Demo demo = new Demo();
        DemoDesk desk = new DemoDesk(demo)) {
      Logging.toFolder(folder.path());
      Path drop = Files.createDirectory(folder.path().resolve("drop"));
      if (life) {
        return ended(
            out,
            new DemoLife(out, launcher, demo, desk, PATIENCE).passes(folder.path(), drop),
            began);
      }
      DemoStory story = new DemoStory(out, demo, desk, drop);
      desk.ask();
      story.beginning();
      DemoStory.Ending ending = run(demo, desk, folder.path(), drop);
      if (ending == null) {
        story.unfinished(PATIENCE);
        return ExitCode.FAULT;
      }
      return ended(out, story.ending(ending), began);
    }
  }

  private static int ended(PrintWriter out, boolean passed, long began) {
    out.printf(
        "%nThe demo %s after %d s.%n",
        passed ? "passed" : "FAILED", TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began));
    out.flush();
    return passed ? ExitCode.DONE : ExitCode.FAULT;
  }

  /** Returns what came of it, or null when the migrations did not end in time. */
  private DemoStory.@Nullable Ending run(Demo demo, DemoDesk desk, Path folder, Path drop)
      throws IOException, InterruptedException {
    try (ConsoleProgress progress = new ConsoleProgress(terminal)) {
      DemoWatch watch = new DemoWatch(progress, 2);
      Map<String, String> properties = new TreeMap<>(demo.properties(drop));
      properties.putAll(desk.properties());
      Launcher.Options options =
          new Launcher.Options(
              Launcher.Mode.SERVICE, DemoFolder.emptyConfig(folder), folder, properties, watch);
      try (Launcher.Running running = launcher.start(options)) {
        demo.drop(running.dropFolder());
        List<MigrationResult> results = watch.results().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return new DemoStory.Ending(results, desk.mail(1, PATIENCE));
      }
    } catch (TimeoutException e) {
      return null;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}
