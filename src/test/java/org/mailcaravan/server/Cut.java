package org.mailcaravan.server;

import java.io.IOException;

/** Hangs up whenever certain words pass a {@link Proxy}. For one connection at a time. */
public final class Cut implements Proxy.Passage {
  private final String words;
  private String last = "";
  private int cuts;

  public Cut(String words) {
    this.words = words;
  }

  @Override
  public synchronized void pass(String text, Proxy.Wire wire) throws IOException {
    // The words may have come in two pieces.
    String seen = last + text;
    if (seen.contains(words)) {
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
