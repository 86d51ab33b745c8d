package org.mailcaravan.store;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mailcaravan.model.Policy;

/** A policy as rows of mailboxes hold it. */
final class PolicyColumns {
  private PolicyColumns() {}

  /**
   * The values of {@code policy}, {@code policy_window}, {@code resync_minutes} and {@code
   * inbox_first}.
   */
  static List<@Nullable Object> of(Policy policy) {
    List<@Nullable Object> values = new ArrayList<>();
    values.add(policy.equals(Policy.NONE) ? null : StoredJson.write(policy));
    values.add(policy.window().isEmpty() ? null : policy.window());
    values.add(policy.resyncMinutes() == 0 ? null : policy.resyncMinutes());
    values.add(policy.inboxFirst());
    return values;
  }
}
