package org.mailcaravan.settings;

import org.mailcaravan.model.Secret;

/** How we log in at the destination: {@code destination.auth}. */
public sealed interface DestinationAuth {
  /** {@code password}: with the destination password of each row. */
  record RowPassword() implements DestinationAuth {}

  /**
   * {@code master-user}: as {@code address*user} with the password of the master user (Dovecot).
   */
  record MasterUser(String user, Secret password) implements DestinationAuth {}

  /**
   * {@code authorization-identity}: SASL PLAIN (RFC 4616) as {@code user}, acting for the mailbox.
   */
  record AuthorizationIdentity(String user, Secret password) implements DestinationAuth {}

  /** {@code oauth2}: with access tokens of a profile, as the address of the mailbox. */
  record Token(OAuthProfile profile) implements DestinationAuth {}
}
