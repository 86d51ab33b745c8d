package org.mailcaravan.sync.session;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ConnectionLost;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.ImapException;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.sync.diagnosis.Diagnosis;
import org.mailcaravan.sync.diagnosis.Prospect;

/**
 * The connections of a session in use: opened when they are first needed and again after they were
 * lost, compressed where a link is slow. What goes wrong on them is said by what it means.
 * Thread-safe.
 */
final class SessionConnections {
  private final PassState pass;
  private final SlowLink.@Nullable Limits limits;
  private final ConnectionPair lines = new ConnectionPair();
  private final Map<Side, SlowLink> links = new EnumMap<>(Side.class);

  /** Connections whose server has asked for time in an answer, which it was given. */
  private final Map<Side, ImapConnection> givenTime = new ConcurrentHashMap<>();

  /**
   * @param limits what links are so slow that they are compressed; null for none
   */
  SessionConnections(PassState pass, SlowLink.@Nullable Limits limits) {
    this.pass = pass;
    this.limits = limits;
    if (limits != null) {
      for (Side side : Side.values()) {
        links.put(side, new SlowLink(side, limits, pass.notCompressed));
      }
    }
    pass.connections.add(lines);
  }

  /** Others of the same pass. */
  SessionConnections another() {
    return new SessionConnections(pass, limits);
  }

  /** What is open on them. */
  ConnectionPair lines() {
    return lines;
  }

  /** {@link MailboxSession#on}. */
  <T> T on(Side side, Where place, Function<ImapConnection, T> work) {
    return lines.use(
        side,
        () -> {
          ImapConnection used = connected(side, place);
          return answered(side, place, used, () -> work.apply(used));
        });
  }

  /** {@link MailboxSession#sent}. */
  <T> Supplier<T> sent(Side side, Where place, Function<ImapConnection, Supplier<T>> work) {
    return lines.use(
        side,
        () -> {
          ImapConnection used = connected(side, place);
          Supplier<T> answer = answered(side, place, used, () -> work.apply(used));
          if (pass.suspects.isSearching(side)) {
            T told = answered(side, place, used, answer);
            return () -> told;
          }
          return () -> answered(side, place, used, answer);
        });
  }

  private ImapConnection connected(Side side, Where place) {
    pass.failures.goesOn();
    pass.requireLease();
    MigrationException end = pass.failures.endedBy();
    if (end != null) {
      throw end;
    }
    ImapConnection open;
    try {
      open = connection(side);
    } catch (ImapException e) {
      MigrationException vain = pass.failures.inVain(e, side, place, false);
      boolean atLogin = e instanceof ConnectionLost;
      throw vain != null
          ? vain
          : pass.failures.meaning(
              e, side, atLogin ? Diagnosis.loginAt(pass.logins.server(side).toString()) : place);
    }
    SlowLink link = links.get(side);
    return link == null || lines.isUsedAgain(side)
        ? open
        : answered(side, place, open, () -> fitted(side, link, open));
  }

  /** Compresses a slow connection, or has it replaced where that did not help. */
  private ImapConnection fitted(Side side, SlowLink link, ImapConnection open) {
    ImapConnection fit = link.fit(open, () -> loggedIn(side));
    if (fit != open) {
      connected(side, fit);
      open.close();
    }
    return fit;
  }

  private <T> T answered(Side side, Where place, ImapConnection used, Supplier<T> work) {
    T result;
    try {
      result = work.get();
    } catch (CompletionException e) {
      if (e.getCause() instanceof DiskFull full) {
        throw DiskFull.problem(place, full, e);
      }
      throw e.getCause() instanceof ImapException cause ? failed(cause, side, place, used) : e;
    } catch (ImapException e) {
      throw failed(e, side, place, used);
    }
    // Many a refusal is taken for an answer, such as that of a STATUS.
    MigrationException early = pass.manners(side).refused(used, place);
    if (early != null) {
      lines.disconnect(side, used);
      throw early;
    }
    return result;
  }

