package org.mailcaravan.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Policy;

/**
 * What people see of the policy of a mailbox.
 *
 * @param name null where it has none
 * @param resyncAt when the next catch-up pass is due as it says; null where it does not say that,
 *     and while a pass waits or runs
 */
record PolicyView(@Nullable String name, @Nullable Instant resyncAt) {
  private static final String OF_MAILBOX =
      "select policy, case when "
          + Migrations.BY_POLICY
          + " then "
          + Migrations.POLICY_DUE_AT
          + " end as resync_at from mailbox where id = ?";

  /** Of a mailbox; without a policy where it was removed meanwhile. */
  static PolicyView of(Database database, String mailboxId) {
    return database
        .jdbc()
        .sql(OF_MAILBOX)
        .param(mailboxId)
        .query(
            (row, number) -> {
              Policy policy = StoredMailbox.policy(row.getString("policy"));
              return new PolicyView(
                  policy.equals(Policy.NONE) ? null : policy.name(),
                  Times.instant(row, "resync_at"));
            })
        .optional()
        .orElse(new PolicyView(null, null));
  }
}
