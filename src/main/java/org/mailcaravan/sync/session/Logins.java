package org.mailcaravan.sync.session;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.mailcaravan.imap.ConnectFailed;
import org.mailcaravan.imap.ConnectionLost;
import org.mailcaravan.imap.Connector;
import org.mailcaravan.imap.Credentials;
import org.mailcaravan.imap.ImapConnection;
import org.mailcaravan.imap.ImapException;
import org.mailcaravan.imap.LoginRefused;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.ProblemCode;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.Side;
import org.mailcaravan.store.AccountPair;
import org.mailcaravan.sync.diagnosis.Diagnosis;
import org.mailcaravan.sync.diagnosis.Meaning;
import org.mailcaravan.sync.diagnosis.Prospect;

/**
 * Logs in to the two accounts of a pass. A password that was refused is not tried a second time:
 * providers lock accounts after a few refused logins. A token that may have run out is replaced
 * once, and so is a new password by the one before it. Thread-safe.
 */
final class Logins {
  private final Mailbox mailbox;
  private final AccountCredentials credentials;
  private final Connector sourceConnector;
  private final Connector destinationConnector;
  private final Patience patience;
  private final Diagnosis diagnosis;
  private final Function<Side, ServerManners> manners;
  private final OpeningConnections opening;
  private final SourceReports reports;
  private final Set<Side> loggedIn = ConcurrentHashMap.newKeySet();
  private volatile boolean passwordRefused;
  private final Map<Side, LoginRefused> refused = new ConcurrentHashMap<>();

  /** What connections logged in with, as long as they are in use. */
  private final Map<ImapConnection, Credentials.Token> tokens =
      Collections.synchronizedMap(new WeakHashMap<>());

  private final Map<Side, String> passesRefused = new ConcurrentHashMap<>();

  /**
   * @param manners how each server is spoken to
   * @param opening ends the wait for connections once the pass is to stop
   * @param reports who is told how the source behaves
   */
  Logins(
      Mailbox mailbox,
      AccountCredentials credentials,
      Connector sourceConnector,
      Connector destinationConnector,
      Patience patience,
      Diagnosis diagnosis,
      Function<Side, ServerManners> manners,
      OpeningConnections opening,
      SourceReports reports) {
    this.mailbox = mailbox;
    this.credentials = credentials;
    this.sourceConnector = sourceConnector;
    this.destinationConnector = destinationConnector;
    this.patience = patience;
    this.diagnosis = diagnosis;
    this.manners = manners;
    this.opening = opening;
    this.reports = reports;
  }

  /** Whether a login has gone well in this pass. */
  boolean haveLoggedIn(Side side) {
    return loggedIn.contains(side);
  }

  Server server(Side side) {
    return side == Side.SOURCE ? mailbox.source() : credentials.destinationServer();
  }

  /**
   * Under which names the ledger knows the two accounts. Another port or protection leads to the
   * same account.
   */
  AccountPair accountPair() {
    return new AccountPair(account(Side.SOURCE), account(Side.DESTINATION));
  }

  /** Whom a server asks to wait. */
  String name(Side side) {
    return account(side) + ":" + server(side).port();
  }

  private String account(Side side) {
    String user = side == Side.SOURCE ? mailbox.sourceUsername() : mailbox.destinationAddress();
    return (user + " at " + server(side).host()).toLowerCase(Locale.ROOT);
  }

  /**
   * Requires that the server may be asked now: some ban us for each login that comes early.
   *
   * @throws LoginRefused as it was refused before in this pass
   * @throws NeedsAttention when the server wanted more time than has passed
   */
  void requireAllowed(Side side) {
    LoginRefused before = refused.get(side);
    if (before != null) {
      throw before;
    }
    patience.requireOver(name(side), side, server(side));
  }

  /**
   * Connects and logs in.
   *
   * @throws org.mailcaravan.model.PassStopped when the pass is to stop before it is logged in
   */
  ImapConnection logIn(Side side) {
    try (OpeningConnections.Opening begun = opening.begin()) {
      return logIn(side, begun);
    }
  }

  private ImapConnection logIn(Side side, OpeningConnections.Opening begun) {
    ImapConnection made = loggedIn(side, begun);
    if (loggedIn.add(side)) {
      patience.letIn(name(side));
    }
    if (side == Side.SOURCE) {
      reports.answered();
    }
    return made;
  }

