package org.mailcaravan.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A server program that this test run started, with its children. Ended by process id only. */
final class ServerProcess {
  private static final Duration START_LIMIT = Duration.ofSeconds(15);
  private static final int STOP_SECONDS = 10;
  private static final int FIRST_PORT = 10_000;
  private static final int PORTS = 22_000;

  /** Test runs side by side begin at different places. */
  private static final AtomicInteger nextPort =
      new AtomicInteger((int) (ProcessHandle.current().pid() * 1_009 % PORTS));

  private final Process process;
  private final int port;
  private final Thread endWithUs;

  private ServerProcess(Process process, int port) {
    this.process = process;
    this.port = port;
    // A test run that is cut off must not leave servers behind.
    endWithUs = new Thread(() -> killAll(process));
    Runtime.getRuntime().addShutdownHook(endWithUs);
  }

  /**
   * Starts a program and waits until it accepts connections.
   *
   * @param output gets what the program prints; shown with {@code logs} when the start fails
   */
  static ServerProcess start(
      List<String> command, Path folder, Path output, int port, Path... logs) {
    return start(command, folder, output, port, Map.of(), logs);
  }

  /**
   * @param environment added to ours
   */
  static ServerProcess start(
      List<String> command,
      Path folder,
      Path output,
      int port,
      Map<String, String> environment,
      Path... logs) {
    try {
      // Its children are to be killed with it: a session, and so a process group, of its own.
      List<String> alone = new ArrayList<>(List.of("setsid"));
      alone.addAll(command);
      ProcessBuilder builder =
          new ProcessBuilder(alone)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
      builder.environment().putAll(environment);
      Process process = builder.start();
      ServerProcess server = new ServerProcess(process, port);
      if (server.awaitPort()) {
        return server;
      }
      server.kill();
      StringBuilder words = new StringBuilder("Did not start: " + command + "\n" + text(output));
      for (Path log : logs) {
        words.append(text(log));
      }
      throw new IllegalStateException(words.toString());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot start " + command, e);
    }
  }

  private boolean awaitPort() {
    try {
      Awaitility.await()
          .atMost(START_LIMIT)
          .pollDelay(Duration.ofMillis(5))
          .pollInterval(Duration.ofMillis(10))
          .until(() -> !process.isAlive() || accepts());
    } catch (ConditionTimeoutException e) {
      return false;
    }
    return process.isAlive();
  }

  private boolean accepts() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Sends a signal to it and each of its children, wherever they are.
   *
   * @param name "STOP" or "CONT"
   */
  void signal(String name) {
    List<String> kill = new ArrayList<>(List.of("kill", "-" + name, "--"));
    kill.add(String.valueOf(process.pid()));
    process.descendants().map(ProcessHandle::pid).map(String::valueOf).forEach(kill::add);
    try {
      int unused =
          new ProcessBuilder(kill)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Asks it to end, and insists after a while. */
  void stop() {
    process.destroy();
    try {
      process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    kill();
  }

  /** Ends it and its children at once, as a power cut would: connections break. */
  void kill() {
    killAll(process);
    try {
      process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // A child that was made in the last moment still listens, until it notices that its parent is
    // gone.
    Awaitility.await()
        .atMost(START_LIMIT)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> !accepts());
    try {
      Runtime.getRuntime().removeShutdownHook(endWithUs);
    } catch (IllegalStateException e) {
      // The JVM is ending and runs the hook itself.
    }
  }

  private static void killAll(Process process) {
    // PostgreSQL's children leave the group; of Dovecot's, one may be made at this very moment, and
    // only the group has it.
    List<ProcessHandle> children = process.descendants().toList();
    try {
      new ProcessBuilder("kill", "-KILL", "--", "-" + process.pid())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
  }

  /**
   * A loopback port that nobody listens on now. Below those that the system deals out by itself,
   * and another one each time, so that nothing else takes it before the server does, or while the
   * server is down.
   */
  static int freePort() {
    while (true) {
      int port = FIRST_PORT + Math.floorMod(nextPort.getAndIncrement(), PORTS);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        // The next one, then.
      }
    }
  }

  static String text(Path log) {
    try {
      return Files.exists(log)
          ? new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
          : "(no " + log + ")\n";
    } catch (IOException e) {
      return "(" + log + " cannot be read: " + e.getMessage() + ")\n";
    }
  }

  static void deleteTree(Path folder) {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              // A server's child process may delete its own files while we walk.
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(
                Path visited, @org.jspecify.annotations.Nullable IOException e) throws IOException {
              Files.deleteIfExists(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + folder, e);
    }
  }
}
