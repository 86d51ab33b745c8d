package org.mailcaravan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.cli.Launcher;
import org.mailcaravan.cli.MailCaravanCommand;
import org.mailcaravan.intake.CsvTemplate;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MailboxResult;
import org.mailcaravan.model.Migration;
import org.mailcaravan.model.MigrationResult;
import org.mailcaravan.model.Progress;

/**
 * The whole program in the JVM of the test, with the project's own configuration and routes, its
 * folders in a temporary one. Tests of the routes start it as a command would; {@link
 * InstalledProgram} is for tests of processes: scripts, signals, kills, memory.
 */
public final class Installation {
  private static final Path ROUTES = Path.of("routes");

  private final Path folder;
  private final Map<String, String> overrides = new HashMap<>();
  private final List<MigrationResult> ended = new CopyOnWriteArrayList<>();

  public Installation(Path folder) {
    this.folder = folder;
    set("destination.host", "127.0.0.1");
    set("destination.security", "none");
    set("source.allowed-hosts", "127.0.0.1");
    set("source.insecure-hosts", "127.0.0.1");
    set("drop.folder", drop().toString());
    set("drop.poll-millis", "100");
    set("answers.poll-millis", "200");
    // Tests count the mails that they expect.
    set("tell.mail.messages", "");
    // Others may run on this machine.
    set("api.port", "0");
    // No test asks the DNS of this machine.
    set("source.discovery", "off");
    set("retry.delay-millis", "1");
    // A pass whose preflight was refused waits no longer.
    set("preflight.longest-wait-seconds", "3");
    set("preflight.answer-after-seconds", "3");
    set("connection.connect-timeout-seconds", "5");
  }

  /** Overrides a property, as {@code --set} does. */
  public Installation set(String key, String value) {
    overrides.put(key, value);
    return this;
  }

  /** From now on a copy of the routes is used, which a test may change. */
  public Path ownRoutes() {
    Path own = folder.resolve("routes");
    try (Stream<Path> files = Files.list(ROUTES)) {
      Files.createDirectories(own);
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, own.resolve(file.getFileName()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    set("routes.folder", own.toString());
    return own;
  }

  /** Changes the first occurrence of a text in a file of {@link #ownRoutes}. */
  public static void edit(Path routeFile, String text, String replacement) {
    try {
      String before = Files.readString(routeFile);
      int start = before.indexOf(text);
      assertThat(start).as("%s in %s", text, routeFile).isNotNegative();
      Files.writeString(
          routeFile,
          before.substring(0, start) + replacement + before.substring(start + text.length()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path drop() {
    return folder.resolve("drop");
  }

  public Path data() {
    return folder.resolve("data");
  }

  /** Writes a request beside the drop folder. */
  public Path request(String name, String content) {
    try {
      return Files.writeString(folder.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The migrations that ended until now; one that ran twice is there twice. */
  public List<MigrationResult> ended() {
    return new ArrayList<>(ended);
  }

  /** Starts the program. */
  public Launcher.Running start(Launcher.Mode mode) {
    return start(mode, new Progress() {});
  }

  /** Starts the program, watched. */
  public Launcher.Running start(Launcher.Mode mode, Progress watcher) {
    return Program.start(new Launcher.Options(mode, null, data(), overrides, noting(watcher)));
  }

  /** What {@code routes check} says. */
  public Launcher.RouteFiles routes() {
    return new ProgramLauncher().routes(ofRoutes());
  }

  /** What {@code routes show} draws. */
  public String picture(@Nullable String route) {
    return new ProgramLauncher().picture(ofRoutes(), route);
  }

  private Launcher.Options ofRoutes() {
    return new Launcher.Options(Launcher.Mode.CHECK, null, data(), overrides, new Progress() {});
  }

  /** Runs one file as {@code migrate} does. */
  public MigrationResult migrate(Path request) {
    try (Launcher.Running running = start(Launcher.Mode.MIGRATE)) {
      return running.migrate(request);
    }
  }

  /** Runs a command on a file in this JVM; gives its exit code. */
  public int command(String name, Path file) {
    return MailCaravanCommand.commandLine(
            options -> start(options.mode(), options.progress()), CsvTemplate.text())
        .execute(name, file.toString());
  }

  /** The arguments of a command that runs elsewhere. */
  public List<String> arguments(String command, Path file) {
    List<String> arguments =
        new ArrayList<>(List.of(command, file.toString(), "--data", data().toString()));
    overrides.forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
    return arguments;
  }

  private Progress noting(Progress watcher) {
    return new Progress() {
      @Override
      public void migrationOpened(Migration migration) {
        watcher.migrationOpened(migration);
      }

      @Override
      public void mailboxPlanned(Mailbox mailbox, int folders, long messages, long bytes) {
        watcher.mailboxPlanned(mailbox, folders, messages, bytes);
      }

      @Override
      public void loginWanted(String user, String url, String code, Duration time) {
        watcher.loginWanted(user, url, code, time);
      }

      @Override
      public void messagesDone(Mailbox mailbox, long messages, long bytes) {
        watcher.messagesDone(mailbox, messages, bytes);
      }

      @Override
      public void mailboxFinished(MailboxResult result) {
        watcher.mailboxFinished(result);
      }

      @Override
      public void stepNotDone(String what) {
        watcher.stepNotDone(what);
      }

      @Override
      public void migrationFinished(MigrationResult result) {
        ended.add(result);
        watcher.migrationFinished(result);
      }
    };
  }
}
