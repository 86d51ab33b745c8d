package org.mailcaravan.store;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Mailbox;
import org.mailcaravan.model.Pass;
import org.mailcaravan.model.Policy;
import org.mailcaravan.model.Window;
import org.mailcaravan.policies.Policies;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings known mailboxes to the policies that are configured now. For one thread. */
public final class AppliedPolicies {
  private static final Logger LOG = LoggerFactory.getLogger(AppliedPolicies.class);

  private static final int ROWS_AT_ONCE = 1000;

  private final Database database;
  private final Policies policies;

  public AppliedPolicies(Database database, Policies policies) {
    this.database = database;
    this.policies = policies;
  }

  /** To be called at the start. One statement where there are no policies and were none. */
  public void apply() {
    TimeWindows.store(
        database,
        policies.windows().stream().map(text -> Window.parse(text, ZoneOffset.UTC)).toList());
    int changed = 0;
    String after = "";
    List<Mailbox> some;
    do {
      some = some(after);
      for (Mailbox mailbox : some) {
        Policy now = policies.of(mailbox);
        if (!now.equals(mailbox.policy())) {
          change(mailbox, now);
          changed++;
        }
        after = mailbox.id();
      }
    } while (some.size() == ROWS_AT_ONCE);
    if (changed > 0) {
      LOG.info("{} mailboxes have other policies than before", changed);
    }
  }

  private List<Mailbox> some(String after) {
    return database
        .jdbc()
        .sql(
            "select m.*, '' as migration_id, 0 as row_number from mailbox m where m.id > ?"
                + (policies.isEmpty() ? " and m.policy is not null" : "")
                + " order by m.id limit "
                + ROWS_AT_ONCE)
        .param(after)
        .query((row, number) -> StoredMailbox.of(row, Pass.FIRST))
        .list();
  }

  private void change(Mailbox mailbox, Policy policy) {
    boolean unused =
        database.tryingAgain(
            () -> {
              List<@Nullable Object> values = new ArrayList<>(PolicyColumns.of(policy));
              values.add(mailbox.id());
              database
                  .jdbc()
                  .sql(
                      "update mailbox set policy = ?, policy_window = ?, resync_minutes = ?, inbox_first = ? where id = ?")
                  .params(values)
                  .update();
              if (!policy.window().equals(mailbox.policy().window())
                  || policy.inboxFirst() != mailbox.policy().inboxFirst()) {
                // A pass that waits for the window of before is put off again where it has to be.
                database
                    .jdbc()
                    .sql(
                        "update pass set due_at = current_timestamp, waits_for = 'TURN' where mailbox_id = ?"
                            + " and state = 'WAITING' and waits_for = 'WINDOW'")
                    .param(mailbox.id())
                    .update();
              }
              return true;
            });
  }
}