  /** Logs in, and says how it went. */
  private ImapConnection loggedIn(Side side, OpeningConnections.Opening begun) {
    Credentials own = credentials(side);
    Problem tokenRefused = null;
    ImapConnection made = null;
    try {
      try {
        made = loggedIn(side, own, begun);
      } catch (LoginRefused e) {
        if (side == Side.SOURCE && isOverToken(e)) {
          tokenRefused = plain(e).problem();
        }
        own = instead(side, own, e);
        made = loggedInAnew(side, own, begun);
      }
    } finally {
      if (made == null) {
        credentials.failed(mailbox, side, tokenRefused);
      }
    }
    accepted(side, own, made);
    return made;
  }

  private void accepted(Side side, Credentials used, ImapConnection made) {
    boolean done = false;
    try {
      credentials.accepted(mailbox, side, used);
      done = true;
    } finally {
      if (!done) {
        made.close();
      }
    }
  }

  private boolean isOverToken(LoginRefused refusal) {
    return diagnosis.meaningAtLogin(refusal).code() == ProblemCode.TOKEN_REFUSED;
  }

  private Credentials credentials(Side side) {
    return side == Side.SOURCE ? credentials.source(mailbox) : credentials.destination(mailbox);
  }

  /**
   * What to log in with once more: another token where one was refused that had been in use for a
   * while, or the password that worked before a new one came.
   */
  private Credentials instead(Side side, Credentials before, LoginRefused refusal) {
    boolean token = before instanceof Credentials.Token;
    boolean replaceable =
        token
            ? isOverToken(refusal)
            : diagnosis.meaningAtLogin(refusal).prospect() == Prospect.PERMANENT;
    if (!replaceable || !credentials.renews(mailbox, side, before, haveLoggedIn(side))) {
      remember(side, refusal);
      throw refusal;
    }
    passwordRefused |= !token;
    return credentials(side);
  }

  /** Whether a new password was refused in this pass. */
  boolean hasRefusedPassword() {
    return passwordRefused;
  }

  /** As {@link AccountCredentials#refusedPasswords}. */
  List<Problem> refusedPasswords() {
    return credentials.refusedPasswords(mailbox);
  }

  private ImapConnection loggedInAnew(
      Side side, Credentials other, OpeningConnections.Opening begun) {
    try {
      return loggedIn(side, other, begun);
    } catch (LoginRefused e) {
      remember(side, e);
      throw e;
    }
  }

  /**
   * Whether a connection ended since the token of its login ran out, and there will be another one.
   */
  boolean tokenRanOut(Side side, ImapConnection used, ConnectionLost lost) {
    Credentials.Token token = tokens.get(used);
    return token != null && lost.isLoginLost() && credentials.renews(mailbox, side, token, true);
  }

  private ImapConnection loggedIn(Side side, Credentials own, OpeningConnections.Opening begun) {
    Connector connector = side == Side.SOURCE ? sourceConnector : destinationConnector;
    ImapConnection made = connect(connector, side, own, begun);
    try {
      manners.apply(side).login(made, own);
    } catch (ConnectionLost e) {
      made.close();
      opening.requireGoingOn();
      manners.apply(side).lost(made);
      LoginRefused meant =
          diagnosis.refusedAtLogin(e, own instanceof Credentials.Token).orElse(null);
      if (meant == null) {
        if (side == Side.SOURCE) {
          reports.failedBeforeLogin(e, plain(e));
        }
        throw e;
      }
      throw meant;
    } catch (RuntimeException e) {
      made.close();
      throw e;
    }
    if (own instanceof Credentials.Token token) {
      tokens.put(made, token);
    }
    return made;
  }

  private ImapConnection connect(
      Connector connector, Side side, Credentials own, OpeningConnections.Opening begun) {
    try {
      return connector.connectForLogin(server(side), own, begun::uses);
    } catch (ConnectFailed e) {
      opening.requireGoingOn();
      if (side == Side.SOURCE) {
        reports.failedBeforeLogin(e, plain(e));
      }
      throw e;
    }
  }

  private MigrationException plain(ImapException failure) {
    Server source = mailbox.source();
    return diagnosis.of(
        failure, Side.SOURCE, Diagnosis.loginAt(source.toString()), source.toString());
  }

  /** Where a password has worked before, unknown words may well be about the connections. */
  private void remember(Side side, LoginRefused refusal) {
    Meaning meaning = diagnosis.meaningAtLogin(refusal);
    if (side == Side.SOURCE) {
      reports.refusedAtLogin(refusal, plain(refusal));
    }
    boolean unknown = meaning.code() == ProblemCode.LOGIN_REFUSED;
    if (meaning.prospect() == Prospect.PERMANENT
        && !(unknown && loggedIn.contains(side))
        && refused.put(side, refusal) == null) {
      passesRefused.put(side, patience.refused(name(side)));
    }
  }

  /** In how many passes the login was refused, for people; empty for the first. */
  String passesRefused(Side side) {
    return passesRefused.getOrDefault(side, "");
  }
}
