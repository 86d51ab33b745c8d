package org.mailcaravan.cli;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles Ctrl-C (SIGINT) and SIGTERM in {@code migrate}. The first one lets the running mailboxes
 * finish, and shows how far each is. The second one ends the program at once, which is as safe as a
 * kill. Without this, Java would wait silently after the first and ignore the second.
 */
final class Interruption {
  private static final Logger LOG = LoggerFactory.getLogger(Interruption.class);

  /** Added to the number of a signal, this is its exit code in a shell. */
  private static final int SIGNALLED = 128;

  private final Launcher.Running running;
  private final ConsoleProgress progress;
  private final AtomicInteger signal = new AtomicInteger();

  Interruption(Launcher.Running running, ConsoleProgress progress) {
    this.running = running;
    this.progress = progress;
  }

  /**
   * Starts to handle signals. Java has no public API for that; if the internal one is missing too,
   * signals keep their default effect.
   */
  void install() {
    try {
      Class<?> type = Class.forName("sun.misc.Signal");
      Class<?> handling = Class.forName("sun.misc.SignalHandler");
      Object handler =
          Proxy.newProxyInstance(
              handling.getClassLoader(),
              new Class<?>[] {handling},
              (proxy, method, given) -> {
                if (method.getName().equals("handle")) {
                  told((Integer) type.getMethod("getNumber").invoke(given[0]));
                }
                return null;
              });
      for (String name : List.of("INT", "TERM")) {
        Object one = type.getConstructor(String.class).newInstance(name);
        type.getMethod("handle", type, handling).invoke(null, one, handler);
      }
    } catch (ReflectiveOperationException e) {
      LOG.debug("signals are left to Java", e);
    }
  }

  private void told(int number) {
    if (signal.compareAndSet(0, number)) {
      progress.stopping(running.stop());
    } else {
      progress.stopped();
      System.out.flush();
      Runtime.getRuntime().halt(SIGNALLED + number);
    }
  }

  /**
   * The exit code of the program.
   *
   * @param ofWork the exit code of the work, which counts if there was no signal
   */
  int exitCode(int ofWork) {
    return signal.get() == 0 ? ofWork : SIGNALLED + signal.get();
  }
}
