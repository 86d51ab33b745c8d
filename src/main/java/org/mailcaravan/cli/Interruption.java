package org.mailcaravan.cli;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Ctrl-C (SIGINT) and SIGTERM do to {@code migrate}. The first lets the mailboxes in flight
 * end, and tells of each how far it is; the second ends the program at once, which is as safe as a
 * kill. By itself Java would wait at the first without a word, and be deaf to the second.
 */
final class Interruption {
  private static final Logger LOG = LoggerFactory.getLogger(Interruption.class);

  /** What a shell adds to a signal's number to make an exit code of it. */
  private static final int SIGNALLED = 128;

  private final Launcher.Running running;
  private final ConsoleProgress progress;
  private final AtomicInteger signal = new AtomicInteger();

  Interruption(Launcher.Running running, ConsoleProgress progress) {
    this.running = running;
    this.progress = progress;
  }

  /**
   * From now on signals come here. Java has no public way to them; where it has no other either,
   * they do what they did.
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
   * @param ofWork the one of what was done; a signal that ended it earlier has its own
   */
  int exitCode(int ofWork) {
    return signal.get() == 0 ? ofWork : SIGNALLED + signal.get();
  }
}
