package org.mailcaravan.passes;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.imap.LoginRefused;
import org.mailcaravan.model.MailboxMaker;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Side;
import org.mailcaravan.model.Where;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Mailboxes that are not there yet at the new server. Many a request comes before they are made, so
 * that their passes wait and look again: soon at first, then more and more seldom.
 *
 * <p>A refused login counts, too, that may be for another reason: Dovecot and most others give the
 * same answer for an unknown user and for a wrong password, so that nobody finds out who exists.
 * The problem names both, and the next look finds out about either. Refusals with a reason of their
 * own (a suspended account, IMAP that is switched off) are reported at once.
 *
 * @param first how long a pass waits after the first look; twice as long each time
 * @param longest the longest such wait
 * @param inAll how long it waits in all; then it ends with the problem. Zero: at once
 * @param maker who makes it
 */
public record MissingMailboxes(
    Duration first, Duration longest, Duration inAll, MailboxMaker maker) {
  /** Nobody waits for one. */
  public static final MissingMailboxes NO_WAIT =
      new MissingMailboxes(
          Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ZERO, new MailboxMaker(false));

  /** Whether a failure says, or may say, that the mailbox is missing. */
  static boolean isOne(MailboxSession session, MigrationException failure) {
    if (!(failure instanceof NeedsAttention)
        || session.hasLoggedIn(Side.DESTINATION)
        || !(failure.getCause() instanceof LoginRefused)
        || !failure.problem().place().equals(Where.loginAt(session.server(Side.DESTINATION)))) {
      return false;
    }
    return switch (failure.problem().code()) {
      case NO_MAILBOX, WRONG_PASSWORD, LOGIN_REFUSED -> true;
      default -> false;
    };
  }

  /**
   * How long a pass waits.
   *
   * @param looks how often it was looked for in vain, from 1
   * @return null when it has waited for long enough
   */
  @Nullable Duration wait(int looks) {
    Duration waited = Duration.ZERO;
    Duration next = first;
    for (int look = 1; look < looks && waited.compareTo(inAll) < 0; look++) {
      waited = waited.plus(shorter(next));
      next = next.multipliedBy(2);
      if (next.compareTo(longest) > 0) {
        next = longest;
      }
    }
    return waited.compareTo(inAll) < 0 ? shorter(next) : null;
  }

  private Duration shorter(Duration wait) {
    return wait.compareTo(longest) < 0 ? wait : longest;
  }
}
