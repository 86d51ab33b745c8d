package org.mailcaravan;

import org.mailcaravan.dav.DavAccounts;
import org.mailcaravan.dav.GroupwareImport;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.passes.MailboxSessions;

/**
 * Looks whether our calendar server would mail people: the bean {@code calendar-check} of the
 * routes. Thread-safe.
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
   * Notes a warning where there is one; does nothing for a mailbox that comes without a calendar.
   *
   * @throws org.mailcaravan.model.MigrationException when the server cannot be asked
   */
  public void look(Mailbox mailbox) {
    if (mailbox.calendar() != null) {
      calendars.warning(accounts.accountFor(mailbox)).ifPresent(sessions.of(mailbox).tally()::note);
    }
  }
}