  private MigrationException failed(
      ImapException failure, Side side, Where place, ImapConnection used) {
    pass.requireLease();
    if (failure instanceof ConnectionLost lost) {
      pass.brokeOff.add(side);
      if (pass.logins.tokenRanOut(side, used, lost)) {
        pass.renewals.ranOut(side, used);
      } else if (pass.interruption() == null
          && (lost.isLoginLost() || !pass.diagnosis().asksForPatience(lost))) {
        // What we closed ourselves says nothing of the server.
        pass.manners(side).lost(used);
      }
      boolean first = lines.disconnect(side, used);
      MigrationException end =
          first ? pass.failures.inVain(failure, side, place, used.lostOverContent()) : null;
      if (end != null) {
        return end;
      }
      if (!first && pass.diagnosis().asksForPatience(lost)) {
        return pass.failures.timeLeft(lost, side, place);
      }
    }
    MigrationException early = pass.manners(side).refused(used, place);
    if (early != null) {
      lines.disconnect(side, used);
      return early;
    }
    MigrationException meaning = pass.failures.meaning(failure, side, place);
    if (failure instanceof CommandRefused refused
        && pass.diagnosis().meaning(refused.refusal()).prospect() == Prospect.PATIENCE) {
      givenTime.put(side, used);
    }
    return meaning;
  }

  /** {@link MailboxSession#answers}. */
  boolean answers(Side side) {
    return lines.use(
        side,
        () -> {
          ImapConnection open = lines.connection(side);
          boolean alive = open != null && open.isAlive();
          if (open != null && !alive) {
            lines.disconnect(side, open);
          }
          return alive;
        });
  }

  /** Logs in where that is needed. Within the use of the connection. */
  private ImapConnection connection(Side side) {
    ImapConnection open = lines.connection(side);
    if (open != null && !open.equals(givenTime.remove(side))) {
      return open;
    }
    if (open != null) {
      // Many a server hangs up right after it has asked for time, or while it gets it.
      if (open.isAlive()) {
        return open;
      }
      lines.disconnect(side, open);
    }
    ImapConnection made = loggedIn(side);
    connected(side, made);
    return made;
  }

  /** The pass may have been closed while we logged in. */
  private void connected(Side side, ImapConnection made) {
    lines.connected(side, made);
    try {
      pass.requireOpen();
    } catch (IllegalStateException e) {
      made.close();
      throw e;
    }
  }

  private ImapConnection loggedIn(Side side) {
    pass.requireOpen();
    ImapConnection made;
    try {
      pass.logins.requireAllowed(side);
      made = pass.logins.logIn(side);
    } catch (NeedsAttention e) {
      if (!pass.isAnyOpen()) {
        pass.failures.end(e);
      }
      throw e;
    }
    // A program that was frozen in the middle of a message wakes up there.
    made.sendsWhile(() -> !pass.leaseOver.getAsBoolean());
    if (limits != null) {
      made.measureSpeed(limits.stretch());
    }
    return made;
  }

  /** {@link MailboxSession#renew}. */
  void renew(Side side, Where place) {
    on(
        side,
        place,
        connection -> {
          connection.awaitIdle();
          lines.disconnect(side, connection);
          return true;
        });
  }

  /** {@link MailboxSession#canConnect}. */
  boolean canConnect() {
    List<Runnable> undo = new ArrayList<>();
    try {
      for (Side side : Side.values()) {
        lines.use(
            side,
            () -> {
              if (lines.connection(side) == null) {
                ImapConnection made = anotherConnection(side);
                undo.add(() -> lines.disconnect(side, made));
              }
              return true;
            });
      }
      return true;
    } catch (ImapException | MigrationException e) {
      undo.forEach(Runnable::run);
      return false;
    }
  }

  private ImapConnection anotherConnection(Side side) {
    try {
      return connection(side);
    } catch (ImapException e) {
      // A time that the server told is obeyed, though the pass goes on without this connection.
      throw pass.failures.noted(e, side, Where.words("connections"));
    }
  }
}
