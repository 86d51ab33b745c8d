package org.mailcaravan;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.server.Proxy;

/**
 * Looks at what passes between the program and its servers, and strikes when a moment has come: up
 * to there every octet has passed, and on that connection none after it. Thread-safe.
 */
final class Tripwire {
  private @Nullable Watch watch;

  /** What is done at a moment. */
  @FunctionalInterface
  interface Blow {
    void strike(Moment moment) throws InterruptedException;
  }

  private static final class Watch {
    final Moment moment;
    final Blow blow;
    int times;
    int further;

    Watch(Moment moment, Blow blow) {
      this.moment = moment;
      this.blow = blow;
      times = moment.words().isEmpty() ? 0 : moment.times();
      further = moment.further();
    }

    /** Where in the text the moment is; negative when it is not in it. */
    int in(String text) {
      int from = 0;
      while (times > 0) {
        int at = text.indexOf(moment.words(), from);
        if (at < 0) {
          return -1;
        }
        times--;
        if (times == 0 && further < 0) {
          return at;
        }
        from = at + moment.words().length();
      }
      if (text.length() - from < further) {
        further -= text.length() - from;
        return -1;
      }
      return from + further;
    }
  }

  /** Waits for a moment; where it does not come, for {@link Moment#END}. Strikes once. */
  synchronized void arm(Moment moment, Blow blow) {
    watch = new Watch(moment, blow);
  }

  /** Whether it still waits; no longer after this. */
  synchronized boolean disarm() {
    boolean waited = watch != null;
    watch = null;
    return waited;
  }

  /** For a proxy: one way that octets take. */
  Proxy.Passage on(Moment.Way way) {
    return (text, wire) -> pass(way, text, wire);
  }

  /** Where a text is cut off, and what is done then. */
  private record Cut(int at, Moment moment, Blow blow) {}

  private synchronized Optional<Cut> cut(Moment.Way way, String text) {
    Watch current = watch;
    if (current == null) {
      return Optional.empty();
    }
    Moment moment = current.moment;
    int at = moment.way() == way ? current.in(text) : -1;
    if (at < 0 && way == Moment.END.way()) {
      moment = Moment.END;
      at = text.indexOf(moment.words());
    }
    if (at < 0) {
      return Optional.empty();
    }
    watch = null;
    return Optional.of(new Cut(at, moment, current.blow));
  }

  private void pass(Moment.Way way, String text, Proxy.Wire wire)
      throws IOException, InterruptedException {
    Optional<Cut> cut = cut(way, text);
    if (cut.isEmpty()) {
      wire.forth(text);
      return;
    }
    try {
      wire.forth(text.substring(0, cut.get().at()));
    } finally {
      cut.get().blow().strike(cut.get().moment());
      wire.hangUp();
    }
  }
}
