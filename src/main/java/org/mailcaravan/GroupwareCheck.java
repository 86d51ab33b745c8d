package org.mailcaravan;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.dav.DavAccounts;
import org.mailcaravan.dav.Groupware;
import org.mailcaravan.dav.GroupwareImport;
import org.mailcaravan.dav.ProviderImport;
import org.mailcaravan.model.GroupwareSource;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.MigrationException;
import org.mailcaravan.model.PassStopped;
import org.mailcaravan.passes.MailboxSessions;
import org.mailcaravan.sync.session.MailboxSession;

/**
 * Looks whether contacts and calendars can be read, and stored at our servers: the bean {@code
 * groupware-check} of the routes. Nothing is stored. What does not work is a problem of the
 * mailbox; it is never thrown, so that it keeps no mail waiting. Thread-safe.
 */
public final class GroupwareCheck {
  private final DavAccounts accounts;
  private final GroupwareImport destination;
  private final ProviderImport provider;
  private final MailboxSessions sessions;

  GroupwareCheck(
      DavAccounts accounts,
      GroupwareImport destination,
      ProviderImport provider,
      MailboxSessions sessions) {
    this.accounts = accounts;
    this.destination = destination;
    this.provider = provider;
    this.sessions = sessions;
  }

  /** Does nothing for a mailbox without contacts and calendars. */
  public void look(Mailbox mailbox) {
    look(mailbox, Groupware.CONTACTS, mailbox.contacts());
    look(mailbox, Groupware.CALENDARS, mailbox.calendar());
  }

  private void look(Mailbox mailbox, Groupware kind, @Nullable GroupwareSource source) {
    MailboxSession session = sessions.of(mailbox);
    if (source instanceof GroupwareSource.Exported exported) {
      attempt(session, () -> destination.look(kind, exported, session::requireGoingOn));
    } else if (source instanceof GroupwareSource.AtProvider old) {
      attempt(
          session,
          () ->
              List.of(
                  provider.look(
                      kind, accounts.sourceFor(mailbox, old.url()), session::requireGoingOn)));
    }
    if (source != null) {
      attempt(
          session,
          () -> destination.look(kind, accounts.accountFor(mailbox), session::requireGoingOn));
    }
  }

  /** Tells what was found, or what went wrong; nothing is asked any more when the time is over. */
  private static void attempt(MailboxSession session, Supplier<List<String>> look) {
    if (session.interruption() != null) {
      return;
    }
    try {
      look.get().forEach(session.tally()::note);
    } catch (PassStopped e) {
      // What was found until then counts.
    } catch (MigrationException e) {
      session.tally().problem(e.problem());
    }
  }
}
