package org.mailcaravan.store;

import java.util.Optional;
import org.mailcaravan.model.RequestRow;
import org.mailcaravan.model.Security;
import org.mailcaravan.model.Server;

/** Where and as whom a mailbox logs in, without its passwords. Thread-safe. */
public final class MailboxLogins {
  private final Database database;

  public MailboxLogins(Database database) {
    this.database = database;
  }

  /**
   * The logins of a mailbox.
   *
   * @param sourceOauthProfile opens the mailbox at the source; empty where a password does
   * @param destinationAddress also the user at the new server
   */
  public record Login(
      Server source, String sourceUsername, String sourceOauthProfile, String destinationAddress) {}

  /** Those of a mailbox, by its id. */
  public Optional<Login> of(String mailboxId) {
    return database
        .jdbc()
        .sql(
            "select source_host, source_port, source_security, source_username, options,"
                + " destination_address from mailbox where id = ?")
        .param(mailboxId)
        .query(
            (row, index) ->
                new Login(
                    new Server(
                        row.getString("source_host"),
                        row.getInt("source_port"),
                        Security.valueOf(row.getString("source_security"))),
                    row.getString("source_username"),
                    StoredMailbox.options(row.getString("options")).sourceOauthProfile(),
                    row.getString("destination_address")))
        .optional();
  }

  /**
   * Whether a mailbox has a password, or what opens it instead, that a row without one would use.
   */
  public boolean isOpenedWithout(RequestRow row) {
    AccountPair accounts = NamedMailboxes.accounts(row);
    return row.lacksPassword()
        && database
            .jdbc()
            .sql(
                "select 1 from mailbox m where m.source_account = ? and m.destination_account = ? and exists"
                    + " (select 1 from credential c where c.mailbox_id = m.id and c.role = 'SOURCE')")
            .params(accounts.source(), accounts.destination())
            .query(Integer.class)
            .optional()
            .isPresent();
  }

  /** Forgets the contacts and calendars that a mailbox is to get: who sent them is not known. */
  public void forgetGroupware(String mailboxId) {
    database
        .jdbc()
        .sql("update mailbox set contacts = null, calendar = null where id = ?")
        .param(mailboxId)
        .update();
  }
}
