package org.mailcaravan.sync.session;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.CommandRefused;
import org.mailcaravan.imap.ConnectFailed;
import org.mailcaravan.imap.ConnectionLost;
import org.mailcaravan.imap.ImapException;
import org.mailcaravan.imap.LoginRefused;
import org.mailcaravan.model.HostFailure;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.Server;
import org.mailcaravan.model.TryAgain;
import org.mailcaravan.sync.diagnosis.Diagnosis;

/**
 * Says what failures of the source in a pass mean for all others who use that server: fewer at
 * once, or nobody for a while. Thread-safe.
 */
final class SourceReports {
  private final Server source;
  private final Patience patience;
  private final Diagnosis diagnosis;

  SourceReports(Server source, Patience patience, Diagnosis diagnosis) {
    this.source = source;
    this.patience = patience;
    this.diagnosis = diagnosis;
  }

  /** A login went well. */
  void answered() {
    patience.hosts().answered(source);
  }

  /** A connection was not made, or ended before the login was done. */
  void failedBeforeLogin(ImapException failure, MigrationException meaning) {
    if (failure instanceof ConnectFailed connect) {
      switch (connect.reason()) {
        case UNREACHABLE -> failed(HostFailure.SILENT, null, words(failure));
        // It does not know yet who we are, so that any time it tells is for all.
        case TURNED_AWAY -> failed(HostFailure.BYE_AT_LOGIN, after(meaning), words(failure));
        default -> {
          // Whoever can fix it, time cannot.
        }
      }
    } else {
      failed(HostFailure.BYE_AT_LOGIN, shared(after(meaning)), words(failure));
    }
  }

  /** A login was refused. */
  void refusedAtLogin(LoginRefused refusal, MigrationException meaning) {
    Duration told = shared(after(meaning));
    switch (meaning.problem().code()) {
      case THROTTLED -> failed(HostFailure.TOO_MANY_CONNECTIONS, told, words(refusal));
      case SERVER_DOWN -> failed(HostFailure.BYE_AT_LOGIN, told, words(refusal));
      case TOO_MANY_LOGINS -> {
        // A ban is of our address as often as of the account.
        if (told != null) {
          failed(HostFailure.BACK_OFF, told, words(refusal));
        }
      }
      default -> {
        // It is about this account.
      }
    }
  }

  /** Something failed after the login. */
  void failed(ImapException failure, MigrationException meaning) {
    Duration told = shared(after(meaning));
    switch (meaning.problem().code()) {
      case THROTTLED -> failed(HostFailure.THROTTLED, told, words(failure));
      case SERVER_DOWN -> {
        if (told != null) {
          failed(HostFailure.BACK_OFF, told, words(failure));
        }
      }
      default -> {
        // It is about a folder, a message, or this connection.
      }
    }
  }

  private static @Nullable Duration after(MigrationException meaning) {
    return meaning instanceof TryAgain again ? again.after() : null;
  }

  /**
   * A time that others obey too. Hours are what an account has used up for the day; the others of
   * the server have theirs.
   */
  private static @Nullable Duration shared(@Nullable Duration told) {
    return told == null || told.compareTo(Patience.LONGEST_IN_PASS) > 0 ? null : told;
  }

  /** What it said, without the command, which may name a folder. */
  private String words(ImapException failure) {
    if (failure instanceof CommandRefused refused) {
      return refused.refusal().toString();
    }
    if (failure instanceof ConnectionLost lost && diagnosis.asksForPatience(lost)) {
      return diagnosis.plea(lost);
    }
    return Objects.requireNonNullElse(failure.getMessage(), "");
  }

  private void failed(HostFailure kind, @Nullable Duration told, String words) {
    patience.hosts().failed(source, kind, told, words);
  }
}
