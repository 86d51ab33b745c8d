package org.mailcaravan.server;

import java.io.IOException;

/** Hangs up when certain words pass a {@link Proxy}. For one connection at a time. */
public final class Cut implements Proxy.Passage {
  private final String words;
  private final int most;
  private String last = "";
  private int cuts;

  private Cut(String words, int most) {
    this.words = words;
    this.most = most;
  }

  /** The first time. */
  public static Cut once(String words) {
    return new Cut(words, 1);
  }

  /** Each time. */
  public static Cut always(String words) {
    return new Cut(words, Integer.MAX_VALUE);
  }

  @Override
  public synchronized void pass(String text, Proxy.Wire wire) throws IOException {
    // The words may have come in two pieces.
    String seen = last + text;
    if (cuts < most && seen.contains(words)) {
      cuts++;
      last = "";
      wire.hangUp();
    } else {
      last = seen.substring(Math.max(0, seen.length() - words.length() + 1));
      wire.forth(text);
    }
  }

  /** How often it hung up. */
  public synchronized int cuts() {
    return cuts;
  }
}
