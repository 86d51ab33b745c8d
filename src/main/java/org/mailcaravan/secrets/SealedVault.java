package org.mailcaravan.secrets;

import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import org.mailcaravan.model.NeedsAttention;
import org.mailcaravan.model.Owner;
import org.mailcaravan.model.Problem;
import org.mailcaravan.model.Secret;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A vault in the table {@code credential}. Each secret is sealed in an {@link Envelope} that opens
 * only for the mailbox and role it was put in for.
 */
public final class SealedVault implements Vault {
  private final JdbcClient jdbc;
  private final Envelope envelope;
  private final Clock clock;

  public SealedVault(JdbcClient jdbc, KeyRing keys, Clock clock) {
    this.jdbc = jdbc;
    this.envelope = new Envelope(keys);
    this.clock = clock;
  }

  @Override
  public void put(String mailboxId, Role role, Secret secret) {
    String text = envelope.seal(secret, owner(mailboxId, role));
    // H2 and PostgreSQL have no common statement for "insert or update".
    if (!update(mailboxId, role, text)) {
      try {
        insert(mailboxId, role, text);
      } catch (DuplicateKeyException e) {
        update(mailboxId, role, text);
      }
    }
  }

  private boolean update(String mailboxId, Role role, String text) {
    return jdbc.sql(
                "update credential set sealed = ?, stored_at = ? where mailbox_id = ? and role = ?")
            .params(text, utc(clock.instant()), mailboxId, role.name())
            .update()
        == 1;
  }

  private void insert(String mailboxId, Role role, String text) {
    jdbc.sql("insert into credential (mailbox_id, role, sealed, stored_at) values (?, ?, ?, ?)")
        .params(mailboxId, role.name(), text, utc(clock.instant()))
        .update();
  }

  /**
   * {@inheritDoc}
   *
   * @throws NeedsAttention when it was sealed with a key that is not here, or was tampered with
   */
  @Override
  public Optional<Secret> find(String mailboxId, Role role) {
    return jdbc.sql("select sealed from credential where mailbox_id = ? and role = ?")
        .params(mailboxId, role.name())
        .query(String.class)
        .optional()
        .map(text -> open(text, mailboxId, role));
  }

  private Secret open(String text, String mailboxId, Role role) {
    try {
      return envelope.open(text, owner(mailboxId, role));
    } catch (Envelope.Closed e) {
      throw new NeedsAttention(
          new Problem(
              "stored credentials",
              "the " + role.name().toLowerCase(Locale.ROOT) + " password " + e.getMessage(),
              Owner.US,
              "Put the key back into the key file (secrets.key-file) or "
                  + KeySource.VARIABLE
                  + ", or drop the request once more."),
          e);
    }
  }

  @Override
  public void forget(String mailboxId) {
    jdbc.sql("delete from credential where mailbox_id = ?").param(mailboxId).update();
  }

  @Override
  public int forgetBefore(Instant instant) {
    int mailboxes =
        jdbc.sql("select count(distinct mailbox_id) from credential where stored_at < ?")
            .param(utc(instant))
            .query(Integer.class)
            .single();
    jdbc.sql("delete from credential where stored_at < ?").param(utc(instant)).update();
    return mailboxes;
  }

  private static String owner(String mailboxId, Role role) {
    return role.name() + "\0" + mailboxId;
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
