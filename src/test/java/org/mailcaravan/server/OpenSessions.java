package org.mailcaravan.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who is logged in at an IMAP server, and since when: what clients send through a {@link Proxy}. A
 * session begins when the login is sent, and ends with LOGOUT or with the connection. Clients log
 * in by SASL PLAIN with an initial response. Thread-safe.
 */
public final class OpenSessions implements Proxy.Passage {
  private static final Pattern LOGIN = Pattern.compile("AUTHENTICATE PLAIN ([A-Za-z0-9+/=]+)\r\n");

  /**
   * A session of a user.
   *
   * @param to when it ended; {@link Instant#MAX} while it is open
   */
  public record Session(String user, Instant from, Instant to) {
    public boolean isOpenAt(Instant time) {
      return !from.isAfter(time) && to.isAfter(time);
    }

    /** The same one, as if it had ended at a time, if it ended later. */
    public Session endedBy(Instant time) {
      return to.isAfter(time) ? new Session(user, from, time) : this;
    }
  }

  private final Clock clock = Clock.systemUTC();
  private final List<Session> ended = new ArrayList<>();
  private final Map<Proxy.Wire, Session> open = new HashMap<>();

  @Override
  public void pass(String text, Proxy.Wire wire) throws IOException {
    note(text, wire);
    wire.forth(text);
  }

  private synchronized void note(String text, Proxy.Wire wire) {
    Matcher login = LOGIN.matcher(text);
    if (login.find()) {
      String[] words =
          new String(Base64.getDecoder().decode(login.group(1)), StandardCharsets.UTF_8)
              .split("\0", -1);
      open.put(wire, new Session(words[1], clock.instant(), Instant.MAX));
    }
    if (text.endsWith(" LOGOUT\r\n")) {
      ended(wire);
    }
  }

  @Override
  public synchronized void ended(Proxy.Wire wire) {
    @Nullable Session session = open.remove(wire);
    if (session != null) {
      ended.add(session.endedBy(clock.instant()));
    }
  }

  /** All sessions that there were. */
  public synchronized List<Session> list() {
    List<Session> all = new ArrayList<>(ended);
    all.addAll(open.values());
    return all;
  }

  /** How many users were logged in at the same time at most. */
  public static long most(List<Session> sessions) {
    return sessions.stream()
        .mapToLong(
            one ->
                sessions.stream()
                    .filter(other -> other.isOpenAt(one.from()))
                    .map(Session::user)
                    .distinct()
                    .count())
        .max()
        .orElse(0);
  }
}
