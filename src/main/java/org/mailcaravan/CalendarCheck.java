package org.mailcaravan;

import org.mailcaravan.dav.DavAccounts;
import org.mailcaravan.dav.GroupwareImport;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.passes.MailboxSessions;

/**
 * Checks whether our calendar server would send invitations by mail during an import: the bean
 * {@code calendar-check} of the routes. Thread-safe.
 */
public final class CalendarCheck {
  private final DavAccounts accounts;
  private final GroupwareImport calendars;
  private final MailboxSessions sessions;

  CalendarCheck(DavAccounts accounts, GroupwareImport calendars, MailboxSessions sessions) {
    this.accounts = accounts;
    this.calendars = calendars;
    this.sessions = sessions;
  }

  /**
   * Notes a warning if it would; does nothing for a mailbox without a calendar.
   *
   * @throws org.mailcaravan.model.MigrationException when the server cannot be asked
   */
  public void look(Mailbox mailbox) {
    if (mailbox.calendar() != null) {
      calendars.warning(accounts.accountFor(mailbox)).ifPresent(sessions.of(mailbox).tally()::note);
    }
  }
}
