package org.mailcaravan.model.status;

import org.jspecify.annotations.Nullable;

/**
 * Which mailboxes are asked for; null asks for all.
 *
 * @param migration the id of a migration
 * @param state an id of {@link org.mailcaravan.model.MailboxState}
 * @param address an address at the source or the destination, in any case
 * @param domain whose MX records say where their mail goes, in any case
 */
public record MailboxFilter(
    @Nullable String migration,
    @Nullable String state,
    @Nullable String address,
    @Nullable String domain) {
  /** All mailboxes. */
  public static final MailboxFilter ALL = new MailboxFilter(null, null, null, null);
}
